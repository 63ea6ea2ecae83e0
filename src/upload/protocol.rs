//! Uploads that go on after a cut: what a protocol has to know. How all of them are used says
//! [`engine`](super::engine).

use std::ops::Range;

use super::desk::Desk;
use super::refusal::Trouble;
use crate::transfer::{Ranges, Remote, Response, Verified};

/// An upload as one kind of server knows it.
pub(super) trait Protocol: Sized + Send {
    /// Tells the server that the file is coming. Bytes of it may go along where that is worth it; then it has
    /// written down itself what has to be known to go on, as soon as that was known.
    fn open(desk: &Desk<'_>) -> impl Future<Output = Result<Opened<Self>, Trouble>> + Send;

    /// What has to be known to go on another day.
    fn remote(&self) -> Remote;

    /// What the server has.
    fn query(&mut self, desk: &Desk<'_>) -> impl Future<Output = Result<Ranges, Trouble>> + Send;

    /// What of these missing bytes goes into one request.
    fn span(&self, missing: Range<u64>) -> Range<u64> {
        missing
    }

    /// What goes into the next request of what is missing and not on its way, while `busy` is; nothing if it
    /// has to wait.
    fn pick(&self, missing: &[Range<u64>], _busy: &[Range<u64>]) -> Option<Range<u64>> {
        missing.first().map(|missing| self.span(missing.clone()))
    }

    /// How many spans may be on their way at once.
    fn lanes(&self, _desk: &Desk<'_>) -> usize {
        1
    }

    /// A copy of it that sends one span beside others; nothing if they have to go one after the other.
    fn lane(&self) -> Option<Self> {
        None
    }

    /// Takes over what a copy of it has learned.
    fn join(&mut self, _lane: Self) {}

    /// Makes do with less in one request; false if it cannot.
    fn shrink(&mut self) -> bool {
        false
    }

    /// Sends these bytes.
    fn send(
        &mut self,
        desk: &Desk<'_>,
        span: Range<u64>,
    ) -> impl Future<Output = Result<Sent, Trouble>> + Send;

    /// Everything is there: puts it in place and makes sure of it.
    fn finish(&mut self, desk: &Desk<'_>) -> impl Future<Output = Result<Finished, Trouble>> + Send;

    /// Removes what is there of it, and nothing else: a file that turns out to be complete stays.
    fn abort(self, desk: &Desk<'_>) -> impl Future<Output = Result<(), Trouble>> + Send;
}

/// What came of opening.
pub(super) enum Opened<P> {
    /// The server expects the file, and has these bytes of it.
    Begun(P, Ranges),
    /// It has everything, and has dealt with it.
    All(Finished),
}

impl<P> Opened<P> {
    /// The server expects the file, and has nothing of it.
    pub(super) fn empty(begun: impl Into<P>) -> Self {
        Self::Begun(begun.into(), Ranges::default())
    }
}

/// What came of sending.
#[derive(Debug)]
pub(super) enum Sent {
    /// The server has these bytes now, perhaps fewer than were sent.
    Has(Range<u64>),
    /// It has everything, and has dealt with it.
    All(Finished),
}

/// An upload that is through.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    pub response: Option<Response>,
    pub verified: Verified,
}
