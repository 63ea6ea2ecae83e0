//! Commands and replies, over any connection.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::reply::Reply;
use crate::net::connect::encrypt;
use crate::net::failure::from_error;
use crate::net::stream::Stream;
use crate::transfer::{Address, ErrorKind, Failure};

/// See the module.
pub(super) struct Line {
    stream: Stream,
    /// What came and was not read yet.
    received: Vec<u8>,
    /// How long to wait for a reply.
    silence: Duration,
    host: String,
}

impl Line {
    pub(super) fn new(stream: Stream, host: String, silence: Duration) -> Self {
        Self { stream, received: Vec::new(), silence, host }
    }

    /// Sends a command and waits for its reply. What `argument` holds stays between the two of them.
    ///
    /// # Errors
    /// If it would be more than one command, the connection breaks, or what comes is no reply.
    pub(super) async fn command(&mut self, verb: &str, argument: &[u8]) -> Result<Reply, Failure> {
        if argument.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            let failure = Failure::new(ErrorKind::InvalidUrl).about(&*self.host);
            return Err(failure.because("a line break or an empty character is hidden in it"));
        }
        let space: &[u8] = if argument.is_empty() { b"" } else { b" " };
        let line = [verb.as_bytes(), space, argument, b"\r\n"].concat();
        let sent = async {
            self.stream.write_all(&line).await?;
            self.stream.flush().await
        };
        match timeout(self.silence, sent).await {
            Ok(Ok(())) => self.reply().await,
            Ok(Err(error)) => Err(from_error(&error, &self.host)),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(&*self.host)),
        }
    }

    /// The next reply.
    ///
    /// # Errors
    /// As for [`Line::command`].
    pub(super) async fn reply(&mut self) -> Result<Reply, Failure> {
        self.reply_within(self.silence).await
    }

    /// The next reply, if the server is silent for no longer than that. Dropped while it waits, it has lost
    /// nothing.
    ///
    /// # Errors
    /// As for [`Line::command`].
    pub(super) async fn reply_within(&mut self, silence: Duration) -> Result<Reply, Failure> {
        loop {
            match Reply::read(&self.received) {
                Ok(Some((reply, taken))) => {
                    self.received.drain(..taken);
                    return Ok(reply);
                }
                Ok(None) => {}
                Err(_) => {
                    return Err(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(&*self.host));
                }
            }
            let read = match timeout(silence, self.stream.read_buf(&mut self.received)).await {
                Ok(read) => read.map_err(|error| from_error(&error, &self.host))?,
                Err(_) => return Err(Failure::new(ErrorKind::Timeout).about(&*self.host)),
            };
            if read == 0 {
                return Err(Failure::new(ErrorKind::Disconnected).about(&*self.host));
            }
        }
    }

    /// The same line, encrypted from here on.
    ///
    /// # Errors
    /// If the server is not to be trusted, or something came behind its last reply: that would be read
    /// as if it had been encrypted.
    pub(super) async fn encrypt(
        self,
        url: &Address,
        tls: &Arc<ClientConfig>,
        within: Duration,
    ) -> Result<Self, Failure> {
        if !self.received.is_empty() {
            return Err(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(self.host));
        }
        let name = url.url().host_str().unwrap_or_default();
        match timeout(within, encrypt(name, tls, self.stream)).await {
            Ok(Ok(stream)) => Ok(Self::new(stream, self.host, self.silence)),
            Ok(Err(error)) => Err(from_error(&error, &self.host)),
            Err(_) => Err(Failure::new(ErrorKind::Timeout).about(self.host)),
        }
    }
}
