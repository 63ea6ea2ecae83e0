//! Through a proxy to a server.
//!
//! An HTTP proxy takes requests to open web servers as they are and makes a tunnel to all others
//! (RFC 9110 §9.3.6); SOCKS is a tunnel always. What is said to the proxy is said before the tunnel
//! begins: no server ever sees the proxy's login, and the proxy sees of an encrypted request nothing
//! but where it goes.

use std::fmt::Write as _;
use std::io;

use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::connect::Stream;
use super::socks;
use crate::transfer::{Address, ErrorKind, Failure, PROXY_LOGIN, Proxy, Scheme};

/// Longest head of a proxy's answer, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

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

/// Has the proxy at the other end of `stream` connect it to the server of `to`; `at` is where SOCKS is
/// told that server is.
///
/// # Errors
/// If the proxy wants a login, does not allow it, or cannot reach the server.
pub(super) async fn open(
    mut stream: Stream,
    way: &Way,
    to: &Address,
    at: &socks::Target,
) -> Result<Stream, Failure> {
    if way.proxy.is_socks() {
        socks::open(&mut stream, way, to, at).await?;
    } else if !way.relays(to) {
        let status = ask(&mut stream, way, to).await.map_err(|_| way.is_down())?;
        judge(way, to, status)?;
    }
    Ok(stream)
}

/// Asks for a tunnel; the status that the proxy answers.
async fn ask(stream: &mut Stream, way: &Way, to: &Address) -> io::Result<u16> {
    let host = to.url().host_str().unwrap_or_default();
    let port = to.port();
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if let Some(login) = &way.login {
        let _ = write!(request, "{PROXY_LOGIN}: {}\r\n", login.expose_secret());
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;

    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let status = status(&head).ok_or(io::ErrorKind::InvalidData)?;
    // The server waits for us to speak first. Whatever comes behind the head, nobody encrypted it.
    let is_all = head.ends_with(b"\r\n\r\n");
    if (200..300).contains(&status) && !is_all { Err(io::ErrorKind::InvalidData.into()) } else { Ok(status) }
}

/// The status in the first line of an answer (RFC 9112 §4).
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let version = words.next()?;
    let status = words.next().filter(|status| version.starts_with("HTTP/1.") && status.len() == 3)?;
    status.parse().ok()
}

fn judge(way: &Way, to: &Address, status: u16) -> Result<(), Failure> {
    let mut failure = match status {
        200..=299 => return Ok(()),
        // Only the proxy can have said that, though some take the word of a server for it.
        401 | 407 => way.wants_login(),
        500..=599 => way.cannot_reach(to, ErrorKind::from_status(status)),
        _ => way.refuses(),
    };
    failure.status = Some(status);
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_answer_is_told_from_nonsense() {
        assert_eq!(status(b"HTTP/1.1 200 Connection established\r\n\r\n"), Some(200));
        assert_eq!(status(b"HTTP/1.0 407\r\nX: y\r\n\r\n"), Some(407));
        for nonsense in
            [&b"SSH-2.0-OpenSSH\r\n\r\n"[..], b"HTTP/2 200\r\n\r\n", b"\r\n\r\n", b"HTTP/1.1 2000 x\r\n"]
        {
            assert_eq!(status(nonsense), None);
        }
    }

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

    #[test]
    fn a_refusal_names_who_is_to_blame() {
        let (proxy, _) = Proxy::parse("http://proxy.example:3128").unwrap();
        let way = Way { proxy, login: None };
        let (to, _) = Address::parse("https://a.example/").unwrap();
        for (status, kind, subject) in [
            (407, ErrorKind::ProxyAuthenticationRequired, "proxy.example:3128"),
            (401, ErrorKind::ProxyAuthenticationRequired, "proxy.example:3128"),
            (403, ErrorKind::ProxyRefused, "proxy.example:3128"),
            (302, ErrorKind::ProxyRefused, "proxy.example:3128"),
            (503, ErrorKind::ServiceUnavailable, "a.example"),
        ] {
            let failure = judge(&way, &to, status).unwrap_err();
            assert_eq!((failure.kind, failure.subject.as_deref()), (kind, Some(subject)), "{status}");
            assert!(failure.to_string().contains("proxy.example:3128"));
        }
        assert!(judge(&way, &to, 200).is_ok());
    }
}
