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
    /// See [`S3`].
    S3(S3),
    /// See [`Google`].
    Google(Google),
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

/// An object of S3 that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3 {
    /// What the server calls the upload; nothing if the object goes in one request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many bytes each part has, but the last one.
    pub part: u64,
}

/// A resumable session, as the services of Google have them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Google {
    /// Its address. Whoever knows it may write there.
    pub session: Address,
    /// How many bytes go into one request at most.
    pub chunk: u64,
}
