//! A connection to an SSH server that speaks SFTP: requests go out, replies come in, and either may
//! wait while the other goes on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use http::StatusCode;
use russh::ChannelStream;
use russh::client::{self, Config, Handle, Msg};
use russh::keys::PublicKeyOrCertificate;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use url::Origin;

use super::login::log_in;
use super::packet::{self, Extensions, Reply, Request};
use super::trust::Trust;
use crate::net::connect::{Dial, connect};
use crate::net::failure::from_error;
use crate::net::gateway::Refusal;
use crate::transfer::{Address, Credentials, ErrorKind, Failure};

/// What a server may send without being told to go on; more than is ever asked for at once.
const WINDOW: u32 = 8 * 1024 * 1024;

/// How to get into a server.
pub(super) struct Entry<'a> {
    pub url: &'a Address,
    pub login: &'a Credentials,
    /// The fingerprint of the only key that it may have.
    pub host_key: Option<&'a str>,
}

/// See the module.
pub(super) struct Link {
    stream: ChannelStream<Msg>,
    /// What is to be sent, and what came and was not read yet.
    outgoing: BytesMut,
    received: BytesMut,
    requests: u32,
    /// What the server can do beyond the draft.
    pub(super) extensions: Extensions,
    silence: Duration,
    url: Address,
    login: Credentials,
    host_key: Option<String>,
    /// Ends the connection when it goes.
    _server: Handle<Gatekeeper>,
}

/// Lets only the right server through.
struct Gatekeeper(Trust);

/// Why there is no connection to a server.
enum Closed {
    Untrusted(Failure),
    Broken(russh::Error),
}

impl From<russh::Error> for Closed {
    fn from(error: russh::Error) -> Self {
        Self::Broken(error)
    }
}

impl std::fmt::Debug for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed")
    }
}

impl client::Handler for Gatekeeper {
    type Error = Closed;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Closed> {
        self.0.check(&key.public_key()).map_err(Closed::Untrusted)?;
        Ok(true)
    }
}

impl Link {
    /// Connects, makes sure who it is, logs in and begins.
    ///
    /// # Errors
    /// If any of that fails.
    pub(super) async fn open(entry: &Entry<'_>, dial: Dial<'_>) -> Result<Self, Refusal> {
        let (Entry { url, login, host_key }, timeouts) = (entry, dial.timeouts);
        let ssh = directories::BaseDirs::new().map(|dirs| dirs.home_dir().join(".ssh"));
        let trust = trust(url, *host_key, ssh.clone()).await?;
        let stream = connect(url, dial, |socket| socket).await?.stream;
        let config = Config { window_size: WINDOW, preferred: trust.preferred(), ..Config::default() };
        let limit = Limit { within: timeouts.connect.max(timeouts.silence), url };
        let greeted = client::connect_stream(Arc::new(config), stream, Gatekeeper(trust));
        let mut server = limit.of(greeted).await?;
        if !limit.of(log_in(&mut server, login, ssh.as_deref())).await? {
            return Err(Refusal::Status(StatusCode::UNAUTHORIZED));
        }
        let channel = limit.of(server.channel_open_session()).await?;
        limit.of(channel.request_subsystem(false, "sftp")).await?;
        let mut link = Self {
            stream: channel.into_stream(),
            outgoing: BytesMut::new(),
            received: BytesMut::new(),
            requests: 0,
            extensions: Extensions::default(),
            silence: timeouts.silence,
            url: (*url).clone(),
            login: (*login).clone(),
            host_key: host_key.map(str::to_owned),
            _server: server,
        };
        packet::begin(&mut link.outgoing);
        match link.answer(None).await? {
            Reply::Version(3.., extensions) => Ok(Self { extensions, ..link }),
            _ => Err(link.nonsense().into()),
        }
    }

    /// Whether it is logged in like this, at a server that was trusted for this reason.
    pub(super) fn is_of(&self, login: &Credentials, host_key: Option<&str>) -> bool {
        self.login.user == login.user
            && self.login.password.expose_secret() == login.password.expose_secret()
            && self.host_key.as_deref() == host_key
    }

    /// Whose it is.
    pub(super) fn origin(&self) -> Origin {
        self.url.origin()
    }

    /// Makes a request that goes out with the next step; the answer is its number.
    pub(super) fn request(&mut self, request: &Request<'_>) -> u32 {
        self.requests = self.requests.wrapping_add(1);
        request.write(self.requests, &mut self.outgoing);
        self.requests
    }

    /// Makes a request and waits for its reply. Replies to others that nobody waits for any more are
    /// passed over.
    ///
    /// # Errors
    /// If none comes.
    pub(super) async fn call(&mut self, request: &Request<'_>) -> Result<Reply, Failure> {
        let number = self.request(request);
        self.answer(Some(number)).await
    }

    async fn answer(&mut self, number: Option<u32>) -> Result<Reply, Failure> {
        let within = self.silence;
        let answer = async {
            loop {
                let reply = self.reply().await?;
                if reply.number() == number {
                    return Ok(reply);
                }
            }
        };
        // Others can be few, so that all of it has to come within that time.
        match timeout(within, answer).await {
            Ok(reply) => reply.map_err(|error: io::Error| from_error(&error, &self.url.host())),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(self.url.host())),
        }
    }

    /// Sends what is to be sent, and gives the next reply. Dropped while it waits, it has lost nothing.
    ///
    /// # Errors
    /// If the connection ends, or what comes is no reply.
    pub(super) async fn reply(&mut self) -> io::Result<Reply> {
        loop {
            match self.next()? {
                Some(reply) => return Ok(reply),
                None => self.exchange().await?,
            }
        }
    }

    /// Gets on by one step: gives a reply that is here, or else sends or receives something.
    ///
    /// # Errors
    /// As for [`Link::reply`], and if nothing moves for too long.
    pub(super) async fn step(&mut self) -> Result<Option<Reply>, Failure> {
        let host = self.url.host();
        let next = self.next().map_err(|error| from_error(&error, &host))?;
        if next.is_none() {
            match timeout(self.silence, self.exchange()).await {
                Ok(moved) => moved.map_err(|error| from_error(&error, &host))?,
                Err(_) => return Err(Failure::new(ErrorKind::Timeout).about(host)),
            }
        }
        Ok(next)
    }

    /// Whether nothing waits to be sent.
    pub(super) fn has_sent(&self) -> bool {
        self.outgoing.is_empty()
    }

    fn next(&mut self) -> io::Result<Option<Reply>> {
        Reply::take(&mut self.received).map_err(|_| io::Error::other(self.nonsense()))
    }

    /// Sends or receives something, whichever can be done first: a server that is not listened to may
    /// not listen either.
    async fn exchange(&mut self) -> io::Result<()> {
        let (mut from, mut to) = tokio::io::split(&mut self.stream);
        tokio::select! {
            read = from.read_buf(&mut self.received) => match read? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(()),
            },
            sent = to.write(&self.outgoing), if !self.outgoing.is_empty() => {
                self.outgoing.advance(sent?);
                Ok(())
            }
        }
    }

    /// What the server is called.
    pub(super) fn host(&self) -> String {
        self.url.host()
    }

    pub(super) fn nonsense(&self) -> Failure {
        Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(self.url.host())
    }
}

async fn trust(url: &Address, host_key: Option<&str>, ssh: Option<PathBuf>) -> Result<Trust, Failure> {
    let (address, named) = (url.clone(), host_key.map(str::to_owned));
    let read = tokio::task::spawn_blocking(move || Trust::read(&address, named.as_deref(), ssh.as_deref()));
    read.await.unwrap_or_else(|_| Err(Failure::new(ErrorKind::HostKeyNotTrusted).about(url.host())))
}

/// How long one step may take.
struct Limit<'a> {
    within: Duration,
    url: &'a Address,
}

impl Limit<'_> {
    async fn of<T, E: Into<Closed>>(&self, step: impl Future<Output = Result<T, E>>) -> Result<T, Failure> {
        let host = self.url.host();
        match timeout(self.within, step).await {
            Ok(Ok(value)) => Ok(value),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(host)),
            Ok(Err(closed)) => Err(match closed.into() {
                Closed::Untrusted(failure) => failure,
                Closed::Broken(russh::Error::NoCommonAlgo { .. }) => {
                    Failure::new(ErrorKind::ErrorHttpInvalidServerResponse)
                        .about(host)
                        .because("it and this computer do not agree on an encrypted connection")
                }
                Closed::Broken(russh::Error::Version) => {
                    Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(host)
                }
                Closed::Broken(error) => from_error(&error, &host),
            }),
        }
    }
}
