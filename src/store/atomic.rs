//! The one way to make or replace a file: whole or not at all, also when the power fails.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

/// Writes `bytes` to `path`, readable by the user alone.
///
/// The bytes go to a new file beside it, which is synced and then takes the name; the directory is
/// synced last, so that after a power cut the name means the old content or the new one.
///
/// # Errors
/// Any of the file system's; the file at `path` is then as it was.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = path.with_extension("tmp");
    // A file left by an earlier crash is of no use to anybody.
    match std::fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // Best effort: the next call removes it too.
        let _ = std::fs::remove_file(&temporary);
    }
    written?;
    sync_dir(dir)
}

/// Writes `bytes` to a new file at `path`, readable by the user alone. Nothing that is there is replaced, and
/// nothing beside it is touched.
///
/// # Errors
/// `AlreadyExists` if the name is taken, and any of the file system's; then there is no new file.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = dir.join(format!(".{}.tmp", uuid::Uuid::now_v7().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let named = written.and_then(|()| rename_new(&temporary, path));
    if named.is_err() {
        // It has a name that nobody else uses.
        let _ = std::fs::remove_file(&temporary);
    }
    named?;
    sync_dir(dir)
}

/// Renames unless the new name is taken, in one step.
///
/// # Errors
/// `AlreadyExists` if it is, and any of the file system's.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // File systems without that flag still refuse to link over a name.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            std::fs::hard_link(from, to)?;
            std::fs::remove_file(from)
        }
        other => Ok(other?),
    }
}

/// Keeps a copy of a file that could not be understood, for whoever wants to look at it: beside it, under
/// its name, `why` and the time.
///
/// # Errors
/// Any of the file system's.
pub(crate) fn set_aside(path: &Path, why: &str) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{why}-{}", Timestamp::now().as_second()));
    let aside = PathBuf::from(name);
    let mut from = File::open(path)?;
    let mut to = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()?;
    Ok(aside)
}

/// Makes names that were made, changed or removed in `dir` survive a power cut.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_replaced_file_is_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.ron");
        for text in ["first and longer", "second"] {
            replace(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_is_whole_and_private_and_never_in_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.resume");
        create(&dir.path().join("a.tmp"), b"somebody's").unwrap();
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_file_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        replace(&path, b"old").unwrap();
        std::fs::create_dir(path.with_extension("tmp")).unwrap();
        assert!(replace(&path, b"new").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }
}
