//! What the user asked for. No server answer ever changes it.

use std::collections::HashSet;
use std::num::NonZeroU8;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::{Address, Credentials, Scheme};
use super::error::{ErrorKind, Failure};
use super::headers::Headers;
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
    /// Whether the bytes shall come in order, to be looked at while they do.
    #[serde(default)]
    pub sequential: bool,
    /// Bytes a second that it may get; nothing means no limit of its own.
    #[serde(default)]
    pub limit: Option<u64>,
    /// Through which proxy; the login for it stands among the headers.
    #[serde(default)]
    pub proxy: ProxyChoice,
    /// A file of cookies (in Netscape's format), each for the servers that it names there. It is read
    /// anew for every attempt.
    #[serde(default)]
    pub cookie_file: Option<PathBuf>,
    /// Connections that it may have at most, and begins with; nothing means as many as gain something.
    #[serde(default)]
    pub connections: Option<NonZeroU8>,
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
            sequential: false,
            limit: None,
            proxy: ProxyChoice::default(),
            cookie_file: None,
            connections: None,
        })
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

/// A change to what was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Change {
    /// Another address of the same file, with the headers that are meant for it.
    Url(Address, Headers),
    /// Another speed limit, in bytes a second; nothing for none.
    Limit(Option<u64>),
}

/// A change that cannot be made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAChange {
    /// There is nothing of that name.
    #[error("“{0}” cannot be set. It can be url=ADDRESS or limit=SPEED.")]
    Unknown(String),
    /// It is not a speed.
    #[error("A speed looks like 500K or 2M, in bytes a second, or “none”.")]
    Speed,
    /// It is not an address.
    #[error(transparent)]
    Address(#[from] Failure),
}

impl Change {
    /// A change as somebody typed it: `url` to an address (a login in it becomes a header), or `limit`
    /// to a [speed](speed) or `none`.
    ///
    /// # Errors
    /// If the key is not known, the address is none ([`Address::parse`]), or the speed is none.
    pub fn parse(key: &str, value: &str) -> Result<Self, NotAChange> {
        let wrong = || NotAChange::Unknown(key.chars().filter(|c| !c.is_control()).take(60).collect());
        match key {
            "url" => {
                let (url, headers) = address_and_login(value)?;
                Ok(Self::Url(url, headers))
            }
            "limit" if value == "none" => Ok(Self::Limit(None)),
            "limit" => Ok(Self::Limit(Some(speed(value).ok_or(NotAChange::Speed)?))),
            _ => Err(wrong()),
        }
    }
}

/// Bytes a second, as in `800000`, `500K`, `2.5M` or `1G` (thousands), or `500Ki` (of 1024).
#[must_use]
pub fn speed(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: f64 = match unit.trim().trim_end_matches("/s").trim_end_matches(['B', 'b']) {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" | "m" => 1e6,
        "G" | "g" => 1e9,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let rate = number.parse::<f64>().ok()? * factor;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (1.0..1e15).contains(&rate).then_some(rate as u64)
}

impl DownloadRequest {
    /// Takes over a change. Headers that were meant for another origin do not come along.
    pub(super) fn amend(&mut self, change: Change) {
        match change {
            Change::Url(url, headers) => {
                if url.origin() != self.url.origin() || !headers.is_empty() {
                    self.headers = headers;
                }
                self.url = url;
            }
            Change::Limit(limit) => self.limit = limit.filter(|limit| *limit > 0),
        }
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

fn address_and_login(url: &str) -> Result<(Address, Headers), Failure> {
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
    fn speeds_are_read_as_people_write_them() {
        for (text, expected) in [
            ("800000", Some(800_000)),
            ("500K", Some(500_000)),
            ("2.5M", Some(2_500_000)),
            ("1 MB/s", Some(1_000_000)),
            ("64Ki", Some(65_536)),
            ("0", None),
            ("", None),
            ("fast", None),
            ("-1M", None),
            ("1e3", None),
        ] {
            assert_eq!(speed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_new_address_at_another_origin_gets_no_secret_of_the_old_one() {
        let mut request = DownloadRequest::new("https://me:S3CR3T@a.example/x").unwrap();
        request.amend(Change::parse("url", "https://a.example/y?token=1").unwrap());
        assert!(!request.headers.is_empty());
        request.amend(Change::parse("url", "https://b.example/y").unwrap());
        assert!(request.headers.is_empty());
        assert_eq!(request.url.expose(), "https://b.example/y");
        assert!(Change::parse("colour", "blue").is_err());
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
