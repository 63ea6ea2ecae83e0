//! What is set for groups, and what is due when all of one has ended.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use tokio::sync::oneshot;

use super::actor::Actor;
use super::batch::{Batch, Pending};
use super::command::Command;
use super::events::Event;
use super::launch::Owner;
use super::{Error, Session};
use crate::transfer::{
    Address, Change, Group, GroupName, GroupView, Headers, Job, Standing, State, Transfer, Turn,
};

impl Session {
    /// All groups, by name.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn groups(&self) -> Result<Vec<GroupView>, Error> {
        self.ask(Command::Groups).await
    }

    /// Makes a group, or sets something else for one that there is. A transfer with the name of a group that is not
    /// there makes one in which everything runs at once.
    ///
    /// # Errors
    /// If it has secret headers: its transfers may go anywhere. Or if it cannot be written down.
    pub async fn set_group(&self, group: Group) -> Result<(), Error> {
        self.ask(|reply| Command::SetGroup(Box::new(group), reply)).await?
    }

    /// Forgets a group. Its transfers stay, and belong to none.
    ///
    /// # Errors
    /// If there is none of that name, or it cannot be written down.
    pub async fn remove_group(&self, name: GroupName) -> Result<(), Error> {
        self.ask(|reply| Command::RemoveGroup(name, reply)).await?
    }
}

impl Actor {
    pub(super) fn views(&self) -> Vec<GroupView> {
        self.groups.all.values().map(|group| self.view(group)).collect()
    }

    fn view(&self, group: &Group) -> GroupView {
        GroupView { standing: Standing::of(self.members(&group.name)), group: group.clone() }
    }

    pub(super) fn members<'a>(&'a self, name: &'a GroupName) -> impl Iterator<Item = &'a Transfer> {
        self.transfers.values().filter(move |transfer| transfer.job.terms().group.as_ref() == Some(name))
    }

    pub(super) fn set_group(&mut self, group: Group, reply: oneshot::Sender<Result<(), Error>>) {
        if group.headers.secrets().next().is_some() || group.headers.missing().is_some() {
            _ = reply.send(Err(Error::SecretInGroup));
            return;
        }
        self.change_group(&group.name.clone(), |known| known.set(group));
        self.batch.pending.push(Pending::Done(reply));
    }

    pub(super) fn remove_group(&mut self, name: &GroupName, reply: oneshot::Sender<Result<(), Error>>) {
        if !self.groups.all.contains_key(name) {
            _ = reply.send(Err(Error::UnknownGroup(name.clone())));
            return;
        }
        for id in self.members(name).map(|transfer| transfer.id).collect::<Vec<_>>() {
            self.change(id, |transfer| _ = transfer.job.amend(Change::Group(None)));
            self.batch.shown.insert(id);
        }
        let before = self.groups.all.remove(name);
        self.batch.groups.entry(name.clone()).or_insert(before);
        self.batch.pending.push(Pending::Done(reply));
    }

    /// Makes the group of a new job, if it names one that is not there, and gives the job what holds for it.
    pub(super) fn join(&mut self, job: &mut Job) {
        let Some(name) = job.terms().group.clone() else { return };
        self.make_group(Some(&name));
        if let Some(group) = self.groups.all.get(&name) {
            group.complete(job);
        }
    }

    /// Makes a group that a transfer shall belong to, if it is not there.
    pub(super) fn make_group(&mut self, name: Option<&GroupName>) {
        if let Some(name) = name.filter(|name| !self.groups.all.contains_key(name)) {
            self.change_group(name, |_| ());
        }
    }

    pub(super) fn change_group(&mut self, name: &GroupName, change: impl FnOnce(&mut Group)) {
        let before = self.groups.all.get(name).cloned();
        let mut group = before.clone().unwrap_or_else(|| Group::new(name.clone()));
        change(&mut group);
        self.groups.all.insert(name.clone(), group);
        self.groups.set_limits();
        self.batch.groups.entry(name.clone()).or_insert(before);
    }

    /// Looks at the groups of which something has changed: whether all of one has ended, and what is due then.
    pub(super) fn settle(&mut self) {
        for name in std::mem::take(&mut self.batch.touched) {
            let Some(group) = self.groups.all.get(&name) else { continue };
            if self.groups.is_open(&name) {
                if group.turn != Turn::Open {
                    self.change_group(&name, |group| (group.turn, group.retried) = (Turn::Open, false));
                }
                continue;
            }
            if group.turn != Turn::Open {
                continue;
            }
            let standing = Standing::of(self.members(&name));
            if standing.failed > 0 && !group.retried && self.retry_elsewhere(&name) {
                self.change_group(&name, |group| group.retried = true);
            } else if standing.success().is_some() {
                self.change_group(&name, |group| group.turn = Turn::due());
            }
        }
    }

    /// Tries the downloads of a group that failed at the other address that is set for it. Whether there were any.
    fn retry_elsewhere(&mut self, name: &GroupName) -> bool {
        let Some(base) = self.groups.all.get(name).and_then(|group| group.retry_at.clone()) else {
            return false;
        };
        let failed = self.members(name).filter(|transfer| matches!(transfer.state, State::Failed(_)));
        let elsewhere = failed.filter_map(|transfer| match &transfer.job {
            Job::Download { request, .. } => Some((transfer.id, elsewhere(&base, &request.url)?)),
            _ => None,
        });
        let elsewhere: Vec<_> = elsewhere.collect();
        for (id, url) in &elsewhere {
            self.change(*id, |transfer| {
                _ = transfer.job.amend(Change::Url(url.clone(), Headers::default()));
                transfer.forgive();
            });
            self.set_state(*id, State::Queued);
        }
        !elsewhere.is_empty()
    }

    /// What is due after this was written down.
    pub(super) fn note_due(&mut self, batch: &Batch) {
        let transfers = batch.added.union(&batch.changed).filter_map(|id| self.transfers.get(id));
        let transfers = transfers.filter(|transfer| transfer.turn.is_due().is_some());
        self.due.extend(transfers.map(|transfer| Owner::Transfer(transfer.id)));
        let groups = batch.groups.keys().filter_map(|name| self.groups.all.get(name));
        let groups = groups.filter(|group| group.turn.is_due().is_some());
        self.due.extend(groups.map(|group| Owner::Group(group.name.clone())));
    }

    pub(super) fn event_of_group(&self, name: &GroupName) -> Event {
        match self.groups.all.get(name) {
            Some(group) => Event::Group { group: Box::new(self.view(group)) },
            None => Event::Ungrouped { name: name.clone() },
        }
    }
}

/// The address of the same name at another folder.
fn elsewhere(base: &Address, url: &Address) -> Option<Address> {
    let last = url.url().path_segments()?.next_back().filter(|name| !name.is_empty())?;
    let name: Vec<u8> = percent_encoding::percent_decode_str(last).collect();
    base.as_folder().file_in_folder(OsStr::from_bytes(&name))
}
