//! JSON-RPC 2.0 on a stream: one message a line, no line longer than a bound.

use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::protocol::{Fault, Reply, Request, Update};

/// Longest line that a caller may send, in bytes: resume data, whose quotes take more room here.
pub(super) const REQUEST: u64 = 2 * crate::ResumeData::LONGEST as u64;
/// Longest line that a session sends: a list of everything.
pub(super) const ANSWER: u64 = 256 * 1024 * 1024;
/// The code of a fault of ours (JSON-RPC 2.0 §5.1 leaves this range to us).
const FAULT: i32 = -32000;

/// A request with its number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub jsonrpc: Version,
    pub id: u64,
    #[serde(flatten)]
    pub request: Request,
}

/// An answer to a call, or an update that nobody asked for just now.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Message {
    Result { jsonrpc: Version, id: u64, result: Reply },
    Error { jsonrpc: Version, id: u64, error: RpcError },
    Update { jsonrpc: Version, method: String, params: Update },
}

/// How a fault travels.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RpcError {
    code: i32,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<crate::ErrorView>,
}

impl From<Fault> for RpcError {
    fn from(fault: Fault) -> Self {
        Self { code: FAULT, message: fault.message, data: fault.failure }
    }
}

impl From<RpcError> for Fault {
    fn from(error: RpcError) -> Self {
        Self { message: error.message, failure: error.data }
    }
}

/// The word "2.0".
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Version;

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("2.0")
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "2.0" => Ok(Self),
            other => Err(serde::de::Error::custom(format!("JSON-RPC {other} is not spoken here"))),
        }
    }
}

/// Reads the next message; nothing when the stream has ended.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    longest: u64,
) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    from.take(longest).read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message was cut off or is too long"));
    }
    serde_json::from_slice(&line).map(Some).map_err(io::Error::from)
}

/// Writes one message.
pub(super) async fn write(to: &mut (impl AsyncWrite + Unpin), message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}
