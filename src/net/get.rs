//! What is asked for.

use crate::attempt::Timeouts;
use crate::transfer::{Address, Headers};

/// A request for a file from `offset` on.
#[derive(Debug)]
pub(crate) struct Get<'a> {
    pub url: &'a Address,
    /// For the origin of `url` alone.
    pub headers: &'a Headers,
    pub offset: u64,
    /// The byte behind the last one, if not everything is wanted.
    pub end: Option<u64>,
    /// The version that the bytes on the disk belong to, as for `If-Range`.
    pub version: Option<&'a str>,
    /// How long to wait for a connection and for the head of the answer.
    pub timeouts: Timeouts,
}
