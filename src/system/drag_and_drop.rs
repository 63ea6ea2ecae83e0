//! Files and links dropped on the window, and files dragged out of it, on X11 and on native Wayland; there what is
//! copied and pasted too, which takes the same way.
//!
//! The windowing library knows no drops on Wayland and only files on X11, one name it cannot read
//! silently loses a whole drop there, and it starts no drags at all. So a thread of our own stands
//! beside it, and sleeps until the desktop or the window says something. Every [`DragEvent::Hover`] is
//! followed by exactly one [`DragEvent::Leave`] or [`DragEvent::Dropped`], and every
//! [`DragEvent::Outward`] by one [`DragEvent::Ended`] at last, whatever becomes of the other program.

mod content;
mod events;
mod orders;
mod wayland;
mod x11;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawWindowHandle};
use tokio::sync::mpsc::UnboundedSender;

pub use content::{Content, file_of_uri};
pub use events::DragEvent;

use super::raw;
use content::uri_list;
use events::{Hover, Outward};
use orders::{Bell, Order, Orders};

/// The most bytes that are taken at once, as the lists and texts they are: a hundred thousand links.
const LARGEST: usize = 16 * 1024 * 1024;

/// The longest another program may take to hand over what was dropped, to take it, or to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The form in which files leave the window.
const URI_LIST: &str = "text/uri-list";

/// Files on their way out, as [`URI_LIST`].
type List = Arc<[u8]>;

/// Why nothing can be dragged over the window or out of it, or not any longer.
#[derive(Debug, thiserror::Error)]
pub enum DragError {
    /// Neither X11 nor Wayland.
    #[error("this desktop has no known way of dragging things")]
    Unsupported,
    /// The window is not open any more.
    #[error("the window has no handle")]
    Window(#[from] raw_window_handle::HandleError),
    /// No pipe or thread to be had, or waiting failed.
    #[error("drag and drop could not wait for events")]
    Io(#[from] io::Error),
    /// No connection to the X server.
    #[error("the X server cannot be reached")]
    Connect(#[from] x11rb::errors::ConnectError),
    /// The X server refused something or went away.
    #[error("the X server refused drag and drop")]
    X11(#[from] x11rb::errors::ReplyOrIdError),
    /// The compositor has no seat or no drag and drop.
    #[error("the compositor offers no drag and drop")]
    Globals(#[from] wayland_client::globals::GlobalError),
    /// See [`DragError::Globals`].
    #[error("the compositor offers no drag and drop")]
    Bind(#[from] wayland_client::globals::BindError),
    /// The compositor went away.
    #[error("the compositor closed the connection")]
    Wayland(#[from] wayland_client::DispatchError),
}

impl From<x11rb::errors::ConnectionError> for DragError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::X11(error.into())
    }
}

impl From<x11rb::errors::ReplyError> for DragError {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        Self::X11(error.into())
    }
}

/// A window's readiness to take drops and to give files away, and on Wayland its clipboard; dropping it takes that back
/// and ends its thread.
///
/// On Wayland it lives on the window's own connection to the compositor, so it must be dropped
/// before the event loop is.
#[derive(Debug)]
pub struct DragAndDrop {
    /// Without it the thread ends.
    bell: Option<Arc<Bell>>,
    thread: Option<JoinHandle<()>>,
}

impl DragAndDrop {
    /// Lets things be dragged over `window` and out of it. Call it where the window lives; it does no
    /// input or output itself, and a failure to reach the desktop later on is only logged.
    ///
    /// # Errors
    /// [`DragError::Unsupported`] on other systems, [`DragError::Window`] and [`DragError::Io`].
    pub fn attach<W>(window: &W, events: UnboundedSender<DragEvent>) -> Result<Self, DragError>
    where
        W: HasWindowHandle + HasDisplayHandle + ?Sized,
    {
        let handle = window.window_handle()?.as_raw();
        let (hover, outward) = (Hover::new(events.clone()), Outward::new(events));
        match handle {
            RawWindowHandle::Xlib(handle) => {
                let top = u32::try_from(handle.window).map_err(|_| DragError::Unsupported)?;
                Self::spawn(move |orders| x11::run(top, orders, hover, outward))
            }
            RawWindowHandle::Xcb(handle) => {
                let top = handle.window.get();
                Self::spawn(move |orders| x11::run(top, orders, hover, outward))
            }
            RawWindowHandle::Wayland(_) => {
                let backend = raw::adopt_display(window.display_handle()?).ok_or(DragError::Unsupported)?;
                let surface = raw::adopt_surface(window.window_handle()?).ok_or(DragError::Unsupported)?;
                let ends = Self::spawn(move |orders| wayland::run(backend, surface, orders, hover, outward))?;
                ends.bell.iter().for_each(smithay_clipboard::stand_behind);
                Ok(ends)
            }
            _ => Err(DragError::Unsupported),
        }
    }

    /// Lets the pointer, whose button is held since it was pressed on the window, carry these files, whose
    /// paths are absolute. Nothing happens if the button has been let go of, or on a desktop that cannot.
    pub fn drag(&self, files: &[PathBuf]) {
        if let Some(bell) = self.bell.as_ref().filter(|_| !files.is_empty()) {
            bell.ring(Order::Drag(uri_list(files).into()));
        }
    }

    /// Tells the desktop that what it has started under this activation token is this window, which may come to the
    /// front.
    pub fn activate(&self, token: String) {
        if let Some(bell) = &self.bell {
            bell.ring(Order::Activate(token));
        }
    }

    fn spawn<F>(work: F) -> Result<Self, DragError>
    where
        F: FnOnce(&Orders) -> Result<(), DragError> + Send + 'static,
    {
        let (bell, orders) = orders::channel()?;
        let thread = std::thread::Builder::new().name("drag and drop".into()).spawn(move || {
            if let Err(error) = work(&orders) {
                tracing::warn!(%error, "nothing can be dragged over the window or out of it");
            }
        })?;
        Ok(Self { bell: Some(Arc::new(bell)), thread: Some(thread) })
    }
}

impl Drop for DragAndDrop {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            // It is between two polls at most, and a panic in it concerns nobody here.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_it_ends_its_thread_for_good() {
        for _ in 0..50 {
            let (done, ended) = std::sync::mpsc::channel();
            let target = DragAndDrop::spawn(move |orders| {
                while orders.hear()?.is_some() {}
                let _ = done.send(());
                Ok(())
            })
            .unwrap();
            drop(target);
            // The thread was joined: its word is here already.
            ended.try_recv().unwrap();
        }
    }

    #[test]
    fn files_that_are_dragged_reach_the_thread_as_a_list() {
        let (done, ended) = std::sync::mpsc::channel();
        let source = DragAndDrop::spawn(move |orders| {
            while let Some(heard) = orders.hear()? {
                for order in heard {
                    if let Order::Drag(list) = order {
                        let _ = done.send(list);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
        source.drag(&[]);
        source.drag(&["/a b".into(), "/c".into()]);
        assert_eq!(&*ended.recv().unwrap(), b"file:///a%20b\r\nfile:///c\r\n");
        drop(source);
        ended.recv().unwrap_err();
    }
}
