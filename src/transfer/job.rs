//! What a transfer does: one of the two directions, or what is left of one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Address, Change, Completion, CostPolicy, Delivery, DownloadRequest, ErrorKind, Failure, GroupName, Kind,
    Partial, Priority, Remote, UploadRequest,
};

/// The two directions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// From an address to a file.
    Download {
        /// What was asked for.
        request: DownloadRequest,
        /// The file on disk, once a server has said what it will be.
        #[serde(default)]
        partial: Option<Box<Partial>>,
    },
    /// From a file to an address.
    Upload {
        /// What was asked for.
        request: UploadRequest,
        /// How far it has come.
        delivery: Box<Delivery>,
    },
    /// Of an unfinished upload that nobody wants any more, what is at its server: it goes from there.
    Leftover {
        /// What had been asked for.
        request: UploadRequest,
        /// How far it had come.
        delivery: Box<Delivery>,
    },
}

impl Job {
    /// What has to go from the server when this upload is given up as it stands.
    #[must_use]
    pub(crate) fn leftover(&self) -> Option<Self> {
        let Self::Upload { request, delivery } = self else { return None };
        if !delivery.remote.as_ref().is_some_and(Remote::is_there) {
            return None;
        }
        let delivery = Delivery { response: None, verified: None, ..(**delivery).clone() };
        Some(Self::Leftover { request: request.clone(), delivery: Box::new(delivery) })
    }

    /// Its direction.
    #[must_use]
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Download { .. } => Kind::Download,
            Self::Upload { .. } => Kind::Upload,
            Self::Leftover { .. } => Kind::Leftover,
        }
    }

    /// The address that was asked for.
    #[must_use]
    pub fn url(&self) -> &Address {
        match self {
            Self::Download { request, .. } => &request.url,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.url,
        }
    }

    /// The name of a header whose secret value is not known any more, and is kept nowhere.
    #[must_use]
    pub fn missing_secret(&self) -> Option<&str> {
        match self {
            Self::Download { request, .. } => request.headers.missing(),
            Self::Upload { request, .. } | Self::Leftover { request, .. } => {
                request.headers.lost().find(|name| !request.is_kept(name))
            }
        }
    }

    /// Whether it may begin again after a cut without asking: nothing is done twice by that.
    #[must_use]
    pub(crate) fn is_repeatable(&self) -> bool {
        match self {
            Self::Download { .. } | Self::Leftover { .. } => true,
            Self::Upload { request, delivery } => delivery.remote.is_some() || request.is_repeatable(),
        }
    }

    /// Its own speed limit in bytes a second.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        match self {
            Self::Download { request, .. } => request.limit,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.limit,
        }
    }

    /// The moment before which it does not start, if there is one.
    #[must_use]
    pub fn start_at(&self) -> Option<Timestamp> {
        match self {
            Self::Download { request, .. } => request.start_at,
            Self::Upload { request, .. } => request.start_at,
            Self::Leftover { .. } => None,
        }
    }

    /// It may start at once.
    pub(crate) fn start_now(&mut self) {
        match self {
            Self::Download { request, .. } => request.start_at = None,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.start_at = None,
        }
    }

    /// What it may cost.
    #[must_use]
    pub fn cost_policy(&self) -> CostPolicy {
        match self {
            Self::Download { request, .. } => request.cost_policy,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.cost_policy,
        }
    }

    /// The group that it belongs to. What is left of an upload belongs to none.
    #[must_use]
    pub fn group(&self) -> Option<&GroupName> {
        match self {
            Self::Download { request, .. } => request.group.as_ref(),
            Self::Upload { request, .. } => request.group.as_ref(),
            Self::Leftover { .. } => None,
        }
    }

    /// What to run when it has ended.
    #[must_use]
    pub fn completion(&self) -> &Completion {
        match self {
            Self::Download { request, .. } => &request.completion,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.completion,
        }
    }

    /// The server that it speaks to.
    pub(crate) fn host(&self) -> &str {
        let url = match self {
            Self::Download { request, .. } => &request.url,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.url,
        };
        url.url().host_str().unwrap_or_default()
    }

    /// How many bytes of it are still to be moved, as far as that is known.
    #[must_use]
    pub(crate) fn needed(&self) -> u64 {
        match self {
            Self::Download { partial: Some(partial), .. } => {
                partial.total.unwrap_or_default().saturating_sub(partial.durable.len())
            }
            Self::Upload { delivery, .. } => delivery.size().saturating_sub(delivery.confirmed),
            Self::Download { partial: None, .. } | Self::Leftover { .. } => 0,
        }
    }

    /// Which of those that wait goes first.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match self {
            Self::Download { request, .. } => request.priority,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.priority,
        }
    }

    /// Whether what there is of it can go on as this; nothing if this goes the other way.
    #[must_use]
    pub(crate) fn goes_on_with(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Download { .. }, Self::Download { .. }) => Some(true),
            (Self::Upload { request, delivery }, Self::Upload { request: now, delivery: files }) => {
                let is_sent_alike = request.protocol == now.protocol && request.method == now.method;
                Some(is_sent_alike && request.form == now.form && delivery.sources == files.sources)
            }
            _ => None,
        }
    }

    /// Takes over a change to what was asked for.
    ///
    /// # Errors
    /// If it makes no sense for this transfer.
    pub(crate) fn amend(&mut self, change: Change) -> Result<(), Failure> {
        match self {
            Self::Download { request, .. } => {
                request.amend(change);
                Ok(())
            }
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.amend(change),
        }
    }

    /// Whether such a failure pauses it instead of ending it. What may have been done is never just to go on.
    #[must_use]
    pub(crate) fn pauses_on(&self, kind: ErrorKind) -> bool {
        let kinds = match self {
            Self::Download { request, .. } => &request.pause_on,
            Self::Upload { request, .. } => &request.pause_on,
            Self::Leftover { .. } => return false,
        };
        kind != ErrorKind::ResultUnknown && kinds.contains(&kind)
    }

    /// How many seconds the request wants to wait for others, if it says so.
    #[must_use]
    pub fn timeout(&self) -> Option<u64> {
        match self {
            Self::Download { request, .. } => request.timeout,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.timeout,
        }
    }

    /// How many fruitless tries in a row the request allows, if it says so.
    #[must_use]
    pub fn retries(&self) -> Option<u32> {
        match self {
            Self::Download { request, .. } => request.retries,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.retries,
        }
    }
}
