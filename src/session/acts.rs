//! What commands do to transfers.

use std::io;

use tokio::sync::oneshot;

use super::actor::Actor;
use super::batch::Pending;
use super::command::{Act, Command, Leaving, Target};
use super::events::Event;
use super::{Arrived, Error};
use crate::download::{self, part_path};
use crate::store::Settings;
use crate::transfer::{
    Delivery, Happened, History, IllegalMove, Job, Partial, Pause, Ranges, Snapshot, Source, State, Step,
    Transfer, TransferId,
};

impl Actor {
    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::Add(job, reply) => self.add(*job, reply),
            Command::Renew(id, job, reply) => self.renew(id, *job, reply),
            Command::Amend(id, changes, reply) => self.amend(id, changes, reply),
            Command::Act(act, target, reply) => self.act(act, target, reply),
            Command::HandOver(id, reply) => self.hand_over(id, reply),
            Command::TakeOver(job, reply) => self.take_over(*job, reply),
            Command::List(reply) => {
                let asked_for = self.transfers.values().filter(|transfer| !transfer.is_leftover());
                _ = reply.send(asked_for.map(|transfer| self.snapshot(transfer)).collect());
            }
            Command::Leftovers(reply) => _ = reply.send(self.leftovers()),
            Command::Show(id, reply) => {
                let shown = self.transfers.get(&id).map(|transfer| self.snapshot(transfer));
                _ = reply.send(shown.ok_or(Error::Unknown(id)));
            }
            Command::History(id, reply) => {
                let history = self.transfers.get(&id).map(History::of);
                _ = reply.send(history.ok_or(Error::Unknown(id)));
            }
            Command::Arrived(id, reply) => _ = reply.send(self.arrived(id)),
            Command::Segments(id, reply) => _ = reply.send(self.segments(id)),
            Command::Settings(reply) => _ = reply.send(self.settings.clone()),
            Command::Configure(settings, reply) => _ = reply.send(self.configure(settings.sane())),
            Command::Conditions(conditions, reply) => {
                self.set_conditions(conditions);
                _ = reply.send(());
            }
            Command::Statistics(reply) => {
                self.count(false);
                _ = reply.send(self.tallying.statistics());
            }
            Command::Groups(reply) => _ = reply.send(self.views()),
            Command::SetGroup(group, reply) => self.set_group(*group, reply),
            Command::RemoveGroup(name, reply) => self.remove_group(&name, reply),
            Command::Move(id, to, reply) => self.move_to(id, to, reply),
            Command::Suspend(reply) => self.fall_asleep(reply),
            Command::WakeUp(reply) => self.wake_up(reply),
            Command::Close(reply) => self.closing = Some(reply),
        }
    }

    fn arrived(&self, id: TransferId) -> Result<Arrived, Error> {
        let transfer = self.transfers.get(&id).ok_or(Error::Unknown(id))?;
        let snapshot = self.snapshot(transfer);
        let mut arrived = Arrived {
            path: None,
            ranges: Ranges::default(),
            total: snapshot.progress.total,
            state: snapshot.state,
            restarts: transfer.restarts,
        };
        if let Job::Download { partial: Some(partial), .. } = &transfer.job {
            let complete = transfer.state == State::Completed;
            arrived.path = Some(if complete { partial.path.clone() } else { part_path(&partial.path) });
            arrived.ranges = partial.durable.clone();
        }
        Ok(arrived)
    }

    pub(super) fn add(&mut self, job: Job, reply: oneshot::Sender<Result<Snapshot, Error>>) {
        let id = self.take_on(job);
        self.batch.pending.push(Pending::Added(id, reply));
    }

    pub(super) fn take_on(&mut self, mut job: Job) -> TransferId {
        self.join(&mut job);
        let mut transfer = Transfer::new(job);
        transfer.state = self.circumstances().ready(&transfer);
        let id = transfer.id;
        self.transfers.insert(id, transfer);
        self.index(id);
        self.batch.before.insert(id, None);
        self.batch.added.insert(id);
        id
    }

    fn renew(&mut self, id: TransferId, renewed: Job, reply: oneshot::Sender<Result<(), Error>>) {
        let known = self.transfers.get(&id);
        let Some(goes_on) = known.and_then(|transfer| transfer.job.goes_on_with(&renewed)) else {
            _ = reply.send(Err(Error::Unknown(id)));
            return;
        };
        let is_done = goes_on && known.is_some_and(|transfer| transfer.state == State::Completed);
        if is_done && matches!(renewed, Job::Upload { .. }) {
            _ = reply.send(Ok(()));
            return;
        }
        let lacks_secrets = known.is_some_and(|transfer| transfer.job.missing_secret().is_some());
        self.change(id, |transfer| {
            transfer.let_go();
            match (&mut transfer.job, renewed) {
                (Job::Upload { request, .. }, Job::Upload { request: renewed, .. }) if goes_on => {
                    *request = renewed;
                }
                (Job::Download { request, .. }, Job::Download { request: renewed, .. }) => *request = renewed,
                (job, renewed) => *job = renewed,
            }
            transfer.forgive();
        });
        match self.running.get_mut(&id) {
            Some(running) => {
                running.is_outdated = true;
                // It has sent nothing yet, and perhaps waits for somebody to unlock what is here by now.
                if lacks_secrets {
                    running.stop();
                }
            }
            None => self.set_state(id, State::Queued),
        }
        self.batch.pending.push(Pending::Done(reply));
    }

    fn act(&mut self, act: Act, target: Target, reply: oneshot::Sender<Result<(), Error>>) {
        let (ids, strict) = match target {
            Target::All => {
                let asked_for = self.transfers.values().filter(|transfer| !transfer.is_leftover());
                // What shall start later is held up by nothing.
                let meant = asked_for.filter(|it| act != Act::Resume || !it.state.is_scheduled());
                (meant.map(|transfer| transfer.id).collect(), false)
            }
            Target::These(ids) => (ids, true),
        };
        let mut outcome = Ok(());
        let mut last_leaving = None;
        for id in ids {
            match self.act_on(act, id) {
                Ok(()) if self.leaving.contains_key(&id) => last_leaving = Some(id),
                Err(error) if strict && outcome.is_ok() => outcome = Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        match (outcome, last_leaving.and_then(|id| self.leaving.get_mut(&id))) {
            (Err(error), _) => _ = reply.send(Err(error)),
            (Ok(()), Some(leaving)) => leaving.replies.push(reply),
            (Ok(()), None) => self.batch.pending.push(Pending::Done(reply)),
        }
    }

    fn act_on(&mut self, act: Act, id: TransferId) -> Result<(), Error> {
        let transfer = self.transfers.get(&id).ok_or(Error::Unknown(id))?;
        if let Some(leaving) = self.leaving.get_mut(&id) {
            // Forgetting goes before beginning again; nothing else can be done any more.
            if matches!((act, leaving.act), (Act::Remove { .. }, Act::Restart)) {
                leaving.act = act;
            }
            return Ok(());
        }
        if transfer.is_leftover() {
            return self.act_on_leftover(act, id);
        }
        match act {
            Act::Pause => {
                transfer.state.allows(Step::Pause)?;
                if !matches!(transfer.state, State::Paused(_)) {
                    self.stop(id, State::Paused(Pause::User));
                }
            }
            Act::Resume => {
                transfer.state.allows(Step::Resume)?;
                if transfer.state.needs_restart() {
                    return Err(IllegalMove::needs_restart().into());
                }
                self.change(id, |transfer| {
                    transfer.forgive();
                    if transfer.state.is_scheduled() {
                        transfer.job.terms_mut().start_at = None;
                    }
                });
                self.set_state(id, State::Queued);
            }
            Act::Cancel => {
                transfer.state.allows(Step::Cancel)?;
                self.stop(id, State::Cancelled);
                if !self.running.contains_key(&id) {
                    self.clear_away(id);
                }
            }
            Act::Restart => {
                transfer.state.allows(Step::Restart)?;
                self.leave(id, act);
            }
            Act::Remove { .. } => self.leave(id, act),
        }
        Ok(())
    }

    /// Ends the work on a transfer, if there is any, and moves it to `state` at once.
    pub(super) fn stop(&mut self, id: TransferId, state: State) {
        if let Some(running) = self.running.get(&id) {
            running.stop();
        }
        self.set_state(id, state);
    }

    pub(super) fn leave(&mut self, id: TransferId, act: Act) {
        self.leaving.insert(id, Leaving { act, replies: Vec::new() });
        match self.running.get(&id) {
            // Its files can go when the task has let go of them.
            Some(running) => running.stop(),
            None => self.discard(id),
        }
    }

    /// Drops the files of a transfer that is leaving.
    pub(super) fn discard(&mut self, id: TransferId) {
        let (Some(transfer), Some(leaving)) = (self.transfers.get(&id), self.leaving.get(&id)) else {
            return;
        };
        let delete_file = matches!(leaving.act, Act::Remove { delete_file: true });
        let completed = transfer.state == State::Completed;
        let partial = match &transfer.job {
            Job::Download { partial, .. } => partial.clone().filter(|_| !transfer.handed_over),
            Job::Upload { .. } | Job::Leftover { .. } => None,
        };
        let discarded = self.discarded.clone();
        tokio::task::spawn_blocking(move || {
            let result = partial.map_or(Ok(()), |partial| discard(&partial, completed, delete_file));
            _ = discarded.send((id, result));
        });
    }

    pub(super) fn on_discarded(&mut self, id: TransferId, result: &io::Result<()>) {
        let Some(leaving) = self.leaving.remove(&id) else { return };
        if let Err(error) = result {
            tracing::warn!(%id, %error, "a part file could not be removed");
        }
        self.clear_away(id);
        if matches!(leaving.act, Act::Restart) {
            self.begin_again(id);
        } else {
            self.forget(id);
        }
        self.batch.pending.extend(leaving.replies.into_iter().map(Pending::Done));
    }

    pub(super) fn forget(&mut self, id: TransferId) {
        let before = self.transfers.remove(&id);
        self.batch.before.entry(id).or_insert(before);
        self.batch.removed.insert(id);
        self.index(id);
    }

    fn begin_again(&mut self, id: TransferId) {
        // A file that is sent again is sent as it is now.
        let sources = match self.transfers.get(&id).map(|transfer| &transfer.job) {
            Some(Job::Upload { request, .. }) => {
                Some(request.files().map(Source::of).collect::<Result<Vec<_>, _>>())
            }
            _ => None,
        };
        self.change(id, |transfer| {
            transfer.let_go();
            match &mut transfer.job {
                Job::Download { partial, .. } => *partial = None,
                Job::Leftover { .. } => {}
                Job::Upload { delivery, .. } => {
                    let known = std::mem::take(&mut delivery.sources);
                    let now = sources.as_ref().and_then(|sources| sources.as_ref().ok());
                    **delivery = Delivery::of(now.cloned().unwrap_or(known));
                }
            }
            transfer.restarts += 1;
            transfer.remember(Happened::StartedOver(None));
            transfer.forgive();
        });
        let state = match sources {
            Some(Err(failure)) => State::Failed(failure),
            _ => State::Queued,
        };
        self.set_state(id, state);
    }

    fn configure(&mut self, settings: Settings) -> Result<(), Error> {
        // Rare, and small: the listeners of a switch can wait for a disk.
        settings.save(&self.place.settings_path).map_err(|error| Error::NotSaved(error.to_string()))?;
        if settings != self.settings {
            _ = self.place.events.send(Event::Settings { settings: Box::new(settings.clone()) });
        }
        self.set_settings(settings);
        Ok(())
    }
}

/// What of a partial download goes when its transfer is forgotten.
fn discard(partial: &Partial, completed: bool, delete_file: bool) -> io::Result<()> {
    match (completed, delete_file) {
        (true, true) => download::discard_completed(partial),
        (true, false) => Ok(()),
        (false, _) => download::discard(partial),
    }
}
