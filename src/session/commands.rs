//! The commands that somebody wants to be run when a transfer, or all of a group, has ended.
//!
//! That one is due is written down together with the end. It leaves a mark on the disk when it begins (see `once`),
//! and where there is one, it does not begin again; so it runs once, whenever the session is killed.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::actor::Actor;
use super::launch::{Call, Owner, begin, of_transfer};
use super::once;
use crate::transfer::{Standing, Turn};

impl Actor {
    /// Takes up what an earlier session has left undone.
    pub(super) fn take_up_commands(&mut self) {
        let transfers = self.transfers.values().filter(|transfer| transfer.turn.is_due().is_some());
        self.due = transfers.map(|transfer| Owner::Transfer(transfer.id)).collect();
        let groups = self.groups.all.values().filter(|group| group.turn.is_due().is_some());
        self.due.extend(groups.map(|group| Owner::Group(group.name.clone())));
        once::forget(&self.place.state, &self.ends());
        // All of a group may have ended in a write that was cut off before its own line.
        self.batch.touched = self.groups.all.keys().cloned().collect();
    }

    /// Begins the commands that are due, and writes down that they have.
    pub(super) async fn begin_commands(&mut self) {
        let due: BTreeSet<_> = std::mem::take(&mut self.due);
        if due.is_empty() {
            return;
        }
        for owner in due {
            let Some(end) = self.turn(&owner).and_then(Turn::is_due) else { continue };
            if let Some(call) = self.call(&owner) {
                begin(call, &once::mark(&self.place.state, end), &owner);
            }
            self.set_turn(&owner, Turn::Begun);
        }
        self.commit().await;
    }

    /// The names of the ends that have to be dealt with.
    fn ends(&self) -> Vec<Uuid> {
        self.due.iter().filter_map(|owner| self.turn(owner)?.is_due()).collect()
    }

    fn turn(&self, owner: &Owner) -> Option<Turn> {
        match owner {
            Owner::Transfer(id) => self.transfers.get(id).map(|transfer| transfer.turn),
            Owner::Group(name) => self.groups.all.get(name).map(|group| group.turn),
        }
    }

    fn set_turn(&mut self, owner: &Owner, turn: Turn) {
        match owner {
            Owner::Transfer(id) => self.change(*id, |transfer| transfer.turn = turn),
            Owner::Group(name) => self.change_group(name, |group| group.turn = turn),
        }
    }

    /// What is to be run, if anything is.
    fn call(&self, owner: &Owner) -> Option<Call> {
        match owner {
            Owner::Transfer(id) => {
                of_transfer(self.transfers.get(id)?, &self.snapshot(self.transfers.get(id)?))
            }
            Owner::Group(name) => {
                let group = self.groups.all.get(name)?;
                let standing = Standing::of(self.members(name));
                let success = standing.success()?;
                let count = |count: usize| count.to_string().into();
                let told = vec![
                    ("WINDLASS_GROUP", name.as_str().into()),
                    ("WINDLASS_STATE", if success { "completed" } else { "failed" }.into()),
                    ("WINDLASS_COMPLETED", count(standing.completed)),
                    ("WINDLASS_FAILED", count(standing.failed)),
                    ("WINDLASS_CANCELLED", count(standing.cancelled)),
                ];
                Some(Call { line: group.completion.command(success)?.clone(), told })
            }
        }
    }
}
