//! What has begun at a server and can go on there: what is kept of an upload between two attempts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::snapshot::Response;
use super::upload::Protocol;
use super::{Source, Verified, is_default};

/// How far an upload has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its files as they were when they were chosen.
    pub sources: Vec<Source>,
    /// How they are sent, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// What has begun at the server and can go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<Remote>,
    /// How many bytes the server has said that it has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub confirmed: u64,
    /// What the server said in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// What shows that the server has all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

impl Delivery {
    /// Nothing of these files was sent yet.
    #[must_use]
    pub fn of(sources: Vec<Source>) -> Self {
        Self { sources, protocol: None, remote: None, confirmed: 0, response: None, verified: None }
    }

    /// How many bytes the files have.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.sources.iter().map(|source| source.size).sum()
    }
}

/// An unfinished upload as its server knows it. It is written down before the first byte leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Remote {
    /// See [`Tus`].
    Tus(Tus),
    /// See [`Beside`].
    Beside(Beside),
}

/// An upload of tus (<https://tus.io/protocols/resumable-upload>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tus {
    /// The address of the upload. Whoever knows it may write there.
    pub upload: Address,
    /// Until when the server keeps it, if it has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// How many bytes go into one request at most, if not all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk: Option<u64>,
}

/// A file of SFTP or FTP that lies beside its place, under a name of its own: `.NAME.TAG.part`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// What tells its name from others.
    pub tag: String,
    /// The number in the name that it gets in the end, if the one without a number was taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub number: u32,
    /// Whether the server was seen to go on in the wrong place, so that nothing is gone on with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub whole: bool,
    /// Whether everything is there, and was about to get its name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub placing: bool,
}
