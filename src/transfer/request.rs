//! What the user asked for. No server answer ever changes it.

use std::num::NonZeroU8;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::{Address, Credentials, Scheme};
use super::checksum::{Checksum, Expected, Mirror};
use super::completion::Completion;
use super::error::{ErrorKind, Failure};
use super::group::GroupName;
use super::headers::Headers;
use super::is_default;
use super::policy::CostPolicy;
use super::priority::Priority;
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
    /// Which of those that wait goes first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: Priority,
    /// Not before this; nothing means as soon as there is room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// What it may cost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cost_policy: CostPolicy,
    /// The group that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// What to run when it has ended.
    #[serde(default, skip_serializing_if = "Completion::is_empty")]
    pub completion: Completion,
    /// Tries in a row without a byte of progress before it fails; nothing means the session's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Failures of these kinds pause it instead of ending it, when trying again has not helped or would not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pause_on: Vec<ErrorKind>,
    /// Seconds to wait for a connection or for the next byte; nothing means as the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
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
            priority: Priority::default(),
            start_at: None,
            cost_policy: CostPolicy::default(),
            group: None,
            completion: Completion::default(),
            retries: None,
            pause_on: Vec::new(),
            timeout: None,
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
