//! One attempt at a transfer: what it is given, and what it gives back.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

mod bucket;
mod limits;
mod sight;

pub(crate) use bucket::Limit;
pub(crate) use limits::Limits;
pub(crate) use sight::{Seen, Sight};

use crate::transfer::{
    ErrorKind, Failure, Meter, OnChange, Partial, Pause, Protocol, Ranges, Redaction, Remote, Response,
    TransferId, Verified,
};

/// What the session hands to a task that moves bytes.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// The transfer it is for.
    pub id: TransferId,
    /// How often it had been started over when this attempt began.
    pub restarts: u32,
    /// Where downloads go that name no folder.
    pub folder: PathBuf,
    /// How long to wait for others.
    pub timeouts: Timeouts,
    /// What to do when the remote file is another one now.
    pub on_change: OnChange,
    /// The shortest part of a file that is worth a connection of its own, in bytes.
    pub min_split: u64,
    /// Whether to look for files of checksums.
    pub find_checksums: bool,
    /// Where moved bytes are counted.
    pub meter: Meter,
    /// Where its connections can be looked at.
    pub sight: Sight,
    /// How fast it may be.
    pub limits: Limits,
    /// What is left out of all that a server says.
    pub secrets: Redaction,
    /// Cancelled when the task shall hand in what it has and end.
    pub stop: CancellationToken,
    /// The way back to the session.
    pub reports: mpsc::Sender<(TransferId, Report)>,
}

#[cfg(test)]
impl Attempt {
    /// One of its own, without a session.
    pub(crate) fn alone(folder: PathBuf, reports: mpsc::Sender<(TransferId, Report)>) -> Self {
        Self {
            id: TransferId::new(),
            restarts: 0,
            folder,
            timeouts: Timeouts { connect: Duration::from_secs(5), silence: Duration::from_secs(5) },
            on_change: OnChange::Pause,
            min_split: 1,
            find_checksums: false,
            meter: Meter::default(),
            sight: Sight::default(),
            limits: Limits::default(),
            secrets: Redaction::default(),
            stop: CancellationToken::new(),
            reports,
        }
    }
}

/// How long to wait for others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// For a connection to come about.
    pub connect: Duration,
    /// For the next byte, in either direction.
    pub silence: Duration,
}

/// What a task says on its way. What it holds back until the session has written it down, it asks
/// for with [`Attempt::commit`].
pub(crate) enum Report {
    /// The download will be this file, or it has become this one.
    Planned(Box<Partial>, oneshot::Sender<Result<(), Failure>>),
    /// These bytes are safely on the disk.
    Durable(Ranges),
    /// The bytes so far were dropped for this reason, and it begins again.
    StartedOver(ErrorKind),
    /// All bytes are here; they are being checked and put in place.
    Verifying,
    /// What was checked was wrong; some of it is fetched once more.
    Fetching,
    /// An upload is sent like this.
    Chosen(Protocol),
    /// The server expects an upload, and this is what it is there; or something of that is new.
    Begun(Box<Remote>, oneshot::Sender<Result<(), Failure>>),
    /// The server has so many bytes of an upload.
    Confirmed(u64),
    /// The server has answered an upload.
    Answered(Box<Response>),
    /// What shows that the server has all of an upload.
    Proved(Verified),
    /// The attempt is over. Always the last word.
    Ended(Outcome),
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Everything was moved, and it is right. A download's file has its final name.
    Completed(Option<Box<Partial>>),
    /// It was told to stop.
    Stopped,
    /// There is a file of its name already, and it is to be left alone then. Nothing was moved.
    Skipped,
    /// Something went wrong; its kind says whether to try again.
    Failed(Failure),
    /// A person has to decide.
    Paused(Pause),
}

impl Outcome {
    /// What went wrong, if anything did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Completed(_) | Self::Skipped | Self::Stopped => None,
            Self::Failed(failure) => Some(failure),
            Self::Paused(pause) => pause.failure(),
        }
    }

    /// The same without secrets in what the server has said of it.
    pub(crate) fn without(mut self, secrets: &Redaction) -> Self {
        let failure = match &mut self {
            Self::Completed(_) | Self::Skipped | Self::Stopped => None,
            Self::Failed(failure) => Some(failure),
            Self::Paused(pause) => pause.failure_mut(),
        };
        if let Some(failure) = failure {
            secrets.hide_in_failure(failure);
        }
        self
    }
}

impl Attempt {
    /// What stands in the names of things that an upload makes at its server. All attempts call them the
    /// same, so that what one of them has left is found by the next; those of a transfer that was started
    /// over have others, as what was there before may be about to go.
    pub(crate) fn mark(&self) -> String {
        let id = self.id.to_string();
        // The end of such an id is what differs (RFC 9562 §5.7).
        let end = &id[id.len().saturating_sub(12)..];
        if self.restarts == 0 { end.to_owned() } else { format!("{end}-{}", self.restarts) }
    }

    /// Reports something that need not be waited for. Of an answer that quotes secrets they are left out.
    pub(crate) async fn report(&self, mut report: Report) {
        if let Report::Answered(response) = &mut report {
            self.secrets.hide_in_response(response);
        }
        // Nobody to hear it means that the runtime is ending, and this task with it.
        let _ = self.reports.send((self.id, report)).await;
    }

    /// Reports what the file will be. The answer comes when that is written down; until it has come,
    /// a crash may forget it.
    pub(crate) async fn commit(&self, partial: Partial) -> oneshot::Receiver<Result<(), Failure>> {
        let (done, committed) = oneshot::channel();
        self.report(Report::Planned(Box::new(partial), done)).await;
        committed
    }

    /// Reports what has begun at the server, and waits until that is written down.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub(crate) async fn begun(&self, remote: Remote) -> Result<(), Outcome> {
        let (done, written) = oneshot::channel();
        self.report(Report::Begun(Box::new(remote), done)).await;
        committed(written).await
    }

    /// The same as [`Self::commit`], for a thread that may be held up.
    pub(crate) fn committer(
        &self,
    ) -> impl FnOnce(Partial) -> oneshot::Receiver<Result<(), Failure>> + Send + use<> {
        let (reports, id) = (self.reports.clone(), self.id);
        move |partial| {
            let (done, committed) = oneshot::channel();
            let _ = reports.blocking_send((id, Report::Planned(Box::new(partial), done)));
            committed
        }
    }
}

/// Waits for an answer to [`Attempt::commit`].
pub(crate) async fn committed(answer: oneshot::Receiver<Result<(), Failure>>) -> Result<(), Outcome> {
    match answer.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(failure)) => Err(Outcome::Failed(failure)),
        Err(_) => Err(Outcome::Stopped),
    }
}
