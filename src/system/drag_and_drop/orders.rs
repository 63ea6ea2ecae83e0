//! What wakes the thread: the desktop, pipes to others, and orders of the window.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::{Receiver, Sender};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::List;

/// What the window wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// This is to be carried by the pointer.
    Drag(List),
    /// It was called for nothing.
    None,
    /// The window is about to go.
    End,
}

/// The window's end. Without it the other end hears [`Order::End`].
#[derive(Debug)]
pub(super) struct Bell {
    orders: Sender<List>,
    wake: PipeWriter,
}

/// The thread's end.
#[derive(Debug)]
pub(super) struct Orders {
    orders: Receiver<List>,
    woken: PipeReader,
}

/// A way for orders. Something that polls can wait for them.
pub(super) fn channel() -> io::Result<(Bell, Orders)> {
    let (woken, wake) = io::pipe()?;
    // Nobody may have to wait for a thread that does not listen.
    rustix::io::ioctl_fionbio(&wake, true)?;
    let (sender, orders) = std::sync::mpsc::channel();
    Ok((Bell { orders: sender, wake }, Orders { orders, woken }))
}

impl Bell {
    pub(super) fn ring(&self, list: List) {
        // A thread that has given up takes no orders, and said why; one that sleeps on with a full pipe was woken.
        let _ = self.orders.send(list);
        let _ = (&self.wake).write(&[0]);
    }
}

impl Orders {
    /// The newest order. Waits for one, so ask when [`wait`] says that there is.
    pub(super) fn hear(&self) -> io::Result<Order> {
        let mut rings = [0; 64];
        let heard = loop {
            match (&self.woken).read(&mut rings) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                heard => break heard?,
            }
        };
        if heard == 0 {
            return Ok(Order::End);
        }
        Ok(self.orders.try_iter().last().map_or(Order::None, Order::Drag))
    }
}

impl AsFd for Orders {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.woken.as_fd()
    }
}

/// Sleeps until one of `sources` has something (or was closed), one of the `sinks` takes something (or was closed) or
/// `deadline` has passed; says which of the sources it was.
pub(super) fn wait<const N: usize>(
    sources: [Option<BorrowedFd<'_>>; N],
    sinks: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<[bool; N]> {
    let read = sources.iter().flatten().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN));
    let written = sinks.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::OUT));
    let mut polled: Vec<PollFd<'_>> = read.chain(written).collect();
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_the_newest_order_counts_and_the_last_is_to_end() {
        let (bell, orders) = channel().unwrap();
        bell.ring((*b"a").into());
        bell.ring((*b"b").into());
        assert_eq!(orders.hear().unwrap(), Order::Drag((*b"b").into()));
        drop(bell);
        assert_eq!(orders.hear().unwrap(), Order::End);
    }

    #[test]
    fn a_thread_that_does_not_listen_holds_nobody_up() {
        let (bell, orders) = channel().unwrap();
        for _ in 0..100_000 {
            bell.ring(List::default());
        }
        drop(orders);
        bell.ring(List::default());
    }

    #[test]
    fn a_wait_ends_at_its_deadline_and_says_that_nothing_came() {
        let (quiet, _writer) = io::pipe().unwrap();
        let deadline = Instant::now() + Duration::from_millis(5);
        assert_eq!(wait([Some(quiet.as_fd()), None], &[], Some(deadline)).unwrap(), [false, false]);
        assert!(Instant::now() >= deadline);
    }

    #[test]
    fn a_wait_says_who_has_something() {
        let (quiet, _writer) = io::pipe().unwrap();
        let (closed, writer) = io::pipe().unwrap();
        drop(writer);
        let ready = wait([None, Some(quiet.as_fd()), Some(closed.as_fd())], &[], None).unwrap();
        assert_eq!(ready, [false, false, true]);
    }

    #[test]
    fn a_wait_ends_when_something_can_be_written() {
        let (quiet, writer) = io::pipe().unwrap();
        assert_eq!(wait([Some(quiet.as_fd())], &[writer.as_fd()], None).unwrap(), [false]);
    }
}
