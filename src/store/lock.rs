//! A profile belongs to one process at a time: whoever holds the lock on a file in it. And who changes one of its
//! files that others may change too does it in turn.

use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::{OpenError, private_dir};

/// The name of the file. Its holder writes into it where it can be reached.
pub(crate) const LOCK: &str = "lock";
/// Whoever only looks has the lock for a moment, and so has a command that is about to begin.
const TRIES: u32 = 25;
const A_MOMENT: Duration = Duration::from_millis(10);

/// Whoever changes a small file is done in a moment, too; on a disk that is busy it may be a long one.
const TURNS: u32 = 500;

/// A state that is this process's, until this is dropped. What it derefs to may be written.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Deref for Lock {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // To close it would not be enough while another program is being started: until that runs, it has a copy.
        let _ = flock(&self.0, FlockOperation::NonBlockingUnlock);
    }
}

/// Takes the state in `dir` for this process.
///
/// # Errors
/// [`OpenError::Locked`] if another process has it.
pub(crate) fn lock(dir: &Path) -> Result<Lock, OpenError> {
    match take(dir, LOCK, TRIES) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(OpenError::Locked),
        taken => taken.map_err(|source| OpenError::Io { path: dir.join(LOCK), source }),
    }
}

/// Waits until nobody else changes what is called `name`, and keeps others from it until what comes back is dropped.
///
/// # Errors
/// If that takes more than a few seconds, and any of the file system's.
pub(super) fn turn(dir: &Path, name: &str) -> io::Result<Lock> {
    take(dir, &format!("{name}.lock"), TURNS).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => {
            io::Error::new(error.kind(), "another program is changing it; try again")
        }
        _ => error,
    })
}

/// Takes a file in `dir`, making it if need be.
fn take(dir: &Path, name: &str, tries: u32) -> io::Result<Lock> {
    private_dir(dir)?;
    let mut options = OpenOptions::new();
    let file =
        options.read(true).write(true).create(true).truncate(false).mode(0o600).open(dir.join(name))?;
    for _ in 0..tries {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Lock(file)),
            Err(Errno::WOULDBLOCK) => std::thread::sleep(A_MOMENT),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::WOULDBLOCK.into())
}

/// Whether some process has the state in `dir`.
#[cfg(feature = "app")]
pub(crate) fn is_held(dir: &Path) -> io::Result<bool> {
    let file = match File::open(dir.join(LOCK)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {
            drop(Lock(file));
            Ok(false)
        }
        Err(Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(test, feature = "app"))]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_held_by_one_and_looking_at_it_takes_it_from_nobody() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_held(dir.path()).unwrap());
        let held = lock(dir.path()).unwrap();
        assert!(is_held(dir.path()).unwrap());
        assert!(matches!(lock(dir.path()), Err(OpenError::Locked)));
        drop(held);
        assert!(!is_held(dir.path()).unwrap());
        lock(dir.path()).unwrap();
    }

    #[test]
    fn a_copy_of_the_file_in_a_program_that_is_being_started_holds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path()).unwrap();
        let copy = held.try_clone().unwrap();
        drop(held);
        assert!(!is_held(dir.path()).unwrap());
        lock(dir.path()).unwrap();
        drop(copy);
    }
}
