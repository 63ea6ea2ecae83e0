//! On what terms a file is moved, whichever way it goes.

use std::num::NonZeroU8;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::completion::Completion;
use super::error::ErrorKind;
use super::group_name::GroupName;
use super::is_default;
use super::policy::CostPolicy;
use super::priority::Priority;
use super::proxy::ProxyChoice;

/// The user's own words for the notification at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// Shown when it worked.
    #[serde(default)]
    pub success: Option<String>,
    /// Shown when it did not.
    #[serde(default)]
    pub failure: Option<String>,
    /// Show nothing at all.
    #[serde(default)]
    pub quiet: bool,
}

/// What holds for a transfer in either direction. What is left out holds as the settings of the session say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// What to say at the end.
    #[serde(skip_serializing_if = "is_default")]
    pub notify: Notify,
    /// Which of those that wait goes first.
    #[serde(skip_serializing_if = "is_default")]
    pub priority: Priority,
    /// Not before this; nothing means as soon as there is room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// What it may cost.
    #[serde(skip_serializing_if = "is_default")]
    pub cost_policy: CostPolicy,
    /// The group that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// What to run when it has ended.
    #[serde(skip_serializing_if = "Completion::is_empty")]
    pub completion: Completion,
    /// Tries in a row without a byte of progress before it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Failures of these kinds pause it instead of ending it, when trying again has not helped or would not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pause_on: Vec<ErrorKind>,
    /// Seconds to wait for a connection or for the next byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// Bytes a second that it may move; nothing means no limit of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Connections that it may have at most, and begins with: for the segments of a download, or the parts of an
    /// upload where it is sent in parts. Nothing means as many as gain something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<NonZeroU8>,
    /// Through which proxy; the login for it stands among the headers.
    #[serde(skip_serializing_if = "is_default")]
    pub proxy: ProxyChoice,
    /// A file of cookies (in Netscape's format), each for the servers that it names there. It is read
    /// anew for every attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie_file: Option<PathBuf>,
}

impl Terms {
    /// Takes over from others what nothing is said about here.
    pub(super) fn fill_in(&mut self, others: &Self) {
        fn fill<T: Clone + Default + PartialEq>(own: &mut T, other: &T) {
            if is_default(own) {
                own.clone_from(other);
            }
        }
        fill(&mut self.notify, &others.notify);
        fill(&mut self.priority, &others.priority);
        fill(&mut self.start_at, &others.start_at);
        fill(&mut self.cost_policy, &others.cost_policy);
        fill(&mut self.group, &others.group);
        fill(&mut self.completion, &others.completion);
        fill(&mut self.retries, &others.retries);
        fill(&mut self.pause_on, &others.pause_on);
        fill(&mut self.timeout, &others.timeout);
        fill(&mut self.limit, &others.limit);
        fill(&mut self.connections, &others.connections);
        fill(&mut self.proxy, &others.proxy);
        fill(&mut self.cookie_file, &others.cookie_file);
    }

    /// What of it may come along to another machine or from somebody else: not what is to be run, what it
    /// may cost, or what is only known here.
    pub(super) fn stripped(self) -> Self {
        Self {
            completion: Completion::default(),
            cost_policy: CostPolicy::default(),
            cookie_file: None,
            group: None,
            start_at: None,
            ..self
        }
    }
}
