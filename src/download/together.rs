//! File system work that waits at the same time is done together, and what it has to leave durable is
//! synced together. Each sync by itself waits for the disk; with a thousand small files that adds up.
//!
//! Nobody is told that his work is done before a sync that began after it has ended.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// A disk that takes longer than this for a sync is asked for several at a time.
const SLOW: Duration = Duration::from_micros(300);
/// How many; it brings them to an end with little more than one flush of its cache.
const AT_A_TIME: usize = 16;

/// What has to be synced before some work counts as done.
#[derive(Debug)]
pub(super) enum Target {
    /// The content of this file.
    File(File),
    /// The names in this folder.
    Folder(PathBuf),
}

impl Target {
    fn sync(&self) -> io::Result<()> {
        match self {
            Self::File(file) => file.sync_data(),
            Self::Folder(folder) => crate::store::sync_dir(folder),
        }
    }
}

/// Work that is done but for its sync, and the way to say how that went.
struct Done {
    target: Target,
    tell: Box<dyn FnOnce(io::Result<()>) + Send>,
}

/// Does its work; nothing if there is nothing to be synced, as it failed.
type Job = Box<dyn FnOnce() -> Option<Done> + Send>;

/// What is to be done in each folder where somebody is at work. Clones are the same.
#[derive(Clone)]
pub(crate) struct Together {
    waiting: Arc<Mutex<HashMap<PathBuf, Vec<Job>>>>,
    sync: Syncing,
}

/// How a target is synced.
type Syncing = Arc<dyn Fn(&Target) -> io::Result<()> + Send + Sync>;

impl Default for Together {
    fn default() -> Self {
        Self { waiting: Arc::default(), sync: Arc::new(Target::sync) }
    }
}

impl Together {
    /// Does `work`, which is about files in `folder`, and syncs what it names. Where others are at work
    /// in this folder, they do it along with theirs.
    ///
    /// # Errors
    /// Those of the work and of the sync.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        folder: &Path,
        work: impl FnOnce() -> io::Result<(T, Target)> + Send + 'static,
    ) -> io::Result<T> {
        let (answer, done) = oneshot::channel();
        let job = move || match work() {
            Ok((value, target)) => {
                let tell = |synced: io::Result<()>| _ = answer.send(synced.map(|()| value));
                Some(Done { target, tell: Box::new(tell) })
            }
            Err(error) => {
                _ = answer.send(Err(error));
                None
            }
        };
        self.hand_in(folder, Box::new(job));
        done.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn hand_in(&self, folder: &Path, job: Job) {
        let mut waiting = self.lock();
        if let Some(jobs) = waiting.get_mut(folder) {
            jobs.push(job);
            return;
        }
        waiting.insert(folder.to_owned(), vec![job]);
        let shift = Shift { together: self.clone(), folder: folder.to_owned() };
        tokio::task::spawn_blocking(move || shift.work());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Vec<Job>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread's work in a folder, until nothing is left to do there.
struct Shift {
    together: Together,
    folder: PathBuf,
}

impl Shift {
    fn work(self) {
        let mut is_slow = false;
        while let Some(jobs) = self.next() {
            // Who panicked drops his way to answer, and so has failed; the others go on.
            let done = jobs.into_iter().filter_map(|job| catch_unwind(AssertUnwindSafe(job)).ok()?);
            is_slow = sync_all(by_target(done), &self.together.sync, is_slow);
        }
    }

    /// What has come meanwhile. Without anything the shift is over; who comes next begins one of his own.
    fn next(&self) -> Option<Vec<Job>> {
        let mut waiting = self.together.lock();
        let jobs = waiting.get_mut(&self.folder).map(std::mem::take).unwrap_or_default();
        if jobs.is_empty() {
            waiting.remove(&self.folder);
            return None;
        }
        Some(jobs)
    }
}

/// One target, and all who wait for it.
type Group = (Target, Vec<Box<dyn FnOnce(io::Result<()>) + Send>>);

/// One sync of a folder does for all who have changed names there.
fn by_target(done: impl Iterator<Item = Done>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut folders = HashMap::new();
    for Done { target, tell } in done {
        let known = match &target {
            Target::Folder(folder) => *folders.entry(folder.clone()).or_insert(groups.len()),
            Target::File(_) => groups.len(),
        };
        match groups.get_mut(known) {
            Some((_, waiting)) => waiting.push(tell),
            None => groups.push((target, vec![tell])),
        }
    }
    groups
}

/// Syncs them all, several at a time if that `is_slow`; returns whether it was.
fn sync_all(groups: Vec<Group>, sync: &Syncing, is_slow: bool) -> bool {
    let mut groups = groups.into_iter();
    let began = Instant::now();
    if !is_slow && let Some(first) = groups.next() {
        sync_one(first, sync);
    }
    let is_slow = is_slow || began.elapsed() > SLOW;
    let helpers = if is_slow { groups.len().saturating_sub(1).min(AT_A_TIME - 1) } else { 0 };
    let left = Mutex::new(groups);
    let take = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let help = || std::iter::from_fn(take).for_each(|group| sync_one(group, sync));
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // With fewer of them it takes longer.
            _ = std::thread::Builder::new().name("windlass-sync".to_owned()).spawn_scoped(scope, help);
        }
        help();
    });
    is_slow
}

fn sync_one((target, waiting): Group, sync: &Syncing) {
    let synced = sync(&target);
    for tell in waiting {
        tell(synced.as_ref().copied().map_err(same));
    }
}

/// The same error for somebody else.
fn same(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

#[cfg(test)]
#[path = "together/tests.rs"]
mod tests;
