//! Carries out requests on the session of this process, whoever makes them.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::{broadcast, mpsc, watch};

use super::fault::Fault;
use super::protocol::{Reply, Request, Update, VERSION, Which};
use super::when_done::{Afterwards, Choice, Chosen, Computer, Here};
use super::{Control, Link};
use crate::{Change, Error, Event, Position, Session, Settings, Snapshot, TransferId};

mod address_books;
mod start;
mod windows;

use windows::Wish;

/// A session and those who listen to it.
pub struct Hub {
    session: Session,
    /// How many there are.
    windows: watch::Sender<usize>,
    wishes: broadcast::Sender<Wish>,
    ended: watch::Sender<bool>,
    chosen: Chosen,
}

/// A listener's hold on the hub.
struct Listener {
    hub: Arc<Hub>,
    events: broadcast::Receiver<Event>,
    wishes: broadcast::Receiver<Wish>,
    choices: watch::Receiver<Choice>,
    ended: watch::Receiver<bool>,
    is_window: bool,
    /// Who waits to hear that what was told last has reached the window.
    raised: Option<mpsc::Sender<()>>,
    step: Step,
}

enum Step {
    Everything,
    Events,
    Over,
}

impl Hub {
    /// The hub of `session`.
    #[must_use]
    pub fn new(session: Session) -> Arc<Self> {
        Self::on(session, Here)
    }

    /// The hub of `session` on this computer.
    #[must_use]
    pub fn on(session: Session, computer: impl Computer) -> Arc<Self> {
        let (wishes, _) = broadcast::channel(16);
        let (ended, _) = watch::channel(false);
        let chosen = Chosen::new(Box::new(computer));
        Arc::new(Self { session, windows: watch::Sender::new(0), wishes, ended, chosen })
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// A link for a window in this process. It counts from now on, and hears of everything from now on.
    #[must_use]
    pub fn window(self: &Arc<Self>) -> Link {
        Arc::new(Window { hub: self.clone(), first: Mutex::new(Some(self.listen(true))) })
    }

    /// Waits until somebody has said quit and the session has written everything down.
    pub async fn ended(&self) {
        // The sender lives in self, so it cannot be gone.
        _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// What happens when all is done, as it is chosen.
    #[must_use]
    pub fn when_done(&self) -> watch::Receiver<Choice> {
        self.chosen.follow()
    }

    /// It happens at this moment, or nothing makes it happen now.
    pub fn happens(&self, at: Option<tokio::time::Instant>) {
        self.chosen.set_moment(at);
    }

    /// Takes the choice, to carry it out: it was for this time.
    pub fn take_choice(&self) -> Afterwards {
        self.chosen.take()
    }

    /// The computer that the session is on.
    #[must_use]
    pub fn computer(&self) -> &dyn Computer {
        &*self.chosen.computer
    }

    /// Everything there is, then everything that happens.
    pub(super) fn listen(self: &Arc<Self>, is_window: bool) -> BoxStream<'static, Update> {
        if is_window {
            self.windows.send_modify(|windows| *windows += 1);
        }
        let listener = Listener {
            hub: self.clone(),
            events: self.session.subscribe(),
            wishes: self.wishes.subscribe(),
            choices: self.chosen.follow(),
            ended: self.ended.subscribe(),
            is_window,
            raised: None,
            step: Step::Everything,
        };
        stream::unfold(listener, |mut listener| async move {
            let update = listener.next().await?;
            Some((update, listener))
        })
        .boxed()
    }

    /// How far running transfers are, until the session ends.
    pub(super) fn progress(&self) -> BoxStream<'static, Update> {
        let mut ended = self.ended.subscribe();
        let readings = stream::unfold(self.session.progress(), |mut readings| async move {
            loop {
                match readings.recv().await {
                    Ok(moved) => return Some((Update::Progress(moved), readings)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        readings.take_until(async move { over(&mut ended).await }).boxed()
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// If it cannot be done; the sentence says why.
    pub async fn carry_out(&self, request: Request) -> Result<Reply, Fault> {
        let session = &self.session;
        match request {
            Request::Hello { version } if version == VERSION => {
                return Ok(Reply::Hello { version: VERSION, window: *self.windows.borrow() > 0 });
            }
            Request::Hello { .. } => {
                return Err(Fault::new("The running Windlass is another version. Quit it and start again."));
            }
            Request::Leftovers => return Ok(Reply::Transfers(session.leftovers().await?)),
            Request::List | Request::Watch { .. } | Request::Progress => {
                return Ok(Reply::Transfers(session.list().await?));
            }
            Request::Show { .. } | Request::History { .. } | Request::Segments { .. } => {
                return self.tell_of(request).await;
            }
            Request::Groups => return Ok(Reply::Groups(session.groups().await?)),
            Request::Probe(request) => return self.probe(*request).await,
            Request::Downloads(requests) => return self.downloads(requests).await,
            Request::Uploads(requests) => return self.uploads(requests).await,
            Request::HandOver { id } => return self.hand_over(self.resolve(&id).await?).await,
            Request::ResumeDownload { data, request } => {
                return self.resume_download(&data, *request).await;
            }
            Request::ResumeUpload { data, request } => return self.resume_upload(&data, *request).await,
            Request::Pause(which) => session.pause(self.which(which).await?).await?,
            Request::Resume(which) => session.resume(self.which(which).await?).await?,
            Request::Cancel(which) => session.cancel(self.which(which).await?).await?,
            Request::Restart(which) => session.restart(self.which(which).await?).await?,
            Request::Remove { which, delete_file } => {
                session.remove(self.which(which).await?, delete_file).await?;
            }
            Request::Amend { id, changes } => self.amend(self.resolve(&id).await?, &changes).await?,
            Request::Move { .. } | Request::SetGroup(_) | Request::RemoveGroup { .. } => {
                self.arrange(request).await?;
            }
            Request::Statistics => return Ok(Reply::Statistics(session.statistics().await?)),
            Request::Settings => return Ok(Reply::Settings(Box::new(session.settings().await?))),
            Request::Configure(settings) => self.configure(*settings).await?,
            Request::Destinations
            | Request::KeepDestination(_)
            | Request::ChangeDestination { .. }
            | Request::ForgetDestination { .. }
            | Request::Sites
            | Request::KeepSite(_)
            | Request::ChangeSite { .. }
            | Request::ForgetSite { .. } => return self.look_up(request).await,
            Request::OpenWindow(wanted) => self.raise(wanted).await?,
            Request::WhenDone { then } => return Ok(Reply::WhenDone(self.chosen.choose(then).await?)),
            Request::Quit => {
                session.close().await?;
                self.ended.send_replace(true);
            }
        }
        Ok(Reply::Done)
    }

    async fn configure(&self, settings: Settings) -> Result<(), Fault> {
        let (before, after) = (self.session.settings().await?.autostart, settings.autostart);
        if before != after {
            let arranged = self.computer().start_at_login(after).await;
            arranged.map_err(|error| {
                Fault::new(format!(
                    "The start at login could not be changed: {error}. The settings are as before."
                ))
            })?;
        }
        Ok(self.session.configure(settings).await?)
    }

    /// Tells of one transfer.
    async fn tell_of(&self, request: Request) -> Result<Reply, Fault> {
        let session = &self.session;
        Ok(match request {
            Request::History { id } => Reply::History(session.history(self.resolve(&id).await?).await?),
            Request::Segments { id } => Reply::Segments(session.segments(self.resolve(&id).await?).await?),
            Request::Show { id } => Reply::Transfer(Box::new(session.show(self.resolve(&id).await?).await?)),
            _ => Reply::Done,
        })
    }

    async fn amend(&self, id: TransferId, changes: &[(String, String)]) -> Result<(), Fault> {
        let changes = changes.iter().map(|(key, value)| Change::parse(key, value));
        let changes =
            changes.collect::<Result<Vec<_>, _>>().map_err(|error| Fault::new(error.to_string()))?;
        Ok(self.session.amend(id, changes).await?)
    }

    /// Changes the order of transfers, or what belongs together.
    async fn arrange(&self, request: Request) -> Result<(), Fault> {
        let session = &self.session;
        match request {
            Request::Move { id, to } => {
                let id = self.resolve(&id).await?;
                session.move_to(id, self.position(to).await?).await?;
            }
            Request::SetGroup(group) => session.set_group(*group).await?,
            Request::RemoveGroup { name } => session.remove_group(name).await?,
            _ => {}
        }
        Ok(())
    }

    async fn position(&self, to: Position<String>) -> Result<Position, Fault> {
        Ok(match to {
            Position::First => Position::First,
            Position::Last => Position::Last,
            Position::Before(other) => Position::Before(self.resolve(&other).await?),
            Position::After(other) => Position::After(self.resolve(&other).await?),
            Position::Current => Position::Current,
        })
    }

    async fn which(&self, which: Which) -> Result<Option<Vec<TransferId>>, Fault> {
        let Which::Ids(texts) = which else { return Ok(None) };
        let mut ids = Vec::with_capacity(texts.len());
        for text in texts {
            ids.push(self.resolve(&text).await?);
        }
        Ok(Some(ids))
    }

    /// The one transfer whose name begins like this.
    async fn resolve(&self, text: &str) -> Result<TransferId, Fault> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let known = everything(&self.session).await?;
        let wanted = text.to_ascii_lowercase();
        let mut matching = known.iter().filter(|transfer| transfer.id.to_string().starts_with(&wanted));
        match (matching.next(), matching.next()) {
            (Some(only), None) if !wanted.is_empty() => Ok(only.id),
            (Some(_), _) => Err(Fault::new(format!(
                "More than one transfer begins with “{wanted}”. Give more of the id."
            ))),
            (None, _) => Err(Fault::new(format!("There is no transfer “{wanted}”."))),
        }
    }
}

/// All transfers, and what is left at servers.
async fn everything(session: &Session) -> Result<Vec<Snapshot>, Error> {
    let mut all = session.list().await?;
    all.extend(session.leftovers().await?);
    Ok(all)
}

impl Listener {
    async fn next(&mut self) -> Option<Update> {
        if let Some(raised) = self.raised.take() {
            // Whoever asks for the next one has got the last. One that waits has room for this.
            _ = raised.try_send(());
        }
        match self.step {
            Step::Everything => {
                self.step = Step::Events;
                if let Ok(all) = everything(&self.hub.session).await {
                    return Some(Update::All(all));
                }
                self.step = Step::Over;
                Some(Update::Gone)
            }
            Step::Events => Some(self.event().await),
            Step::Over => None,
        }
    }

    async fn event(&mut self) -> Update {
        loop {
            tokio::select! {
                event = self.events.recv() => match event {
                    Ok(event) => return Update::Event(event),
                    // Too much has happened to tell it one by one.
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.events = self.events.resubscribe();
                        if let Ok(all) = everything(&self.hub.session).await {
                            return Update::All(all);
                        }
                    }
                    Err(broadcast::error::RecvError::Closed) => break,
                },
                wish = self.wishes.recv() => if let (Ok(wish), true) = (wish, self.is_window) {
                    self.raised = Some(wish.raised);
                    return Update::OpenWindow(wish.wanted);
                },
                changed = self.choices.changed() => if changed.is_ok() {
                    return Update::WhenDone((*self.choices.borrow_and_update()).into());
                },
                () = over(&mut self.ended) => break,
            }
        }
        self.step = Step::Over;
        Update::Gone
    }
}

async fn over(ended: &mut watch::Receiver<bool>) {
    _ = ended.wait_for(|ended| *ended).await;
}

impl Drop for Listener {
    fn drop(&mut self) {
        if self.is_window {
            self.hub.windows.send_modify(|windows| *windows -= 1);
        }
    }
}

/// The hub as the window of this process sees it.
struct Window {
    hub: Arc<Hub>,
    /// What it has not begun to listen to.
    first: Mutex<Option<BoxStream<'static, Update>>>,
}

impl Control for Window {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        let hub = self.hub.clone();
        Box::pin(async move { hub.carry_out(request).await })
    }

    fn updates(&self) -> BoxStream<'static, Update> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.unwrap_or_else(|| self.hub.listen(true))
    }

    fn progress(&self) -> BoxStream<'static, Update> {
        self.hub.progress()
    }
}

impl From<crate::Error> for Fault {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Refused(failure) => failure.into(),
            crate::Error::NotResumeData(error) => Self::new(error.to_string()),
            other => {
                let mut message = other.to_string();
                if let Some(first) = message.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                Self::new(format!("{message}."))
            }
        }
    }
}
