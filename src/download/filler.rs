//! One connection's way to the file: bytes are read into large buffers that go to the writer.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    buffer: Vec<u8>,
    /// Where the first byte of the buffer goes.
    at: u64,
    began: Instant,
    /// Bytes that came one quick buffer after the other.
    run: usize,
    handed: Arc<Handed>,
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
}

impl Handed {
    /// For a file of which `durable` is already there.
    pub(super) fn new(durable: &Ranges) -> Self {
        Self(Mutex::new(Parts { claimed: durable.clone(), handed: durable.clone() }))
    }

    /// What the writer has.
    pub(super) fn ranges(&self) -> Ranges {
        self.lock().handed.clone()
    }

    /// These bytes are to be written once more.
    pub(super) fn forget(&self, range: Range<u64>) {
        let mut parts = self.lock();
        parts.claimed.remove(range.clone());
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

    fn insert(&self, ranges: Vec<Range<u64>>) {
        let mut parts = self.lock();
        for range in ranges {
            parts.handed.insert(range);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filler {
    pub(super) fn new(sink: Sink, handed: Arc<Handed>) -> Self {
        Self { sink, buffer: Vec::new(), at: 0, began: Instant::now(), run: 0, handed }
    }

    /// Makes sure that there is room for bytes that belong at `offset`.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) async fn make_room(&mut self, offset: u64) -> io::Result<()> {
        if !self.buffer.is_empty() && offset != self.at + self.buffer.len() as u64 {
            self.hand_over()?;
        }
        if self.buffer.capacity() == 0 {
            self.buffer = self.sink.buffer().await?;
        }
        if self.buffer.is_empty() {
            self.at = offset;
        }
        Ok(())
    }

    /// Where to read bytes to once there is [room](Self::make_room). What was read is to be
    /// [told](Self::took).
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Takes note that `count` more bytes are in the buffer.
    ///
    /// # Errors
    /// If the writer has ended.
    pub(crate) fn took(&mut self, count: usize) -> io::Result<()> {
        if self.buffer.len() == count {
            self.began = Instant::now();
        }
        if self.buffer.len() < self.buffer.capacity() {
            return Ok(());
        }
        self.pace();
        self.hand_over()
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
        self.hand_over()
    }

    /// Hands over what there is and waits until everything is written.
    ///
    /// # Errors
    /// The first failure of a write.
    pub(crate) async fn settle(&mut self) -> io::Result<()> {
        self.hand_over()?;
        self.sink.settle().await
    }

    /// A full buffer is about to go: should the next ones be larger?
    fn pace(&mut self) {
        let size = self.buffer.len();
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

    fn hand_over(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let fresh = self.handed.claim(self.at..self.at + self.buffer.len() as u64);
        if fresh.is_empty() {
            self.buffer.clear();
            return Ok(());
        }
        self.sink.write(self.at, std::mem::take(&mut self.buffer), fresh.clone())?;
        // Only now: a sync that is asked for after this covers it.
        self.handed.insert(fresh);
        Ok(())
    }
}
