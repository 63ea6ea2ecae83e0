//! The groups of a session, and which transfers belong to them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::running::Running;
use crate::attempt::Limit;
use crate::transfer::{Group, GroupName, Job, Transfer, TransferId};

/// See the module.
#[derive(Default)]
pub(super) struct Groups {
    pub all: BTreeMap<GroupName, Group>,
    /// What all of a group may move together.
    limits: HashMap<GroupName, Limit>,
    /// Those that transfers belong to.
    of: HashMap<TransferId, GroupName>,
    /// Those transfers that have not ended.
    open: HashMap<GroupName, HashSet<TransferId>>,
}

impl Groups {
    /// Keeps the indexes in step with a transfer, or with its being gone. What comes back is its group.
    pub(super) fn index(&mut self, id: TransferId, transfer: Option<&Transfer>) -> Vec<GroupName> {
        let now = transfer.and_then(|transfer| transfer.job.terms().group.clone());
        let before = match &now {
            Some(now) if self.of.get(&id) == Some(now) => None,
            Some(now) => self.of.insert(id, now.clone()),
            None => self.of.remove(&id),
        };
        if let Some(open) = before.as_ref().and_then(|name| self.open.get_mut(name)) {
            open.remove(&id);
        }
        if let Some(name) = &now {
            let is_over = transfer.is_none_or(|transfer| transfer.state.is_over());
            let open = self.open.entry(name.clone()).or_default();
            if is_over {
                open.remove(&id)
            } else {
                open.insert(id)
            };
        }
        before.into_iter().chain(now).collect()
    }

    /// What all of a transfer's group may move together.
    pub(super) fn limit(&self, job: &Job) -> Option<Limit> {
        self.limits.get(job.terms().group.as_ref()?).cloned()
    }

    /// The group of a transfer, if one runs after the other there.
    pub(super) fn serial(&self, transfer: &Transfer) -> Option<&GroupName> {
        let group = self.all.get(transfer.job.terms().group.as_ref()?)?;
        group.serial.then_some(&group.name)
    }

    /// Those that were written down.
    pub(super) fn new(all: BTreeMap<GroupName, Group>) -> Self {
        let mut groups = Self { all, ..Self::default() };
        groups.set_limits();
        groups
    }

    /// Makes a group what it was before a change that could not be written down.
    pub(super) fn put_back(&mut self, name: GroupName, before: Option<Group>) {
        match before {
            Some(group) => _ = self.all.insert(name, group),
            None => _ = self.all.remove(&name),
        }
        self.set_limits();
    }

    /// Makes the limits what is set for the groups.
    pub(super) fn set_limits(&mut self) {
        for (name, group) in &self.all {
            self.limits.entry(name.clone()).or_default().set(group.limit);
        }
    }

    /// Whether another one of its group runs, after which this one does.
    pub(super) fn is_taken(&self, transfer: &Transfer, running: &HashMap<TransferId, Running>) -> bool {
        let Some(name) = self.serial(transfer) else { return false };
        running.keys().any(|id| *id != transfer.id && self.of.get(id) == Some(name))
    }

    /// Whether something in it has not ended.
    pub(super) fn is_open(&self, name: &GroupName) -> bool {
        self.open.get(name).is_some_and(|open| !open.is_empty())
    }
}
