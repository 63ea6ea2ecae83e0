//! What one round of the actor has changed: written down in one go, then answered and told.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::oneshot;

use super::Error;
use crate::store::Entry;
use crate::transfer::{Failure, Group, GroupName, Job, Ranges, Snapshot, Transfer, TransferId};

/// Answers that wait for the disk.
pub(super) enum Pending {
    Done(oneshot::Sender<Result<(), Error>>),
    Added(TransferId, oneshot::Sender<Result<Snapshot, Error>>),
    HandedOver(TransferId, oneshot::Sender<Result<Job, Error>>),
    Committed(oneshot::Sender<Result<(), Failure>>),
}

/// See the module.
#[derive(Default)]
pub(super) struct Batch {
    /// How transfers were before, to go back to if the disk refuses. Nothing for new ones.
    pub before: BTreeMap<TransferId, Option<Transfer>>,
    pub added: BTreeSet<TransferId>,
    pub changed: BTreeSet<TransferId>,
    /// Changed, but of no interest to the next session.
    pub shown: BTreeSet<TransferId>,
    /// Downloads of which nothing has changed but what is known of their file.
    pub planned: BTreeSet<TransferId>,
    pub durable: BTreeMap<TransferId, Ranges>,
    pub removed: BTreeSet<TransferId>,
    /// How groups were before that have changed.
    pub groups: BTreeMap<GroupName, Option<Group>>,
    /// Groups of whose transfers something has changed.
    pub touched: BTreeSet<GroupName>,
    pub pending: Vec<Pending>,
}

impl Batch {
    /// The lines for the state file.
    pub(super) fn entries(
        &self,
        transfers: &BTreeMap<TransferId, Transfer>,
        groups: &BTreeMap<GroupName, Group>,
    ) -> Vec<Entry> {
        let puts = self.added.union(&self.changed).filter(|id| !self.removed.contains(*id));
        let puts =
            puts.filter_map(|id| transfers.get(id)).map(|transfer| Entry::Put(Box::new(transfer.clone())));
        let is_put = |id: &TransferId| self.added.contains(id) || self.changed.contains(id);
        let planned = self.planned.iter().filter(|id| !is_put(id));
        let planned = planned.filter_map(|id| match &transfers.get(id)?.job {
            Job::Download { partial, .. } => Some(Entry::Partial(*id, partial.clone()?)),
            Job::Upload { .. } | Job::Leftover { .. } => None,
        });
        let durable = self.durable.iter().filter(|(id, _)| !self.changed.contains(*id));
        let durable = durable.map(|(id, ranges)| Entry::Durable(*id, ranges.clone()));
        let removed = self.removed.iter().map(|id| Entry::Remove(*id));
        let groups = self.groups.keys().map(|name| match groups.get(name) {
            Some(group) => Entry::Group(Box::new(group.clone())),
            None => Entry::Ungroup(name.clone()),
        });
        puts.chain(groups).chain(planned).chain(durable).chain(removed).collect()
    }
}
