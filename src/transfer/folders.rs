//! The folders that lead from an address to a file of a tree: relative, and never upwards.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::path;

/// Such folders, perhaps none: `photos/2024`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Folders(PathBuf);

/// The path leads somewhere else: it is absolute, or goes upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not lead to a folder inside")]
pub struct NotInside;

impl Folders {
    /// Those of a relative path.
    ///
    /// # Errors
    /// If it is absolute or has `..` in it.
    pub fn new(path: impl AsRef<Path>) -> Result<Self, NotInside> {
        let mut inside = PathBuf::new();
        for part in path.as_ref().components() {
            match part {
                Component::Normal(name) => inside.push(name),
                Component::CurDir => {}
                Component::Prefix(_) | Component::RootDir | Component::ParentDir => return Err(NotInside),
            }
        }
        Ok(Self(inside))
    }

    /// The folder called so in the last one of them; nothing if that is no name.
    #[must_use]
    pub fn inner(&self, name: &OsStr) -> Option<Self> {
        let is_name = Path::new(name).components().eq([Component::Normal(name)]);
        is_name.then(|| Self(self.0.join(name)))
    }

    /// As a path.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// The address of a file called `name` in these folders at `address`, which is one too.
    pub(super) fn stored_at(&self, address: &Address, name: &OsStr) -> Option<Address> {
        let below = |at: Address, folder: &OsStr| Some(at.file_in_folder(folder)?.as_folder());
        self.0.iter().try_fold(address.as_folder(), below)?.file_in_folder(name)
    }
}

impl Serialize for Folders {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        path::serialize(&self.0, to)
    }
}

impl<'de> Deserialize<'de> for Folders {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(path::deserialize::<D>(from)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_lead_only_inwards() {
        for bad in ["/a", "..", "a/../../b", "a/.."] {
            assert_eq!(Folders::new(bad), Err(NotInside), "{bad}");
            assert!(ron::from_str::<Folders>(&format!("{bad:?}")).is_err());
        }
        for (path, inside) in [("", ""), (".", ""), ("a/./b/", "a/b"), ("...", "...")] {
            assert_eq!(Folders::new(path).unwrap().as_path(), Path::new(inside));
        }
        for bad in ["", ".", "..", "a/b", "/"] {
            assert_eq!(Folders::default().inner(OsStr::new(bad)), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_bytes_a_name_has_it_is_kept(
            parts in prop::collection::vec(prop::collection::vec(1_u8.., 1..9), 0..4),
        ) {
            let mut folders = Folders::default();
            for part in &parts {
                let name = OsStr::from_bytes(part);
                match folders.inner(name) {
                    Some(inner) => folders = inner,
                    None => prop_assert!(part.contains(&b'/') || part == b"." || part == b".."),
                }
            }
            let text = ron::to_string(&folders).unwrap();
            prop_assert_eq!(ron::from_str::<Folders>(&text).unwrap(), folders);
        }
    }
}
