//! One upload: look at the file → send it → judge what the server says.
//!
//! There is one way of sending so far, [`raw`]: the file as the body of one request, from the first byte
//! on every time. What holds for all of them is here and below: the file is the one that was chosen
//! ([`source`]), headers go to the origin they are meant for and nowhere else, and nothing is sent twice
//! that could do something twice ([`verdict`]).

use std::fs::File;
use std::path::Path;

use crate::attempt::{Attempt, Outcome, Report};
use crate::net::Net;
use crate::net::transport::{Line, exchange};
use crate::transfer::{ErrorKind, Failure, Source, UploadRequest};

use source::Content;
use verdict::{Verdict, judge};

mod raw;
mod source;
#[cfg(test)]
mod tests;
mod verdict;

/// Most redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// The file at `path`, if it can be sent. Whether it can be read is better known now than in the
/// middle of the night.
pub(crate) fn ready(path: &Path) -> Result<Source, Failure> {
    let source = Source::of(path)?;
    File::open(path).map_err(|error| Failure::from_io(&error, path))?;
    Ok(source)
}

/// Sends the file of `request`, which has to be `source` still. The final answer, good or bad, is
/// reported before the outcome is given.
pub(crate) async fn run(attempt: Attempt, request: UploadRequest, source: Source, net: Net) -> Outcome {
    let Attempt { timeouts, meter, stop, .. } = &attempt;
    let mut target = request.url.clone();
    // Every redirect that is followed leads to the same origin.
    let way = match net.way(&target) {
        Ok(way) => way,
        Err(failure) => return Outcome::Failed(failure),
    };
    let line = Line { dial: net.dial(way.as_ref(), *timeouts), meter, stop };
    let mut proved = false;
    for _ in 0..=MOST_REDIRECTS {
        meter.begin(0, Some(source.size));
        let opened = tokio::select! {
            opened = Content::open(request.file.clone(), source) => opened,
            // A disk on the network may keep one waiting.
            () = stop.cancelled() => return Outcome::Stopped,
        };
        let content = match opened {
            Ok(content) => content,
            Err(failure) => return Outcome::Failed(failure),
        };
        let message = match raw::request(&net, &request, (&target, way.as_ref()), (content, source.size)) {
            Ok(message) => message,
            Err(failure) => return Outcome::Failed(failure),
        };
        let exchange = exchange(&line, &target, message).await;
        if let Ok(answer) = &exchange.end {
            if let Some(refused) = way.as_ref().and_then(|way| way.refused(&target, answer.status())) {
                return Outcome::Failed(refused);
            }
            net.take_cookies(&target, &answer.headers);
            // A refusal is no half-done deed: whoever wants the login proved gets the file once more.
            let words = (&target, &request.headers);
            if !proved && net.is_challenged(words, answer.status(), &answer.headers) {
                proved = true;
                continue;
            }
        }
        match judge(request.method, &target, exchange) {
            Verdict::SendTo(address) => target = address,
            Verdict::Over(outcome, response) => {
                if let Some(response) = response {
                    attempt.report(Report::Answered(Box::new(response))).await;
                }
                return outcome;
            }
        }
    }
    Outcome::Failed(
        Failure::new(ErrorKind::RedirectFailed).about(target.host()).because("it leads on and on"),
    )
}
