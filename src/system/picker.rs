//! Choosing files and folders in the desktop's own dialog, `org.freedesktop.portal.FileChooser`.
//!
//! Spoken to directly, so that "cancelled" and "there is no dialog" are told apart and a portal that
//! dies under an open dialog ends the wait. Giving up the future closes the dialog.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use raw_window_handle::RawWindowHandle;
use zbus::fdo::DBusProxy;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, message};

use super::bus;
use super::drop::file_of_uri;

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
    Picked(Vec<PathBuf>),
    /// The user changed their mind.
    Cancelled,
    /// There is no dialog on this desktop, or it broke; a path can still be typed.
    Unavailable,
}

/// The window a dialog belongs to, in the portal's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parent(String);

impl Parent {
    /// The window with this handle. On Wayland a dialog cannot be tied to it yet.
    pub fn of(window: RawWindowHandle) -> Self {
        match window {
            RawWindowHandle::Xlib(handle) => Self(format!("x11:{:x}", handle.window)),
            RawWindowHandle::Xcb(handle) => Self(format!("x11:{:x}", handle.window)),
            _ => Self::default(),
        }
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
        Box::pin(async move {
            let options = HashMap::from([("multiple", Value::from(true))]);
            pick(&parent, &title, options).await
        })
    }

    fn pick_folder(
        &self,
        parent: Parent,
        title: String,
        start: Option<PathBuf>,
    ) -> BoxFuture<'static, Picked> {
        Box::pin(async move {
            let mut options = HashMap::from([("directory", Value::from(true))]);
            if let Some(start) = start {
                options.insert("current_folder", Value::from(with_nul(&start)));
            }
            pick(&parent, &title, options).await
        })
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

async fn pick(parent: &Parent, title: &str, options: HashMap<&str, Value<'_>>) -> Picked {
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
    ask(&connection, parent, title, options).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "the dialog for files broke");
        Picked::Unavailable
    })
}

/// Which one it is; any answer will do.
async fn version(connection: &Connection) -> zbus::Result<u32> {
    let request = (CHOOSER, "version");
    let properties = Some("org.freedesktop.DBus.Properties");
    let answer = connection.call_method(Some(PORTAL), PATH, properties, "Get", &request).await?;
    Ok(answer.body().deserialize::<OwnedValue>()?.try_into()?)
}

/// Opens the dialog and waits for its end, or the portal's.
async fn ask(
    connection: &Connection,
    parent: &Parent,
    title: &str,
    mut options: HashMap<&str, Value<'_>>,
) -> zbus::Result<Picked> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let token = format!("windlass{}", COUNT.fetch_add(1, Ordering::Relaxed));
    // Listening first, so that the answer cannot be missed; where it will come from is known later.
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .interface("org.freedesktop.portal.Request")?
        .member("Response")?
        .path_namespace("/org/freedesktop/portal/desktop/request")?
        .build();
    let mut answers = MessageStream::for_match_rule(rule, connection, None).await?;
    let names = DBusProxy::new(connection).await?;
    let mut owners = names.receive_name_owner_changed_with_args(&[(0, PORTAL)]).await?;

    options.insert("handle_token", Value::from(token));
    let request = (&parent.0, title, options);
    let asked = Instant::now();
    let call = connection.call_method(Some(PORTAL), PATH, Some(CHOOSER), "OpenFile", &request).await?;
    let dialog: OwnedObjectPath = call.body().deserialize()?;
    let header = call.header();
    loop {
        tokio::select! {
            answer = answers.next() => {
                let Some(answer) = answer.transpose()? else { return Ok(Picked::Unavailable) };
                let theirs = answer.header();
                if theirs.path() == Some(&*dialog) && theirs.sender() == header.sender() {
                    let (code, results) = answer.body().deserialize()?;
                    return Ok(outcome(code, results, asked.elapsed()));
                }
            }
            _ = owners.next() => return Ok(Picked::Unavailable),
        }
    }
}

/// What a response means that came `after` asking: 0 is done, 1 cancelled, 2 ended otherwise. The
/// last is a dialog that could not be shown, but also how some desktops report a closed one.
fn outcome(code: u32, mut results: HashMap<String, OwnedValue>, after: Duration) -> Picked {
    match code {
        0 => {}
        1 => return Picked::Cancelled,
        _ if after < UNSEEN => return Picked::Unavailable,
        _ => return Picked::Cancelled,
    }
    let uris: Vec<String> = results.remove("uris").and_then(|uris| uris.try_into().ok()).unwrap_or_default();
    let paths: Vec<PathBuf> = uris.iter().filter_map(|uri| file_of_uri(uri)).collect();
    if paths.is_empty() { Picked::Unavailable } else { Picked::Picked(paths) }
}

/// A path as D-Bus carries it: bytes with a NUL at the end.
fn with_nul(path: &Path) -> Vec<u8> {
    [path.as_os_str().as_bytes(), b"\0"].concat()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use raw_window_handle::{XcbWindowHandle, XlibWindowHandle};

    use super::*;

    fn results(uris: &[&str]) -> HashMap<String, OwnedValue> {
        HashMap::from([("uris".into(), Value::from(uris.to_vec()).try_into().unwrap())])
    }

    #[test]
    fn what_was_chosen_comes_as_paths() {
        let picked = outcome(0, results(&["file:///a%20b", "file:///c/d.iso"]), UNSEEN);
        assert_eq!(picked, Picked::Picked(vec!["/a b".into(), "/c/d.iso".into()]));
    }

    #[test]
    fn cancelling_and_breaking_are_told_apart() {
        let none = HashMap::new;
        assert_eq!(outcome(1, none(), Duration::ZERO), Picked::Cancelled);
        assert_eq!(outcome(2, none(), UNSEEN), Picked::Cancelled);
        assert_eq!(outcome(2, none(), Duration::from_millis(20)), Picked::Unavailable);
        assert_eq!(outcome(0, none(), UNSEEN), Picked::Unavailable);
        assert_eq!(
            outcome(0, results(&["https://example.org/", "file://nas/x"]), UNSEEN),
            Picked::Unavailable
        );
    }

    #[test]
    fn a_dialog_knows_its_window_on_x11() {
        let xlib = RawWindowHandle::Xlib(XlibWindowHandle::new(0x3a0_0007));
        assert_eq!(Parent::of(xlib), Parent("x11:3a00007".into()));
        let xcb = RawWindowHandle::Xcb(XcbWindowHandle::new(NonZeroU32::new(255).unwrap()));
        assert_eq!(Parent::of(xcb), Parent("x11:ff".into()));
    }

    #[tokio::test]
    async fn a_scripted_picker_answers_and_remembers() {
        let picker = Scripted::new(Picked::Cancelled);
        let answer = picker.pick_folder(Parent::default(), "Where to".into(), None).await;
        assert_eq!((answer, picker.titles()), (Picked::Cancelled, vec!["Where to".to_owned()]));
    }
}
