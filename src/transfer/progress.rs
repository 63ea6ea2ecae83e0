//! How far a running transfer is: counted in atomics by the task that moves the bytes, read by
//! whoever wants to know. No message per chunk.

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// One reading of a [`Meter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes moved.
    pub done: u64,
    /// Bytes of an upload that its server has said to have, where servers say that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<u64>,
    /// Bytes in all, where known.
    pub total: Option<u64>,
    /// Bytes a second, smoothed; nothing until there is something to say.
    pub rate: Option<u64>,
    /// Seconds left at that rate.
    pub eta: Option<u64>,
    /// Open connections.
    pub connections: u32,
    /// What it is that makes it no faster, where that is known.
    #[serde(default)]
    pub bound: Option<Bound>,
}

/// What makes a transfer no faster than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Bound {
    /// A speed limit of ours.
    Limit,
    /// The disk takes no more.
    Disk,
    /// The server gives each connection only so much, and there are as many as may be.
    Connection,
    /// The server wants no more connections.
    Host,
    /// The way there is full: more connections bring no more.
    Network,
    /// The same, and that way leads through a proxy.
    Proxy,
}

impl Bound {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Limit, Self::Disk, Self::Connection, Self::Host, Self::Network, Self::Proxy];
}

/// Counts the bytes of one transfer. Cheap to share and to count in.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Counters>);

/// A connection that counts as open.
#[derive(Debug)]
pub struct OpenConnection(Meter);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.0.connections.fetch_sub(1, Relaxed);
    }
}

#[derive(Debug, Default)]
struct Counters {
    done: AtomicU64,
    /// What came in all, also for a second time.
    fetched: AtomicU64,
    /// One more than what was confirmed; zero stands for "not known".
    confirmed: AtomicU64,
    /// Zero stands for "not known".
    total: AtomicU64,
    connections: AtomicU32,
    /// One more than the place in [`Bound::ALL`]; zero stands for "not known".
    bound: AtomicU8,
    rate: Mutex<Rate>,
    /// Of what this is a part.
    whole: Option<Meter>,
}

/// An exponentially weighted mean over about three seconds.
#[derive(Debug, Default)]
struct Rate {
    last: Option<(Instant, u64)>,
    mean: Option<f64>,
}

const WINDOW: f64 = 3.0;
const SHORTEST: f64 = 0.25;

impl Meter {
    /// One for something that goes on beside other things: what is counted there is counted here as well. It
    /// begins at `done`, and no byte before that is.
    pub(crate) fn part(&self, done: u64) -> Self {
        let (done, whole) = (AtomicU64::new(done), Some(self.clone()));
        Self(Arc::new(Counters { done, whole, ..Counters::default() }))
    }

    /// Counts `bytes` more.
    pub fn add(&self, bytes: u64) {
        self.0.done.fetch_add(bytes, Relaxed);
        if let Some(whole) = &self.0.whole {
            return whole.add(bytes);
        }
        self.add_known(bytes);
        self.sample(Instant::now());
    }

    /// Counts `bytes` that came although they were there already.
    pub fn add_known(&self, bytes: u64) {
        self.0.fetched.fetch_add(bytes, Relaxed);
    }

    /// Bytes that came in all, however often the count began anew.
    #[must_use]
    pub fn fetched(&self) -> u64 {
        self.0.fetched.load(Relaxed)
    }

    /// Starts a new count at `done` bytes: the bytes that were there before do not count as speed.
    pub fn begin(&self, done: u64, total: Option<u64>) {
        self.0.done.store(done, Relaxed);
        self.set_total(total);
        *self.rate() = Rate { last: Some((Instant::now(), done)), mean: None };
    }

    /// Sets the count: what was moved beyond that has to be moved again, or need not be.
    pub fn set_done(&self, done: u64) {
        let before = self.0.done.swap(done, Relaxed);
        if let Some(whole) = &self.0.whole {
            let all = whole.done().saturating_add(done).saturating_sub(before);
            whole.set_done(all);
        }
    }

    /// Says how many bytes of an upload its server has. What was sent and did not get there counts no more.
    pub fn confirm(&self, bytes: u64) {
        self.0.confirmed.store(bytes + 1, Relaxed);
    }

    /// What [`Self::confirm`] was told last.
    #[must_use]
    pub fn confirmed(&self) -> Option<u64> {
        self.0.confirmed.load(Relaxed).checked_sub(1)
    }

    /// Says how many bytes there are in all.
    pub fn set_total(&self, total: Option<u64>) {
        self.0.total.store(total.unwrap_or(0), Relaxed);
    }

    /// Counts a connection for as long as the answer lives.
    #[must_use]
    pub fn connection(&self) -> OpenConnection {
        if let Some(whole) = &self.0.whole {
            return whole.connection();
        }
        self.0.connections.fetch_add(1, Relaxed);
        OpenConnection(self.clone())
    }

    /// Says what makes it no faster.
    pub fn set_bound(&self, bound: Option<Bound>) {
        let place = Bound::ALL.iter().position(|known| Some(*known) == bound);
        let number = place.and_then(|place| u8::try_from(place + 1).ok());
        self.0.bound.store(number.unwrap_or(0), Relaxed);
    }

    fn bound(&self) -> Option<Bound> {
        let place = usize::from(self.0.bound.load(Relaxed)).checked_sub(1)?;
        Bound::ALL.get(place).copied()
    }

    /// Bytes counted so far.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.done.load(Relaxed)
    }

    /// Everything at once. A transfer that has stalled shows a falling rate.
    #[must_use]
    pub fn read(&self) -> Progress {
        self.sample(Instant::now());
        let total = Some(self.0.total.load(Relaxed)).filter(|total| *total > 0);
        // Some bytes may have been asked for twice.
        let done = self.done().min(total.unwrap_or(u64::MAX));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and small"
        )]
        let rate = self.rate().mean.map(|mean| mean as u64);
        let eta = match (total, rate) {
            (Some(total), Some(rate)) if rate > 0 => Some(total.saturating_sub(done).div_ceil(rate)),
            _ => None,
        };
        let connections = self.0.connections.load(Relaxed);
        let (confirmed, bound) = (self.confirmed(), self.bound());
        Progress { done, confirmed, total, rate, eta, connections, bound }
    }

    fn sample(&self, now: Instant) {
        let done = self.done();
        // Whoever holds the lock is taking this very sample.
        let Ok(mut rate) = self.0.rate.try_lock() else { return };
        rate.sample(now, done);
    }

    fn rate(&self) -> std::sync::MutexGuard<'_, Rate> {
        self.0.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rate {
    fn sample(&mut self, now: Instant, done: u64) {
        let Some((then, before)) = self.last else {
            self.last = Some((now, done));
            return;
        };
        let seconds = now.saturating_duration_since(then).as_secs_f64();
        if seconds < SHORTEST {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
        let current = done.saturating_sub(before) as f64 / seconds;
        let weight = 1.0 - (-seconds / WINDOW).exp();
        self.mean = Some(self.mean.map_or(current, |mean| mean + weight * (current - mean)));
        self.last = Some((now, done));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn parts_count_for_the_whole_and_take_back_only_what_is_theirs() {
        let whole = Meter::default();
        whole.begin(10, Some(100));
        let (one, other) = (whole.part(20), whole.part(60));
        one.add(5);
        other.add(7);
        assert_eq!((one.done(), other.done(), whole.done(), whole.fetched()), (25, 67, 22, 12));
        let open = one.connection();
        assert_eq!(whole.read().connections, 1);
        drop(open);
        one.set_done(20);
        other.set_done(70);
        assert_eq!((whole.done(), whole.fetched(), whole.read().connections), (20, 12, 0));
    }

    #[test]
    fn bytes_that_were_there_before_are_not_speed() {
        let meter = Meter::default();
        meter.begin(1_000_000, Some(2_000_000));
        let progress = meter.read();
        assert_eq!((progress.done, progress.rate), (1_000_000, None));
    }

    #[test]
    fn what_came_in_all_is_not_forgotten_when_the_count_begins_anew() {
        let meter = Meter::default();
        meter.begin(0, Some(10));
        meter.add(7);
        meter.begin(0, Some(10));
        meter.add_known(2);
        meter.add(3);
        assert_eq!((meter.fetched(), meter.read().done), (12, 3));
    }

    #[test]
    fn the_rate_follows_the_stream_and_falls_when_it_stalls() {
        let start = Instant::now();
        let mut rate = Rate::default();
        rate.sample(start, 0);
        for tick in 1..=40_u32 {
            rate.sample(start + Duration::from_millis(500) * tick, u64::from(tick) * 500_000);
        }
        assert!((rate.mean.unwrap() - 1e6).abs() < 1e4, "{rate:?}");
        rate.sample(start + Duration::from_secs(30), 40 * 500_000);
        assert!(rate.mean.unwrap() < 1e5, "{rate:?}");
    }
}
