//! What the user asked for. No server answer ever changes it.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::error::Failure;
use super::headers::Headers;

/// Where a download goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// Into this folder, under the name the server or the address gives.
    Folder(PathBuf),
    /// To exactly this file.
    File(PathBuf),
}

/// What to do when the name is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfExists {
    /// Take `NAME (1)`, `NAME (2)` and so on.
    #[default]
    Rename,
    /// Replace the file once the new one is complete and right.
    Overwrite,
    /// Leave the file alone and call the transfer failed.
    Fail,
}

/// The user's own words for the notification at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// Shown when it worked.
    #[serde(default)]
    pub success: Option<String>,
    /// Shown when it did not.
    #[serde(default)]
    pub failure: Option<String>,
    /// Show nothing at all.
    #[serde(default)]
    pub quiet: bool,
}

/// A request to get one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DownloadRequest {
    /// Where it is.
    pub url: Address,
    /// Where it goes; nothing means the folder for downloads.
    #[serde(default)]
    pub destination: Option<Destination>,
    /// Headers to send to the address, and to nobody else.
    #[serde(default)]
    pub headers: Headers,
    /// What to do when the name is taken.
    #[serde(default)]
    pub if_exists: IfExists,
    /// What to say at the end.
    #[serde(default)]
    pub notify: Notify,
    /// Tries in a row without a byte of progress before it fails; nothing means the session's own number.
    #[serde(default)]
    pub retries: Option<u32>,
}

impl DownloadRequest {
    /// A request for the file at `url`, as somebody typed it. A login in the address becomes a header.
    ///
    /// # Errors
    /// As for [`Address::parse`].
    pub fn new(url: &str) -> Result<Self, Failure> {
        let (url, headers) = address_and_login(url)?;
        Ok(Self {
            url,
            destination: None,
            headers,
            if_exists: IfExists::default(),
            notify: Notify::default(),
            retries: None,
        })
    }

    /// Puts it into this folder.
    #[must_use]
    pub fn into_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.destination = Some(Destination::Folder(folder.into()));
        self
    }

    /// Puts it at exactly this path.
    #[must_use]
    pub fn into_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.destination = Some(Destination::File(file.into()));
        self
    }
}

/// The HTTP method of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// May do a thing twice when it is sent twice (RFC 9110 §9.3.3).
    #[default]
    Post,
    /// May be sent again without harm (RFC 9110 §9.3.4).
    Put,
}

impl Method {
    /// Whether sending it twice is the same as sending it once (RFC 9110 §9.2.2).
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        self == Self::Put
    }
}

/// A request to send one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadRequest {
    /// The file to send.
    pub file: PathBuf,
    /// Where it goes.
    pub url: Address,
    /// How it is sent.
    #[serde(default)]
    pub method: Method,
    /// Headers to send to the address, and to nobody else.
    #[serde(default)]
    pub headers: Headers,
    /// What to say at the end.
    #[serde(default)]
    pub notify: Notify,
    /// Tries in a row without a byte of progress before it fails; nothing means the session's own number.
    #[serde(default)]
    pub retries: Option<u32>,
}

impl UploadRequest {
    /// A request to POST `file` to `url`, as somebody typed it. A login in the address becomes a header.
    ///
    /// # Errors
    /// As for [`Address::parse`].
    pub fn new(file: impl Into<PathBuf>, url: &str) -> Result<Self, Failure> {
        let (url, headers) = address_and_login(url)?;
        Ok(Self {
            file: file.into(),
            url,
            method: Method::default(),
            headers,
            notify: Notify::default(),
            retries: None,
        })
    }

    /// Sends it with this method. PUT names the file that it makes on the server, so an address that
    /// ends with `/` means a folder there and gets the name of the file behind it.
    #[must_use]
    pub fn by(mut self, method: Method) -> Self {
        self.method = method;
        if let (Method::Put, Some(name)) = (method, self.file.file_name()) {
            self.url = self.url.file_in_folder(name).unwrap_or(self.url);
        }
        self
    }

    /// The address that more than one of these files would be stored at, each in place of the one
    /// before it.
    #[must_use]
    pub fn clash(requests: &[Self]) -> Option<&Address> {
        let stored = requests.iter().filter(|request| request.method == Method::Put);
        let mut seen = HashSet::new();
        stored.map(|request| &request.url).find(|url| !seen.insert(*url))
    }
}

fn address_and_login(url: &str) -> Result<(Address, Headers), Failure> {
    let (url, login) = Address::parse(url)?;
    let mut headers = Headers::default();
    if let Some(login) = login {
        headers.add_login(&login);
    }
    Ok((url, headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(file: &str, url: &str) -> UploadRequest {
        UploadRequest::new(file, url).unwrap().by(Method::Put)
    }

    #[test]
    fn a_file_that_is_put_into_a_folder_keeps_its_name() {
        assert_eq!(
            put("/b/a b.txt", "http://example.org/in/").url.expose(),
            "http://example.org/in/a%20b.txt"
        );
        assert_eq!(put("/b/a.txt", "http://example.org/in").url.expose(), "http://example.org/in");
        let posted = UploadRequest::new("/a", "http://example.org/in/").unwrap();
        assert_eq!(posted.by(Method::Post).url.expose(), "http://example.org/in/");
    }

    #[test]
    fn files_that_would_be_stored_in_place_of_each_other_are_found() {
        let folder = "http://example.org/in/";
        assert!(UploadRequest::clash(&[put("/a/x", folder), put("/a/y", folder)]).is_none());
        assert!(UploadRequest::clash(&[put("/a/x", folder), put("/b/x", folder)]).is_some());
        let one = "http://example.org/in";
        assert!(UploadRequest::clash(&[put("/a/x", one), put("/a/y", one)]).is_some());
        let posted = || UploadRequest::new("/a", one).unwrap();
        assert!(UploadRequest::clash(&[posted(), posted()]).is_none());
    }
}
