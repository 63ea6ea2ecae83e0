//! Moving files to where the user can still get them back (freedesktop.org Trash 1.0).

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use zbus::zvariant::Fd;

use crate::system::bus::{self, Service};
use crate::system::sandbox::is_sandboxed;

/// Why something is where it was.
#[derive(Debug, thiserror::Error)]
pub enum NotTrashed {
    /// It may not be moved, or there is no trash that could take it.
    #[error("it could not be moved there")]
    Refused(#[from] trash::Error),
    /// It may not be opened, so that somebody else could move it.
    #[error("it could not be opened")]
    Unreadable(#[source] io::Error),
    /// Nobody moved it.
    #[error("the desktop did not move it")]
    Portal,
    /// The program is ending.
    #[error("the work was given up")]
    GivenUp(#[from] tokio::task::JoinError),
}

/// Moves a file to the trash. Of one that is gone already there is nothing to move.
///
/// # Errors
/// If it is still where it was.
pub async fn move_to_trash(path: PathBuf) -> Result<(), NotTrashed> {
    if is_sandboxed() {
        return by_portal(path).await;
    }
    tokio::task::spawn_blocking(move || if is_gone(&path) { Ok(()) } else { trash::delete(&path) }).await??;
    Ok(())
}

fn is_gone(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The trash cannot be seen from a sandbox; the desktop moves what it is handed open for writing, as a proof that this
/// may be done (`org.freedesktop.portal.Trash`).
async fn by_portal(path: PathBuf) -> Result<(), NotTrashed> {
    const MOVED: u32 = 1;
    let open = move || -> io::Result<Option<OwnedFd>> {
        if is_gone(&path) {
            return Ok(None);
        }
        let how = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Some(rustix::fs::open(&path, how, Mode::empty())?))
    };
    let Some(file) = tokio::task::spawn_blocking(open).await?.map_err(NotTrashed::Unreadable)? else {
        return Ok(());
    };
    let bus = bus::session().await.ok_or(NotTrashed::Portal)?;
    let portal = Service { bus, name: "org.freedesktop.portal.Desktop" };
    let object = ("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Trash", "TrashFile");
    let moved: Option<u32> = portal.call(object, &Fd::from(file.as_fd())).await;
    if moved == Some(MOVED) { Ok(()) } else { Err(NotTrashed::Portal) }
}
