//! Which bytes are still to be got, and which connection gets them. Pure.
//!
//! Every byte of the file is got, or free, or in exactly one slice; only a hedge asks for bytes a
//! second time. A connection that is free takes free bytes from the front; when there are none, it takes
//! so much of the slice that would last longest that both are done at the same time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::transfer::Ranges;

mod seen;

pub(crate) use seen::Taker;

/// What a connection gets in this time, beside that of asking, is worth a request of its own.
const WORTH: Duration = Duration::from_millis(80);
/// What lasts longer than this is asked for a second time when there is nothing else to do.
const WORTH_A_HEDGE: Duration = Duration::from_millis(150);
/// A connection that was watched for so long is known.
const KNOWN: Duration = Duration::from_secs(2);
/// A connection that is slower than this part of what is usual is replaced.
const SLOW: f64 = 0.25;
/// How often the same bytes are asked for once more.
const HEDGES: u32 = 3;
/// What was seen this long ago counts for little beside what is seen now. There are servers that send in
/// bursts, one each second.
const MEMORY: Duration = Duration::from_millis(1500);
/// How much a rate counts that is only expected, as if it had been seen for so long.
const EXPECTED: Duration = Duration::from_millis(30);
/// One that is silent for this long after it was asked is slow.
const SILENT: Duration = Duration::from_secs(1);

/// The name of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SliceId(u64);

/// A part of the file that one connection gets.
#[derive(Clone, Debug)]
struct Slice {
    /// The next byte to come, and where it ends.
    left: Range<u64>,
    /// The first byte of it.
    asked: u64,
    /// The number of the source that gives it.
    source: usize,
    /// Bytes that came in so many seconds; none in no time, as long as nothing is known. Both fade.
    came: f64,
    within: f64,
    /// Since when it is watched, and what was seen last.
    since: Duration,
    seen: Option<(Duration, u64)>,
    /// The slice whose bytes it gets once more.
    hedges: Option<SliceId>,
    /// How often others were asked for its bytes.
    hedged: u32,
}

/// How a file is shared out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharing {
    /// The shortest slice that is made by halving another, in bytes.
    pub least: u64,
    /// If the bytes shall come in order: how many a connection takes at once.
    pub step: Option<u64>,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    free: Ranges,
    slices: BTreeMap<SliceId, Slice>,
    named: u64,
    sharing: Sharing,
    /// How long a new request takes to bring its first byte.
    delay: Duration,
    /// What time it is.
    now: Duration,
    /// How fast those were that are done, the later ones counting more; and the fastest of all.
    finished: Option<f64>,
    fastest: f64,
}

impl Plan {
    /// A plan for a file of `total` bytes of which `got` are there.
    pub(crate) fn new(total: u64, got: &Ranges, sharing: Sharing) -> Self {
        let free = got.missing(total).into_iter().collect();
        let (delay, now) = (Duration::ZERO, Duration::ZERO);
        Self { free, slices: BTreeMap::new(), named: 0, sharing, delay, now, finished: None, fastest: 0.0 }
    }

    /// Takes note of the time, counted from any one moment on.
    pub(crate) fn set_now(&mut self, now: Duration) {
        self.now = now;
    }

    /// Takes note of how long a request takes to bring its first byte.
    pub(crate) fn set_delay(&mut self, delay: Duration) {
        self.delay = delay;
    }

    /// Whether every byte was got.
    pub(crate) fn is_complete(&self) -> bool {
        self.free.is_empty() && self.slices.values().all(|slice| slice.left.is_empty())
    }

    /// How many slices there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.slices.len()
    }

    /// What is left of a slice; nothing if there is no such slice any more.
    pub(crate) fn left(&self, id: SliceId) -> Option<Range<u64>> {
        self.slices.get(&id).map(|slice| slice.left.clone())
    }

    /// How fast the connection of a slice is, if that is known.
    pub(crate) fn rate(&self, id: SliceId) -> Option<f64> {
        self.slices.get(&id)?.rate()
    }

    /// A slice for a free connection that gets `rate` bytes a second, if that is known: bytes that
    /// nobody gets, else a part of a slice, if both parts are worth a request.
    pub(crate) fn take(&mut self, rate: Option<f64>) -> Option<(SliceId, Range<u64>)> {
        let free = self.free.iter().next();
        let part = if let Some(free) = free {
            let end = self.sharing.step.map_or(free.end, |step| free.end.min(free.start + step));
            self.free.remove(free.start..end);
            free.start..end
        } else {
            self.split(rate)?
        };
        Some((self.add(part.clone(), rate, None), part))
    }

    /// Takes the end off the slice that would last longest.
    fn split(&mut self, rate: Option<f64>) -> Option<Range<u64>> {
        let usual = self.usual_rate();
        let taker = rate.unwrap_or(usual).max(1.0);
        let least = self.least(taker);
        let id = self.longest(usual, |slice| length(&slice.left) >= 2 * least)?;
        let slice = self.slices.get_mut(&id)?;
        let (left, own) = (length(&slice.left), slice.rate().unwrap_or(usual).max(1.0));
        // What is on its way already is left to it.
        let own_least = self.sharing.least.min(bytes(own, WORTH).max(self.sharing.least / 4)).max(1);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let part = bytes(left as f64 * taker / (taker + own), Duration::from_secs(1));
        let part = part.clamp(least, left - own_least.min(left - least));
        if rate.is_some() && self.delay.as_secs_f64() + seconds(part, taker) >= seconds(left, own) {
            // A slow one would only draw it out.
            return None;
        }
        let part = slice.left.end - part..slice.left.end;
        slice.left.end = part.start;
        Some(part)
    }

    /// The fewest bytes that are worth a request of a connection that is so fast.
    fn least(&self, rate: f64) -> u64 {
        self.sharing.least.max(bytes(rate, WORTH + 2 * self.delay)).max(1)
    }

    /// A slice for a connection of that `rate` that has nothing else to do: all that is left of the one that
    /// would last longest, of those that are too short to be split, if it will be done sooner.
    pub(crate) fn hedge(&mut self, rate: Option<f64>) -> Option<(SliceId, Range<u64>)> {
        let usual = self.usual_rate();
        let short = 2 * self.least(rate.unwrap_or(usual));
        let worth = (WORTH_A_HEDGE + 3 * self.delay).as_secs_f64();
        // Those that are still there may be the slow ones.
        let taker = rate.or(self.finished).unwrap_or(self.fastest);
        let id = self.longest(usual, |slice| {
            let left = length(&slice.left);
            let may = left < short && slice.hedged < HEDGES;
            may && slice.lasts(usual) > worth.max(2.0 * seconds(left, taker))
        })?;
        let slice = self.slices.get_mut(&id)?;
        slice.hedged += 1;
        let part = slice.left.clone();
        Some((self.add(part.clone(), rate, Some(id)), part))
    }

    /// The slice that would last longest, of those that one connection alone gets.
    fn longest(&self, usual: f64, wanted: impl Fn(&Slice) -> bool) -> Option<SliceId> {
        let alone = self.slices.iter().filter(|(id, slice)| !self.is_paired(**id) && wanted(slice));
        let longest = alone.max_by(|(_, a), (_, b)| a.lasts(usual).total_cmp(&b.lasts(usual)));
        longest.map(|(id, _)| *id)
    }

    fn is_paired(&self, id: SliceId) -> bool {
        self.slices.get(&id).is_some_and(|slice| slice.hedges.is_some())
            || self.slices.values().any(|slice| slice.hedges == Some(id))
    }

    /// Takes slices away from connections that are much slower than the others, so that new ones get
    /// them. The answer is how many.
    pub(crate) fn drop_slow(&mut self) -> usize {
        let known = |slice: &Slice| self.now >= slice.since + KNOWN;
        let mut rates: Vec<f64> =
            self.slices.values().filter(|slice| known(slice)).filter_map(Slice::rate).collect();
        rates.sort_by(f64::total_cmp);
        let Some(median) = rates.get(rates.len() / 2).copied().filter(|_| rates.len() > 1) else { return 0 };
        let is_slow = |(id, slice): &(&SliceId, &Slice)| {
            let rate = slice.rate().unwrap_or(median);
            known(slice) && rate < median * SLOW && slice.lasts(median) > 1.0 && !self.is_paired(**id)
        };
        let slow: Vec<_> = self.slices.iter().filter(is_slow).map(|(id, _)| *id).collect();
        for id in &slow {
            self.release(*id);
        }
        slow.len()
    }

    /// Takes away the second requests that are no faster than the first ones, so that others can be made.
    pub(crate) fn drop_vain(&mut self) {
        let usual = self.usual_rate();
        let worth = (WORTH_A_HEDGE + 3 * self.delay).as_secs_f64();
        let is_vain = |(_, slice): &(&SliceId, &Slice)| {
            let lasts = slice.rate().map_or(0.0, |_| slice.lasts(usual));
            let first = slice.hedges.and_then(|first| self.slices.get(&first));
            lasts > worth && first.is_some_and(|first| first.lasts(usual) < 1.5 * lasts)
        };
        let vain: Vec<_> = self.slices.iter().filter(is_vain).map(|(id, _)| *id).collect();
        for id in vain {
            self.release(id);
        }
    }

    /// `id` has got what came before `at`; the answer is how far it may go.
    pub(crate) fn advance(&mut self, id: SliceId, at: u64) -> Option<u64> {
        let slice = self.slices.get_mut(&id)?;
        slice.left.start = at.clamp(slice.left.start, slice.left.end);
        Some(slice.left.end)
    }

    /// Lets a slice that has come to its end go on, if the bytes behind it are free.
    pub(crate) fn extend(&mut self, id: SliceId) -> bool {
        // Both of a pair must end at the same byte.
        let paired = self.is_paired(id);
        let step = self.sharing.step;
        let Some(slice) = self.slices.get_mut(&id).filter(|_| !paired) else { return false };
        let Some(behind) = self.free.iter().find(|free| free.start == slice.left.end) else { return false };
        let end = step.map_or(behind.end, |step| behind.end.min(behind.start + step));
        slice.left.end = end;
        self.free.remove(behind.start..end);
        true
    }

    /// Looks at how far everybody has come.
    pub(crate) fn look(&mut self, now: Duration) {
        self.set_now(now);
        for slice in self.slices.values_mut() {
            slice.look(now, self.delay);
            self.fastest = self.fastest.max(slice.rate().unwrap_or_default());
        }
    }

    /// Says how fast a slice is.
    #[cfg(test)]
    fn set_rate(&mut self, id: SliceId, rate: f64) {
        if let Some(slice) = self.slices.get_mut(&id) {
            (slice.came, slice.within) = (rate, 1.0);
            self.fastest = self.fastest.max(rate);
        }
    }

    /// `id` gets no more. What it did not get is free again, unless another one gets it as well; if it
    /// got all of it, so has the one that it hedged, or the one that hedged it. The answer is who else
    /// need not go on.
    pub(crate) fn release(&mut self, id: SliceId) -> Option<SliceId> {
        let slice = self.slices.remove(&id)?;
        if slice.left.is_empty()
            && let Some(rate) = slice.rate()
        {
            self.finished = Some(self.finished.map_or(rate, |before| before + (rate - before) / 4.0));
        }
        let other = slice.hedges.or_else(|| {
            self.slices.iter().find(|(_, other)| other.hedges == Some(id)).map(|(other, _)| *other)
        });
        let other = other.filter(|other| self.slices.contains_key(other));
        if slice.left.is_empty() {
            // Both of a pair end at the same byte.
            if let Some(other) = other {
                self.slices.remove(&other);
            }
            return other;
        }
        match other.and_then(|other| self.slices.get_mut(&other)) {
            // They began at the same byte, so what this one leaves the other one has got or will get.
            Some(other) => other.hedges = None,
            None => self.free.insert(slice.left),
        }
        None
    }

    fn add(&mut self, left: Range<u64>, rate: Option<f64>, hedges: Option<SliceId>) -> SliceId {
        let id = SliceId(self.named);
        self.named += 1;
        let within = rate.map_or(0.0, |_| EXPECTED.as_secs_f64());
        let came = rate.unwrap_or_default() * within;
        let (asked, since) = (left.start, self.now);
        let slice = Slice { left, asked, source: 0, came, within, since, seen: None, hedges, hedged: 0 };
        self.slices.insert(id, slice);
        id
    }

    /// How fast a slice is taken to be of which nothing is known yet.
    fn usual_rate(&self) -> f64 {
        let rates: Vec<f64> = self.slices.values().filter_map(Slice::rate).collect();
        #[expect(clippy::cast_precision_loss, reason = "there are few slices")]
        let count = rates.len().max(1) as f64;
        rates.iter().sum::<f64>() / count
    }
}

impl Slice {
    /// Bytes a second, where that is known.
    fn rate(&self) -> Option<f64> {
        (self.within > 0.0).then(|| self.came / self.within)
    }

    fn look(&mut self, now: Duration, delay: Duration) {
        let at = self.left.start;
        let waited = now.saturating_sub(self.since);
        // How long a server takes to answer says nothing about how fast it sends, unless it is long.
        if self.seen.is_none() && at == self.asked && waited < SILENT + 4 * delay {
            return;
        }
        let (then, had) = self.seen.unwrap_or((self.since + delay.min(waited), self.asked));
        let passed = now.saturating_sub(then).as_secs_f64();
        let kept = (-passed / MEMORY.as_secs_f64()).exp();
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let came = at.saturating_sub(had) as f64;
        (self.came, self.within) = (self.came * kept + came, self.within * kept + passed);
        self.seen = Some((now, at));
    }

    /// Seconds that it would last; the more bytes the more, if no rate is known at all.
    fn lasts(&self, usual: f64) -> f64 {
        seconds(length(&self.left), self.rate().unwrap_or(usual))
    }
}

/// What comes in `time` at so many bytes a second.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
fn bytes(rate: f64, time: Duration) -> u64 {
    (rate * time.as_secs_f64()) as u64
}

/// How long so many bytes take at so many a second.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn seconds(bytes: u64, rate: f64) -> f64 {
    bytes as f64 / rate.max(1.0)
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

#[cfg(test)]
mod race;
#[cfg(test)]
mod tests;
