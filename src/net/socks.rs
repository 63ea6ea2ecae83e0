//! SOCKS 5 (RFC 1928), with a name and password where the proxy wants them (RFC 1929).

use std::io;
use std::net::{IpAddr, SocketAddr};

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Host;

use super::stream::Stream;
use super::way::Way;
use crate::transfer::{Address, Credentials, ErrorKind, Failure, ProxyKind, from_basic};

const VERSION: u8 = 5;
/// Ways to log in: none, and by name and password.
const NO_LOGIN: u8 = 0;
const BY_PASSWORD: u8 = 2;
/// The version of the exchange of name and password.
const LOGIN_VERSION: u8 = 1;
/// The command to connect.
const CONNECT: u8 = 1;
/// Kinds of addresses.
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;
/// Most addresses of one server that are tried.
const MOST_ADDRESSES: usize = 4;

/// Where a proxy is told that a server is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Name(String, u16),
    At(SocketAddr),
}

/// What a proxy can be told about the server of `to`: as a rule one thing, but several where the
/// addresses of a name are looked up here.
///
/// # Errors
/// If the name is not known.
pub(super) async fn targets(to: &Address, way: &Way) -> Result<Vec<Target>, Failure> {
    let port = to.port();
    let name = match to.server() {
        Host::Domain(name) => name,
        Host::Ipv4(ip) => return Ok(vec![Target::At((ip, port).into())]),
        Host::Ipv6(ip) => return Ok(vec![Target::At((ip, port).into())]),
    };
    if way.proxy.kind != ProxyKind::Socks5 {
        return Ok(vec![Target::Name(name, port)]);
    }
    let unknown = || Failure::new(ErrorKind::HostNameNotResolved).about(to.host());
    let found = tokio::net::lookup_host((name.as_str(), port)).await.map_err(|_| unknown())?;
    let found: Vec<_> = found.take(MOST_ADDRESSES).map(Target::At).collect();
    if found.is_empty() { Err(unknown()) } else { Ok(found) }
}

/// Has the proxy connect us to the server of `to`, which is `at`.
///
/// # Errors
/// If the proxy wants another login, does not allow it, or cannot reach the server.
pub(super) async fn open(stream: &mut Stream, way: &Way, to: &Address, at: &Target) -> Result<(), Failure> {
    let broken = |_: io::Error| way.is_down();
    let login = way.login.as_ref().and_then(from_basic);
    match greet(stream, login.is_some()).await.map_err(broken)? {
        NO_LOGIN => {}
        BY_PASSWORD => {
            let message = login.as_ref().and_then(password_message).ok_or_else(|| way.wants_login())?;
            if !log_in(stream, &message).await.map_err(broken)? {
                return Err(way.wants_login());
            }
        }
        // It takes none of what was offered, so without a login it wants one.
        _ if login.is_none() => return Err(way.wants_login()),
        _ => return Err(way.refuses()),
    }
    let request = request(at).ok_or_else(|| Failure::new(ErrorKind::InvalidUrl).about(to.host()))?;
    match connect(stream, &request).await.map_err(broken)? {
        0 => Ok(()),
        2 => Err(way.refuses()),
        5 => Err(way.cannot_reach(to, ErrorKind::CannotConnect)),
        6 => Err(way.cannot_reach(to, ErrorKind::Timeout)),
        _ => Err(way.cannot_reach(to, ErrorKind::ServerUnreachable)),
    }
}

/// The way to log in that the proxy chose.
async fn greet(stream: &mut Stream, with_login: bool) -> io::Result<u8> {
    let offer: &[u8] =
        if with_login { &[VERSION, 2, NO_LOGIN, BY_PASSWORD] } else { &[VERSION, 1, NO_LOGIN] };
    let [version, method] = say(stream, offer).await?;
    if version == VERSION { Ok(method) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Name and password as they are sent; nothing if one of them is too long for that.
fn password_message(login: &Credentials) -> Option<Vec<u8>> {
    let mut message = vec![LOGIN_VERSION];
    for text in [login.user.as_str(), login.password.expose_secret()] {
        message.push(u8::try_from(text.len()).ok()?);
        message.extend_from_slice(text.as_bytes());
    }
    Some(message)
}

/// Whether the proxy takes name and password.
async fn log_in(stream: &mut Stream, message: &[u8]) -> io::Result<bool> {
    let [_, status] = say(stream, message).await?;
    Ok(status == 0)
}

/// The request to connect; nothing if a name is too long for it.
fn request(to: &Target) -> Option<Vec<u8>> {
    let mut request = vec![VERSION, CONNECT, 0];
    let port = match to {
        Target::Name(name, port) => {
            request.extend([NAME, u8::try_from(name.len()).ok()?]);
            request.extend_from_slice(name.as_bytes());
            *port
        }
        Target::At(address) => {
            match address.ip() {
                IpAddr::V4(ip) => {
                    request.push(IPV4);
                    request.extend(ip.octets());
                }
                IpAddr::V6(ip) => {
                    request.push(IPV6);
                    request.extend(ip.octets());
                }
            }
            address.port()
        }
    };
    request.extend(port.to_be_bytes());
    Some(request)
}

/// Sends the request to connect; the proxy's reply code.
async fn connect(stream: &mut Stream, request: &[u8]) -> io::Result<u8> {
    let [version, reply, _, kind] = say(stream, request).await?;
    if version != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if reply != 0 {
        // What comes behind it, if anything, says nothing.
        return Ok(reply);
    }
    // The address that it connects from, which nobody needs, has to be read to its end.
    let length = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => stream.read_u8().await?.into(),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let mut rest = [0; 255 + 2];
    stream.read_exact(&mut rest[..length + 2]).await?;
    Ok(reply)
}

/// Sends a message and reads the beginning of what is answered.
async fn say<const N: usize>(stream: &mut Stream, message: &[u8]) -> io::Result<[u8; N]> {
    stream.write_all(message).await?;
    stream.flush().await?;
    let mut answer = [0; N];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn requests_are_written_as_the_standard_says() {
        let name = Target::Name("a.example".to_owned(), 443);
        assert_eq!(request(&name).unwrap(), b"\x05\x01\x00\x03\x09a.example\x01\xbb");
        let four = Target::At("10.0.0.1:80".parse().unwrap());
        assert_eq!(request(&four).unwrap(), b"\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50");
        let six = Target::At("[::1]:80".parse().unwrap());
        assert_eq!(request(&six).unwrap().len(), 4 + 16 + 2);
        assert!(request(&Target::Name("x".repeat(256), 80)).is_none());
        let login = Credentials { user: "me".to_owned(), password: SecretString::from("pass") };
        assert_eq!(password_message(&login).unwrap(), b"\x01\x02me\x04pass");
    }

    #[tokio::test]
    async fn names_are_looked_up_where_the_proxys_address_says() {
        let (to, _) = Address::parse("http://localhost:81/").unwrap();
        let way = |text| Way { proxy: crate::transfer::Proxy::parse(text).unwrap().0, login: None };
        let there = targets(&to, &way("socks5h://p:1")).await.unwrap();
        assert_eq!(there, [Target::Name("localhost".to_owned(), 81)]);
        let here = targets(&to, &way("socks5://p:1")).await.unwrap();
        assert!(
            !here.is_empty() && here.iter().all(|at| matches!(at, Target::At(at) if at.ip().is_loopback()))
        );
        for (address, at) in
            [("sftp://10.0.0.1/", "10.0.0.1:22"), ("ftps://[2001:db8::1]/", "[2001:db8::1]:990")]
        {
            let to = Address::parse(address).unwrap().0;
            let known = targets(&to, &way("socks5h://p:1")).await.unwrap();
            assert_eq!(known, [Target::At(at.parse().unwrap())]);
        }
        let unknown = Address::parse("http://name.invalid/").unwrap().0;
        let failure = targets(&unknown, &way("socks5://p:1")).await.unwrap_err();
        assert_eq!(failure.kind, ErrorKind::HostNameNotResolved);
    }
}
