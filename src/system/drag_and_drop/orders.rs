//! What wakes the thread: the desktop, pipes to others, and orders of the window.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use smithay_clipboard::Selection;

use super::List;

/// What the window wants.
#[derive(Debug)]
pub(super) enum Order {
    /// This is to be carried by the pointer.
    Drag(List),
    /// This is to be what was copied last.
    Copy(String),
    /// The window is to come to the front, as this activation token says that it may.
    Activate(String),
    /// What was copied last is wanted, here or elsewhere.
    Paste(Reply),
}

/// Takes a text, or the word that there is none.
pub(super) type Reply = SyncSender<Option<String>>;

/// How long the window waits for what was copied.
const PATIENCE: Duration = Duration::from_secs(1);

/// The window's end. Without it the other end hears that it is over.
#[derive(Debug)]
pub(super) struct Bell {
    orders: Sender<Order>,
    wake: PipeWriter,
}

/// The thread's end.
#[derive(Debug)]
pub(super) struct Orders {
    orders: Receiver<Order>,
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
    pub(super) fn ring(&self, order: Order) {
        // A thread that has given up takes no orders, and said why; one that sleeps on with a full pipe was woken.
        let _ = self.orders.send(order);
        let _ = (&self.wake).write(&[0]);
    }
}

impl Selection for Bell {
    fn load(&self) -> io::Result<String> {
        let (reply, answer) = sync_channel(1);
        self.ring(Order::Paste(reply));
        answer.recv_timeout(PATIENCE).ok().flatten().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn store(&self, text: String) {
        self.ring(Order::Copy(text));
    }
}

impl Orders {
    /// The orders since the last time, none after the last of all. Waits for one, so ask when [`wait`] says that there
    /// is. Of things to be carried the newest counts.
    pub(super) fn hear(&self) -> io::Result<Option<Vec<Order>>> {
        let mut rings = [0; 64];
        let heard = loop {
            match (&self.woken).read(&mut rings) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                heard => break heard?,
            }
        };
        if heard == 0 {
            return Ok(None);
        }
        let mut orders: Vec<Order> = self.orders.try_iter().collect();
        let is_drag = |order: &Order| matches!(order, Order::Drag(_));
        let mut drags = orders.iter().filter(|order| is_drag(order)).count();
        orders.retain(|order| {
            drags -= usize::from(is_drag(order));
            !is_drag(order) || drags == 0
        });
        Ok(Some(orders))
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
    use super::*;

    fn drag(list: &[u8]) -> Order {
        Order::Drag(list.into())
    }

    #[test]
    fn orders_are_heard_in_their_order_and_of_drags_the_newest() {
        let (bell, orders) = channel().unwrap();
        bell.ring(drag(b"a"));
        bell.store("c".into());
        bell.ring(drag(b"b"));
        bell.store("d".into());
        let heard = orders.hear().unwrap().unwrap();
        let [Order::Copy(first), Order::Drag(carried), Order::Copy(last)] = &heard[..] else {
            panic!("{heard:?}")
        };
        assert_eq!((first.as_str(), &**carried, last.as_str()), ("c", b"b".as_slice(), "d"));
        drop(bell);
        assert!(orders.hear().unwrap().is_none());
    }

    #[test]
    fn a_thread_that_does_not_listen_holds_nobody_up() {
        let (bell, orders) = channel().unwrap();
        for _ in 0..100_000 {
            bell.ring(drag(b""));
        }
        bell.load().unwrap_err();
        drop(orders);
        bell.ring(drag(b""));
        bell.load().unwrap_err();
    }

    #[test]
    fn what_was_copied_is_waited_for() {
        let (bell, orders) = channel().unwrap();
        let thread = std::thread::spawn(move || {
            for order in orders.hear().unwrap().unwrap() {
                let Order::Paste(reply) = order else { panic!("{order:?}") };
                reply.send(Some("copied".into())).unwrap();
            }
        });
        assert_eq!(bell.load().unwrap(), "copied");
        thread.join().unwrap();
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
