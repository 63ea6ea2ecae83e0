//! The conversation with the extension: one call after the other, and what runs in between for whoever watches.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::caller::Caller;
use super::frame;
use super::link::{Link, Wanted};
use super::listing::{List, Listing};
use super::outside::{Here, Outside};
use super::words::{Answer, Ask, Call, How, Said, VERSION};
use crate::ipc::{self, Control, Fault, Reply, Request, Update, Which};
use crate::{Address, Settings, Site, Snapshot, TransferId};

/// Exit code for whoever is not our extension.
const STRANGER: u8 = 1;
/// How often what runs is told, at most.
const EVERY: Duration = Duration::from_millis(200);
/// How long a session that is not there is not looked for again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// For so long, in seconds, what was added can be taken back with its file.
const JUST_NOW: i64 = 60;

/// Speaks with the browser on standard input and output until it hangs up.
#[must_use]
pub fn run(caller: Caller) -> ExitCode {
    if caller == Caller::Stranger {
        return ExitCode::from(STRANGER);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (Ok(runtime), Ok(here)) = (runtime, Here::new()) else { return ExitCode::FAILURE };
    let (heard, frames) = mpsc::channel(16);
    // Waiting for a line holds up a thread, and this one ends with the process.
    std::thread::spawn(move || listen(io::stdin().lock(), &heard));
    let host = Host { outside: Arc::new(here), knows_us: false, watched: None };
    match runtime.block_on(host.converse(frames, |said| frame::write(&mut io::stdout().lock(), &said))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Hands on every message, and why there is no further one if it is not that the browser has hung up.
fn listen(mut from: impl Read, heard: &mpsc::Sender<io::Result<Vec<u8>>>) {
    while let Some(message) = frame::read(&mut from).transpose() {
        let is_last = message.is_err();
        if heard.blocking_send(message).is_err() || is_last {
            return;
        }
    }
}

/// See the module.
struct Host {
    outside: Arc<dyn Outside>,
    /// Whether it has heard which words are spoken here, and speaks the same.
    knows_us: bool,
    /// What is told of what runs, if somebody watches.
    watched: Option<Watched>,
}

/// What runs, and where news of it come from.
struct Watched {
    listing: Listing,
    updates: BoxStream<'static, Update>,
    /// When it is told again, if there is something new in it.
    due: Option<Instant>,
}

impl Host {
    /// Answers until there is nothing more to answer.
    async fn converse(
        mut self,
        mut frames: mpsc::Receiver<io::Result<Vec<u8>>>,
        mut say: impl FnMut(Said) -> io::Result<()>,
    ) -> io::Result<()> {
        loop {
            tokio::select! {
                frame = frames.recv() => match frame {
                    None => return Ok(()),
                    Some(Ok(message)) => say(self.answer(&message).await)?,
                    Some(Err(error)) => {
                        say(refused(0, "The message could not be read."))?;
                        return Err(error);
                    }
                },
                list = news(&mut self.watched) => say(Said::List { list })?,
            }
        }
    }

    async fn answer(&mut self, message: &[u8]) -> Said {
        let Ok(Call { id, ask }) = Call::read(message) else {
            return refused(0, "This is not understood here.");
        };
        match self.carry_out(ask).await {
            Ok(answer) => Said::Answer { id, answer },
            Err(fault) => refused(id, fault.message),
        }
    }

    async fn carry_out(&mut self, ask: Ask) -> Result<Answer, Fault> {
        if let Ask::Hello { version } = ask {
            self.knows_us = version == VERSION;
            return Ok(Answer::Hello { version: VERSION, program: env!("CARGO_PKG_VERSION") });
        }
        if !self.knows_us {
            return Err(Fault::new("Another version is spoken here."));
        }
        match ask {
            Ask::Hello { .. } => {}
            Ask::Add { links, how } => return self.add(links, how).await,
            Ask::Remove { ids } => self.take_back(&ids).await?,
            Ask::Watch => self.watched = Some(Watched::by(self.outside.clone())),
            Ask::Pause { id } => self.tell(Request::Pause(id.into())).await?,
            Ask::Resume { id } => self.tell(Request::Resume(id.into())).await?,
            Ask::Cancel { id } => self.tell(Request::Cancel(id.into())).await?,
            Ask::Open => self.outside.show(Vec::new()).await?,
        }
        Ok(Answer::Done)
    }

    async fn tell(&self, request: Request) -> Result<(), Fault> {
        self.outside.started().await?.ask(request).await.map(drop)
    }

    /// Adds links. All of them make sense, or none is added.
    async fn add(&self, links: Vec<Link>, how: How) -> Result<Answer, Fault> {
        let wanted: Result<Vec<Wanted>, String> = links.into_iter().map(Link::wanted).collect();
        let wanted = wanted.map_err(Fault::new)?;
        if how == How::Ask {
            self.outside.show(wanted.iter().map(Wanted::text).collect()).await?;
            return Ok(Answer::Accepted { ids: Vec::new() });
        }
        let session = self.outside.started().await?;
        let folders = Folders::ask(&*session).await?;
        let requests = wanted.into_iter().map(|one| ((), one.into_request(|url| folders.of(url)))).collect();
        let (mut ids, mut fault) = (Vec::new(), None);
        ipc::start(&*session, requests, Request::Downloads, |(), started: Result<Snapshot, Fault>| {
            match started {
                Ok(added) => ids.push(added.id),
                Err(why) => fault = Some(why),
            }
        })
        .await;
        match fault {
            None => Ok(Answer::Accepted { ids: ids.iter().map(ToString::to_string).collect() }),
            Some(why) => {
                // The browser gets all of them itself now.
                self.take_back(&ids).await?;
                Err(why)
            }
        }
    }

    /// Forgets what was added a moment ago, and nothing else: an extension has no business with other files.
    async fn take_back(&self, ids: &[TransferId]) -> Result<(), Fault> {
        let session = self.outside.started().await?;
        let mut new = HashMap::new();
        for id in ids {
            if let Reply::Transfer(transfer) = session.ask(Request::Show { id: id.to_string() }).await? {
                new.insert(*id, Timestamp::now().as_second() - transfer.added.as_second() <= JUST_NOW);
            }
        }
        if new.values().any(|is_new| !is_new) {
            return Err(Fault::new("Only what was added a moment ago can be taken back."));
        }
        let which = Which::Ids(new.keys().map(ToString::to_string).collect());
        session.ask(Request::Remove { which, delete_file: true }).await.map(drop)
    }
}

fn refused(id: u64, message: impl Into<String>) -> Said {
    Said::Answer { id, answer: Answer::Refused { message: message.into() } }
}

/// Where files go by themselves.
struct Folders {
    usual: PathBuf,
    sites: Vec<Site>,
}

impl Folders {
    async fn ask(session: &dyn Control) -> Result<Self, Fault> {
        let settings = match session.ask(Request::Settings).await? {
            Reply::Settings(settings) => *settings,
            _ => Settings::default(),
        };
        let sites = match session.ask(Request::Sites).await? {
            Reply::Sites(sites) => sites,
            _ => Vec::new(),
        };
        Ok(Self { usual: settings.folder(), sites })
    }

    /// The folder for what is at this address.
    fn of(&self, url: &Address) -> PathBuf {
        let site = Site::of(url, &self.sites).and_then(|site| site.folder.clone());
        site.unwrap_or_else(|| self.usual.clone())
    }
}

impl Watched {
    /// From now on. No session is started for it: there would be nothing in it to see.
    fn by(outside: Arc<dyn Outside>) -> Self {
        let sessions = stream::unfold(None, move |last: Option<()>| {
            let outside = outside.clone();
            async move {
                if last.is_some() {
                    sleep(LOOK_AGAIN).await;
                }
                let updates = match outside.running().await {
                    Ok(Some(session)) => stream::select(session.updates(), session.progress()).boxed(),
                    _ => stream::empty().boxed(),
                };
                Some((updates, Some(())))
            }
        });
        let due = Some(Instant::now() + EVERY);
        Self { listing: Listing::default(), updates: sessions.flatten().boxed(), due }
    }
}

/// Waits until there is something new to tell to whoever watches.
async fn news(watched: &mut Option<Watched>) -> List {
    let Some(Watched { listing, updates, due }) = watched else { return std::future::pending().await };
    loop {
        let at = *due;
        tokio::select! {
            Some(update) = updates.next() => {
                listing.apply(&update);
                due.get_or_insert_with(|| Instant::now() + EVERY);
            }
            () = sleep_until(at.unwrap_or_else(Instant::now)), if at.is_some() => {
                *due = None;
                return listing.list();
            }
        }
    }
}

#[cfg(test)]
#[path = "host/tests.rs"]
mod tests;
