//! Uploads that are one request: sent from the first byte on every time, and never twice where that could do
//! something twice.

use super::desk::{Desk, MOST_REDIRECTS};
use super::verdict::{Verdict, judge};
use super::{form, raw};
use crate::attempt::{Outcome, Report};
use crate::transfer::{ErrorKind, Failure, Protocol, Verified};

/// Sends it. The final answer, good or bad, is reported before the outcome is given.
pub(super) async fn run(desk: &Desk<'_>, protocol: Protocol) -> Outcome {
    let message = match protocol {
        Protocol::Form => form::message(desk.request, desk.sources),
        _ => raw::message(desk.request, desk.source()),
    };
    let mut target = desk.request.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        desk.attempt.meter.begin(0, Some(message.size()));
        let exchange = match desk.send(&target, &message).await {
            Ok(exchange) => exchange,
            Err(outcome) => return outcome,
        };
        match judge(desk.request.is_repeatable(), &target, exchange) {
            Verdict::SendTo(address) => target = address,
            Verdict::Over(outcome, response) => {
                if let Some(response) = response {
                    desk.attempt.report(Report::Answered(Box::new(response))).await;
                }
                if matches!(outcome, Outcome::Completed(_)) {
                    desk.attempt.report(Report::Proved(Verified::None)).await;
                }
                return outcome;
            }
        }
    }
    let failure = Failure::new(ErrorKind::RedirectFailed).about(target.host());
    Outcome::Failed(failure.because("it leads on and on"))
}
