//! Where the files of uploads get to at their servers.

use std::collections::HashSet;
use std::path::PathBuf;

use super::address::Address;
use super::folders::Folders;
use super::upload::{Method, Protocol, UploadRequest};

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
        self.folders.as_ref().map_or_else(|| name.into(), |folders| folders.as_path().join(name))
    }

    /// The address that the file gets if `url` is a folder; nothing if it is none.
    pub(super) fn stored_in(&self, url: &Address) -> Option<Address> {
        let name = self.file.file_name()?;
        match &self.folders {
            Some(folders) => folders.stored_at(url, name),
            None => url.file_in_folder(name),
        }
    }

    /// The address that the file itself gets where files have addresses of their own: if its own ends
    /// with `/`, that is a folder. So is that of a tree, but for PUT and S3, which have put the file's own in
    /// its place.
    #[must_use]
    pub fn stored_at(&self) -> Address {
        let is_own = matches!(self.protocol, Protocol::Raw | Protocol::Resumable | Protocol::S3);
        let is_folder = self.url.is_folder() || self.folders.is_some() && !is_own;
        let inside = if is_folder { self.stored_in(&self.url) } else { None };
        inside.unwrap_or_else(|| self.url.clone())
    }

    /// The address that more than one of these files would be stored at, each in place of the one
    /// before it.
    #[must_use]
    pub fn clash(requests: &[Self]) -> Option<Address> {
        let put = |request: &&Self| match request.protocol {
            Protocol::Raw | Protocol::Resumable => request.method == Method::Put,
            protocol => matches!(protocol, Protocol::S3 | Protocol::Webdav) || !request.url.is_web(),
        };
        let mut seen = HashSet::new();
        requests.iter().filter(put).map(Self::stored_at).find(|url| !seen.insert(url.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use proptest::prelude::*;

    use super::*;

    fn of_tree(folders: &str, url: &str) -> UploadRequest {
        let folders = Folders::new(folders).unwrap();
        UploadRequest::new("/home/me/b c.txt", url).unwrap().in_folders(folders)
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
        fn whatever_bytes_its_folders_have_a_file_stays_below_the_address(
            parts in prop::collection::vec(prop::collection::vec(1_u8.., 1..9), 0..4),
        ) {
            let inner = |folders: Folders, part: &Vec<u8>| {
                folders.inner(OsStr::from_bytes(part)).unwrap_or(folders)
            };
            let folders = parts.iter().fold(Folders::default(), inner);
            let depth = folders.as_path().iter().count();
            let stored = UploadRequest::new("/x", "sftp://a.example/in").unwrap().in_folders(folders).stored_at();
            prop_assert!(stored.expose().starts_with("sftp://a.example/in/"));
            prop_assert!(stored.expose().ends_with("/x"));
            prop_assert_eq!(stored.url().path_segments().unwrap().count(), depth + 2);
        }
    }
}
