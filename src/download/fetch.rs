//! Gets what is missing of one file, over as many connections as gain something.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::growth::Growth;
use super::intake::{Intake, reached};
use super::judge::Grant;
use super::plan::SliceId;
use super::segment::{self, End, Work};
use crate::attempt::{Attempt, Report};
use crate::net::Answer;
use crate::transfer::{ErrorKind, Failure};

/// Progress that a crash can cost, in time, beside what connections have not handed over yet.
const CHECKPOINT: Duration = Duration::from_secs(1);
/// Connections to one file at most.
const MOST: usize = 16;
/// The shortest slice that is worth a request: this many bytes, and what a connection gets in this time.
const LEAST: u64 = 256 * 1024;
const LEAST_TIME: Duration = Duration::from_millis(250);

/// How it ended. Whatever it was, all bytes that arrived are written.
#[derive(Debug)]
pub(super) enum Fetched {
    /// All of it is here; if its length was not known, it is this.
    Whole(Option<u64>),
    /// It was told to stop.
    Stopped,
    /// The server has another file now.
    Changed,
    /// The network or the server failed.
    Failed(Failure),
    /// The disk failed.
    Disk(io::Error),
}

/// The connections to one file.
struct Crew<'a> {
    work: Arc<Work>,
    intake: &'a mut Intake,
    attempt: &'a Attempt,
    tasks: JoinSet<End>,
    growth: Growth,
    began: Instant,
    /// Bytes that had come at the last look.
    looked: u64,
    end: Option<Fetched>,
}

/// Gets everything in the plan of `work`, beginning with the slice `first`, whose answer is there.
pub(super) async fn fetch(
    work: Arc<Work>,
    intake: &mut Intake,
    attempt: &Attempt,
    (first, answer, grant): (SliceId, Answer, Grant),
) -> Fetched {
    let most = if grant.splittable { MOST } else { 1 };
    work.least.store(LEAST, Relaxed);
    let mut crew = Crew {
        looked: work.meter.done(),
        work,
        intake,
        attempt,
        tasks: JoinSet::new(),
        growth: Growth::new(1, most),
        began: Instant::now(),
        end: None,
    };
    crew.open(first, Some((answer, grant)));
    crew.run(most > 1).await
}

impl Crew<'_> {
    async fn run(mut self, grows: bool) -> Fetched {
        let mut checkpoints = interval_at(Instant::now() + CHECKPOINT, CHECKPOINT);
        checkpoints.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let look = self.began + self.growth.next_look(self.began.elapsed()) + self.began.elapsed();
            let is_checking = self.intake.checkpoint().is_some();
            let step = tokio::select! {
                biased;
                end = self.tasks.join_next() => match end {
                    Some(end) => {
                        self.on_end(end.unwrap_or_else(|_| crashed()));
                        Ok(())
                    }
                    None => break,
                },
                end = reached(self.intake.checkpoint()), if is_checking => self.on_checkpoint(end).await,
                _ = checkpoints.tick() => self.intake.begin_checkpoint(),
                () = tokio::time::sleep_until(look), if grows && self.end.is_none() => {
                    self.look();
                    Ok(())
                }
            };
            if let Err(error) = step {
                self.finish(Fetched::Disk(error));
            }
        }
        let stopped = self.attempt.stop.is_cancelled();
        self.end.unwrap_or(if stopped { Fetched::Stopped } else { Fetched::Changed })
    }

    async fn on_checkpoint(&mut self, end: io::Result<()>) -> io::Result<()> {
        let durable = self.intake.finish_checkpoint(end)?.clone();
        self.attempt.report(Report::Durable(durable)).await;
        Ok(())
    }

    /// Ends the work of all connections; what was decided first stands.
    fn finish(&mut self, end: Fetched) {
        self.end.get_or_insert(end);
        self.work.stop.cancel();
    }

    fn open(&mut self, id: SliceId, answer: Option<(Answer, Grant)>) {
        self.tasks.spawn(segment::run(self.work.clone(), self.intake.filler(), id, answer));
    }

    fn on_end(&mut self, end: End) {
        let left = self.tasks.len();
        match end {
            End::Idle if self.work.plan().is_complete() => self.finish(Fetched::Whole(None)),
            End::Idle => {}
            End::Whole(at) => self.finish(Fetched::Whole(Some(at))),
            End::Stopped => {}
            End::Changed => self.finish(Fetched::Changed),
            End::Disk(error) => self.finish(Fetched::Disk(error)),
            // Others go on without it; of the last one the reason is told.
            End::Broken { moved: true, .. } if left > 0 => self.growth.lost(self.began.elapsed()),
            End::Refused(_) | End::Broken { .. } if left > 0 => {
                self.growth.refused(self.began.elapsed(), left);
            }
            End::Refused(failure) | End::Broken { failure, .. } => self.finish(Fetched::Failed(failure)),
        }
    }

    /// Looks at what the connections bring, and opens more if that seems worth it.
    fn look(&mut self) {
        let now = self.began.elapsed();
        let done = self.work.meter.done();
        let rate = self.growth.rate_since(now, done.saturating_sub(self.looked));
        self.looked = done;
        let active = self.tasks.len();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an estimate"
        )]
        let least = (rate / active.max(1) as f64 * LEAST_TIME.as_secs_f64()) as u64;
        self.work.least.store(least.max(LEAST), Relaxed);
        self.growth.look(now, active, rate);
        while self.tasks.len() < self.growth.wanted() {
            let Some((id, _)) = self.work.plan().take(self.work.least()) else {
                self.growth.exhausted(self.tasks.len());
                break;
            };
            self.open(id, None);
        }
    }
}

/// A task that panicked has failed, and the others go on.
fn crashed() -> End {
    End::Broken { failure: Failure::new(ErrorKind::Io), moved: false }
}
