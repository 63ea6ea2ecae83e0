//! One connection's way to the file: bytes are read into large buffers that go to the writer, or, where
//! they come fast off a bare socket, into pipes.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::io::Errno;

use super::pipe::Load;
use super::sources::Origins;
use super::writer::Sink;
use crate::transfer::Ranges;

/// A buffer that takes longer than this to fill ends a run.
const QUICK: Duration = Duration::from_millis(20);
/// Buffers grow when a run was this many of them long. Shorter runs are bursts of a slow stream,
/// of which there may be hundreds.
const RUN: usize = 16;

/// See the module.
#[derive(Debug)]
pub(crate) struct Filler {
    sink: Sink,
    load: Load,
    /// Where its first byte goes.
    at: u64,
    began: Instant,
    /// Bytes that came one quick buffer after the other.
    run: usize,
    /// Whether the kernel refused to fill a pipe.
    no_pipes: bool,
    handed: Arc<Handed>,
    /// The source that its bytes come from.
    source: usize,
}

/// Which bytes of a file the writer has, from all connections. None of them is written twice: what was
/// written may be read and judged already, and another connection that gets the same bytes may be wrong.
#[derive(Debug)]
pub(super) struct Handed(Mutex<Parts>);

#[derive(Debug)]
struct Parts {
    /// What a connection has taken on itself to hand over.
    claimed: Ranges,
    /// What it did hand over: a sync that is asked for afterwards covers it.
    handed: Ranges,
    /// Which source it came from.
    origins: Origins,
}

impl Handed {
    /// For a file of which `durable` is already there.
    pub(super) fn new(durable: &Ranges) -> Self {
        let (claimed, handed) = (durable.clone(), durable.clone());
        Self(Mutex::new(Parts { claimed, handed, origins: Origins::default() }))
    }

    /// What the writer has.
    pub(super) fn ranges(&self) -> Ranges {
        self.lock().handed.clone()
    }

    /// Which source it got them from.
    pub(super) fn origins(&self) -> Origins {
        self.lock().origins.clone()
    }

    /// These bytes are to be written once more.
    pub(super) fn forget(&self, range: Range<u64>) {
        let mut parts = self.lock();
        parts.claimed.remove(range.clone());
        parts.origins.forget(&range);
        parts.handed.remove(range);
    }

    /// Claims what nobody has claimed of `range`: that is what the caller has to write.
    fn claim(&self, range: Range<u64>) -> Vec<Range<u64>> {
        let mut parts = self.lock();
        let mut fresh: Ranges = std::iter::once(range.clone()).collect();
        for known in parts.claimed.iter() {
            fresh.remove(known);
        }
        parts.claimed.insert(range);
        fresh.iter().collect()
    }

    fn insert(&self, source: usize, ranges: Vec<Range<u64>>) {
        let mut parts = self.lock();
        for range in ranges {
            parts.origins.insert(source, range.clone());
            parts.handed.insert(range);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filler {
    pub(super) fn new(sink: Sink, handed: Arc<Handed>, source: usize) -> Self {
        let (load, began) = (Load::none(), Instant::now());
        Self { sink, load, at: 0, began, run: 0, no_pipes: false, handed, source }
    }

    /// Makes sure that there is room for bytes that belong at `offset`; in a pipe only if they are to
    /// come off a `bare` socket.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) async fn make_room(&mut self, offset: u64, bare: bool) -> io::Result<()> {
        let bare = bare && !self.no_pipes;
        let is_elsewhere = self.load.len() > 0 && offset != self.at + self.load.len() as u64;
        if is_elsewhere || self.load.is_pipe() && !bare {
            self.hand_over(0)?;
        }
        if self.load.is_none() || self.load.is_pipe() && !bare {
            self.load = self.sink.load(bare).await?;
        }
        if self.load.len() == 0 {
            self.at = offset;
        }
        Ok(())
    }

    /// Where to read bytes to once there is [room](Self::make_room). What was read is to be
    /// [told](Self::took).
    pub(crate) fn load(&mut self) -> &mut Load {
        &mut self.load
    }

    /// Takes note that `count` more bytes were read, of which the last ones, those `beyond` the end of
    /// the slice, are not to be written.
    ///
    /// # Errors
    /// If the writer has ended.
    pub(crate) fn took(&mut self, count: usize, beyond: u64) -> io::Result<()> {
        if self.load.len() == count {
            self.began = Instant::now();
        }
        if beyond > 0 {
            return self.hand_over(beyond);
        }
        if !self.load.is_full() {
            return Ok(());
        }
        self.pace();
        self.hand_over(0)
    }

    /// Whether bytes can be read otherwise, as it is only pipes that the kernel refuses to fill.
    pub(crate) fn goes_on_without_pipes(&mut self, error: &io::Error) -> bool {
        let refusal = matches!(Errno::from_io_error(error), Some(Errno::INVAL | Errno::NOSYS | Errno::PERM));
        let refused = self.load.is_pipe() && refusal;
        self.no_pipes |= refused;
        refused
    }

    /// Hands over what there is.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        // A buffer that a while was not enough to fill is too large.
        if self.began.elapsed() >= QUICK {
            self.sink.shrink();
            self.sink.trim()?;
        }
        self.hand_over(0)
    }

    /// Hands over what there is and waits until everything is written.
    ///
    /// # Errors
    /// The first failure of a write.
    pub(crate) async fn settle(&mut self) -> io::Result<()> {
        self.hand_over(0)?;
        self.sink.settle().await
    }

    /// As if a long run had been quick.
    #[cfg(test)]
    pub(super) fn hurry(&mut self) {
        (0..10).for_each(|_| self.sink.grow());
    }

    /// A full buffer is about to go: should the next ones be larger?
    fn pace(&mut self) {
        let size = self.load.len();
        if self.began.elapsed() >= QUICK {
            self.run = 0;
            self.sink.shrink();
            return;
        }
        self.run += size;
        if self.run >= RUN * size {
            self.sink.grow();
            self.run = 0;
        }
    }

    /// Hands over what there is but for the last bytes, those `beyond` what is to be written.
    fn hand_over(&mut self, beyond: u64) -> io::Result<()> {
        if self.load.len() == 0 {
            return Ok(());
        }
        let fresh = self.handed.claim(self.at..self.at + self.load.len() as u64 - beyond);
        if fresh.is_empty() {
            self.load.clear();
            return Ok(());
        }
        let load = std::mem::replace(&mut self.load, Load::none());
        self.sink.write(self.at, load, fresh.clone())?;
        // Only now: a sync that is asked for after this covers it.
        self.handed.insert(self.source, fresh);
        Ok(())
    }
}

#[cfg(test)]
#[path = "filler/tests.rs"]
mod tests;
