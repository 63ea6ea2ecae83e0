//! What the window needs from the desktop, behind one trait, so that it runs without any.

use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use iced::{Subscription, Window};
use tokio::sync::watch;

mod real;

pub use crate::system::appearance::{Scheme, Wishes};
pub use crate::system::application::Asked;
pub use crate::system::picker::Picked;
pub use crate::system::tray::{Item as TrayItem, Menu as TrayMenu, TrayAction};
pub use real::Real;

/// Something that happened on the desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something is being dragged over the window.
    Hover,
    /// It left again.
    Leave,
    /// It was dropped.
    Dropped {
        /// Links in it.
        links: Vec<String>,
        /// Files in it.
        files: Vec<PathBuf>,
    },
    /// Files are being dragged out of the window.
    Outward {
        /// Whether they could be dropped where the pointer is.
        welcome: bool,
    },
    /// They are not any more.
    Ended,
    /// Somebody chose something from the tray.
    Tray(TrayAction),
    /// The desktop itself asks for something.
    Asked(Asked),
}

/// A file or folder that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} could not be opened", .0.display())]
pub struct CannotOpen(pub PathBuf);

/// A file that could not be moved to the trash, and is where it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} could not be moved to the trash", .0.display())]
pub struct NotTrashed(pub PathBuf);

/// The desktop. No call blocks.
pub trait Desktop: Send + Sync + 'static {
    /// Opens a file with its program.
    fn open(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>>;

    /// Opens what is there of a file, under the name that it will have: `NAME`, while it is `NAME.part`.
    fn open_part(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>>;

    /// Shows a file in its folder.
    fn show_in_folder(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>>;

    /// Moves a file to the trash; one that is gone is as good as there.
    fn move_to_trash(&self, file: PathBuf) -> BoxFuture<'static, Result<(), NotTrashed>>;

    /// Lets the user choose files, under `title`.
    fn pick_files(&self, title: String) -> BoxFuture<'static, Picked>;

    /// Lets the user choose a folder, under `title`, beginning at `start`.
    fn pick_folder(&self, title: String, start: PathBuf) -> BoxFuture<'static, Picked>;

    /// How everything should look, now and as it changes.
    fn wishes(&self) -> watch::Receiver<Wishes>;

    /// Shows this menu in the tray, if there is one.
    fn set_tray(&self, menu: TrayMenu);

    /// Whether there is a tray that shows it.
    fn has_tray(&self) -> bool;

    /// Lets the pointer, whose button is held, carry those of these files that are there out of the window.
    fn drag_out(&self, files: Vec<PathBuf>);

    /// Makes a window take dropped links and files, and dialogs belong to it. Called on the thread
    /// of the window, for each new one.
    fn attach(&self, window: &dyn Window);

    /// Brings the window that was made ready to the front, as the desktop said with this activation token that it may.
    fn activate(&self, token: String);

    /// Lets the window go again. Called before it closes and before the program ends.
    fn detach(&self);

    /// What happens on the desktop, from now on. Asked for once.
    fn events(&self) -> BoxStream<'static, Event>;
}

/// What happens on the desktop, as messages.
pub fn happenings(desktop: &Arc<dyn Desktop>) -> Subscription<Event> {
    Subscription::run_with(Source(Arc::clone(desktop)), |source| source.0.events())
}

/// How everything should look, as it changes.
pub fn wishes(desktop: &Arc<dyn Desktop>) -> Subscription<Wishes> {
    Subscription::run_with(Source(Arc::clone(desktop)), |source| {
        futures_util::stream::unfold(source.0.wishes(), |mut wishes| async move {
            wishes.changed().await.ok()?;
            let now = *wishes.borrow_and_update();
            Some((now, wishes))
        })
    })
}

/// There is one desktop, and it stays the same.
struct Source(Arc<dyn Desktop>);

impl Hash for Source {
    fn hash<H: Hasher>(&self, state: &mut H) {
        "the desktop".hash(state);
    }
}
