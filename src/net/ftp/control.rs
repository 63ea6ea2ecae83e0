//! The control connection of FTP: greeting, encryption and login, what a file is, and the way to its
//! bytes.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::StatusCode;
use rustls::ClientConfig;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;
use url::Origin;

use super::line::Line;
use super::reply::{Features, Reply};
use crate::attempt::Timeouts;
use crate::net::connect::{Dial, connect, encrypt};
use crate::net::failure::from_error;
use crate::net::gateway::{File, Refusal};
use crate::net::stream::Stream;
use crate::transfer::{Address, Credentials, ErrorKind, Failure, Scheme};

/// How long the reply to a transfer that was broken off is waited for.
const BREAKING_OFF: Duration = Duration::from_secs(5);

/// What came of a wish to have data come or go.
pub(super) enum Transfer {
    /// Over this connection.
    Open(Stream),
    /// The server cannot begin in the middle.
    NotFromThere,
    Refused(Reply),
}

/// See the module.
pub(super) struct Control {
    line: Line,
    url: Address,
    login: Credentials,
    timeouts: Timeouts,
    /// The server's own address, if that is known.
    peer: Option<IpAddr>,
    /// How data is encrypted, if it is.
    tls: Option<Arc<ClientConfig>>,
    features: Features,
    /// Whether the server knows only the older way to passive connections.
    old_passive: bool,
    /// Whether the reply to a transfer that was broken off is still to come.
    owes: bool,
}

impl Control {
    /// Connects to the server of `url`, encrypts if its scheme says so, and logs in.
    ///
    /// # Errors
    /// If there is no connection, it would not be encrypted, or the login is refused.
    pub(super) async fn open(url: &Address, login: Credentials, dial: Dial<'_>) -> Result<Self, Refusal> {
        let (timeouts, peer) = (dial.timeouts, OnceLock::new());
        let stream = connect(url, dial, |socket| {
            if let (None, Ok(address)) = (dial.way, socket.peer_addr()) {
                let _ = peer.set(address.ip());
            }
            socket
        });
        let stream = stream.await?.stream;
        let peer = peer.into_inner();
        let tls = (url.scheme() != Scheme::Ftp).then(|| dial.tls.for_ftp());
        let mut line = Line::new(stream, url.host(), timeouts.silence);
        if let (Scheme::Ftps, Some(tls)) = (url.scheme(), &tls) {
            line = line.encrypt(url, tls, timeouts.connect).await?;
        }
        greet(&mut line).await?;
        if let (Scheme::Ftpes, Some(tls)) = (url.scheme(), &tls) {
            // RFC 4217 §4; there is no way back to an open connection.
            if !line.command("AUTH", b"TLS").await?.is_done() {
                return Err(refused(url, "it offers no encryption").into());
            }
            line = line.encrypt(url, tls, timeouts.connect).await?;
        }
        let mut control = Self {
            line,
            url: url.clone(),
            login,
            timeouts,
            peer,
            tls,
            features: Features::default(),
            old_passive: false,
            owes: false,
        };
        control.log_in().await?;
        control.prepare().await?;
        Ok(control)
    }

    /// Whether it is logged in like this.
    pub(super) fn is_of(&self, login: &Credentials) -> bool {
        self.login.user == login.user && self.login.password.expose_secret() == login.password.expose_secret()
    }

    /// Whose it is.
    pub(super) fn origin(&self) -> Origin {
        self.url.origin()
    }

    /// Takes note that a transfer was broken off whose reply is still to come.
    pub(super) fn broken_off(&mut self) {
        self.owes = true;
    }

    /// Waits for the reply to a transfer that was broken off, if it is still to come.
    ///
    /// # Errors
    /// If it does not come.
    pub(super) async fn settle(&mut self) -> Result<(), Failure> {
        if self.owes {
            let reply = timeout(BREAKING_OFF.min(self.timeouts.silence), self.line.reply()).await;
            reply.map_err(|_| Failure::new(ErrorKind::Timeout).about(self.url.host()))??;
            self.owes = false;
        }
        Ok(())
    }

    async fn log_in(&mut self) -> Result<(), Refusal> {
        let mut reply = self.line.command("USER", self.login.user.as_bytes()).await?;
        if reply.code == 331 {
            let password = self.login.password.expose_secret();
            reply = self.line.command("PASS", password.as_bytes()).await?;
        }
        match reply.code {
            200..=299 => Ok(()),
            _ if reply.is_too_busy() => Err(Refusal::Status(StatusCode::SERVICE_UNAVAILABLE)),
            // It wants to be asked in another way, as a server that insists on encryption.
            500..=504 | 522 | 534 => Err(refused(&self.url, reply.text()).into()),
            _ => Err(Refusal::Status(StatusCode::UNAUTHORIZED)),
        }
    }

    /// Encrypts the data, learns what the server can, and has bytes sent as they are.
    async fn prepare(&mut self) -> Result<(), Refusal> {
        if self.tls.is_some() {
            self.line.command("PBSZ", b"0").await?;
            if !self.line.command("PROT", b"P").await?.is_done() {
                return Err(refused(&self.url, "it does not encrypt the data").into());
            }
        }
        self.features = Features::of(&self.line.command("FEAT", b"").await?);
        if self.features.utf8 {
            self.line.command("OPTS", b"UTF8 ON").await?;
        }
        let binary = self.line.command("TYPE", b"I").await?;
        if binary.is_done() { Ok(()) } else { Err(self.status_of(&binary)) }
    }

    /// What the server says about the file at `path`. That it knows of none shows only when it is asked
    /// for its bytes.
    ///
    /// # Errors
    /// If the connection breaks.
    pub(super) async fn look(&mut self, path: &[u8]) -> Result<File, Failure> {
        let mut size = self.line.command("SIZE", path).await?;
        // Some say twice that a transfer was broken off.
        if matches!(size.code, 225 | 226 | 426) {
            size = self.line.reply().await?;
        }
        let modified = self.line.command("MDTM", path).await?.modified();
        if self.features.rest.is_none() {
            let begins = self.line.command("REST", b"1").await?.code == 350;
            self.features.rest = Some(begins && self.line.command("REST", b"0").await?.code == 350);
        }
        let (size, rest) = (size.size(), self.features.rest == Some(true));
        Ok(File { size, modified, ranges: rest && size.is_some() })
    }

    /// Has the file at `path` sent from `offset` on. The answer is a connection with its bytes; nothing
    /// if the server cannot begin there.
    ///
    /// # Errors
    /// If the server refuses.
    pub(super) async fn retrieve(
        &mut self,
        dial: Dial<'_>,
        path: &[u8],
        offset: u64,
    ) -> Result<Option<Stream>, Refusal> {
        match self.transfer(dial, ("RETR", path), offset).await? {
            Transfer::Open(data) => Ok(Some(data)),
            Transfer::NotFromThere => Ok(None),
            Transfer::Refused(reply) => Err(self.status_of(&reply)),
        }
    }

    /// Begins with what `verb` means for the file at `path`, from `offset` on.
    ///
    /// # Errors
    /// If there is no connection for the data.
    pub(super) async fn transfer(
        &mut self,
        dial: Dial<'_>,
        (verb, path): (&str, &[u8]),
        offset: u64,
    ) -> Result<Transfer, Refusal> {
        let data = self.passive(dial).await?;
        if offset > 0 && self.line.command("REST", offset.to_string().as_bytes()).await?.code != 350 {
            self.features.rest = Some(false);
            return Ok(Transfer::NotFromThere);
        }
        let reply = self.line.command(verb, path).await?;
        if reply.code / 100 != 1 {
            return Ok(Transfer::Refused(reply));
        }
        let Some(tls) = &self.tls else { return Ok(Transfer::Open(data)) };
        match timeout(self.timeouts.connect, encrypt(self.host(), tls, data)).await {
            Ok(Ok(data)) => Ok(Transfer::Open(data)),
            Ok(Err(error)) => Err(from_error(&error, &self.url.host()).into()),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(self.url.host()).into()),
        }
    }

    /// How the transfer ended, as the server says.
    ///
    /// # Errors
    /// If it does not say that it is complete.
    pub(super) async fn complete(&mut self) -> Result<(), Failure> {
        let reply = self.line.reply().await?;
        if reply.is_done() {
            Ok(())
        } else {
            Err(Failure::new(ErrorKind::Truncated).about(self.url.host()).because(reply.text()))
        }
    }

    /// A connection for data. It goes to the server itself, wherever the reply may lead.
    async fn passive(&mut self, dial: Dial<'_>) -> Result<Stream, Refusal> {
        let mut port = None;
        if !self.old_passive {
            port = self.line.command("EPSV", b"").await?.extended_port();
            self.old_passive = port.is_none();
        }
        if port.is_none() {
            let reply = self.line.command("PASV", b"").await?;
            port = reply.port();
            if port.is_none() {
                return Err(self.status_of(&reply));
            }
        }
        let port = port.unwrap_or_default();
        let place = match self.peer {
            Some(peer) => SocketAddr::new(peer, port).to_string(),
            None => format!("{}:{port}", self.host()),
        };
        let (place, _) = Address::parse(&format!("ftp://{place}/"))?;
        Ok(connect(&place, dial, |socket| socket).await?.stream)
    }

    /// Sends a command and waits for its reply.
    ///
    /// # Errors
    /// If none comes.
    pub(super) async fn ask(&mut self, verb: &str, argument: &[u8]) -> Result<Reply, Failure> {
        self.line.command(verb, argument).await
    }

    /// The next reply, if the server is silent for no longer than that.
    ///
    /// # Errors
    /// If none comes.
    pub(super) async fn reply_within(&mut self, silence: Duration) -> Result<Reply, Failure> {
        self.line.reply_within(silence).await
    }

    /// What the server has said that it can do.
    pub(super) fn features(&self) -> &Features {
        &self.features
    }

    /// How long it may be silent.
    pub(super) fn silence(&self) -> Duration {
        self.timeouts.silence
    }

    /// Whose it is, as it was asked for.
    pub(super) fn url(&self) -> &Address {
        &self.url
    }

    /// Why the server does not take or move a file.
    pub(super) fn refusal(&self, reply: &Reply) -> Failure {
        let failure = match reply.code {
            452 | 552 => Failure::new(ErrorKind::InsufficientStorage).about(self.url.host()),
            _ => self.status_of(reply).into_failure(&self.url),
        };
        failure.because(reply.text())
    }

    fn host(&self) -> &str {
        self.url.url().host_str().unwrap_or_default()
    }

    /// What a web server would have said instead.
    fn status_of(&self, reply: &Reply) -> Refusal {
        Refusal::Status(match reply.code {
            530 | 532 if !reply.is_too_busy() => StatusCode::UNAUTHORIZED,
            421 | 425 | 426 | 450..=452 | 530 | 532 => StatusCode::SERVICE_UNAVAILABLE,
            550 if !reply.is_forbidding() => StatusCode::NOT_FOUND,
            550 | 553 => StatusCode::FORBIDDEN,
            _ => return refused(&self.url, reply.text()).into(),
        })
    }
}

async fn greet(line: &mut Line) -> Result<(), Refusal> {
    let mut greeting = line.reply().await?;
    // It may ask for patience first.
    if greeting.code / 100 == 1 {
        greeting = line.reply().await?;
    }
    if greeting.is_done() { Ok(()) } else { Err(Refusal::Status(StatusCode::SERVICE_UNAVAILABLE)) }
}

fn refused(url: &Address, words: &str) -> Failure {
    Failure::new(ErrorKind::Ftp).about(url.host()).because(words)
}
