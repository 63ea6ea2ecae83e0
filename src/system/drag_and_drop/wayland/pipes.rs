//! What comes from other programs and what goes to them, as it is given and taken: nobody waits for anybody.

use std::fs::File;
use std::io::{self, PipeReader, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use wayland_client::Connection;
use wayland_client::protocol::wl_data_offer::WlDataOffer;

use super::super::{LARGEST, PATIENCE};

/// Bytes on their way from another program.
pub(super) struct Receiving {
    pipe: PipeReader,
    bytes: Vec<u8>,
    deadline: Instant,
}

impl Receiving {
    /// Asks for what is offered, in this form.
    pub(super) fn ask(
        connection: &Connection,
        offer: &WlDataOffer,
        form: &str,
        patience: Duration,
    ) -> io::Result<Self> {
        let (pipe, theirs) = io::pipe()?;
        offer.receive(form.to_owned(), theirs.as_fd());
        // Ours must be closed before the other program's, or its end is never seen.
        drop(theirs);
        let _ = connection.flush();
        Ok(Self { pipe, bytes: Vec::new(), deadline: Instant::now() + patience })
    }

    /// When all of it has to be there.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Takes what is there: all of it at last, or nothing where it is too much. Called only when there is something,
    /// so that it never waits.
    pub(super) fn read_on(&mut self) -> Poll<Option<Vec<u8>>> {
        let mut buffer = vec![0; 64 * 1024];
        match self.pipe.read(&mut buffer) {
            Ok(0) => return Poll::Ready(Some(std::mem::take(&mut self.bytes))),
            Ok(read) if self.bytes.len() + read <= LARGEST => self.bytes.extend(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return Poll::Ready(None),
        }
        Poll::Pending
    }
}

impl AsFd for Receiving {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

/// Bytes on their way to other programs.
#[derive(Default)]
pub(super) struct Sendings(Vec<Sending>);

struct Sending {
    to: File,
    bytes: Arc<[u8]>,
    sent: usize,
    deadline: Instant,
}

impl Sendings {
    /// Begins to send `bytes`.
    pub(super) fn send(&mut self, to: OwnedFd, bytes: &Arc<[u8]>) {
        // Who asks may not read, and nobody else may have to wait for that.
        if let Err(error) = rustix::io::ioctl_fionbio(&to, true) {
            tracing::warn!(%error, "another program could not be given what it asked for");
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        self.0.push(Sending { to: to.into(), bytes: Arc::clone(bytes), sent: 0, deadline });
        self.write_on();
    }

    /// When the first of those who are sent something has had enough time.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.iter().map(|sending| sending.deadline).min()
    }

    /// Those who have not taken all that they are sent.
    pub(super) fn sinks(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.0.iter().map(|sending| sending.to.as_fd())
    }

    /// Gives everybody as much as they take, and up on those who take too long.
    pub(super) fn write_on(&mut self) {
        let now = Instant::now();
        self.0.retain_mut(|sending| sending.write() && now < sending.deadline);
    }
}

impl Sending {
    /// Whether there is more to write.
    fn write(&mut self) -> bool {
        while self.sent < self.bytes.len() {
            match self.to.write(&self.bytes[self.sent..]) {
                Ok(0) => return false,
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // One that has closed its end wants no more.
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiving() -> (Receiving, io::PipeWriter) {
        let (pipe, theirs) = io::pipe().unwrap();
        (Receiving { pipe, bytes: Vec::new(), deadline: Instant::now() + PATIENCE }, theirs)
    }

    #[test]
    fn what_is_handed_over_piece_by_piece_is_whole_when_the_pipe_is_closed() {
        let (mut receiving, mut theirs) = receiving();
        for piece in [b"ab", b"cd"] {
            theirs.write_all(piece).unwrap();
            assert_eq!(receiving.read_on(), Poll::Pending);
        }
        drop(theirs);
        assert_eq!(receiving.read_on(), Poll::Ready(Some(b"abcd".to_vec())));
    }

    #[test]
    fn what_is_too_much_is_not_taken() {
        let (mut receiving, mut theirs) = receiving();
        receiving.bytes = vec![0; LARGEST];
        theirs.write_all(b"a").unwrap();
        assert_eq!(receiving.read_on(), Poll::Ready(None));
    }

    #[test]
    fn much_is_sent_as_it_is_taken_and_then_ends() {
        let bytes: Arc<[u8]> = (0..300_000).map(|at: u32| at.to_le_bytes()[0]).collect();
        let (mut theirs, ours) = io::pipe().unwrap();
        let mut sendings = Sendings::default();
        sendings.send(ours.into(), &bytes);
        let (mut taken, mut buffer) = (Vec::new(), vec![0; 5_000]);
        while sendings.deadline().is_some() {
            let read = theirs.read(&mut buffer).unwrap();
            taken.extend(&buffer[..read]);
            sendings.write_on();
        }
        theirs.read_to_end(&mut taken).unwrap();
        assert!(*taken == *bytes);
    }

    #[test]
    fn one_who_closes_the_pipe_is_sent_nothing_more() {
        let (theirs, ours) = io::pipe().unwrap();
        let mut sendings = Sendings::default();
        sendings.send(ours.into(), &vec![0; 300_000].into());
        assert_eq!(sendings.sinks().count(), 1);
        drop(theirs);
        sendings.write_on();
        assert_eq!(sendings.sinks().count(), 0);
    }
}
