//! What is known of the files at both ends: which version they are, and what shows that they are right.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::checksum::{Algorithm, Checksum, Mirror};
use super::evidence::Evidence;
use super::is_default;
use super::ranges::Ranges;
use super::snapshot::Response;

/// A download's file on disk and what its bytes belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Where the complete file goes; while it is incomplete it is `NAME.part` beside that.
    pub path: std::path::PathBuf,
    /// Length of the whole file in bytes, where the server said it.
    pub total: Option<u64>,
    /// Which version of the remote file the bytes belong to.
    pub validator: Option<Validator>,
    /// When the remote file was changed last, as the server wrote it, if that was long enough ago to
    /// tell one version from another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Whether the remote file is a web page, as far as the server knows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: bool,
    /// Whether the server can continue in the middle.
    pub resumable: bool,
    /// The part file, to tell it from another one of the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<FileIdentity>,
    /// The bytes that are safely on the disk.
    #[serde(default, skip_serializing_if = "is_default")]
    pub durable: Ranges,
    /// What shows which bytes of the part file can be gone on with, if that has yet to be looked at. Nothing is
    /// durable before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Box<Evidence>>,
    /// What the server says that the whole file amounts to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<Checksum>,
    /// Where else it is, in the server's words. The user has not named these addresses, so nothing is
    /// asked for there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<Mirror>,
    /// Where a Metalink describes it, in the server's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Address>,
    /// What the server said when it was begun, without a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Box<Response>>,
    /// Where it was found in the end, if that is not where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Address>,
    /// What the finished file was checked against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

/// Names one version of a remote file (RFC 9110 §8.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Validator {
    /// A strong entity tag, with its quotes.
    ETag(String),
    /// A modification date old enough to be a strong validator (RFC 9110 §8.8.2.2).
    LastModified(String),
}

impl Validator {
    /// As it stands in an `If-Range` header (RFC 9110 §13.1.5).
    #[must_use]
    pub fn as_header(&self) -> &str {
        match self {
            Self::ETag(tag) => tag,
            Self::LastModified(date) => date,
        }
    }
}

/// Which file it is, whatever it is called. Device numbers change from one boot to the next, so
/// they say nothing; inode numbers are given again, so the time of birth belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    /// Its inode.
    pub inode: u64,
    /// When it was made, in nanoseconds since 1970; 0 where the file system does not keep that.
    pub born: i64,
}

impl FileIdentity {
    /// The identity of the file that `metadata` was read from.
    #[must_use]
    pub fn of(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let born = metadata.created().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Self { inode: metadata.ino(), born: born.map_or(0, |age| i64::try_from(age.as_nanos()).unwrap_or(0)) }
    }
}

/// A local file at one moment; another length or time means another content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Length in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub modified: i64,
    /// Which file it is.
    pub identity: FileIdentity,
}

/// What a completed file was checked against, the strongest proof there was. Written, it is one word: the
/// name of the algorithm, `etag`, `length` or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Verified {
    /// A checksum of all of it, or of all its pieces.
    Checksum(Algorithm),
    /// One version by its validator, and every byte of its length.
    Etag,
    /// Every byte of the length the server named.
    Length,
    /// The server named neither; the end of the stream was its word.
    None,
}

impl From<Verified> for &'static str {
    fn from(verified: Verified) -> Self {
        match verified {
            Verified::Checksum(algorithm) => algorithm.name(),
            Verified::Etag => "etag",
            Verified::Length => "length",
            Verified::None => "none",
        }
    }
}

impl TryFrom<String> for Verified {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Ok(match word.as_str() {
            "etag" => Self::Etag,
            "length" => Self::Length,
            "none" => Self::None,
            _ => {
                Self::Checksum(Algorithm::from_name(&word).ok_or_else(|| format!("“{word}” proves nothing"))?)
            }
        })
    }
}
