//! Speed limits: a token bucket for each transfer, and some that it shares with others.

use std::sync::Arc;
use std::time::Duration;

use super::bucket::{Account, Limit};

/// What is moved between two payments: as much as may pass in this time. Where many take turns, each
/// of them should be short, so that nobody waits long.
const OWN_TURN: Duration = Duration::from_millis(100);
const SHARED_TURN: Duration = Duration::from_millis(10);
/// But no less than this, in bytes.
const LEAST_TURN: u64 = 256;

/// What limits one transfer: its own limit, and those that it shares with others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    own: Share,
    shared: Arc<[Share]>,
}

/// A limit, and what the transfer has paid to it.
#[derive(Clone, Debug, Default)]
struct Share(Limit, Account);

impl Limits {
    /// For one transfer; its clones are for its connections.
    pub(crate) fn new(own: Limit, shared: impl IntoIterator<Item = Limit>) -> Self {
        let share = |limit| Share(limit, Account::default());
        Self { own: share(own), shared: shared.into_iter().map(share).collect() }
    }

    /// Most bytes to move between two payments, if `sharers` connections of the transfer take turns;
    /// nothing if there is no limit.
    pub(crate) fn turn(&self, sharers: usize) -> Option<u64> {
        let shared = self.shared.iter().filter_map(|Share(limit, _)| limit.in_time(SHARED_TURN));
        let turn = self.own.0.in_time(OWN_TURN).into_iter().chain(shared).min()?;
        Some((turn / sharers.max(1) as u64).max(LEAST_TURN))
    }

    /// Pays for `bytes` that were moved; comes back when the next may be.
    pub(crate) async fn pay(&self, bytes: u64) {
        for Share(limit, account) in std::iter::once(&self.own).chain(&*self.shared) {
            limit.pay(account, bytes).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

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
            let limits = Limits::new(Limit::new(Some(rate)), []);
            let moved = moved(limits, 10, 1).await;
            assert!(off(moved, rate * 10) < 0.02, "{moved} at {rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn transfers_share_the_limit_of_the_session_equally_however_many_connections_they_have() {
        let shared = Limit::new(Some(1_000_000));
        let of = |own| Limits::new(Limit::new(own), [shared.clone()]);
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
    async fn transfers_share_a_limit_equally_whatever_each_of_them_pays_at_once() {
        let shared = Limit::new(Some(1_000_000));
        let paid = async |bytes| {
            let limits = Limits::new(Limit::default(), [shared.clone()]);
            let (end, mut paid) = (Instant::now() + Duration::from_secs(20), 0);
            while Instant::now() < end {
                limits.pay(bytes).await;
                paid += bytes;
            }
            paid
        };
        let (small, middle, large) = tokio::join!(paid(1_000), paid(16_000), paid(70_000));
        // The last payments are served at once, or not at all.
        assert!(off(small + middle + large, 20_000_000) < 0.02, "{small}, {middle}, {large}");
        assert!(small.abs_diff(large).max(small.abs_diff(middle)) <= 140_000, "{small}, {middle}, {large}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_no_longer_wants_to_pay_holds_nobody_up() {
        let shared = Limit::new(Some(1_000));
        let limits = || Limits::new(Limit::default(), [shared.clone()]);
        limits().pay(1_000).await;
        let (first, second, began) = (limits(), limits(), Instant::now());
        let gives_up = tokio::time::timeout(Duration::from_millis(500), first.pay(1_000));
        let (gave_up, ()) = tokio::join!(gives_up, second.pay(1_000));
        assert!(gave_up.is_err() && began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_limit_holds_at_once_also_for_those_who_wait() {
        let limit = Limit::new(Some(1_000));
        let (limits, began) = (Limits::new(limit.clone(), []), Instant::now());
        let change = async {
            sleep(Duration::from_secs(1)).await;
            limit.set(Some(1_000_000));
        };
        let work = async {
            limits.pay(100_000).await;
            limits.pay(1).await;
        };
        tokio::join!(change, work);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        limit.set(None);
        assert!(limits.turn(1).is_none());
    }
}
