//! What has become of a transfer so far, for people to read: its attempts, and what came between them.
//!
//! Only the last entries are kept. A transfer that was completed at the first attempt has none: what there is
//! to say of that stands in the transfer itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::is_default;
use super::{ErrorKind, Failure, Hold, Job, Pause, State, Transfer, Wait};

/// So many entries are kept.
const MOST: usize = 50;

/// The last entries of a history, in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// How many there were before these; they are forgotten.
    #[serde(default, skip_serializing_if = "is_default")]
    pub before: u64,
    /// Those that are kept.
    pub entries: Vec<Past>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// When it happened, or began to.
    pub at: Timestamp,
    /// What it was.
    pub what: Happened,
}

/// What can happen to a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Happened {
    /// It was tried.
    Attempted {
        /// When that was over.
        until: Timestamp,
        /// Bytes that came or went, also those that did so in vain.
        moved: u64,
        /// How that ended.
        ended: Ended,
    },
    /// What there was of it was dropped, for this reason; without one, somebody wanted it.
    StartedOver(Option<ErrorKind>),
    /// Somebody stopped it.
    Paused,
    /// It got another address.
    LinkChanged,
    /// There was no network, and it waited for one.
    NetworkLost,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Ended {
    /// Everything was moved, and it is right.
    Completed,
    /// It was told to stop.
    Stopped,
    /// There was a file of its name already, and nothing was moved.
    Skipped,
    /// Something went wrong.
    Failed(Failure),
}

impl History {
    /// What is to be read of `transfer`.
    #[must_use]
    pub fn of(transfer: &Transfer) -> Self {
        let mut history = transfer.history.clone();
        if transfer.is_plain()
            && let (State::Completed, Some(at), Some(until)) =
                (&transfer.state, transfer.started, transfer.finished)
        {
            let moved = match &transfer.job {
                Job::Upload { delivery, .. } => delivery.size(),
                Job::Download { .. } | Job::Leftover { .. } => transfer.durable(),
            };
            history.add(at, Happened::Attempted { until, moved, ended: Ended::Completed });
        }
        history
    }

    fn add(&mut self, at: Timestamp, what: Happened) {
        // An attempt is told of when it is over, and began before what happened during it.
        let place = self.entries.partition_point(|past| past.at <= at);
        self.entries.insert(place, Past { at, what });
        if self.entries.len() > MOST {
            self.entries.remove(0);
            self.before += 1;
        }
    }
}

impl Transfer {
    /// Remembers what happens now.
    pub(crate) fn remember(&mut self, what: Happened) {
        self.history.add(Timestamp::now(), what);
    }

    /// Remembers an attempt that began `at` that moment and is over now.
    pub(crate) fn remember_attempt(&mut self, at: Timestamp, moved: u64, ended: Ended) {
        if ended != Ended::Completed || !self.is_plain() {
            self.history.add(at, Happened::Attempted { until: Timestamp::now(), moved, ended });
        }
    }

    /// Remembers what is worth it of the move to another state.
    pub(crate) fn remember_move(&mut self, to: &State) {
        if self.state == *to {
            return;
        }
        match to {
            State::Paused(Pause::User) => self.remember(Happened::Paused),
            State::Waiting(Wait::Held(Hold::Network)) => self.remember(Happened::NetworkLost),
            _ => {}
        }
    }

    /// Whether nothing happened to it but one attempt.
    fn is_plain(&self) -> bool {
        self.attempts <= 1 && self.history == History::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::transfer::DownloadRequest;

    fn transfer() -> Transfer {
        let request = DownloadRequest::new("http://a.example/f").unwrap();
        Transfer::new(Job::Download { request, partial: None })
    }

    #[test]
    fn only_the_last_entries_are_kept_and_the_others_counted() {
        let mut transfer = transfer();
        for number in 0..1000 {
            let failed = Ended::Failed(Failure::new(ErrorKind::CannotConnect));
            transfer.remember_attempt(transfer.added + Duration::from_secs(number), number, failed);
        }
        let History { before, entries } = History::of(&transfer);
        assert_eq!((before, entries.len()), (950, MOST));
        assert!(matches!(entries[0].what, Happened::Attempted { moved: 950, .. }), "{entries:?}");
        let written = ron::to_string(&transfer).unwrap();
        assert!(written.len() < 16 * 1024, "{}", written.len());
        let read: Transfer = ron::from_str(&written).unwrap();
        assert_eq!(read.history, transfer.history);
    }

    #[test]
    fn one_attempt_that_went_well_is_not_written_down_and_told_nevertheless() {
        let mut transfer = transfer();
        (transfer.attempts, transfer.started) = (1, Some(transfer.added));
        transfer.remember_attempt(transfer.added, 7, Ended::Completed);
        (transfer.state, transfer.finished) = (State::Completed, Some(Timestamp::now()));
        assert!(!ron::to_string(&transfer).unwrap().contains("history"));
        let told = History::of(&transfer).entries;
        assert!(
            matches!(&told[..], [Past { what: Happened::Attempted { ended: Ended::Completed, .. }, .. }]),
            "{told:?}"
        );
    }

    #[test]
    fn an_attempt_stands_before_what_ended_it() {
        let mut transfer = transfer();
        let began = Timestamp::now() - Duration::from_secs(9);
        transfer.remember_move(&State::Paused(Pause::User));
        transfer.state = State::Paused(Pause::User);
        transfer.remember_move(&State::Paused(Pause::User));
        transfer.remember_attempt(began, 5, Ended::Stopped);
        let entries = History::of(&transfer).entries;
        assert!(matches!(entries[0].what, Happened::Attempted { ended: Ended::Stopped, .. }));
        assert_eq!((entries.len(), &entries[1].what), (2, &Happened::Paused));
    }
}
