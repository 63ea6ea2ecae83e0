//! One attempt at a download: find → ask → open → fetch → verify → place.
//!
//! The first request is a real one and its body the beginning of the file. What the server may have
//! written where, [`judge`] alone decides; what is durable, [`intake`](Intake) alone knows.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use crate::attempt::{Attempt, Outcome, Report, committed};
use crate::net::{Answer, Get, Net};
use crate::transfer::{Checksum, DownloadRequest, ErrorKind, Failure, Partial, Validator, Verified};

mod at_once;
mod described;
mod document;
mod doubts;
mod fetch;
mod filler;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod growth;
mod handover;
mod intake;
mod judge;
mod kind;
mod metalink;
mod mirrors;
pub(crate) mod name;
mod open;
mod partial;
mod peek;
mod pipe;
mod place;
mod plan;
mod probe;
mod segment;
mod sources;
mod together;
mod verify;
mod writer;

pub(crate) use document::metalink as read_metalink;
use doubts::{Doubts, Turn};
use fetch::Fetched;
pub(crate) use handover::take_down;
use judge::{Asked, Grant, Verdict, judge};
pub use metalink::{DescribedFile, Metalink, NotAMetalink};
use open::{Left, Open};
pub(crate) use partial::{Reserved, discard, discard_completed, part_path};
use peek::{OVERLAP, Overlap};
use plan::{Plan, Sharing};
pub use probe::Probed;
use segment::Work;
use sources::{Sources, is_to_blame};
pub(crate) use together::Together;
use verify::Faults;
pub(crate) use writer::Writers;

/// What a connection takes at once if the bytes shall come in order.
const STEP: u64 = 1024 * 1024;

/// What all downloads of a session share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub net: Arc<Net>,
    pub writers: Writers,
    pub reserved: Reserved,
    pub together: Together,
}

/// Makes one attempt. `partial` is what earlier ones have left.
pub(crate) async fn run(
    attempt: Attempt,
    request: DownloadRequest,
    partial: Option<Partial>,
    shared: Shared,
) -> Outcome {
    let doubts = Doubts::new(attempt.on_change);
    let (found, faults) = (Vec::new(), Faults::default());
    let sources = Sources::of(&request, &shared.net);
    let mut download = Download {
        attempt,
        request,
        shared,
        sources,
        doubts,
        overlap: OVERLAP,
        found,
        faults,
        has_begun: false,
    };
    match download.run(partial).await {
        Ok(outcome) | Err(outcome) => outcome,
    }
}

struct Download {
    attempt: Attempt,
    request: DownloadRequest,
    shared: Shared,
    sources: Sources,
    doubts: Doubts,
    /// How many bytes that are there already are asked for again.
    overlap: u64,
    /// Checksums that were found in files beside it.
    found: Vec<Checksum>,
    faults: Faults,
    /// Whether it has taken in anything of what a server sent.
    has_begun: bool,
}

impl Download {
    async fn run(&mut self, partial: Option<Partial>) -> Result<Outcome, Outcome> {
        let mut open = None;
        if let Some(partial) = partial {
            match self.find(partial).await? {
                Left::Placed(partial) => return Ok(Outcome::Completed(Some(partial))),
                Left::Open(there) => open = Some(*there),
                Left::Nothing => {}
            }
        } else {
            self.unless_done_before().await?;
        }
        let mut told = None;
        loop {
            let had_begun = self.has_begun;
            let Err(outcome) = self.complete(&mut open).await else { break };
            let turns = self.turn(&outcome, &mut open).await?;
            // Where all fail, what the address itself has said is what people know.
            if told.is_none() || self.has_begun && !had_begun || !turns && !is_to_blame(&outcome) {
                told = Some(outcome);
            }
            if !turns {
                return Err(told.unwrap_or(Outcome::Stopped));
            }
        }
        match open {
            Some(whole) => self.place(whole).await,
            None => Err(Outcome::Stopped),
        }
    }

    /// Gets all of the file, right.
    async fn complete(&mut self, open: &mut Option<Open>) -> Result<(), Outcome> {
        loop {
            self.get(open).await?;
            if self.check(open).await? {
                return Ok(());
            }
        }
    }

    /// Gets what is missing of the file, or all of it.
    async fn get(&mut self, open: &mut Option<Open>) -> Result<(), Outcome> {
        while !open.as_ref().is_some_and(Open::is_whole) {
            if open.as_ref().is_some_and(|open| open.intake.durable().is_empty()) {
                // Bytes that are not known to be there may lie in it, further than the file will reach.
                self.discard(open).await?;
            }
            if open.is_none() {
                self.found = self.look_for_checksum().await;
            }
            let asked = self.asked(open.as_ref());
            let there = open.as_ref().map_or(0, |open| open.intake.durable().len());
            self.doubts.ask(there).map_err(|failure| self.failed(failure))?;
            let answer = self.ask(&asked, there).await?;
            match self.follow(answer, &asked, open).await? {
                Turn::Finish => break,
                Turn::AskAgain => {}
                Turn::StartOver => self.start_over(open, ErrorKind::Changed).await?,
                Turn::End(outcome) => return Err(outcome),
            }
        }
        Ok(())
    }

    /// Does what the judge says about an answer.
    async fn follow(
        &mut self,
        answer: Answer,
        asked: &Asked,
        open: &mut Option<Open>,
    ) -> Result<Turn, Outcome> {
        let (host, again) = (answer.url.host(), answer.again());
        let led = answer.url != self.sources.first().url;
        let turn = match judge(asked, &self.name(&answer), answer.status().as_u16(), answer.headers()) {
            Verdict::Write(grant) => self.take(answer, grant, asked, open).await?,
            Verdict::Complete { total } => {
                self.has_begun = true;
                if open.is_none() {
                    let nothing = Grant { length: Some(0), total: Some(0), ..Grant::default() };
                    let described = self.describe(&nothing, &answer);
                    self.unless_there(&described.path).await?;
                    *open = Some(self.open(&nothing, described).await?);
                }
                if let Some(open) = open {
                    open.partial.total = Some(total);
                }
                Turn::Finish
            }
            Verdict::Distrust => {
                if let Some(open) = open {
                    self.forget_version(open).await?;
                }
                Turn::AskAgain
            }
            Verdict::Changed(_) | Verdict::Page | Verdict::StartOver if asked.elsewhere => {
                Turn::End(self.failed(Failure::new(ErrorKind::Changed)))
            }
            Verdict::StartOver => {
                self.start_over(open, ErrorKind::InsufficientRangeSupport).await?;
                Turn::AskAgain
            }
            Verdict::Changed(seen) => self.doubts.changed(seen, &host),
            Verdict::Page => Doubts::page(true, &host),
            Verdict::Refuse(failure) => {
                // A mirror that refuses is no link of the user's that has expired.
                let held = asked.held && !asked.elsewhere;
                Doubts::refused(failure.about(host).not_before(again), held, led)
            }
        };
        Ok(turn)
    }

    /// Takes what an answer brings, once it is sure where that belongs.
    async fn take(
        &mut self,
        mut answer: Answer,
        mut grant: Grant,
        asked: &Asked,
        open: &mut Option<Open>,
    ) -> Result<Turn, Outcome> {
        if open.is_some() && (!asked.held || grant.offset != asked.offset) {
            if asked.elsewhere && self.has_begun {
                // The source of what is here may do better next time.
                return Ok(Turn::End(self.failed(Failure::new(ErrorKind::InsufficientRangeSupport))));
            }
            self.start_over(open, ErrorKind::InsufficientRangeSupport).await?;
        }
        if let Some(whole) = open {
            if let Some(turn) = self.compare(&mut answer, &mut grant, asked, whole).await? {
                return Ok(turn);
            }
        } else {
            let unlikely = grant.page && kind::is_binary(&self.name(&answer));
            if unlikely && peek::is_page(&mut answer, &self.attempt).await? {
                return Ok(Doubts::page(false, &answer.url.host()));
            }
        }
        self.has_begun = true;
        let whole = if let Some(whole) = open {
            whole
        } else {
            let described = self.describe(&grant, &answer);
            self.unless_there(&described.path).await?;
            if let Some(bytes) = self.all_at_once(&mut answer, &grant, &described).await {
                // Others may go on with its connection.
                drop(answer);
                return Ok(Turn::End(self.keep(bytes, grant, described).await?));
            }
            open.insert(self.open(&grant, described).await?)
        };
        self.fetch(answer, grant, whole).await
    }

    /// Compares the beginning of an answer with what is on the disk. If it cannot be continued with, this
    /// is what to do.
    async fn compare(
        &mut self,
        answer: &mut Answer,
        grant: &mut Grant,
        asked: &Asked,
        open: &mut Open,
    ) -> Result<Option<Turn>, Outcome> {
        let (until, sent) = (open.intake.durable().prefix(), grant.length);
        match peek::overlap(answer, grant, (&open.file, until), &self.attempt).await? {
            Overlap::Same => {}
            Overlap::Differs => return Ok(Some(self.differs(&answer.url.host(), asked, open))),
            Overlap::TooShort => {
                // Servers that send little at a time are asked for less that is known.
                self.overlap = sent.unwrap_or_default() / 4;
                let none = || Turn::End(self.failed(Failure::new(ErrorKind::InsufficientRangeSupport)));
                return Ok(Some(if self.overlap > 0 { Turn::AskAgain } else { none() }));
            }
        }
        if !asked.elsewhere && open.partial.validator != grant.version {
            self.forget_version(open).await?;
            (grant.version, grant.splittable) = (None, false);
        }
        Ok(None)
    }

    /// What is on the disk is known by its bytes alone from now on.
    async fn forget_version(&self, open: &mut Open) -> Result<(), Outcome> {
        open.partial.validator = None;
        committed(self.attempt.commit(open.partial.clone()).await).await
    }

    async fn ask(&self, asked: &Asked, there: u64) -> Result<Answer, Outcome> {
        let source = self.sources.first();
        let get = Get {
            url: &source.url,
            headers: &source.headers,
            offset: asked.offset,
            end: asked.end,
            version: asked.version.as_ref().map(Validator::as_header),
            timeouts: self.attempt.timeouts,
        };
        self.attempt.meter.begin(there, asked.total);
        tokio::select! {
            () = self.attempt.stop.cancelled() => Err(Outcome::Stopped),
            answer = source.net.get(&get) => answer.map_err(Outcome::Failed),
        }
    }

    /// Drops what there is. Bounded, so that a server that changes its mind all the time is a failure.
    async fn start_over(&mut self, open: &mut Option<Open>, reason: ErrorKind) -> Result<(), Outcome> {
        self.doubts.start_over(reason).map_err(|failure| self.failed(failure))?;
        self.discard(open).await?;
        self.attempt.report(Report::StartedOver(reason)).await;
        Ok(())
    }

    /// Gets what is missing, beginning with what was granted.
    async fn fetch(&mut self, answer: Answer, mut grant: Grant, open: &mut Open) -> Result<Turn, Outcome> {
        let there = open.intake.durable().clone();
        self.attempt.meter.begin(there.len(), grant.total);
        grant.splittable &= !self.doubts.single();
        let sharing =
            Sharing { least: self.attempt.min_split, step: self.request.sequential.then_some(STEP) };
        let mut plan = Plan::new(grant.within(), &there, sharing);
        let Some((first, _)) = plan.take(None) else { return Ok(Turn::AskAgain) };
        let helps = grant.splittable && open.checker.is_some();
        self.sources.first().leads(&answer, &grant);
        let work = Arc::new(self.work(helps, &grant, plan));
        let end = fetch::fetch(work, &mut open.intake, &self.attempt, (first, answer, grant)).await;
        // Hand in what has arrived, whatever the end was.
        let durable = open.intake.finish().await;
        let ranges = durable.cloned().map_err(|error| failed(&error, &open.partial.path));
        let end = match end {
            // The error of the write itself says more than that of the sync behind it.
            Fetched::Disk(error) => return Err(failed(&error, &open.partial.path)),
            end => end,
        };
        open.partial.durable = ranges?;
        if let Fetched::Whole(Some(total)) = end {
            open.partial.total = Some(total);
            open.partial.verified = Some(Verified::None);
            return Ok(Turn::Finish);
        }
        self.attempt.report(Report::Durable(open.partial.durable.clone())).await;
        match end {
            Fetched::Stopped => Err(Outcome::Stopped),
            Fetched::Failed(failure) => Ok(Doubts::cut_off(failure)),
            // What a server sends a part at a time is asked for part by part.
            Fetched::Whole(_) => Ok(Turn::AskAgain),
            _ => Ok(self.doubts.disputed()),
        }
    }

    fn failed(&self, failure: Failure) -> Outcome {
        Outcome::Failed(failure.about(self.sources.first().url.host()))
    }

    /// What the connections to this file have in common, to one source or, with `help`, to all.
    fn work(&self, help: bool, grant: &Grant, plan: Plan) -> Work {
        Work {
            began: Instant::now(),
            sources: self.sources.crew(help),
            timeouts: self.attempt.timeouts,
            meter: self.attempt.meter.clone(),
            limits: self.attempt.limits.clone(),
            waited_for_disk: AtomicU64::default(),
            waited_for_limit: AtomicU64::default(),
            stop: self.attempt.stop.child_token(),
            total: grant.total,
            flowing: AtomicUsize::default(),
            delay: AtomicU64::default(),
            connections: self.request.terms.connections.map(|count| usize::from(count.get())),
            plan: Mutex::new(plan),
        }
    }
}

/// Runs file system calls where they hold nobody up.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn failed(error: &io::Error, path: &Path) -> Outcome {
    Outcome::Failed(Failure::from_io(error, path))
}

#[cfg(test)]
#[path = "download/tests.rs"]
mod tests;
