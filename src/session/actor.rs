//! The one owner of all transfers.
//!
//! Every round takes what has come in, changes the transfers, writes the changes down in one go,
//! and only then answers, tells the listeners, and starts what may run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at};

use super::Error;
use super::batch::Batch;
use super::command::{Command, Leaving};
use super::events::{Event, Moved};
use super::groups::Groups;
use super::journal::Journal;
use super::keeping::Keeping;
use super::launch::Owner;
use super::limits::SharedLimits;
use super::metering::Metering;
use super::queue::{Queue, Room};
use super::running::Running;
use super::secrets::Secrets;
use super::sleep::Sleep;
use super::tallying::Tallying;
use crate::attempt::{Report, Timeouts};
use crate::download::{Reserved, Shared, Together, Writers};
use crate::net::Net;
use crate::store::Settings;
use crate::transfer::{
    Conditions, ErrorKind, Failure, Group, GroupName, Job, Pause, Phase, Reason, Snapshot, State, Transfer,
    TransferId, Wait,
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
    pub common: PathBuf,
    /// What is known of the desktop.
    pub conditions: Option<Conditions>,
    pub net: Arc<Net>,
    pub secrets: Option<Arc<dyn Secrets>>,
    pub events: broadcast::Sender<Event>,
    pub progress: broadcast::Sender<Moved>,
    /// Rings when somebody begins to listen to the progress.
    pub listened: Arc<Notify>,
}

/// See the module.
pub(super) struct Actor {
    pub(super) place: Place,
    pub(super) settings: Settings,
    pub(super) conditions: Conditions,
    /// Whether they are known.
    pub(super) is_told: bool,
    pub(super) metering: Metering,
    pub(super) tallying: Tallying,
    /// When another time of the day begins for which something else is set.
    pub(super) next_window: Option<Timestamp>,
    pub(super) transfers: BTreeMap<TransferId, Transfer>,
    pub(super) groups: Groups,
    /// Whose command is due.
    pub(super) due: BTreeSet<Owner>,
    pub(super) keeping: Option<Keeping>,
    pub(super) running: HashMap<TransferId, Running>,
    /// Transfers that are about to be forgotten or begun again.
    pub(super) leaving: HashMap<TransferId, Leaving>,
    /// Those whose tasks hand in what they have, and who waits for the resume data.
    pub(super) handing_over: HashMap<TransferId, Vec<oneshot::Sender<Result<Job, Error>>>>,
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
    /// What listeners to the progress know.
    pub(super) told: HashMap<TransferId, u64>,
}

/// What comes from the tasks.
struct Inbox {
    reports: mpsc::Receiver<(TransferId, Report)>,
    discarded: mpsc::UnboundedReceiver<(TransferId, io::Result<()>)>,
}

impl Actor {
    pub(super) fn new(
        place: Place,
        settings: Settings,
        transfers: BTreeMap<TransferId, Transfer>,
        groups: BTreeMap<GroupName, Group>,
    ) -> Self {
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
            metering: Metering::new(place.common.clone()),
            tallying: Tallying::new(place.state.clone()),
            next_window: None,
            transfers,
            groups: Groups::new(groups),
            due: BTreeSet::new(),
            keeping: place.secrets.clone().map(Keeping::new),
            running: HashMap::new(),
            leaving: HashMap::new(),
            handing_over: HashMap::new(),
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
            told: HashMap::new(),
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
        self.take_up_commands();
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.start_what_may_run().await;
        self.begin_commands().await;
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
                // Whoever is new among them knows nothing yet.
                () = self.place.listened.notified() => self.told.clear(),
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
            self.begin_commands().await;
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
        let state = match (state, self.transfers.get(&id)) {
            (State::Queued, Some(transfer)) => self.circumstances().ready(transfer),
            (State::Failed(failure), Some(transfer)) if transfer.job.pauses_on(failure.kind) => {
                State::Paused(Pause::Recoverable(failure))
            }
            (state, _) => state,
        };
        if let Some(transfer) = self.transfers.get(&id) {
            self.tallying.becomes(transfer, &state);
        }
        self.change(id, |transfer| {
            if state.is_over() {
                transfer.finished = Some(Timestamp::now());
            } else if transfer.state.is_over() {
                transfer.finished = None;
            }
            transfer.remember_move(&state);
            transfer.state = state;
            transfer.take_turn();
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
        if let (Some(keeping), Some(transfer)) = (&mut self.keeping, self.transfers.get_mut(&id)) {
            keeping.name(transfer);
        }
        let transfer = self.transfers.get(&id);
        if let Some(keeping) = &mut self.keeping {
            keeping.index(id, transfer);
        }
        self.batch.touched.extend(self.groups.index(id, transfer));
        match transfer.map(|transfer| (&transfer.state, transfer)) {
            Some((State::Queued, transfer)) if !self.leftovers.contains(&id) => {
                self.queued.insert(id, transfer.job.terms().priority, transfer.rank());
            }
            Some((State::Waiting(_), _)) => _ = self.waiting.insert(id),
            _ => {}
        }
    }

    pub(super) fn snapshot(&self, transfer: &Transfer) -> Snapshot {
        let live = self.running.get(&transfer.id).map(|running| running.meter.read());
        let shows_live = transfer.state.is_active() && !transfer.is_leftover();
        let mut snapshot = Snapshot::of(transfer, live.filter(|_| shows_live));
        if transfer.state == State::Queued && self.groups.is_taken(transfer, &self.running) {
            (snapshot.state, snapshot.reason) = (Phase::Waiting, Some(Reason::Group));
        }
        snapshot
    }

    /// Tells those that moved since they were last told of.
    fn tell_progress(&mut self) {
        let mut moved = Vec::new();
        for (id, running) in self.running.iter().filter(|(id, _)| !self.leftovers.contains(id)) {
            let progress = running.meter.read();
            if self.told.insert(*id, progress.done) != Some(progress.done)
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
        if let Some(keeping) = &self.keeping {
            _ = timeout_at(end, keeping.finish()).await;
        }
        if let Some(reply) = self.closing.take() {
            _ = reply.send(());
        }
    }
}

/// How long to wait for others: as the settings say, or as a request does, within the bounds of settings.
pub(super) fn timeouts(settings: &Settings, own: Option<u64>) -> Timeouts {
    let (connect, silence) = own.map_or((settings.connect_timeout, settings.silence_timeout), |own| {
        let own = Settings { connect_timeout: own, silence_timeout: own, ..Settings::default() }.sane();
        (own.connect_timeout, own.silence_timeout)
    });
    Timeouts { connect: Duration::from_secs(connect), silence: Duration::from_secs(silence) }
}
