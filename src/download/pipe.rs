//! Bytes that go from a socket to a file without coming into our own memory: the kernel puts them into
//! a pipe, and from there into the file (splice(2)). That costs half of what reading and writing does,
//! so it is for fast streams; for slow ones a buffer is less to keep.
//!
//! What holds for a buffer holds for a pipe: it is filled by the connection, emptied by the writer, and
//! comes back.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{SpliceFlags, fcntl_setpipe_size, splice};
use tokio::io::Interest;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::net::Bare;

/// Bytes that a pipe holds. It has room for this many if they lie in whole pages.
const SIZE: usize = 1024 * 1024;
/// As many as there may be at once: a quarter of what the kernel allows all programs of a user
/// together (pipe(7), `pipe-user-pages-soft`).
static PIPES: Semaphore = Semaphore::const_new(16);
/// Bytes that are copied at once where the kernel cannot do it.
const COPIED: usize = 64 * 1024;
/// Never wait for the pipe: its two ends belong to one of us at a time.
const FLAGS: SpliceFlags = SpliceFlags::MOVE.union(SpliceFlags::NONBLOCK);

/// Bytes on their way to a file.
#[derive(Debug)]
pub(crate) enum Load {
    Buffer(Vec<u8>),
    Pipe(Pipe),
}

impl Load {
    /// One with room for nothing.
    pub(crate) fn none() -> Self {
        Self::Buffer(Vec::new())
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Buffer(buffer) if buffer.capacity() == 0)
    }

    pub(crate) fn is_pipe(&self) -> bool {
        matches!(self, Self::Pipe(_))
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Buffer(buffer) => buffer.len(),
            Self::Pipe(pipe) => pipe.held,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Buffer(buffer) => buffer.len() == buffer.capacity(),
            Self::Pipe(pipe) => pipe.is_full(),
        }
    }

    /// Drops what is left in it.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Buffer(buffer) => buffer.clear(),
            Self::Pipe(pipe) if pipe.held == 0 => {}
            Self::Pipe(_) => *self = Self::none(),
        }
    }

    /// Writes those `parts` of the file that are among its bytes, which begin at `offset`.
    ///
    /// # Errors
    /// The first failure of a write.
    pub(crate) fn write(&mut self, file: &File, offset: u64, parts: &[Range<u64>]) -> io::Result<()> {
        let mut at = offset;
        for part in parts {
            match self {
                Self::Buffer(buffer) => {
                    let place = |at: u64| usize::try_from(at.saturating_sub(offset)).unwrap_or(usize::MAX);
                    let bytes = buffer.get(place(part.start)..place(part.end)).unwrap_or_default();
                    file.write_all_at(bytes, part.start)?;
                }
                Self::Pipe(pipe) => {
                    pipe.skip(part.start.saturating_sub(at))?;
                    pipe.pour(file, part)?;
                }
            }
            at = part.end;
        }
        Ok(())
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Pipe {
    from: PipeReader,
    to: PipeWriter,
    /// How many bytes are in it.
    held: usize,
    _permit: SemaphorePermit<'static>,
}

impl Pipe {
    /// A pipe, if there may be one more and it can be had as large as it has to be.
    pub(crate) fn new() -> Option<Self> {
        Self::of(SIZE)
    }

    fn of(size: usize) -> Option<Self> {
        let permit = PIPES.try_acquire().ok()?;
        let (from, to) = io::pipe().ok()?;
        fcntl_setpipe_size(&to, size).ok()?;
        Some(Self { from, to, held: 0, _permit: permit })
    }

    /// Takes in what comes off the socket, at most `limit` bytes, once there is something. It must not
    /// be full. Dropped while it waits, it has taken nothing.
    ///
    /// # Errors
    /// If the body breaks off.
    pub(crate) async fn fill(&mut self, line: Bare<'_>, limit: usize) -> io::Result<usize> {
        let left = usize::try_from(*line.left).unwrap_or(usize::MAX);
        let room = limit.min(left).min(SIZE - self.held);
        if room == 0 {
            return Ok(0);
        }
        // As there is room in the pipe, it can be nothing but the socket that makes it wait.
        let taking = || Ok(splice(line.socket, None, &self.to, None, room, FLAGS)?);
        let count = line.socket.async_io(Interest::READABLE, taking).await?;
        self.held += count;
        *line.left -= count as u64;
        if count == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(count) }
    }

    /// Whether nothing more goes in. Small pieces take as much of it as large ones, so that only the
    /// kernel knows.
    fn is_full(&self) -> bool {
        let mut writable = [PollFd::new(&self.to, PollFlags::OUT)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.held >= SIZE || poll(&mut writable, Some(&at_once)) != Ok(1)
    }

    /// Moves the next bytes into this part of the file.
    fn pour(&mut self, file: &File, part: &Range<u64>) -> io::Result<()> {
        let mut at = part.start;
        while at < part.end {
            let left = usize::try_from(part.end - at).unwrap_or(usize::MAX);
            let moved = match splice(&self.from, None, file, Some(&mut at), left, FLAGS) {
                Err(Errno::INTR) => continue,
                // A file system that knows nothing of it, and some devices.
                Err(Errno::INVAL) => self.copy(file, &mut at, left.min(COPIED))?,
                moved => moved?,
            };
            if moved == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.held -= moved;
        }
        Ok(())
    }

    fn copy(&self, file: &File, at: &mut u64, count: usize) -> io::Result<usize> {
        let mut bytes = vec![0; count];
        (&self.from).read_exact(&mut bytes)?;
        file.write_all_at(&bytes, *at)?;
        *at += count as u64;
        Ok(count)
    }

    /// Lets go of the next bytes.
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&self.from).take(count), &mut io::sink())?;
        self.held -= usize::try_from(skipped).unwrap_or(self.held);
        Ok(())
    }
}

/// There are only so many pipes: a test that needs some waits until no other one does.
#[cfg(test)]
pub(crate) static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[cfg(test)]
#[path = "pipe/tests.rs"]
mod tests;
