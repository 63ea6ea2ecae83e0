//! A RON file that people may write by hand: read with defaults, never written over unread.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{atomic, private_dir};

/// Reads the file at `path`; without one it is the default.
///
/// # Errors
/// If the file cannot be read or is not such a document. It is left as it is.
pub(crate) fn load<T: DeserializeOwned + Default>(path: &Path) -> io::Result<T> {
    match std::fs::read_to_string(path) {
        Ok(text) => ron::from_str(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error),
    }
}

/// Writes it to `path`. A file there that could not be read is kept beside it: somebody wrote it.
///
/// # Errors
/// Any of the file system's; the old file then stands.
pub(crate) fn save<T: Serialize + DeserializeOwned + Default>(document: &T, path: &Path) -> io::Result<()> {
    if load::<T>(path).is_err_and(|error| error.kind() == io::ErrorKind::InvalidData) {
        atomic::set_aside(path, "unreadable")?;
    }
    let text =
        ron::ser::to_string_pretty(document, ron::ser::PrettyConfig::default()).map_err(io::Error::other)?;
    private_dir(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    atomic::replace(path, text.as_bytes())
}
