//! Telling browsers where the program is, looking at what they were told, and taking that back. Files of others are
//! never touched.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::browsers::{Browser, Roots};
use super::manifest::{Manifest, NAME};

/// A longer file is none of ours, in bytes.
const LONGEST: u64 = 64 * 1024;
/// Not through a link, and without waiting for somebody at the other end of a pipe.
const PLAINLY: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

/// What a browser was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Standing {
    /// Nothing.
    NotInstalled,
    /// Where this program is.
    Installed,
    /// Something else than it would be told now: another program, or by another version.
    Old {
        /// The program that it was told of.
        program: PathBuf,
    },
    /// Of a program that is not there any more.
    Gone {
        /// It.
        program: PathBuf,
    },
    /// Something of that name by somebody else.
    Foreign,
    /// It is not known where this browser looks on behalf of all users.
    Unknown,
}

/// What a browser was told, and in which file.
#[must_use]
pub fn standing(browser: &Browser, roots: &Roots, program: &Path) -> (Standing, Option<PathBuf>) {
    let Some(folder) = browser.folder(roots) else { return (Standing::Unknown, None) };
    let file = file_in(&folder);
    let wanted = Manifest::new(browser.kind, program);
    let standing = match found(&file) {
        Ok(None) => Standing::NotInstalled,
        Ok(Some(manifest)) if !is_program(manifest.program()) => {
            Standing::Gone { program: manifest.program().to_owned() }
        }
        Ok(Some(manifest)) if manifest == wanted => Standing::Installed,
        Ok(Some(manifest)) => Standing::Old { program: manifest.program().to_owned() },
        Err(_) => Standing::Foreign,
    };
    (standing, Some(file))
}

/// Tells a browser where the program is, and gives the file in which that stands.
///
/// # Errors
/// `Unsupported` if it is not known where it looks, `AlreadyExists` if somebody else has a file of that name there,
/// and those of the file system.
pub fn install(browser: &Browser, roots: &Roots, program: &Path) -> io::Result<PathBuf> {
    let folder = browser.folder(roots).ok_or(io::ErrorKind::Unsupported)?;
    let (file, manifest) = (file_in(&folder), Manifest::new(browser.kind, program));
    match found(&file)? {
        Some(known) if known == manifest => return Ok(file),
        Some(_) => crate::replace(&file, manifest.text().as_bytes())?,
        None => {
            std::fs::create_dir_all(&folder)?;
            crate::create(&file, manifest.text().as_bytes())?;
        }
    }
    if roots.for_all {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(file)
}

/// Takes back what a browser was told; false if that was nothing.
///
/// # Errors
/// As for [`install`].
pub fn uninstall(browser: &Browser, roots: &Roots) -> io::Result<bool> {
    let folder = browser.folder(roots).ok_or(io::ErrorKind::Unsupported)?;
    let file = file_in(&folder);
    if found(&file)?.is_none() {
        return Ok(false);
    }
    std::fs::remove_file(&file)?;
    crate::sync_dir(&folder)?;
    // What may have been made for this alone; a folder that has something in it stays.
    let made = [Some(folder.as_path()), folder.parent()].into_iter().flatten();
    _ = made.map(std::fs::remove_dir).take_while(Result::is_ok).count();
    Ok(true)
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join(format!("{NAME}.json"))
}

/// What stands in a file of ours; nothing if there is none.
///
/// # Errors
/// `AlreadyExists` if it is not ours: a link, no plain file, or something else in it; and those of the file system.
fn found(file: &Path) -> io::Result<Option<Manifest>> {
    let foreign = || io::Error::from(io::ErrorKind::AlreadyExists);
    let opened: io::Result<File> = OpenOptions::new().read(true).custom_flags(PLAINLY).open(file);
    let opened = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Err(foreign()),
        opened => opened?,
    };
    if !opened.metadata()?.is_file() {
        return Err(foreign());
    }
    let mut bytes = Vec::new();
    opened.take(LONGEST).read_to_end(&mut bytes)?;
    Manifest::read(&bytes).map(Some).ok_or_else(foreign)
}

/// Whether a browser could start it.
fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
}

#[cfg(test)]
#[path = "setup/tests.rs"]
mod tests;
