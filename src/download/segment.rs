//! One range of a file, from the network to the intake.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::intake::Intake;
use super::judge::Grant;
use crate::attempt::{Attempt, Report};
use crate::net::{self, Answer};
use crate::transfer::{ErrorKind, Failure};

/// Progress that a crash can cost, in time.
const CHECKPOINT: Duration = Duration::from_secs(1);

/// How a segment ended. Whatever it was, all bytes that arrived are in the intake.
#[derive(Debug)]
pub(crate) enum End {
    /// All that was granted is here; the next byte would be this one.
    Whole(u64),
    /// It was told to stop.
    Stopped,
    /// The connection or the disk failed.
    Broken(Failure),
}

/// Moves the body of `answer` to where `grant` says, and makes it durable every second. A server that
/// is silent for too long has broken off.
pub(crate) async fn fetch(mut answer: Answer, grant: &Grant, intake: &mut Intake, attempt: &Attempt) -> End {
    let mut at = grant.offset;
    let end = grant.length.map(|length| grant.offset + length);
    let mut timer = interval_at(Instant::now() + CHECKPOINT, CHECKPOINT);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let stopped = attempt.stop.cancelled();
    tokio::pin!(stopped);
    loop {
        let step = tokio::select! {
            biased;
            () = &mut stopped => return End::Stopped,
            durable = intake.synced(), if intake.is_syncing() => match durable {
                Ok(ranges) => {
                    attempt.report(Report::Durable(ranges.clone())).await;
                    Ok(())
                }
                Err(error) => Err(error),
            },
            now = timer.tick() => {
                if now.saturating_duration_since(heard) >= attempt.timeouts.silence {
                    return End::Broken(Failure::new(ErrorKind::Timeout).about(answer.url.host()));
                }
                intake.checkpoint()
            }
            chunk = answer.chunk() => match chunk {
                Ok(Some(bytes)) => {
                    let room = end.map_or(bytes.len() as u64, |end| end - at);
                    // More than was granted is not ours to write, however it came about.
                    let bytes = &bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
                    let taken = intake.take(at, bytes).await;
                    at += bytes.len() as u64;
                    attempt.meter.add(bytes.len() as u64);
                    heard = Instant::now();
                    if end == Some(at) {
                        return taken.map_or_else(|error| broken(&error), |()| End::Whole(at));
                    }
                    taken
                }
                Ok(None) => return at_end(at, end, &answer),
                Err(error) => return End::Broken(cut_off(&error, &answer)),
            },
        };
        if let Err(error) = step {
            return broken(&error);
        }
    }
}

fn at_end(at: u64, end: Option<u64>, answer: &Answer) -> End {
    if end.is_some_and(|end| at < end) {
        return End::Broken(Failure::new(ErrorKind::Truncated).about(answer.url.host()));
    }
    End::Whole(at)
}

/// A body that breaks off is a cut, whatever the layers below call it.
fn cut_off(error: &hyper::Error, answer: &Answer) -> Failure {
    let failure = net::from_error(error, &answer.url.host());
    if matches!(failure.kind, ErrorKind::ErrorHttpInvalidServerResponse | ErrorKind::Disconnected) {
        return Failure::new(ErrorKind::Truncated).about(answer.url.host());
    }
    failure
}

/// The path is added by the caller, who knows it.
fn broken(error: &std::io::Error) -> End {
    End::Broken(Failure::from_io(error, std::path::Path::new("")))
}
