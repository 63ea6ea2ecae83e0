//! Opening what arrived, and showing where it is.
//!
//! Nothing is ever run: a file that would start a program is shown in its folder instead.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::bus;

mod part;
mod trash;

pub use part::open_part;
pub use trash::{NotTrashed, move_to_trash};

/// The longest a file manager may take to start and show a folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an address of a file is made of without escaping (RFC 3986 §2.3, and the slash).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Kinds that some desktop runs, or follows to something it runs, when they are opened.
const RUNNABLE: [&str; 38] = [
    "appimage",
    "bash",
    "bat",
    "bin",
    "cmd",
    "com",
    "command",
    "csh",
    "desktop",
    "directory",
    "elf",
    "exe",
    "fish",
    "hta",
    "jar",
    "jnlp",
    "js",
    "kdelnk",
    "ksh",
    "lnk",
    "lua",
    "msi",
    "php",
    "pif",
    "pl",
    "ps1",
    "py",
    "pyc",
    "pyw",
    "rb",
    "run",
    "scr",
    "sh",
    "tcl",
    "url",
    "vbs",
    "wsf",
    "zsh",
];

/// What became of a wish to open something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It was opened.
    Itself,
    /// Its folder was opened, with it marked where the file manager can do that.
    Folder,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there any more, or may not be looked at.
    #[error("{path} cannot be read")]
    Unreadable {
        /// What was to be opened.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The desktop has no program for it, or failed to start it.
    #[error("no program could be started for {path}")]
    Program {
        /// What was to be opened.
        path: PathBuf,
        /// What starting it said.
        source: opener::OpenError,
    },
    /// The program is ending.
    #[error("the work was given up")]
    GivenUp(#[from] tokio::task::JoinError),
}

/// Somebody who opens files for the user.
pub trait Files: Send + Sync + 'static {
    /// Opens a file in the program for its kind, a folder in the file manager.
    fn open(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>>;

    /// Shows where `path` is.
    fn show_in_folder(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>>;
}

/// The desktop's own programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Desktop;

impl Files for Desktop {
    fn open(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>> {
        Box::pin(open(path))
    }

    fn show_in_folder(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>> {
        Box::pin(show_in_folder(path))
    }
}

/// Nobody, for tests: remembers what was asked.
#[derive(Clone, Debug, Default)]
pub struct Remembered(Arc<Mutex<Vec<(Opened, PathBuf)>>>);

impl Remembered {
    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<(Opened, PathBuf)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, how: Opened, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((how, path));
        Box::pin(std::future::ready(Ok(how)))
    }
}

impl Files for Remembered {
    fn open(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>> {
        self.remember(Opened::Itself, path)
    }

    fn show_in_folder(&self, path: PathBuf) -> BoxFuture<'static, Result<Opened, OpenError>> {
        self.remember(Opened::Folder, path)
    }
}

/// See [`Files::open`].
///
/// # Errors
/// If it is gone, or nothing could be started for it.
pub async fn open(path: PathBuf) -> Result<Opened, OpenError> {
    let looked = path.clone();
    let runs = tokio::task::spawn_blocking(move || would_run(&looked)).await?;
    if runs.map_err(|source| OpenError::Unreadable { path: path.clone(), source })? {
        return show_in_folder(path).await;
    }
    hand_over(path).await?;
    Ok(Opened::Itself)
}

/// See [`Files::show_in_folder`]. The folder of a file that is gone is shown all the same.
///
/// # Errors
/// If nothing could be started for the folder.
pub async fn show_in_folder(path: PathBuf) -> Result<Opened, OpenError> {
    let path = std::path::absolute(&path).unwrap_or(path);
    let looked = path.clone();
    let there = tokio::task::spawn_blocking(move || looked.symlink_metadata().is_ok()).await?;
    if !there || !marked(&path).await {
        hand_over(path.parent().unwrap_or(&path).to_owned()).await?;
    }
    Ok(Opened::Folder)
}

/// Whether a file manager opened the folder with `path` marked in it (`org.freedesktop.FileManager1`).
async fn marked(path: &Path) -> bool {
    const NAME: &str = "org.freedesktop.FileManager1";
    let Some(connection) = bus::session().await else { return false };
    let request = (vec![uri_of(path)], "");
    let call = connection.call_method(
        Some(NAME),
        "/org/freedesktop/FileManager1",
        Some(NAME),
        "ShowItems",
        &request,
    );
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no file manager marks files");
            false
        }
        Err(_) => false,
    }
}

/// Gives `path` to the program the desktop has for it.
async fn hand_over(path: PathBuf) -> Result<(), OpenError> {
    // `opener` starts a program and may wait for a script on the way.
    tokio::task::spawn_blocking(move || {
        opener::open(&path).map_err(|source| OpenError::Program { path, source })
    })
    .await?
}

/// The address of `path`, which must be absolute; every byte of it survives.
pub(super) fn uri_of(path: &Path) -> String {
    format!("file://{}", percent_encode(path.as_os_str().as_bytes(), PLAIN))
}

/// Whether opening `path` might run it, going by what it really is, not what leads there.
fn would_run(path: &Path) -> io::Result<bool> {
    let real = path.canonicalize()?;
    let metadata = real.metadata()?;
    if metadata.is_dir() {
        return Ok(false);
    }
    // Pipes and devices are no documents, and reading them could wait for ever.
    if !metadata.is_file() || runs_by_name(&real) || runs_by_name(path) || executable(&metadata) {
        return Ok(true);
    }
    let mut start = Vec::new();
    File::open(&real)?.take(256).read_to_end(&mut start)?;
    Ok(runs_by_content(&start))
}

fn executable(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o111 != 0
}

fn runs_by_name(path: &Path) -> bool {
    let kind = path.extension().map(|kind| kind.to_string_lossy().trim_end().to_lowercase());
    kind.is_some_and(|kind| RUNNABLE.contains(&kind.as_str()))
}

/// Desktops also go by how a file starts: scripts, programs, shortcuts.
fn runs_by_content(start: &[u8]) -> bool {
    let programs: [&[u8]; 4] = [b"#!", b"\x7FELF", b"MZ", b"L\0\0\0\x01\x14\x02\0"];
    programs.iter().any(|program| start.starts_with(program))
        || start.windows(15).any(|part| part == b"[Desktop Entry]")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs::{OpenOptions, Permissions};
    use std::io::Write as _;

    use super::*;
    use crate::system::drag_and_drop::file_of_uri;

    fn made(dir: &Path, name: &str, mode: u32, bytes: &[u8]) -> PathBuf {
        let path = dir.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
        file.write_all(bytes).unwrap();
        file.set_permissions(Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn documents_and_folders_are_opened() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.pdf", "a.tar.gz", "noext", "sh", ".desktop", "a.shx", "movie.MKV"] {
            assert!(!would_run(&made(dir.path(), name, 0o644, b"text")).unwrap(), "{name}");
        }
        assert!(!would_run(dir.path()).unwrap());
    }

    #[test]
    fn what_would_start_a_program_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.desktop", "b.SH", "c.AppImage", "d.exe", "e.jar", "f.py", "g.pdf.desktop", "h.exe "] {
            assert!(would_run(&made(dir.path(), name, 0o644, b"text")).unwrap(), "{name}");
        }
        assert!(would_run(&made(dir.path(), "i.pdf", 0o755, b"text")).unwrap());
        assert!(would_run(&made(dir.path(), "j.pdf", 0o645, b"text")).unwrap());
    }

    #[test]
    fn a_harmless_name_does_not_hide_a_program() {
        let dir = tempfile::tempdir().unwrap();
        let contents: [&[u8]; 4] =
            [b"#!/bin/sh\n", b"\x7FELF\x02", b"MZ\x90", b"# x\n[Desktop Entry]\nExec=x"];
        for (place, bytes) in contents.into_iter().enumerate() {
            let path = made(dir.path(), &format!("{place}.txt"), 0o644, bytes);
            assert!(would_run(&path).unwrap(), "{place}");
        }
    }

    #[test]
    fn a_link_is_judged_by_what_it_leads_to() {
        let dir = tempfile::tempdir().unwrap();
        let program = made(dir.path(), "program.sh", 0o644, b"text");
        let link = dir.path().join("document.pdf");
        std::os::unix::fs::symlink(program, &link).unwrap();
        assert!(would_run(&link).unwrap());
    }

    #[test]
    fn devices_are_no_documents_and_missing_files_are_an_error() {
        assert!(would_run(Path::new("/dev/zero")).unwrap());
        assert!(would_run(Path::new("/nowhere/at/all")).is_err());
    }

    #[test]
    fn the_address_of_a_file_leads_back_to_it() {
        for name in ["/a b", "/ü/%41", "/x#y?z", "/\u{202E}"] {
            assert_eq!(file_of_uri(&uri_of(Path::new(name))).as_deref(), Some(Path::new(name)));
        }
        assert_eq!(uri_of(Path::new("/a b/ü-1.iso")), "file:///a%20b/%C3%BC-1.iso");
        let bytes = Path::new(OsStr::from_bytes(b"/\xFF"));
        assert_eq!(file_of_uri(&uri_of(bytes)).as_deref(), Some(bytes));
    }

    #[tokio::test]
    async fn a_file_that_is_gone_is_an_error_and_not_a_program() {
        let error = open(PathBuf::from("/nowhere/at/all")).await.unwrap_err();
        assert!(matches!(error, OpenError::Unreadable { .. }));
    }
}
