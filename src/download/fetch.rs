//! Gets what is missing of one file, over as many connections as gain something.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::growth::{Enough, Growth, Sight};
use super::intake::{Intake, reached};
use super::judge::Grant;
use super::plan::SliceId;
use super::segment::{self, End, Work};
use super::sources::Teams;
use crate::attempt::{Attempt, Report};
use crate::net::Answer;
use crate::transfer::{Bound, ErrorKind, Failure};

/// Progress that a crash can cost, in time, beside what connections have not handed over yet.
const CHECKPOINT: Duration = Duration::from_secs(1);
/// How often the connections are looked at: while their number is being found, when there is not enough left
/// for all of them, and otherwise.
const LOOK: Duration = Duration::from_millis(20);
const LAST_LOOK: Duration = Duration::from_millis(100);
const LATER_LOOK: Duration = Duration::from_millis(500);
/// What holds connections up is looked for over this time.
const BRAKING: Duration = Duration::from_millis(300);

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
    /// Each says to which team it belonged.
    tasks: JoinSet<(usize, End)>,
    teams: Teams,
    growth: Growth,
    brake: Brake,
    end: Option<Fetched>,
}

/// Gets everything in the plan of `work`, beginning with the slice `first`, whose answer is there.
pub(super) async fn fetch(
    work: Arc<Work>,
    intake: &mut Intake,
    attempt: &Attempt,
    (first, answer, grant): (SliceId, Answer, Grant),
) -> Fetched {
    attempt.sight.show(&work);
    let teams = Teams::new(&work.sources);
    let (first_count, most) = match work.connections {
        _ if !grant.splittable => (1, 1),
        Some(count) => (count, count.min(teams.allowed())),
        None => (teams.worth().unwrap_or(1).max(teams.count()), teams.allowed()),
    };
    let grows = grant.splittable;
    let mut crew = Crew {
        work,
        intake,
        attempt,
        tasks: JoinSet::new(),
        teams,
        growth: Growth::new(first_count, most),
        brake: Brake::default(),
        end: None,
    };
    crew.open(0, first, Some((answer, grant)));
    if grows {
        crew.fill();
    }
    crew.run(grows).await
}

impl Crew<'_> {
    async fn run(mut self, grows: bool) -> Fetched {
        let mut checkpoints = interval_at(Instant::now() + CHECKPOINT, CHECKPOINT);
        checkpoints.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut look = Instant::now() + LOOK;
        loop {
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
                    look = Instant::now() + self.until_next_look();
                    Ok(())
                }
            };
            if let Err(error) = step {
                self.finish(Fetched::Disk(error));
            }
        }
        // Without a decision they were told to stop.
        self.end.unwrap_or(Fetched::Stopped)
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

    fn open(&mut self, team: usize, id: SliceId, answer: Option<(Answer, Grant)>) {
        let source = self.teams.source(team).clone();
        let connection =
            segment::run(self.work.clone(), source.clone(), self.intake.filler(source.number), id, answer);
        self.tasks.spawn(async move { (team, connection.await) });
        self.teams.opened(team);
    }

    fn on_end(&mut self, (team, end): (usize, End)) {
        let left = self.tasks.len();
        self.teams.closed(team);
        match end {
            End::Idle if self.work.plan().is_complete() => self.finish(Fetched::Whole(None)),
            End::Idle if left == 0 => self.go_on(),
            End::Idle if self.teams.are_several() => self.fill(),
            End::Idle | End::Stopped => {}
            End::Whole(at) => self.finish(Fetched::Whole(Some(at))),
            End::Disk(error) => self.finish(Fetched::Disk(error)),
            end if self.teams.are_several() => self.on_loss(team, end),
            End::Changed => self.finish(Fetched::Changed),
            // Others go on without it; of the last one the reason is told.
            End::Broken { moved: true, .. } if left > 0 => self.growth.lost(self.work.began.elapsed()),
            End::Refused(_) | End::Broken { .. } if left > 0 => {
                self.growth.refused(self.work.began.elapsed(), left);
                self.teams.refused(team, matches!(end, End::Broken { .. }));
            }
            End::Refused(failure) => self.finish(Fetched::Failed(failure)),
            End::Broken { failure, .. } => {
                self.teams.lost(team);
                self.finish(Fetched::Failed(failure));
            }
        }
    }

    /// One of several sources has lost a connection. The others go on; only if none is left is it over.
    fn on_loss(&mut self, team: usize, end: End) {
        if self.work.stop.is_cancelled() {
            return;
        }
        let was_last = self.teams.open(team) == 0;
        if was_last && matches!(end, End::Broken { .. }) {
            self.teams.lost(team);
        }
        match end {
            End::Refused(failure) | End::Broken { failure, moved: false } if was_last => {
                self.teams.drop(team, Fetched::Failed(failure));
            }
            End::Broken { failure, .. } if was_last => {
                if !self.teams.may_go_on(team) {
                    self.teams.drop(team, Fetched::Failed(failure));
                }
            }
            End::Broken { moved: true, .. } => self.growth.lost(self.work.began.elapsed()),
            End::Refused(_) | End::Broken { .. } => {
                self.teams.refused(team, matches!(end, End::Broken { .. }));
                self.growth.lost(self.work.began.elapsed());
            }
            _ => self.teams.drop(team, Fetched::Changed),
        }
        if self.tasks.is_empty() {
            self.go_on();
        }
    }

    /// Looks at what the connections bring, opens more if that seems worth it, and replaces slow ones.
    fn look(&mut self) {
        self.work.plan().look(self.work.began.elapsed());
        self.teams.look(self.work.began.elapsed());
        let most = self.work.connections.unwrap_or(usize::MAX);
        self.growth.allow(most.min(self.teams.allowed()));
        let done = self.work.meter.done();
        let braked = self.brake.look(&self.work, self.work.began.elapsed());
        self.work.meter.set_bound(braked.or_else(|| self.bound()));
        let limited = self.work.limits.turn(1).is_some();
        if braked.is_some() || limited && !self.brake.has_looked {
            // Where it is we who are slow, more connections would only make the way longer.
            return;
        }
        self.growth.look(Sight {
            now: self.work.began.elapsed(),
            flowing: self.work.flowing.load(Relaxed),
            done,
            left: self.work.total.unwrap_or(u64::MAX).saturating_sub(done),
            delay: self.work.delay(),
        });
        if let Some(share) = self.teams.share().filter(|_| self.growth.verdict().is_some()) {
            share.found(self.growth.wanted());
        }
        self.work.plan().drop_slow();
        self.work.plan().drop_vain();
        self.fill();
        // What did not gain much is let be; it ends with its slice.
        self.teams.trim(most, self.work.began.elapsed());
    }

    fn until_next_look(&self) -> Duration {
        match () {
            () if !self.growth.is_settled() => LOOK,
            () if self.tasks.len() < self.growth.wanted() => LAST_LOOK,
            () => LATER_LOOK,
        }
    }

    /// What makes it no faster, as far as the connections tell.
    fn bound(&self) -> Option<Bound> {
        match self.growth.verdict()? {
            Enough::Line if self.work.is_proxied() => Some(Bound::Proxy),
            Enough::Line => Some(Bound::Network),
            Enough::Refused => Some(Bound::Host),
            Enough::Most => Some(Bound::Connection),
        }
    }

    /// Opens one connection for what is left, when there is none any more.
    fn go_on(&mut self) {
        if self.work.plan().is_complete() {
            return self.finish(Fetched::Whole(None));
        }
        let Some(team) = self.teams.next() else {
            let reason = self.teams.reason();
            return self.finish(reason);
        };
        let next = self.work.plan().take(self.teams.rate(team));
        match next {
            Some((id, _)) => self.open(team, id, None),
            None => self.finish(Fetched::Failed(Failure::new(ErrorKind::Truncated))),
        }
    }

    /// Opens as many connections as there should be and is work for.
    fn fill(&mut self) {
        while self.tasks.len() < self.growth.wanted() && !self.work.stop.is_cancelled() {
            let Some(team) = self.teams.next() else { break };
            let rate = self.teams.rate(team);
            let next = {
                let mut plan = self.work.plan();
                plan.take(rate).or_else(|| plan.hedge(rate))
            };
            let Some((id, _)) = next else {
                self.growth.exhausted(self.work.began.elapsed());
                break;
            };
            self.open(team, id, None);
        }
    }
}

/// Sees whether it is the disk or a speed limit that holds the connections up.
#[derive(Default)]
struct Brake {
    at: Duration,
    disk: u64,
    limit: u64,
    has_looked: bool,
    found: Option<Bound>,
}

impl Brake {
    fn look(&mut self, work: &Work, now: Duration) -> Option<Bound> {
        let passed = now.saturating_sub(self.at);
        if passed < BRAKING {
            return self.found;
        }
        let flowing = work.flowing.load(Relaxed).max(1) as u64;
        let enough = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX) / 4 * flowing;
        let (disk, limit) = (work.waited_for_disk.load(Relaxed), work.waited_for_limit.load(Relaxed));
        self.found = if limit - self.limit > enough {
            Some(Bound::Limit)
        } else if disk - self.disk > enough {
            Some(Bound::Disk)
        } else {
            None
        };
        (self.at, self.disk, self.limit, self.has_looked) = (now, disk, limit, true);
        self.found
    }
}

/// A task that panicked has failed, and the others go on.
fn crashed() -> (usize, End) {
    (0, End::Broken { failure: Failure::new(ErrorKind::Io), moved: false })
}
