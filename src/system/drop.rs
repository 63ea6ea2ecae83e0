//! Files and links dropped on the window, on X11 and on native Wayland.
//!
//! The windowing library knows no drops on Wayland and only files on X11, and one name it cannot
//! read silently loses a whole drop there. So a target of our own stands beside it: one thread that
//! sleeps until the desktop says something. Every [`DropEvent::Hover`] is followed by exactly one
//! [`DropEvent::Leave`] or [`DropEvent::Dropped`], whatever becomes of the program dragged from.

mod content;
mod wayland;
mod x11;

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::BorrowedFd;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawWindowHandle};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc::UnboundedSender;

pub use content::{Content, file_of_uri};

use super::raw;

/// The most bytes a drop may have, as the lists and texts they are.
const LARGEST: usize = 1024 * 1024;

/// The longest a source may take to hand over what was dropped.
const PATIENCE: Duration = Duration::from_secs(5);

/// What happens over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropEvent {
    /// Something that may hold files or links is over the window.
    Hover,
    /// It is gone again, or could not be read.
    Leave,
    /// It was dropped. Nothing usable may have been in it.
    Dropped(Content),
}

/// Why there is no drop target, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum DropError {
    /// Neither X11 nor Wayland.
    #[error("this desktop has no known way of dropping things")]
    Unsupported,
    /// The window is not open any more.
    #[error("the window has no handle")]
    Window(#[from] raw_window_handle::HandleError),
    /// No pipe or thread to be had, or waiting failed.
    #[error("the drop target could not wait for events")]
    Io(#[from] io::Error),
    /// No connection to the X server.
    #[error("the X server cannot be reached")]
    Connect(#[from] x11rb::errors::ConnectError),
    /// The X server refused something or went away.
    #[error("the X server refused the drop target")]
    X11(#[from] x11rb::errors::ReplyOrIdError),
    /// The compositor has no seat or no drag and drop.
    #[error("the compositor offers no drag and drop")]
    Globals(#[from] wayland_client::globals::GlobalError),
    /// See [`DropError::Globals`].
    #[error("the compositor offers no drag and drop")]
    Bind(#[from] wayland_client::globals::BindError),
    /// The compositor went away.
    #[error("the compositor closed the connection")]
    Wayland(#[from] wayland_client::DispatchError),
}

impl From<x11rb::errors::ConnectionError> for DropError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::X11(error.into())
    }
}

impl From<x11rb::errors::ReplyError> for DropError {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        Self::X11(error.into())
    }
}

/// A window's readiness to take drops; dropping it takes that back and ends its thread.
///
/// On Wayland it lives on the window's own connection to the compositor, so it must be dropped
/// before the event loop is.
#[derive(Debug)]
pub struct DropTarget {
    /// Closed to end the thread: the other end of the pipe wakes it.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl DropTarget {
    /// Lets `window` take drops. Call it where the window lives; it does no input or output itself,
    /// and a failure to reach the desktop later on is only logged.
    ///
    /// # Errors
    /// [`DropError::Unsupported`] on other systems, [`DropError::Window`] and [`DropError::Io`].
    pub fn attach<W>(window: &W, events: UnboundedSender<DropEvent>) -> Result<Self, DropError>
    where
        W: HasWindowHandle + HasDisplayHandle + ?Sized,
    {
        let handle = window.window_handle()?.as_raw();
        let hover = Hover { events, open: false };
        match handle {
            RawWindowHandle::Xlib(handle) => {
                let top = u32::try_from(handle.window).map_err(|_| DropError::Unsupported)?;
                Self::spawn(move |stop| x11::run(top, stop, hover))
            }
            RawWindowHandle::Xcb(handle) => {
                let top = handle.window.get();
                Self::spawn(move |stop| x11::run(top, stop, hover))
            }
            RawWindowHandle::Wayland(handle) => {
                let backend = raw::adopt_display(window.display_handle()?).ok_or(DropError::Unsupported)?;
                let surface = handle.surface.as_ptr().addr();
                Self::spawn(move |stop| wayland::run(backend, surface, stop, hover))
            }
            _ => Err(DropError::Unsupported),
        }
    }

    fn spawn<F>(work: F) -> Result<Self, DropError>
    where
        F: FnOnce(&PipeReader) -> Result<(), DropError> + Send + 'static,
    {
        let (stopped, stop) = io::pipe()?;
        let thread = std::thread::Builder::new().name("drops".into()).spawn(move || {
            if let Err(error) = work(&stopped) {
                tracing::warn!(%error, "nothing can be dropped on the window");
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for DropTarget {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It is between two polls at most, and a panic in it concerns nobody here.
            let _ = thread.join();
        }
    }
}

/// Keeps the promise that every hover ends exactly once.
#[derive(Debug)]
struct Hover {
    events: UnboundedSender<DropEvent>,
    open: bool,
}

impl Hover {
    fn enter(&mut self) {
        if !self.open {
            self.open = true;
            self.send(DropEvent::Hover);
        }
    }

    fn leave(&mut self) {
        if std::mem::take(&mut self.open) {
            self.send(DropEvent::Leave);
        }
    }

    fn dropped(&mut self, content: Content) {
        if std::mem::take(&mut self.open) {
            self.send(DropEvent::Dropped(content));
        }
    }

    fn send(&self, event: DropEvent) {
        // Without a receiver the target is about to be detached.
        let _ = self.events.send(event);
    }
}

impl Drop for Hover {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Sleeps until one of `sources` has something (or was closed) or `deadline` has passed; says which.
fn wait<const N: usize>(
    sources: [Option<BorrowedFd<'_>>; N],
    deadline: Option<Instant>,
) -> io::Result<[bool; N]> {
    let mut polled: Vec<PollFd<'_>> =
        sources.iter().flatten().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut polled, left.as_ref()) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    let mut answers = polled.iter().map(|fd| !fd.revents().is_empty());
    Ok(sources.map(|source| source.is_some() && answers.next().unwrap_or(false)))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    fn hover() -> (Hover, UnboundedReceiver<DropEvent>) {
        let (events, received) = unbounded_channel();
        (Hover { events, open: false }, received)
    }

    fn all(received: &mut UnboundedReceiver<DropEvent>) -> Vec<DropEvent> {
        std::iter::from_fn(|| received.try_recv().ok()).collect()
    }

    #[test]
    fn every_hover_ends_exactly_once() {
        let (mut hover, mut received) = hover();
        hover.leave();
        hover.enter();
        hover.enter();
        hover.dropped(Content::default());
        hover.leave();
        hover.dropped(Content::default());
        assert_eq!(all(&mut received), [DropEvent::Hover, DropEvent::Dropped(Content::default())]);
    }

    #[test]
    fn a_target_that_goes_away_leaves_no_hover_behind() {
        let (mut hover, mut received) = hover();
        hover.enter();
        drop(hover);
        assert_eq!(all(&mut received), [DropEvent::Hover, DropEvent::Leave]);
    }

    #[test]
    fn dropping_the_target_ends_its_thread_for_good() {
        for _ in 0..50 {
            let (done, ended) = std::sync::mpsc::channel();
            let target = DropTarget::spawn(move |stop| {
                while !wait([Some(stop.as_fd())], None)?[0] {}
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
    fn a_wait_ends_at_its_deadline_and_says_that_nothing_came() {
        let (quiet, _writer) = io::pipe().unwrap();
        let deadline = Instant::now() + Duration::from_millis(5);
        assert_eq!(wait([Some(quiet.as_fd()), None], Some(deadline)).unwrap(), [false, false]);
        assert!(Instant::now() >= deadline);
    }

    #[test]
    fn a_wait_says_who_has_something() {
        let (quiet, _writer) = io::pipe().unwrap();
        let (closed, writer) = io::pipe().unwrap();
        drop(writer);
        let ready = wait([None, Some(quiet.as_fd()), Some(closed.as_fd())], None).unwrap();
        assert_eq!(ready, [false, false, true]);
    }
}
