//! tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): the server makes an address for the upload, says
//! how much of it it has, and takes the rest.
//!
//! A small file goes with the request that makes its upload, where the server offers that; of large ones several
//! [`parts`] may go at once. Only what the server says that it has is there, whatever was sent. Where it looks at checksums, each
//! request has one, so that what came wrong costs no more than that.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::Instant;

use super::desk::{Desk, Message, number, unanswered, value};
use super::engine;
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, HASTY, Trouble};
use super::sum;
use crate::attempt::Outcome;
use crate::net::transport::{Answer, Broken, Exchange};
use crate::transfer::{
    Address, Algorithm, Chunks, ErrorKind, Failure, Pause, Ranges, Remote, Response, Tus, TusPart, TusParts,
    UploadRequest, Verified,
};
use offer::Offer;
use parts::Parts;

mod offer;
mod parts;

/// What goes into one request that has a checksum.
const CHECKED: u64 = 16 * 1024 * 1024;

const OFFSET: &str = "upload-offset";
const BYTES: HeaderValue = HeaderValue::from_static("application/offset+octet-stream");
const VERSION: (&str, HeaderValue) = ("tus-resumable", HeaderValue::from_static("1.0.0"));

/// What is not larger goes with the request that makes its upload, where a server takes that.
const SMALL: u64 = 1024 * 1024;

/// Brings an upload to its end, from its beginning.
pub(super) async fn begin(desk: &Desk<'_>) -> Outcome {
    match Parts::begin(desk).await {
        Ok(Some(parts)) => engine::run(desk, Some(parts)).await,
        Ok(None) => engine::run::<Upload>(desk, None).await,
        Err(outcome) => outcome,
    }
}

/// The same of one in parts that has begun.
pub(super) async fn go_on_in_parts(desk: &Desk<'_>, parts: TusParts) -> Outcome {
    engine::run(desk, Some(Parts::from(parts))).await
}

/// Removes what is there of the parts.
pub(super) async fn abort_parts(desk: &Desk<'_>, parts: TusParts) -> Result<(), Trouble> {
    Parts::from(parts).abort(desk).await
}

/// See the module.
#[derive(Clone)]
pub(super) struct Upload {
    at: Tus,
    /// What of the file it is, if it is not all of it.
    part: Option<Range<u64>>,
    /// What the last request had to carry.
    tried: u64,
    last: Option<Response>,
}

impl From<Tus> for Upload {
    fn from(at: Tus) -> Self {
        Self { at, part: None, tried: 0, last: None }
    }
}

impl From<TusPart> for Upload {
    fn from(part: TusPart) -> Self {
        Self { part: Some(part.start..part.end), ..Self::from(part.tus) }
    }
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let offer = Offer::of(desk).await?;
        let size = desk.source().size;
        let message = ruled(Method::POST)
            .with("upload-length", size)
            .with("upload-metadata", value(metadata(desk.request)));
        // With a checksum, it comes in a request of its own: here nobody says that it is looked at.
        let at_once = offer.with_upload && offer.checksum.is_none() && (1..=SMALL).contains(&size);
        let (endpoint, answer) = if at_once {
            let message = message.with("content-type", BYTES).carrying(vec![desk.part(0..size)]);
            (desk.request.url.clone(), at_once_answered(desk, &message).await?)
        } else {
            desk.ask(&desk.request.url, &message).await?
        };
        if !matches!(answer.response.status, 200 | 201) {
            return Err(offer::refused(&endpoint, &answer).into());
        }
        let at = Self::made(&endpoint, &answer, offer.checksum)?;
        let came = number(&answer.headers, OFFSET).filter(|came| at_once && *came <= size);
        let begun = Self { last: Some(answer.response), ..Self::from(at) };
        Ok(Opened::Begun(begun, Ranges::up_to(came.unwrap_or_default())))
    }

    fn remote(&self) -> Remote {
        Remote::Tus(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::HEAD)).await?;
        let failure = || refusal::failure(&at, &answer);
        match answer.response.status {
            200 | 204 => {}
            403 | 404 | 410 => return Err(Trouble::Gone(failure())),
            _ => return Err(failure().into()),
        }
        let Range { start, end } = self.range(desk);
        let size = end - start;
        if number(&answer.headers, "upload-length").is_some_and(|length| length != size) {
            return Err(Trouble::Gone(refusal::nonsense(&at, &answer, "it expects another file there")));
        }
        let offset = number(&answer.headers, OFFSET).filter(|offset| *offset <= size);
        let offset = offset.ok_or_else(|| refusal::nonsense(&at, &answer, "it does not say what it has"))?;
        self.at.chunks.found(offset);
        self.at.checked = self.at.checked.min(offset);
        self.note(&at, answer);
        Ok(std::iter::once(start..start + offset).collect())
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        self.at.chunks.span(missing)
    }

    fn shrink(&mut self) -> bool {
        self.at.chunks.refused(self.tried)
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let start = self.range(desk).start;
        let (from, to) = (span.start - start, span.end - start);
        let mut message = ruled(Method::PATCH)
            .with(OFFSET, from)
            .with("content-type", BYTES)
            .carrying(vec![desk.part(span.clone())]);
        if let Some(algorithm) = self.at.checksum {
            let sum = BASE64_STANDARD.encode(sum::of(desk, span.clone(), algorithm).await?);
            message = message.with("upload-checksum", value(format!("{} {sum}", word(algorithm))));
        }
        self.tried = span.end - span.start;
        let (at, began) = (self.at.upload.clone(), Instant::now());
        let Exchange { end, whole, .. } = desk.send(&at, &message).await?;
        if end.as_ref().map_or(true, |answer| answer.response.status >= 500) {
            self.at.chunks.broke(from, desk.attempt.meter.done().saturating_sub(span.start));
        }
        let answer = end.map_err(unanswered)?;
        if let Some(next) = refusal::same_again(&at, &answer) {
            self.at.upload = next;
            return Err(Trouble::Resync(refusal::failure(&at, &answer)));
        }
        match (answer.response.status, number(&answer.headers, OFFSET)) {
            (200 | 204, Some(now)) if now == to && !whole => {
                Err(refusal::nonsense(&at, &answer, HASTY).into())
            }
            (200 | 204, Some(now)) if now >= from && now <= to => {
                if now == to {
                    self.at.chunks.took(self.tried, began.elapsed());
                    if self.at.checksum.is_some() && self.at.checked == from {
                        self.at.checked = now;
                    }
                }
                self.note(&at, answer);
                Ok(Sent::Has(span.start..start + now))
            }
            (200 | 204, _) => Err(Trouble::Resync(refusal::nonsense(&at, &answer, "it lost count"))),
            // A server that was interrupted while it took bytes.
            (400, _) if answer.response.body.contains("INTERRUPTED") => {
                Err(Trouble::Resync(refusal::failure(&at, &answer)))
            }
            _ => Err(refusal::trouble(&at, &answer)),
        }
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let (size, checked) = (desk.source().size, self.at.checked);
        let checksum = self.at.checksum.filter(|_| checked > 0 && checked == size);
        let verified = checksum.map_or(Verified::Length, Verified::Checksum);
        Ok(Finished { response: self.last.take(), verified })
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::HEAD)).await?;
        let length = number(&answer.headers, "upload-length").unwrap_or_else(|| desk.source().size);
        match answer.response.status {
            404 | 410 => return Ok(()),
            // A part of a file is never the file.
            200..=299 if self.part.is_none() && number(&answer.headers, OFFSET) == Some(length) => {
                return Err(Failure::new(ErrorKind::AlreadyComplete).about(at.host()).into());
            }
            200..=299 => {}
            _ => return Err(refusal::failure(&at, &answer).into()),
        }
        let (at, answer) = desk.ask(&at, &ruled(Method::DELETE)).await?;
        match answer.response.status {
            200..=299 | 404 | 410 => Ok(()),
            _ => Err(refusal::failure(&at, &answer).into()),
        }
    }
}

impl Upload {
    /// What a server has made. It may stand at another one; what the user says stays here.
    fn made(endpoint: &Address, answer: &Answer, checksum: Option<Algorithm>) -> Result<Tus, Failure> {
        let (upload, expires) = (refusal::made(endpoint, answer)?, expires(&answer.headers));
        let chunks = Chunks { size: checksum.map(|_| CHECKED), ..Chunks::default() };
        Ok(Tus { expires, chunks, checksum, ..Tus::new(upload) })
    }

    /// What of the file it is.
    fn range(&self, desk: &Desk<'_>) -> Range<u64> {
        self.part.clone().unwrap_or(0..desk.source().size)
    }

    /// Keeps what the server says of the upload beside what it has.
    fn note(&mut self, at: &Address, answer: Answer) {
        self.at.upload.clone_from(at);
        self.at.expires = expires(&answer.headers).or(self.at.expires);
        self.last = Some(answer.response);
    }
}

/// What a server says to a file that came with the request that makes its upload. If all of it was sent and no
/// answer came, it may be there, and would be there twice.
async fn at_once_answered(desk: &Desk<'_>, message: &Message) -> Result<Answer, Trouble> {
    desk.attempt.meter.begin(0, Some(message.size()));
    let exchange = desk.send(&desk.request.url, message).await?;
    let answer = match exchange.end {
        Err(Broken::Failed(failure)) if exchange.whole => {
            let failure = Failure { kind: ErrorKind::ResultUnknown, ..failure };
            return Err(Outcome::Paused(Pause::RestartNeeded(failure)).into());
        }
        end => end.map_err(unanswered)?,
    };
    if !exchange.whole && matches!(answer.response.status, 200..=299) {
        return Err(refusal::nonsense(&desk.request.url, &answer, HASTY).into());
    }
    Ok(answer)
}

fn ruled(method: Method) -> Message {
    let (name, version) = VERSION;
    Message::ruled(method).with(name, version)
}

/// What the server shall know about the file; of one of a tree the path in it too, in the word that Uppy has for
/// it.
fn metadata(asked: &UploadRequest) -> String {
    let name = asked.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let kind = BASE64_STANDARD.encode("application/octet-stream");
    let mut metadata = format!("filename {},filetype {kind}", BASE64_STANDARD.encode(name.as_bytes()));
    if asked.folders.is_some() {
        let path = BASE64_STANDARD.encode(asked.relative_path().to_string_lossy().as_bytes());
        metadata.push_str(",relativePath ");
        metadata.push_str(&path);
    }
    metadata
}

/// What a checksum is called here.
fn word(algorithm: Algorithm) -> &'static str {
    if algorithm == Algorithm::Sha1 { "sha1" } else { "sha256" }
}

fn expires(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let date = httpdate::parse_http_date(headers.get("upload-expires")?.to_str().ok()?).ok()?;
    jiff::Timestamp::try_from(date).ok()
}
