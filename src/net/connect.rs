//! A connection to a server: name, address, socket, encryption.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service as _;

use super::failure::from_error;
use crate::attempt::Timeouts;
use crate::transfer::{Address, ErrorKind, Failure};

/// A dead line is noticed after this long at the earliest while bytes are on it.
const LINE_DEAD: Duration = Duration::from_secs(30);
/// While none are, after the first of these and four times the second.
const FIRST_PROBE: Duration = Duration::from_secs(15);
const NEXT_PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 4;

/// Anything that carries bytes both ways.
pub(crate) trait Carrier: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Carrier for T {}

/// A socket, encrypted or not.
pub(crate) type Stream = Box<dyn Carrier>;

/// Connects to the server of `to`, with encryption if its scheme says so, within the time there is
/// for that. Of a server's addresses the first to answer is taken (RFC 8305). `wrap` may put
/// something of its own around the socket, below the encryption.
///
/// # Errors
/// If there is no such server, it does not answer, or it is not to be trusted.
pub(crate) async fn connect<S: Carrier + 'static>(
    to: &Address,
    tls: &Arc<ClientConfig>,
    timeouts: Timeouts,
    wrap: impl FnOnce(TcpStream) -> S,
) -> Result<Stream, Failure> {
    let connecting = async {
        let socket = wrap(socket(to, timeouts).await?);
        if to.is_https() { encrypt(to, tls, socket).await } else { Ok(Box::new(socket) as Stream) }
    };
    match tokio::time::timeout(timeouts.connect, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(Failure::new(ErrorKind::Timeout).about(to.host())),
    }
}

async fn socket(to: &Address, timeouts: Timeouts) -> Result<TcpStream, Failure> {
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
    let origin = to.origin().ascii_serialization();
    let origin: Uri = origin.parse().map_err(|_| Failure::new(ErrorKind::InvalidUrl).about(to.host()))?;
    match connector.call(origin).await {
        Ok(stream) => Ok(stream.into_inner()),
        Err(error) => Err(from_error(&error, &to.host())),
    }
}

async fn encrypt<S: Carrier + 'static>(
    to: &Address,
    tls: &Arc<ClientConfig>,
    socket: S,
) -> Result<Stream, Failure> {
    let host = to.url().host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name =
        ServerName::try_from(host).map_err(|_| Failure::new(ErrorKind::InvalidUrl).about(to.host()))?;
    match TlsConnector::from(tls.clone()).connect(name, socket).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(from_error(&error, &to.host())),
    }
}
