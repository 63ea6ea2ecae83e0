//! Changes what was asked for.

use tokio::sync::oneshot;

use super::Error;
use super::actor::Actor;
use super::batch::Pending;
use crate::transfer::{Change, Happened, Job, Pause, State, Transfer, TransferId, Wait};

impl Actor {
    /// Makes all of these changes, or none. A transfer that waits for a link, a login or room goes on with the new one.
    pub(super) fn amend(
        &mut self,
        id: TransferId,
        changes: Vec<Change>,
        reply: oneshot::Sender<Result<(), Error>>,
    ) {
        let job = match self.amended(id, &changes) {
            Ok(job) => job,
            Err(error) => {
                _ = reply.send(Err(error));
                return;
            }
        };
        self.change(id, |transfer| {
            if transfer.job.url() != job.url() {
                transfer.remember(Happened::LinkChanged);
            }
            transfer.job = job;
        });
        for change in changes {
            self.follow(id, change);
        }
        self.batch.shown.insert(id);
        self.batch.pending.push(Pending::Done(reply));
    }

    fn amended(&self, id: TransferId, changes: &[Change]) -> Result<Job, Error> {
        let mut job = self.transfers.get(&id).ok_or(Error::Unknown(id))?.job.clone();
        // One that runs may be making its file at this moment.
        let is_placed = self.running.contains_key(&id) || job.is_placed();
        for change in changes {
            if is_placed && matches!(change, Change::Folder(_)) {
                return Err(Error::Placed);
            }
            job.amend(change.clone())?;
        }
        Ok(job)
    }

    /// Does what a change that was made asks for.
    fn follow(&mut self, id: TransferId, change: Change) {
        match (change, self.running.get_mut(&id)) {
            (Change::Limit(limit), Some(running)) => running.limit.set(limit),
            (Change::Limit(_), None) | (Change::Priority(_), _) | (Change::StartAt(_), Some(_)) => {}
            (Change::StartAt(_), None) => self.take_new_time(id),
            (Change::Group(group), _) => self.make_group(group.as_ref()),
            (Change::CostPolicy(_), _) => self.reconsider(),
            // It begins again at the new address or with the new login, with the bytes that are here.
            (Change::Url(..) | Change::Login(_) | Change::HostKey(_), Some(running)) => {
                running.is_outdated = true;
                running.stop();
            }
            (Change::Url(..) | Change::Login(_) | Change::HostKey(_) | Change::Folder(_), _) => {
                self.go_on_if_stuck(id);
            }
        }
    }

    fn go_on_if_stuck(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let stuck = matches!(
            transfer.state,
            State::Paused(Pause::NeedsLink(_) | Pause::NeedsLogin(_) | Pause::Recoverable(_))
                | State::Failed(_)
                | State::Waiting(Wait::Retry { .. } | Wait::DiskSpace { .. })
        );
        if stuck {
            self.change(id, Transfer::forgive);
            self.set_state(id, State::Queued);
        }
    }

    fn take_new_time(&mut self, id: TransferId) {
        let has_not_begun = |state: &State| *state == State::Queued || state.is_scheduled();
        if self.transfers.get(&id).is_some_and(|transfer| has_not_begun(&transfer.state)) {
            self.set_state(id, State::Queued);
        }
    }
}
