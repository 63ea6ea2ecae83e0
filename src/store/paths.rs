//! Where a profile keeps its things.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Settings, state, log and socket of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The settings file.
    pub settings: PathBuf,
    /// The folder of the transfers.
    pub state: PathBuf,
    /// The folder of what commands that run by themselves have in common with the session: what was used of the data
    /// plan, and whose turn it is to change a file. Otherwise that of the transfers.
    pub common: PathBuf,
    /// The folder of the log.
    pub log: PathBuf,
    /// The folder of the control socket.
    pub run: PathBuf,
}

impl Profile {
    /// Everything in one folder.
    #[must_use]
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        Self {
            settings: dir.join("settings.ron"),
            state: dir.join("state"),
            common: dir.join("state"),
            log: dir.join("log"),
            run: dir.join("run"),
        }
    }

    /// The user's own, in the directories that the XDG Base Directory Specification names; nothing
    /// if the user has no home.
    #[must_use]
    pub fn standard() -> Option<Self> {
        let dirs = directories::ProjectDirs::from("org", "windlass", "windlass")?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned();
        Some(Self {
            settings: dirs.config_dir().join("settings.ron"),
            log: state.join("log"),
            run: dirs.runtime_dir().map_or_else(|| state.join("run"), Path::to_owned),
            common: state.clone(),
            state,
        })
    }

    /// A profile inside this one for a single command that runs by itself, recognised by `name`.
    #[must_use]
    pub fn for_command(&self, name: &str) -> Self {
        let dir = self.state.join("commands").join(name);
        Self { run: dir.join("run"), state: dir, ..self.clone() }
    }

    /// The folder that downloads go to unless something else is said.
    #[must_use]
    pub fn downloads() -> PathBuf {
        let dirs = directories::UserDirs::new();
        dirs.and_then(|dirs| Some(dirs.download_dir()?.to_owned()))
            .or_else(|| Some(directories::BaseDirs::new()?.home_dir().join("Downloads")))
            .unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Makes sure that `dir` is there and that nobody else can look into it.
///
/// # Errors
/// Any of the file system's, and `PermissionDenied` if it belongs to somebody else.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let metadata = std::fs::metadata(dir)?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder belongs to another user"));
    }
    if metadata.mode() & 0o077 != 0 {
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
