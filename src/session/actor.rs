//! The one owner of all transfers.
//!
//! Every round takes what has come in, changes the transfers, writes the changes down in one go,
//! and only then answers, tells the listeners, and starts what may run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::Error;
use super::batch::{Batch, Pending};
use super::command::{Command, Leaving};
use super::events::{Event, Moved};
use super::hold::Metering;
use super::journal::Journal;
use super::limits::SharedLimits;
use super::queue::{Queue, Room};
use super::running::Running;
use super::secrets::Secrets;
use super::sleep::Sleep;
use crate::attempt::{Report, Timeouts};
use crate::download::{Reserved, Shared, Together, Writers};
use crate::net::Net;
use crate::store::Settings;
use crate::transfer::{
    Conditions, ErrorKind, Failure, Job, Pause, Snapshot, State, Transfer, TransferId, Wait,
};

/// At most this often progress is told.
const TICK: Duration = Duration::from_millis(100);
/// Words that are taken in one round.
const ROUND: usize = 1024;
/// How long a closing session waits for its tasks to hand in what they have.
const CLOSING: Duration = Duration::from_secs(10);
/// How long it lets what is being removed at servers come to an end: the login for that may be gone then.
const GRACE: Duration = Duration::from_secs(3);

/// Where the actor writes, and whom it tells.
pub(super) struct Place {
    pub journal: Journal,
    pub settings_path: PathBuf,
    pub state: PathBuf,
    /// What is known of the desktop.
    pub conditions: Option<Conditions>,
    pub net: Arc<Net>,
    pub secrets: Option<Arc<dyn Secrets>>,
    pub events: broadcast::Sender<Event>,
    pub progress: broadcast::Sender<Moved>,
}

/// See the module.
pub(super) struct Actor {
    pub(super) place: Place,
    pub(super) settings: Settings,
    pub(super) conditions: Conditions,
    /// Whether they are known.
    pub(super) is_told: bool,
    pub(super) metering: Metering,
    /// When another time of the day begins for which something else is set.
    pub(super) next_window: Option<Timestamp>,
    pub(super) transfers: BTreeMap<TransferId, Transfer>,
    pub(super) running: HashMap<TransferId, Running>,
    /// Transfers that are about to be forgotten or begun again.
    pub(super) leaving: HashMap<TransferId, Leaving>,
    pub(super) batch: Batch,
    pub(super) reports: mpsc::Sender<(TransferId, Report)>,
    pub(super) discarded: mpsc::UnboundedSender<(TransferId, io::Result<()>)>,
    pub(super) closing: Option<oneshot::Sender<()>>,
    pub(super) queued: Queue,
    pub(super) waiting: BTreeSet<TransferId>,
    /// Those that nobody has asked for: see `leftovers`.
    pub(super) leftovers: BTreeSet<TransferId>,
    /// What the disk refused to take so far.
    pub(super) unsaved: BTreeSet<TransferId>,
    pub(super) shared: Shared,
    /// How many may run at once.
    pub(super) room: Room,
    /// How fast transfers may be together.
    pub(super) limits: SharedLimits,
    pub(super) sleep: Sleep,
    inbox: Inbox,
    /// What listeners to the progress know, and how many they were when they were told.
    told: (usize, HashMap<TransferId, u64>),
}

/// What comes from the tasks.
struct Inbox {
    reports: mpsc::Receiver<(TransferId, Report)>,
    discarded: mpsc::UnboundedReceiver<(TransferId, io::Result<()>)>,
}

impl Actor {
    pub(super) fn new(place: Place, settings: Settings, transfers: BTreeMap<TransferId, Transfer>) -> Self {
        let (reports, reported) = mpsc::channel(1024);
        let (discarded, discards) = mpsc::unbounded_channel();
        let shared = Shared {
            net: place.net.clone(),
            writers: Writers::default(),
            reserved: Reserved::default(),
            together: Together::default(),
        };
        let mut actor = Self {
            settings,
            limits: SharedLimits::default(),
            room: Room::default(),
            conditions: place.conditions.unwrap_or_default(),
            is_told: place.conditions.is_some(),
            metering: Metering::new(place.state.clone()),
            next_window: None,
            transfers,
            running: HashMap::new(),
            leaving: HashMap::new(),
            batch: Batch::default(),
            reports,
            discarded,
            closing: None,
            queued: Queue::default(),
            waiting: BTreeSet::new(),
            leftovers: BTreeSet::new(),
            unsaved: BTreeSet::new(),
            sleep: Sleep::default(),
            shared,
            inbox: Inbox { reports: reported, discarded: discards },
            told: (0, HashMap::new()),
            place,
        };
        actor.keep_time();
        actor.take_up();
        actor
    }

    /// What the last session left running is queued again; a POST that was under way asks first.
    fn take_up(&mut self) {
        let ids: Vec<_> = self.transfers.keys().copied().collect();
        for id in ids {
            let Some(transfer) = self.transfers.get(&id) else { continue };
            let state = match (&transfer.state, &transfer.job) {
                (State::Running, job @ Job::Upload { request, .. }) if !job.is_repeatable() => {
                    let failure = Failure::new(ErrorKind::Disconnected).about(request.url.host());
                    State::Paused(Pause::RestartNeeded(failure))
                }
                (
                    State::Running | State::Verifying | State::Waiting(Wait::Held(_) | Wait::Schedule { .. }),
                    _,
                ) => State::Queued,
                _ => {
                    self.index(id);
                    continue;
                }
            };
            self.set_state(id, state);
        }
        self.batch = Batch::default();
        self.take_up_leftovers();
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.start_what_may_run().await;
        loop {
            let due = self.next_due();
            let listened_to = !self.running.is_empty() && self.place.progress.receiver_count() > 0;
            tokio::select! {
                Some((id, report)) = self.inbox.reports.recv() => self.on_report(id, report),
                Some((id, result)) = self.inbox.discarded.recv() => self.on_discarded(id, &result),
                command = commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => return,
                },
                _ = tick.tick(), if listened_to => self.tell_progress(),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.wake(),
            }
            self.look_at_the_clocks();
            // Whatever else has come by now shares the sync; those who are about to come, too.
            tokio::task::yield_now().await;
            for _ in 0..ROUND {
                if let Ok((id, report)) = self.inbox.reports.try_recv() {
                    self.on_report(id, report);
                } else if let Ok(command) = commands.try_recv() {
                    self.on_command(command);
                } else {
                    break;
                }
            }
            self.start_what_is_known();
            self.commit().await;
            self.say_when_ready_to_sleep();
            self.start_what_may_run().await;
            if self.closing.is_some() {
                return self.close().await;
            }
        }
    }

    /// Changes a transfer, remembering how it was.
    pub(super) fn change(&mut self, id: TransferId, change: impl FnOnce(&mut Transfer)) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        self.batch.before.entry(id).or_insert_with(|| Some(transfer.clone()));
        change(transfer);
        self.batch.changed.insert(id);
        self.index(id);
    }

    /// Moves a transfer to another state. Whether that is legal, the caller has asked the table.
    pub(super) fn set_state(&mut self, id: TransferId, state: State) {
        let ready = |transfer| self.terms().ready(transfer);
        let state = match (state, self.transfers.get(&id)) {
            (State::Queued, Some(transfer)) => ready(transfer),
            (state, _) => state,
        };
        self.change(id, |transfer| {
            if state.is_over() {
                transfer.finished = Some(Timestamp::now());
            } else if transfer.state.is_over() {
                transfer.finished = None;
            }
            transfer.remember_move(&state);
            transfer.state = state;
        });
    }

    /// Keeps the indexes in step with a state.
    pub(super) fn index(&mut self, id: TransferId) {
        self.queued.remove(id);
        self.waiting.remove(&id);
        if self.transfers.get(&id).is_some_and(Transfer::is_leftover) {
            self.leftovers.insert(id);
        } else {
            self.leftovers.remove(&id);
        }
        let transfer = self.transfers.get(&id);
        match transfer.map(|transfer| (&transfer.state, transfer.job.priority())) {
            Some((State::Queued, priority)) if !self.leftovers.contains(&id) => {
                self.queued.insert(id, priority);
            }
            Some((State::Waiting(_), _)) => _ = self.waiting.insert(id),
            _ => {}
        }
    }

    pub(super) fn snapshot(&self, transfer: &Transfer) -> Snapshot {
        let live = self.running.get(&transfer.id).map(|running| running.meter.read());
        let shows_live = transfer.state.is_active() && !transfer.is_leftover();
        Snapshot::of(transfer, live.filter(|_| shows_live))
    }

    /// Writes down what has changed; then answers and tells.
    pub(super) async fn commit(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        batch.changed.extend(self.unsaved.iter().filter(|id| self.transfers.contains_key(id)));
        let entries = batch.entries(&self.transfers);
        let written =
            if entries.is_empty() { Ok(None) } else { self.place.journal.commit(&entries).await.map(Some) };
        match written {
            Ok(written) => {
                self.unsaved.clear();
                self.answer(&mut batch, None);
                self.tell(&batch);
                if written.is_some_and(|written| written.long)
                    && let Err(error) = self.place.journal.compact(&self.transfers).await
                {
                    tracing::warn!(%error, "the state could not be written anew; it goes on as it is");
                }
            }
            Err(error) => {
                tracing::error!(%error, "the state could not be written");
                self.go_back(batch, &error);
            }
        }
    }

    fn answer(&self, batch: &mut Batch, error: Option<&io::Error>) {
        for pending in batch.pending.drain(..) {
            match pending {
                Pending::Done(reply) => {
                    _ = reply.send(error.map_or(Ok(()), |error| Err(Error::NotSaved(error.to_string()))));
                }
                Pending::Added(id, reply) => {
                    let added = self.transfers.get(&id).map(|transfer| self.snapshot(transfer));
                    let not_saved = || Error::NotSaved(error.map_or_else(String::new, ToString::to_string));
                    _ = reply.send(added.ok_or_else(not_saved));
                }
                Pending::Committed(reply) => {
                    let failure = |error: &io::Error| {
                        Failure::from_io(error, Path::new("state")).because(&error.to_string())
                    };
                    _ = reply.send(error.map_or(Ok(()), |error| Err(failure(error))));
                }
            }
        }
    }

    fn tell(&mut self, batch: &Batch) {
        for id in &batch.removed {
            self.told.1.remove(id);
            _ = self.place.events.send(Event::Removed { id: *id });
        }
        if self.place.events.receiver_count() == 0 {
            return;
        }
        for id in batch.added.union(&batch.changed).chain(batch.shown.difference(&batch.changed)) {
            let Some(transfer) = self.transfers.get(id) else { continue };
            let transfer = Arc::new(self.snapshot(transfer));
            _ = self.place.events.send(if batch.added.contains(id) {
                Event::Added { transfer }
            } else {
                Event::Changed { transfer }
            });
        }
    }

    /// The disk refused: what somebody asked for was not done. What tasks have reported stays true,
    /// and is written later.
    fn go_back(&mut self, mut batch: Batch, error: &io::Error) {
        self.unsaved.extend(batch.durable.keys().chain(&batch.planned).copied());
        for (id, before) in std::mem::take(&mut batch.before) {
            match before {
                Some(before) if !self.running.contains_key(&id) && !before.state.is_active() => {
                    self.transfers.insert(id, before);
                }
                Some(_) => _ = self.unsaved.insert(id),
                None => _ = self.transfers.remove(&id),
            }
            self.index(id);
        }
        self.answer(&mut batch, Some(error));
        self.tell(&batch);
    }

    /// Tells those that moved since they were last told of.
    fn tell_progress(&mut self) {
        let listeners = self.place.progress.receiver_count();
        let (listened, told) = &mut self.told;
        if std::mem::replace(listened, listeners) != listeners {
            // Whoever is new among them knows nothing yet.
            told.clear();
        }
        let mut moved = Vec::new();
        for (id, running) in self.running.iter().filter(|(id, _)| !self.leftovers.contains(id)) {
            let progress = running.meter.read();
            if told.insert(*id, progress.done) != Some(progress.done)
                || progress.rate.is_some_and(|rate| rate > 0)
            {
                moved.push((*id, progress));
            }
        }
        if !moved.is_empty() {
            _ = self.place.progress.send(moved.into());
        }
    }

    /// Lets every task hand in what it has, and writes it down.
    async fn close(mut self) {
        let asked_for = self.running.iter().filter(|(id, _)| !self.leftovers.contains(id));
        asked_for.for_each(|(_, running)| running.stop());
        let end = Instant::now() + CLOSING;
        let (grace, mut is_late) = (Instant::now() + GRACE, false);
        while !self.running.is_empty() {
            tokio::select! {
                Some((id, report)) = self.inbox.reports.recv() => self.on_report(id, report),
                () = sleep_until(grace), if !is_late => {
                    is_late = true;
                    self.running.values().for_each(Running::stop);
                }
                () = sleep_until(end) => break,
            }
            while let Ok((id, report)) = self.inbox.reports.try_recv() {
                self.on_report(id, report);
            }
            self.commit().await;
            if !is_late {
                self.start_what_may_run().await;
            }
        }
        self.commit().await;
        self.count(true);
        if let Some(reply) = self.closing.take() {
            _ = reply.send(());
        }
    }
}

pub(super) fn timeouts(settings: &Settings) -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(settings.connect_timeout),
        silence: Duration::from_secs(settings.silence_timeout),
    }
}
