//! Moving transfers about among those that wait.

use std::cmp::Reverse;

use tokio::sync::oneshot;

use super::actor::Actor;
use super::batch::Pending;
use super::command::Command;
use super::{Error, Session};
use crate::transfer::{Change, Position, Priority, Rank, State, Transfer, TransferId};

impl Session {
    /// Moves a transfer to another place among those that wait.
    ///
    /// # Errors
    /// If there is no such transfer, or it cannot be written down.
    pub async fn move_to(&self, id: TransferId, to: Position) -> Result<(), Error> {
        self.ask(|reply| Command::Move(id, to, reply)).await?
    }
}

impl Actor {
    pub(super) fn move_to(
        &mut self,
        id: TransferId,
        to: Position,
        reply: oneshot::Sender<Result<(), Error>>,
    ) {
        match self.place_of(id, to) {
            Ok((priority, rank)) => {
                self.change(id, |transfer| {
                    transfer.rank = Some(rank);
                    _ = transfer.job.amend(Change::Priority(priority));
                });
                self.batch.shown.insert(id);
                if to == Position::Current {
                    self.make_way(id);
                }
                self.batch.pending.push(Pending::Done(reply));
            }
            Err(error) => _ = reply.send(Err(error)),
        }
    }

    /// The priority and rank of a transfer that is moved there.
    fn place_of(&self, id: TransferId, to: Position) -> Result<(Priority, Rank), Error> {
        let get = |id| self.transfers.get(&id).ok_or(Error::Unknown(id));
        let own = get(id)?;
        let (priority, before, after) = match to {
            Position::First => {
                (own.job.terms().priority, None, self.edge(id, own.job.terms().priority, Edge::First))
            }
            Position::Last => {
                (own.job.terms().priority, self.edge(id, own.job.terms().priority, Edge::Last), None)
            }
            Position::Before(other) => {
                let other = get(other)?;
                (other.job.terms().priority, self.neighbour(id, other, Edge::Last), Some(other.rank()))
            }
            Position::After(other) => {
                let other = get(other)?;
                (other.job.terms().priority, Some(other.rank()), self.neighbour(id, other, Edge::First))
            }
            Position::Current => {
                let Some(name) = own.job.terms().group.as_ref() else {
                    return self.place_of(id, Position::First);
                };
                let first = self
                    .members(name)
                    .filter(|it| it.id != id && !it.state.is_over())
                    .min_by_key(|it| place(it));
                let Some(first) = first else { return Ok((own.job.terms().priority, own.rank())) };
                (first.job.terms().priority, self.neighbour(id, first, Edge::Last), Some(first.rank()))
            }
        };
        if before.is_none() && after.is_none() {
            return Ok((priority, own.rank()));
        }
        let rank = Rank::between(before, after).ok_or(Error::NoRoom)?;
        Ok((priority, rank))
    }

    /// The first or last rank among the others of a priority.
    fn edge(&self, id: TransferId, priority: Priority, edge: Edge) -> Option<Rank> {
        let others = self.transfers.values().filter(|it| it.id != id && it.job.terms().priority == priority);
        edge.of(others.map(Transfer::rank))
    }

    /// The rank of the one right before (the last of those before) or right behind `other`.
    fn neighbour(&self, id: TransferId, other: &Transfer, edge: Edge) -> Option<Rank> {
        let there = other.rank();
        let others = self.transfers.values().filter(|it| {
            it.id != id && it.id != other.id && it.job.terms().priority == other.job.terms().priority
        });
        let ranks = others.map(Transfer::rank).filter(|rank| match edge {
            Edge::First => *rank > there,
            Edge::Last => *rank < there,
        });
        edge.of(ranks)
    }

    /// Where one of a group runs after the other, the one that does makes way for this.
    fn make_way(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get(&id).filter(|transfer| transfer.state == State::Queued)
        else {
            return;
        };
        let Some(name) = self.groups.serial(transfer) else { return };
        let in_the_way = |it: &&Transfer| it.id != id && it.state == State::Running && it.job.is_repeatable();
        let ids: Vec<_> = self.members(name).filter(in_the_way).map(|transfer| transfer.id).collect();
        for id in ids {
            self.stop(id, State::Queued);
        }
    }
}

fn place(transfer: &Transfer) -> (Reverse<Priority>, Rank) {
    (Reverse(transfer.job.terms().priority), transfer.rank())
}

#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

impl Edge {
    fn of(self, ranks: impl Iterator<Item = Rank>) -> Option<Rank> {
        match self {
            Self::First => ranks.min(),
            Self::Last => ranks.max(),
        }
    }
}
