//! What the user asked for. No server answer ever changes it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::{Address, Credentials, Scheme};
use super::checksum::{Checksum, Expected, Mirror};
use super::error::Failure;
use super::headers::Headers;
use super::is_default;
use super::terms::Terms;

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
    /// Leave the file alone, and move nothing.
    Skip,
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
        found.ok_or_else(|| "one of pause, restart".to_owned())
    }
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
    /// On what terms.
    #[serde(default, skip_serializing_if = "is_default")]
    pub terms: Terms,
    /// Whether the bytes shall come in order, to be looked at while they do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sequential: bool,
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
            terms: Terms::default(),
            sequential: false,
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

    /// Takes over another address of the same file. Headers that were meant for another origin do not come along.
    pub(super) fn point_at(&mut self, url: Address, headers: Headers) {
        if url.origin() == self.url.origin() {
            self.headers.take_over(headers);
        } else {
            self.headers = headers;
        }
        self.url = url;
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

pub(super) fn address_and_login(url: &str) -> Result<(Address, Headers), Failure> {
    let (url, login) = Address::parse(url)?;
    let mut headers = Headers::default();
    if let Some(login) = login {
        add_login(&mut headers, &url, &login);
    }
    Ok((url, headers))
}

/// A name alone may be a secret on the web, where some hand out tokens for names.
pub(super) fn add_login(headers: &mut Headers, url: &Address, login: &Credentials) {
    match url.scheme() {
        Scheme::Sftp => headers.add_user(login),
        _ => headers.add_login(login),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
