//! Opening what is there of a file while the rest of it arrives.
//!
//! Desktops choose a program by the end of a name, and for `film.mkv.part` they have none. So the program is given
//! a link that is called `film.mkv`, in a folder that is gone when the user logs out.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};

use super::{OpenError, Opened, open};

/// Opens what is there of `path`, which lies beside it as `NAME.part`.
///
/// # Errors
/// If it is not there, or nothing could be started for it.
pub async fn open_part(path: PathBuf) -> Result<Opened, OpenError> {
    let part = part_of(&path);
    let folder =
        std::env::var_os("XDG_RUNTIME_DIR").map(|folder| Path::new(&folder).join("windlass/arriving"));
    let leads_to = part.clone();
    let linked = tokio::task::spawn_blocking(move || link(&folder?, &path, &leads_to).ok()).await?;
    open(linked.unwrap_or(part)).await
}

/// What a file is called while it is not complete.
fn part_of(path: &Path) -> PathBuf {
    let mut part = OsString::from(path);
    part.push(".part");
    part.into()
}

/// A link in `folder` that is called as `path` and leads to `part`.
fn link(folder: &Path, path: &Path, part: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let link = folder.join(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    match std::fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => symlink(part, &link)?,
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found_under_the_name_that_it_will_have() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("film.mkv");
        let part = part_of(&path);
        std::fs::File::create_new(&part).unwrap();
        let folder = dir.path().join("run/arriving");
        for _ in 0..2 {
            let link = link(&folder, &path, &part).unwrap();
            assert_eq!(link, folder.join("film.mkv"));
            assert_eq!(link.canonicalize().unwrap(), part.canonicalize().unwrap());
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_an_error() {
        assert!(open_part(PathBuf::from("/nowhere/at/all")).await.is_err());
    }
}
