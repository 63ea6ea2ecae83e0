//! The control socket: every process of the same user may command the session.
//!
//! Whatever is said there gets an answer, and nothing that is said or not said there holds up others: all of it
//! has its [`Bounds`].

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt as _};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::fault::Fault;
use super::hub::Hub;
use super::protocol::{Reply, Request, Update};
use super::wire::{self, Id, Message, Version};
use crate::Profile;
use crate::system::trim_memory;

/// Longest line before the first word was said.
const GREETING: usize = 64 * 1024;
/// How long callers may take to hear that the session has ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// How much callers may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Callers at once.
    pub callers: usize,
    /// How long a caller may take to say hello.
    pub hello: Duration,
    /// How long a message, once begun, may make no way, in either direction. Who is stuck for longer is hung up on.
    pub stall: Duration,
    /// Longest line that a caller may send, in bytes.
    pub request: usize,
    /// Longest line that is sent to a caller, in bytes.
    pub answer: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            callers: 64,
            hello: Duration::from_secs(5),
            stall: Duration::from_secs(30),
            request: wire::REQUEST,
            answer: wire::ANSWER,
        }
    }
}

/// A socket that is served.
pub struct Server {
    callers: TaskTracker,
    accepting: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Opens the socket of `profile` and serves it on the session's runtime.
    ///
    /// # Errors
    /// If the socket cannot be opened.
    pub fn start(hub: &Arc<Hub>, profile: &Profile, bounds: Bounds) -> io::Result<Self> {
        let _runtime = hub.session().runtime().enter();
        let (listener, path) = super::socket::bind(profile)?;
        hub.session().announce(&path)?;
        let callers = TaskTracker::new();
        let accepting = tokio::spawn(accept(listener, hub.clone(), callers.clone(), bounds));
        Ok(Self { callers, accepting })
    }

    /// Takes no more callers and lets those that are there hear the end.
    pub async fn finish(&self) {
        self.accepting.abort();
        self.callers.close();
        _ = tokio::time::timeout(FAREWELL, self.callers.wait()).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, hub: Arc<Hub>, callers: TaskTracker, bounds: Bounds) {
    let places = Arc::new(Semaphore::new(bounds.callers));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely; trying again at once would spin.
                tracing::warn!(%error, "a caller could not be let in");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let ours = stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw());
        if !ours {
            refuse(stream, "This session belongs to another user.");
            continue;
        }
        let Ok(place) = places.clone().try_acquire_owned() else {
            refuse(stream, "Too many programs speak to this session. Try again when some have ended.");
            continue;
        };
        let (from, to) = stream.into_split();
        let caller = Caller { from: BufReader::new(from), to, hub: hub.clone(), bounds };
        callers.spawn(async move {
            if let Err(error) = caller.serve().await {
                tracing::debug!(%error, "a caller left in the middle");
            }
            drop(place);
        });
    }
}

/// Says why, and hangs up. A few bytes always fit into a new socket.
fn refuse(stream: UnixStream, why: &str) {
    let answer = wire::line(&Message::answer(Id::Null, Err(Fault::new(why))), GREETING);
    if let (Ok(line), Ok(mut stream)) = (answer, stream.into_std()) {
        _ = stream.write_all(&line);
    }
}

/// Somebody at the other end.
struct Caller {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    hub: Arc<Hub>,
    bounds: Bounds,
}

impl Caller {
    async fn serve(mut self) -> io::Result<()> {
        if !tokio::time::timeout(self.bounds.hello, self.meet()).await?? {
            return Ok(());
        }
        while let Some((id, request)) = self.hear(self.bounds.request).await? {
            let updates = match request {
                Request::Watch { window } => Some(self.hub.listen(window)),
                Request::Progress => Some(self.hub.progress()),
                _ => None,
            };
            if let Some(updates) = updates {
                self.answer(id, Ok(Reply::Done)).await?;
                return self.tell(updates).await;
            }
            let is_last = matches!(request, Request::Quit);
            let result = self.hub.carry_out(request).await;
            let is_last = is_last && result.is_ok();
            self.answer(id, result).await?;
            if is_last {
                break;
            }
        }
        Ok(())
    }

    /// Waits for the first word. The answer is whether it was said.
    async fn meet(&mut self) -> io::Result<bool> {
        while let Some((id, request)) = self.hear(GREETING).await? {
            let result = match request {
                Request::Hello { .. } => self.hub.carry_out(request).await,
                _ => Err(Fault::new("The first word is “hello”.")),
            };
            let is_welcome = result.is_ok();
            self.answer(id, result).await?;
            if is_welcome {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next request; what is none is answered. Nothing when the caller has hung up.
    async fn hear(&mut self, longest: usize) -> io::Result<Option<(Option<Id>, Request)>> {
        loop {
            let line = match wire::read(&mut self.from, longest, self.bounds.stall).await {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(None),
                Err(error) => {
                    if let Some(message) = wire::farewell(&error) {
                        self.say(message).await?;
                    }
                    return Err(error);
                }
            };
            match wire::understand(&line) {
                Ok(call) => return Ok(Some(call)),
                Err(Some(answer)) => self.say(answer).await?,
                // It wants no answer.
                Err(None) => {}
            }
        }
    }

    async fn answer(&mut self, id: Option<Id>, result: Result<Reply, Fault>) -> io::Result<()> {
        let Some(id) = id else { return Ok(()) };
        match self.say(Message::answer(id.clone(), result)).await {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.say(Message::answer(id, Err(Fault::new("The answer is too long.")))).await
            }
            said => said,
        }
    }

    async fn say(&mut self, message: Message) -> io::Result<()> {
        let line = wire::line(&message, self.bounds.answer)?;
        // A list may be long and whoever reads it slow: it is kept only once meanwhile.
        drop(message);
        let written = wire::write(&mut self.to, &line, self.bounds.stall).await;
        if line.len() >= wire::LONG {
            drop(line);
            tokio::task::spawn_blocking(trim_memory);
        }
        written
    }

    /// Tells everything until the caller hangs up.
    async fn tell(&mut self, mut updates: BoxStream<'static, Update>) -> io::Result<()> {
        loop {
            let update = tokio::select! {
                update = updates.next() => update,
                // A listener has nothing more to say; a word or an end is its farewell.
                _ = self.from.fill_buf() => None,
            };
            let Some(update) = update else { return Ok(()) };
            let is_last = matches!(update, Update::Gone);
            self.say(Message::Update { jsonrpc: Version, update }).await?;
            if is_last {
                return Ok(());
            }
        }
    }
}
