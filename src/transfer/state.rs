//! Where a transfer stands, and the table of legal moves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::{ErrorKind, Failure};
use super::policy::Hold;

/// Where a transfer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Ready to run when there is room.
    Queued,
    /// Bytes are moving, or a connection is being made.
    Running,
    /// Stopped until somebody says go on.
    Paused(Pause),
    /// Stopped until something happens by itself.
    Waiting(Wait),
    /// All bytes are here; they are being checked and put in place.
    Verifying,
    /// Done, and right.
    Completed,
    /// Ended by the user.
    Cancelled,
    /// Ended as the user wished for this case: there is a file of its name already.
    Skipped,
    /// Ended by a failure; every byte is kept.
    Failed(Failure),
}

/// Why a transfer is paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Pause {
    /// The user wanted it.
    User,
    /// A POST was cut off midway; sending it again may do the thing twice.
    RestartNeeded(Failure),
    /// The remote file is another one now.
    Changed(Failure),
    /// The link no longer works.
    NeedsLink(Failure),
    /// The server wants a login that is not at hand.
    NeedsLogin(Failure),
    /// It failed in a way in which it shall not end, but wait for somebody.
    Recoverable(Failure),
}

impl Pause {
    /// What went wrong, if it is due to a failure.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::User => None,
            Self::RestartNeeded(failure)
            | Self::Changed(failure)
            | Self::NeedsLink(failure)
            | Self::NeedsLogin(failure)
            | Self::Recoverable(failure) => Some(failure),
        }
    }

    /// The same, to be changed.
    pub(crate) fn failure_mut(&mut self) -> Option<&mut Failure> {
        match self {
            Self::User => None,
            Self::RestartNeeded(failure)
            | Self::Changed(failure)
            | Self::NeedsLink(failure)
            | Self::NeedsLogin(failure)
            | Self::Recoverable(failure) => Some(failure),
        }
    }
}

/// What a transfer waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Wait {
    /// The moment of the next try.
    Retry {
        /// When it is.
        at: Timestamp,
        /// What went wrong with the last one.
        failure: Failure,
    },
    /// Room on the disk.
    DiskSpace {
        /// When to look again.
        at: Timestamp,
        /// What the disk said.
        failure: Failure,
    },
    /// Something outside that has to change.
    Held(Hold),
    /// The moment at which it shall start.
    Schedule {
        /// When it is.
        at: Timestamp,
    },
}

/// What somebody can ask of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Pause,
    Resume,
    Cancel,
    Restart,
}

/// A step that the state does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {from} transfer cannot be {step}")]
pub struct IllegalMove {
    from: &'static str,
    step: &'static str,
}

impl IllegalMove {
    /// Going on by itself is not allowed; beginning again is.
    pub(crate) fn needs_restart() -> Self {
        Self { from: "half-sent", step: "resumed; restart it if it may be sent again" }
    }

    /// It is on its way out already.
    pub(crate) fn of_leftover() -> Self {
        Self { from: "left-over", step: "held up; resume it to try again, or remove it from the list" }
    }
}

impl State {
    /// Ready to run, at once or from this moment on.
    pub(crate) fn ready(from: Option<Timestamp>) -> Self {
        match from.filter(|at| *at > Timestamp::now()) {
            Some(at) => Self::Waiting(Wait::Schedule { at }),
            None => Self::Queued,
        }
    }

    /// The word for it that the outside relies on.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused(_) => "paused",
            Self::Waiting(_) => "waiting",
            Self::Verifying => "verifying",
            Self::Completed => "completed",
            Self::Cancelled | Self::Skipped => "cancelled",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether it has ended, well or badly.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Skipped | Self::Failed(_))
    }

    /// Whether it has ended well; nothing if it has not ended, or was ended by somebody.
    #[must_use]
    pub fn success(&self) -> Option<bool> {
        match self {
            Self::Completed => Some(true),
            Self::Failed(_) => Some(false),
            _ => None,
        }
    }

    /// Whether a task works on it now.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Running | Self::Verifying)
    }

    /// Whether it waits for the moment at which it shall start.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        matches!(self, Self::Waiting(Wait::Schedule { .. }))
    }

    /// What went wrong, if the state is due to a failure.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure)
            | Self::Waiting(Wait::Retry { failure, .. } | Wait::DiskSpace { failure, .. }) => Some(failure),
            Self::Paused(pause) => pause.failure(),
            _ => None,
        }
    }

    /// Whether it may have been done, so that only somebody who says so begins it again.
    #[must_use]
    pub(crate) fn needs_restart(&self) -> bool {
        match self {
            Self::Paused(Pause::RestartNeeded(_)) => true,
            Self::Failed(failure) => failure.kind == ErrorKind::ResultUnknown,
            _ => false,
        }
    }

    /// When it should be looked at again, if it waits for a moment.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting(Wait::Retry { at, .. } | Wait::DiskSpace { at, .. } | Wait::Schedule { at }) => {
                Some(*at)
            }
            _ => None,
        }
    }

    /// Whether somebody may ask for `step` now: the one table of legal moves.
    pub(crate) fn allows(&self, step: Step) -> Result<(), IllegalMove> {
        use Step::{Cancel, Pause, Restart, Resume};
        let legal: &[Step] = match self {
            Self::Queued | Self::Running | Self::Verifying => &[Pause, Cancel, Restart],
            Self::Paused(_) | Self::Waiting(_) => &[Pause, Resume, Cancel, Restart],
            Self::Failed(_) => &[Resume, Cancel, Restart],
            Self::Completed | Self::Cancelled | Self::Skipped => &[Restart],
        };
        if legal.contains(&step) {
            Ok(())
        } else {
            Err(IllegalMove { from: self.name(), step: step.participle() })
        }
    }
}

impl Step {
    fn participle(self) -> &'static str {
        match self {
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Cancel => "cancelled",
            Self::Restart => "restarted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Step; 4] = [Step::Pause, Step::Resume, Step::Cancel, Step::Restart];

    #[test]
    fn an_ended_transfer_can_only_be_started_over_and_a_failed_one_also_continued() {
        for state in [State::Completed, State::Cancelled, State::Skipped] {
            let legal: Vec<_> = ALL.into_iter().filter(|s| state.allows(*s).is_ok()).collect();
            assert_eq!(legal, [Step::Restart], "{state:?}");
        }
        assert!(State::Failed(Failure::new(ErrorKind::ResultUnknown)).needs_restart());
        let failed = State::Failed(Failure::new(ErrorKind::NotFound));
        assert!(!failed.needs_restart());
        assert!(failed.allows(Step::Resume).is_ok());
        assert!(failed.allows(Step::Pause).is_err());
    }

    #[test]
    fn a_long_check_can_be_paused_and_cancelled() {
        assert!(State::Verifying.allows(Step::Pause).is_ok());
        assert!(State::Verifying.allows(Step::Cancel).is_ok());
    }

    #[test]
    fn an_illegal_move_says_both_words() {
        let error = State::Completed.allows(Step::Pause).unwrap_err();
        assert_eq!(error.to_string(), "a completed transfer cannot be paused");
    }
}
