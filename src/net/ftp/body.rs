//! The bytes of a file that come over a data connection of FTP.
//!
//! The end of such a connection says nothing: it may as well have broken. So the last byte is kept
//! back until the control connection has said that the transfer is complete and that the file still
//! is what it was. Without a known size, it is the end itself that is kept back.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::BufMut as _;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::Ftp;
use super::control::Control;
use crate::net::body::Foreign;
use crate::net::gateway::File;
use crate::net::stream::Stream;
use crate::transfer::{ErrorKind, Failure};

/// How long the other side of a data connection may take to agree on its end.
const FAREWELL: Duration = Duration::from_secs(5);

/// See the module.
pub(super) struct Body {
    state: State,
    wanted: Wanted,
    /// Where the control connection goes afterwards.
    home: Ftp,
}

/// What is to come.
#[derive(Clone)]
pub(super) struct Wanted {
    pub path: Vec<u8>,
    /// What the file was before.
    pub file: File,
    /// How many bytes, if that is known.
    pub left: Option<u64>,
    /// Whether the last of them is the last one of the file.
    pub to_end: bool,
}

enum State {
    Reading(Stream, Box<Control>),
    Ending(Pin<Box<dyn Future<Output = io::Result<End>> + Send>>),
    /// Whether everything was read.
    Over(bool),
}

/// The last byte, if there is one, and the control connection if it can be used again.
type End = (Option<u8>, Option<Box<Control>>);

impl Body {
    pub(super) fn new(data: Stream, control: Control, wanted: Wanted, home: Ftp) -> Self {
        Self { state: State::Reading(data, Box::new(control)), wanted, home }
    }

    async fn read_on(&mut self, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        let room = limit.min(buffer.capacity() - buffer.len());
        if room == 0 {
            return Ok(0);
        }
        loop {
            match &mut self.state {
                State::Reading(..) if self.wanted.left == Some(1) => self.end(),
                State::Reading(data, _) => {
                    let most = self.wanted.left.map_or(u64::MAX, |left| left - 1);
                    let room = room.min(usize::try_from(most).unwrap_or(usize::MAX));
                    match (data.read_buf(&mut buffer.limit(room)).await?, &mut self.wanted.left) {
                        (0, None) => self.end(),
                        (0, Some(_)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                        (read, left) => {
                            *left = left.map(|left| left - read as u64);
                            return Ok(read);
                        }
                    }
                }
                State::Ending(end) => {
                    let end = end.await;
                    self.state = State::Over(end.is_ok());
                    let (last, control) = end?;
                    if let Some(control) = control {
                        self.home.keep(*control);
                    }
                    buffer.extend(last);
                    return Ok(usize::from(last.is_some()));
                }
                State::Over(true) => return Ok(0),
                State::Over(false) => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    /// Goes on to the end, in a future that is kept while nobody waits for it.
    fn end(&mut self) {
        let State::Reading(data, control) = std::mem::replace(&mut self.state, State::Over(false)) else {
            return;
        };
        let wanted = self.wanted.clone();
        self.state = State::Ending(if wanted.to_end {
            Box::pin(complete(data, control, wanted))
        } else {
            Box::pin(break_off(data, control, wanted))
        });
    }
}

impl Foreign for Body {
    fn read<'a>(&'a mut self, buffer: &'a mut Vec<u8>, limit: usize) -> BoxFuture<'a, io::Result<usize>> {
        Box::pin(self.read_on(buffer, limit))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let State::Reading(data, mut control) = std::mem::replace(&mut self.state, State::Over(false)) {
            drop(data);
            control.broken_off();
            self.home.keep(*control);
        }
    }
}

/// The end of the file: nothing may follow, and the server has to say that this was it.
async fn complete(mut data: Stream, mut control: Box<Control>, wanted: Wanted) -> io::Result<End> {
    let last = match wanted.left {
        Some(_) => Some(data.read_u8().await?),
        None => None,
    };
    if last.is_some()
        && let Ok(Ok(1..)) = timeout(FAREWELL, data.read(&mut [0])).await
    {
        return Err(changed());
    }
    let _ = timeout(FAREWELL, data.shutdown()).await;
    drop(data);
    control.complete().await.map_err(io::Error::other)?;
    let now = control.look(&wanted.path).await.map_err(io::Error::other)?;
    if now == wanted.file { Ok((last, Some(control))) } else { Err(changed()) }
}

/// The end of a part: the server would go on and has to be stopped. One that hangs up then has its
/// reasons; whether the file is the same, whoever gets its end will see.
async fn break_off(mut data: Stream, mut control: Box<Control>, wanted: Wanted) -> io::Result<End> {
    let last = Some(data.read_u8().await?);
    drop(data);
    control.broken_off();
    if control.settle().await.is_err() {
        return Ok((last, None));
    }
    match control.look(&wanted.path).await {
        Ok(now) if now == wanted.file => Ok((last, Some(control))),
        Ok(_) => Err(changed()),
        Err(_) => Ok((last, None)),
    }
}

/// The next request will see what the file is now.
fn changed() -> io::Error {
    io::Error::other(Failure::new(ErrorKind::Truncated).because("the file changed meanwhile"))
}
