//! Takes in the bytes of one file, hands them to the writer in large buffers, and knows which of
//! them are safely on the disk.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::writer::{Sink, Writers};
use crate::transfer::Ranges;

/// A buffer that takes longer than this to fill ends a run.
const QUICK: Duration = Duration::from_millis(20);
/// Buffers grow when a run was this many of them long. Shorter runs are bursts of a slow stream,
/// of which there may be hundreds.
const RUN: usize = 16;

/// See the module.
#[derive(Debug)]
pub(crate) struct Intake {
    sink: Sink,
    buffer: Vec<u8>,
    /// Where the first byte of the buffer goes.
    at: u64,
    began: Instant,
    /// Bytes that came one quick buffer after the other.
    run: usize,
    handed: Ranges,
    durable: Ranges,
    checkpoint: Option<Checkpoint>,
}

/// A sync that is under way, and what will be durable after it.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    synced: oneshot::Receiver<io::Result<()>>,
    ranges: Ranges,
}

/// Waits until a checkpoint has come to its end; at once if there is none. Dropped while it waits, it
/// has missed nothing.
pub(crate) async fn reached(checkpoint: &mut Option<Checkpoint>) -> io::Result<()> {
    match checkpoint {
        Some(Checkpoint { synced, .. }) => {
            synced.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
        }
        None => Ok(()),
    }
}

impl Intake {
    /// For a file of which `durable` is already there.
    pub(crate) fn new(file: File, durable: Ranges, writers: &Writers) -> io::Result<Self> {
        let sink = writers.sink(file)?;
        let handed = durable.clone();
        Ok(Self {
            sink,
            buffer: Vec::new(),
            at: 0,
            began: Instant::now(),
            run: 0,
            handed,
            durable,
            checkpoint: None,
        })
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

    /// Where to read bytes to once there is [room](Self::make_room), and a checkpoint that is under way.
    /// What was read is to be [told](Self::took).
    pub(crate) fn parts(&mut self) -> (&mut Vec<u8>, &mut Option<Checkpoint>) {
        (&mut self.buffer, &mut self.checkpoint)
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

    /// Hands over what there is and begins to make everything durable, unless that is under way.
    ///
    /// # Errors
    /// If the writer has ended.
    pub(crate) fn begin_checkpoint(&mut self) -> io::Result<()> {
        // One that a while was not enough to fill is too large.
        if self.began.elapsed() >= QUICK {
            self.sink.shrink();
            self.sink.trim()?;
        }
        self.hand_over()?;
        if self.checkpoint.is_none() && self.handed != self.durable {
            let synced = self.sink.sync()?;
            self.checkpoint = Some(Checkpoint { synced, ranges: self.handed.clone() });
        }
        Ok(())
    }

    /// Takes note of a checkpoint that has come to its end.
    ///
    /// # Errors
    /// If a write or the sync failed; nothing more is durable then.
    pub(crate) fn finish_checkpoint(&mut self, end: io::Result<()>) -> io::Result<&Ranges> {
        let reached = self.checkpoint.take();
        end?;
        if let Some(Checkpoint { ranges, .. }) = reached {
            self.durable = ranges;
        }
        Ok(&self.durable)
    }

    /// Waits for the checkpoint that is under way.
    async fn synced(&mut self) -> io::Result<&Ranges> {
        let end = reached(&mut self.checkpoint).await;
        self.finish_checkpoint(end)
    }

    /// Makes everything durable that was taken.
    ///
    /// # Errors
    /// As for [`Intake::finish_checkpoint`].
    pub(crate) async fn finish(&mut self) -> io::Result<&Ranges> {
        self.synced().await?;
        self.begin_checkpoint()?;
        // The error of the write itself says more than that of the sync behind it.
        self.sink.settle().await?;
        self.synced().await
    }

    /// What is durable.
    pub(crate) fn durable(&self) -> &Ranges {
        &self.durable
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
        self.handed.insert(self.at..self.at + bytes.len() as u64);
        self.sink.write(self.at, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes bytes as they come off a connection: as many as there is room for.
    async fn take(intake: &mut Intake, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            intake.make_room(offset).await?;
            let (buffer, _) = intake.parts();
            let (now, later) = bytes.split_at(bytes.len().min(buffer.capacity() - buffer.len()));
            buffer.extend_from_slice(now);
            intake.took(now.len())?;
            (offset, bytes) = (offset + now.len() as u64, later);
        }
        Ok(())
    }

    fn intake(path: &std::path::Path) -> Intake {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        Intake::new(file, Ranges::default(), &Writers::default()).unwrap()
    }

    #[tokio::test]
    async fn nothing_is_called_durable_before_it_was_synced() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut intake = intake(file.path());
        take(&mut intake, 0, &vec![1; 300_000]).await.unwrap();
        assert!(intake.durable().is_empty());
        intake.begin_checkpoint().unwrap();
        assert_eq!(intake.synced().await.unwrap().prefix(), 300_000);
        take(&mut intake, 300_000, &[2; 5]).await.unwrap();
        assert_eq!(intake.finish().await.unwrap().prefix(), 300_005);
        assert_eq!(std::fs::metadata(file.path()).unwrap().len(), 300_005);
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_makes_nothing_durable() {
        let mut intake = intake(std::path::Path::new("/dev/full"));
        take(&mut intake, 0, &[1; 100]).await.unwrap();
        assert_eq!(intake.finish().await.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(intake.durable().is_empty());
    }

    #[tokio::test]
    async fn pieces_of_any_size_come_out_as_they_went_in() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut intake = intake(file.path());
        let content: Vec<u8> = (0..5_000_000_u32).map(|n| n.to_le_bytes()[1] ^ n.to_le_bytes()[0]).collect();
        let mut at = 0;
        for size in (1..).map(|n| n * 7919 % 200_000 + 1) {
            let end = content.len().min(at + size);
            take(&mut intake, at as u64, &content[at..end]).await.unwrap();
            at = end;
            if at == content.len() {
                break;
            }
        }
        intake.finish().await.unwrap();
        assert!(std::fs::read(file.path()).unwrap() == content);
    }
}
