//! Choosing files and folders in the desktop's own dialog.
//!
//! The dialog says nothing when it is cancelled and nothing when it cannot be shown, and it waits
//! without an end for a portal that has died. So the portal is asked first whether it is there, and
//! watched while its dialog is open.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use raw_window_handle::{HasDisplayHandle, HasWindowHandle};
use rfd::{AsyncFileDialog, FileHandle};
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::zvariant::OwnedValue;

use super::bus;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const CHOOSER: &str = "org.freedesktop.portal.FileChooser";

/// How soon a portal must answer to count as one.
const PROBE: Duration = Duration::from_millis(500);

/// Sooner than this no dialog was seen and closed by anybody.
const UNSEEN: Duration = Duration::from_millis(500);

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// These, at least one, with absolute paths.
    Paths(Vec<PathBuf>),
    /// The user changed their mind.
    Cancelled,
    /// There is no dialog on this desktop, or it broke; a path can still be typed.
    Unavailable,
}

/// The window that dialogs belong to.
#[derive(Clone, Debug, Default)]
pub struct Parent(AsyncFileDialog);

impl Parent {
    /// Dialogs that belong to `window`.
    pub fn of(window: &(impl HasWindowHandle + HasDisplayHandle + ?Sized)) -> Self {
        Self(AsyncFileDialog::new().set_parent(window))
    }
}

/// Somebody who lets the user choose.
pub trait Picker: Send + Sync + 'static {
    /// Any number of files, under `title`.
    fn pick_files(&self, parent: Parent, title: String) -> BoxFuture<'static, Picked>;

    /// One folder, under `title`, beginning in `start`.
    fn pick_folder(
        &self,
        parent: Parent,
        title: String,
        start: Option<PathBuf>,
    ) -> BoxFuture<'static, Picked>;
}

/// The desktop's dialog.
#[derive(Clone, Copy, Debug, Default)]
pub struct Portal;

impl Picker for Portal {
    fn pick_files(&self, parent: Parent, title: String) -> BoxFuture<'static, Picked> {
        Box::pin(watched(async move { parent.0.set_title(title).pick_files().await }))
    }

    fn pick_folder(
        &self,
        parent: Parent,
        title: String,
        start: Option<PathBuf>,
    ) -> BoxFuture<'static, Picked> {
        Box::pin(watched(async move {
            let dialog = parent.0.set_title(title);
            let dialog = match start {
                Some(start) => dialog.set_directory(start),
                None => dialog,
            };
            dialog.pick_folder().await.map(|folder| vec![folder])
        }))
    }
}

/// Nobody, for tests: gives the same answer every time and remembers the titles.
#[derive(Clone, Debug)]
pub struct Scripted {
    answer: Picked,
    titles: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// One that always answers `answer`.
    pub fn new(answer: Picked) -> Self {
        Self { answer, titles: Arc::default() }
    }

    /// The titles of all dialogs that were asked for.
    pub fn titles(&self) -> Vec<String> {
        self.titles.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn asked(&self, title: String) -> BoxFuture<'static, Picked> {
        self.titles.lock().unwrap_or_else(PoisonError::into_inner).push(title);
        Box::pin(std::future::ready(self.answer.clone()))
    }
}

impl Picker for Scripted {
    fn pick_files(&self, _parent: Parent, title: String) -> BoxFuture<'static, Picked> {
        self.asked(title)
    }

    fn pick_folder(
        &self,
        _parent: Parent,
        title: String,
        _start: Option<PathBuf>,
    ) -> BoxFuture<'static, Picked> {
        self.asked(title)
    }
}

/// Shows `dialog` if there is a portal to show it, and gives up when that dies.
async fn watched(dialog: impl Future<Output = Option<Vec<FileHandle>>> + Send) -> Picked {
    let Some(connection) = bus::session().await else { return Picked::Unavailable };
    match tokio::time::timeout(PROBE, version(&connection)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::debug!(%error, "the desktop has no dialog for files");
            return Picked::Unavailable;
        }
        Err(_) => {
            tracing::debug!("the desktop's dialog for files does not answer");
            return Picked::Unavailable;
        }
    }
    let asked = Instant::now();
    tokio::select! {
        chosen = dialog => outcome(chosen.as_deref(), asked.elapsed()),
        () = gone(&connection) => Picked::Unavailable,
    }
}

/// Which one it is; any answer will do.
async fn version(connection: &Connection) -> zbus::Result<u32> {
    let request = (CHOOSER, "version");
    let properties = Some("org.freedesktop.DBus.Properties");
    let answer = connection.call_method(Some(PORTAL), PATH, properties, "Get", &request).await?;
    Ok(answer.body().deserialize::<OwnedValue>()?.try_into()?)
}

/// Waits until the portal dies.
async fn gone(connection: &Connection) {
    let watching = async {
        let names = DBusProxy::new(connection).await?;
        let mut owners = names.receive_name_owner_changed_with_args(&[(0, PORTAL)]).await?;
        owners.next().await;
        zbus::Result::Ok(())
    };
    if watching.await.is_err() {
        // Without a way to watch, the dialog has to end by itself.
        std::future::pending::<()>().await;
    }
}

/// What an answer means that came `after` asking. Nothing is a dialog that was closed, or one that
/// could not be shown: nobody closes one within half a second.
fn outcome(chosen: Option<&[FileHandle]>, after: Duration) -> Picked {
    let paths: Vec<PathBuf> = chosen.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect();
    match () {
        () if !paths.is_empty() => Picked::Paths(paths),
        () if after < UNSEEN => Picked::Unavailable,
        () => Picked::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelling_and_breaking_are_told_apart() {
        assert_eq!(outcome(None, UNSEEN), Picked::Cancelled);
        assert_eq!(outcome(None, Duration::from_millis(20)), Picked::Unavailable);
        let chosen = vec![FileHandle::from(PathBuf::from("/a b"))];
        assert_eq!(outcome(Some(&chosen), Duration::ZERO), Picked::Paths(vec!["/a b".into()]));
    }

    #[tokio::test]
    async fn a_scripted_picker_answers_and_remembers() {
        let picker = Scripted::new(Picked::Cancelled);
        let answer = picker.pick_folder(Parent::default(), "Where to".into(), None).await;
        assert_eq!((answer, picker.titles()), (Picked::Cancelled, vec!["Where to".to_owned()]));
    }
}
