//! Writes what happened down, on a thread of its own, so that no sync holds up anybody else.

use std::io;

use tokio::sync::{mpsc, oneshot};

use crate::store::Entry;
use crate::store::StateFile;
use crate::transfer::checked;

struct Batch {
    lines: String,
    done: oneshot::Sender<io::Result<Written>>,
}

enum Job {
    Append(Batch),
    Compact(Vec<Entry>, oneshot::Sender<io::Result<()>>),
}

/// What became of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// Whether the file would be much shorter if it were written anew.
    pub long: bool,
}

/// The way to the thread that owns the state file. The thread ends with it.
#[derive(Debug)]
pub(super) struct Journal {
    jobs: mpsc::Sender<Job>,
}

impl Journal {
    pub(super) fn start(mut file: StateFile) -> io::Result<Self> {
        let (jobs, mut receiver) = mpsc::channel(1);
        std::thread::Builder::new().name("windlass-state".to_owned()).spawn(move || {
            while let Some(job) = receiver.blocking_recv() {
                match job {
                    Job::Append(Batch { lines, done }) => {
                        let written = file.append(&lines).map(|()| Written { long: file.is_long() });
                        let _ = done.send(written);
                    }
                    Job::Compact(all, done) => {
                        let _ = done.send(file.compact(all.into_iter()));
                    }
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// Writes the entries down. They are on the disk when this returns.
    pub(super) async fn commit(&self, entries: &[Entry]) -> io::Result<Written> {
        let mut lines = String::new();
        for entry in entries {
            lines.push_str(&checked::line(entry)?);
        }
        let (done, written) = oneshot::channel();
        self.send(Job::Append(Batch { lines, done }), written).await
    }

    /// Begins the file anew with this, which is everything.
    pub(super) async fn compact(&self, all: Vec<Entry>) -> io::Result<()> {
        let (done, written) = oneshot::channel();
        self.send(Job::Compact(all, done), written).await
    }

    async fn send<T>(&self, job: Job, answer: oneshot::Receiver<io::Result<T>>) -> io::Result<T> {
        let gone = || io::Error::new(io::ErrorKind::BrokenPipe, "the state file is closed");
        self.jobs.send(job).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}
