//! The way to a server through a proxy, and who is to blame for what goes wrong on it.

use http::StatusCode;
use secrecy::SecretString;

use crate::transfer::{Address, ErrorKind, Failure, Proxy, Scheme};

/// A proxy and what it is told about who we are.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub proxy: Proxy,
    /// The value of a `Proxy-Authorization`.
    pub login: Option<SecretString>,
}

impl Way {
    /// Whether requests to this server are given to the proxy itself, with the whole address in them: those
    /// of open HTTP alone.
    pub(crate) fn relays(&self, to: &Address) -> bool {
        !self.proxy.is_socks() && to.scheme() == Scheme::Http
    }

    /// What a status means that the proxy may have said in place of the server.
    pub(crate) fn refused(&self, to: &Address, status: StatusCode) -> Option<Failure> {
        (self.relays(to) && status == StatusCode::PROXY_AUTHENTICATION_REQUIRED).then(|| {
            let mut failure = self.wants_login();
            failure.status = Some(status.as_u16());
            failure
        })
    }

    pub(super) fn wants_login(&self) -> Failure {
        Failure::new(ErrorKind::ProxyAuthenticationRequired).about(self.proxy.host())
    }

    /// The proxy does not let us through.
    pub(super) fn refuses(&self) -> Failure {
        Failure::new(ErrorKind::ProxyRefused).about(self.proxy.host())
    }

    /// The proxy, and not the server behind it, cannot be talked to.
    pub(super) fn is_down(&self) -> Failure {
        Failure::new(ErrorKind::ProxyUnreachable).about(self.proxy.host())
    }

    /// The proxy says that the server cannot be reached.
    pub(super) fn cannot_reach(&self, to: &Address, kind: ErrorKind) -> Failure {
        Failure::new(kind).about(to.host()).because(&format!("the proxy {} says so", self.proxy.host()))
    }

    /// What went wrong on the way to the proxy. Its certificate's faults stay what they are.
    pub(super) fn blame(&self, failure: Failure) -> Failure {
        use ErrorKind as E;
        match failure.kind {
            E::CertificateCommonNameIsIncorrect
            | E::CertificateExpired
            | E::CertificateContainsErrors
            | E::CertificateRevoked
            | E::CertificateIsInvalid => failure.about(self.proxy.host()),
            E::HostNameNotResolved => self.is_down().because("its name is not known"),
            _ => self.is_down(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_of_open_http_are_given_to_the_proxy_itself() {
        let way = |text| Way { proxy: Proxy::parse(text).unwrap().0, login: None };
        let to = |text: &str| Address::parse(text).unwrap().0;
        for proxy in ["http://p:1", "https://p:1"] {
            assert!(way(proxy).relays(&to("http://a.example/")));
            for other in ["https", "ftp", "ftps", "ftpes", "sftp"] {
                assert!(!way(proxy).relays(&to(&format!("{other}://a.example/"))), "{other}");
            }
        }
        assert!(!way("socks5://p:1").relays(&to("http://a.example/")));
    }
}
