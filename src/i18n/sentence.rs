//! A failure as a sentence: what happened, and what can be done.

use crate::{ErrorKind, ErrorView};

use super::{Texts, t};

impl Texts {
    /// The sentence for a failure: what happened, about what, and what can be done.
    pub fn sentence(&self, error: &ErrorView) -> String {
        let advice = self.loader.get_attr(key(error.kind), "advice");
        t!(self, "error", what = self.what(error), advice = advice)
    }

    /// What happened, with what it was about, the HTTP status and the server's words.
    pub fn what(&self, error: &ErrorView) -> String {
        let what = self.loader.get(key(error.kind));
        let status = error.status.map(|status| t!(self, "error-status", status = status.to_string()));
        let about: Vec<_> =
            [error.subject.clone(), status, error.detail.clone()].into_iter().flatten().collect();
        if about.is_empty() {
            return what;
        }
        t!(self, "error-about", what = what, about = about.join(&t!(self, "error-join")))
    }
}

/// The key of a kind's text; kinds between which people need not tell share one.
pub(super) fn key(kind: ErrorKind) -> &'static str {
    use ErrorKind as E;
    match kind {
        E::HostNameNotResolved => "error-host-name-not-resolved",
        E::CannotConnect => "error-cannot-connect",
        E::ServerUnreachable => "error-server-unreachable",
        E::Timeout | E::RequestTimeout => "error-timeout",
        E::ConnectionAborted | E::ConnectionReset | E::Disconnected => "error-connection-aborted",
        E::CertificateCommonNameIsIncorrect => "error-certificate-common-name-is-incorrect",
        E::CertificateExpired => "error-certificate-expired",
        E::CertificateRevoked => "error-certificate-revoked",
        E::CertificateContainsErrors | E::CertificateIsInvalid => "error-certificate-is-invalid",
        E::HostKeyNotTrusted => "error-host-key-not-trusted",
        E::RedirectFailed => "error-redirect-failed",
        E::HttpsToHttpOnRedirection => "error-https-to-http-on-redirection",
        E::ErrorHttpInvalidServerResponse => "error-error-http-invalid-server-response",
        E::InsufficientRangeSupport => "error-insufficient-range-support",
        E::SecretNotFound => "error-secret-not-found",
        E::Unauthorized => "error-unauthorized",
        E::Forbidden => "error-forbidden",
        E::NotFound => "error-not-found",
        E::ProxyAuthenticationRequired => "error-proxy-authentication-required",
        E::ProxyUnreachable => "error-proxy-unreachable",
        E::ProxyRefused => "error-proxy-refused",
        E::Gone => "error-gone",
        E::Locked => "error-locked",
        E::InsufficientStorage => "error-insufficient-storage",
        E::RequestEntityTooLarge => "error-request-entity-too-large",
        E::RequestedRangeNotSatisfiable => "error-requested-range-not-satisfiable",
        E::TooManyRequests => "error-too-many-requests",
        E::UnexpectedClientError => "error-unexpected-client-error",
        E::InternalServerError
        | E::BadGateway
        | E::ServiceUnavailable
        | E::GatewayTimeout
        | E::UnexpectedServerError => "error-internal-server-error",
        E::UnexpectedStatusCode => "error-unexpected-status-code",
        E::OperationCanceled => "error-operation-canceled",
        _ => key_of_ours(kind),
    }
}

/// The same for the kinds that no web server knows.
fn key_of_ours(kind: ErrorKind) -> &'static str {
    use ErrorKind as E;
    match kind {
        E::InvalidUrl => "error-invalid-url",
        E::InvalidProxy => "error-invalid-proxy",
        E::UnsupportedScheme => "error-unsupported-scheme",
        E::Truncated => "error-truncated",
        E::Changed => "error-changed",
        E::ChecksumMismatch => "error-checksum-mismatch",
        E::DiskFull => "error-disk-full",
        E::PermissionDenied => "error-permission-denied",
        E::ReadOnly => "error-read-only",
        E::FileMissing => "error-file-missing",
        E::FileChanged => "error-file-changed",
        E::FileExists => "error-file-exists",
        E::AlreadyComplete => "error-already-complete",
        E::Ftp => "error-ftp",
        E::ResultUnknown => "error-result-unknown",
        E::NotResumable => "error-not-resumable",
        _ => "error-io",
    }
}
