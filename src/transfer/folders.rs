//! The folders that lead from an address to a file of a tree: relative, and never upwards.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::path;
use super::upload::UploadRequest;

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
    fn stored_at(&self, address: &Address, name: &OsStr) -> Option<Address> {
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

impl UploadRequest {
    /// The same for a file of a tree, to which these folders lead from the address. Where files have addresses
    /// of their own, the address is that of a folder then. This is said before how the file is sent.
    #[must_use]
    pub fn in_folders(mut self, folders: Folders) -> Self {
        self.folders = Some(folders);
        self
    }

    /// What the file is called at the address: its name, and the folders that lead to it there.
    #[must_use]
    pub fn relative_path(&self) -> PathBuf {
        let name = self.file.file_name().unwrap_or_default();
        self.folders.as_ref().map_or_else(|| name.into(), |folders| folders.0.join(name))
    }

    /// The address that the file gets if `url` is a folder; nothing if it is none.
    pub(super) fn stored_in(&self, url: &Address) -> Option<Address> {
        let name = self.file.file_name()?;
        match &self.folders {
            Some(folders) => folders.stored_at(url, name),
            None => url.file_in_folder(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use proptest::prelude::*;

    use super::*;
    use crate::transfer::{Method, Protocol};

    fn of_tree(folders: &str, url: &str) -> UploadRequest {
        let folders = Folders::new(folders).unwrap();
        UploadRequest::new("/home/me/b c.txt", url).unwrap().in_folders(folders)
    }

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

    #[test]
    fn a_file_of_a_tree_is_stored_below_its_address_whether_that_ends_with_a_slash_or_not() {
        for url in ["http://a.example/in/?k=1", "http://a.example/in?k=1"] {
            let request = of_tree("50% ä/#?", url).through(Protocol::Webdav);
            let stored = request.stored_at();
            assert_eq!(stored.expose(), "http://a.example/in/50%25%20%C3%A4/%23%3F/b%20c.txt?k=1");
            let object = of_tree("50% ä/#?", url).through(Protocol::S3);
            assert_eq!((&object.url, object.stored_at()), (&stored, stored.clone()));
        }
        let put = |url| of_tree("a", url).by(Method::Put).url.expose().to_owned();
        assert_eq!(put("http://a.example/in/"), "http://a.example/in/a/b%20c.txt");
        assert_eq!(put("http://a.example/in"), "http://a.example/in", "nobody has said that it is a folder");
        let sent = of_tree("a", "http://a.example/in").by(Method::Post);
        assert_eq!((sent.url.expose(), sent.relative_path()), ("http://a.example/in", "a/b c.txt".into()));
    }

    #[test]
    fn files_of_one_name_in_different_folders_do_not_clash() {
        let one = |folders| of_tree(folders, "sftp://a.example/in");
        assert_eq!(UploadRequest::clash(&[one("a"), one("b"), one("")]), None);
        assert_eq!(UploadRequest::clash(&[one("a"), one("a")]), Some(one("a").stored_at()));
    }

    proptest! {
        #[test]
        fn whatever_bytes_a_name_has_it_is_kept_and_stays_below_the_address(
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
            let request = UploadRequest::new("/x", "sftp://a.example/in").unwrap().in_folders(folders.clone());
            let stored = request.stored_at();
            prop_assert!(stored.expose().starts_with("sftp://a.example/in/"));
            prop_assert!(stored.expose().ends_with("/x"));
            let depth = folders.as_path().iter().count();
            prop_assert_eq!(stored.url().path_segments().unwrap().count(), depth + 2);
            let text = ron::to_string(&folders).unwrap();
            prop_assert_eq!(ron::from_str::<Folders>(&text).unwrap(), folders);
        }
    }
}
