//! What has begun at a server and can go on there: what is kept of an upload between two attempts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::snapshot::Response;
use super::{Source, Verified, is_default};

/// How far an upload has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its files as they were when they were chosen.
    pub sources: Vec<Source>,
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
        Self { sources, remote: None, confirmed: 0, response: None, verified: None }
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
    /// See [`Webdav`].
    Webdav(Webdav),
    /// See [`Nextcloud`].
    Nextcloud(Nextcloud),
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

/// An upload over WebDAV (RFC 4918): a file beside the one that it becomes when it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webdav {
    /// Where its bytes are until all of them are there.
    pub part: Address,
    /// What it becomes.
    pub target: Address,
    /// How the server takes a part of a file; nothing if it has to get all of it at once. It was tried
    /// out, as some servers say that they can and then keep nothing but that part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partly: Option<Partly>,
    /// How many bytes go into one request at most, if they need not be all of them.
    pub chunk: u64,
    /// All was there, and it may be at its place already.
    #[serde(default, skip_serializing_if = "is_default")]
    pub moving: bool,
}

/// How a server of WebDAV takes a part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partly {
    /// PUT with `Content-Range` (RFC 9110 §14.5).
    Put,
    /// PATCH as sabre/dav has it (<https://sabre.io/dav/http-patch/>).
    Patch,
}

/// An upload in chunks as Nextcloud has them: files in a folder of their own, which it puts together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nextcloud {
    /// The folder of the chunks.
    pub folder: Address,
    /// Where the file will be.
    pub target: Address,
    /// How many bytes each chunk has but the last.
    pub chunk: u64,
    /// All was there, and it may be at its place already.
    #[serde(default, skip_serializing_if = "is_default")]
    pub moving: bool,
}
