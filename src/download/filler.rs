//! One connection's way to the file: bytes are read into large buffers that go to the writer.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
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
    /// What was handed to the writer, by all connections.
    handed: Arc<Mutex<Ranges>>,
}

impl Filler {
    pub(super) fn new(sink: Sink, handed: Arc<Mutex<Ranges>>) -> Self {
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
        let bytes = std::mem::take(&mut self.buffer);
        let range = self.at..self.at + bytes.len() as u64;
        self.sink.write(self.at, bytes)?;
        // Only now: a sync that is asked for after this covers it.
        self.handed.lock().unwrap_or_else(PoisonError::into_inner).insert(range);
        Ok(())
    }
}
