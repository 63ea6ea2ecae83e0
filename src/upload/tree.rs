//! The files of a folder and of those in it, sorted by name and given out as they are found. No more is held
//! than the names in the folders that lead to the place where the walk stands.
//!
//! Whatever is not sent is given out too, with the reason. A link to a folder is not followed, so there are no
//! circles. A link to a file is that file if it lies in the folder; what lies elsewhere nobody has chosen.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::transfer::{Failure, Folders};

/// See the module.
#[derive(Debug)]
pub struct Tree {
    /// The folder, without links on the way to it.
    root: PathBuf,
    /// The folders that lead to where it stands.
    open: Vec<Level>,
    first: bool,
}

/// A folder of which something is left.
#[derive(Debug)]
struct Level {
    path: PathBuf,
    folders: Folders,
    /// What is left, the last one first.
    names: Vec<(OsString, FileType)>,
}

/// Something in a tree.
#[derive(Clone, Debug)]
pub enum Found {
    /// A file to send.
    File {
        /// Where it is.
        path: PathBuf,
        /// The folders that lead to it at its new place.
        folders: Folders,
        /// Its length in bytes.
        size: u64,
    },
    /// A folder; what is in it comes next.
    Folder(PathBuf),
    /// Something that is not sent.
    LeftOut(LeftOut),
}

/// Something that is not sent, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}", path = path.display())]
pub struct LeftOut {
    /// Where it is.
    pub path: PathBuf,
    /// Why.
    pub why: Why,
}

/// Why something is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It is a link to a folder.
    LinkToFolder,
    /// It is a link to something outside the folder.
    LinkToOutside,
    /// It is a link to nothing.
    LinkToNothing,
    /// It is a socket, a pipe or a device.
    NoFile,
    /// It may not be read.
    Unreadable,
    /// It is a folder without anything in it.
    EmptyFolder,
}

impl Why {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::LinkToFolder,
        Self::LinkToOutside,
        Self::LinkToNothing,
        Self::NoFile,
        Self::Unreadable,
        Self::EmptyFolder,
    ];

    /// Its name on the outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LinkToFolder => "link-to-folder",
            Self::LinkToOutside => "link-to-outside",
            Self::LinkToNothing => "link-to-nothing",
            Self::NoFile => "no-file",
            Self::Unreadable => "unreadable",
            Self::EmptyFolder => "empty-folder",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LinkToFolder => "not sent, as it is a link to a folder",
            Self::LinkToOutside => "not sent, as it is a link to something outside the folder",
            Self::LinkToNothing => "not sent, as it is a link to nothing",
            Self::NoFile => "not sent, as it is no ordinary file",
            Self::Unreadable => "not sent, as it cannot be read",
            Self::EmptyFolder => "not sent, as there is nothing in this folder",
        })
    }
}

/// How much a tree has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files that are sent.
    pub files: u64,
    /// Folders, the outermost one too.
    pub folders: u64,
    /// Bytes in the files.
    pub bytes: u64,
}

impl Tally {
    /// Counts this too.
    pub fn add(&mut self, found: &Found) {
        match found {
            Found::File { size, .. } => {
                self.files += 1;
                self.bytes = self.bytes.saturating_add(*size);
            }
            Found::Folder(_) => self.folders += 1,
            Found::LeftOut(_) => {}
        }
    }
}

impl Tree {
    /// The folder at `path`, itself and all that is in it.
    ///
    /// # Errors
    /// If it is no folder that can be read.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        let whole = Folders::default();
        let folders = path.file_name().and_then(|name| whole.inner(name)).unwrap_or(whole);
        Self::begin(path, folders)
    }

    /// What is in the folder at `path`, without that folder.
    ///
    /// # Errors
    /// As for [`Tree::of`].
    pub fn inside(path: &Path) -> Result<Self, Failure> {
        Self::begin(path, Folders::default())
    }

    fn begin(path: &Path, folders: Folders) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::from_io(&error, path);
        let root = path.canonicalize().map_err(failed)?;
        let names = names(path).map_err(failed)?;
        Ok(Self { root, open: vec![Level { path: path.to_owned(), folders, names }], first: true })
    }

    fn look(&mut self, path: PathBuf, name: &OsStr, kind: FileType) -> Option<Found> {
        let left_out = |path, why| Some(Found::LeftOut(LeftOut { path, why }));
        if kind.is_dir() {
            return self.enter(path, name);
        }
        let metadata = match if kind.is_symlink() { self.follow(&path) } else { looked_at(&path) } {
            Ok(metadata) => metadata,
            Err(why) => return left_out(path, why),
        };
        if !metadata.is_file() {
            return left_out(path, Why::NoFile);
        }
        let folders = self.open.last()?.folders.clone();
        Some(Found::File { path, folders, size: metadata.len() })
    }

    fn enter(&mut self, path: PathBuf, name: &OsStr) -> Option<Found> {
        let folders = self.open.last()?.folders.inner(name)?;
        let why = match names(&path) {
            Ok(names) if !names.is_empty() => {
                self.open.push(Level { path: path.clone(), folders, names });
                return Some(Found::Folder(path));
            }
            Ok(_) => Why::EmptyFolder,
            Err(_) => Why::Unreadable,
        };
        Some(Found::LeftOut(LeftOut { path, why }))
    }

    /// What a link leads to.
    fn follow(&self, link: &Path) -> Result<Metadata, Why> {
        let target = link.canonicalize().map_err(|_| Why::LinkToNothing)?;
        let metadata = looked_at(&target)?;
        match metadata.is_dir() {
            true => Err(Why::LinkToFolder),
            false if target.starts_with(&self.root) => Ok(metadata),
            false => Err(Why::LinkToOutside),
        }
    }
}

impl Iterator for Tree {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if std::mem::take(&mut self.first) {
            let Level { path, names, .. } = self.open.last()?;
            let path = path.clone();
            let empty = || LeftOut { path: path.clone(), why: Why::EmptyFolder };
            return Some(if names.is_empty() { Found::LeftOut(empty()) } else { Found::Folder(path) });
        }
        loop {
            let level = self.open.last_mut()?;
            match level.names.pop() {
                Some((name, kind)) => {
                    let path = level.path.join(&name);
                    return self.look(path, &name, kind);
                }
                None => _ = self.open.pop(),
            }
        }
    }
}

/// What is in a folder, the last one first. What cannot be looked at is found out when its turn has come.
fn names(folder: &Path) -> io::Result<Vec<(OsString, FileType)>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.file_name(), entry.file_type()?))
    });
    let mut names = entries.collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
    Ok(names)
}

fn looked_at(path: &Path) -> Result<Metadata, Why> {
    std::fs::symlink_metadata(path).map_err(|_| Why::Unreadable)
}

#[cfg(test)]
mod tests;
