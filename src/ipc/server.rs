//! The control socket: every process of the same user may command the session.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt as _};
use tokio::io::BufReader;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::hub::Hub;
use super::protocol::{Fault, Request, Update};
use super::wire::{self, Call, Message, Version};
use crate::Profile;

/// Callers at once.
const CALLERS: usize = 64;
/// How long a caller may take to say hello.
const HELLO: Duration = Duration::from_secs(5);
/// How long callers may take to hear that the session has ended.
const FAREWELL: Duration = Duration::from_secs(2);

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
    pub fn start(hub: &Arc<Hub>, profile: &Profile) -> io::Result<Self> {
        let _runtime = hub.session().runtime().enter();
        let (listener, path) = super::socket::bind(profile)?;
        hub.session().announce(&path)?;
        let callers = TaskTracker::new();
        let accepting = tokio::spawn(accept(listener, hub.clone(), callers.clone()));
        Ok(Self { callers, accepting })
    }

    /// Takes no more callers and lets those that are there hear the end.
    pub async fn finish(self) {
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

async fn accept(listener: UnixListener, hub: Arc<Hub>, callers: TaskTracker) {
    let places = Arc::new(Semaphore::new(CALLERS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
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
            continue;
        }
        let hub = hub.clone();
        callers.spawn(async move {
            if let Err(error) = serve(stream, hub).await {
                tracing::debug!(%error, "a caller left in the middle");
            }
            drop(place);
        });
    }
}

async fn serve(stream: UnixStream, hub: Arc<Hub>) -> io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    let first = tokio::time::timeout(HELLO, wire::read::<Call>(&mut from, wire::REQUEST)).await??;
    let Some(Call { id, request: request @ Request::Hello { .. }, .. }) = first else { return Ok(()) };
    let hello = hub.carry_out(request).await;
    let welcome = hello.is_ok();
    wire::write(&mut to, &answer(id, hello)).await?;
    if !welcome {
        return Ok(());
    }
    while let Some(Call { id, request, .. }) = wire::read(&mut from, wire::REQUEST).await? {
        match request {
            Request::Watch { window } => return watch(from, to, hub.listen(window)).await,
            Request::Progress => return watch(from, to, hub.progress()).await,
            _ => {}
        }
        let is_last = matches!(request, Request::Quit);
        let result = hub.carry_out(request).await;
        wire::write(&mut to, &answer(id, result)).await?;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// Tells a listener everything until it hangs up.
async fn watch(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    mut updates: BoxStream<'static, Update>,
) -> io::Result<()> {
    loop {
        tokio::select! {
            update = updates.next() => {
                let Some(params) = update else { return Ok(()) };
                let last = matches!(params, Update::Gone);
                let message = Message::Update { jsonrpc: Version, method: "update".to_owned(), params };
                wire::write(&mut to, &message).await?;
                if last {
                    return Ok(());
                }
            }
            // A listener has nothing more to say; a word or an end is its farewell.
            _ = wire::read::<Call>(&mut from, wire::REQUEST) => return Ok(()),
        }
    }
}

fn answer(id: u64, result: Result<super::Reply, Fault>) -> Message {
    match result {
        Ok(result) => Message::Result { jsonrpc: Version, id, result },
        Err(fault) => Message::Error { jsonrpc: Version, id, error: fault.into() },
    }
}
