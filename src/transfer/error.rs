//! What can go wrong with a transfer: a kind, a retry class and a plain sentence.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod words;

pub use words::NotAKind;

/// Defines an enum together with the list of all its members.
macro_rules! with_all {
    ($(#[$about:meta])* pub enum $name:ident { $($member:ident,)* }) => {
        $(#[$about])*
        pub enum $name {
            $($member,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$member,)*];
        }
    };
}

with_all! {
    /// What went wrong. The names on the outside are those of Windows' `WebErrorStatus` in kebab case,
    /// where one fits.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[expect(missing_docs, reason = "the names are the documentation; the sentences stand below")]
    #[non_exhaustive]
    pub enum ErrorKind {
        HostNameNotResolved,
        CannotConnect,
        ServerUnreachable,
        Timeout,
        ConnectionAborted,
        ConnectionReset,
        Disconnected,
        CertificateCommonNameIsIncorrect,
        CertificateExpired,
        CertificateContainsErrors,
        CertificateRevoked,
        CertificateIsInvalid,
        HostKeyNotTrusted,
        RedirectFailed,
        HttpsToHttpOnRedirection,
        ErrorHttpInvalidServerResponse,
        InsufficientRangeSupport,
        Unauthorized,
        Forbidden,
        NotFound,
        ProxyAuthenticationRequired,
        ProxyUnreachable,
        ProxyRefused,
        RequestTimeout,
        Gone,
        Locked,
        RequestEntityTooLarge,
        RequestedRangeNotSatisfiable,
        TooManyRequests,
        UnexpectedClientError,
        InternalServerError,
        BadGateway,
        ServiceUnavailable,
        GatewayTimeout,
        InsufficientStorage,
        UnexpectedServerError,
        UnexpectedStatusCode,
        OperationCanceled,
        InvalidUrl,
        InvalidProxy,
        UnsupportedScheme,
        Truncated,
        Changed,
        ChecksumMismatch,
        DiskFull,
        PermissionDenied,
        ReadOnly,
        FileMissing,
        FileChanged,
        FileExists,
        AlreadyComplete,
        Io,
        Ftp,
        ResultUnknown,
        NotResumable,
        SecretNotFound,
    }
}

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may pass by itself: try again, later and later.
    Transient,
    /// The disk has to get room first.
    Space,
    /// The server, or the proxy on the way there, wants a login.
    Login,
    /// Trying again changes nothing.
    Final,
}

impl ErrorKind {
    /// What to do about it.
    #[must_use]
    pub fn retry(self) -> Retry {
        match self {
            Self::HostNameNotResolved
            | Self::CannotConnect
            | Self::ServerUnreachable
            | Self::Timeout
            | Self::ConnectionAborted
            | Self::ConnectionReset
            | Self::Disconnected
            | Self::RequestTimeout
            | Self::Locked
            | Self::TooManyRequests
            | Self::InternalServerError
            | Self::BadGateway
            | Self::ServiceUnavailable
            | Self::GatewayTimeout
            | Self::ProxyUnreachable
            | Self::Truncated => Retry::Transient,
            Self::DiskFull => Retry::Space,
            Self::Unauthorized | Self::ProxyAuthenticationRequired | Self::SecretNotFound => Retry::Login,
            _ => Retry::Final,
        }
    }

    /// The kind a refused HTTP status stands for (RFC 9110 §15).
    #[must_use]
    pub fn from_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            407 => Self::ProxyAuthenticationRequired,
            408 => Self::RequestTimeout,
            410 => Self::Gone,
            413 => Self::RequestEntityTooLarge,
            423 => Self::Locked,
            416 => Self::RequestedRangeNotSatisfiable,
            425 | 429 => Self::TooManyRequests,
            500 => Self::InternalServerError,
            502 => Self::BadGateway,
            503 | 509 | 522 | 524 => Self::ServiceUnavailable,
            504 => Self::GatewayTimeout,
            507 => Self::InsufficientStorage,
            status if status / 100 == 4 => Self::UnexpectedClientError,
            status if status / 100 == 5 => Self::UnexpectedServerError,
            _ => Self::UnexpectedStatusCode,
        }
    }
}

/// One thing that went wrong, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Failure {
    /// What it was.
    pub kind: ErrorKind,
    /// What it was about: a host, a path, a name. Never a secret.
    #[serde(default)]
    pub subject: Option<String>,
    /// The HTTP status, if it came from one.
    #[serde(default)]
    pub status: Option<u16>,
    /// The server's own words, if it gave any.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// Before this moment the server does not want to be asked again.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
}

impl Failure {
    /// A failure of this kind, now.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, subject: None, status: None, reason: None, at: Timestamp::now(), not_before: None }
    }

    /// A refusal by HTTP status.
    #[must_use]
    pub fn from_status(status: u16) -> Self {
        Self { status: Some(status), ..Self::new(ErrorKind::from_status(status)) }
    }

    /// A failure of the local disk or file at `path`.
    #[must_use]
    pub fn from_io(error: &std::io::Error, path: &std::path::Path) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match error.kind() {
            Io::NotFound => ErrorKind::FileMissing,
            Io::PermissionDenied => ErrorKind::PermissionDenied,
            Io::ReadOnlyFilesystem => ErrorKind::ReadOnly,
            Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => ErrorKind::DiskFull,
            Io::AlreadyExists => ErrorKind::FileExists,
            _ => ErrorKind::Io,
        };
        Self::new(kind).about(path.display().to_string())
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Says when the server may be asked again.
    #[must_use]
    pub(crate) fn not_before(mut self, at: Option<Timestamp>) -> Self {
        self.not_before = at;
        self
    }

    /// Adds the server's own words, shortened and on one line.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let clean: String = line.chars().filter(|c| !c.is_control()).take(200).collect();
        self.reason = Some(clean).filter(|reason| !reason.is_empty());
        self
    }
}

/// What can be done where something was cut off that may have happened nevertheless.
const SEND_AGAIN: &str = "It may be there nevertheless: look on the server, and restart to send it again.";

impl Failure {
    /// What happened and what can be done, of what nothing but a person begins again.
    pub(super) fn in_doubt(&self) -> String {
        let (_, advice) = self.kind.sentence();
        let told = self.to_string();
        told.strip_suffix(advice).map_or(told.clone(), |told| format!("{told}{SEND_AGAIN}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, advice) = self.kind.sentence();
        f.write_str(what)?;
        if let Some(subject) = &self.subject {
            write!(f, " ({subject})")?;
        }
        if let Some(status) = self.status {
            write!(f, " [{status}]")?;
        }
        if let Some(reason) = &self.reason {
            write!(f, ": {reason}")?;
        }
        write!(f, ". {advice}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_happened_where_and_what_to_do() {
        let failure = Failure::from_status(404).about("example.org");
        assert_eq!(failure.to_string(), "The server has no such file (example.org) [404]. Check the link.");
    }

    #[test]
    fn what_may_have_happened_is_not_to_be_resumed() {
        let told = Failure::new(ErrorKind::ConnectionReset).about("example.org").in_doubt();
        assert_eq!(told, format!("The connection was cut off (example.org). {SEND_AGAIN}"));
    }

    #[test]
    fn the_servers_words_are_kept_short_and_on_one_line() {
        let failure = Failure::from_status(413).because(&format!("too\r\nbig\u{7} {}", "x".repeat(999)));
        let reason = failure.reason.unwrap();
        assert!(reason.starts_with("too big"));
        assert!(reason.len() <= 200 && !reason.contains(char::is_control));
    }

    #[test]
    fn only_what_may_pass_by_itself_is_tried_again() {
        assert_eq!(ErrorKind::from_status(503).retry(), Retry::Transient);
        assert_eq!(ErrorKind::from_status(404).retry(), Retry::Final);
        assert_eq!(ErrorKind::DiskFull.retry(), Retry::Space);
    }
}
