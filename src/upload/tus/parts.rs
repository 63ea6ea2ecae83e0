//! A large file as several uploads of tus at once, which the server puts together in the end (its extension
//! `concatenation`). Each of them goes on by itself after a cut, and is removed once the whole is there.
//!
//! One connection fills most lines, so this is done only where somebody has asked for it, and where the server
//! offers it. Putting together makes a file: it is not asked for twice if it may have been done.

use std::ops::Range;

use http::{HeaderValue, Method};

use super::offer::{self, Offer};
use super::{Upload, metadata, ruled};
use crate::attempt::Outcome;
use crate::net::transport::Answer;
use crate::transfer::{
    Address, Algorithm, ErrorKind, Failure, Pause, Ranges, Remote, Retry, TusPart, TusParts, Verified,
};
use crate::upload::desk::{Desk, number, unanswered, value};
use crate::upload::protocol::{Finished, Opened, Protocol, Sent};
use crate::upload::refusal::{self, Trouble};

/// The least that is worth an upload of its own.
const LEAST: u64 = 8 * 1024 * 1024;
/// Most parts: all their addresses have to fit into one header.
const MOST: u64 = 16;

/// See the module.
pub(super) struct Parts {
    endpoint: Address,
    uploads: Vec<Upload>,
    joining: bool,
    /// Which of them this lane has sent for.
    sent: Option<usize>,
}

/// How many parts the file shall have.
fn count(desk: &Desk<'_>) -> u64 {
    let asked = desk.request.terms.connections.map_or(1, |count| u64::from(count.get()));
    asked.min(desk.source().size / LEAST).min(MOST)
}

/// What each of so many parts of a file consists of.
fn ranges(size: u64, count: u64) -> impl Iterator<Item = Range<u64>> {
    let part = size.div_ceil(count.max(1)).max(1);
    (0..count).map(move |nth| (nth * part).min(size)..((nth + 1) * part).min(size))
}

impl Parts {
    /// Makes the parts, if that is wished for and offered. Nothing comes of it where the server cannot do it
    /// after all.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub(super) async fn begin(desk: &Desk<'_>) -> Result<Option<Self>, Outcome> {
        if count(desk) < 2 {
            return Ok(None);
        }
        let Ok(Opened::Begun(parts, _)) = Self::open(desk).await else { return Ok(None) };
        desk.attempt.begun(parts.remote()).await?;
        Ok(Some(parts))
    }

    async fn make(&mut self, desk: &Desk<'_>, checksum: Option<Algorithm>) -> Result<(), Trouble> {
        for range in ranges(desk.source().size, count(desk)) {
            let part = make(desk, &self.endpoint, range, checksum).await?;
            self.uploads.push(part);
        }
        Ok(())
    }

    /// What shows that every part is right.
    fn proof(&self) -> Verified {
        let proved = |upload: &Upload| {
            let size = upload.part.as_ref().map_or(0, |part| part.end - part.start);
            upload.at.checksum.filter(|_| upload.at.checked == size)
        };
        let first = self.uploads.first().and_then(proved);
        first
            .filter(|sum| self.uploads.iter().all(|upload| proved(upload) == Some(*sum)))
            .map_or(Verified::Length, Verified::Checksum)
    }

    /// The parts are there: the server is told to make the file of them. Says where that is, and what it said.
    async fn put_together(&mut self, desk: &Desk<'_>) -> Result<(Address, Answer), Trouble> {
        self.joining = true;
        desk.attempt.begun(self.remote()).await?;
        let parts: Vec<_> = self.uploads.iter().map(|part| part.at.upload.expose()).collect();
        let message = ruled(Method::POST)
            .with("upload-concat", value(format!("final;{}", parts.join(" "))))
            .with("upload-metadata", value(metadata(desk.request)));
        let exchange = desk.send(&self.endpoint, &message).await?;
        let refused = |answer: &Answer| matches!(answer.response.status, 300..=499);
        self.joining = exchange.begun && !exchange.end.as_ref().is_ok_and(refused);
        let answer = exchange.end.map_err(unanswered)?;
        match answer.response.status {
            200 | 201 => Ok((refusal::made(&self.endpoint, &answer)?, answer)),
            // A part is gone, or not all there.
            404 | 409 | 410 => Err(Trouble::Resync(refusal::failure(&self.endpoint, &answer))),
            _ => Err(refusal::failure(&self.endpoint, &answer).into()),
        }
    }
}

/// Makes the upload of one part.
async fn make(
    desk: &Desk<'_>,
    endpoint: &Address,
    range: Range<u64>,
    checksum: Option<Algorithm>,
) -> Result<Upload, Trouble> {
    let message = ruled(Method::POST)
        .with("upload-concat", HeaderValue::from_static("partial"))
        .with("upload-length", range.end - range.start);
    let (at, answer) = desk.ask(endpoint, &message).await?;
    match answer.response.status {
        200 | 201 => {
            let tus = Upload::made(&at, &answer, checksum)?;
            Ok(Upload::from(TusPart { tus, start: range.start, end: range.end }))
        }
        _ => Err(offer::refused(&at, &answer).into()),
    }
}

impl From<TusParts> for Parts {
    fn from(at: TusParts) -> Self {
        let uploads = at.parts.into_iter().map(Upload::from).collect();
        Self { endpoint: at.endpoint, uploads, joining: at.joining, sent: None }
    }
}

impl Protocol for Parts {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let offer = Offer::of(desk).await?;
        if !offer.concatenation {
            return Err(Failure::new(ErrorKind::NotResumable).about(desk.request.url.host()).into());
        }
        let mut parts =
            Self { endpoint: desk.request.url.clone(), uploads: Vec::new(), joining: false, sent: None };
        match parts.make(desk, offer.checksum).await {
            Ok(()) => Ok(Opened::empty(parts)),
            Err(trouble) => {
                // Nobody else knows of those that were made.
                let _ = parts.abort(desk).await;
                Err(trouble)
            }
        }
    }

    fn remote(&self) -> Remote {
        let part = |upload: &Upload| {
            let Range { start, end } = upload.part.clone().unwrap_or_default();
            TusPart { tus: upload.at.clone(), start, end }
        };
        let parts = self.uploads.iter().map(part).collect();
        Remote::TusParts(TusParts { endpoint: self.endpoint.clone(), parts, joining: self.joining })
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        if std::mem::take(&mut self.joining) {
            desk.attempt.begun(self.remote()).await?;
            let failure = Failure::new(ErrorKind::ResultUnknown).about(self.endpoint.host());
            return Err(Outcome::Paused(Pause::RestartNeeded(failure)).into());
        }
        let mut has = Ranges::default();
        for part in &mut self.uploads {
            match part.query(desk).await {
                Ok(there) => there.iter().for_each(|range| has.insert(range)),
                // It alone begins anew.
                Err(Trouble::Gone(_)) => {
                    let (range, checksum) = (part.part.clone().unwrap_or_default(), part.at.checksum);
                    *part = make(desk, &self.endpoint, range, checksum).await?;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(has)
    }

    fn pick(&self, missing: &[Range<u64>], busy: &[Range<u64>]) -> Option<Range<u64>> {
        self.uploads.iter().find_map(|upload| {
            let part = upload.part.clone()?;
            if busy.iter().any(|span| part.contains(&span.start)) {
                return None;
            }
            let rest = missing.iter().find(|missing| missing.start < part.end && part.start < missing.end)?;
            Some(upload.span(rest.start.max(part.start)..rest.end.min(part.end)))
        })
    }

    fn lanes(&self, _desk: &Desk<'_>) -> usize {
        self.uploads.len()
    }

    fn lane(&self) -> Option<Self> {
        let (endpoint, uploads) = (self.endpoint.clone(), self.uploads.clone());
        Some(Self { endpoint, uploads, joining: false, sent: None })
    }

    fn join(&mut self, mut lane: Self) {
        if let Some(nth) = lane.sent {
            std::mem::swap(&mut self.uploads[nth], &mut lane.uploads[nth]);
        }
    }

    fn shrink(&mut self) -> bool {
        self.uploads.iter_mut().any(Upload::shrink)
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let holds = |upload: &Upload| upload.part.as_ref().is_some_and(|part| part.contains(&span.start));
        self.sent = self.uploads.iter().position(holds);
        let Some(nth) = self.sent else {
            return Err(Failure::new(ErrorKind::Io).about(self.endpoint.host()).into());
        };
        let part = &mut self.uploads[nth];
        match part.send(desk, span.clone()).await {
            // The others are not.
            Err(Trouble::Gone(failure)) => Err(Trouble::Resync(failure)),
            // It goes on where the server is, whatever becomes of the others.
            Err(Trouble::Over(Outcome::Failed(failure))) if failure.kind.retry() == Retry::Transient => {
                let there = part.query(desk).await.unwrap_or_default();
                let now = there.iter().last().map_or(span.start, |there| there.end);
                if now > span.start {
                    Ok(Sent::Has(span.start..now.min(span.end)))
                } else {
                    Err(failure.into())
                }
            }
            sent => sent,
        }
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let (whole, answer) = self.put_together(desk).await?;
        let size = desk.source().size;
        let verified = match desk.ask(&whole, &ruled(Method::HEAD)).await {
            Ok((_, told)) if matches!(told.response.status, 200 | 204) => {
                let counted = number(&told.headers, super::OFFSET).or(number(&told.headers, "upload-length"));
                match counted {
                    Some(counted) if counted == size => self.proof(),
                    Some(_) => return Err(refusal::nonsense(&whole, &told, "it lost count").into()),
                    None => Verified::None,
                }
            }
            _ => Verified::None,
        };
        for part in std::mem::take(&mut self.uploads) {
            // Where they cannot be removed, they go when the server thinks that it is time.
            let _ = part.abort(desk).await;
        }
        Ok(Finished { response: Some(answer.response), verified })
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        for part in self.uploads {
            part.abort(desk).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_all_of_the_file_and_none_is_empty(size in 2 * LEAST..u64::MAX / 32, asked in 2_u64..=MOST) {
            let mut at = 0;
            for range in ranges(size, asked.min(size / LEAST)) {
                prop_assert!(range.start == at && range.end > at);
                at = range.end;
            }
            prop_assert_eq!(at, size);
        }
    }
}
