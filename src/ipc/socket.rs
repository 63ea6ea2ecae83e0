//! Where the control socket is, and how to get at it.
//!
//! Whoever holds the profile writes the socket's path into the lock file, so that every process of
//! the user finds it, whatever its environment says about runtime directories.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::net::{UnixListener, UnixStream};

use crate::Profile;

/// Longest path that fits into a socket address on Linux, with room for its end.
const LONGEST: usize = 100;
const NAME: &str = "control.sock";
/// How long a session may take from holding the profile to opening its socket.
const STARTING: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Where a session can be reached.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// Wherever the session that holds this profile has its socket.
    Profile(Profile),
    /// At this socket, which may lead to another computer.
    Socket(PathBuf),
}

impl From<&Profile> for Endpoint {
    fn from(profile: &Profile) -> Self {
        Self::Profile(profile.clone())
    }
}

/// Opens the socket of a profile. Only for the process that holds the profile's lock: what was there
/// before is the remains of a crash.
pub(super) fn bind(profile: &Profile) -> io::Result<(UnixListener, PathBuf)> {
    crate::store::private_dir(&profile.run)?;
    let path = profile.run.join(NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let (short, _folder) = short(&path)?;
    let listener = UnixListener::bind(short)?;
    // Its folder is closed to others already; not every program looks at that.
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok((listener, path))
}

/// Connects to a session; nothing if there is none. One that is just starting is waited for.
pub(super) async fn connect(endpoint: &Endpoint) -> io::Result<Option<UnixStream>> {
    let profile = match endpoint {
        Endpoint::Profile(profile) => profile,
        Endpoint::Socket(path) => return reach(path).await,
    };
    let since = Instant::now();
    loop {
        let reached = match std::fs::read(profile.state.join(crate::store::LOCK)) {
            Ok(bytes) if !bytes.is_empty() => reach(Path::new(&OsString::from_vec(bytes))).await?,
            _ => None,
        };
        if reached.is_some() || !crate::store::is_held(&profile.state)? || since.elapsed() > STARTING {
            return Ok(reached);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn reach(path: &Path) -> io::Result<Option<UnixStream>> {
    let (short, _folder) = match short(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        short => short?,
    };
    match UnixStream::connect(short).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A name for `path` that is short enough for a socket, and what must live as long as it is used.
fn short(path: &Path) -> io::Result<(PathBuf, Option<File>)> {
    if path.as_os_str().len() <= LONGEST {
        return Ok((path.to_owned(), None));
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = File::open(folder)?;
    Ok((Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name), Some(folder)))
}
