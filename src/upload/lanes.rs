//! The spans of one upload that are on their way at the same time, each in a lane of its own.
//!
//! A lane that fails does not end the others: what it carried is sent again by one of them, and there are fewer
//! from then on, so that a server that wants less gets less. What fails when nothing else is on its way ends
//! the attempt. Where a server has to be asked first, or wants quiet, nothing more begins, and what is on its way
//! lands.

use std::ops::Range;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::desk::Desk;
use super::protocol::{Protocol, Sent};
use super::refusal::Trouble;
use crate::attempt::{Attempt, Outcome};
use crate::transfer::{ErrorKind, Meter, Ranges, Retry};

/// See the module.
pub(super) struct Lanes<'a, P> {
    desk: &'a Desk<'a>,
    flying: FuturesUnordered<BoxFuture<'a, Landed<P>>>,
    /// What they carry.
    busy: Vec<Range<u64>>,
    /// How many there may be.
    most: usize,
    /// What ends it once nothing is on its way.
    end: Option<Trouble>,
}

/// A span that is not on its way any more.
struct Landed<P> {
    lane: P,
    span: Range<u64>,
    sent: Result<Sent, Trouble>,
    meter: Meter,
}

impl<'a, P: Protocol + 'a> Lanes<'a, P> {
    pub(super) fn new(desk: &'a Desk<'a>) -> Self {
        Self { desk, flying: FuturesUnordered::new(), busy: Vec::new(), most: usize::MAX, end: None }
    }

    /// Whether nothing is on its way.
    pub(super) fn are_empty(&self) -> bool {
        self.flying.is_empty()
    }

    /// Sends what the server has not, and says what came of the span that landed first; nothing if none is
    /// missing. What a lane has learned, `upload` knows then.
    pub(super) async fn next(&mut self, upload: &mut P, has: &Ranges) -> Option<Result<Sent, Trouble>> {
        loop {
            while self.end.is_none() && self.flying.len() < self.most.min(upload.lanes(self.desk)) {
                let Some(span) = self.free(upload, has) else { break };
                let Some(lane) = upload.lane() else { return Some(upload.send(self.desk, span).await) };
                self.start(lane, span);
            }
            let Some(landed) = self.flying.next().await else { return self.end.take().map(Err) };
            self.busy.retain(|span| *span != landed.span);
            let came = match &landed.sent {
                Ok(Sent::Has(span)) => span.end - span.start,
                Ok(Sent::All(_)) => landed.span.end - landed.span.start,
                Err(_) => 0,
            };
            landed.meter.set_done(landed.span.start + came);
            upload.join(landed.lane);
            match landed.sent.map_err(|trouble| self.weigh(trouble)) {
                Ok(sent) => return Some(Ok(sent)),
                Err(Some(over)) => return Some(Err(over)),
                Err(None) => {}
            }
        }
    }

    /// What goes into the next lane.
    fn free(&self, upload: &P, has: &Ranges) -> Option<Range<u64>> {
        let mut taken = has.clone();
        for span in &self.busy {
            taken.insert(span.clone());
        }
        upload.pick(&taken.missing(self.desk.source().size), &self.busy)
    }

    fn start(&mut self, mut lane: P, span: Range<u64>) {
        let desk = self.desk;
        let meter = desk.attempt.meter.part(span.start);
        let attempt = Attempt { meter: meter.clone(), ..desk.attempt.clone() };
        self.busy.push(span.clone());
        self.flying.push(Box::pin(async move {
            let desk = Desk { attempt: &attempt, words: desk.words.clone(), ..*desk };
            let sent = lane.send(&desk, span.clone()).await;
            Landed { lane, span, sent, meter }
        }));
    }

    /// What becomes of all after a failure of one: it is over, or it goes on in some way.
    fn weigh(&mut self, trouble: Trouble) -> Option<Trouble> {
        let others = self.flying.len();
        let can_wait = match &trouble {
            Trouble::Resync(_) | Trouble::Smaller(_) => true,
            Trouble::Over(Outcome::Failed(failure)) => failure.kind.retry() == Retry::Transient,
            _ => false,
        };
        if others == 0 || !can_wait {
            return Some(self.end.take().unwrap_or(trouble));
        }
        match &trouble {
            Trouble::Over(Outcome::Failed(failure)) if failure.not_before.is_none() => {
                let slower =
                    matches!(failure.kind, ErrorKind::ServiceUnavailable | ErrorKind::TooManyRequests);
                self.most = if slower { others.div_ceil(2) } else { others };
            }
            _ => _ = self.end.get_or_insert(trouble),
        }
        None
    }
}
