//! From an error of the network libraries to a [`Failure`].
//!
//! The libraries wrap errors in errors. What went wrong stands somewhere in that chain, so each
//! link is asked in turn, from the outside in, and the first that knows is believed. No text of a
//! library reaches people, as it may hold an address with its secrets; a certificate's fault does.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::transfer::{ErrorKind, Failure};

/// What `error` means when it happened while talking to `host`.
pub(crate) fn from_error(error: &(dyn Error + 'static), host: &str) -> Failure {
    let failure = chain(error).find_map(read);
    let failure = failure.unwrap_or_else(|| Failure::new(ErrorKind::Disconnected));
    if failure.subject.is_some() { failure } else { failure.about(host) }
}

/// An error and everything it is due to.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // What an `io::Error` was made of is not its source, only that one's source is.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

/// What one link of the chain knows by itself.
fn read(error: &(dyn Error + 'static)) -> Option<Failure> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return Some(failure.clone());
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(from_tls(error));
    }
    let kind = if let Some(error) = error.downcast_ref::<io::Error>() {
        from_io(error)
    } else if let Some(error) = error.downcast_ref::<hyper::Error>() {
        from_hyper(error)
    } else if error.is::<tokio::time::error::Elapsed>() {
        Some(ErrorKind::Timeout)
    } else {
        // The connector's error has no public type, only this text.
        (error.to_string() == "dns error").then_some(ErrorKind::HostNameNotResolved)
    };
    kind.map(Failure::new)
}

fn from_io(error: &io::Error) -> Option<ErrorKind> {
    use io::ErrorKind as Io;
    Some(match error.kind() {
        Io::ConnectionRefused | Io::PermissionDenied => ErrorKind::CannotConnect,
        Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown | Io::AddrNotAvailable => {
            ErrorKind::ServerUnreachable
        }
        Io::TimedOut => ErrorKind::Timeout,
        Io::ConnectionReset => ErrorKind::ConnectionReset,
        Io::ConnectionAborted => ErrorKind::ConnectionAborted,
        Io::BrokenPipe | Io::NotConnected | Io::UnexpectedEof => ErrorKind::Disconnected,
        // The standard library's resolver has no kind of its own, only this text.
        _ if error.to_string().starts_with("failed to lookup address") => ErrorKind::HostNameNotResolved,
        _ => return None,
    })
}

fn from_hyper(error: &hyper::Error) -> Option<ErrorKind> {
    if error.is_parse() {
        Some(ErrorKind::ErrorHttpInvalidServerResponse)
    } else if error.is_timeout() {
        Some(ErrorKind::Timeout)
    } else if error.is_incomplete_message() {
        Some(ErrorKind::Disconnected)
    } else {
        None
    }
}

fn from_tls(error: &rustls::Error) -> Failure {
    match error {
        rustls::Error::InvalidCertificate(error) => from_certificate(error),
        rustls::Error::NoCertificatesPresented => Failure::new(ErrorKind::CertificateContainsErrors),
        _ => Failure::new(ErrorKind::ErrorHttpInvalidServerResponse)
            .because("it and this computer do not agree on an encrypted connection"),
    }
}

fn from_certificate(error: &CertificateError) -> Failure {
    use CertificateError as C;
    match error {
        C::Expired | C::ExpiredContext { .. } => Failure::new(ErrorKind::CertificateExpired),
        C::NotValidYet | C::NotValidYetContext { .. } => Failure::new(ErrorKind::CertificateIsInvalid)
            .because("it is not valid yet, or this computer's clock is wrong"),
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            Failure::new(ErrorKind::CertificateCommonNameIsIncorrect)
        }
        C::Revoked => Failure::new(ErrorKind::CertificateRevoked),
        C::UnknownIssuer => {
            Failure::new(ErrorKind::CertificateIsInvalid).because("its authority is not known")
        }
        C::UnknownRevocationStatus | C::ExpiredRevocationList | C::ExpiredRevocationListContext { .. } => {
            Failure::new(ErrorKind::CertificateIsInvalid)
                .because("whether it was revoked cannot be found out")
        }
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => {
            Failure::new(ErrorKind::CertificateIsInvalid).because("it is not meant for servers")
        }
        _ => Failure::new(ErrorKind::CertificateContainsErrors),
    }
}

/// Whether a connection has ended, as one that was kept may at any time.
pub(super) fn is_cut(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        ErrorKind::ConnectionReset | ErrorKind::Disconnected | ErrorKind::ConnectionAborted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Wrapped(&'static str, #[source] Box<dyn Error + Send + Sync>);

    fn kind(error: impl Into<Box<dyn Error + Send + Sync>>) -> ErrorKind {
        from_error(&Wrapped("client error (Connect)", error.into()), "example.org").kind
    }

    #[test]
    fn what_the_system_says_is_found_under_every_wrapping() {
        for (io, expected) in [
            (io::ErrorKind::ConnectionRefused, ErrorKind::CannotConnect),
            (io::ErrorKind::NetworkUnreachable, ErrorKind::ServerUnreachable),
            (io::ErrorKind::HostUnreachable, ErrorKind::ServerUnreachable),
            (io::ErrorKind::TimedOut, ErrorKind::Timeout),
            (io::ErrorKind::ConnectionReset, ErrorKind::ConnectionReset),
            (io::ErrorKind::ConnectionAborted, ErrorKind::ConnectionAborted),
            (io::ErrorKind::BrokenPipe, ErrorKind::Disconnected),
            (io::ErrorKind::UnexpectedEof, ErrorKind::Disconnected),
        ] {
            assert_eq!(kind(io::Error::from(io)), expected);
            assert_eq!(kind(io::Error::other(Wrapped("inner", io::Error::from(io).into()))), expected);
        }
    }

    #[test]
    fn a_certificate_is_judged_by_its_own_fault() {
        for (fault, expected) in [
            (CertificateError::Expired, ErrorKind::CertificateExpired),
            (CertificateError::NotValidYet, ErrorKind::CertificateIsInvalid),
            (CertificateError::NotValidForName, ErrorKind::CertificateCommonNameIsIncorrect),
            (CertificateError::Revoked, ErrorKind::CertificateRevoked),
            (CertificateError::UnknownIssuer, ErrorKind::CertificateIsInvalid),
            (CertificateError::BadSignature, ErrorKind::CertificateContainsErrors),
        ] {
            // As tokio-rustls hands it over.
            let error = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(fault));
            assert_eq!(kind(error), expected);
        }
    }

    #[test]
    fn a_name_that_is_not_known_is_told_from_a_server_that_is_down() {
        let looked_up = std::net::ToSocketAddrs::to_socket_addrs(&("name.invalid.", 80)).map(|_| ());
        assert_eq!(kind(looked_up.unwrap_err()), ErrorKind::HostNameNotResolved);
        assert_eq!(kind(Wrapped("dns error", "anything".into())), ErrorKind::HostNameNotResolved);
    }

    #[test]
    fn our_own_failures_come_back_as_they_went_in() {
        let changed = Failure::new(ErrorKind::FileChanged).about("/home/me/file");
        let error = Wrapped("user body error", changed.clone().into());
        assert_eq!(from_error(&error, "example.org"), changed);
    }

    #[test]
    fn the_sentence_names_the_host_and_no_text_of_a_library() {
        let error = Wrapped("error sending http://example.org/?key=S3CR3T", "S3CR3T".into());
        let failure = from_error(&error, "example.org");
        assert_eq!(failure.to_string(), "The connection was cut off (example.org). Resume to go on.");
    }
}
