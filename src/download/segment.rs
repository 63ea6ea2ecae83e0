//! One range of a file, from the network to the intake.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::intake::{Intake, reached};
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
        let limit = end.map_or(u64::MAX, |end| end - at);
        if limit == 0 {
            return End::Whole(at);
        }
        if let Err(error) = intake.make_room(at).await {
            return broken(&error);
        }
        let (buffer, checkpoint) = intake.parts();
        let step = tokio::select! {
            biased;
            () = &mut stopped => return End::Stopped,
            end = reached(checkpoint), if checkpoint.is_some() => match intake.finish_checkpoint(end) {
                Ok(durable) => {
                    attempt.report(Report::Durable(durable.clone())).await;
                    Ok(())
                }
                Err(error) => Err(error),
            },
            now = timer.tick() => {
                if now.saturating_duration_since(heard) >= attempt.timeouts.silence {
                    return End::Broken(Failure::new(ErrorKind::Timeout).about(answer.url.host()));
                }
                intake.begin_checkpoint()
            }
            // More than was granted is not ours to write, however it came about.
            read = answer.read(buffer, usize::try_from(limit).unwrap_or(usize::MAX)) => match read {
                Ok(0) => return at_end(at, end, &answer),
                Ok(count) => {
                    at += count as u64;
                    heard = Instant::now();
                    attempt.meter.add(count as u64);
                    intake.took(count)
                }
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
fn cut_off(error: &std::io::Error, answer: &Answer) -> Failure {
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
