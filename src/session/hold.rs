//! What holds transfers up: what the desktop knows, what was paid for, and the time of the day.
//!
//! Whenever one of these changes, every transfer is looked at again, and goes on or waits by that. That it waits
//! is of no interest to the next session, which looks for itself; so it is shown and not written down, and it
//! counts as no try.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::actor::Actor;
use super::running::Running;
use crate::store::{Pace, Settings, Window};
use crate::transfer::{
    Budget, Conditions, Connectivity, DataPlan, Hold, ProxyChoice, Saving, State, Transfer, TransferId, Wait,
    hold,
};

/// How often is counted what goes over a network that costs something.
pub(super) const COUNT: Duration = Duration::from_secs(1);
/// What decides now whether a transfer may run.
pub(super) struct Circumstances {
    conditions: Conditions,
    saving: Saving,
    /// What was paid for, what was used of it, and which day it is.
    plan: Option<(DataPlan, u64, Date)>,
    /// Until when nothing shall run at this time of the day.
    rest: Option<Timestamp>,
    /// The proxy that the settings name.
    proxy: ProxyChoice,
}

impl Circumstances {
    /// What a transfer becomes that has nothing left to do but to run.
    pub(super) fn ready(&self, transfer: &Transfer) -> State {
        match State::ready(transfer.job.terms().start_at) {
            State::Queued => self.wait(transfer).map_or(State::Queued, State::Waiting),
            later => later,
        }
    }

    fn wait(&self, transfer: &Transfer) -> Option<Wait> {
        let budget = self
            .plan
            .map_or(Budget::OnTrack, |(plan, used, today)| plan.budget(used, transfer.job.needed(), today));
        let mut conditions = self.conditions;
        if !conditions.is_online() && transfer.job.stays_here(&self.proxy) {
            // What the network costs counts all the same: behind a server on this computer may be a tunnel.
            conditions.network = Connectivity::Online;
        }
        let held = hold(transfer.job.terms().cost_policy, conditions, budget, self.saving);
        held.map(Wait::Held).or_else(|| self.rest.map(|at| Wait::Schedule { at }))
    }
}

impl Actor {
    /// What decides now.
    pub(super) fn circumstances(&self) -> Circumstances {
        let (plan, windows) = (self.settings.plan(), &self.settings.windows);
        // To ask what day it is takes a look at the time zone.
        let now = (plan.is_some() || !windows.is_empty()).then(Zoned::now);
        let rests = |now: &Zoned| Window::now(windows, now).is_some_and(|window| window.pace == Pace::Stop);
        Circumstances {
            conditions: self.conditions,
            saving: self.settings.saving(),
            plan: plan.zip(now.as_ref()).map(|(plan, now)| {
                let usage = self.metering.usage();
                let used = if usage.since == plan.first_day(now.date()) { usage.bytes } else { 0 };
                (plan, used, now.date())
            }),
            rest: now.filter(rests).and_then(|now| Window::next_change(windows, &now)),
            // A wrong one is told by the transfers that need it.
            proxy: ProxyChoice::parse(&self.settings.proxy).map(|(choice, _)| choice).unwrap_or_default(),
        }
    }

    pub(super) fn set_conditions(&mut self, conditions: Conditions) {
        // What has moved until now moved under the old ones.
        self.count(false);
        self.is_told = true;
        if std::mem::replace(&mut self.conditions, conditions) != conditions {
            self.reconsider();
        }
    }

    /// Takes over settings: limits, times of the day, what may hold transfers up.
    pub(super) fn set_settings(&mut self, settings: Settings) {
        self.count(false);
        self.settings = settings;
        self.keep_time();
        self.reconsider();
    }

    /// Makes the limits those of this time of the day.
    pub(super) fn keep_time(&mut self) {
        let windows = &self.settings.windows;
        let now = (!windows.is_empty()).then(Zoned::now);
        let pace = now.as_ref().and_then(|now| Window::now(windows, now)).map(|window| window.pace);
        self.limits.set(&self.settings, pace);
        self.next_window = now.and_then(|now| Window::next_change(windows, &now));
    }

    /// When to look again although nothing has happened.
    pub(super) fn look_again(&self) -> Option<Duration> {
        let until =
            |at: Timestamp| Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default();
        let counts = self.counts_something() && !self.running.is_empty();
        let window = self.next_window.map(until);
        let tally = self.tallying.due(!self.running.is_empty());
        counts.then_some(COUNT).into_iter().chain(window).chain(tally).min()
    }

    /// Looks again.
    pub(super) fn look(&mut self) {
        if self.next_window.is_some_and(|at| at <= Timestamp::now()) {
            self.keep_time();
            self.reconsider();
        }
        if self.counts_something() && !self.running.is_empty() {
            self.count(false);
            self.reconsider();
        } else if self.tallying.due(!self.running.is_empty()).is_some_and(|wait| wait.is_zero()) {
            self.count(false);
        }
    }

    fn counts_something(&self) -> bool {
        self.conditions.metered && self.settings.plan().is_some()
    }

    /// Counts what has moved since it was counted last; `at_the_end` it is kept at once.
    pub(super) fn count(&mut self, at_the_end: bool) {
        let costs = self.costs();
        let today = Zoned::now().date();
        for (id, running) in &self.running {
            let more = self.metering.note(*id, running, costs);
            if let Some(transfer) = self.transfers.get(id) {
                self.tallying.moved(transfer, more, today);
            }
        }
        self.metering.keep(at_the_end);
        self.tallying.keep(at_the_end);
    }

    /// Counts what a transfer has moved that runs no more.
    pub(super) fn count_last(&mut self, id: TransferId, running: &Running) {
        let costs = self.costs();
        let more = self.metering.note(id, running, costs);
        self.metering.forget(id);
        if let Some(transfer) = self.transfers.get(&id) {
            self.tallying.moved(transfer, more, Zoned::now().date());
        }
    }

    /// The first day of the period in which it is counted, if it is.
    fn costs(&self) -> Option<Date> {
        let plan = self.settings.plan().filter(|_| self.conditions.metered)?;
        Some(plan.first_day(Zoned::now().date()))
    }

    /// Looks at every transfer again.
    pub(super) fn reconsider(&mut self) {
        let circumstances = self.circumstances();
        let changes: Vec<_> = self
            .transfers
            .values()
            .filter_map(|transfer| Some((transfer.id, changed(transfer, circumstances.ready(transfer))?)))
            .collect();
        for (id, state) in changes {
            if let Some(running) = self.running.get(&id) {
                running.stop();
            }
            self.show_as(id, state);
        }
    }

    /// Moves a transfer to a state that the next session finds out for itself.
    pub(super) fn show_as(&mut self, id: TransferId, state: State) {
        let is_written_anyway = self.batch.changed.contains(&id) || self.batch.added.contains(&id);
        self.set_state(id, state);
        if !is_written_anyway {
            self.batch.changed.remove(&id);
            self.batch.before.remove(&id);
        }
        self.batch.shown.insert(id);
    }
}

/// What becomes of a transfer that could now be `ready` like this; nothing if it stays what it is.
fn changed(transfer: &Transfer, ready: State) -> Option<State> {
    let is_due = match (&transfer.state, &ready) {
        // It shall go on as soon as there is a network, and not when its turn would have come.
        (State::Running | State::Waiting(Wait::Retry { .. }), State::Waiting(Wait::Held(Hold::Network)))
        | (State::Queued | State::Waiting(Wait::Held(_) | Wait::Schedule { .. }), _) => true,
        // What cannot be begun again is let through to its end.
        (State::Running, State::Waiting(_)) => transfer.job.is_repeatable(),
        _ => false,
    };
    (is_due && transfer.state != ready).then_some(ready)
}
