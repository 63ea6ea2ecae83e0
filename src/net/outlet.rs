//! The sending side of a socket with nothing in between, for a thread that may block. What a file has goes
//! from there to the network without coming into our own memory (sendfile(2)), which costs a quarter of
//! what reading and writing does.

use std::fs::File;
use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::ops::Range;
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::sendfile;
use rustix::io::Errno;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::transfer::{ErrorKind, Failure};

/// Most bytes that are copied at once where the kernel cannot do it.
const COPIED: u64 = 64 * 1024;

/// What sends everything that there is to send. It ends early, and well, when nobody wants any more.
pub(crate) type Courier = Box<dyn FnOnce(&mut Outlet) -> Result<(), Failure> + Send>;

/// Where an [`Outlet`] says what went out, and hears whether more is wanted.
pub(super) trait Account: Send + Sync {
    /// So many bytes are out.
    fn sent(&self, bytes: u64);

    /// Sends by `write` and counts it, before anybody can hear an answer to it.
    fn send(&self, write: &mut dyn FnMut() -> io::Result<usize>) -> io::Result<usize> {
        let count = write()?;
        self.sent(count as u64);
        Ok(count)
    }

    /// The socket takes no more. Why, the one who reads from it will learn.
    fn lost(&self);

    /// Tells that nobody wants any more, as the answer is here.
    fn answered(&self) -> &CancellationToken;
}

/// See the module.
pub(crate) struct Outlet {
    socket: Arc<TcpStream>,
    account: Arc<dyn Account>,
    hung_up: CancellationToken,
    runtime: Handle,
}

impl Outlet {
    /// That of `socket`.
    ///
    /// # Errors
    /// If the system has no room for another one.
    pub(super) fn of(socket: &tokio::net::TcpStream, account: Arc<dyn Account>) -> Result<Self, Failure> {
        let socket = socket.as_fd().try_clone_to_owned();
        let socket = socket.map_err(|error| Failure::from_io(&error, Path::new("socket")))?;
        let (socket, hung_up) = (Arc::new(socket.into()), CancellationToken::new());
        Ok(Self { socket, account, hung_up, runtime: Handle::current() })
    }

    /// Lets `courier` send. Dropped before the end, the socket is shut down.
    ///
    /// # Errors
    /// Those of the courier.
    pub(super) async fn carry(mut self, courier: Courier) -> Result<(), Failure> {
        let hang_up = HangUp(Some((self.socket.clone(), self.hung_up.clone())));
        let sent = tokio::task::spawn_blocking(move || courier(&mut self)).await;
        hang_up.not();
        sent.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))
    }

    /// Sends this part of a file. The answer is whether more is wanted.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn send_file(&mut self, file: &File, part: Range<u64>) -> io::Result<bool> {
        let mut at = part.start;
        while at < part.end {
            let left = usize::try_from(part.end - at).unwrap_or(usize::MAX);
            match sendfile(&self.socket, file, Some(&mut at), left) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.account.sent(count as u64),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(),
                // A file system that knows nothing of it, or an error of which one cannot tell whose it is.
                Err(_) => {
                    let mut bytes = vec![0; usize::try_from((part.end - at).min(COPIED)).unwrap_or_default()];
                    file.read_exact_at(&mut bytes, at)?;
                    at += bytes.len() as u64;
                    self.send(&bytes);
                }
            }
            if self.is_over() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sends these bytes. The answer is whether more is wanted.
    pub(crate) fn send(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() && !self.is_over() {
            let mut socket = &*self.socket;
            match self.account.send(&mut || socket.write(bytes)) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.account.lost();
                    self.hung_up.cancel();
                }
            }
        }
        !self.is_over()
    }

    /// Waits for something else than the socket. The answer is whether more is wanted.
    pub(crate) fn wait_for(&mut self, something: impl Future<Output = ()>) -> bool {
        let hung_up = self.hung_up.clone();
        self.runtime.block_on(async {
            tokio::select! {
                () = something => {}
                () = hung_up.cancelled() => {}
            }
        });
        !self.is_over()
    }

    /// Waits until the answer is here, or there will be none.
    pub(crate) fn wait_for_answer(&mut self) {
        let answered = self.account.answered().clone();
        self.wait_for(async move { answered.cancelled().await });
    }

    /// Until the socket takes something, or is no more.
    fn wait(&self) {
        // Whatever ends it, the next try will show.
        _ = poll(&mut [PollFd::new(&self.socket, PollFlags::OUT)], None);
    }

    fn is_over(&self) -> bool {
        self.hung_up.is_cancelled() || self.account.answered().is_cancelled()
    }
}

/// Ends the work of a courier that nobody waits for any more.
struct HangUp(Option<(Arc<TcpStream>, CancellationToken)>);

impl HangUp {
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for HangUp {
    fn drop(&mut self) {
        if let Some((socket, hung_up)) = self.0.take() {
            hung_up.cancel();
            // It may wait for the socket.
            _ = socket.shutdown(Shutdown::Write);
        }
    }
}
