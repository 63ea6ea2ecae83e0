//! tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): the server makes an address for the upload, says
//! how much of it it has, and takes the rest.
//!
//! Only what the server says that it has is there, whatever was sent. Where it looks at checksums, each
//! request has one, so that what came wrong costs no more than that.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::Instant;

use super::desk::{Desk, Message, number, unanswered, value};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, Trouble};
use super::sum;
use crate::net::transport::Answer;
use crate::transfer::{
    Address, Algorithm, Chunks, ErrorKind, Failure, Ranges, Remote, Response, Tus, Verified,
};
use offer::Offer;

mod offer;

/// What goes into one request that has a checksum.
const CHECKED: u64 = 16 * 1024 * 1024;

const OFFSET: &str = "upload-offset";
const VERSION: (&str, HeaderValue) = ("tus-resumable", HeaderValue::from_static("1.0.0"));

/// See the module.
pub(super) struct Upload {
    at: Tus,
    /// What the last request had to carry.
    tried: u64,
    last: Option<Response>,
}

impl From<Tus> for Upload {
    fn from(at: Tus) -> Self {
        Self { at, tried: 0, last: None }
    }
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let offer = Offer::of(desk).await?;
        let message = ruled(Method::POST)
            .with("upload-length", desk.source().size)
            .with("upload-metadata", value(metadata(&desk.request.file)));
        let (endpoint, answer) = desk.ask(&desk.request.url, &message).await?;
        if !matches!(answer.response.status, 200 | 201) {
            return Err(offer::refused(&endpoint, &answer).into());
        }
        // It may stand at another server; what the user says stays here.
        let mut at = Tus::new(refusal::made(&endpoint, &answer)?);
        at.expires = expires(&answer.headers);
        at.checksum = offer.checksum;
        at.chunks = Chunks { size: offer.checksum.map(|_| CHECKED), ..Chunks::default() };
        Ok(Opened::empty(Self { at, tried: 0, last: Some(answer.response) }))
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
        let size = desk.source().size;
        if number(&answer.headers, "upload-length").is_some_and(|length| length != size) {
            return Err(Trouble::Gone(refusal::nonsense(&at, &answer, "it expects another file there")));
        }
        let offset = number(&answer.headers, OFFSET).filter(|offset| *offset <= size);
        let offset = offset.ok_or_else(|| refusal::nonsense(&at, &answer, "it does not say what it has"))?;
        self.at.chunks.found(offset);
        self.at.checked = self.at.checked.min(offset);
        self.note(&at, answer);
        Ok(std::iter::once(0..offset).collect())
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        self.at.chunks.span(missing)
    }

    fn shrink(&mut self) -> bool {
        self.at.chunks.refused(self.tried)
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let mut message = ruled(Method::PATCH)
            .with(OFFSET, span.start)
            .with("content-type", HeaderValue::from_static("application/offset+octet-stream"))
            .carrying(vec![desk.part(span.clone())]);
        if let Some(algorithm) = self.at.checksum {
            let sum = BASE64_STANDARD.encode(sum::of(desk, span.clone(), algorithm).await?);
            message = message.with("upload-checksum", value(format!("{} {sum}", word(algorithm))));
        }
        self.tried = span.end - span.start;
        let (at, began) = (self.at.upload.clone(), Instant::now());
        let end = desk.send(&at, &message).await?.end;
        if end.as_ref().map_or(true, |answer| answer.response.status >= 500) {
            self.at.chunks.broke(span.start, desk.attempt.meter.done().saturating_sub(span.start));
        }
        let answer = end.map_err(unanswered)?;
        if let Some(next) = refusal::same_again(&at, &answer) {
            self.at.upload = next;
            return Err(Trouble::Resync(refusal::failure(&at, &answer)));
        }
        match (answer.response.status, number(&answer.headers, OFFSET)) {
            (200 | 204, Some(now)) if now >= span.start && now <= span.end => {
                if now == span.end {
                    self.at.chunks.took(self.tried, began.elapsed());
                    if self.at.checksum.is_some() && self.at.checked == span.start {
                        self.at.checked = now;
                    }
                }
                self.note(&at, answer);
                Ok(Sent::Has(span.start..now))
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
            200..=299 if number(&answer.headers, OFFSET) == Some(length) => {
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
    /// Keeps what the server says of the upload beside what it has.
    fn note(&mut self, at: &Address, answer: Answer) {
        self.at.upload.clone_from(at);
        self.at.expires = expires(&answer.headers).or(self.at.expires);
        self.last = Some(answer.response);
    }
}

fn ruled(method: Method) -> Message {
    let (name, version) = VERSION;
    Message::ruled(method).with(name, version)
}

/// What the server shall know about the file.
fn metadata(file: &std::path::Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let kind = BASE64_STANDARD.encode("application/octet-stream");
    format!("filename {},filetype {kind}", BASE64_STANDARD.encode(name.as_bytes()))
}

/// What a checksum is called here.
fn word(algorithm: Algorithm) -> &'static str {
    if algorithm == Algorithm::Sha1 { "sha1" } else { "sha256" }
}

fn expires(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let date = httpdate::parse_http_date(headers.get("upload-expires")?.to_str().ok()?).ok()?;
    jiff::Timestamp::try_from(date).ok()
}
