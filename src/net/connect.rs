//! A connection to a server, straight or through a proxy: name, address, socket, encryption.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::{AlertDescription, ClientConfig};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service as _;

use super::failure::from_error;
use super::socks;
use super::stream::{Carrier, Stream};
use super::tls::Tls;
use super::tunnel;
use super::way::Way;
use crate::attempt::Timeouts;
use crate::transfer::{Address, ErrorKind, Failure, ProxyKind};

/// A dead line is noticed after this long at the earliest while bytes are on it.
const LINE_DEAD: Duration = Duration::from_secs(30);
/// While none are, after the first of these and four times the second.
const FIRST_PROBE: Duration = Duration::from_secs(15);
const NEXT_PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 4;

/// How a connection comes about.
#[derive(Clone, Copy)]
pub(crate) struct Dial<'a> {
    /// Whom to trust.
    pub tls: &'a Tls,
    /// Through which proxy.
    pub way: Option<&'a Way>,
    pub timeouts: Timeouts,
}

/// A connection that came about, and what is spoken over it.
pub(crate) struct Connected {
    pub stream: Stream,
    /// HTTP/2, as the server speaks nothing else; otherwise HTTP/1.1.
    pub http2: bool,
}

/// Connects to the server of `to`, with encryption if its scheme says so, within the time there is
/// for that. Of a server's addresses the first to answer is taken (RFC 8305). `wrap` may put
/// something of its own around the socket, below the encryption.
///
/// # Errors
/// If there is no such server, it does not answer, or it is not to be trusted; or that of the proxy.
pub(crate) async fn connect<S: Carrier + 'static>(
    to: &Address,
    dial: Dial<'_>,
    wrap: impl Fn(TcpStream) -> S,
) -> Result<Connected, Failure> {
    let connecting = async {
        let origin = to.origin();
        let mut http2 = to.is_https() && dial.tls.is_modern(&origin);
        let mut turned = false;
        loop {
            let stream = match dial.way {
                Some(way) => through(to, way, dial, &wrap).await?,
                None => Box::new(wrap(straight(to, dial.timeouts).await?)),
            };
            if !to.is_https() {
                return Ok(Connected { stream, http2 });
            }
            let host = to.url().host_str().unwrap_or_default();
            match encrypt(host, dial.tls.config(http2), stream).await {
                Ok(stream) => return Ok(Connected { stream, http2 }),
                Err(error) if !turned && wants_another_protocol(&error) => {
                    (http2, turned) = (!http2, true);
                    dial.tls.remember(&origin, http2);
                }
                Err(error) => return Err(from_error(&error, &to.host())),
            }
        }
    };
    match tokio::time::timeout(dial.timeouts.connect, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(match dial.way {
            Some(way) => {
                let through = format!("through the proxy {}", way.proxy.host());
                Failure::new(ErrorKind::Timeout).about(to.host()).because(&through)
            }
            None => Failure::new(ErrorKind::Timeout).about(to.host()),
        }),
    }
}

async fn straight(to: &Address, timeouts: Timeouts) -> Result<TcpStream, Failure> {
    let host = to.url().host_str().unwrap_or_default();
    socket(&format!("{host}:{}", to.port()), &to.host(), timeouts).await
}

/// To the server by way of a proxy. Where a server has several addresses that only we know, each gets
/// its try.
async fn through<S: Carrier + 'static>(
    to: &Address,
    way: &Way,
    dial: Dial<'_>,
    wrap: impl Fn(TcpStream) -> S,
) -> Result<Stream, Failure> {
    let mut end = Err(way.is_down());
    for target in socks::targets(to, way).await? {
        let proxy = to_proxy(way, dial, &wrap).await.map_err(|failure| way.blame(failure))?;
        end = tunnel::open(proxy, way, to, &target).await;
        let unreachable = |failure: &Failure| {
            matches!(
                failure.kind,
                ErrorKind::ServerUnreachable | ErrorKind::CannotConnect | ErrorKind::Timeout
            )
        };
        if !end.as_ref().is_err_and(unreachable) {
            break;
        }
    }
    end
}

async fn to_proxy<S: Carrier + 'static>(
    way: &Way,
    dial: Dial<'_>,
    wrap: impl Fn(TcpStream) -> S,
) -> Result<Stream, Failure> {
    let host = way.proxy.host();
    let socket = wrap(socket(&host, &host, dial.timeouts).await?);
    match way.proxy.kind {
        ProxyKind::Https => {
            let encrypted = encrypt(&way.proxy.name(), dial.tls.config(false), socket).await;
            encrypted.map_err(|error| from_error(&error, &host))
        }
        _ => Ok(Box::new(socket)),
    }
}

/// A socket to `place`, which is host and port; `host` is what it is called.
async fn socket(place: &str, host: &str, timeouts: Timeouts) -> Result<TcpStream, Failure> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    // Shared out among a server's addresses, so that one dead address does not use up all of it.
    connector.set_connect_timeout(Some(timeouts.connect));
    connector.set_nodelay(true);
    connector.set_keepalive(Some(FIRST_PROBE));
    connector.set_keepalive_interval(Some(NEXT_PROBE));
    connector.set_keepalive_retries(Some(PROBES));
    // It also ends a connection whose server takes nothing for that long, so never before we would.
    connector.set_tcp_user_timeout(Some(LINE_DEAD.max(timeouts.silence)));
    let place = format!("http://{place}").parse::<Uri>();
    let place = place.map_err(|_| Failure::new(ErrorKind::InvalidUrl).about(host))?;
    match connector.call(place).await {
        Ok(stream) => Ok(stream.into_inner()),
        Err(error) => Err(from_error(&error, host)),
    }
}

/// Encrypts what goes over `socket` to the server called `host`, and makes sure that it is that server.
///
/// # Errors
/// If it is not to be trusted.
pub(super) async fn encrypt<S: Carrier + 'static>(
    host: &str,
    tls: &Arc<ClientConfig>,
    socket: S,
) -> io::Result<Stream> {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|_| Failure::new(ErrorKind::InvalidUrl));
    let stream = TlsConnector::from(tls.clone()).connect(name.map_err(io::Error::other)?, socket).await?;
    Ok(Box::new(stream))
}

/// Whether a server ended a handshake because it does not speak what was offered (RFC 7301 §3.2).
fn wants_another_protocol(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    matches!(error, Some(rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)))
}
