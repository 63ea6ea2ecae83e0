//! When to try again. Pure: a function of what went wrong and how often.

use std::time::Duration;

use jiff::Timestamp;

use crate::transfer::{Failure, Job, Pause, Retry, State, Transfer, Wait};

/// First wait.
const FIRST: Duration = Duration::from_secs(1);
/// Longest wait.
const LONGEST: Duration = Duration::from_secs(600);
/// How often to look whether the disk has room again.
const LOOK_FOR_SPACE: Duration = Duration::from_secs(30);
/// What of a download may come in vain before it is left alone: so many times its size, and so many bytes.
const IN_VAIN: (u64, u64) = (2, 64 * 1024 * 1024);

/// What a transfer becomes after `failure`, when it was the `fruitless`-th try in a row that moved
/// no byte (0 if it moved some). `jitter` is any number in 0..1, so that many transfers do not come
/// back to one server at the same moment.
pub(super) fn after(failure: Failure, fruitless: u32, tries: u32, jitter: f64, now: Timestamp) -> State {
    match failure.kind.retry() {
        Retry::Transient if fruitless <= tries => {
            let at = (now + wait(fruitless.max(1), jitter)).max(failure.not_before.unwrap_or(now));
            State::Waiting(Wait::Retry { at, failure })
        }
        Retry::Space => State::Waiting(Wait::DiskSpace { at: now + LOOK_FOR_SPACE, failure }),
        Retry::Login => State::Paused(Pause::NeedsLogin(failure)),
        Retry::Transient | Retry::Final => State::Failed(failure),
    }
}

/// Whether so much of a download came in vain that another try will not do better. A server that breaks off
/// and cannot go on, or always has another file, would be asked for ever, as it sends something each time.
pub(super) fn is_in_vain(transfer: &Transfer) -> bool {
    let Job::Download { partial: Some(partial), .. } = &transfer.job else { return false };
    let durable = transfer.durable();
    let (size, (times, beside)) = (partial.total.unwrap_or(durable), IN_VAIN);
    transfer.fetched.saturating_sub(durable) > size.saturating_mul(times).saturating_add(beside)
}

/// Doubles from one try to the next; any part of that is waited ("full jitter").
fn wait(number: u32, jitter: f64) -> Duration {
    let full = FIRST.saturating_mul(2_u32.saturating_pow(number - 1)).min(LONGEST);
    full.mul_f64(jitter.clamp(0.1, 1.0))
}

/// A number in 0..1 that nobody can guess; good enough to spread transfers.
pub(super) fn jitter() -> f64 {
    // The last bytes of such a name are random (RFC 9562 §5.7).
    let [.., a, b, c, d] = uuid::Uuid::now_v7().into_bytes();
    f64::from(u32::from_le_bytes([a, b, c, d])) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::{DownloadRequest, ErrorKind, Partial};

    fn waits(number: u32, jitter: f64) -> f64 {
        let now = Timestamp::now();
        match after(Failure::new(ErrorKind::CannotConnect), number, 99, jitter, now) {
            State::Waiting(Wait::Retry { at, .. }) => at.duration_since(now).as_secs_f64(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_double_up_to_ten_minutes() {
        let full: Vec<f64> = (1..=12).map(|number| waits(number, 1.0)).collect();
        assert_eq!(full[..5], [1.0, 2.0, 4.0, 8.0, 16.0]);
        assert!((full[11] - 600.0).abs() < f64::EPSILON);
        assert!((waits(3, 0.5) - 2.0).abs() < f64::EPSILON);
        assert!(waits(3, 0.0) > 0.0, "never at once");
        assert!((waits(0, 1.0) - 1.0).abs() < f64::EPSILON, "after progress the wait is short again");
    }

    #[test]
    fn a_server_that_says_when_is_not_asked_before() {
        let now = Timestamp::now();
        let at = now + Duration::from_secs(90);
        let failure = Failure { not_before: Some(at), ..Failure::from_status(503) };
        match after(failure, 1, 9, 0.5, now) {
            State::Waiting(wait @ Wait::Retry { at: due, .. }) => {
                assert_eq!((due, State::Waiting(wait).due()), (at, Some(at)));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tries_without_a_byte_run_out() {
        let now = Timestamp::now();
        let state = after(Failure::new(ErrorKind::CannotConnect), 4, 3, 0.5, now);
        assert!(matches!(state, State::Failed(_)));
    }

    #[test]
    fn what_is_there_did_not_come_in_vain_and_the_rest_may_be_twice_the_file_and_some() {
        let written =
            r#"(path:"/a",total:Some(1000),validator:None,modified:None,resumable:true,durable:[(0,500)])"#;
        let partial: Partial = ron::from_str(written).unwrap();
        let request = DownloadRequest::new("http://a.example/f").unwrap();
        let mut transfer = Transfer::new(Job::Download { request, partial: Some(Box::new(partial)) });
        let most = 500 + 2 * 1000 + 64 * 1024 * 1024;
        for (fetched, expected) in [(0, false), (500, false), (most, false), (most + 1, true)] {
            transfer.fetched = fetched;
            assert_eq!(is_in_vain(&transfer), expected, "{fetched}");
        }
        transfer.forgive();
        assert_eq!((transfer.fetched, is_in_vain(&transfer)), (500, false));
    }

    #[test]
    fn what_does_not_pass_by_itself_is_not_tried_again() {
        let now = Timestamp::now();
        assert!(matches!(after(Failure::from_status(404), 0, 3, 0.5, now), State::Failed(_)));
        assert!(matches!(
            after(Failure::from_status(401), 0, 3, 0.5, now),
            State::Paused(Pause::NeedsLogin(_))
        ));
        let full = after(Failure::new(ErrorKind::DiskFull), 9, 3, 0.5, now);
        assert!(matches!(full, State::Waiting(Wait::DiskSpace { .. })));
    }
}
