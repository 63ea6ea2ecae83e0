//! What has begun at a server and can go on there: what is kept of an upload between two attempts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::checksum::Algorithm;
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
    /// The link to what was sent, if the server gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Delivery {
    /// Nothing of these files was sent yet.
    #[must_use]
    pub fn of(sources: Vec<Source>) -> Self {
        Self {
            sources,
            protocol: None,
            remote: None,
            confirmed: 0,
            response: None,
            verified: None,
            link: None,
        }
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
    /// See [`TusParts`].
    TusParts(TusParts),
    /// See [`Resumable`].
    Resumable(Resumable),
    /// See [`S3`].
    S3(S3),
    /// See [`Google`].
    Google(Google),
    /// See [`Beside`].
    Beside(Beside),
    /// See [`Webdav`].
    Webdav(Webdav),
    /// See [`Nextcloud`].
    Nextcloud(Nextcloud),
}

impl Remote {
    /// Whether the server has anything of it. An object of S3 that goes in one request is there as a whole
    /// or not at all.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self, Self::S3(S3 { id: None, .. }))
    }
}

/// How much of a file goes into one request: everything, until something shows that less is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunks {
    /// So many bytes, as more at once was lost in a cut or could not be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// So many bytes, as the server takes no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// Where a request began that broke off after much of it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<u64>,
}

/// An upload of tus (<https://tus.io/protocols/resumable-upload>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tus {
    /// The address of the upload. Whoever knows it may write there.
    pub upload: Address,
    /// Until when the server keeps it, if it has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// How much goes into one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub chunks: Chunks,
    /// The checksum with which each request is sent, if the server looks at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Algorithm>,
    /// How many bytes from the first on the server has found to be right by their checksums.
    #[serde(default, skip_serializing_if = "is_default")]
    pub checked: u64,
}

impl Tus {
    /// An upload of which nothing but its address is known.
    #[must_use]
    pub fn new(upload: Address) -> Self {
        Self { upload, expires: None, chunks: Chunks::default(), checksum: None, checked: 0 }
    }
}

/// Several uploads of tus that become one file (its extension `concatenation`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TusParts {
    /// Where uploads are made.
    pub endpoint: Address,
    /// The parts, in their order.
    pub parts: Vec<TusPart>,
    /// The server was told to make one file of them, and it is not known whether it has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub joining: bool,
}

/// A part of a file that is an upload of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TusPart {
    /// What is known of it. It counts from its own first byte.
    pub tus: Tus,
    /// Its first byte in the file.
    pub start: u64,
    /// The one behind its last.
    pub end: u64,
}

/// A resumable upload of HTTP (draft-ietf-httpbis-resumable-upload).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumable {
    /// The address of the upload. Whoever knows it may write there.
    pub upload: Address,
    /// Which version of the draft is spoken there.
    pub version: u8,
    /// Until when the server keeps it, if it has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// How much goes into one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub chunks: Chunks,
    /// The least that goes into one request, but for the last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub least: u64,
    /// Everything was sent, and what the server says of it has not come.
    #[serde(default, skip_serializing_if = "is_default")]
    pub in_doubt: bool,
    /// What stands before the server takes an interim answer for the last one, which then never comes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub muffled: bool,
}

impl Resumable {
    /// An upload of which nothing but its address is known, and the version that is spoken there.
    #[must_use]
    pub fn new(upload: Address, version: u8) -> Self {
        let chunks = Chunks::default();
        Self { upload, version, expires: None, chunks, least: 0, in_doubt: false, muffled: false }
    }
}

/// An object of S3 that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3 {
    /// What the server calls the upload; nothing if the object goes in one request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many bytes each part has, but the last one.
    pub part: u64,
    /// What the server calls the parts that it has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<u64, String>,
}

/// A resumable session, as the services of Google have them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Google {
    /// Its address. Whoever knows it may write there.
    pub session: Address,
    /// How many bytes go into one request at most.
    pub chunk: u64,
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
