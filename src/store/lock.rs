//! A profile belongs to one process at a time: whoever holds the lock on a file in it.

use std::fs::{File, OpenOptions};
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
    let path = dir.join(LOCK);
    let failed = |source| OpenError::Io { path: path.clone(), source };
    private_dir(dir).map_err(failed)?;
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(failed)?;
    for _ in 0..TRIES {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Lock(file)),
            Err(Errno::WOULDBLOCK) => std::thread::sleep(A_MOMENT),
            Err(error) => return Err(failed(error.into())),
        }
    }
    Err(OpenError::Locked)
}

/// Whether some process has the state in `dir`.
#[cfg(feature = "app")]
pub(crate) fn is_held(dir: &Path) -> std::io::Result<bool> {
    let file = match File::open(dir.join(LOCK)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
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
