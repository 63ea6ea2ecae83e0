//! JSON-RPC 2.0 on a stream: one message a line, no line longer than a bound.
//!
//! `assets/protocol.md` tells it to those who write programs.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::fault::Fault;
use super::method::Misfit;
use super::protocol::{Reply, Request, Update};

/// Longest line that a caller may send, in bytes: resume data, whose quotes take more room here.
pub(super) const REQUEST: usize = 2 * crate::ResumeData::LONGEST;
/// From this length on, in bytes, a line leaves so much behind in the allocator that it is told to give it back.
pub(super) const LONG: usize = 1024 * 1024;
/// Longest line that a session sends: a list of everything.
pub(super) const ANSWER: usize = 256 * 1024 * 1024;

/// It is no JSON (JSON-RPC 2.0 §5.1, as the next three).
const NOT_JSON: i32 = -32700;
/// It is JSON, and no call.
const NOT_A_CALL: i32 = -32600;
/// There is no such method.
const NO_METHOD: i32 = -32601;
/// The method takes other params.
const WRONG_PARAMS: i32 = -32602;
/// A fault of ours (§5.1 leaves this range to us).
const FAULT: i32 = -32000;

/// What a caller calls its call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Number(serde_json::Number),
    Text(String),
    Null,
}

/// An answer to a call, or an update that nobody asked for just now.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Message {
    Result {
        jsonrpc: Version,
        id: Id,
        result: Reply,
    },
    Error {
        jsonrpc: Version,
        id: Id,
        error: RpcError,
    },
    Update {
        jsonrpc: Version,
        #[serde(flatten)]
        update: Update,
    },
}

impl Message {
    /// The message that a line is. Lists may be long, so each part is read as what it is at once.
    ///
    /// # Errors
    /// If it is none.
    pub(super) fn read(line: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            jsonrpc: Version,
            id: Option<Id>,
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            error: Option<RpcError>,
        }
        let Envelope { jsonrpc, id, result, error } = serde_json::from_slice(line)?;
        let id = id.unwrap_or(Id::Null);
        match (result, error) {
            (Some(result), _) => {
                Ok(Self::Result { jsonrpc, id, result: serde_json::from_str(result.get())? })
            }
            (None, Some(error)) => Ok(Self::Error { jsonrpc, id, error }),
            (None, None) => Ok(Self::Update { jsonrpc, update: serde_json::from_slice(line)? }),
        }
    }

    /// What became of the call of this name.
    pub(super) fn answer(id: Id, result: Result<Reply, Fault>) -> Self {
        match result {
            Ok(result) => Self::Result { jsonrpc: Version, id, result },
            Err(fault) => Self::Error { jsonrpc: Version, id, error: fault.into() },
        }
    }

    /// No call could be made out.
    fn not_a_call(id: Id, why: &str) -> Self {
        Self::wrong(id, NOT_A_CALL, why)
    }

    fn wrong(id: Id, code: i32, message: impl Into<String>) -> Self {
        Self::Error { jsonrpc: Version, id, error: RpcError { code, message: message.into(), data: None } }
    }
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
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "2.0" => Ok(Self),
            other => Err(serde::de::Error::custom(format!("JSON-RPC {other} is not spoken here"))),
        }
    }
}

/// A line of a caller, before it is known whether it means anything.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    jsonrpc: Option<&'a RawValue>,
    /// Without one it is a notification (§4.1), and null is one.
    #[serde(default, deserialize_with = "present")]
    id: Option<Id>,
    #[serde(default, borrow)]
    method: Option<&'a RawValue>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Id>, D::Error> {
    Id::deserialize(from).map(Some)
}

/// The request that a line is, and the name of the call, if it wants an answer.
///
/// # Errors
/// The answer, if it is none; nothing if no answer is wanted.
#[expect(clippy::result_large_err, reason = "what is no call is rare, and answered at once")]
pub(super) fn understand(line: &[u8]) -> Result<(Option<Id>, Request), Option<Message>> {
    const NO_CALL: &str = "This is not a call of JSON-RPC 2.0.";
    let not_json = || Some(Message::wrong(Id::Null, NOT_JSON, "This is not JSON."));
    if line.trim_ascii_start().first() == Some(&b'[') {
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        let batch = || Message::not_a_call(Id::Null, "Batches are not taken. Send one call a line.");
        return Err(if is_json { Some(batch()) } else { not_json() });
    }
    let envelope: Envelope<'_> = serde_json::from_slice(line).map_err(|error| match error.classify() {
        Category::Data => Some(Message::not_a_call(Id::Null, NO_CALL)),
        _ => not_json(),
    })?;
    let text = |raw: Option<&RawValue>| serde_json::from_str::<String>(raw?.get()).ok();
    let method =
        text(envelope.method).filter(|_| text(envelope.jsonrpc).is_some_and(|spoken| spoken == "2.0"));
    let Some(method) = method else {
        return Err(Some(Message::not_a_call(envelope.id.unwrap_or(Id::Null), NO_CALL)));
    };
    match Request::named(&method, envelope.params.map(RawValue::get)) {
        Ok(request) => Ok((envelope.id, request)),
        Err(misfit) => {
            let code = if matches!(misfit, Misfit::Method(_)) { NO_METHOD } else { WRONG_PARAMS };
            Err(envelope.id.map(|id| Message::wrong(id, code, misfit.to_string())))
        }
    }
}

/// The last word to a caller whose line could not be read to its end; nothing if it would not be heard.
pub(super) fn farewell(error: &io::Error) -> Option<Message> {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Some(Message::not_a_call(Id::Null, "The line is too long.")),
        io::ErrorKind::UnexpectedEof => {
            Some(Message::wrong(Id::Null, NOT_JSON, "The line was cut off. A line ends with a line feed."))
        }
        io::ErrorKind::TimedOut => {
            Some(Message::wrong(Id::Null, NOT_JSON, "The rest of the line did not come."))
        }
        _ => None,
    }
}

/// A call, as a line.
pub(super) fn call(id: u64, request: &Request) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Call {
        jsonrpc: Version,
        id: u64,
        method: String,
        #[serde(skip_serializing_if = "serde_json::Value::is_null")]
        params: serde_json::Value,
    }
    let (method, params) = request.parts()?;
    line(&Call { jsonrpc: Version, id, method, params }, REQUEST)
}

/// A message as a line.
///
/// # Errors
/// `FileTooLarge` if that is longer than `longest`.
pub(super) fn line(message: &impl Serialize, longest: usize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > longest { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(line) }
}

/// Reads the next line; nothing when the stream has ended. It may begin at any time, and then has to go on.
///
/// # Errors
/// `FileTooLarge`, `UnexpectedEof` if it has no end, `TimedOut` if nothing more of it came within `stall`; and
/// those of the stream.
pub(super) async fn read(
    from: &mut (impl AsyncBufRead + Unpin),
    longest: usize,
    stall: Duration,
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    loop {
        let more = from.fill_buf();
        let part = if line.is_empty() { more.await? } else { timeout(stall, more).await?? };
        if part.is_empty() {
            return if line.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let end = part.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(part.len(), |end| end + 1);
        if line.len() + taken > longest {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        line.extend_from_slice(&part[..taken]);
        from.consume(taken);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

/// Writes a line.
///
/// # Errors
/// `TimedOut` if the other end took nothing for `stall`, and those of the stream.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    mut line: &[u8],
    stall: Duration,
) -> io::Result<()> {
    while !line.is_empty() {
        match timeout(stall, to.write(line)).await?? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => line = &line[written..],
        }
    }
    to.flush().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The code and the id of the answer to a line that is no request.
    fn answer(line: &str) -> Option<(i32, Id)> {
        match understand(line.as_bytes()) {
            Err(Some(Message::Error { id, error, .. })) => Some((error.code, id)),
            _ => None,
        }
    }

    #[test]
    fn what_is_no_call_is_told_from_what_is_no_json() {
        let deep = "[".repeat(100_000);
        for line in ["", "garbage", "\u{0}\u{1}", r#"{"jsonrpc":"2.0""#, "[1", deep.as_str(), "{} {}"] {
            assert_eq!(answer(line), Some((NOT_JSON, Id::Null)), "{line:.40}");
        }
        let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"list"}]"#;
        for line in ["{}", "7", "null", "[]", batch, r#"{"jsonrpc":"2.0","id":{},"method":"list"}"#] {
            assert_eq!(answer(line), Some((NOT_A_CALL, Id::Null)), "{line}");
        }
        for line in [r#"{"jsonrpc":"1.0","id":1,"method":"list"}"#, r#"{"jsonrpc":"2.0","id":1,"method":2}"#]
        {
            assert_eq!(answer(line), Some((NOT_A_CALL, Id::Number(1.into()))), "{line}");
        }
    }

    #[test]
    fn a_call_keeps_its_name_and_a_notification_has_none() {
        for (id, expected) in
            [("7", Id::Number(7.into())), ("\"a\"", Id::Text("a".into())), ("null", Id::Null)]
        {
            let heard = understand(format!(r#"{{"id":{id},"method":"list","jsonrpc":"2.0"}}"#).as_bytes());
            assert!(matches!(heard, Ok((Some(id), Request::List)) if id == expected), "{id}");
            let wrong = |method: &str| {
                answer(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{"x":1}}}}"#))
            };
            assert_eq!(wrong("lsit"), Some((NO_METHOD, expected.clone())));
            assert_eq!(wrong("show"), Some((WRONG_PARAMS, expected)));
        }
        assert!(matches!(understand(br#"{"jsonrpc":"2.0","method":"list"}"#), Ok((None, Request::List))));
        for method in ["lsit", "show"] {
            let line = format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#);
            assert!(matches!(understand(line.as_bytes()), Err(None)), "{method}");
        }
    }

    #[test]
    fn deep_params_are_wrong_ones() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        for params in [deep.clone(), format!(r#"{{"id":{deep}}}"#)] {
            let line = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"show","params":{params}}}"#);
            assert_eq!(answer(&line), Some((WRONG_PARAMS, Id::Number(1.into()))));
        }
    }

    proptest! {
        #[test]
        fn every_line_is_a_request_or_has_an_answer(line in ".*", method in ".*", params in ".*") {
            assert!(!matches!(understand(line.as_bytes()), Err(None)));
            let call = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
            assert!(!matches!(understand(call.to_string().as_bytes()), Err(None)));
        }
    }
}
