//! A token bucket that is shared fairly.
//!
//! Whoever has moved bytes pays for them and goes on when they are paid. Payments are served by
//! start-time fair queueing (Goyal, Vin, Cheng 1996): each begins where the account's last one ended, on
//! a clock that counts bytes, or where the clock is; the earliest is next. So accounts get equal shares,
//! however much each pays at once and through however many connections. A limit can be changed at any
//! time; those who wait notice at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// How much may be saved up while nobody moves anything.
const SAVED: Duration = Duration::from_millis(50);

/// One token bucket. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limit(Arc<Bucket>);

#[derive(Debug, Default)]
struct Bucket {
    /// Bytes a second; 0 stands for "as many as there are".
    rate: AtomicU64,
    queue: Mutex<Queue>,
}

/// One of those who pay into a bucket: where its last payment ended. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Account(Arc<AtomicU64>);

#[derive(Debug, Default)]
struct Queue {
    tokens: Tokens,
    /// Those who wait, by where their payments begin and when they came.
    waiting: BTreeMap<(u64, u64), Arc<Notify>>,
    /// Where the payment began that was served last, and how many there were.
    served: u64,
    count: u64,
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
        self.0.queue().wake();
    }

    /// How many bytes may pass in `time`, if there is a limit.
    pub(super) fn in_time(&self, time: Duration) -> Option<u64> {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.0.rate().map(|rate| rate.saturating_mul(millis) / 1000)
    }

    /// Pays for `bytes`; comes back when they are paid.
    pub(super) async fn pay(&self, account: &Account, bytes: u64) {
        if self.0.rate().is_none() {
            return;
        }
        let payment = Payment::new(&self.0, account, bytes);
        loop {
            match payment.serve() {
                Turn::Paid => break,
                Turn::Next(wait) => tokio::select! {
                    () = sleep(wait) => {}
                    () = payment.woken.notified() => {}
                },
                Turn::Later => payment.woken.notified().await,
            }
        }
    }
}

impl Bucket {
    fn rate(&self) -> Option<u64> {
        Some(self.rate.load(Relaxed)).filter(|rate| *rate > 0)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Lets the next one look again.
    fn wake(&self) {
        if let Some((_, next)) = self.waiting.first_key_value() {
            next.notify_one();
        }
    }
}

/// A payment that waits; it leaves the queue when it is dropped.
struct Payment<'a> {
    bucket: &'a Bucket,
    place: (u64, u64),
    bytes: u64,
    woken: Arc<Notify>,
}

enum Turn {
    Paid,
    /// It is the next one, and its turn comes after this time.
    Next(Duration),
    Later,
}

impl<'a> Payment<'a> {
    fn new(bucket: &'a Bucket, account: &Account, bytes: u64) -> Self {
        let mut queue = bucket.queue();
        // Who was idle has saved nothing up.
        let begin = account.0.load(Relaxed).max(queue.served);
        account.0.store(begin.saturating_add(bytes), Relaxed);
        queue.count += 1;
        let (place, woken) = ((begin, queue.count), Arc::new(Notify::new()));
        queue.waiting.insert(place, woken.clone());
        Self { bucket, place, bytes, woken }
    }

    fn serve(&self) -> Turn {
        let mut queue = self.bucket.queue();
        let Some(rate) = self.bucket.rate() else { return Turn::Paid };
        if queue.waiting.first_key_value().is_some_and(|(first, _)| *first != self.place) {
            return Turn::Later;
        }
        queue.tokens.refill(rate, Instant::now());
        if let Some(wait) = queue.tokens.wait(rate) {
            return Turn::Next(wait);
        }
        queue.tokens.spend(self.bytes);
        queue.served = self.place.0;
        Turn::Paid
    }
}

impl Drop for Payment<'_> {
    fn drop(&mut self) {
        let mut queue = self.bucket.queue();
        queue.waiting.remove(&self.place);
        queue.wake();
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
