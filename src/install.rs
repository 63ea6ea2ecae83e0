//! What of the program lies in the user's own folders, so that the desktop and the shell know it: put there,
//! looked at, taken away. Nothing of it needs to be there for the program to run.
//!
//! Every file has a mark in it. One without the mark is somebody else's, and is neither replaced nor removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::system::executable;

mod autostart;
mod files;
mod line;
mod mark;

pub use autostart::Autostart;
pub use files::{File, Generated};

/// How a file stands that the program would put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is not there.
    Missing,
    /// It is there.
    There,
    /// One of ours is there, of another version or for the program in another place.
    Other,
    /// Somebody else's is there.
    Foreign,
}

/// Why something was not installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A file is in the way.
    #[error("{} was not written by Windlass, so it stays as it is, and nothing was installed. Move it away and try again.", .0.display())]
    Foreign(PathBuf),
    /// The program does not know where it is, or nobody could write that down.
    #[error("Where the program lies cannot be told to the desktop. Move it to another folder.")]
    NoPlace,
    /// The user has no home.
    #[error("There is no home folder.")]
    NoHome,
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What could not be read or written.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl InstallError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { path: path.to_owned(), source }
    }
}

/// The folder of the user's data.
///
/// # Errors
/// If the user has no home.
pub fn data_folder() -> Result<PathBuf, InstallError> {
    Ok(directories::BaseDirs::new().ok_or(InstallError::NoHome)?.data_dir().to_owned())
}

/// Where the program lies.
///
/// # Errors
/// If it is not there any more.
pub fn program() -> Result<PathBuf, InstallError> {
    let program = executable::path().map_err(|_| InstallError::NoPlace)?;
    if program.is_file() { Ok(program) } else { Err(InstallError::NoPlace) }
}

/// Puts the files there, all of them or, where one is in the way, none.
///
/// # Errors
/// If one is, or the file system refuses.
pub fn install(files: &[File]) -> Result<(), InstallError> {
    for file in files {
        if file.standing().map_err(InstallError::at(&file.path))? == Standing::Foreign {
            return Err(InstallError::Foreign(file.path.clone()));
        }
    }
    for file in files {
        let folder = file.path.parent().unwrap_or(&file.path);
        fs::create_dir_all(folder).map_err(InstallError::at(folder))?;
        crate::replace(&file.path, &file.bytes).map_err(InstallError::at(&file.path))?;
    }
    Ok(())
}

/// Removes those of the files that are ours, and the folders below `data` that are empty then. Gives those that
/// were removed.
///
/// # Errors
/// If the file system refuses.
pub fn uninstall<'f>(files: &'f [File], data: &Path) -> Result<Vec<&'f File>, InstallError> {
    let mut removed = Vec::new();
    for file in files {
        if matches!(file.standing().map_err(InstallError::at(&file.path))?, Standing::There | Standing::Other)
        {
            fs::remove_file(&file.path).map_err(InstallError::at(&file.path))?;
            removed.push(file);
        }
    }
    tell_desktop(data);
    forget_empty_cache(data);
    for file in &removed {
        let folders = file.path.ancestors().skip(1).take_while(|folder| *folder != data);
        // The first one that is not empty ends it.
        _ = folders.map(fs::remove_dir).find(Result::is_err);
    }
    Ok(removed)
}

/// Lets the desktop read anew what it keeps in lists of its own, as far as it has any.
pub fn tell_desktop(data: &Path) {
    let applications = data.join("applications");
    let icons = data.join("icons/hicolor");
    if applications.is_dir() {
        run("update-desktop-database", &["-q".as_ref(), &applications]);
    }
    // Without a list of them icons are looked for in their folder.
    if icons.join("icon-theme.cache").exists() {
        run("gtk-update-icon-cache", &["-qtf".as_ref(), &icons]);
    }
    // A bus that began before there was a folder of services looks into it only when it is told to.
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
        let (bus, path) = ("--dest=org.freedesktop.DBus", "/org/freedesktop/DBus");
        run("dbus-send", &["--session", bus, path, "org.freedesktop.DBus.ReloadConfig"].map(Path::new));
    }
    let known = run("kbuildsycoca6", &[]) || run("kbuildsycoca5", &[]);
    tracing::debug!(known, "told a desktop of KDE");
}

/// What `update-desktop-database` leaves behind where no program is left.
fn forget_empty_cache(data: &Path) {
    let cache = data.join("applications/mimeinfo.cache");
    if fs::read_to_string(&cache).is_ok_and(|text| text.trim() == "[MIME Cache]") {
        _ = fs::remove_file(cache);
    }
}

/// Whether such a program was there and did its work.
fn run(program: &str, arguments: &[&Path]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(data: &Path, program: &str) -> Vec<File> {
        let page = |_: Generated| b"a\nb\n".to_vec();
        File::all(data, Path::new(program), page).unwrap()
    }

    fn left(data: &Path) -> Vec<String> {
        let entries = fs::read_dir(data).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_is_installed_is_removed_without_a_trace() {
        let dir = tempfile::tempdir().unwrap();
        crate::replace(&dir.path().join("kept"), b"").unwrap();
        let files = files(dir.path(), "/opt/windlass");
        install(&files).unwrap();
        assert!(files.iter().all(|file| file.standing().unwrap() == Standing::There));
        assert_eq!(uninstall(&files, dir.path()).unwrap().len(), files.len());
        assert_eq!(left(dir.path()), ["kept"]);
        assert!(uninstall(&files, dir.path()).unwrap().is_empty());
    }

    #[test]
    fn a_file_of_somebody_else_is_neither_replaced_nor_removed() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(dir.path(), "/opt/windlass");
        for theirs in &files {
            fs::create_dir_all(theirs.path.parent().unwrap()).unwrap();
            crate::replace(&theirs.path, b"theirs").unwrap();
            assert!(matches!(install(&files), Err(InstallError::Foreign(path)) if path == theirs.path));
            assert!(files.iter().all(|file| file.path == theirs.path || !file.path.exists()));
            assert!(uninstall(&files, dir.path()).unwrap().is_empty());
            assert_eq!(fs::read(&theirs.path).unwrap(), b"theirs");
            fs::remove_file(&theirs.path).unwrap();
        }
    }

    #[test]
    fn a_program_that_has_moved_is_installed_anew() {
        let dir = tempfile::tempdir().unwrap();
        install(&files(dir.path(), "/opt/windlass")).unwrap();
        let moved = files(dir.path(), "/home/me/bin/windlass");
        assert!(moved.iter().any(|file| file.standing().unwrap() == Standing::Other));
        install(&moved).unwrap();
        assert!(moved.iter().all(|file| file.standing().unwrap() == Standing::There));
        let entry =
            fs::read_to_string(dir.path().join("applications/org.windlass.Windlass.desktop")).unwrap();
        assert!(entry.contains("\nExec=/home/me/bin/windlass %U\n"), "{entry}");
        assert!(!entry.contains("Exec=windlass"), "{entry}");
    }

    #[test]
    fn a_link_that_lies_there_is_somebody_elses() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(dir.path(), "/opt/windlass");
        fs::create_dir_all(files[0].path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &files[0].path).unwrap();
        assert_eq!(files[0].standing().unwrap(), Standing::Foreign);
    }
}
