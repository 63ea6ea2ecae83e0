//! Marks that let a command begin only once: the process that becomes the command makes the mark itself, right
//! before it does, and only where there is none. However the session is killed, and whoever starts it next, only one
//! process gets that far.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use tokio::process::Command;
use uuid::Uuid;

/// The mark of an end.
pub(super) fn mark(state: &Path, end: Uuid) -> PathBuf {
    state.join("begun").join(end.to_string())
}

/// Forgets the marks of all ends but these.
pub(super) fn forget(state: &Path, ends: &[Uuid]) {
    let marks = std::fs::read_dir(state.join("begun")).into_iter().flatten().flatten();
    for mark in marks.filter(|mark| ends.iter().all(|end| mark.file_name() != *end.to_string())) {
        // Another time will do as well.
        _ = std::fs::remove_file(mark.path());
    }
}

/// Lets the command begin only where there is no mark, and makes it: else it fails with `AlreadyExists`.
#[allow(unsafe_code)]
pub(super) fn only(command: &mut Command, mark: &Path) {
    let folder = mark.parent().map_or(Ok(()), crate::store::private_dir);
    let path = CString::new(mark.as_os_str().as_bytes());
    let make = move || {
        folder.as_ref().map_err(|error| io::Error::from(error.kind()))?;
        let path = path.as_ref().map_err(|_| io::ErrorKind::InvalidInput)?;
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        rustix::fs::open(path.as_c_str(), flags, Mode::RUSR | Mode::WUSR)?;
        Ok(())
    };
    // SAFETY: between fork and exec this makes one system call, with what was allocated before.
    unsafe { command.pre_exec(make) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_begins_once_for_each_end_until_that_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let (end, other) = (Uuid::now_v7(), Uuid::now_v7());
        let begin = |end| {
            let mut command = Command::new("true");
            only(&mut command, &mark(dir.path(), end));
            command.spawn().map(drop).map_err(|error| error.kind())
        };
        assert_eq!(begin(end), Ok(()));
        assert_eq!(begin(other), Ok(()));
        assert_eq!(begin(end), Err(io::ErrorKind::AlreadyExists));
        forget(dir.path(), &[end]);
        assert_eq!(begin(end), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(begin(other), Ok(()));
    }
}
