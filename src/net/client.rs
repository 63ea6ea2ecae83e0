//! Getting: one request after the other along its redirects, until an answer comes.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, IF_RANGE, LOCATION, RANGE, SET_COOKIE, USER_AGENT, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::Empty;
use rustls::ClientConfig;
use secrecy::SecretString;
use tokio::time::timeout;

use super::access::{Access, Digests, Wishes};
use super::answer::Answer;
use super::body::{Body, stays_open};
use super::connect::{Connected, Dial, connect};
use super::connection::{Connection, Pool};
use super::failure::{from_error, is_cut};
use super::ftp::{Ftp, Sender as FtpSender};
use super::get::Get;
use super::hosts::{Hosts, Share};
use super::http2;
use super::place::Caller;
use super::proxies::Proxies;
use super::redirect;
use super::sftp::{Sender as SftpSender, Sftp};
use super::stream::Stream;
use super::tls::Tls;
use super::transport::Standing;
use super::way::Way;
use crate::attempt::Timeouts;
use crate::transfer::{Address, ErrorKind, Failure, Headers, Protocol, Scheme};

/// What we call ourselves.
pub(crate) const AGENT: &str = concat!("Windlass/", env!("CARGO_PKG_VERSION"));
/// Hops that are followed (RFC 9110 §15.4 leaves the number to us).
const HOPS: usize = 20;

/// The network as one transfer uses it. What a session has to begin with allows nothing special.
pub(crate) struct Net {
    common: Arc<Common>,
    access: Access,
    /// Connections through a proxy may carry its login, so they are nobody else's.
    proxied: Idle,
}

/// What all transfers of a session share.
struct Common {
    /// Whom we trust.
    tls: Tls,
    /// What is said about proxies where nobody has chosen one.
    surroundings: Proxies,
    straight: Idle,
    hosts: Hosts,
    digests: Digests,
}

/// Connections that nobody uses for the moment.
#[derive(Default)]
struct Idle {
    web: Pool,
    sending: Pool<Standing>,
    ftp: Ftp,
    sftp: Sftp,
}

impl Net {
    /// A network with this trust, among these proxies.
    pub(crate) fn new(tls: &ClientConfig, surroundings: Proxies) -> Self {
        let (straight, hosts, digests) = (Idle::default(), Hosts::default(), Digests::default());
        let common = Common { tls: Tls::of(tls), surroundings, straight, hosts, digests };
        Self { common: Arc::new(common), access: Access::default(), proxied: Idle::default() }
    }

    /// The same network for one transfer.
    ///
    /// # Errors
    /// If a wish cannot be fulfilled.
    pub(crate) async fn for_transfer(&self, wishes: &Wishes<'_>) -> Result<Self, Failure> {
        let access = Access::of(wishes, &self.common.surroundings, &self.common.digests).await?;
        Ok(Self { common: self.common.clone(), access, proxied: Idle::default() })
    }

    /// The secrets that a request to `to` carries besides its own headers, as they are now.
    pub(crate) fn secrets_for(&self, to: &Address) -> Vec<SecretString> {
        self.access.secrets_for(to)
    }

    /// The same for servers that the user's words are not meant for, nor the cookies that came with them.
    pub(crate) fn for_strangers(&self) -> Self {
        Self { common: self.common.clone(), access: self.access.for_strangers(), proxied: Idle::default() }
    }

    /// Counts a transfer from the host of `url`, for as long as the answer lives.
    pub(crate) fn share(&self, url: &Address) -> Share {
        self.common.hosts.share(url.origin())
    }

    /// Whether the server of `to` may say that it wants a large body before that is sent.
    pub(crate) fn may_say(&self, to: &Address) -> bool {
        self.common.hosts.may_say(&to.origin())
    }

    /// Takes note that it does not.
    pub(crate) fn says_nothing(&self, to: &Address) {
        self.common.hosts.says_nothing(to.origin());
    }

    /// Takes note that the server of `to` says where an upload stands while it takes it.
    pub(crate) fn tells(&self, to: &Address) {
        self.common.hosts.tells(to.origin());
    }

    /// Whether it was heard to do so.
    pub(crate) fn has_told(&self, to: &Address) -> bool {
        self.common.hosts.has_told(&to.origin())
    }

    /// How files are best sent to the folder of this address, if that is known.
    pub(crate) fn protocol(&self, url: &Address) -> Option<Protocol> {
        self.common.hosts.protocol(url)
    }

    /// To be locked by whoever asks the server for that.
    pub(crate) fn asking(&self, url: &Address) -> Arc<tokio::sync::Mutex<()>> {
        self.common.hosts.asking(url)
    }

    /// Takes note of it.
    pub(crate) fn remember_protocol(&self, url: &Address, protocol: Protocol) {
        self.common.hosts.remember_protocol(url, protocol);
    }

    /// The way to the server of `to`; nothing means straight there.
    ///
    /// # Errors
    /// If it should go through a proxy that is none.
    pub(crate) fn way(&self, to: &Address) -> Result<Option<Way>, Failure> {
        self.access.way(to)
    }

    /// Writes into a request, whose method is set, where it goes: to `url` on this way, with the user's
    /// words if that is the server they are meant for.
    ///
    /// # Errors
    /// If the address or a header cannot be written into a request.
    pub(crate) fn address<B>(
        &self,
        request: &mut Request<B>,
        url: &Address,
        way: Option<&Way>,
        words: Option<&Headers>,
    ) -> Result<(), Failure> {
        self.access.address(request, url, way, words)
    }

    /// Keeps the cookies that an answer from `url` sets.
    pub(crate) fn take_cookies(&self, url: &Address, answer: &HeaderMap) {
        self.access.take(url, answer.get_all(SET_COOKIE).iter());
    }

    /// Whether a refusal from `url` asks for a proof of the login among the user's `words`. It is given
    /// with the next request, so there should be one.
    pub(crate) fn is_challenged(
        &self,
        to: (&Address, &Headers),
        status: StatusCode,
        answer: &HeaderMap,
    ) -> bool {
        let challenges = answer.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        self.access.is_challenged(to, status, challenges)
    }

    /// Closes what is kept for the next request to whatever server. What is in use goes on.
    pub(crate) fn forget_connections(&self) {
        for idle in [&self.common.straight, &self.proxied] {
            idle.web.clear();
            idle.sending.clear();
            idle.ftp.forget_connections();
            idle.sftp.forget_connections();
        }
    }

    /// How to connect on that way.
    pub(crate) fn dial<'a>(&'a self, way: Option<&'a Way>, timeouts: Timeouts) -> Dial<'a> {
        Dial { tls: &self.common.tls, way, timeouts }
    }

    /// Connections on that way that were kept after something was sent.
    pub(crate) fn kept(&self, way: Option<&Way>) -> &Pool<Standing> {
        &self.idle(way).sending
    }

    /// Asks for a file. Secrets go to the origin that was asked for and to no other: once a redirect
    /// has led elsewhere they stay behind, even if a later one leads back.
    ///
    /// # Errors
    /// If no answer comes, or redirects lead nowhere. Any final status is an answer.
    pub(crate) async fn get(&self, get: &Get<'_>) -> Result<Answer, Failure> {
        if get.url.is_web() {
            return self.get_from_web(get).await;
        }
        let way = self.way(get.url)?;
        let (dial, idle) = (self.dial(way.as_ref(), get.timeouts), self.idle(way.as_ref()));
        match get.url.scheme() {
            Scheme::Sftp => idle.sftp.get(dial, get).await,
            _ => idle.ftp.get(dial, get).await,
        }
    }

    /// A connection over which files can be sent to a server of SFTP.
    ///
    /// # Errors
    /// If none comes about, or the login is refused.
    pub(crate) async fn to_sftp(&self, caller: &Caller<'_>) -> Result<SftpSender, Failure> {
        let way = self.way(caller.url)?;
        self.idle(way.as_ref()).sftp.sender(self.dial(way.as_ref(), caller.timeouts), caller).await
    }

    /// The same to one of FTP.
    ///
    /// # Errors
    /// As for [`Self::to_sftp`].
    pub(crate) async fn to_ftp(&self, caller: &Caller<'_>) -> Result<FtpSender, Failure> {
        let way = self.way(caller.url)?;
        self.idle(way.as_ref()).ftp.sender(self.dial(way.as_ref(), caller.timeouts), caller).await
    }

    async fn get_from_web(&self, get: &Get<'_>) -> Result<Answer, Failure> {
        let mut url = get.url.clone();
        let mut at_home = true;
        for _ in 0..=HOPS {
            if let Some(until) = self.common.hosts.closed(&url.origin()) {
                let failure = Failure::new(ErrorKind::TooManyRequests).about(url.host());
                return Err(failure.not_before(Some(until)));
            }
            let hop = Hop { way: self.way(&url)?, url: &url, get, at_home };
            let mut answer = self.once(&hop).await?;
            // A server that wants the login proved is asked once more.
            if at_home && self.is_challenged((&url, get.headers), answer.status(), answer.headers()) {
                answer = self.once(&hop).await?;
            }
            if let Some(until) = answer.again() {
                self.common.hosts.close(url.origin(), until);
            }
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
    async fn once(&self, hop: &Hop<'_>) -> Result<Answer, Failure> {
        if let Some(stream) = self.idle(hop.way.as_ref()).web.take(&hop.url.origin(), |stream| stream) {
            match self.send(stream, hop).await {
                // A server may close a connection that was kept at the very moment it is used again
                // (RFC 9112 §9.3.1).
                Err(failure) if is_cut(&failure) => {}
                answer => return answer,
            }
        }
        let dial = self.dial(hop.way.as_ref(), hop.get.timeouts);
        let Connected { stream, http2 } = connect(hop.url, dial, |socket| socket).await?;
        if !http2 {
            return self.send(stream, hop).await;
        }
        let request = http2::addressed(hop.request(&self.access)?, hop.url)?;
        let (answer, driver) = hop.patiently(http2::send(stream, request)).await?;
        self.take_cookies(hop.url, answer.headers());
        let (head, incoming) = answer.into_parts();
        let body = Some(Body::modern(incoming, driver));
        Ok(Answer { head, url: hop.url.clone(), at_home: hop.at_home, body, pool: None })
    }

    async fn send(&self, stream: Stream, hop: &Hop<'_>) -> Result<Answer, Failure> {
        let request = hop.request(&self.access)?;
        let mut connection = hop.patiently(Connection::over(stream)).await?;
        let answer = hop.patiently(connection.send(request)).await?;
        if let Some(refused) = hop.way.as_ref().and_then(|way| way.refused(hop.url, answer.status())) {
            return Err(refused);
        }
        self.take_cookies(hop.url, answer.headers());
        let pool = stays_open(&answer).then(|| self.idle(hop.way.as_ref()).web.clone());
        let (head, incoming) = answer.into_parts();
        let body = Some(Body::of(incoming, connection));
        Ok(Answer { head, url: hop.url.clone(), at_home: hop.at_home, body, pool })
    }

    fn idle(&self, way: Option<&Way>) -> &Idle {
        if way.is_some() { &self.proxied } else { &self.common.straight }
    }
}

/// One of the addresses that a request leads along.
struct Hop<'a> {
    url: &'a Address,
    way: Option<Way>,
    get: &'a Get<'a>,
    at_home: bool,
}

impl Hop<'_> {
    /// Waits for the server for as long as it may be silent.
    async fn patiently<T>(&self, said: impl Future<Output = hyper::Result<T>>) -> Result<T, Failure> {
        match timeout(self.get.timeouts.silence, said).await {
            Ok(said) => said.map_err(|error| from_error(&error, &self.url.host())),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(self.url.host())),
        }
    }

    /// The request, with the user's headers only where they are meant for.
    fn request(&self, access: &Access) -> Result<Request<Empty<Bytes>>, Failure> {
        let Get { offset, end, version, headers, .. } = *self.get;
        let unsendable = || Failure::new(ErrorKind::InvalidUrl).about(self.url.host());
        let mut request = Request::new(Empty::new());
        access.address(&mut request, self.url, self.way.as_ref(), self.at_home.then_some(headers))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let last = end.map(|end| end.saturating_sub(1).to_string()).unwrap_or_default();
        let range = format!("bytes={offset}-{last}");
        headers.insert(RANGE, HeaderValue::try_from(range).map_err(|_| unsendable())?);
        if let Some(version) = version {
            headers.insert(IF_RANGE, HeaderValue::try_from(version).map_err(|_| unsendable())?);
        }
        for (name, value) in [(USER_AGENT, AGENT), (ACCEPT, "*/*")] {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        Ok(request)
    }
}

#[cfg(test)]
#[path = "client/tests.rs"]
mod tests;
