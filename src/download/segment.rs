//! One connection of a download: it gets one slice of the file after the other.

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::filler::Filler;
use super::judge::{Asked, Grant, Verdict, judge};
use super::pipe::Load;
use super::plan::{Plan, SliceId};
use super::sources::Source;
use crate::attempt::{Limits, Timeouts};
use crate::net::{self, Answer, Get};
use crate::transfer::{ErrorKind, Failure, Meter, Validator};

mod seen;

/// How often a connection hands over what it has; a part of what a crash can cost.
const FLUSH: Duration = Duration::from_millis(500);

/// What the connections of one file have in common.
pub(crate) struct Work {
    pub began: Instant,
    /// Where the file is; the first of them was asked first.
    pub sources: Vec<Arc<Source>>,
    pub timeouts: Timeouts,
    pub meter: Meter,
    pub limits: Limits,
    pub stop: CancellationToken,
    /// How long it is.
    pub total: Option<u64>,
    /// Connections whose bytes are coming.
    pub flowing: AtomicUsize,
    /// How long a request takes to bring its first byte, in microseconds; 0 stands for "not known".
    pub delay: AtomicU64,
    /// How long connections waited so far, all together, in microseconds: for the disk, and for a limit.
    pub waited_for_disk: AtomicU64,
    pub waited_for_limit: AtomicU64,
    /// How many connections the user wants.
    pub connections: Option<usize>,
    pub plan: Mutex<Plan>,
}

/// How a connection ended. Whatever it was, all bytes that it read are written.
#[derive(Debug)]
pub(crate) enum End {
    /// There was nothing left to do for it.
    Idle,
    /// The body ended by itself at this byte, where only its end tells its length.
    Whole(u64),
    /// It was told to stop.
    Stopped,
    /// What the server has is not what the other bytes belong to.
    Changed,
    /// The server does not want this connection.
    Refused(Failure),
    /// The connection failed, after it had brought something or before.
    Broken { failure: Failure, moved: bool },
    /// The disk failed.
    Disk(io::Error),
}

impl Work {
    pub(crate) fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its bytes come through a proxy.
    pub(crate) fn is_proxied(&self) -> bool {
        self.sources.first().is_some_and(|it| it.net.way(&it.spot().url).is_ok_and(|way| way.is_some()))
    }

    /// How long a request takes to bring its first byte, as far as that is known.
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_micros(self.delay.load(Relaxed))
    }

    /// Takes note of how long it took once; the shortest is the truest.
    fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
        let known = self.delay.load(Relaxed);
        if known == 0 || time < known {
            self.delay.store(time, Relaxed);
            self.plan().set_delay(Duration::from_micros(time));
        }
    }
}

/// A connection whose bytes are coming, for as long as this lives.
struct Flowing<'a>(&'a Work);

impl<'a> Flowing<'a> {
    fn on(work: &'a Work) -> Self {
        work.flowing.fetch_add(1, Relaxed);
        Self(work)
    }
}

impl Drop for Flowing<'_> {
    fn drop(&mut self) {
        self.0.flowing.fetch_sub(1, Relaxed);
    }
}

/// Gets the slice `id` from `source`, whose answer is there already if it is the first, and then others.
pub(crate) async fn run(
    work: Arc<Work>,
    source: Arc<Source>,
    mut filler: Filler,
    id: SliceId,
    answer: Option<(Answer, Grant)>,
) -> End {
    let open = work.meter.connection();
    let end = slices((&work, &source), &mut filler, id, answer).await;
    drop(open);
    match filler.settle().await {
        Ok(()) => end,
        Err(error) => End::Disk(error),
    }
}

async fn slices(
    (work, source): (&Work, &Source),
    filler: &mut Filler,
    mut id: SliceId,
    mut answer: Option<(Answer, Grant)>,
) -> End {
    loop {
        work.plan().given_by(id, source.number);
        let asked = match answer.take() {
            Some(first) => Ok(first),
            None => ask(work, source, id).await,
        };
        let (end, given_to) = match asked {
            Ok((answer, grant)) => {
                let given_to = grant.length.map(|length| grant.offset + length);
                (body((work, source), filler, id, answer, &grant).await, given_to)
            }
            Err(end) => (Some(end), None),
        };
        let next = {
            let mut plan = work.plan();
            plan.set_now(work.began.elapsed());
            // Behind an answer that was not read to its end comes another connection.
            let goes_on = plan.left(id).is_some_and(|left| Some(left.start) == given_to);
            let rate = plan.rate(id).filter(|_| goes_on);
            // A source that was too slow for it is left for a better one.
            let is_taken_away = plan.left(id).is_none() && work.sources.len() > 1;
            plan.release(id);
            // The last ones to go on may be the slowest.
            if end.is_none() && !is_taken_away { plan.take(rate).or_else(|| plan.hedge(rate)) } else { None }
        };
        match (end, next) {
            (Some(end), _) => return end,
            (None, Some((next, _))) => id = next,
            (None, None) => return End::Idle,
        }
    }
}

/// Asks for what is left of a slice. Who helps must give that very part of a file of that very length, and
/// of the same version all the time.
async fn ask(work: &Work, source: &Source, id: SliceId) -> Result<(Answer, Grant), End> {
    let Some(Range { start, end }) = work.plan().left(id) else { return Err(End::Idle) };
    let spot = source.spot();
    let get = Get {
        url: &spot.url,
        headers: &spot.headers,
        offset: start,
        end: work.total.map(|_| end),
        version: spot.version.as_ref().map(Validator::as_header),
        timeouts: work.timeouts,
    };
    let asked_at = Instant::now();
    let answer = tokio::select! {
        () = work.stop.cancelled() => return Err(End::Stopped),
        answer = source.net.get(&get) => {
            answer.map_err(|failure| End::Broken { failure, moved: false })?
        }
    };
    work.took(asked_at.elapsed());
    let asked = Asked {
        offset: start,
        end: work.total.map(|_| end),
        held: true,
        version: spot.version.clone(),
        total: work.total,
        elsewhere: spot.helps,
        ..Asked::default()
    };
    let status = answer.status().as_u16();
    match judge(&asked, "", status, answer.headers()) {
        Verdict::Write(grant) if grant.offset == start && (status == 206 || !spot.helps) => {
            source.gives(&answer, &grant);
            Ok((answer, grant))
        }
        Verdict::Refuse(failure) => {
            Err(End::Refused(failure.about(answer.url.host()).not_before(answer.again())))
        }
        // What it is, asking once more over a single connection will show.
        _ => Err(End::Changed),
    }
}

/// The body of an answer on its way to where it belongs.
struct Inflow<'a> {
    work: &'a Work,
    source: &'a Source,
    filler: &'a mut Filler,
    id: SliceId,
    answer: Answer,
    grant: &'a Grant,
    /// Where the next byte goes.
    at: u64,
    /// The end of what can be had of this body.
    end: u64,
    /// When the last one came.
    heard: Instant,
    _flowing: Flowing<'a>,
}

/// Moves the body of `answer` to where it belongs; nothing if the slice ended in it. A server that is
/// silent for too long has broken off.
async fn body(
    (work, source): (&Work, &Source),
    filler: &mut Filler,
    id: SliceId,
    answer: Answer,
    grant: &Grant,
) -> Option<End> {
    let (at, heard) = (grant.offset, Instant::now());
    let end = grant.length.map_or(u64::MAX, |length| at + length);
    let flowing = Flowing::on(work);
    Inflow { work, source, filler, id, answer, grant, at, end, heard, _flowing: flowing }.run().await
}

impl Inflow<'_> {
    async fn run(mut self) -> Option<End> {
        let mut timer = interval_at(Instant::now() + FLUSH, FLUSH);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stopped = self.work.stop.cancelled();
        tokio::pin!(stopped);
        loop {
            let limit = self.room()?;
            let bare = self.answer.bare().is_some();
            let room = self.filler.make_room(self.at, bare);
            if let Err(error) = timed(&self.work.waited_for_disk, room).await {
                return Some(End::Disk(error));
            }
            let taken = tokio::select! {
                biased;
                () = &mut stopped => return Some(End::Stopped),
                now = timer.tick() => self.tick(now),
                read = read(&mut self.answer, self.filler.load(), limit) => match read {
                    Ok(0) => return Some(self.at_end()),
                    Ok(count) => self.take(count),
                    Err(error) if self.filler.goes_on_without_pipes(&error) => continue,
                    Err(error) => Err(Some(self.broken(cut_off(&error, &self.answer)))),
                },
            };
            let taken = match taken {
                Ok(0) => continue,
                Ok(taken) => taken,
                Err(end) => return end,
            };
            let paying = timed(&self.work.waited_for_limit, self.work.limits.pay(taken));
            tokio::select! {
                biased;
                () = paying => self.heard = Instant::now(),
                () = &mut stopped => return Some(End::Stopped),
            }
        }
    }

    /// How many bytes may be read at once; nothing if there is nothing left to read.
    fn room(&self) -> Option<usize> {
        // Somebody else may have got it meanwhile.
        let left = self.work.plan().left(self.id)?;
        // The server may have given less than it was asked for; the rest is asked for anew.
        if self.at == self.end || left.is_empty() && !self.work.plan().extend(self.id) {
            return None;
        }
        let left = self.work.plan().left(self.id)?;
        // More than was granted is not ours to write, however it came about.
        let limit = left.end.min(self.end) - self.at;
        let turn = self.work.limits.turn(self.work.flowing.load(Relaxed));
        Some(usize::try_from(turn.map_or(limit, |turn| turn.min(limit))).unwrap_or(usize::MAX))
    }

    /// What is to be done now and then.
    fn tick(&mut self, now: Instant) -> Result<u64, Option<End>> {
        if now.saturating_duration_since(self.heard) >= self.work.timeouts.silence {
            let failure = Failure::new(ErrorKind::Timeout).about(self.answer.url.host());
            return Err(Some(self.broken(failure)));
        }
        if self.source.retire() {
            return Err(Some(End::Idle));
        }
        self.filler.flush().map(|()| 0).map_err(|error| Some(End::Disk(error)))
    }

    /// Takes `count` bytes that were read; the answer is how many of them are ours.
    fn take(&mut self, count: usize) -> Result<u64, Option<End>> {
        self.heard = Instant::now();
        let read_to = self.at + count as u64;
        // What was split off meanwhile, another connection gets; or all of it, if there is no slice any more.
        let end = self.work.plan().advance(self.id, read_to).unwrap_or(self.at);
        let ours = read_to.min(end) - self.at;
        self.at += ours;
        if self.at < read_to {
            // The next byte to come is not the next one of the file, whoever gets that.
            self.end = self.at;
        }
        self.work.meter.add(ours);
        self.source.add(ours);
        self.filler.took(count, read_to - self.at).map_err(|error| Some(End::Disk(error)))?;
        Ok(ours)
    }

    fn at_end(&self) -> End {
        if self.grant.length.is_none() {
            return End::Whole(self.at);
        }
        self.broken(Failure::new(ErrorKind::Truncated).about(self.answer.url.host()))
    }

    fn broken(&self, failure: Failure) -> End {
        End::Broken { failure, moved: self.at > self.grant.offset }
    }
}

/// Reads on, by the way that the filler has chosen.
async fn read(answer: &mut Answer, load: &mut Load, limit: usize) -> io::Result<usize> {
    match (load, answer.bare()) {
        (Load::Pipe(pipe), Some(bare)) => pipe.fill(bare, limit).await,
        (Load::Pipe(_), None) => Err(io::ErrorKind::Unsupported.into()),
        (Load::Buffer(buffer), _) => answer.read(buffer, limit).await,
    }
}

/// Counts how long something took.
async fn timed<T>(spent: &AtomicU64, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let result = work.await;
    spent.fetch_add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX), Relaxed);
    result
}

/// A body that breaks off is a cut, whatever the layers below call it.
pub(super) fn cut_off(error: &io::Error, answer: &Answer) -> Failure {
    let failure = net::from_error(error, &answer.url.host());
    if matches!(failure.kind, ErrorKind::ErrorHttpInvalidServerResponse | ErrorKind::Disconnected) {
        return Failure::new(ErrorKind::Truncated).about(answer.url.host());
    }
    failure
}
