//! Whose turn it is, and when the next one comes.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::actor::{Actor, timeouts};
use super::queue::{self, Candidate, Taken};
use super::route;
use super::running::{Beginning, Running};
use crate::transfer::{ErrorKind, Failure, Hold, Job, PROXY_LOGIN, Pause, State, Transfer, TransferId, Wait};

/// When to try again to write down what the disk refused.
const UNSAVED: Duration = Duration::from_secs(5);
/// The longest wait without another look at the clock.
const LONGEST: Duration = Duration::from_secs(600);

impl Actor {
    /// The moment of the next try, or of the next attempt at what the disk refused.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let now = Timestamp::now();
        let tries = self.waiting.iter().filter_map(|id| self.transfers.get(id)?.state.due());
        let wait = tries.min().map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        // A clock that jumped back must not make anybody wait for years.
        let wait = wait.map(|wait| wait.min(LONGEST));
        let no_way =
            (self.conditions.is_online() && self.waits_for_a_way().next().is_some()).then_some(route::LOOK);
        let unsaved = (!self.unsaved.is_empty()).then_some(UNSAVED);
        let again = self.look_again().map(|wait| wait.min(LONGEST));
        wait.into_iter().chain(unsaved).chain(no_way).chain(again).min().map(|wait| Instant::now() + wait)
    }

    /// Transfers that found no way out of this computer.
    fn waits_for_a_way(&self) -> impl Iterator<Item = TransferId> + '_ {
        let state = |id: &TransferId| self.transfers.get(id).map(|transfer| &transfer.state);
        self.waiting
            .iter()
            .copied()
            .filter(move |id| matches!(state(id), Some(State::Waiting(Wait::Held(Hold::Network)))))
    }

    pub(super) fn wake(&mut self) {
        self.look();
        let now = Timestamp::now();
        let mut due: Vec<_> = self
            .waiting
            .iter()
            .filter(|id| self.transfers.get(id).and_then(|t| t.state.due()).is_some_and(|at| at <= now))
            .copied()
            .collect();
        if self.conditions.is_online() && self.waits_for_a_way().next().is_some() && route::is_there() {
            due.extend(self.waits_for_a_way());
        }
        for id in due {
            // That its turn has come again is of no interest to the next session.
            self.show_as(id, State::Queued);
        }
    }

    /// Starts transfers whose record needs no change for it, while others are still being written down.
    pub(super) fn start_what_is_known(&mut self) {
        let mut next = self.next();
        let may_begin_again =
            |id: &TransferId| self.transfers.get(id).is_some_and(|transfer| transfer.job.is_repeatable());
        next.retain(|id| may_begin_again(id) && !self.batch.before.contains_key(id));
        for id in next {
            self.begin(id);
            self.launch(id);
        }
    }

    pub(super) async fn start_what_may_run(&mut self) {
        let next = self.next();
        if next.is_empty() {
            return;
        }
        for id in &next {
            self.begin(*id);
        }
        // A POST must be known to be under way before its first byte leaves.
        self.commit().await;
        for id in next {
            self.launch(id);
        }
    }

    /// Those that may run now and do not.
    fn next(&mut self) -> Vec<TransferId> {
        if !self.is_told || self.sleep.is_near() {
            return Vec::new();
        }
        let mut next = self.next_leftovers();
        if self.closing.is_some() || self.queued.is_empty() {
            return next;
        }
        let busy = |id: &TransferId| self.running.contains_key(id) || self.leaving.contains_key(id);
        let candidate = |id: TransferId| {
            let transfer = self.transfers.get(&id)?;
            Some(Candidate { id, host: transfer.job.host(), chain: self.groups.serial(transfer) })
        };
        let ready = self.queued.iter().filter(|id| !busy(id)).filter_map(candidate);
        let mut taken = Taken::default();
        self.running.keys().copied().filter_map(candidate).for_each(|running| taken.take(running));
        let running = self.running.iter().filter(|(id, _)| !self.leftovers.contains(id));
        let times = running.map(|(_, running)| running.began.elapsed());
        let room = self.room.left(times, self.settings.max_running);
        let per_host = Some(self.settings.max_per_host).filter(|most| *most > 0);
        next.extend(queue::next(ready, room, per_host.unwrap_or(usize::MAX), taken));
        next
    }

    /// Sets a task to work on a transfer that has begun.
    fn launch(&mut self, id: TransferId) {
        let running = |transfer: &&Transfer| transfer.state == State::Running;
        let Some(transfer) = self.transfers.get(&id).filter(running) else { return };
        let says_where =
            !matches!(&transfer.job, Job::Download { request, .. } if request.destination.is_none());
        let shared = self.limits.of(transfer.job.kind()).into_iter();
        let beginning = Beginning {
            // To find the desktop's own takes a look at the disk.
            folder: if says_where { PathBuf::new() } else { self.settings.folder() },
            timeouts: timeouts(&self.settings, transfer.job.terms().timeout),
            limits: shared.chain(self.groups.limit(&transfer.job)).collect(),
            proxy: self.settings.proxy.clone(),
            secrets: self.place.secrets.clone(),
            on_change: self.settings.on_change,
            min_split: self.settings.min_split,
            find_checksums: self.settings.find_checksums,
            reports: self.reports.clone(),
        };
        self.running.insert(id, Running::start(transfer, self.shared.clone(), beginning));
    }

    fn begin(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        if let (Some(name), None) = (transfer.job.missing_secret(), transfer.kept) {
            let kind = if name.eq_ignore_ascii_case(PROXY_LOGIN) {
                ErrorKind::ProxyAuthenticationRequired
            } else {
                ErrorKind::Unauthorized
            };
            let failure = Failure::new(kind).about(name.to_owned());
            return self.set_state(id, State::Paused(Pause::NeedsLogin(failure)));
        }
        let must_be_known = !transfer.job.is_repeatable();
        self.change(id, |transfer| {
            transfer.state = State::Running;
            transfer.attempts += 1;
            transfer.started.get_or_insert_with(Timestamp::now);
        });
        if !must_be_known {
            self.batch.changed.remove(&id);
            self.batch.before.remove(&id);
            self.batch.shown.insert(id);
        }
    }
}
