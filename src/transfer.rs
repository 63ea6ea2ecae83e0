//! What a transfer is: plain data, no input or output.
//!
//! A transfer begins as a [request](DownloadRequest), which no server answer ever changes, and
//! lives as a [`Transfer`]: the request, where it stands ([`State`]), what was learnt on the way,
//! and the history of its attempts. A [`Snapshot`] is the flat picture of it that the outside sees.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod address;
mod address_book;
mod change;
pub(crate) mod checked;
mod checksum;
mod completion;
mod conditions;
mod data_plan;
mod error;
mod evidence;
mod folders;
mod group;
mod group_name;
mod headers;
mod history;
mod job;
mod link;
mod moment;
mod partial;
mod path;
mod place;
mod policy;
mod position;
mod priority;
mod progress;
mod proxy;
mod ranges;
mod redaction;
mod remote;
mod request;
mod resume_data;
mod secret;
mod segments;
mod site;
mod snapshot;
mod state;
mod statistics;
mod stored;
mod terms;
mod upload;

pub use address::{Address, Credentials, Scheme};
pub use address_book::AddressBookEntry;
pub use change::{Change, NotAChange, speed};
pub use checksum::{Algorithm, Checksum, Expected, Mirror, NotAChecksum, Pieces};
pub use completion::{CommandLine, Completion, NotACommand, Turn};
pub use conditions::{Conditions, Connectivity};
pub use data_plan::{Budget, DataPlan, Period};
pub use error::{ErrorKind, Failure, NotAKind, Retry};
pub use evidence::Evidence;
pub(crate) use evidence::Sum;
pub use folders::{Folders, NotInside};
pub use group::{Group, GroupView, Standing};
pub use group_name::{GroupName, NotAGroup};
pub use headers::{FromSite, Headers, NotAFingerprint, NotAHeader};
pub(crate) use headers::{PROXY_LOGIN, basic, from_basic};
pub use history::{Ended, Happened, History, Past};
pub use job::Job;
pub(crate) use link::found as found_link;
pub use link::{LinkRule, NotALinkRule};
pub use moment::{NotAMoment, moment};
pub use partial::{FileIdentity, Partial, Source, Validator, Verified};
#[cfg(fuzzing)]
pub(crate) use place::fuzz as fuzz_sxcu;
pub use place::{FromPlace, NotAName, NotAnUploader, Place};
pub use policy::{Cost, CostPolicy, Hold, NotAPolicy, Saving, hold};
pub use position::{Position, Rank};
pub use priority::{NotAPriority, Priority};
pub(crate) use progress::OpenConnection;
pub use progress::{Bound, Meter, Progress};
pub use proxy::{Proxy, ProxyChoice, ProxyKind};
pub use ranges::Ranges;
pub(crate) use redaction::Redaction;
pub use remote::{
    Beside, Chunks, Delivery, Google, Nextcloud, Partly, Remote, Resumable, S3, Tus, TusPart, TusParts,
    Webdav,
};
pub use request::{Destination, DownloadRequest, IfExists, OnChange};
#[cfg(fuzzing)]
pub(crate) use resume_data::fuzz as fuzz_resume_data;
pub use resume_data::{NotResumeData, ResumeData};
pub use secret::{Purpose, SecretKey};
pub use segments::{Connection, Segments};
pub use site::Site;
pub(crate) use snapshot::UNKNOWN_KEY;
pub use snapshot::{ErrorView, Kind, Phase, Reason, Response, Snapshot};
pub(crate) use state::Step;
pub use state::{IllegalMove, Pause, State, Wait};
pub use statistics::{Count, Statistics};
pub use terms::{Notify, Terms};
pub use upload::{Form, Method, Protocol, UploadRequest};

/// Whether a value need not be written down, as one that is missing is read like this.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The name of a transfer: a UUID of version 7, so that names sort by the time they were given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransferId(Uuid);

impl TransferId {
    /// A new name, later than every name given before on this machine.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for TransferId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for TransferId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Everything that is kept about one transfer, in memory and on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// Its name.
    pub id: TransferId,
    /// What is moved, and what was learnt about it.
    pub job: Job,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub added: Timestamp,
    /// When it first ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When it reached an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// How often it was started over from the first byte.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restarts: u32,
    /// How often it was tried.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attempts: u32,
    /// Tries in a row that moved no byte; progress sets it back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fruitless: u32,
    /// Where it was moved to among those of its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rank: Option<Rank>,
    /// How far its end has been dealt with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) turn: Turn,
    /// Bytes of a download that came, in all tries since somebody last said that it shall go on, with those
    /// that were there then. What is not on the disk of it came in vain.
    #[serde(default)]
    pub fetched: u64,
    /// Under which name its secrets are kept where secrets are, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<Uuid>,
    /// What has become of it so far; [`History::of`] says all of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: History,
    /// Whether resume data was made of it. What there is of it, here and at servers, belongs to that then, and
    /// does not go when this is forgotten or begun again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handed_over: bool,
}

impl Transfer {
    /// A transfer that was asked for just now.
    #[must_use]
    pub fn new(job: Job) -> Self {
        let state = State::ready(job.terms().start_at);
        Self {
            id: TransferId::new(),
            job,
            state,
            added: Timestamp::now(),
            started: None,
            finished: None,
            restarts: 0,
            attempts: 0,
            fruitless: 0,
            rank: None,
            turn: Turn::default(),
            fetched: 0,
            kept: None,
            history: History::default(),
            handed_over: false,
        }
    }

    /// Bytes that are safe where they go: those of a download on the disk, those of an upload at the server.
    #[must_use]
    pub fn durable(&self) -> u64 {
        match &self.job {
            Job::Download { partial: Some(partial), .. } => partial.durable.len(),
            Job::Download { partial: None, .. } => 0,
            Job::Upload { delivery, .. } | Job::Leftover { delivery, .. } => delivery.confirmed,
        }
    }

    /// Where it stands among those of its priority.
    pub(crate) fn rank(&self) -> Rank {
        self.rank.unwrap_or_else(|| Rank::of(self.id))
    }

    /// Where its secrets are kept.
    pub(crate) fn kept_under(&self) -> Option<SecretKey> {
        self.kept.map(|name| SecretKey::new(Purpose::Transfer, name.to_string(), self.job.url()))
    }

    /// Whether it is nothing that was asked for, but what is left of that at a server.
    #[must_use]
    pub fn is_leftover(&self) -> bool {
        matches!(self.job, Job::Leftover { .. })
    }

    /// What becomes of its command in the state that it is in now.
    pub(crate) fn take_turn(&mut self) {
        match (self.state.success(), self.turn) {
            (Some(success), Turn::Open) if self.job.terms().completion.command(success).is_some() => {
                self.turn = Turn::due();
            }
            (None, _) => self.turn = Turn::Open,
            _ => {}
        }
    }

    /// It goes its own way again, from the first byte on: what there was belongs to its resume data.
    pub(crate) fn let_go(&mut self) {
        if std::mem::take(&mut self.handed_over) {
            match &mut self.job {
                Job::Download { partial, .. } => *partial = None,
                Job::Upload { delivery, .. } | Job::Leftover { delivery, .. } => {
                    (delivery.remote, delivery.confirmed) = (None, 0);
                }
            }
        }
    }

    /// Somebody wants it to go on: what was in vain until now no longer counts.
    pub(crate) fn forgive(&mut self) {
        (self.fruitless, self.fetched) = (0, self.durable());
    }
}
