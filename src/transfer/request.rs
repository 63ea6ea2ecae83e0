//! What the user asked for. No server answer ever changes it.

use std::collections::HashSet;
use std::num::NonZeroU8;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::{Address, Credentials, Scheme};
use super::checksum::{Checksum, Expected, Mirror};
use super::error::{ErrorKind, Failure};
use super::headers::Headers;
use super::is_default;
use super::proxy::ProxyChoice;

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

/// What to do when the remote file turns out to be another one than the one that was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum OnChange {
    /// Keep what there is and let somebody decide.
    #[default]
    Pause,
    /// Drop what there is and get the new one.
    Restart,
}

impl From<OnChange> for &'static str {
    fn from(on_change: OnChange) -> Self {
        match on_change {
            OnChange::Pause => "pause",
            OnChange::Restart => "restart",
        }
    }
}

impl TryFrom<String> for OnChange {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let known = [Self::Pause, Self::Restart];
        let found = known.into_iter().find(|known| word.eq_ignore_ascii_case((*known).into()));
        found.ok_or_else(|| format!("“{word}” is not one of pause, restart"))
    }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// Headers to send to the address, and to nobody else.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// What to do when the name is taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub if_exists: IfExists,
    /// What to say at the end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notify: Notify,
    /// Tries in a row without a byte of progress before it fails; nothing means the session's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Whether the bytes shall come in order, to be looked at while they do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sequential: bool,
    /// Bytes a second that it may get; nothing means no limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Through which proxy; the login for it stands among the headers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub proxy: ProxyChoice,
    /// A file of cookies (in Netscape's format), each for the servers that it names there. It is read
    /// anew for every attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie_file: Option<PathBuf>,
    /// Connections that it may have at most, and begins with; nothing means as many as gain something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<NonZeroU8>,
    /// What is known of the file; it is never called complete if it is not so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expected: Expected,
    /// Whether to look for a file of checksums beside it, if nothing else is known of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub find_checksum: bool,
    /// Where else it is. No header goes there, no login and no cookie. Where something of it is known that
    /// proves the whole, it comes from there at the same time; else only if the address gives nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<Mirror>,
}

impl DownloadRequest {
    /// A request for the file at `url`, as somebody typed it. A login in the address becomes a header.
    ///
    /// # Errors
    /// As for [`Address::parse`].
    pub fn new(url: &str) -> Result<Self, Failure> {
        let (url, headers) = address_and_login(url)?;
        Ok(Self { headers, ..Self::at(url) })
    }

    /// A request for the file at this address.
    #[must_use]
    pub fn at(url: Address) -> Self {
        Self {
            url,
            destination: None,
            headers: Headers::default(),
            if_exists: IfExists::default(),
            notify: Notify::default(),
            retries: None,
            sequential: false,
            limit: None,
            proxy: ProxyChoice::default(),
            cookie_file: None,
            connections: None,
            expected: Expected::default(),
            find_checksum: false,
            mirrors: Vec::new(),
        }
    }

    /// It must amount to this; with several, to all of them.
    #[must_use]
    pub fn with_checksum(mut self, checksum: Checksum) -> Self {
        self.expected.checksums.push(checksum);
        self
    }

    /// It is also there.
    #[must_use]
    pub fn with_mirror(mut self, url: Address) -> Self {
        self.mirrors.push(Mirror::new(url));
        self
    }

    /// Logs in to the address with this.
    pub fn log_in(&mut self, login: &Credentials) {
        add_login(&mut self.headers, &self.url, login);
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
    /// Through which proxy; the login for it stands among the headers.
    #[serde(default)]
    pub proxy: ProxyChoice,
    /// A file of cookies (in Netscape's format), each for the servers that it names there. It is read
    /// anew for every attempt.
    #[serde(default)]
    pub cookie_file: Option<PathBuf>,
}

impl UploadRequest {
    /// A request to POST `file` to `url`, as somebody typed it. A login in the address becomes a header.
    ///
    /// # Errors
    /// As for [`Address::parse`], and if nothing can be sent to such an address.
    pub fn new(file: impl Into<PathBuf>, url: &str) -> Result<Self, Failure> {
        let (url, headers) = address_and_login(url)?;
        let request = Self {
            file: file.into(),
            url,
            method: Method::default(),
            headers,
            notify: Notify::default(),
            retries: None,
            proxy: ProxyChoice::default(),
            cookie_file: None,
        };
        request.check()?;
        Ok(request)
    }

    /// Whether files can be sent to such an address at all.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedScheme`].
    pub fn check(&self) -> Result<(), Failure> {
        if self.url.is_web() {
            return Ok(());
        }
        let scheme = self.url.scheme().name();
        let refused = Failure::new(ErrorKind::UnsupportedScheme).about(scheme);
        Err(refused.because("files can be got from there, but not sent there yet"))
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

pub(super) fn address_and_login(url: &str) -> Result<(Address, Headers), Failure> {
    let (url, login) = Address::parse(url)?;
    let mut headers = Headers::default();
    if let Some(login) = login {
        add_login(&mut headers, &url, &login);
    }
    Ok((url, headers))
}

/// A name alone may be a secret on the web, where some hand out tokens for names.
fn add_login(headers: &mut Headers, url: &Address, login: &Credentials) {
    match url.scheme() {
        Scheme::Sftp => headers.add_user(login),
        _ => headers.add_login(login),
    }
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
    fn nothing_is_sent_to_where_files_can_only_be_got_from() {
        for url in ["ftp://a.example/in/", "ftps://a.example/", "ftpes://a.example/", "sftp://a.example/"] {
            assert_eq!(UploadRequest::new("/a", url).unwrap_err().kind, ErrorKind::UnsupportedScheme);
            assert!(DownloadRequest::new(url).is_ok());
        }
    }

    #[test]
    fn the_name_alone_is_a_secret_on_the_web_and_none_for_ssh() {
        let missing = |url: &str| {
            let written = ron::to_string(&DownloadRequest::new(url).unwrap()).unwrap();
            let read: DownloadRequest = ron::from_str(&written).unwrap();
            read.headers.missing().map(str::to_owned)
        };
        assert_eq!(missing("sftp://me@a.example/x"), None);
        assert!(missing("sftp://me:S3CR3T@a.example/x").is_some());
        assert!(missing("https://t0k3n@a.example/x").is_some());
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
