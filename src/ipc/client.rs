//! The other end of the control socket.

use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::io::BufReader;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Mutex;

use super::protocol::{Fault, Reply, Request, Update, VERSION};
use super::wire::{self, Call, Message, Version};
use super::{Control, socket};
use crate::Profile;

/// A connection to the session that holds a profile.
#[derive(Clone)]
pub struct Client {
    line: Arc<Mutex<Line>>,
    profile: Profile,
    is_window: bool,
    has_window: bool,
}

struct Line {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    number: u64,
}

impl Client {
    /// Connects to the session that holds `profile`; nothing if none does. A caller that is a window
    /// is told when somebody wants to see one.
    ///
    /// # Errors
    /// If the session speaks another version, or the socket fails.
    pub async fn connect(profile: &Profile, is_window: bool) -> Result<Option<Self>, Fault> {
        let Some(mut line) = Line::open(profile).await.map_err(|error| lost(&error))? else {
            return Ok(None);
        };
        let has_window = match line.ask(Request::Hello { version: VERSION }).await? {
            Reply::Hello { window, .. } => window,
            _ => false,
        };
        let line = Arc::new(Mutex::new(line));
        Ok(Some(Self { line, profile: profile.clone(), is_window, has_window }))
    }

    /// Whether a window was attached to the session when this connected.
    #[must_use]
    pub fn has_window(&self) -> bool {
        self.has_window
    }
}

impl Control for Client {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        let line = self.line.clone();
        Box::pin(async move { line.lock().await.ask(request).await })
    }

    fn updates(&self) -> BoxStream<'static, Update> {
        let updates = self.listen(Request::Watch { window: self.is_window });
        // However it ended, the session is out of reach.
        updates.chain(stream::once(async { Update::Gone })).boxed()
    }

    fn progress(&self) -> BoxStream<'static, Update> {
        self.listen(Request::Progress)
    }
}

impl Client {
    /// What the session tells on a line of its own after `request`, but for its farewell.
    fn listen(&self, request: Request) -> BoxStream<'static, Update> {
        let profile = self.profile.clone();
        let listening = async move {
            let mut line = Line::open(&profile).await.ok()??;
            line.ask(Request::Hello { version: VERSION }).await.ok()?;
            line.send(request).await.ok()?;
            Some(line)
        };
        let updates = stream::once(listening).flat_map(|line| {
            stream::unfold(line, |line| async move {
                let mut line = line?;
                match wire::read(&mut line.from, wire::ANSWER).await {
                    Ok(Some(Message::Update { params, .. })) if !matches!(params, Update::Gone) => {
                        Some((params, Some(line)))
                    }
                    _ => None,
                }
            })
        });
        updates.boxed()
    }
}

impl Line {
    async fn open(profile: &Profile) -> io::Result<Option<Self>> {
        let Some(stream) = socket::connect(profile).await? else { return Ok(None) };
        let (from, to) = stream.into_split();
        Ok(Some(Self { from: BufReader::new(from), to, number: 0 }))
    }

    async fn send(&mut self, request: Request) -> io::Result<u64> {
        self.number += 1;
        wire::write(&mut self.to, &Call { jsonrpc: Version, id: self.number, request }).await?;
        Ok(self.number)
    }

    async fn ask(&mut self, request: Request) -> Result<Reply, Fault> {
        let number = self.send(request).await.map_err(|error| lost(&error))?;
        loop {
            match wire::read(&mut self.from, wire::ANSWER).await.map_err(|error| lost(&error))? {
                Some(Message::Result { id, result, .. }) if id == number => return Ok(result),
                Some(Message::Error { id, error, .. }) if id == number => return Err(error.into()),
                // The answer to a question whose asker has gone away.
                Some(_) => {}
                None => return Err(lost(&io::ErrorKind::UnexpectedEof.into())),
            }
        }
    }
}

fn lost(error: &io::Error) -> Fault {
    Fault::new(format!("The running Windlass does not answer ({error})."))
}
