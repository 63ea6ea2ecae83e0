//! Reading a file while it still arrives, as a player does.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use super::{Download, Error, Event};
use crate::transfer::{ErrorKind, Failure, Phase, Ranges, TransferId};

/// The bytes of a download that are here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Arrived {
    /// The file that they are in, if there is one yet.
    pub path: Option<PathBuf>,
    /// Where they are in it. What is here is safely on the disk.
    pub ranges: Ranges,
    /// Bytes in all, where known.
    pub total: Option<u64>,
    /// Where the download stands.
    pub state: Phase,
    /// How often it was started over; bytes of different times are not of one file.
    pub restarts: u32,
}

/// Reads a download from any place, and waits for what is not here yet.
pub struct Reader {
    download: Download,
    file: Option<(Arc<File>, u32)>,
    at: u64,
}

impl Download {
    /// Which of its bytes are here.
    ///
    /// # Errors
    /// If it was removed, or the session has ended.
    pub async fn arrived(&self) -> Result<Arrived, Error> {
        self.session.arrived(self.id).await
    }

    /// Reads it while it arrives. It arrives in order if the request said
    /// [`sequential`](crate::DownloadRequest::sequential).
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { download: self.clone(), file: None, at: 0 }
    }
}

impl Reader {
    /// Where the next byte is read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Goes to another place.
    pub fn seek(&mut self, to: u64) {
        self.at = to;
    }

    /// Reads on, into `buffer`: at least one byte, and 0 at the end of the file. Waits for bytes that
    /// are not here yet, also while the download is paused.
    ///
    /// # Errors
    /// If the download failed, was cancelled, removed or started over, or the file cannot be read.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // First, so that nothing can happen unheard between the look and the wait.
        let mut events = self.download.session.subscribe();
        let mut moves = self.download.session.progress();
        loop {
            let arrived = self.download.arrived().await.map_err(io::Error::other)?;
            let here = arrived.ranges.iter().find(|range| range.contains(&self.at));
            if let (Some(here), Some(path)) = (here, &arrived.path) {
                let file = self.file(path, arrived.restarts)?;
                let length = usize::try_from(here.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
                let read = read_at(file, self.at, length).await?;
                buffer[..read.len()].copy_from_slice(&read);
                self.at += read.len() as u64;
                return Ok(read.len());
            }
            if arrived.state == Phase::Completed {
                return Ok(0);
            }
            if matches!(arrived.state, Phase::Failed | Phase::Cancelled) {
                return Err(io::Error::other(Failure::new(ErrorKind::Truncated)));
            }
            tokio::select! {
                reading = moves.recv() => if matches!(reading, Err(RecvError::Closed)) {
                    return Err(io::Error::other(Error::Closed));
                },
                () = concerning(&mut events, self.download.id) => {}
            }
        }
    }

    /// The file, which stays the same one when it gets its final name.
    fn file(&mut self, path: &std::path::Path, restarts: u32) -> io::Result<Arc<File>> {
        match &self.file {
            Some((file, known)) if *known == restarts => Ok(file.clone()),
            Some(_) => Err(io::Error::other(Failure::new(ErrorKind::Changed))),
            None => {
                let file = Arc::new(File::open(path)?);
                self.file = Some((file.clone(), restarts));
                Ok(file)
            }
        }
    }
}

/// Waits until something happens to a transfer, or something was missed.
async fn concerning(events: &mut tokio::sync::broadcast::Receiver<Event>, id: TransferId) {
    loop {
        match events.recv().await {
            Ok(Event::Changed { transfer }) if transfer.id == id => return,
            Ok(Event::Removed { id: removed }) if removed == id => return,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

async fn read_at(file: Arc<File>, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; length];
        let read = file.read_at(&mut bytes, at)?;
        bytes.truncate(read);
        Ok(bytes)
    });
    read.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
