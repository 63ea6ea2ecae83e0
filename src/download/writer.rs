//! Bytes to disk: one thread per volume owns every write and every sync.
//!
//! Segments copy what arrives into a few large buffers that go round between them and the writer;
//! their number bounds the memory and holds a fast network back when the disk is slow. Jobs of a
//! volume run in the order they came, so a sync covers all that was handed over before it.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::pipe::{Load, Pipe};

/// Buffers of one segment that may be on their way at once.
const IN_FLIGHT: usize = 3;
/// A first buffer; small, for there may be hundreds of slow transfers.
const SMALLEST: usize = 16 * 1024;
/// Beyond this size the number of calls no longer matters.
const LARGEST: usize = 1024 * 1024;
/// What all buffers together may take beyond the first small ones.
const MEMORY: usize = 64 * 1024 * 1024;

enum Job {
    Write {
        target: Arc<Target>,
        offset: u64,
        load: Load,
        parts: Vec<Range<u64>>,
        back: mpsc::Sender<Written>,
    },
    Sync {
        target: Arc<Target>,
        done: oneshot::Sender<io::Result<()>>,
    },
}

#[derive(Debug)]
struct Target {
    file: File,
    /// The system's number for the first failure of a write or a sync, or 0. After one, no later sync
    /// proves anything: the kernel forgets what it could not write (see "fsyncgate").
    failed: AtomicI32,
}

impl Target {
    fn write(&self, load: &mut Load, offset: u64, parts: &[Range<u64>]) -> io::Result<()> {
        load.write(&self.file, offset, parts).inspect_err(|error| self.fail(error))
    }

    fn sync(&self) -> io::Result<()> {
        match self.failed.load(Relaxed) {
            0 => self.file.sync_data().inspect_err(|error| self.fail(error)),
            number => Err(io::Error::from_raw_os_error(number)),
        }
    }

    fn fail(&self, error: &io::Error) {
        let number = error.raw_os_error().unwrap_or(rustix::io::Errno::IO.raw_os_error());
        // The first one says what it is all due to.
        _ = self.failed.compare_exchange(0, number, Relaxed, Relaxed);
    }
}

/// A buffer or pipe that comes back from the writer, and how it went.
type Written = (Load, io::Result<()>);

/// The writer threads, one for each volume that has been written to, and the memory that all of their
/// buffers share. They end when the last [`Sink`] and this are gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writers {
    threads: Arc<Mutex<HashMap<u64, std::sync::mpsc::Sender<Job>>>>,
    memory: Arc<Memory>,
}

/// How much of [`MEMORY`] is taken, in bytes.
#[derive(Debug, Default)]
struct Memory(AtomicUsize);

impl Memory {
    /// Whether there is so much left; if so, it is the caller's.
    fn take(&self, bytes: usize) -> bool {
        let more = |taken: usize| Some(taken + bytes).filter(|taken| *taken <= MEMORY);
        self.0.fetch_update(Relaxed, Relaxed, more).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Relaxed);
    }
}

impl Writers {
    /// The way to `file`.
    ///
    /// # Errors
    /// If the file cannot be looked at or no thread can be started.
    pub(crate) fn output(&self, file: File) -> io::Result<Output> {
        let device = file.metadata()?.dev();
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let jobs = if let Some(jobs) = threads.get(&device) {
            jobs.clone()
        } else {
            let jobs = start()?;
            threads.insert(device, jobs.clone());
            jobs
        };
        let target = Arc::new(Target { file, failed: AtomicI32::new(0) });
        Ok(Output { target, jobs, memory: self.memory.clone() })
    }
}

fn start() -> io::Result<std::sync::mpsc::Sender<Job>> {
    let (sender, jobs) = std::sync::mpsc::channel::<Job>();
    std::thread::Builder::new().name("windlass-disk".to_owned()).spawn(move || {
        for job in jobs {
            match job {
                Job::Write { target, offset, mut load, parts, back } => {
                    let result = target.write(&mut load, offset, &parts);
                    load.clear();
                    // The segment may have been told to stop; its bytes are written all the same.
                    let _ = back.try_send((load, result));
                }
                Job::Sync { target, done } => {
                    let _ = done.send(target.sync());
                }
            }
        }
    })?;
    Ok(sender)
}

/// The way to one file.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    target: Arc<Target>,
    jobs: std::sync::mpsc::Sender<Job>,
    memory: Arc<Memory>,
}

impl Output {
    /// A way to write to it, for one connection.
    pub(crate) fn sink(&self) -> Sink {
        let (back, returned) = mpsc::channel(IN_FLIGHT);
        Sink { output: self.clone(), back, returned, out: 0, size: SMALLEST }
    }

    /// Makes everything durable that was handed over before, through whichever sink. The answer comes
    /// later; it is an error also if one of those writes failed.
    ///
    /// # Errors
    /// If the writer thread is gone.
    pub(crate) fn sync(&self) -> io::Result<oneshot::Receiver<io::Result<()>>> {
        let (done, synced) = oneshot::channel();
        self.send(Job::Sync { target: self.target.clone(), done })?;
        Ok(synced)
    }

    fn send(&self, job: Job) -> io::Result<()> {
        self.jobs.send(job).map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the writer has ended"))
    }
}

/// Writes to one file.
#[derive(Debug)]
pub(crate) struct Sink {
    output: Output,
    back: mpsc::Sender<Written>,
    returned: mpsc::Receiver<Written>,
    out: usize,
    size: usize,
}

impl Sink {
    /// An empty buffer to fill: a used one, a new one, or the next that comes back. A fast stream that
    /// comes off a `bare` socket gets a pipe, if there is one.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) async fn load(&mut self, bare: bool) -> io::Result<Load> {
        let returned = match self.returned.try_recv() {
            Ok(written) => Some(written),
            Err(_) if self.out < IN_FLIGHT => None,
            Err(_) => self.returned.recv().await,
        };
        let mut used = Load::none();
        if let Some((load, result)) = returned {
            self.out -= 1;
            result?;
            used = load;
        }
        let pipe = bare && self.size == LARGEST;
        Ok(match used {
            Load::Pipe(used) if pipe => Load::Pipe(used),
            _ if pipe && let Some(new) = Pipe::new() => Load::Pipe(new),
            Load::Buffer(used) if (self.size..2 * self.size).contains(&used.capacity()) => Load::Buffer(used),
            _ => Load::Buffer(Vec::with_capacity(self.size)),
        })
    }

    /// Makes later buffers twice as large, if there is memory for that; for a stream that fills them
    /// quickly.
    pub(crate) fn grow(&mut self) {
        if self.size < LARGEST && self.output.memory.take(self.size * IN_FLIGHT) {
            self.size *= 2;
        }
    }

    /// Makes later buffers half as large; for a stream that fills them slowly.
    pub(crate) fn shrink(&mut self) {
        if self.size > SMALLEST {
            self.size /= 2;
            self.output.memory.give_back(self.size * IN_FLIGHT);
        }
    }

    /// Lets go of the buffers that have come back; a slow stream seldom needs more than one.
    ///
    /// # Errors
    /// If an earlier write failed.
    pub(crate) fn trim(&mut self) -> io::Result<()> {
        while let Ok((_, result)) = self.returned.try_recv() {
            self.out -= 1;
            result?;
        }
        Ok(())
    }

    /// Hands over bytes that begin at `offset`; those `parts` of the file are written that are among
    /// them.
    ///
    /// # Errors
    /// If the writer thread is gone.
    pub(crate) fn write(&mut self, offset: u64, load: Load, parts: Vec<Range<u64>>) -> io::Result<()> {
        self.out += 1;
        let target = self.output.target.clone();
        self.output.send(Job::Write { target, offset, load, parts, back: self.back.clone() })
    }

    /// Waits until everything that was handed over is written.
    ///
    /// # Errors
    /// The first failure of a write.
    pub(crate) async fn settle(&mut self) -> io::Result<()> {
        let mut outcome = Ok(());
        while self.out > 0 {
            let Some((_, result)) = self.returned.recv().await else { break };
            self.out -= 1;
            outcome = outcome.and(result);
        }
        outcome
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.output.memory.give_back((self.size - SMALLEST) * IN_FLIGHT);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt as _;

    use super::*;

    fn file(dir: &std::path::Path) -> File {
        std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join("file"))
            .unwrap()
    }

    fn part(range: Range<u64>) -> Vec<Range<u64>> {
        std::iter::once(range).collect()
    }

    #[tokio::test]
    async fn bytes_land_where_they_belong_in_any_order() {
        let dir = tempfile::tempdir().unwrap();
        let output = Writers::default().output(file(dir.path())).unwrap();
        let mut sink = output.sink();
        for offset in [6_u64, 0, 3] {
            let bytes = Load::Buffer(offset.to_string().repeat(3).into());
            sink.write(offset, bytes, part(offset..offset + 3)).unwrap();
        }
        sink.settle().await.unwrap();
        output.sync().unwrap().await.unwrap().unwrap();
        assert_eq!(std::fs::read(dir.path().join("file")).unwrap(), b"000333666");
    }

    #[tokio::test]
    async fn a_write_that_failed_is_not_forgotten() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Writers::default().output(full).unwrap();
        let mut sink = output.sink();
        sink.write(0, Load::Buffer(vec![1]), part(0..1)).unwrap();
        assert_eq!(sink.settle().await.unwrap_err().kind(), io::ErrorKind::StorageFull);
        // Whoever hears of it from a sync first has to know that it is for want of room, too.
        let synced = output.sync().unwrap().await.unwrap();
        assert_eq!(synced.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn all_buffers_together_stay_within_their_memory_and_give_it_back() {
        let dir = tempfile::tempdir().unwrap();
        let writers = Writers::default();
        let output = writers.output(file(dir.path())).unwrap();
        let mut sinks: Vec<_> = (0..50).map(|_| output.sink()).collect();
        for sink in &mut sinks {
            (0..10).for_each(|_| sink.grow());
        }
        let beyond: usize = sinks.iter().map(|sink| (sink.size - SMALLEST) * IN_FLIGHT).sum();
        assert_eq!(sinks[0].size, LARGEST);
        assert!(beyond <= MEMORY && beyond > MEMORY / 2, "{beyond}");
        sinks[0].shrink();
        drop(sinks);
        assert_eq!(writers.memory.0.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn no_more_than_a_few_buffers_are_on_their_way() {
        let dir = tempfile::tempdir().unwrap();
        let mut sink = Writers::default().output(file(dir.path())).unwrap().sink();
        for index in 0..100 {
            let Load::Buffer(mut buffer) = sink.load(false).await.unwrap() else { panic!("no buffer") };
            buffer.resize(1000, 7);
            sink.write(index * 1000, Load::Buffer(buffer), part(index * 1000..(index + 1) * 1000)).unwrap();
            assert!(sink.out <= IN_FLIGHT);
        }
        sink.settle().await.unwrap();
        assert_eq!(std::fs::metadata(dir.path().join("file")).unwrap().len(), 100_000);
    }
}
