//! Takes in the bytes of one file, hands them to the writer in large buffers, and knows which of
//! them are safely on the disk.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::writer::{LARGEST, Sink, Writers};
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
    syncing: Option<(oneshot::Receiver<io::Result<()>>, Ranges)>,
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
            syncing: None,
        })
    }

    /// Takes `bytes`, which belong at `offset`.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) async fn take(&mut self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if !self.buffer.is_empty() && offset != self.at + self.buffer.len() as u64 {
                self.hand_over()?;
            }
            if self.buffer.is_empty() {
                self.buffer = self.sink.buffer().await?;
                self.at = offset;
                self.began = Instant::now();
            }
            let room = self.buffer.capacity().min(LARGEST) - self.buffer.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            offset += now.len() as u64;
            bytes = later;
            if now.len() == room {
                self.pace();
                self.hand_over()?;
            }
        }
        Ok(())
    }

    /// Hands over what there is and begins to make everything durable, unless that is under way.
    ///
    /// # Errors
    /// If the writer has ended.
    pub(crate) fn checkpoint(&mut self) -> io::Result<()> {
        // One that a while was not enough to fill is too large.
        if self.began.elapsed() >= QUICK {
            self.sink.shrink();
            self.sink.trim()?;
        }
        self.hand_over()?;
        if self.syncing.is_none() && self.handed != self.durable {
            self.syncing = Some((self.sink.sync()?, self.handed.clone()));
        }
        Ok(())
    }

    /// Whether a checkpoint is under way.
    pub(crate) fn is_syncing(&self) -> bool {
        self.syncing.is_some()
    }

    /// Waits for the checkpoint that is under way; then all that was handed over before it is durable.
    ///
    /// # Errors
    /// If a write or the sync failed; nothing more is durable then.
    pub(crate) async fn synced(&mut self) -> io::Result<&Ranges> {
        if let Some((answer, ranges)) = &mut self.syncing {
            let result = answer.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()));
            let ranges = std::mem::take(ranges);
            self.syncing = None;
            result?;
            self.durable = ranges;
        }
        Ok(&self.durable)
    }

    /// Makes everything durable that was taken.
    ///
    /// # Errors
    /// As for [`Intake::synced`].
    pub(crate) async fn finish(&mut self) -> io::Result<&Ranges> {
        self.synced().await?;
        self.checkpoint()?;
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

    fn intake(path: &std::path::Path) -> Intake {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        Intake::new(file, Ranges::default(), &Writers::default()).unwrap()
    }

    #[tokio::test]
    async fn nothing_is_called_durable_before_it_was_synced() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut intake = intake(file.path());
        intake.take(0, &vec![1; 300_000]).await.unwrap();
        assert!(intake.durable().is_empty());
        intake.checkpoint().unwrap();
        assert_eq!(intake.synced().await.unwrap().prefix(), 300_000);
        intake.take(300_000, &[2; 5]).await.unwrap();
        assert_eq!(intake.finish().await.unwrap().prefix(), 300_005);
        assert_eq!(std::fs::metadata(file.path()).unwrap().len(), 300_005);
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_makes_nothing_durable() {
        let mut intake = intake(std::path::Path::new("/dev/full"));
        intake.take(0, &[1; 100]).await.unwrap();
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
            intake.take(at as u64, &content[at..end]).await.unwrap();
            at = end;
            if at == content.len() {
                break;
            }
        }
        intake.finish().await.unwrap();
        assert!(std::fs::read(file.path()).unwrap() == content);
    }
}
