//! The other end of the control socket.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::io::BufReader;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::fault::Fault;
use super::protocol::{Reply, Request, Update, VERSION};
use super::socket::Endpoint;
use super::wire::{self, Id, Message};
use super::{Control, socket};
use crate::system::trim_memory;

/// How long a session may take to answer the first word, also far away.
const HELLO: Duration = Duration::from_secs(20);
/// How long a message may make no way.
const STALL: Duration = Duration::from_secs(60);
/// How often to call one that hangs up: a session that is about to end says nothing any more to who calls just then.
const TRIES: u32 = 3;

/// A connection to a session.
#[derive(Clone)]
pub struct Client {
    line: Arc<Mutex<Line>>,
    endpoint: Endpoint,
    is_window: bool,
    has_window: bool,
}

struct Line {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    number: u64,
    /// Whether what was heard last was long.
    was_long: bool,
}

impl Client {
    /// Connects to the session there; nothing if there is none. A caller that is a window is told when somebody
    /// wants to see one. Whose process the other end is does not matter: it may be one that hands on to another
    /// computer, and the session looks at its own end.
    ///
    /// # Errors
    /// If the session speaks another version, or the socket fails.
    pub async fn connect(endpoint: impl Into<Endpoint>, is_window: bool) -> Result<Option<Self>, Fault> {
        let endpoint = endpoint.into();
        let mut tries = 1..TRIES;
        loop {
            let Some(mut line) = Line::open(&endpoint).await.map_err(|error| lost(&error))? else {
                return Ok(None);
            };
            let has_window = match line.greet().await {
                Ok(Ok(Reply::Hello { window, .. })) => window,
                Ok(said) => said.map(|_| false)?,
                Err(error) if has_hung_up(&error) && tries.next().is_some() => continue,
                Err(error) => return Err(lost(&error)),
            };
            let line = Arc::new(Mutex::new(line));
            return Ok(Some(Self { line, endpoint, is_window, has_window }));
        }
    }

    /// Whether a window was attached to the session when this connected.
    #[must_use]
    pub fn has_window(&self) -> bool {
        self.has_window
    }
}

impl Control for Client {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        if matches!(request, Request::Probe(_)) {
            // Its answer is a server's, which may take its time; nobody else shall wait for that.
            return Box::pin(self.clone().ask_apart(request));
        }
        let line = self.line.clone();
        Box::pin(async move { line.lock().await.ask(request).await.map_err(|error| lost(&error))? })
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
    /// Asks on a line of its own, which is cut when nobody waits any more.
    async fn ask_apart(self, request: Request) -> Result<Reply, Fault> {
        let asked = async {
            let mut line = Line::open(&self.endpoint).await?.ok_or(io::ErrorKind::ConnectionRefused)?;
            match line.greet().await? {
                Ok(_) => line.ask(request).await,
                Err(fault) => Ok(Err(fault)),
            }
        };
        asked.await.map_err(|error| lost(&error))?
    }

    /// What the session tells on a line of its own after `request`, but for its farewell.
    fn listen(&self, request: Request) -> BoxStream<'static, Update> {
        let endpoint = self.endpoint.clone();
        let listening = async move {
            let mut line = Line::open(&endpoint).await.ok()??;
            line.greet().await.ok()?.ok()?;
            line.ask(request).await.ok()?.ok()?;
            Some(line)
        };
        let updates = stream::once(listening).flat_map(|line| {
            stream::unfold(line, |line| async move {
                let mut line = line?;
                match line.hear().await {
                    Ok(Message::Update { update, .. }) if !matches!(update, Update::Gone) => {
                        Some((update, Some(line)))
                    }
                    _ => None,
                }
            })
        });
        updates.boxed()
    }
}

impl Line {
    async fn open(endpoint: &Endpoint) -> io::Result<Option<Self>> {
        let Some(stream) = socket::connect(endpoint).await? else { return Ok(None) };
        let (from, to) = stream.into_split();
        Ok(Some(Self { from: BufReader::new(from), to, number: 0, was_long: false }))
    }

    async fn greet(&mut self) -> io::Result<Result<Reply, Fault>> {
        timeout(HELLO, self.ask(Request::Hello { version: VERSION })).await?
    }

    async fn ask(&mut self, request: Request) -> io::Result<Result<Reply, Fault>> {
        self.number += 1;
        let number = Id::Number(self.number.into());
        let sent = wire::write(&mut self.to, &wire::call(self.number, &request)?, STALL).await;
        loop {
            // Who hangs up on us may have said why before that.
            match self.hear().await {
                Ok(Message::Result { id, result, .. }) if id == number => return Ok(Ok(result)),
                Ok(Message::Error { id, error, .. }) if id == number || id == Id::Null => {
                    return Ok(Err(error.into()));
                }
                // The answer to a question whose asker has gone away.
                Ok(_) => {}
                Err(error) => return sent.and(Err(error)),
            }
        }
    }

    async fn hear(&mut self) -> io::Result<Message> {
        if std::mem::take(&mut self.was_long) {
            // By now it is where it belongs, and the rest of it is garbage.
            tokio::task::spawn_blocking(trim_memory);
        }
        let line = wire::read(&mut self.from, wire::ANSWER, STALL).await?;
        let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.was_long = line.len() >= wire::LONG;
        Ok(Message::read(&line)?)
    }
}

/// Whether there was no word at all.
fn has_hung_up(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

fn lost(error: &io::Error) -> Fault {
    Fault::new(format!("The running Windlass does not answer ({error})."))
}
