//! Getting: one request after the other along its redirects, until an answer comes.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use reqwest::redirect::Policy;
use rustls::ClientConfig;

use super::failure::from_error;
use super::redirect;
use crate::attempt::Timeouts;
use crate::transfer::{Address, ErrorKind, Failure, Headers};

/// What we call ourselves.
pub(crate) const AGENT: &str = concat!("Windlass/", env!("CARGO_PKG_VERSION"));
/// How long a connection is kept for the next file from the same server.
const KEEP_OPEN: Duration = Duration::from_secs(10);
/// Hops that are followed (RFC 9110 §15.4 leaves the number to us).
const HOPS: usize = 20;

/// The network as the transfers of a session use it.
#[derive(Debug)]
pub(crate) struct Net {
    client: reqwest::Client,
    /// Whom we trust.
    pub tls: Arc<ClientConfig>,
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
}

/// An answer, and who gave it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub body: reqwest::Response,
    pub url: Address,
}

impl Answer {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.body.status().as_u16()
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.body.headers()
    }
}

impl Net {
    /// A network with these bounds on waiting.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub(crate) fn new(tls: Arc<ClientConfig>, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        // Redirects, referrers, encodings and retries are decided here, one by one; the defaults of
        // a client for pages would leak secrets to other hosts and mix encodings with ranges.
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(ClientConfig::clone(&tls))
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .tcp_nodelay(true)
            .pool_idle_timeout(KEEP_OPEN)
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.silence)
            .build()?;
        Ok(Self { client, tls })
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
            let answer = match self.once(&url, get, at_home).await {
                // A server may close a connection that was kept open at the very moment it is used
                // again (RFC 9112 §9.3.1); a fresh one tells whether that was all.
                Err(failure) if is_cut(&failure) => self.once(&url, get, at_home).await?,
                answer => answer?,
            };
            if !redirect::leads_on(answer.status()) {
                return Ok(Answer { body: answer, url });
            }
            let location = answer.headers().get(LOCATION);
            let next = redirect::target(&url, location.map(http::HeaderValue::as_bytes))?;
            at_home &= next.origin() == get.url.origin();
            url = next;
        }
        Err(Failure::new(ErrorKind::RedirectFailed).about(get.url.host()))
    }

    async fn once(&self, url: &Address, get: &Get<'_>, at_home: bool) -> Result<reqwest::Response, Failure> {
        let mut request = self.client.get(url.url().clone()).header(ACCEPT_ENCODING, "identity");
        request = request.header(RANGE, format!("bytes={}-", get.offset));
        if let (Some(version), true) = (get.version, get.offset > 0) {
            request = request.header(IF_RANGE, version);
        }
        let mut agent = AGENT;
        if at_home {
            for (name, value) in get.headers.expose() {
                if name.eq_ignore_ascii_case(USER_AGENT.as_str()) {
                    agent = value;
                } else {
                    request = request.header(name, value);
                }
            }
        }
        request.header(USER_AGENT, agent).send().await.map_err(|error| from_error(&error, &url.host()))
    }
}

fn is_cut(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        ErrorKind::ConnectionReset | ErrorKind::Disconnected | ErrorKind::ConnectionAborted
    )
}
