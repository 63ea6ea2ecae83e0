//! Speed limits: a token bucket for the session, and one for each transfer.
//!
//! Whoever has moved bytes pays for them and goes on when they are paid. Those who wait are served in
//! the order they came, so transfers that pay equal amounts get equal shares. A limit can be changed
//! at any time; those who wait notice at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, sleep};

/// How much may be saved up while nobody moves anything.
const SAVED: Duration = Duration::from_millis(50);
/// What is moved between two payments: as much as may pass in this time. Where many take turns, each
/// of them should be short, so that nobody waits long.
const OWN_TURN: Duration = Duration::from_millis(100);
const ALL_TURN: Duration = Duration::from_millis(10);
/// But no less than this, in bytes.
const LEAST_TURN: u64 = 256;

/// One token bucket. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limit(Arc<Bucket>);

#[derive(Debug, Default)]
struct Bucket {
    /// Bytes a second; 0 stands for "as many as there are".
    rate: AtomicU64,
    tokens: Mutex<Tokens>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Tokens {
    /// Bytes that are paid for already; below zero, they are owed.
    bytes: f64,
    /// When that was so.
    at: Option<Instant>,
}

impl Limit {
    /// Bytes a second.
    pub(crate) fn new(rate: Option<u64>) -> Self {
        let limit = Self::default();
        limit.set(rate);
        limit
    }

    /// Changes it; nothing means no limit.
    pub(crate) fn set(&self, rate: Option<u64>) {
        self.0.rate.store(rate.unwrap_or(0), Relaxed);
        self.0.changed.notify_waiters();
    }

    fn rate(&self) -> Option<u64> {
        Some(self.0.rate.load(Relaxed)).filter(|rate| *rate > 0)
    }

    /// How many bytes may pass in `time`, if there is a limit.
    fn in_time(&self, time: Duration) -> Option<u64> {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.rate().map(|rate| rate.saturating_mul(millis) / 1000)
    }

    /// Pays for `bytes`; comes back when they are paid.
    async fn pay(&self, bytes: u64) {
        if self.rate().is_none() {
            return;
        }
        // Fair: the first to ask is the first to get it.
        let mut tokens = self.0.tokens.lock().await;
        loop {
            let changed = self.0.changed.notified();
            let Some(rate) = self.rate() else { return };
            tokens.refill(rate, Instant::now());
            let Some(wait) = tokens.wait(rate) else { break };
            tokio::select! {
                () = sleep(wait) => {}
                () = changed => {}
            }
        }
        tokens.spend(bytes);
    }
}

#[expect(clippy::cast_precision_loss, reason = "rates are far below the limit of exact numbers")]
impl Tokens {
    fn refill(&mut self, rate: u64, now: Instant) {
        let passed = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        let most = rate as f64 * SAVED.as_secs_f64();
        // What was owed at a faster rate would take for ever at a slow one.
        self.bytes = (self.bytes + rate as f64 * passed.as_secs_f64()).clamp(-(rate as f64), most);
        self.at = Some(now);
    }

    /// How long until the next may spend something.
    fn wait(&self, rate: u64) -> Option<Duration> {
        (self.bytes < 0.0).then(|| Duration::from_secs_f64(-self.bytes / rate as f64))
    }

    fn spend(&mut self, bytes: u64) {
        self.bytes -= bytes as f64;
    }
}

/// What limits one transfer: its own limit, and that of the session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    pub own: Limit,
    pub all: Limit,
}

impl Limits {
    /// Most bytes to move between two payments, if `sharers` connections of the transfer take turns;
    /// nothing if there is no limit.
    pub(crate) fn turn(&self, sharers: usize) -> Option<u64> {
        let turns = [(&self.own, OWN_TURN), (&self.all, ALL_TURN)];
        let turn = turns.into_iter().filter_map(|(limit, time)| limit.in_time(time)).min()?;
        Some((turn / sharers.max(1) as u64).max(LEAST_TURN))
    }

    /// Pays for `bytes` that were moved; comes back when the next may be.
    pub(crate) async fn pay(&self, bytes: u64) {
        self.own.pay(bytes).await;
        self.all.pay(bytes).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moves bytes for `seconds` and says how many it were.
    async fn moved(limits: Limits, seconds: u64, sharers: usize) -> u64 {
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut moved = 0;
        while Instant::now() < end {
            let turn = limits.turn(sharers).unwrap();
            moved += turn;
            limits.pay(turn).await;
        }
        moved
    }

    fn off(moved: u64, expected: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a ratio")]
        let ratio = moved as f64 / expected as f64;
        (ratio - 1.0).abs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_is_kept_to_two_percent_from_ten_kilobytes_to_a_gigabyte_a_second() {
        for rate in [10_000, 123_456, 1_000_000, 50_000_000, 1_000_000_000] {
            let limits = Limits { own: Limit::new(Some(rate)), all: Limit::default() };
            let moved = moved(limits, 10, 1).await;
            assert!(off(moved, rate * 10) < 0.02, "{moved} at {rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn transfers_share_the_limit_of_the_session_equally_however_many_connections_they_have() {
        let all = Limit::new(Some(1_000_000));
        let of = |own| Limits { own: Limit::new(own), all: all.clone() };
        let many = of(None);
        let several = async {
            let parts = (0..8).map(|_| moved(many.clone(), 20, 8));
            futures_util::future::join_all(parts).await.into_iter().sum::<u64>()
        };
        let (single, several, slow) =
            tokio::join!(moved(of(None), 20, 1), several, moved(of(Some(100_000)), 20, 1));
        assert!(off(slow, 2_000_000) < 0.02, "{slow}");
        assert!(off(single + several + slow, 20_000_000) < 0.02);
        assert!(off(single, several) < 0.05, "{single} and {several}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_limit_holds_at_once_also_for_those_who_wait() {
        let limits = Limits { own: Limit::new(Some(1_000)), all: Limit::default() };
        let (changed, began) = (limits.own.clone(), Instant::now());
        let change = async {
            sleep(Duration::from_secs(1)).await;
            changed.set(Some(1_000_000));
        };
        let work = async {
            limits.pay(100_000).await;
            limits.pay(1).await;
        };
        tokio::join!(change, work);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        limits.own.set(None);
        assert!(limits.turn(1).is_none());
    }
}
