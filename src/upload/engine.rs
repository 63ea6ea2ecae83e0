//! The one way in which every [`Protocol`] is used: open → send what is missing → finish; after a cut, ask what
//! is missing first. Where a server takes several spans at once, they go in [`Lanes`].

use super::desk::Desk;
use super::lanes::Lanes;
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::Trouble;
use crate::attempt::{Outcome, Report};
use crate::transfer::{ErrorKind, Failure, Remote};

/// How often in a row the server is asked what it has without its having got more.
const IN_VAIN: u32 = 3;
/// How often one attempt begins from the first byte because the server has forgotten the upload.
const ANEW: u32 = 1;

/// Brings an upload to its end, from where it stands.
pub(super) async fn run<P: Protocol>(desk: &Desk<'_>, mut begun: Option<P>) -> Outcome {
    if let Err(failure) = desk.check_source().await {
        return Outcome::Failed(failure);
    }
    let mut anew = 0;
    loop {
        match once(desk, begun.take()).await {
            Ok(finished) => return completed(desk, finished).await,
            Err(Trouble::Gone(failure)) if anew < ANEW => {
                desk.attempt.report(Report::StartedOver(failure.kind)).await;
            }
            Err(Trouble::Spent(outcome)) => {
                let why = outcome.failure().map_or(ErrorKind::NotResumable, |failure| failure.kind);
                desk.attempt.report(Report::StartedOver(why)).await;
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
