//! What is told of one transfer to who looks at it closely: what has become of it, and a map of its file.

use super::actor::Actor;
use super::command::Command;
use super::{Error, Session};
use crate::transfer::{History, Job, Ranges, Segments, TransferId};

impl Session {
    /// What has become of one transfer so far.
    ///
    /// # Errors
    /// If there is no such transfer.
    pub async fn history(&self, id: TransferId) -> Result<History, Error> {
        self.ask(|reply| Command::History(id, reply)).await?
    }

    /// Which parts of one transfer's file are here, and who gets the others. Nothing is made ready for this
    /// before it is asked for, so ask only for what is looked at.
    ///
    /// # Errors
    /// If there is no such transfer.
    pub async fn segments(&self, id: TransferId) -> Result<Segments, Error> {
        self.ask(|reply| Command::Segments(id, reply)).await?
    }
}

impl Actor {
    pub(super) fn segments(&self, id: TransferId) -> Result<Segments, Error> {
        let transfer = self.transfers.get(&id).ok_or(Error::Unknown(id))?;
        let progress = self.snapshot(transfer).progress;
        let safe = match &transfer.job {
            Job::Download { partial: Some(partial), .. } => partial.durable.clone(),
            _ => Ranges::default(),
        };
        let seen = self.running.get(&id).and_then(|running| running.sight.look());
        let (arrived, mut connections) = seen.unwrap_or_default();
        let here = safe.iter().chain(arrived.iter()).collect();
        let total = progress.total.filter(|_| matches!(transfer.job, Job::Download { .. }));
        if let [alone] = &mut connections[..] {
            alone.rate = alone.rate.or(progress.rate);
        }
        let limit = transfer.job.terms().limit;
        Ok(Segments { connections, limit, ..Segments::of(total, &here, &safe) })
    }
}
