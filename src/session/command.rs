//! What a handle can ask the actor to do.

use tokio::sync::oneshot;

use super::{Arrived, Error};
use crate::store::Settings;
use crate::transfer::{
    Change, Conditions, Group, GroupName, GroupView, History, Job, Position, Segments, Snapshot, Statistics,
    TransferId,
};

/// A word to the actor, with the way its answer takes.
pub(super) enum Command {
    Add(Box<Job>, oneshot::Sender<Result<Snapshot, Error>>),
    Renew(TransferId, Box<Job>, oneshot::Sender<Result<(), Error>>),
    Amend(TransferId, Vec<Change>, oneshot::Sender<Result<(), Error>>),
    Act(Act, Target, oneshot::Sender<Result<(), Error>>),
    HandOver(TransferId, oneshot::Sender<Result<Job, Error>>),
    TakeOver(Box<Job>, oneshot::Sender<Result<Snapshot, Error>>),
    List(oneshot::Sender<Vec<Snapshot>>),
    Leftovers(oneshot::Sender<Vec<Snapshot>>),
    Show(TransferId, oneshot::Sender<Result<Snapshot, Error>>),
    History(TransferId, oneshot::Sender<Result<History, Error>>),
    Arrived(TransferId, oneshot::Sender<Result<Arrived, Error>>),
    Segments(TransferId, oneshot::Sender<Result<Segments, Error>>),
    Settings(oneshot::Sender<Settings>),
    Configure(Box<Settings>, oneshot::Sender<Result<(), Error>>),
    Conditions(Conditions, oneshot::Sender<()>),
    Statistics(oneshot::Sender<Statistics>),
    Groups(oneshot::Sender<Vec<GroupView>>),
    SetGroup(Box<Group>, oneshot::Sender<Result<(), Error>>),
    RemoveGroup(GroupName, oneshot::Sender<Result<(), Error>>),
    Move(TransferId, Position, oneshot::Sender<Result<(), Error>>),
    Suspend(oneshot::Sender<()>),
    WakeUp(oneshot::Sender<()>),
    Close(oneshot::Sender<()>),
}

/// What can be done to transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Pause,
    Resume,
    Cancel,
    Restart,
    Remove { delete_file: bool },
}

/// To which.
pub(super) enum Target {
    /// All for which it is legal.
    All,
    /// Exactly these.
    These(Vec<TransferId>),
}

/// A transfer whose files are being dropped, and who waits for that.
pub(super) struct Leaving {
    /// Forget it altogether, or begin again.
    pub act: Act,
    pub replies: Vec<oneshot::Sender<Result<(), Error>>>,
}
