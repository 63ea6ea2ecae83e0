//! Through a proxy to a server.
//!
//! An HTTP proxy takes requests to open web servers as they are and makes a tunnel to all others
//! (RFC 9110 §9.3.6); SOCKS is a tunnel always. What is said to the proxy is said before the tunnel
//! begins: no server ever sees the proxy's login, and the proxy sees of an encrypted request nothing
//! but where it goes.

use std::fmt::Write as _;
use std::io;

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::socks;
use super::stream::Stream;
use super::way::Way;
use crate::transfer::{Address, ErrorKind, Failure, PROXY_LOGIN, Scheme};

/// Longest head of a proxy's answer, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

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

    let speaks_first = matches!(to.scheme(), Scheme::Ftp | Scheme::Ftpes | Scheme::Sftp);
    // What comes behind the head is the word of a server that speaks first, and left for who reads next.
    let at_once = if speaks_first { 1 } else { 1024 };
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD || (&mut *stream).take(at_once).read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let status = status(&head).ok_or(io::ErrorKind::InvalidData)?;
    // All others wait for us to speak. Whatever they have said before that, nobody encrypted it.
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
    use crate::transfer::Proxy;

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
