//! Getting: one request after the other along its redirects, until an answer comes.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::Empty;
use hyper::body::{Body as _, Incoming};
use rustls::ClientConfig;
use tokio::time::timeout;

use super::connect::connect;
use super::connection::{Connection, Pool};
use super::failure::from_error;
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
}

/// A request for a file from `offset` on.
#[derive(Debug)]
pub(crate) struct Get<'a> {
    pub url: &'a Address,
    /// For the origin of `url` alone.
    pub headers: &'a Headers,
    pub offset: u64,
    /// The version that the bytes before `offset` belong to, as for `If-Range`.
    pub version: Option<&'a str>,
    /// How long to wait for a connection and for the head of the answer.
    pub timeouts: Timeouts,
}

/// An answer, and who gave it.
pub(crate) struct Answer {
    head: http::response::Parts,
    body: Incoming,
    pub url: Address,
    connection: Option<Connection>,
    pool: Pool,
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

    /// The next bytes of the body; nothing at its end. Dropped while it waits, it loses no byte.
    ///
    /// # Errors
    /// If the body breaks off.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, hyper::Error> {
        match &mut self.connection {
            Some(connection) => connection.chunk(&mut self.body).await,
            None => Ok(None),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // With a rest of this body on it, a connection is of no use to another request.
        if let Some(connection) = self.connection.take()
            && self.body.is_end_stream()
        {
            self.pool.put(&self.url.origin(), connection);
        }
    }
}

impl Net {
    /// A network with this trust.
    pub(crate) fn new(tls: Arc<ClientConfig>) -> Self {
        Self { tls, pool: Pool::default() }
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
        if let Some(connection) = self.pool.take(&url.origin()) {
            match self.send(connection, url, get, at_home).await {
                // A server may close a connection that was kept at the very moment it is used again
                // (RFC 9112 §9.3.1).
                Err(failure) if is_cut(&failure) => {}
                answer => return answer,
            }
        }
        let stream = connect(url, &self.tls, get.timeouts, |socket| socket).await?;
        let connection = Connection::over(stream).await.map_err(|error| from_error(&error, &url.host()))?;
        self.send(connection, url, get, at_home).await
    }

    async fn send(
        &self,
        mut connection: Connection,
        url: &Address,
        get: &Get<'_>,
        at_home: bool,
    ) -> Result<Answer, Failure> {
        let request = request(url, get, at_home)?;
        let answer = timeout(get.timeouts.silence, connection.send(request)).await;
        let answer = answer.map_err(|_| Failure::new(ErrorKind::Timeout).about(url.host()))?;
        let (head, body) = answer.map_err(|error| from_error(&error, &url.host()))?.into_parts();
        Ok(Answer { head, body, url: url.clone(), connection: Some(connection), pool: self.pool.clone() })
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
    headers.insert(RANGE, HeaderValue::try_from(format!("bytes={}-", get.offset)).map_err(|_| unsendable())?);
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
