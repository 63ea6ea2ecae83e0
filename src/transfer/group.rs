//! Transfers that belong together: what holds for all of them, and what is done when the last one has ended.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::completion::{Completion, Turn};
use super::group_name::GroupName;
use super::headers::Headers;
use super::job::Job;
use super::policy::CostPolicy;
use super::request::Destination;
use super::terms::Notify;
use super::{Transfer, is_default};

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// Its name.
    pub name: GroupName,
    /// Whether one runs after the other.
    #[serde(default, skip_serializing_if = "is_default")]
    pub serial: bool,
    /// Bytes a second that all of it may move together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Where downloads go that are added and say nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// What those may cost that are added and say nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_policy: Option<CostPolicy>,
    /// Headers for those that are added, but for such as they have themselves.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// What to run when all of it has ended.
    #[serde(default, skip_serializing_if = "Completion::is_empty")]
    pub completion: Completion,
    /// What to say then; instead of a word for each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// A folder at which downloads are tried once more that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Address>,
    /// How far the end has been dealt with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) turn: Turn,
    /// Whether those that failed were tried at the other address.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) retried: bool,
}

/// How a group stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Transfers in it.
    pub all: usize,
    /// Those that worked.
    pub completed: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that were cancelled.
    pub cancelled: usize,
}

/// A group as the outside sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupView {
    /// What is set for it.
    #[serde(flatten)]
    pub group: Group,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

impl Group {
    /// A group in which everything runs at once.
    #[must_use]
    pub fn new(name: GroupName) -> Self {
        Self {
            name,
            serial: false,
            limit: None,
            folder: None,
            cost_policy: None,
            headers: Headers::default(),
            completion: Completion::default(),
            notify: None,
            retry_at: None,
            turn: Turn::default(),
            retried: false,
        }
    }

    /// Takes over what is set for a group, and keeps where it stands.
    pub(crate) fn set(&mut self, group: Self) {
        *self = Self { turn: self.turn, retried: self.retried, ..group };
    }

    /// Gives a job what holds for the group and it says nothing else about.
    pub(crate) fn complete(&self, job: &mut Job) {
        let (headers, policy) = match job {
            Job::Download { request, .. } => {
                if request.destination.is_none() {
                    request.destination = self.folder.clone().map(Destination::Folder);
                }
                (&mut request.headers, &mut request.terms.cost_policy)
            }
            Job::Upload { request, .. } | Job::Leftover { request, .. } => {
                (&mut request.headers, &mut request.terms.cost_policy)
            }
        };
        headers.fill_in(&self.headers);
        if *policy == CostPolicy::Default {
            *policy = self.cost_policy.unwrap_or_default();
        }
    }
}

impl Standing {
    /// Counts these.
    pub(crate) fn of<'a>(transfers: impl Iterator<Item = &'a Transfer>) -> Self {
        use super::state::State::{Cancelled, Completed, Failed};
        transfers.fold(Self::default(), |mut standing, transfer| {
            standing.all += 1;
            match transfer.state {
                Completed => standing.completed += 1,
                Failed(_) => standing.failed += 1,
                Cancelled => standing.cancelled += 1,
                _ => {}
            }
            standing
        })
    }

    /// Whether all of it has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.all > 0 && self.completed + self.failed + self.cancelled == self.all
    }

    /// Whether it ended well: nothing failed, and something worked. Nothing is said of one that was cancelled
    /// altogether.
    #[must_use]
    pub fn success(&self) -> Option<bool> {
        (self.is_over() && self.cancelled < self.all).then_some(self.failed == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_over_when_all_of_it_is_and_well_if_nothing_failed() {
        let standing = |completed, failed, cancelled, rest| Standing {
            all: completed + failed + cancelled + rest,
            completed,
            failed,
            cancelled,
        };
        assert_eq!(standing(0, 0, 0, 0).success(), None);
        assert_eq!(standing(2, 1, 0, 1).success(), None);
        assert_eq!(standing(2, 0, 0, 0).success(), Some(true));
        assert_eq!(standing(2, 0, 1, 0).success(), Some(true));
        assert_eq!(standing(2, 1, 0, 0).success(), Some(false));
        assert!(standing(0, 0, 2, 0).is_over() && standing(0, 0, 2, 0).success().is_none());
    }
}
