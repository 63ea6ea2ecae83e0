//! What the end of an exchange means for the upload. Pure: the one place for the rules of sending twice.
//!
//! A PUT may be sent again (RFC 9110 §9.3.4), so whatever may pass by itself is tried again. A POST
//! whose body the server has begun to see is only sent again if a person says so.

use crate::net::transport::{Answer, Broken, Exchange};
use crate::transfer::{Address, ErrorKind, Failure, Pause, Response, Retry};

use super::refusal::{self, HASTY};
use crate::attempt::Outcome;

/// What to do next.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The same request, to this address of the same origin.
    SendTo(Address),
    /// It is over.
    Over(Outcome, Option<Response>),
}

/// Judges what came of sending the file to `target`; `repeatable` says whether that may be done again.
pub(super) fn judge(repeatable: bool, target: &Address, exchange: Exchange) -> Verdict {
    let Exchange { begun, whole, end, .. } = exchange;
    let answer = match end {
        Ok(answer) => answer,
        Err(broken) => return Verdict::Over(unanswered(repeatable, begun, whole, broken), None),
    };
    if let Some(next) = refusal::same_again(target, &answer) {
        return Verdict::SendTo(next);
    }
    Verdict::Over(answered(repeatable, target, whole, &answer), Some(answer.response))
}

fn unanswered(repeatable: bool, begun: bool, whole: bool, broken: Broken) -> Outcome {
    let again = repeatable || !begun;
    match broken {
        Broken::Stopped if again => Outcome::Stopped,
        Broken::Stopped => Outcome::Paused(Pause::RestartNeeded(Failure::new(ErrorKind::OperationCanceled))),
        // The server never had all of it, and nothing will send it again unasked.
        Broken::Failed(failure) if again || (!whole && failure.kind.retry() == Retry::Final) => {
            Outcome::Failed(failure)
        }
        Broken::Failed(failure) if whole => {
            Outcome::Failed(Failure { kind: ErrorKind::ResultUnknown, ..failure })
        }
        Broken::Failed(failure) => Outcome::Paused(Pause::RestartNeeded(failure)),
    }
}

fn answered(repeatable: bool, target: &Address, whole: bool, answer: &Answer) -> Outcome {
    let status = answer.response.status;
    match status {
        200..=299 if whole => Outcome::Completed(None),
        200..=299 => Outcome::Failed(refusal::nonsense(target, answer, HASTY)),
        _ => {
            let failure = refusal::failure(target, answer);
            // The kinds of these are tried again by themselves, or could come to be.
            let passing = matches!(status, 408 | 425 | 429 | 500..=599);
            if passing && !repeatable {
                Outcome::Paused(Pause::RestartNeeded(failure))
            } else {
                Outcome::Failed(failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::Method;
    use crate::upload::refusal::tests::answer;

    fn over(method: Method, exchange: Exchange) -> Outcome {
        let (target, _) = Address::parse("https://example.org/a").unwrap();
        match judge(method.is_idempotent(), &target, exchange) {
            Verdict::Over(outcome, _) => outcome,
            Verdict::SendTo(address) => panic!("{address}"),
        }
    }

    fn broken(method: Method, begun: bool, whole: bool, kind: ErrorKind) -> Outcome {
        over(method, Exchange { begun, whole, unheard: false, end: Err(Broken::Failed(Failure::new(kind))) })
    }

    #[test]
    fn a_put_that_broke_is_tried_again_wherever_it_broke() {
        for (begun, whole) in [(false, false), (true, false), (true, true)] {
            let outcome = broken(Method::Put, begun, whole, ErrorKind::ConnectionReset);
            assert!(matches!(outcome, Outcome::Failed(f) if f.kind == ErrorKind::ConnectionReset));
        }
    }

    #[test]
    fn a_post_is_tried_again_only_if_nothing_of_it_went_out() {
        let early = broken(Method::Post, false, false, ErrorKind::CannotConnect);
        assert!(matches!(early, Outcome::Failed(f) if f.kind == ErrorKind::CannotConnect));
        let midway = broken(Method::Post, true, false, ErrorKind::ConnectionReset);
        assert!(
            matches!(midway, Outcome::Paused(Pause::RestartNeeded(f)) if f.kind == ErrorKind::ConnectionReset)
        );
        for kind in [ErrorKind::ConnectionReset, ErrorKind::ErrorHttpInvalidServerResponse] {
            let late = broken(Method::Post, true, true, kind);
            assert!(matches!(late, Outcome::Failed(f) if f.kind == ErrorKind::ResultUnknown));
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_to_its_end_is_a_failure_of_its_own() {
        for kind in [ErrorKind::FileChanged, ErrorKind::FileMissing, ErrorKind::Io] {
            let outcome = broken(Method::Post, true, false, kind);
            assert!(matches!(outcome, Outcome::Failed(f) if f.kind == kind));
        }
    }

    #[test]
    fn a_server_in_trouble_gets_a_put_again_and_a_post_not() {
        for status in [408, 429, 500, 501, 503, 599] {
            let end =
                || Exchange { begun: true, whole: true, unheard: false, end: Ok(answer(status, "", "")) };
            assert!(matches!(over(Method::Put, end()), Outcome::Failed(_)), "{status}");
            assert!(
                matches!(over(Method::Post, end()), Outcome::Paused(Pause::RestartNeeded(_))),
                "{status}"
            );
        }
    }

    #[test]
    fn success_is_a_2xx_to_the_whole_file_and_nothing_else() {
        for status in [100, 101, 200, 201, 204, 226, 299, 300, 304, 307, 399, 400, 404, 500, 700, 999] {
            for whole in [false, true] {
                let outcome = over(
                    Method::Put,
                    Exchange { begun: true, whole, unheard: false, end: Ok(answer(status, "", "")) },
                );
                let completed = matches!(outcome, Outcome::Completed(_));
                assert_eq!(completed, whole && (200..300).contains(&status), "{status} {whole}");
            }
        }
    }

    #[test]
    fn a_redirect_is_followed_only_with_the_same_method_and_to_the_same_origin() {
        let (target, _) = Address::parse("https://example.org/a").unwrap();
        for (status, location, follow) in [
            (307, "/b", true),
            (308, "https://example.org:443/b?c", true),
            (301, "/b", false),
            (302, "/b", false),
            (303, "/b", false),
            (307, "https://example.com/b", false),
            (307, "http://example.org/b", false),
            (307, "https://example.org:8443/b", false),
            (307, "//example.com/b", false),
            (307, "file:///b", false),
            (307, "https://", false),
        ] {
            let mut answer = answer(status, "", "");
            answer.location = Some(location.to_owned());
            match judge(
                false,
                &target,
                Exchange { begun: true, whole: true, unheard: false, end: Ok(answer) },
            ) {
                Verdict::SendTo(_) => assert!(follow, "{status} {location}"),
                Verdict::Over(Outcome::Failed(failure), Some(_)) => {
                    assert!(!follow, "{status} {location}");
                    assert_eq!(failure.kind, ErrorKind::RedirectFailed);
                }
                Verdict::Over(outcome, _) => panic!("{status} {location}: {outcome:?}"),
            }
        }
    }
}
