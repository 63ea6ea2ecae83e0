//! What is left at servers of uploads that were given up, and goes from there.
//!
//! When an unfinished upload is cancelled, removed or begun again, what its server has of it becomes a
//! transfer of its own kind: it is written down like others, waits for the network and tries again like
//! them, and is forgotten when nothing is there any more. It is none of those that the user has asked for,
//! so it is listed by itself, takes nobody's turn, and only two things can be done with it: try again, and
//! forget it.

use std::time::Duration;

use jiff::Timestamp;

use super::actor::Actor;
use super::command::{Act, Command};
use super::reports::is_no_way;
use super::{Error, Session, retry};
use crate::attempt::Outcome;
use crate::transfer::{Hold, IllegalMove, Snapshot, State, Transfer, TransferId, Wait};

/// How many are removed at once.
const AT_ONCE: usize = 4;
/// How long servers that do not answer are asked.
const PATIENCE: Duration = Duration::from_secs(14 * 24 * 3600);

impl Session {
    /// What is left at servers of uploads that were given up, oldest first. It is being removed there, and
    /// goes from this list when that is done. [`Session::resume`] tries at once, [`Session::remove`] forgets
    /// it and leaves the server alone, and [`Session::amend`] gives it the login that it may wait for.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn leftovers(&self) -> Result<Vec<Snapshot>, Error> {
        self.ask(Command::Leftovers).await
    }
}

impl Actor {
    pub(super) fn leftovers(&self) -> Vec<Snapshot> {
        let leftovers = self.leftovers.iter().filter_map(|id| self.transfers.get(id));
        leftovers.map(|transfer| self.snapshot(transfer)).collect()
    }

    /// The upload is given up, unless it is complete or was handed over: what its server has of it shall go.
    pub(super) fn clear_away(&mut self, id: TransferId) {
        let is_given_up = |it: &&Transfer| it.state != State::Completed && !it.handed_over;
        let given_up = self.transfers.get(&id).filter(is_given_up);
        let Some(leftover) = given_up.and_then(|transfer| transfer.job.leftover()) else { return };
        self.change_delivery(id, |delivery| (delivery.remote, delivery.confirmed) = (None, 0));
        self.take_on(leftover);
    }

    /// What was cancelled in the last moment of the session before.
    pub(super) fn take_up_leftovers(&mut self) {
        let is_given_up = |transfer: &&Transfer| transfer.state == State::Cancelled;
        let given_up = self.transfers.values().filter(is_given_up).map(|transfer| transfer.id);
        for id in given_up.collect::<Vec<_>>() {
            self.clear_away(id);
        }
    }

    /// Those that may be removed now.
    pub(super) fn next_leftovers(&self) -> Vec<TransferId> {
        let at_work = self.leftovers.iter().filter(|id| self.running.contains_key(id)).count();
        let is_ready = |id: &&TransferId| {
            let is_queued = self.transfers.get(id).is_some_and(|transfer| transfer.state == State::Queued);
            is_queued && !self.running.contains_key(id) && !self.leaving.contains_key(id)
        };
        let ready = self.leftovers.iter().filter(is_ready).copied();
        ready.take(AT_ONCE.saturating_sub(at_work)).collect()
    }

    pub(super) fn act_on_leftover(&mut self, act: Act, id: TransferId) -> Result<(), Error> {
        match act {
            Act::Resume => {
                let at_work = |transfer: &Transfer| matches!(transfer.state, State::Queued | State::Running);
                if !self.transfers.get(&id).is_some_and(at_work) {
                    self.change(id, Transfer::forgive);
                    self.set_state(id, State::Queued);
                }
            }
            Act::Remove { .. } => self.leave(id, act),
            Act::Pause | Act::Cancel | Act::Restart => return Err(IllegalMove::of_leftover().into()),
        }
        Ok(())
    }

    pub(super) fn on_leftover_ended(&mut self, id: TransferId, outcome: Outcome) {
        let at_work = self.transfers.get(&id).is_some_and(|transfer| transfer.state.is_active());
        match outcome {
            Outcome::Completed(_) if !self.leaving.contains_key(&id) => return self.forget(id),
            Outcome::Failed(failure) if at_work => {
                let Some(transfer) = self.transfers.get(&id) else { return };
                let (fruitless, given_up) = (transfer.fruitless + 1, transfer.added + PATIENCE);
                let tries = if Timestamp::now() < given_up { u32::MAX } else { 0 };
                let state = if is_no_way(&failure) {
                    State::Waiting(Wait::Held(Hold::Network))
                } else {
                    retry::after(failure, fruitless, tries, retry::jitter(), Timestamp::now())
                };
                self.change(id, |transfer| transfer.fruitless = fruitless);
                self.set_state(id, state);
            }
            Outcome::Stopped if at_work => self.set_state(id, State::Queued),
            Outcome::Paused(pause) => self.set_state(id, State::Paused(pause)),
            Outcome::Completed(_) | Outcome::Failed(_) | Outcome::Skipped | Outcome::Stopped => {}
        }
        if self.leaving.contains_key(&id) {
            self.discard(id);
        }
        self.batch.shown.insert(id);
    }
}
