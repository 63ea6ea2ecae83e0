//! The words for the kinds of failures: their names, as people write and read them, and a sentence for each.

use std::fmt;
use std::str::FromStr;

use serde::de::IntoDeserializer as _;
use serde::{Deserialize as _, Serialize as _};

use super::ErrorKind;

/// It names no kind of failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it should be the name of an error, as not-found, or an HTTP status from 400 to 599")]
pub struct NotAKind;

impl ErrorKind {
    /// What happened, in a few plain words.
    #[must_use]
    pub fn what(self) -> &'static str {
        self.sentence().0
    }

    /// What happened and what can be done, without the particulars.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub(super) fn sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::HostNameNotResolved => {
                ("The server's name is not known", "Check the address and the network.")
            }
            Self::CannotConnect => ("The server does not answer", "It may be down; try again later."),
            Self::ServerUnreachable => ("The server cannot be reached", "Check the network."),
            Self::Timeout | Self::RequestTimeout => ("The server took too long", "Try again later."),
            Self::ConnectionAborted | Self::ConnectionReset | Self::Disconnected => {
                ("The connection was cut off", "Resume to go on.")
            }
            Self::CertificateCommonNameIsIncorrect => {
                ("The server's certificate belongs to another name", "Check the address.")
            }
            Self::CertificateExpired => (
                "The server's certificate has expired",
                "Check this computer's clock, or ask the site's owner.",
            ),
            Self::CertificateRevoked => ("The server's certificate was revoked", "Ask the site's owner."),
            Self::CertificateContainsErrors | Self::CertificateIsInvalid => (
                "The server's certificate is not trusted",
                "Ask the site's owner, or name its authority with --ca-file.",
            ),
            Self::HostKeyNotTrusted => (
                "The server's key is not trusted",
                "Ask the server's owner for the right one, and name it with --host-key.",
            ),
            Self::RedirectFailed => {
                ("The server sends from one address to the next without end", "Check the link.")
            }
            Self::HttpsToHttpOnRedirection => (
                "The server leads from a safe address to an unsafe one",
                "Use the address it leads to if you trust it.",
            ),
            Self::ErrorHttpInvalidServerResponse => {
                ("The server's answer makes no sense", "Try again later.")
            }
            Self::InsufficientRangeSupport => {
                ("The server cannot continue in the middle", "Restart from the beginning.")
            }
            Self::Unauthorized => ("The server wants a login", "Log in with a name and password."),
            Self::Forbidden => ("The server refuses access", "Check the link and the login."),
            Self::NotFound => ("The server has no such file", "Check the link."),
            Self::ProxyAuthenticationRequired => {
                ("The proxy wants a login", "Add it again with a name and password for the proxy.")
            }
            Self::ProxyUnreachable => {
                ("The proxy does not answer", "Check the proxy settings and the network.")
            }
            Self::ProxyRefused => {
                ("The proxy does not let this through", "Check the proxy settings, or ask who runs it.")
            }
            Self::Gone => ("The file is no longer there", "Look for a new link."),
            Self::Locked => ("The file is in use on the server", "Try again later."),
            Self::InsufficientStorage => ("The server has no room left", "Resume when there is room."),
            Self::RequestEntityTooLarge => {
                ("The file is too large for the server", "Ask what size it accepts.")
            }
            Self::RequestedRangeNotSatisfiable => {
                ("The server has fewer bytes than before", "Restart from the beginning.")
            }
            Self::TooManyRequests => ("The server wants fewer requests", "Try again later."),
            Self::UnexpectedClientError => ("The server refuses the request", "Check the address."),
            Self::InternalServerError
            | Self::BadGateway
            | Self::ServiceUnavailable
            | Self::GatewayTimeout
            | Self::UnexpectedServerError => ("The server has a problem", "Try again later."),
            Self::UnexpectedStatusCode => ("The server's answer is not a file", "Check the link."),
            Self::OperationCanceled => ("It was cancelled", "Restart to do it again."),
            Self::InvalidUrl => ("This is not an address", "It should look like https://example.org/file."),
            Self::InvalidProxy => {
                ("This is not the address of a proxy", "It should look like http://proxy.example:3128.")
            }
            Self::UnsupportedScheme => {
                ("This kind of address is not supported", "Use http, https, ftp, ftps, ftpes or sftp.")
            }
            Self::Truncated => ("The server ended before the file did", "Resume to get the rest."),
            Self::Changed => ("The file on the server is another one now", "Restart to get the new one."),
            Self::ChecksumMismatch => {
                ("The file does not match its checksum", "Restart, or look for another source.")
            }
            Self::DiskFull => ("The disk is full", "Free some space; it goes on by itself."),
            Self::PermissionDenied => {
                ("Access is not allowed", "Check the permissions, or choose another place.")
            }
            Self::ReadOnly => ("The disk can only be read", "Choose another folder."),
            Self::FileMissing => ("The file is not there", "Check its path."),
            Self::FileChanged => ("The file changed meanwhile", "Restart to send it as it is now."),
            Self::FileExists => ("The name is taken", "Choose another name."),
            Self::AlreadyComplete => (
                "All of the file had arrived at the server",
                "It stays there; remove it there if you do not want it.",
            ),
            Self::Io => ("The disk reports an error", "Check the disk, then resume."),
            Self::Ftp => ("The server refuses the command", "Check the address."),
            Self::ResultUnknown => (
                "Everything was sent, but the answer never came",
                "Look on the server; restart to send it again.",
            ),
            Self::NotResumable => ("It cannot be continued", "Restart from the beginning."),
            Self::SecretNotFound => {
                ("The login was not found", "Unlock the keyring and resume, or add it again with the login.")
            }
        }
    }
}

/// Its name on the outside.
impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Reads a name, or an HTTP status, which stands for the kind that it is one of.
impl FromStr for ErrorKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Self, NotAKind> {
        let text = text.trim();
        match text.parse() {
            Ok(status @ 400..=599) => Ok(Self::from_status(status)),
            Ok(_) => Err(NotAKind),
            Err(_) => {
                let read: Result<_, serde::de::value::Error> = Self::deserialize(text.into_deserializer());
                read.map_err(|_| NotAKind)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_the_name_it_is_shown_with() {
        for kind in ErrorKind::ALL.iter().copied() {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert!(kind.to_string().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{kind}");
        }
    }

    #[test]
    fn a_status_stands_for_its_kind_and_a_success_for_none() {
        assert_eq!("403".parse(), Ok(ErrorKind::Forbidden));
        assert_eq!(" 418".parse(), Ok(ErrorKind::UnexpectedClientError));
        for wrong in ["200", "302", "600", "99999", "", "NotFound", "oops"] {
            assert_eq!(wrong.parse::<ErrorKind>(), Err(NotAKind), "{wrong}");
        }
    }
}
