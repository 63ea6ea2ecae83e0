//! Resumable uploads of HTTP (draft-ietf-httpbis-resumable-upload, interoperability versions 8 and 6): the
//! server makes an address for the upload, says how much of it it has, and takes the rest. With the last
//! byte comes what the target itself says of the file.
//!
//! Only a server that has said that it knows of this is asked: others would take the request that makes the
//! upload for the file. Whether bytes go with that request says [`create`]; what is heard while bytes go is
//! in [`talk`].

use std::ops::Range;

use http::{HeaderMap, HeaderValue, Method};
use tokio::time::Instant;

use super::desk::{Desk, Message, number, unanswered, words};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, HASTY, Trouble};
use crate::attempt::{Outcome, Report};
use crate::net::transport::{Answer, Broken, Exchange};
use crate::transfer::{
    Address, ErrorKind, Failure, Pause, Ranges, Remote, Response, Resumable, Retry, Verified,
};
use limits::Limits;
use talk::{Talk, Word};

mod create;
mod limits;
mod talk;

const OFFSET: &str = "upload-offset";
const COMPLETE: &str = "upload-complete";
const VERSION: &str = "upload-draft-interop-version";
/// The versions, the best first. What differs between them is read from the answers.
const VERSIONS: [u8; 2] = [8, 6];
/// What a request says about more to come (RFC 9651 §3.3.6).
const YES: HeaderValue = HeaderValue::from_static("?1");
const NO: HeaderValue = HeaderValue::from_static("?0");

/// See the module.
pub(super) struct Upload {
    at: Resumable,
    /// What the last request had to carry.
    tried: u64,
    /// Where the last request began, if it has no last answer.
    missed: Option<u64>,
    /// The server has all of it and has dealt with it.
    complete: Option<Response>,
}

impl From<Resumable> for Upload {
    fn from(at: Resumable) -> Self {
        Self { at, tried: 0, missed: None, complete: None }
    }
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let (version, limits) = spoken(desk).await?;
        limits.allow(&desk.request.url, desk.source().size)?;
        create::make(desk, version, limits).await
    }

    fn remote(&self) -> Remote {
        Remote::Resumable(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::HEAD, self.at.version)).await?;
        let failure = || refusal::failure(&at, &answer);
        match answer.response.status {
            200..=299 => {}
            404 | 410 if self.at.in_doubt && !desk.request.method.is_idempotent() => {
                return Err(doubt(failure()));
            }
            404 | 410 => return Err(Trouble::Gone(failure())),
            _ => return Err(failure().into()),
        }
        let size = desk.source().size;
        if number(&answer.headers, "upload-length").is_some_and(|length| length != size) {
            return Err(Trouble::Gone(refusal::nonsense(&at, &answer, "it expects another file there")));
        }
        let complete = is_complete(&answer);
        let offset = number(&answer.headers, OFFSET).filter(|now| *now == size || (*now < size && !complete));
        let offset = offset.ok_or_else(|| refusal::nonsense(&at, &answer, "it does not say what it has"))?;
        self.at.upload = at;
        self.at.in_doubt = false;
        self.at.chunks.found(offset);
        if let Some(from) = self.missed.take().filter(|from| offset > *from && offset < size) {
            self.at.chunks.passed(offset - from);
        }
        self.heed(&answer.headers);
        self.complete = Some(answer.response).filter(|_| complete);
        Ok(std::iter::once(0..offset).collect())
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        let span = self.at.chunks.span(missing.clone());
        let least = missing.start.saturating_add(self.at.least);
        span.start..span.end.max(least).min(missing.end)
    }

    fn shrink(&mut self) -> bool {
        self.at.least < self.tried && self.at.chunks.refused(self.tried)
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let began = Instant::now();
        let Some((answer, whole)) = self.append(desk, span.clone()).await? else {
            return Err(Trouble::Resync(Failure::new(ErrorKind::Timeout).about(self.at.upload.host())));
        };
        let at = self.at.upload.clone();
        if is_complete(&answer) {
            return last_word(desk, &at, answer, whole).await.map(Sent::All);
        }
        if !matches!(answer.response.status, 200..=299) {
            return Err(self.refused(&answer));
        }
        self.heed(&answer.headers);
        // Newer versions do not say how much there is now: it is what was sent.
        let now = number(&answer.headers, OFFSET).or((whole && said_more(&answer)).then_some(span.end));
        match now {
            Some(now) if now == span.end && !whole => Err(refusal::nonsense(&at, &answer, HASTY).into()),
            Some(now) if now >= span.start && now <= span.end => {
                if now == span.end {
                    self.at.chunks.took(self.tried, began.elapsed());
                }
                Ok(Sent::Has(span.start..now))
            }
            _ => Err(Trouble::Resync(refusal::nonsense(&at, &answer, "it lost count"))),
        }
    }

    /// What has everything need not know that it has.
    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let size = desk.source().size;
        if self.complete.is_none() {
            if let Some((answer, whole)) = self.append(desk, size..size).await? {
                let at = &self.at.upload;
                return match answer.response.status {
                    _ if is_complete(&answer) => last_word(desk, at, answer, whole).await,
                    200..=299 => Err(refusal::nonsense(at, &answer, "it waits for more").into()),
                    _ => Err(refusal::failure(at, &answer).into()),
                };
            }
            self.query(desk).await?;
        }
        let response = self.complete.take();
        let nothing = || Failure::new(ErrorKind::Timeout).about(self.at.upload.host());
        response.map(finished).ok_or_else(|| nothing().because("it has everything and does not end").into())
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let (at, answer) = desk.ask(&self.at.upload, &ruled(Method::HEAD, self.at.version)).await?;
        match answer.response.status {
            404 | 410 => return Ok(()),
            200..=299 if is_complete(&answer) => {
                return Err(Failure::new(ErrorKind::AlreadyComplete).about(at.host()).into());
            }
            200..=299 => {}
            _ => return Err(refusal::failure(&at, &answer).into()),
        }
        let (at, answer) = desk.ask(&at, &ruled(Method::DELETE, self.at.version)).await?;
        match answer.response.status {
            200..=299 | 404 | 410 => Ok(()),
            _ => Err(refusal::failure(&at, &answer).into()),
        }
    }
}

impl Upload {
    /// Sends these bytes. Says also whether all of them were out when the answer came. Nothing comes back if
    /// there is no last answer, although all of them are.
    async fn append(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Option<(Answer, bool)>, Trouble> {
        let last = span.end == desk.source().size;
        let message = ruled(Method::PATCH, self.at.version)
            .with(OFFSET, span.start)
            .with(COMPLETE, if last { YES } else { NO })
            .with("content-type", HeaderValue::from_static("application/partial-upload"))
            .carrying(vec![desk.part(span.clone())]);
        self.tried = span.end - span.start;
        let doubts = last && !self.at.in_doubt && !desk.request.method.is_idempotent();
        if doubts {
            // This program may end before it hears the answer.
            self.at.in_doubt = true;
            desk.attempt.begun(self.remote()).await?;
        }
        let spoken = self.speak(desk, &span, &message).await;
        match &spoken {
            Ok(Some((exchange, _))) => self.note(desk, &span, exchange),
            Ok(None) => {}
            // Nothing was sent.
            Err(_) => self.at.in_doubt &= !doubts,
        }
        if doubts && !self.at.in_doubt {
            desk.attempt.begun(self.remote()).await?;
        }
        let Some((exchange, told)) = spoken? else {
            self.miss(span.start);
            return Ok(None);
        };
        match exchange.end {
            Err(broken) if exchange.whole && told && is_muffled(&broken) => {
                self.miss(span.start);
                Ok(None)
            }
            end => Ok(Some((end.map_err(unanswered)?, exchange.whole))),
        }
    }

    /// Sends a message with these bytes, and hears what the server says meanwhile. Says also whether it said
    /// anything; nothing comes back if it says no last word.
    async fn speak(
        &self,
        desk: &Desk<'_>,
        span: &Range<u64>,
        message: &Message,
    ) -> Result<Option<(Exchange, bool)>, Trouble> {
        let mut told = false;
        let mut talk = Talk::new(desk, &self.at.upload, message, self.at.version).muffled(self.at.muffled);
        loop {
            match talk.next().await? {
                Word::Interim(headers) => {
                    told = true;
                    progress(desk, span, &headers);
                }
                Word::Last(exchange) => return Ok(Some((exchange, told))),
                Word::Missing => return Ok(None),
            }
        }
    }

    /// Notes what can be learned from how it ended to send these bytes.
    fn note(&mut self, desk: &Desk<'_>, span: &Range<u64>, exchange: &Exchange) {
        let unsure = exchange.end.as_ref().map_or(true, |answer| answer.response.status >= 500);
        if unsure {
            self.at.chunks.broke(span.start, desk.attempt.meter.done().saturating_sub(span.start));
        }
        self.at.in_doubt = unsure && exchange.whole && span.end == desk.source().size;
    }

    /// No last answer comes to a request with bytes from there on. What keeps it back passes on no more of the
    /// request once it has heard an interim one (nginx does so).
    fn miss(&mut self, from: u64) {
        self.at.muffled = true;
        self.at.chunks.stay_small();
        self.missed = Some(from);
    }

    /// The same of one that was just made.
    fn without_last_word(mut self) -> Self {
        self.miss(0);
        self
    }

    /// The upload was made, and the server has to be asked what it has of it.
    async fn asked(mut self, desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let has = self.query(desk).await?;
        Ok(match self.complete.take() {
            Some(response) => Opened::All(finished(response)),
            None => Opened::Begun(self, has),
        })
    }

    /// What an answer means that does not come from the target.
    fn refused(&mut self, answer: &Answer) -> Trouble {
        let at = self.at.upload.clone();
        if let Some(next) = refusal::same_again(&at, answer) {
            self.at.upload = next;
            return Trouble::Resync(refusal::failure(&at, answer));
        }
        self.heed(&answer.headers);
        refusal::trouble(&at, answer)
    }

    /// Keeps to what the server allows.
    fn heed(&mut self, headers: &HeaderMap) {
        Limits::of(headers).unwrap_or_default().apply(&mut self.at);
    }
}

/// The target has the file, and this is what it says of it. The upload itself is used up, so that after a
/// refusal it would have to begin anew.
async fn last_word(desk: &Desk<'_>, at: &Address, answer: Answer, whole: bool) -> Result<Finished, Trouble> {
    match answer.response.status {
        200..=299 if whole => return Ok(finished(answer.response)),
        200..=299 => return Err(refusal::nonsense(at, &answer, HASTY).into()),
        _ => {}
    }
    let failure = refusal::failure(at, &answer);
    desk.attempt.report(Report::Answered(Box::new(answer.response))).await;
    // Nothing sends all of it again unasked.
    Err(Trouble::Spent(match failure.kind.retry() {
        Retry::Transient => Outcome::Paused(Pause::RestartNeeded(failure)),
        _ => Outcome::Failed(failure),
    }))
}

/// The server has counted all of it, and has said so.
fn finished(response: Response) -> Finished {
    Finished { response: Some(response), verified: Verified::Length }
}

/// The server says while these bytes come how much of the file it has.
fn progress(desk: &Desk<'_>, span: &Range<u64>, told: &HeaderMap) {
    let confirmed = desk.attempt.meter.confirmed().unwrap_or_default();
    if let Some(now) = number(told, OFFSET).filter(|now| (confirmed + 1..=span.end).contains(now)) {
        desk.attempt.meter.confirm(now);
    }
}

/// What stands before a server that has said something ends the connection or sends what is no answer: it
/// took that for the last one.
fn is_muffled(broken: &Broken) -> bool {
    use ErrorKind::{Disconnected, ErrorHttpInvalidServerResponse as Nonsense};
    matches!(broken, Broken::Failed(failure) if matches!(failure.kind, Disconnected | Nonsense))
}

/// The version that the target speaks, and its limits.
///
/// # Errors
/// If it speaks none that is known here.
async fn spoken(desk: &Desk<'_>) -> Result<(u8, Limits), Trouble> {
    for version in VERSIONS {
        let (_, answer) = desk.ask(&desk.request.url, &ruled(Method::OPTIONS, version)).await?;
        let limits = Limits::of(&answer.headers);
        if is_spoken(&answer) {
            return Ok((version, limits.unwrap_or_default()));
        }
        if matches!(answer.response.status, 401 | 403 | 407 | 429 | 500..) {
            return Err(refusal::failure(&desk.request.url, &answer).into());
        }
    }
    let failure = Failure::new(ErrorKind::NotResumable).about(desk.request.url.host());
    Err(failure.because("it does not say that it takes resumable uploads").into())
}

/// What asks a server whether it speaks the newest version. It means something to others as well.
pub(super) fn question() -> Message {
    ruled(Method::OPTIONS, VERSIONS[0])
}

/// Whether an answer to OPTIONS announces resumable uploads: by limits for them, or by taking parts of files
/// (RFC 5789 §3.1).
pub(super) fn is_spoken(answer: &Answer) -> bool {
    let mut kinds = words(&answer.headers, "accept-patch");
    let announced =
        Limits::of(&answer.headers).is_some() || kinds.any(|kind| kind == "application/partial-upload");
    matches!(answer.response.status, 200..=299) && announced
}

/// Everything was sent, the answer was lost, and the upload is gone: it may be done.
fn doubt(failure: Failure) -> Trouble {
    let failure = Failure { kind: ErrorKind::ResultUnknown, ..failure };
    Trouble::Spent(Outcome::Failed(failure))
}

fn ruled(method: Method, version: u8) -> Message {
    Message::ruled(method).with(VERSION, HeaderValue::from(u16::from(version)))
}

/// Whether an answer says that the upload is complete. Some servers still say it in the word of earlier
/// drafts.
fn is_complete(answer: &Answer) -> bool {
    let says = |name, yes| answer.headers.get(name).is_some_and(|value| value.as_bytes().trim_ascii() == yes);
    says(COMPLETE, b"?1".as_slice()) || says("upload-incomplete", b"?0".as_slice())
}

/// Whether an answer says that there is more to come.
fn said_more(answer: &Answer) -> bool {
    answer.headers.get(COMPLETE).is_some_and(|value| value.as_bytes().trim_ascii() == b"?0")
}

/// The name of the file (RFC 6266): as far as every server can read it, and all of it.
fn disposition(file: &std::path::Path) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let plain: String =
        name.chars().map(|c| if matches!(c, ' '..='~') && !"\"\\%".contains(c) { c } else { '_' }).collect();
    let whole = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    format!("inline; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}
