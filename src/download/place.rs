//! The last step: a complete file gets its name.

use std::io;
use std::path::{Path, PathBuf};

use super::partial::{Unnamed, candidates, part_path};
use super::together::Target;
use super::{Download, Open, failed, verify};
use crate::attempt::Outcome;
use crate::store::rename_new;
use crate::transfer::IfExists;

impl Download {
    /// Gives a file that is complete and right its name.
    pub(super) async fn place(&self, open: Open) -> Result<Outcome, Outcome> {
        let Open { mut partial, intake, checker, _reservation, .. } = open;
        drop((intake, checker));
        let (path, if_exists) = (partial.path.clone(), self.request.if_exists);
        let placed = self.shared.together.run(folder(&partial.path), move || {
            let placed = place(&path, if_exists)?;
            let folder = Target::Folder(folder(&placed).to_owned());
            Ok((placed, folder))
        });
        partial.path = placed.await.map_err(|error| failed(&error, &partial.path))?;
        partial.verified = Some(verify::proof(&self.request.expected, &partial));
        Ok(Outcome::Completed(Some(Box::new(partial))))
    }
}

/// Gives the part file of `path` its final name, which is durable once its folder is synced. The name is
/// `path` unless it was taken meanwhile; then it is what `if_exists` says. Nothing is overwritten unasked.
///
/// # Errors
/// `AlreadyExists` under [`IfExists::Fail`], and whatever the file system says; the part file is
/// then still there.
fn place(path: &Path, if_exists: IfExists) -> io::Result<PathBuf> {
    let part = part_path(path);
    if if_exists == IfExists::Overwrite {
        std::fs::rename(&part, path)?;
        return Ok(path.to_owned());
    }
    first_free(path, if_exists, |free| rename_new(&part, free))
}

/// The same for a file that has no name yet.
pub(super) fn link(file: Unnamed, path: &Path, if_exists: IfExists) -> io::Result<PathBuf> {
    if file.is_named() || if_exists == IfExists::Overwrite {
        // A link replaces nothing.
        file.name()?;
        return place(path, if_exists);
    }
    first_free(path, if_exists, |free| file.link(free))
}

/// Where the names are that a file at `path` may get.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Takes the first name that nobody has, of those that may be taken.
fn first_free(
    path: &Path,
    if_exists: IfExists,
    take: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    for candidate in candidates(path) {
        match take(&candidate) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && if_exists == IfExists::Rename => {}
            taken => return taken.map(|()| candidate),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::replace;

    #[test]
    fn a_file_that_took_the_name_meanwhile_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        replace(&path, b"theirs").unwrap();
        replace(&part_path(&path), b"ours").unwrap();
        assert!(place(&path, IfExists::Fail).is_err());
        let placed = place(&path, IfExists::Rename).unwrap();
        assert_eq!(placed, dir.path().join("a (1).iso"));
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
        assert_eq!(std::fs::read(&placed).unwrap(), b"ours");
    }

    #[test]
    fn overwriting_happens_only_when_it_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        replace(&path, b"old").unwrap();
        replace(&part_path(&path), b"new").unwrap();
        assert_eq!(place(&path, IfExists::Overwrite).unwrap(), path);
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }
}
