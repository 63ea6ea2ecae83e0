//! A resumable session, as the services of Google have them
//! (<https://cloud.google.com/storage/docs/performing-resumable-uploads>): the server makes an address for the
//! upload, takes it piece by piece, and says what it has with a 308 that leads nowhere.

use std::fmt::Write as _;
use std::ops::Range;

use http::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE};
use http::{HeaderValue, Method};

use super::desk::{Desk, Message, few, unanswered, value};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, HASTY, Trouble};
use crate::net::transport::{Answer, Exchange};
use crate::transfer::{ErrorKind, Failure, Google, Ranges, Remote, Verified};

/// What goes into one request, so that a server that keeps whole pieces only loses no more than that. All but
/// the last one have to be multiples of 256 KiB.
const CHUNK: u64 = 16 * 1024 * 1024;
const LEAST_CHUNK: u64 = 256 * 1024;

/// See the module.
pub(super) struct Upload {
    at: Google,
    /// It was all there already.
    done: Option<Finished>,
}

impl From<Google> for Upload {
    fn from(at: Google) -> Self {
        Self { at, done: None }
    }
}

/// What the server says that it has.
enum Has {
    /// So much.
    First(u64),
    /// Everything, and it has dealt with it.
    All(Finished),
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let name = desk.request.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let message = Message::ruled(Method::POST)
            .with("content-type", HeaderValue::from_static("application/json; charset=UTF-8"))
            .with("x-upload-content-type", HeaderValue::from_static("application/octet-stream"))
            .with("x-upload-content-length", desk.source().size)
            .carrying(few(format!("{{\"name\":{}}}", quoted(&name))));
        let (at, answer) = desk.ask(&desk.request.url.asking("uploadType", "resumable"), &message).await?;
        if !matches!(answer.response.status, 200 | 201) {
            return Err(refusal::failure(&at, &answer).into());
        }
        Ok(Opened::empty(Google { session: refusal::made(&at, &answer)?, chunk: CHUNK }))
    }

    fn remote(&self) -> Remote {
        Remote::Google(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let size = desk.source().size;
        let message = ranged(format!("bytes */{size}"));
        let exchange = desk.send(&self.at.session, &message).await?;
        match self.heard(exchange, size)? {
            Has::First(bytes) => Ok(Ranges::up_to(bytes)),
            Has::All(finished) => {
                self.done = Some(finished);
                Ok(Ranges::up_to(size))
            }
        }
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        missing.start..missing.end.min(missing.start.saturating_add(self.at.chunk))
    }

    fn shrink(&mut self) -> bool {
        let smaller = self.at.chunk / 2;
        self.at.chunk = smaller.max(LEAST_CHUNK);
        smaller >= LEAST_CHUNK
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let size = desk.source().size;
        let range = format!("bytes {}-{}/{size}", span.start, span.end.saturating_sub(1));
        let message = ranged(range).carrying(vec![desk.part(span.clone())]);
        let exchange = desk.send(&self.at.session, &message).await?;
        match self.heard(exchange, size)? {
            Has::First(now) if now >= span.start && now <= span.end => Ok(Sent::Has(span.start..now)),
            Has::First(_) => Err(Trouble::Resync(self.wrong("it lost count"))),
            Has::All(finished) if span.end == size => Ok(Sent::All(finished)),
            Has::All(_) => Err(self.wrong(HASTY).into()),
        }
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        if self.done.is_none() {
            // Of an empty file nothing was missing; or it has all of it and has not said that this is the end.
            self.query(desk).await?;
        }
        self.done.take().ok_or_else(|| self.wrong("it has everything and does not end").into())
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let (at, answer) = desk.ask(&self.at.session, &Message::ruled(Method::DELETE)).await?;
        match answer.response.status {
            200..=299 | 404 | 410 | 499 => Ok(()),
            _ => Err(refusal::failure(&at, &answer).into()),
        }
    }
}

impl Upload {
    /// What the answer to a request at the session says about a file of `size` bytes.
    fn heard(&self, exchange: Exchange, size: u64) -> Result<Has, Trouble> {
        let at = &self.at.session;
        let answer = exchange.end.map_err(unanswered)?;
        match answer.response.status {
            308 => match first(&answer.headers) {
                Some(bytes) if bytes <= size => Ok(Has::First(bytes)),
                _ => Err(refusal::nonsense(at, &answer, "it does not say what it has").into()),
            },
            200 | 201 if !exchange.whole => Err(refusal::nonsense(at, &answer, HASTY).into()),
            // Of whatever stands before it and wants a login first.
            200 | 201 if answer.media_type.as_deref() == Some("text/html") => {
                Err(refusal::nonsense(at, &answer, "it sent a page instead of an answer").into())
            }
            200 | 201 => all(answer, size).map(Has::All).map_err(|failure| failure.about(at.host()).into()),
            // Cancelled, perhaps by somebody else.
            499 => Err(Trouble::Gone(refusal::failure(at, &answer))),
            // Where the server is not is only told in words.
            400 if answer.response.body.to_ascii_lowercase().contains("content-range") => {
                Err(Trouble::Resync(refusal::failure(at, &answer)))
            }
            _ => Err(refusal::trouble(at, &answer)),
        }
    }

    fn wrong(&self, why: &str) -> Failure {
        let failure = Failure::new(ErrorKind::ErrorHttpInvalidServerResponse);
        failure.about(self.at.session.host()).because(why)
    }
}

/// A request that says about which bytes of the file it is.
fn ranged(range: String) -> Message {
    Message {
        headers: HeaderMap::from_iter([
            (CONTENT_RANGE, value(range)),
            (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        ]),
        ..Message::ruled(Method::PUT)
    }
}

/// How many bytes the server has; it has none if it does not say.
fn first(headers: &HeaderMap) -> Option<u64> {
    let Some(range) = headers.get(RANGE) else { return Some(0) };
    let range = range.to_str().ok()?.trim();
    let (start, end) = range.strip_prefix("bytes=").unwrap_or(range).split_once('-')?;
    let end: u64 = end.trim().parse().ok().filter(|_| start.trim() == "0")?;
    end.checked_add(1)
}

/// What was taken. Google's own say how large it is now.
fn all(answer: Answer, size: u64) -> Result<Finished, Failure> {
    let verified = match stated_size(&answer.response.body) {
        Some(stated) if stated == size => Verified::Length,
        Some(_) => return Err(Failure::new(ErrorKind::Changed)),
        None => Verified::None,
    };
    Ok(Finished { response: Some(answer.response), verified })
}

/// The number behind `"size":`, which Google writes as a text.
fn stated_size(json: &str) -> Option<u64> {
    let (_, rest) = json.split_once("\"size\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('"');
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// As a text of JSON (RFC 8259 §7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Writing to a string does not fail.
            c if c.is_control() => _ = write!(quoted, "\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_has_is_what_it_says() {
        let first = |range: &str| first(&HeaderMap::from_iter([(RANGE, range.parse().unwrap())]));
        assert_eq!(super::first(&HeaderMap::new()), Some(0));
        assert_eq!(first("bytes=0-1048575"), Some(1_048_576));
        assert_eq!(first("0-9"), Some(10));
        for wrong in ["", "bytes=", "bytes=1-9", "bytes=0-", "bytes=0-x", "bytes=0-18446744073709551615"] {
            assert_eq!(first(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_size_is_found_as_text_and_as_number() {
        assert_eq!(stated_size("{\"kind\": \"storage#object\", \"size\": \"3000000\" }"), Some(3_000_000));
        assert_eq!(stated_size("{\"size\":7}"), Some(7));
        for none in ["", "{}", "{\"size\":null}", "{\"size\"", "{\"size\":\"\"}"] {
            assert_eq!(stated_size(none), None, "{none}");
        }
    }

    #[test]
    fn names_are_quoted_as_json_wants_it() {
        assert_eq!(quoted("a\"b\\c\u{1}\n日本"), "\"a\\\"b\\\\c\\u0001\\u000a日本\"");
    }
}
