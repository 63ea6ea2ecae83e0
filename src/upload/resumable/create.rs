//! The request that makes an upload: carefully, without content, so that its address is known before the first
//! byte leaves; or at once with all of the file, which is one request where all goes well.
//!
//! What is sent at once is lost in a cut unless the server has said before where it keeps it (104), and a POST
//! of which something came could do something twice. So all goes at once only where such an answer was heard
//! before, or where the file is small and may be sent again. Where interim answers do not come through, as
//! behind many proxies and in HTTP/2, uploads are made carefully.

use http::{HeaderMap, HeaderValue};

use super::limits::Limits;
use super::talk::{Talk, Word};
use super::{COMPLETE, NO, Upload, YES, is_complete, is_muffled, last_word, said_more};
use crate::attempt::{Outcome, Report};
use crate::net::transport::{Answer, Broken, Exchange};
use crate::transfer::{Address, ErrorKind, Failure, Resumable, Verified};
use crate::upload::desk::{Desk, MOST_REDIRECTS, Message, unanswered, value};
use crate::upload::protocol::{Finished, Opened, Protocol as _};
use crate::upload::refusal::{self, HASTY, Trouble};
use crate::upload::verdict::{Verdict, judge};

/// What is not larger goes at once even if it may have to be sent again.
const SMALL: u64 = 1024 * 1024;

/// Whether a file of this size goes with the request that makes its upload. `tells` says that the server was
/// heard to say early where it keeps things.
fn at_once(size: u64, repeatable: bool, tells: bool, limits: &Limits) -> bool {
    limits.most_at_once.is_none_or(|most| size <= most) && (tells || (repeatable && size <= SMALL))
}

/// Makes the upload, in whichever way suits.
pub(super) async fn make(desk: &Desk<'_>, version: u8, limits: Limits) -> Result<Opened<Upload>, Trouble> {
    let (url, repeatable) = (&desk.request.url, desk.request.method.is_idempotent());
    if at_once(desk.source().size, repeatable, desk.net.has_told(url), &limits) {
        match Making::new(version, limits, true).run(desk).await {
            // Less at once may be welcome.
            Err(Trouble::Smaller(_)) => desk.attempt.meter.set_done(0),
            made => return made,
        }
    }
    Making::new(version, limits, false).run(desk).await
}

/// An upload that is being made.
struct Making {
    version: u8,
    limits: Limits,
    /// All of the file goes along.
    at_once: bool,
    /// What the server has said of it while it came.
    begun: Option<Upload>,
}

impl Making {
    fn new(version: u8, limits: Limits, at_once: bool) -> Self {
        Self { version, limits, at_once, begun: None }
    }

    async fn run(mut self, desk: &Desk<'_>) -> Result<Opened<Upload>, Trouble> {
        let message = self.message(desk);
        let mut target = desk.request.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            if self.at_once {
                desk.attempt.meter.begin(0, Some(desk.source().size));
            }
            let end = self.say(desk, &target, &message).await?;
            if let Some(Exchange { end: Ok(answer), .. }) = &end
                && let Some(next) = refusal::same_again(&target, answer)
            {
                target = next;
                continue;
            }
            return self.came(desk, &target, end).await;
        }
        Err(Failure::new(ErrorKind::RedirectFailed).about(target.host()).because("it leads on and on").into())
    }

    fn message(&self, desk: &Desk<'_>) -> Message {
        let size = desk.source().size;
        let message = super::ruled(crate::upload::raw::method(desk.request.method), self.version)
            .with(COMPLETE, if self.at_once { YES } else { NO })
            .with("upload-length", size)
            .with("content-type", HeaderValue::from_static("application/octet-stream"))
            .with("content-disposition", value(super::disposition(&desk.request.file)));
        let body = self.at_once.then(|| desk.part(0..size));
        message.carrying(body.into_iter().collect())
    }

    /// Says it, and writes down where the upload stands as soon as the server tells. Nothing comes back if no
    /// last answer comes.
    async fn say(
        &mut self,
        desk: &Desk<'_>,
        target: &Address,
        message: &Message,
    ) -> Result<Option<Exchange>, Trouble> {
        let mut talk = Talk::new(desk, target, message, self.version);
        loop {
            match talk.next().await? {
                Word::Interim(headers) => self.heed(desk, target, &headers).await?,
                Word::Last(exchange) => return Ok(Some(exchange)),
                // Without an address there is nothing to ask for.
                Word::Missing if self.begun.is_none() => {}
                Word::Missing => return Ok(None),
            }
        }
    }

    async fn heed(&mut self, desk: &Desk<'_>, target: &Address, told: &HeaderMap) -> Result<(), Trouble> {
        if self.begun.is_none()
            && let Some(location) = told.get("location").and_then(|location| location.to_str().ok())
            && let Some(upload) = refusal::made_at(target, location)?
        {
            let begun = self.begin(upload, told);
            desk.attempt.begun(begun.remote()).await?;
            self.begun = Some(begun);
        }
        if self.at_once && self.begun.is_some() {
            super::progress(desk, &(0..desk.source().size), told);
        }
        Ok(())
    }

    /// An upload that stands there, with what is known of its limits.
    fn begin(&self, upload: Address, headers: &HeaderMap) -> Upload {
        let mut begun = Upload::from(Resumable::new(upload, self.version));
        self.limits.apply(&mut begun.at);
        begun.heed(headers);
        // By the time that somebody asks, all of it may have come.
        begun.at.in_doubt = self.at_once;
        begun
    }

    async fn came(
        mut self,
        desk: &Desk<'_>,
        target: &Address,
        end: Option<Exchange>,
    ) -> Result<Opened<Upload>, Trouble> {
        let begun = self.begun.take();
        let Some(exchange) = end else {
            let nothing = || Failure::new(ErrorKind::Timeout).about(target.host());
            return begun.ok_or_else(nothing)?.without_last_word().asked(desk).await;
        };
        let Ok(answer) = &exchange.end else { return self.broken(desk, target, exchange, begun).await };
        if begun.is_some() {
            desk.net.tells(target);
        }
        let good = matches!(answer.response.status, 200..=299);
        match exchange.end {
            Ok(answer) if self.at_once && is_complete(&answer) => {
                last_word(desk, target, answer, exchange.whole).await.map(Opened::All)
            }
            Ok(answer) if good && (!self.at_once || said_more(&answer)) => {
                self.expects(desk, target, &answer, begun).await
            }
            Ok(answer) if self.at_once && answer.response.status == 413 => {
                Err(Trouble::Smaller(refusal::failure(target, &answer)))
            }
            _ => self.broken(desk, target, exchange, begun.filter(|_| !good)).await,
        }
    }

    /// The server has made the upload, and expects more.
    async fn expects(
        &self,
        desk: &Desk<'_>,
        target: &Address,
        answer: &Answer,
        begun: Option<Upload>,
    ) -> Result<Opened<Upload>, Trouble> {
        if is_complete(answer) {
            return Err(refusal::nonsense(target, answer, HASTY).into());
        }
        // It may stand at another server; what the user says stays here.
        let mut begun = match (begun, refusal::made(target, answer)) {
            (_, Ok(upload)) => self.begin(upload, &answer.headers),
            (Some(begun), Err(_)) => begun,
            (None, Err(failure)) => return Err(failure.into()),
        };
        begun.heed(&answer.headers);
        if self.at_once { begun.asked(desk).await } else { Ok(Opened::empty(begun)) }
    }

    /// Neither has the server said that it goes on, nor that this was all.
    async fn broken(
        &self,
        desk: &Desk<'_>,
        target: &Address,
        exchange: Exchange,
        begun: Option<Upload>,
    ) -> Result<Opened<Upload>, Trouble> {
        if let Some(mut begun) = begun {
            if exchange.whole && matches!(&exchange.end, Err(broken) if is_muffled(broken)) {
                return begun.without_last_word().asked(desk).await;
            }
            let sent = if self.at_once { desk.source().size } else { 0 };
            begun.note(desk, &(0..sent), &exchange);
            desk.attempt.begun(begun.remote()).await?;
            return Err(refused(target, exchange.end));
        }
        if !self.at_once {
            return Err(refused(target, exchange.end));
        }
        // It is as any other request that carries a file, for a server that treats it so.
        match judge(desk.request.method.is_idempotent(), target, exchange) {
            Verdict::Over(Outcome::Completed(_), response) => {
                Ok(Opened::All(Finished { response, verified: Verified::None }))
            }
            Verdict::Over(outcome, response) => {
                if let Some(response) = response {
                    desk.attempt.report(Report::Answered(Box::new(response))).await;
                }
                Err(outcome.into())
            }
            Verdict::SendTo(next) => Err(Failure::new(ErrorKind::RedirectFailed).about(next.host()).into()),
        }
    }
}

fn refused(target: &Address, end: Result<Answer, Broken>) -> Trouble {
    match end {
        Ok(answer) => refusal::failure(target, &answer).into(),
        Err(broken) => unanswered(broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_goes_at_once_only_if_little_is_lost_with_it_or_the_server_tells_where_it_is() {
        for (size, repeatable, tells, most, expected) in [
            (0, true, false, None, true),
            (SMALL, true, false, None, true),
            (SMALL + 1, true, false, None, false),
            (1, false, false, None, false),
            (u64::MAX, false, true, None, true),
            (10, true, true, Some(9), false),
            (9, true, true, Some(9), true),
        ] {
            let limits = Limits { most_at_once: most, ..Limits::default() };
            assert_eq!(at_once(size, repeatable, tells, &limits), expected, "{size} {repeatable} {tells}");
        }
    }
}
