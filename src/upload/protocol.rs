//! Uploads that go on after a cut: what a protocol has to know, and the one way in which all of them are
//! used. Open → send what is missing → finish; after a cut, ask what is missing first. Where a server takes
//! several spans at once, they go in [`lanes`](super::lanes).

use std::ops::Range;

use super::desk::Desk;
use super::lanes::Lanes;
use super::refusal::Trouble;
use crate::attempt::{Outcome, Report};
use crate::transfer::{ErrorKind, Failure, Ranges, Remote, Response, Verified};

/// How often in a row the server is asked what it has without its having got more.
const IN_VAIN: u32 = 3;
/// How often one attempt begins from the first byte because the server has forgotten the upload.
const ANEW: u32 = 1;

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

/// Brings an upload to its end, from where it stands.
pub(super) async fn run<P: Protocol>(desk: &Desk<'_>, mut begun: Option<P>) -> Outcome {
    if let Err(failure) = desk.check_source().await {
        return Outcome::Failed(failure);
    }
    let mut anew = 0;
    loop {
        match once(desk, begun.take()).await {
            Ok(finished) => return completed(desk, finished).await,
            Err(Trouble::Gone(_)) if anew < ANEW => desk.attempt.report(Report::StartedOver).await,
            Err(Trouble::Spent(outcome)) => {
                desk.attempt.report(Report::StartedOver).await;
                return outcome;
            }
            Err(Trouble::Gone(failure)) => {
                return Outcome::Failed(Failure { kind: ErrorKind::Gone, ..failure });
            }
            Err(trouble) => return trouble.into(),
        }
        anew += 1;
    }
}

async fn completed(desk: &Desk<'_>, finished: Finished) -> Outcome {
    if let Some(response) = finished.response {
        desk.attempt.report(Report::Answered(Box::new(response))).await;
    }
    desk.attempt.report(Report::Proved(finished.verified)).await;
    Outcome::Completed(None)
}

async fn once<P: Protocol>(desk: &Desk<'_>, begun: Option<P>) -> Result<Finished, Trouble> {
    let size = desk.source().size;
    let (mut session, mut has, mut written);
    if let Some(known) = begun {
        session = known;
        written = session.remote();
        has = session.query(desk).await?;
    } else {
        match P::open(desk).await? {
            Opened::Begun(begun, came) => (session, has) = (begun, came),
            Opened::All(finished) => {
                confirmed(desk, size, true).await;
                return Ok(finished);
            }
        }
        written = session.remote();
        desk.attempt.begun(written.clone()).await?;
    }
    desk.attempt.meter.begin(has.len(), Some(size));
    let mut vain = 0;
    let mut lanes = Lanes::new(desk);
    loop {
        confirmed(desk, has.len(), lanes.are_empty()).await;
        keep(desk, session.remote(), &mut written).await?;
        let before = has.len();
        let Some(sent) = lanes.next(&mut session, &has).await else { break };
        keep(desk, session.remote(), &mut written).await?;
        match sent {
            Ok(Sent::Has(span)) => has.insert(span),
            Ok(Sent::All(finished)) => {
                confirmed(desk, size, true).await;
                return Ok(finished);
            }
            Err(Trouble::Resync(failure)) if vain == IN_VAIN => return Err(failure.into()),
            Err(Trouble::Resync(_)) => has = session.query(desk).await?,
            // It ends by itself: at the least that makes sense.
            Err(Trouble::Smaller(_)) if session.shrink() => continue,
            Err(trouble) => return Err(trouble),
        }
        vain = if has.len() > before { 0 } else { vain + 1 };
        if vain > 2 * IN_VAIN {
            return Err(desk.no_progress().into());
        }
    }
    desk.attempt.report(Report::Verifying).await;
    let finished = session.finish(desk).await;
    if finished.is_err() {
        keep(desk, session.remote(), &mut written).await?;
    }
    finished
}

/// The server has said that it has so much; nothing more is out if `settled`.
async fn confirmed(desk: &Desk<'_>, bytes: u64, settled: bool) {
    if settled {
        desk.attempt.meter.set_done(bytes);
    }
    desk.attempt.meter.confirm(bytes);
    desk.attempt.report(Report::Confirmed(bytes)).await;
}

/// Writes down what has become new of an upload.
async fn keep(desk: &Desk<'_>, remote: Remote, written: &mut Remote) -> Result<(), Outcome> {
    if remote != *written {
        written.clone_from(&remote);
        desk.attempt.begun(remote).await?;
    }
    Ok(())
}
