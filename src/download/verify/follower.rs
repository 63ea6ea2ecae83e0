//! Sums up a file while it grows, so that little is left to read when its last byte has come.
//!
//! Bytes come in any order, sums want theirs from the first one on. So what is safely on the disk without
//! a gap is read back, out of the memory that the system keeps files in, by a thread that lives only while
//! it has something to do: nobody waits, and a download without a checksum has no follower at all.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::{JoinHandle, spawn_blocking};

use super::sums::Sums;
use crate::transfer::{Algorithm, Checksum};

/// Fewer new bytes than this are left for later; they stay in the system's memory meanwhile.
const WORTHWHILE: u64 = 8 * 1024 * 1024;
/// Bytes that are read at once.
const BUFFER: usize = 256 * 1024;

/// See the module. Clones follow together.
#[derive(Clone, Debug)]
pub(crate) struct Follower(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: Arc<File>,
    stop: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How far the file may be read.
    until: u64,
    /// Nothing while the thread has it.
    reading: Option<Reading>,
    thread: Option<JoinHandle<()>>,
    error: Option<io::Error>,
}

#[derive(Debug)]
struct Reading {
    at: u64,
    sums: Sums,
}

impl Follower {
    /// For a file, until `stop` is set.
    pub(crate) fn new(
        file: Arc<File>,
        stop: Arc<AtomicBool>,
        algorithms: impl Iterator<Item = Algorithm>,
    ) -> Self {
        let reading = Some(Reading { at: 0, sums: Sums::new(algorithms) });
        let state = State { until: 0, reading, thread: None, error: None };
        Self(Arc::new(Shared { file, stop, state: Mutex::new(state) }))
    }

    /// Everything before `until` is on the disk, and stays as it is.
    pub(crate) fn advance(&self, until: u64) {
        self.0.go_to(&mut self.0.lock(), until, WORTHWHILE);
    }

    /// What the first `total` bytes amount to, which are all there.
    ///
    /// # Errors
    /// If the file could not be read, or it was told to stop.
    pub(crate) async fn sums(&self, total: u64) -> io::Result<Vec<Checksum>> {
        let thread = {
            let mut state = self.0.lock();
            self.0.go_to(&mut state, total, 1);
            state.thread.take()
        };
        if let Some(thread) = thread {
            thread.await.map_err(io::Error::other)?;
        }
        let mut state = self.0.lock();
        if let Some(error) = state.error.take() {
            return Err(error);
        }
        let done = state.reading.as_ref().filter(|reading| reading.at == total);
        done.map(|reading| reading.sums.clone().finish()).ok_or_else(|| io::ErrorKind::Interrupted.into())
    }
}

impl Shared {
    /// Sees to it that the file is read until there, if that is at least `worthwhile` bytes more.
    fn go_to(self: &Arc<Self>, state: &mut State, until: u64, worthwhile: u64) {
        state.until = state.until.max(until);
        let end = state.until;
        let next = state.reading.take_if(|reading| end.saturating_sub(reading.at) >= worthwhile);
        if let Some(reading) = next {
            let shared = self.clone();
            state.thread = Some(spawn_blocking(move || shared.read(reading)));
        }
    }

    fn read(&self, mut reading: Reading) {
        let mut buffer = vec![0; BUFFER];
        loop {
            let until = {
                let mut state = self.lock();
                if reading.at >= state.until || self.stop.load(Relaxed) || state.error.is_some() {
                    state.reading = Some(reading);
                    return;
                }
                state.until
            };
            let length = usize::try_from(until - reading.at).unwrap_or(BUFFER).min(BUFFER);
            match self.file.read_exact_at(&mut buffer[..length], reading.at) {
                Ok(()) => {
                    reading.sums.update(&buffer[..length]);
                    reading.at += length as u64;
                }
                Err(error) => self.lock().error = Some(error),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn follower(file: &File, stop: &Arc<AtomicBool>) -> Follower {
        Follower::new(file.try_clone().unwrap().into(), stop.clone(), [Algorithm::Crc32].into_iter())
    }

    #[tokio::test]
    async fn a_file_that_grows_amounts_to_the_same_as_at_once() {
        let mut file = tempfile::tempfile().unwrap();
        let follower = follower(&file, &Arc::default());
        let mut whole = Vec::new();
        for size in [0, 5, 300_000, 9_000_000, 1, 17_000_000] {
            let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
            file.write_all(&bytes).unwrap();
            whole.extend(bytes);
            follower.advance(whole.len() as u64);
        }
        let sums = follower.sums(whole.len() as u64).await.unwrap();
        assert_eq!(sums[0].value(), crc32fast::hash(&whole).to_be_bytes());
    }

    #[tokio::test]
    async fn nothing_runs_for_a_few_bytes() {
        let follower = follower(&tempfile::tempfile().unwrap(), &Arc::default());
        follower.advance(WORTHWHILE - 1);
        assert!(follower.0.lock().thread.is_none());
    }

    #[tokio::test]
    async fn a_file_that_is_shorter_than_it_was_said_to_be_is_an_error() {
        let follower = follower(&tempfile::tempfile().unwrap(), &Arc::default());
        let end = follower.sums(10).await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn told_to_stop_it_reads_no_more() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 40).unwrap();
        let stop = Arc::new(AtomicBool::new(true));
        let end = follower(&file, &stop).sums(1 << 40).await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::Interrupted);
    }
}
