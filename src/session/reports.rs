//! What tasks report, and what becomes of their transfers.

use jiff::Timestamp;

use super::actor::Actor;
use super::batch::Pending;
use super::retry;
use super::route;
use super::running::Running;
use crate::attempt::{Outcome, Report};
use crate::transfer::{
    Delivery, Ended, ErrorKind, Failure, Happened, Hold, Job, Partial, Protocol, Ranges, State, Transfer,
    TransferId, Wait, found_link,
};

impl Actor {
    pub(super) fn on_report(&mut self, id: TransferId, report: Report) {
        match report {
            Report::Planned(planned, reply) => {
                self.on_planned(id, planned);
                self.batch.pending.push(Pending::Committed(reply));
            }
            Report::Durable(ranges) => self.on_durable(id, ranges),
            Report::StartedOver(why) => {
                self.change(id, |transfer| {
                    transfer.restarts += 1;
                    transfer.remember(Happened::StartedOver(Some(why)));
                });
                self.change_partial(id, |partial| *partial = None);
                self.change_delivery(id, |delivery| (delivery.remote, delivery.confirmed) = (None, 0));
            }
            Report::Chosen(protocol) => self.on_chosen(id, protocol),
            Report::Begun(begun, reply) => {
                self.change_delivery(id, |delivery| delivery.remote = Some(*begun));
                self.batch.pending.push(Pending::Committed(reply));
            }
            Report::Confirmed(bytes) => self.on_confirmed(id, bytes),
            Report::Proved(proof) => self.change_delivery(id, |delivery| delivery.verified = Some(proof)),
            Report::Verifying => self.show_state(id, &State::Running, State::Verifying),
            Report::Fetching => self.show_state(id, &State::Verifying, State::Running),
            Report::Answered(answer) => {
                self.change_delivery(id, |delivery| delivery.response = Some(*answer));
            }
            Report::Ended(outcome) => self.on_ended(id, outcome),
        }
    }

    /// Shows that a transfer has come from one state to another. A session that begins anew need not know,
    /// so it is not written down.
    fn show_state(&mut self, id: TransferId, from: &State, to: State) {
        if self.transfers.get(&id).is_some_and(|transfer| transfer.state == *from) {
            self.show_as(id, to);
        }
    }

    fn change_partial(&mut self, id: TransferId, change: impl FnOnce(&mut Option<Box<Partial>>)) {
        self.change(id, |transfer| {
            if let Job::Download { partial, .. } = &mut transfer.job {
                change(partial);
            }
        });
    }

    pub(super) fn change_delivery(&mut self, id: TransferId, change: impl FnOnce(&mut Delivery)) {
        self.change(id, |transfer| {
            if let Job::Upload { delivery, .. } = &mut transfer.job {
                change(delivery);
            }
        });
    }

    /// Of interest to those who look on alone.
    fn on_chosen(&mut self, id: TransferId, protocol: Protocol) {
        if let Some(Transfer { job: Job::Upload { delivery, .. }, .. }) = self.transfers.get_mut(&id) {
            delivery.protocol = Some(protocol);
            self.batch.shown.insert(id);
        }
    }

    /// The server will say it again to whoever asks, so it is not written down just for that.
    fn on_confirmed(&mut self, id: TransferId, bytes: u64) {
        if let Some(Transfer { job: Job::Upload { delivery, .. }, .. }) = self.transfers.get_mut(&id) {
            delivery.confirmed = bytes;
        }
    }

    /// Of a transfer that is known otherwise, what its file will be is all that has to be written down.
    fn on_planned(&mut self, id: TransferId, planned: Box<Partial>) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        self.batch.before.entry(id).or_insert_with(|| Some(transfer.clone()));
        if let Job::Download { partial, .. } = &mut transfer.job {
            *partial = Some(planned);
        }
        self.batch.planned.insert(id);
        self.batch.shown.insert(id);
    }

    fn on_durable(&mut self, id: TransferId, ranges: Ranges) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        if let Job::Download { partial: Some(partial), .. } = &mut transfer.job {
            partial.durable = ranges.clone();
            self.batch.durable.insert(id, ranges);
        }
    }

    fn on_ended(&mut self, id: TransferId, outcome: Outcome) {
        let Some(running) = self.running.remove(&id) else { return };
        let Some(transfer) = self.transfers.get(&id) else { return };
        let confirmed = running.meter.confirmed().unwrap_or_default();
        let moved = transfer.durable().max(confirmed) > running.began_with;
        let fetched = running.meter.fetched();
        let at_work = transfer.state.is_active();
        self.count_last(id, &running);
        self.remember(id, &running, &outcome);
        if self.leftovers.contains(&id) {
            return self.on_leftover_ended(id, outcome);
        }
        if matches!(outcome, Outcome::Completed(_)) {
            self.room.ended(running.began.elapsed(), self.settings.max_running);
        }
        match outcome {
            Outcome::Completed(partial) => {
                if let Some(completed) = partial {
                    self.change_partial(id, |partial| *partial = Some(completed));
                }
                self.find_link(id);
                // Also if it was paused or cancelled in the last moment: the file is there.
                self.set_state(id, State::Completed);
            }
            Outcome::Skipped if at_work => self.set_state(id, State::Skipped),
            Outcome::Paused(pause) => {
                if !matches!(self.transfers.get(&id).map(|t| &t.state), Some(State::Cancelled)) {
                    self.set_state(id, running.or_once_more(State::Paused(pause)));
                }
            }
            // Also if it was paused in the last moment: it may be there.
            Outcome::Failed(failure)
                if failure.kind == ErrorKind::ResultUnknown
                    && !matches!(self.transfers.get(&id).map(|t| &t.state), Some(State::Cancelled)) =>
            {
                self.set_state(id, State::Failed(failure));
            }
            // What breaks while the network goes to sleep is nobody's fault.
            Outcome::Failed(_) if at_work && self.sleep.is_near() => self.set_state(id, State::Queued),
            Outcome::Failed(failure) if at_work => self.on_failed(id, failure, (moved, fetched), &running),
            // Told to stop for the night, or its command could not be written down.
            Outcome::Stopped if at_work => self.set_state(id, State::Queued),
            // What it became when it was stopped stands.
            Outcome::Failed(_) | Outcome::Skipped | Outcome::Stopped => {}
        }
        drop(running);
        if self.transfers.get(&id).is_some_and(|transfer| transfer.state == State::Cancelled) {
            self.clear_away(id);
        }
        self.on_let_go(id);
        if self.leaving.contains_key(&id) {
            self.discard(id);
        }
        self.batch.shown.insert(id);
    }

    /// Keeps an attempt in mind. It is written down with what else is, and costs no sync of its own.
    fn remember(&mut self, id: TransferId, running: &Running, outcome: &Outcome) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        let ended = match (outcome, outcome.failure()) {
            (_, Some(failure)) => Ended::Failed(failure.clone()),
            (Outcome::Completed(_), None) => Ended::Completed,
            (Outcome::Skipped, None) => Ended::Skipped,
            (_, None) => Ended::Stopped,
        };
        let began = Timestamp::now() - running.began.elapsed();
        transfer.remember_attempt(began, running.meter.fetched(), ended);
        if self.batch.durable.contains_key(&id) {
            self.batch.changed.insert(id);
        }
    }

    /// Keeps the link to what was sent, if there is one.
    fn find_link(&mut self, id: TransferId) {
        let Some(Job::Upload { request, delivery }) = self.transfers.get(&id).map(|transfer| &transfer.job)
        else {
            return;
        };
        let link = found_link(request, delivery);
        self.change_delivery(id, |delivery| delivery.link = link);
    }

    /// What becomes of a transfer that failed: whether it had moved any byte, and how many came.
    fn on_failed(
        &mut self,
        id: TransferId,
        failure: Failure,
        (moved, fetched): (bool, u64),
        running: &Running,
    ) {
        self.change(id, |transfer| transfer.fetched += fetched);
        let Some(transfer) = self.transfers.get(&id) else { return };
        if is_no_way(&failure) {
            return self.set_state(id, State::Waiting(Wait::Held(Hold::Network)));
        }
        let in_vain = retry::is_in_vain(transfer);
        let failure =
            if in_vain { failure.because("most of what it sends was here already") } else { failure };
        let fruitless = if moved && !in_vain { 0 } else { transfer.fruitless + 1 };
        let tries = if in_vain { 0 } else { transfer.job.terms().retries.unwrap_or(self.settings.retries) };
        let state = retry::after(failure, fruitless, tries, retry::jitter(), Timestamp::now());
        self.change(id, |transfer| transfer.fruitless = fruitless);
        self.set_state(id, running.or_once_more(state));
    }
}

/// Whether it failed as there is no way out of this computer.
pub(super) fn is_no_way(failure: &Failure) -> bool {
    let no_way = matches!(failure.kind, ErrorKind::HostNameNotResolved | ErrorKind::ServerUnreachable);
    no_way && !route::is_there()
}
