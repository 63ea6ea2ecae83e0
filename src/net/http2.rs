//! HTTP/2 (RFC 9113) for servers that speak nothing else: one request on one connection here too, so that
//! the pieces of a file do not wait for each other.

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::task::AbortOnDropHandle;

use crate::transfer::{Address, ErrorKind, Failure};

/// Most bytes of an answer's head, and of a body that nobody has read yet.
const LONGEST_HEAD: u32 = 64 * 1024;
const WINDOW: u32 = 4 * 1024 * 1024;
/// Most bytes of a request's body that wait to be sent.
const UNSENT: usize = 256 * 1024;

/// A connection at work; it ends when this is dropped.
pub(crate) type Driver = AbortOnDropHandle<()>;

/// Sends the only request that this connection will see; its answer, and what has to be kept for as long
/// as its body is read.
pub(crate) async fn send<S, B>(stream: S, request: Request<B>) -> hyper::Result<(Response<Incoming>, Driver)>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.max_header_list_size(LONGEST_HEAD).initial_stream_window_size(WINDOW);
    http.initial_connection_window_size(WINDOW).max_send_buf_size(UNSENT);
    let (mut requests, connection) = http.handshake(TokioIo::new(stream)).await?;
    // How it ends is told to whoever waits for the answer or its body.
    let driver = AbortOnDropHandle::new(tokio::spawn(async move { _ = connection.await }));
    Ok((requests.send_request(request).await?, driver))
}

/// The request to `url` as HTTP/2 has it: with all of the address, and the host nowhere else.
///
/// # Errors
/// If the address cannot be written into a request.
pub(crate) fn addressed<B>(mut request: Request<B>, url: &Address) -> Result<Request<B>, Failure> {
    let target = url.expose().parse();
    *request.uri_mut() = target.map_err(|_| Failure::new(ErrorKind::InvalidUrl).about(url.host()))?;
    request.headers_mut().remove(HOST);
    Ok(request)
}
