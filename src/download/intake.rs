//! Takes in the bytes of one file, from however many connections, and knows which of them are safely
//! on the disk.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::filler::{Filler, Handed};
use super::sources::Origins;
use super::verify::Follower;
use super::writer::{Output, Writers};
use crate::transfer::Ranges;

/// See the module.
#[derive(Debug)]
pub(crate) struct Intake {
    output: Output,
    handed: Arc<Handed>,
    durable: Ranges,
    checkpoint: Option<Checkpoint>,
    follower: Option<Follower>,
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
        let handed = Arc::new(Handed::new(&durable));
        Ok(Self { output: writers.output(file)?, handed, durable, checkpoint: None, follower: None })
    }

    /// From now on, tells `follower` how far the file is durable without a gap.
    pub(crate) fn follow(&mut self, follower: Option<Follower>) {
        self.follower = follower;
        self.lead_on();
    }

    fn lead_on(&self) {
        if let Some(follower) = &self.follower {
            follower.advance(self.durable.prefix());
        }
    }

    /// These bytes are wrong; they have to be taken in once more.
    pub(crate) fn forget(&mut self, range: Range<u64>) {
        self.durable.remove(range.clone());
        self.handed.forget(range);
    }

    /// A way in for one connection to this source.
    pub(crate) fn filler(&self, source: usize) -> Filler {
        Filler::new(self.output.sink(), self.handed.clone(), source)
    }

    /// Which source brought what.
    pub(crate) fn origins(&self) -> Origins {
        self.handed.origins()
    }

    /// What is durable.
    pub(crate) fn durable(&self) -> &Ranges {
        &self.durable
    }

    /// The checkpoint that is under way, to be waited for with [`reached`].
    pub(crate) fn checkpoint(&mut self) -> &mut Option<Checkpoint> {
        &mut self.checkpoint
    }

    /// Begins to make everything durable that was handed over, unless that is under way.
    ///
    /// # Errors
    /// If the writer has ended.
    pub(crate) fn begin_checkpoint(&mut self) -> io::Result<()> {
        let handed = self.handed.ranges();
        if self.checkpoint.is_none() && handed != self.durable {
            self.checkpoint = Some(Checkpoint { synced: self.output.sync()?, ranges: handed });
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
            self.lead_on();
        }
        Ok(&self.durable)
    }

    /// Makes everything durable that was handed over.
    ///
    /// # Errors
    /// As for [`Intake::finish_checkpoint`].
    pub(crate) async fn finish(&mut self) -> io::Result<&Ranges> {
        self.synced().await?;
        self.begin_checkpoint()?;
        self.synced().await
    }

    async fn synced(&mut self) -> io::Result<&Ranges> {
        let end = reached(&mut self.checkpoint).await;
        self.finish_checkpoint(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::pipe::Load;

    /// Takes bytes as they come off a connection: as many as there is room for.
    async fn take(filler: &mut Filler, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            filler.make_room(offset, false).await?;
            let Load::Buffer(buffer) = filler.load() else { panic!("a pipe for bytes from nowhere") };
            let (now, later) = bytes.split_at(bytes.len().min(buffer.capacity() - buffer.len()));
            buffer.extend_from_slice(now);
            filler.took(now.len(), 0)?;
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
        let mut filler = intake.filler(0);
        take(&mut filler, 0, &vec![1; 300_000]).await.unwrap();
        assert!(intake.durable().is_empty());
        filler.flush().unwrap();
        intake.begin_checkpoint().unwrap();
        assert_eq!(intake.synced().await.unwrap().prefix(), 300_000);
        take(&mut filler, 300_000, &[2; 5]).await.unwrap();
        filler.settle().await.unwrap();
        assert_eq!(intake.finish().await.unwrap().prefix(), 300_005);
        assert_eq!(std::fs::metadata(file.path()).unwrap().len(), 300_005);
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_makes_nothing_durable() {
        let mut intake = intake(std::path::Path::new("/dev/full"));
        let mut filler = intake.filler(0);
        take(&mut filler, 0, &[1; 100]).await.unwrap();
        assert_eq!(filler.settle().await.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(intake.finish().await.is_err());
        assert!(intake.durable().is_empty());
    }

    #[tokio::test]
    async fn pieces_of_any_size_from_several_connections_come_out_as_they_went_in() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut intake = intake(file.path());
        let content: Vec<u8> = (0..5_000_000_u32).map(|n| n.to_le_bytes()[1] ^ n.to_le_bytes()[0]).collect();
        let half = content.len() / 2;
        let mut fillers = [(intake.filler(0), 0, half), (intake.filler(0), half, content.len())];
        for size in (1..).map(|n| n * 7919 % 200_000 + 1) {
            for (filler, at, end) in &mut fillers {
                let next = (*end).min(*at + size);
                take(filler, *at as u64, &content[*at..next]).await.unwrap();
                *at = next;
            }
            if fillers.iter().all(|(_, at, end)| at == end) {
                break;
            }
        }
        for (filler, ..) in &mut fillers {
            filler.settle().await.unwrap();
        }
        assert_eq!(intake.finish().await.unwrap().prefix(), content.len() as u64);
        assert!(std::fs::read(file.path()).unwrap() == content);
    }

    #[tokio::test]
    async fn what_comes_a_second_time_changes_nothing_that_was_taken_in_before() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut intake = intake(file.path());
        let (mut first, mut second) = (intake.filler(0), intake.filler(0));
        // The other connection began later, and is through with its middle before.
        take(&mut first, 0, &[1; 4000]).await.unwrap();
        for at in [1000, 3000] {
            take(&mut second, at, &[2; 500]).await.unwrap();
            second.settle().await.unwrap();
        }
        assert_eq!(intake.finish().await.unwrap().len(), 1000);
        first.settle().await.unwrap();
        take(&mut second, 0, &[3; 4000]).await.unwrap();
        second.settle().await.unwrap();
        assert_eq!(intake.finish().await.unwrap().prefix(), 4000);
        let expected =
            [(1, 1000), (2, 500), (1, 1500), (2, 500), (1, 500)].map(|(byte, count)| vec![byte; count]);
        assert_eq!(std::fs::read(file.path()).unwrap(), expected.concat());
        // What is known to be wrong is written anew.
        intake.forget(1000..1500);
        take(&mut first, 1000, &[4; 500]).await.unwrap();
        first.settle().await.unwrap();
        assert_eq!(intake.finish().await.unwrap().prefix(), 4000);
        assert_eq!(std::fs::read(file.path()).unwrap()[1000..1500], [4; 500]);
    }
}
