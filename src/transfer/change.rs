//! Changes to what was asked for, while it is under way.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, Zoned};

use super::address::{Address, Credentials};
use super::error::Failure;
use super::group_name::{GroupName, NotAGroup};
use super::headers::{Headers, NotAFingerprint};
use super::moment::{NotAMoment, moment};
use super::policy::{CostPolicy, NotAPolicy};
use super::priority::{NotAPriority, Priority};
use super::request::address_and_login;

/// A change to what was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Change {
    /// Another address of the same file, with the headers that are meant for it.
    Url(Address, Headers),
    /// A login at its server, in place of the one before.
    Login(Credentials),
    /// Another speed limit, in bytes a second; nothing for none.
    Limit(Option<u64>),
    /// Another place among those that wait.
    Priority(Priority),
    /// Another moment before which it does not start; nothing for none.
    StartAt(Option<Timestamp>),
    /// What it may cost.
    CostPolicy(CostPolicy),
    /// Another group; nothing for none.
    Group(Option<GroupName>),
    /// Another folder for a download of which nothing is here yet.
    Folder(PathBuf),
    /// The one key that an SSH server may have, by its fingerprint.
    HostKey(String),
}

/// A change that cannot be made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAChange {
    /// There is nothing of that name.
    #[error(
        "“{0}” cannot be set. It can be url=ADDRESS, login=NAME:PASSWORD, limit=SPEED, priority=NUMBER, start-at=TIME, cost-policy=POLICY, group=NAME, folder=PATH or host-key=FINGERPRINT."
    )]
    Unknown(String),
    /// It is no login.
    #[error("A login begins with a name, as in NAME:PASSWORD.")]
    Login,
    /// It is not a speed.
    #[error("A speed looks like 500K or 2M, in bytes a second, or “none”.")]
    Speed,
    /// It is not a priority.
    #[error(transparent)]
    Priority(#[from] NotAPriority),
    /// It is not a moment.
    #[error(transparent)]
    Moment(#[from] NotAMoment),
    /// It is no policy.
    #[error(transparent)]
    CostPolicy(#[from] NotAPolicy),
    /// It is no name of a group.
    #[error(transparent)]
    Group(#[from] NotAGroup),
    /// It is not the whole path of a folder.
    #[error("A folder is a whole path, which begins with “/”.")]
    Folder,
    /// It is not the fingerprint of a key.
    #[error(transparent)]
    HostKey(#[from] NotAFingerprint),
    /// It is not an address.
    #[error(transparent)]
    Address(#[from] Failure),
}

impl Change {
    /// A change as somebody typed it: `url` to an address (a login in it becomes a header), or `login` to a name and
    /// a password with a colon between them, `limit` to a [speed](speed) or `none`, `priority` to a number from 0.0 to 1.0,
    /// `start-at` to a [moment](moment()) or `now`, `cost-policy` to `unrestricted-only`, `default` or `always`,
    /// `group` to a name or `none`, `folder` to a whole path, or `host-key` to a fingerprint as `ssh-keygen -l` shows it.
    ///
    /// # Errors
    /// If the key is not known, or the value is not what it should be ([`Address::parse`]).
    pub fn parse(key: &str, value: &str) -> Result<Self, NotAChange> {
        let wrong = || NotAChange::Unknown(key.chars().filter(|c| !c.is_control()).take(60).collect());
        match key {
            "url" => {
                let (url, headers) = address_and_login(value)?;
                Ok(Self::Url(url, headers))
            }
            "login" => match value.split_once(':').unwrap_or((value, "")) {
                ("", _) => Err(NotAChange::Login),
                (user, password) => Ok(Self::Login(Credentials {
                    user: user.to_owned(),
                    password: password.to_owned().into(),
                })),
            },
            "limit" if value == "none" => Ok(Self::Limit(None)),
            "limit" => Ok(Self::Limit(Some(speed(value).ok_or(NotAChange::Speed)?))),
            "start-at" if value == "now" => Ok(Self::StartAt(None)),
            "start-at" => Ok(Self::StartAt(Some(moment(value, &Zoned::now())?))),
            "group" if value == "none" => Ok(Self::Group(None)),
            "group" => Ok(Self::Group(Some(value.parse()?))),
            "folder" if Path::new(value).is_absolute() => Ok(Self::Folder(value.into())),
            "folder" => Err(NotAChange::Folder),
            "host-key" => {
                Headers::default().set_host_key(value)?;
                Ok(Self::HostKey(value.to_owned()))
            }
            "cost-policy" => Ok(Self::CostPolicy(value.parse()?)),
            "priority" => Ok(Self::Priority(value.parse()?)),
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::transfer::{Destination, DownloadRequest, Job, Partial};

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
    fn another_folder_is_for_downloads_of_which_nothing_is_here() {
        let change = || Change::parse("folder", "/other").unwrap();
        let place = |request: DownloadRequest| {
            let mut job = Job::Download { request, partial: None };
            job.amend(change()).unwrap();
            let Job::Download { request, .. } = job else { unreachable!() };
            request.destination.unwrap()
        };
        let request = || DownloadRequest::new("https://a.example/x").unwrap();
        assert_eq!(place(request()), Destination::Folder("/other".into()));
        assert_eq!(place(request().into_folder("/full")), Destination::Folder("/other".into()));
        assert_eq!(place(request().into_file("/full/y")), Destination::File("/other/y".into()));
        let partial: Partial =
            ron::from_str(r#"(path: "/full/x", total: None, validator: None, resumable: false)"#).unwrap();
        let partial = Some(Box::new(partial));
        assert!(Job::Download { request: request(), partial }.is_placed());
        assert!(Change::parse("folder", "other").is_err());
        assert!(Change::parse("host-key", "SHA256:x").is_err());
    }

    #[test]
    fn a_login_that_is_given_later_comes_to_what_is_sent_already() {
        for (key, value) in [("login", "me:S3CR3T:"), ("url", "https://me:S3CR3T%3A@a.example/x")] {
            let mut request = DownloadRequest::new("https://old:one@a.example/x").unwrap();
            request.headers.add("X-Api-Key", "KEY").unwrap();
            request.headers.add("Referer", "https://a.example/").unwrap();
            let mut job = Job::Download { request, partial: None };
            job.amend(Change::parse(key, value).unwrap()).unwrap();
            let login = job.headers().login().unwrap();
            assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me", "S3CR3T:"), "{key}");
            assert_eq!(job.headers().expose().count(), 3, "{key}");
        }
        assert!(Change::parse("login", ":S3CR3T").is_err());
    }

    #[test]
    fn a_new_address_at_another_origin_gets_no_secret_of_the_old_one() {
        let request = DownloadRequest::new("https://me:S3CR3T@a.example/x").unwrap();
        let mut job = Job::Download { request, partial: None };
        job.amend(Change::parse("url", "https://a.example/y?token=1").unwrap()).unwrap();
        assert!(!job.headers().is_empty());
        job.amend(Change::parse("url", "https://b.example/y").unwrap()).unwrap();
        assert!(job.headers().is_empty());
        assert_eq!(job.url().expose(), "https://b.example/y");
        assert!(Change::parse("colour", "blue").is_err());
    }
}
