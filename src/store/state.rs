//! The transfers on disk: a log of RON lines that starts with a full list.
//!
//! `transfers-000007.ron` is one generation. Its first line names version and generation and the
//! number of records that follow; every further line is one [`Entry`] with its checksum in a comment:
//!
//! ```text
//! // windlass transfers, version 1, generation 7, records 1
//! Put((id: "0197…", …)) // 5f3a0c21
//! Partial("0197…", (path: "…", …)) // 08c1d2f6
//! Durable("0197…", [(0, 1048576)]) // 90ab4410
//! ```
//!
//! A change is a line appended and synced, so what a command costs does not depend on how many
//! transfers there are. When a generation has grown long, the next one is written whole under
//! another name, and the one before it is kept: a damaged line is then read from there. A line that
//! was torn by a crash is the last one and was never acknowledged; it is cut off.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{atomic, private_dir};
use crate::transfer::{Group, GroupName, Job, Partial, Ranges, Transfer, TransferId, checked};

/// The version of the format that this program writes.
const VERSION: u32 = 1;
/// Largest file that is read, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;
/// A generation ends when it has this many bytes more than it began with, or twice as many.
const GROWTH: u64 = 4 * 1024 * 1024;

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// This is how the transfer is now.
    Put(Box<Transfer>),
    /// This is the file of a download now; the rest of the transfer is as it was.
    Partial(TransferId, Box<Partial>),
    /// These bytes of a download are on the disk.
    Durable(TransferId, Ranges),
    /// The transfer is forgotten.
    Remove(TransferId),
    /// This is how the group is now.
    Group(Box<Group>),
    /// The group is forgotten.
    Ungroup(GroupName),
}

/// Why the state of a profile cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another session has it.
    #[error("Windlass is already running with this profile")]
    Locked,
    /// It was written by a later program.
    #[error(
        "the list of transfers was written by a newer Windlass (format {found}, this one knows {VERSION}). It was left as it is; use the newer program"
    )]
    Newer {
        /// The version of its format.
        found: u32,
    },
    /// The file system does not let us.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// All transfers as they were read, and what the user should know about the reading.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub transfers: BTreeMap<TransferId, Transfer>,
    pub groups: BTreeMap<GroupName, Group>,
    /// A copy of the file that was damaged.
    pub damaged: Option<PathBuf>,
}

/// The generation that is being written.
#[derive(Debug)]
pub(crate) struct StateFile {
    dir: PathBuf,
    generation: u32,
    file: File,
    length: u64,
    began_with: u64,
}

/// One generation as it was read.
struct Generation {
    number: u32,
    entries: Vec<Entry>,
    /// Bytes up to the end of the last good line.
    good: u64,
    /// Whether something other than a torn last line is wrong.
    damaged: bool,
}

impl StateFile {
    /// Opens the state in `dir`, making it if there is none.
    ///
    /// # Errors
    /// See [`OpenError`]. A newer state is not touched.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Loaded), OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Io { path, source }
        };
        private_dir(dir).map_err(failed(dir))?;
        let mut numbers = generations(dir).map_err(failed(dir))?;
        let Some(newest) = numbers.pop() else {
            let file = Self::write_generation(dir, 1, std::iter::empty()).map_err(failed(dir))?;
            return Ok((file, Loaded::default()));
        };
        let path = path_of(dir, newest);
        let current = read(&path, newest)?;
        let mut loaded = Loaded::default();
        if current.damaged
            && let Some(previous) = numbers.pop()
        {
            // What the current generation began with is what the previous one ended with.
            loaded.apply(read(&path_of(dir, previous), previous)?.entries);
        }
        let (damaged, good, number) = (current.damaged, current.good, current.number);
        loaded.apply(current.entries);
        if damaged {
            let aside = atomic::set_aside(&path, "corrupt").map_err(failed(&path))?;
            loaded.damaged = Some(aside);
            let file = Self::write_generation(dir, number + 1, loaded.entries()).map_err(failed(dir))?;
            return Ok((file, loaded));
        }
        let file = OpenOptions::new().append(true).open(&path).map_err(failed(&path))?;
        file.set_len(good).map_err(failed(&path))?;
        Ok((Self { dir: dir.to_owned(), generation: number, file, length: good, began_with: good }, loaded))
    }

    /// Appends entries and makes them durable.
    ///
    /// # Errors
    /// Any of the file system's; nothing of the batch is then kept.
    pub(crate) fn append(&mut self, lines: &str) -> io::Result<()> {
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line in the middle would look like damage later.
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += lines.len() as u64;
        Ok(())
    }

    /// Whether a new generation would be much shorter.
    pub(crate) fn is_long(&self) -> bool {
        self.length > self.began_with.saturating_mul(2).max(self.began_with + GROWTH)
    }

    /// Begins a new generation with this list. The one before it is kept, older ones go.
    ///
    /// # Errors
    /// Any of the file system's; the current generation then goes on.
    pub(crate) fn compact(&mut self, all: impl Iterator<Item = Entry>) -> io::Result<()> {
        let next = Self::write_generation(&self.dir, self.generation + 1, all)?;
        *self = next;
        Ok(())
    }

    fn write_generation(dir: &Path, number: u32, all: impl Iterator<Item = Entry>) -> io::Result<Self> {
        let mut text = String::new();
        let mut records = 0;
        for entry in all {
            text.push_str(&checked::line(&entry)?);
            records += 1;
        }
        let header =
            format!("// windlass transfers, version {VERSION}, generation {number}, records {records}\n");
        text.insert_str(0, &header);
        let path = path_of(dir, number);
        atomic::replace(&path, text.as_bytes())?;
        for old in generations(dir)?.into_iter().filter(|old| old + 1 < number) {
            std::fs::remove_file(path_of(dir, old))?;
        }
        let file = OpenOptions::new().append(true).open(&path)?;
        let length = text.len() as u64;
        Ok(Self { dir: dir.to_owned(), generation: number, file, length, began_with: length })
    }
}

impl Loaded {
    fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        let groups = self.groups.values().map(|group| Entry::Group(Box::new(group.clone())));
        groups.chain(self.transfers.values().map(|transfer| Entry::Put(Box::new(transfer.clone()))))
    }

    fn apply(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            match entry {
                Entry::Put(transfer) => {
                    self.transfers.insert(transfer.id, *transfer);
                }
                Entry::Partial(id, known) => {
                    let job = self.transfers.get_mut(&id).map(|transfer| &mut transfer.job);
                    if let Some(Job::Download { partial, .. }) = job {
                        *partial = Some(known);
                    }
                }
                Entry::Durable(id, ranges) => {
                    let job = self.transfers.get_mut(&id).map(|transfer| &mut transfer.job);
                    if let Some(Job::Download { partial: Some(partial), .. }) = job {
                        partial.durable = ranges;
                    }
                }
                Entry::Remove(id) => {
                    self.transfers.remove(&id);
                }
                Entry::Group(group) => {
                    self.groups.insert(group.name.clone(), *group);
                }
                Entry::Ungroup(name) => {
                    self.groups.remove(&name);
                }
            }
        }
    }
}

fn parse(line: &str) -> Option<Entry> {
    ron::from_str(checked::text(line)?).ok()
}

/// Version and number of records, if the line is a header.
fn parse_header(line: &str) -> Option<(u32, usize)> {
    let rest = line.strip_prefix("// windlass transfers, version ")?;
    let (version, rest) = rest.split_once(", generation ")?;
    let (_, records) = rest.split_once(", records ")?;
    Some((version.parse().ok()?, records.parse().ok()?))
}

fn read(path: &Path, number: u32) -> Result<Generation, OpenError> {
    let failed = |source| OpenError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(LARGEST).read_to_end(&mut bytes).map_err(failed)?;
    understand(&bytes, number)
}

/// One generation, if this version of the program knows its format.
fn understand(bytes: &[u8], number: u32) -> Result<Generation, OpenError> {
    let mut generation = Generation { number, entries: Vec::new(), good: 0, damaged: false };
    let mut records = None;
    let mut bad_lines = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
        let understood = match text {
            Some(text) if index == 0 => {
                records = parse_header(text);
                records.is_some()
            }
            Some(text) => match parse(text) {
                Some(entry) => {
                    generation.entries.push(entry);
                    true
                }
                None => false,
            },
            None => false,
        };
        if let Some((version, _)) = records
            && version > VERSION
        {
            return Err(OpenError::Newer { found: version });
        }
        if understood {
            // A bad line before a good one was not torn by a crash.
            generation.damaged |= bad_lines > 0;
            generation.good += line.len() as u64;
        } else {
            bad_lines += 1;
        }
    }
    generation.damaged |= records.is_none_or(|(_, records)| generation.entries.len() < records);
    // Several bad lines at the end cannot come from one torn write of ours that was acknowledged
    // up to its first line, but a batch may be torn anywhere: none of it was acknowledged.
    Ok(generation)
}

fn path_of(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("transfers-{number:06}.ron"))
}

/// The numbers of all generations in `dir`, oldest first.
fn generations(dir: &Path) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("transfers-")?.strip_suffix(".ron"));
        numbers.extend(number.and_then(|number| number.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The fuzzer's door: whatever lies in the file, what is read of it can be written and read again.
#[cfg(fuzzing)]
pub(crate) fn fuzz(bytes: &[u8]) {
    let mut loaded = Loaded::default();
    let Ok(generation) = understand(bytes, 1) else { return };
    assert!(generation.good <= bytes.len() as u64);
    loaded.apply(generation.entries);
    let lines = loaded.entries().filter_map(|entry| checked::line(&entry).ok()).collect::<Vec<_>>();
    let header = format!("// windlass transfers, version {VERSION}, generation 1, records {}\n", lines.len());
    let text = std::iter::once(header).chain(lines).collect::<String>();
    let mut again = Loaded::default();
    if let Ok(generation) = understand(text.as_bytes(), 1) {
        assert!(!generation.damaged);
        again.apply(generation.entries);
    }
    assert_eq!(format!("{:?}", loaded.transfers), format!("{:?}", again.transfers));
}

#[cfg(test)]
#[path = "state/tests.rs"]
mod tests;
