//! tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): the server makes an address for the upload, says
//! how much of it it has, and takes the rest.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue, Method};

use super::desk::{Desk, Message, unanswered, value};
use super::protocol::{Finished, Protocol, Sent};
use super::refusal::{self, Trouble};
use crate::net::transport::Answer;
use crate::transfer::{Ranges, Remote, Response, Tus, Verified};

/// What the first chunk is halved from when a server says that all of it is too much, and where that ends.
const CHUNK: u64 = 64 * 1024 * 1024;
const LEAST_CHUNK: u64 = 1024 * 1024;

const OFFSET: &str = "upload-offset";
const VERSION: (&str, HeaderValue) = ("tus-resumable", HeaderValue::from_static("1.0.0"));

/// See the module.
pub(super) struct Upload {
    at: Tus,
    last: Option<Response>,
}

impl From<Tus> for Upload {
    fn from(at: Tus) -> Self {
        Self { at, last: None }
    }
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Self, Trouble> {
        let message = ruled(Method::POST)
            .with("upload-length", desk.source().size)
            .with("upload-metadata", value(metadata(&desk.request.file)));
        let (endpoint, answer) = desk.ask(&desk.request.url, &message).await?;
        if answer.response.status != 201 {
            return Err(refusal::failure(&endpoint, &answer).into());
        }
        // It may stand at another server; what the user says stays here.
        let upload = refusal::made(&endpoint, &answer)?;
        Ok(Tus { upload, expires: expires(&answer.headers), chunk: None }.into())
    }

    fn remote(&self) -> Remote {
        Remote::Tus(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::HEAD)).await?;
        let failure = || refusal::failure(&at, &answer);
        match answer.response.status {
            200 | 204 => {
                let offset = offset(&answer).filter(|offset| *offset <= desk.source().size);
                let offset =
                    offset.ok_or_else(|| refusal::nonsense(&at, &answer, "it does not say what it has"))?;
                Ok(Ranges::from_iter([0..offset]))
            }
            403 | 404 | 410 => Err(Trouble::Gone(failure())),
            _ => Err(failure().into()),
        }
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        let most = self.at.chunk.unwrap_or(u64::MAX);
        missing.start..missing.end.min(missing.start.saturating_add(most))
    }

    fn shrink(&mut self) -> bool {
        let smaller = self.at.chunk.map_or(CHUNK, |chunk| chunk / 2);
        self.at.chunk = Some(smaller.max(LEAST_CHUNK));
        smaller >= LEAST_CHUNK
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let message = ruled(Method::PATCH)
            .with(OFFSET, span.start)
            .with("content-type", HeaderValue::from_static("application/offset+octet-stream"))
            .carrying(vec![desk.part(span.clone())]);
        let at = &self.at.upload;
        let answer = desk.send(at, &message).await?.end.map_err(unanswered)?;
        match (answer.response.status, offset(&answer)) {
            (200 | 204, Some(now)) if now >= span.start && now <= span.end => {
                self.last = Some(answer.response);
                Ok(Sent::Has(span.start..now))
            }
            (200 | 204, _) => Err(Trouble::Resync(refusal::nonsense(at, &answer, "it lost count"))),
            // A server that was interrupted while it took bytes.
            (400, _) if answer.response.body.contains("INTERRUPTED") => {
                Err(Trouble::Resync(refusal::failure(at, &answer)))
            }
            _ => Err(refusal::trouble(at, &answer)),
        }
    }

    async fn finish(&mut self, _: &Desk<'_>) -> Result<Finished, Trouble> {
        Ok(Finished { response: self.last.take(), verified: Verified::Length })
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::DELETE)).await?;
        match answer.response.status {
            200..=299 | 404 | 410 => Ok(()),
            _ => Err(refusal::failure(&at, &answer).into()),
        }
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

fn offset(answer: &Answer) -> Option<u64> {
    answer.headers.get(OFFSET)?.to_str().ok()?.trim().parse().ok()
}

fn expires(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let date = httpdate::parse_http_date(headers.get("upload-expires")?.to_str().ok()?).ok()?;
    jiff::Timestamp::try_from(date).ok()
}
