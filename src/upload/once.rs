//! Uploads that are one request: sent from the first byte on every time, and never twice where that could do
//! something twice.

use super::desk::{Desk, MOST_REDIRECTS};
use super::verdict::{Verdict, judge};
use super::{form, raw};
use crate::attempt::{Outcome, Report};
use crate::transfer::{ErrorKind, Failure, Protocol, Response, Verified};

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
            Verdict::Over(mut outcome, response) => {
                if let (Outcome::Failed(failure), Some(response)) = (&mut outcome, &response)
                    && response.status == 405
                {
                    let said = failure.reason.iter().cloned();
                    let all: Vec<_> = said.chain([instead(&message.method, response)]).collect();
                    *failure = failure.clone().because(&all.join("; "));
                }
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

/// What can be tried where this method is not allowed: what the server says that it takes (RFC 9110 §15.5.6).
fn instead(method: &http::Method, response: &Response) -> String {
    let said = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("allow"));
    let allowed: Vec<&str> =
        said.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|word| !word.is_empty()).collect();
    let mut others = ["PUT", "POST", "PATCH"].into_iter().filter(|other| *other != method.as_str());
    let other = if allowed.is_empty() { others.next() } else { others.find(|other| allowed.contains(other)) };
    match other {
        Some(other) => format!("it takes no {method} there; try --method {other}"),
        None => format!("it takes no file there, only {}", allowed.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn what_a_server_allows_is_what_to_try() {
        let said = |method: Method, allow: &[&str]| {
            let headers = allow.iter().map(|value| ("allow".to_owned(), (*value).to_owned())).collect();
            instead(&method, &Response { status: 405, headers, body: String::new() })
        };
        let put = "it takes no POST there; try --method PUT";
        assert_eq!(said(Method::POST, &["GET, HEAD,PUT"]), put);
        assert_eq!(said(Method::POST, &[]), put);
        assert_eq!(said(Method::POST, &["GET", "PATCH"]), "it takes no POST there; try --method PATCH");
        assert_eq!(said(Method::PUT, &[]), "it takes no PUT there; try --method POST");
        assert_eq!(said(Method::POST, &["GET, HEAD"]), "it takes no file there, only GET, HEAD");
    }
}
