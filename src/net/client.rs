//! Getting: one request after the other along its redirects, until an answer comes.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::Empty;
use rustls::ClientConfig;
use tokio::time::timeout;

use super::body::{Body, stays_open};
use super::connect::{Stream, connect};
use super::connection::{Connection, Pool};
use super::failure::from_error;
use super::hosts::{Hosts, Share};
use super::redirect;
use crate::attempt::Timeouts;
use crate::transfer::{Address, ErrorKind, Failure, Headers};

/// What we call ourselves.
pub(crate) const AGENT: &str = concat!("Windlass/", env!("CARGO_PKG_VERSION"));
/// Hops that are followed (RFC 9110 §15.4 leaves the number to us).
const HOPS: usize = 20;

/// The network as the transfers of a session use it.
pub(crate) struct Net {
    /// Whom we trust.
    pub tls: Arc<ClientConfig>,
    pool: Pool,
    hosts: Hosts,
}

/// A request for a file from `offset` on.
#[derive(Debug)]
pub(crate) struct Get<'a> {
    pub url: &'a Address,
    /// For the origin of `url` alone.
    pub headers: &'a Headers,
    pub offset: u64,
    /// The byte behind the last one, if not everything is wanted.
    pub end: Option<u64>,
    /// The version that the bytes before `offset` belong to, as for `If-Range`.
    pub version: Option<&'a str>,
    /// How long to wait for a connection and for the head of the answer.
    pub timeouts: Timeouts,
}

/// An answer, and who gave it.
pub(crate) struct Answer {
    head: http::response::Parts,
    pub url: Address,
    /// Whether it comes from the origin that was asked, and from nowhere else in between.
    pub at_home: bool,
    body: Option<Body>,
    /// Where its connection goes when it was read, if it may be used again.
    pool: Option<Pool>,
}

impl Answer {
    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Reads on in the body, into `buffer`: at most `limit` bytes and never more than it has room for;
    /// 0 is the end. Dropped while it waits, it has read nothing.
    ///
    /// # Errors
    /// If the body breaks off.
    pub(crate) async fn read(&mut self, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        match &mut self.body {
            Some(body) => body.read(buffer, limit).await,
            None => Ok(0),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // With a rest of this body on it, a connection is of no use to another request.
        if let (Some(pool), Some(stream)) = (&self.pool, self.body.take().and_then(Body::into_stream)) {
            pool.put(&self.url.origin(), stream);
        }
    }
}

impl Net {
    /// A network with this trust.
    pub(crate) fn new(tls: Arc<ClientConfig>) -> Self {
        Self { tls, pool: Pool::default(), hosts: Hosts::default() }
    }

    /// Counts a transfer from the host of `url`, for as long as the answer lives.
    pub(crate) fn share(&self, url: &Address) -> Share {
        self.hosts.share(url.origin())
    }

    /// Asks for a file. Secrets go to the origin that was asked for and to no other: once a redirect
    /// has led elsewhere they stay behind, even if a later one leads back.
    ///
    /// # Errors
    /// If no answer comes, or redirects lead nowhere. Any final status is an answer.
    pub(crate) async fn get(&self, get: &Get<'_>) -> Result<Answer, Failure> {
        let mut url = get.url.clone();
        let mut at_home = true;
        for _ in 0..=HOPS {
            let answer = self.once(&url, get, at_home).await?;
            if !redirect::leads_on(answer.status()) {
                return Ok(answer);
            }
            let location = answer.headers().get(LOCATION);
            let next = redirect::target(&url, location.map(HeaderValue::as_bytes))?;
            at_home &= next.origin() == get.url.origin();
            url = next;
        }
        Err(Failure::new(ErrorKind::RedirectFailed).about(get.url.host()))
    }

    /// One request, over a connection that was kept or a fresh one.
    async fn once(&self, url: &Address, get: &Get<'_>, at_home: bool) -> Result<Answer, Failure> {
        if let Some(stream) = self.pool.take(&url.origin()) {
            match self.send(stream, url, get, at_home).await {
                // A server may close a connection that was kept at the very moment it is used again
                // (RFC 9112 §9.3.1).
                Err(failure) if is_cut(&failure) => {}
                answer => return answer,
            }
        }
        let stream = connect(url, &self.tls, get.timeouts, |socket| socket).await?;
        self.send(stream, url, get, at_home).await
    }

    async fn send(
        &self,
        stream: Stream,
        url: &Address,
        get: &Get<'_>,
        at_home: bool,
    ) -> Result<Answer, Failure> {
        let failed = |error| from_error(&error, &url.host());
        let request = request(url, get, at_home)?;
        let mut connection = Connection::over(stream).await.map_err(failed)?;
        let answer = timeout(get.timeouts.silence, connection.send(request)).await;
        let answer = answer.map_err(|_| Failure::new(ErrorKind::Timeout).about(url.host()))?;
        let answer = answer.map_err(failed)?;
        let pool = stays_open(&answer).then(|| self.pool.clone());
        let (head, incoming) = answer.into_parts();
        Ok(Answer { head, url: url.clone(), at_home, body: Some(Body::of(incoming, connection)), pool })
    }
}

/// The request for `url`, with the user's headers only where they are meant for.
fn request(url: &Address, get: &Get<'_>, at_home: bool) -> Result<Request<Empty<Bytes>>, Failure> {
    let unsendable = || Failure::new(ErrorKind::InvalidUrl).about(url.host());
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = url.target().parse().map_err(|_| unsendable())?;
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::try_from(url.host()).map_err(|_| unsendable())?);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let last = get.end.map(|end| end.saturating_sub(1).to_string()).unwrap_or_default();
    let range = format!("bytes={}-{last}", get.offset);
    headers.insert(RANGE, HeaderValue::try_from(range).map_err(|_| unsendable())?);
    if let (Some(version), true) = (get.version, get.offset > 0) {
        headers.insert(IF_RANGE, HeaderValue::try_from(version).map_err(|_| unsendable())?);
    }
    if at_home {
        for (name, value) in get.headers.expose() {
            let name = HeaderName::try_from(name).map_err(|_| unsendable())?;
            headers.append(name, HeaderValue::try_from(value).map_err(|_| unsendable())?);
        }
    }
    for (name, value) in [(USER_AGENT, AGENT), (ACCEPT, "*/*")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    Ok(request)
}

fn is_cut(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        ErrorKind::ConnectionReset | ErrorKind::Disconnected | ErrorKind::ConnectionAborted
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    /// Answers `each` requests on a connection and then closes it.
    async fn serve(mut stream: TcpStream, each: usize) {
        for _ in 0..each {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                if stream.read_buf(&mut request).await.unwrap() == 0 {
                    return;
                }
            }
            stream.write_all(ANSWER).await.unwrap();
        }
    }

    async fn get(net: &Net, url: &Address) -> Vec<u8> {
        let timeouts = Timeouts { connect: Duration::from_secs(5), silence: Duration::from_secs(5) };
        let headers = Headers::default();
        let get = Get { url, headers: &headers, offset: 0, end: None, version: None, timeouts };
        let mut answer = net.get(&get).await.unwrap();
        let mut body = Vec::with_capacity(100);
        while answer.read(&mut body, usize::MAX).await.unwrap() > 0 {}
        body
    }

    #[tokio::test]
    async fn a_connection_is_used_again_until_the_server_closes_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, _) = Address::parse(&format!("http://{}/a", listener.local_addr().unwrap())).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, SeqCst);
                tokio::spawn(serve(stream, 3));
            }
        });
        let net = Net::new(crate::net::trust(&[]).unwrap());
        for _ in 0..7 {
            assert_eq!(get(&net, &url).await, b"hello");
        }
        assert_eq!(connections.load(SeqCst), 3);
    }
}
