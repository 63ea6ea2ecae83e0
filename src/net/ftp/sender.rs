//! Files that are sent over FTP. That a connection for data has ended tells a server that a file is
//! complete, also where it broke: so nothing is, before the server has said how many bytes it has.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::Ftp;
use super::control::{Control, Transfer};
use crate::net::connect::Dial;
use crate::net::failure::from_error;
use crate::net::gateway;
use crate::net::place::{Place, folders};
use crate::net::stream::Stream;
use crate::transfer::{Address, ErrorKind, Failure};

/// How long the server may take to say why it has ended a connection for data.
const REASON: Duration = Duration::from_secs(5);
/// Longer than any transfer takes.
const EVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// A connection over which files are sent, one after the other.
pub(crate) struct Sender {
    control: Control,
    data: Option<Stream>,
    home: Ftp,
}

impl Sender {
    /// How far from its end a file that was broken off is sent again: a server may have kept bytes there
    /// that it never got.
    pub(crate) const UNSURE: u64 = 64 * 1024;

    /// The path that an address names.
    ///
    /// # Errors
    /// If it is that of a folder.
    pub(crate) fn path(url: &Address) -> Result<Vec<u8>, Failure> {
        gateway::path(url)
    }

    pub(super) fn over(control: Control, home: Ftp) -> Self {
        Self { control, data: None, home }
    }

    /// Whether a file that was broken off can be gone on with. Where a server does not say so itself, trying
    /// could destroy it.
    pub(crate) fn goes_on(&self) -> bool {
        let features = self.control.features();
        features.size && features.rest == Some(true)
    }

    /// Whether it says how large files are.
    pub(crate) fn tells_sizes(&self) -> bool {
        self.control.features().size
    }

    /// What is at `path`.
    ///
    /// # Errors
    /// If the connection breaks.
    pub(crate) async fn look(&mut self, path: &[u8]) -> Result<Place, Failure> {
        if let Some(size) = self.control.ask("SIZE", path).await?.size() {
            return Ok(Place::File(size));
        }
        Ok(if self.is_there(path).await? { Place::Other } else { Place::Nothing })
    }

    /// Begins to write to the file at `path`, from `offset` on. It is made if it is not there, and so are
    /// its folders. The answer is whether the server can begin there.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn begin(&mut self, dial: Dial<'_>, path: &[u8], offset: u64) -> Result<bool, Failure> {
        if offset == 0 {
            self.make_folders(path).await?;
        }
        let transfer = self.control.transfer(dial, ("STOR", path), offset).await;
        let transfer = transfer.map_err(|refusal| refusal.into_failure(self.control.url()))?;
        match transfer {
            Transfer::Open(data) => self.data = Some(data),
            Transfer::NotFromThere => return Ok(false),
            Transfer::Refused(reply) => return Err(self.control.refusal(&reply)),
        }
        Ok(true)
    }

    /// Makes the folders of a file, as far as they are not there. Some servers notice that only when they
    /// have begun to take it.
    async fn make_folders(&mut self, path: &[u8]) -> Result<(), Failure> {
        let Some(own) = folders(path).last() else { return Ok(()) };
        if self.is_there(own).await? {
            return Ok(());
        }
        for folder in folders(path) {
            // Whether it is there now will show.
            self.control.ask("MKD", folder).await?;
        }
        Ok(())
    }

    /// Whether something is at `path`. Where the server does not tell (RFC 3659 §7), whether it could be renamed
    /// says that; nothing comes of it unless the new name follows. But proftpd then takes nothing else, so that
    /// must not be asked of what is known to be there.
    async fn is_there(&mut self, path: &[u8]) -> Result<bool, Failure> {
        if self.control.features().mlst && self.control.ask("MLST", path).await?.code == 250 {
            return Ok(true);
        }
        Ok(self.control.ask("RNFR", path).await?.code == 350)
    }

    /// Sends these bytes.
    ///
    /// # Errors
    /// If the connection breaks, or the server ends it.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        let silence = self.control.silence();
        let Self { control, data: Some(data), .. } = self else { return Ok(()) };
        while !bytes.is_empty() {
            let written = tokio::select! {
                biased;
                early = control.reply_within(EVER) => {
                    let early = early?;
                    // It may call complete what was cut off.
                    let is_refusal = !early.is_done();
                    return Err(if is_refusal { control.refusal(&early) } else { failure(control, ErrorKind::Disconnected) });
                }
                written = timeout(silence, data.write(bytes)) => written,
            };
            match written {
                Ok(Ok(0)) => return Err(self.why(&io::ErrorKind::WriteZero.into()).await),
                Ok(Ok(count)) => bytes = &bytes[count..],
                Ok(Err(error)) => return Err(self.why(&error).await),
                Err(_) => return Err(failure(control, ErrorKind::Timeout)),
            }
        }
        Ok(())
    }

    /// Ends the connection for data, and waits until the server says that it has the file.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        let silence = self.control.silence();
        // Kept until the reply has come: closing it with something unread would take back what was sent.
        let Some(mut data) = self.data.take() else { return Ok(()) };
        match timeout(silence, data.shutdown()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.why(&error).await),
            Err(_) => return Err(failure(&self.control, ErrorKind::Timeout)),
        }
        let reply = self.control.reply_within(silence).await?;
        if reply.is_done() { Ok(()) } else { Err(self.control.refusal(&reply)) }
    }

    /// Why the connection for data has ended: if the server does not say it, only how.
    async fn why(&mut self, error: &io::Error) -> Failure {
        let within = REASON.min(self.control.silence());
        match self.control.reply_within(within).await {
            Ok(reply) if !reply.is_done() => self.control.refusal(&reply),
            _ => from_error(error, &self.control.url().host()),
        }
    }

    /// Gives the file at `from` another name. What is there may be replaced or not.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Failure> {
        let reply = self.control.ask("RNFR", from).await?;
        if reply.code != 350 {
            return Err(self.control.refusal(&reply));
        }
        let reply = self.control.ask("RNTO", to).await?;
        if reply.is_done() { Ok(()) } else { Err(self.control.refusal(&reply)) }
    }

    /// Removes the file at `path`.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn remove(&mut self, path: &[u8]) -> Result<(), Failure> {
        let reply = self.control.ask("DELE", path).await?;
        if reply.is_done() { Ok(()) } else { Err(self.control.refusal(&reply)) }
    }

    /// Keeps the connection for the next file.
    pub(crate) fn keep(self) {
        if self.data.is_none() {
            self.home.keep(self.control);
        }
    }
}

fn failure(control: &Control, kind: ErrorKind) -> Failure {
    Failure::new(kind).about(control.url().host())
}
