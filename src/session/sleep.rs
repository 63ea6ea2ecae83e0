//! Whether the computer sleeps, or has slept.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::oneshot;

/// What the two clocks may differ by from one reading to the next without anybody having slept: they are
/// not read at the same moment.
const ASTRAY: Duration = Duration::from_secs(1);

/// Whether the computer sleeps, and who waits until it may.
pub(super) struct Sleep {
    asleep: bool,
    waiting: Vec<oneshot::Sender<()>>,
    clocks: Clocks,
}

impl Default for Sleep {
    fn default() -> Self {
        Self { asleep: false, waiting: Vec::new(), clocks: Clocks::now() }
    }
}

impl Sleep {
    /// Whether nothing may start.
    pub(super) fn is_near(&self) -> bool {
        self.asleep
    }

    /// Nothing starts from now on. Who asked waits until everything is written down.
    pub(super) fn fall(&mut self, reply: oneshot::Sender<()>) {
        self.asleep = true;
        self.waiting.push(reply);
    }

    /// The computer may sleep.
    pub(super) fn is_ready(&mut self) {
        self.waiting.drain(..).for_each(|reply| _ = reply.send(()));
    }

    /// It is over; who still waits for it has waited for too long.
    pub(super) fn end(&mut self) {
        self.asleep = false;
        self.is_ready();
    }

    /// Whether the computer has slept since this was asked last, and nobody said so.
    pub(super) fn went_unseen(&mut self) -> bool {
        let now = Clocks::now();
        std::mem::replace(&mut self.clocks, now).have_slept_until(now) && !self.asleep
    }
}

/// What two clocks say: one that goes on during sleep, and one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clocks {
    with_sleep: Duration,
    without: Duration,
}

impl Clocks {
    fn now() -> Self {
        let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
        Self { with_sleep: read(ClockId::Boottime), without: read(ClockId::Monotonic) }
    }

    /// Whether the computer has slept between these readings and later ones.
    fn have_slept_until(self, later: Self) -> bool {
        let passed = later.with_sleep.saturating_sub(self.with_sleep);
        let awake = later.without.saturating_sub(self.without);
        passed.saturating_sub(awake) > ASTRAY
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clocks(with_sleep: u64, without: u64) -> Clocks {
        Clocks { with_sleep: Duration::from_millis(with_sleep), without: Duration::from_millis(without) }
    }

    #[test]
    fn a_clock_that_has_run_ahead_tells_of_a_sleep() {
        let before = clocks(5_000_000, 1_000_000);
        assert!(before.have_slept_until(clocks(5_030_000, 1_000_010)));
        assert!(!before.have_slept_until(clocks(5_030_000, 1_030_000)));
        assert!(!before.have_slept_until(clocks(5_030_500, 1_030_000)), "they are not read at once");
        assert!(!Clocks::now().have_slept_until(Clocks::now()));
    }

    proptest! {
        #[test]
        fn however_long_a_computer_is_awake_it_has_not_slept(
            slept in 0..1_000_000_000_u64,
            from in 0..1_000_000_000_u64,
            awake in 0..1_000_000_000_u64,
            more in 1_001..1_000_000_000_u64,
        ) {
            let before = clocks(from + slept, from);
            prop_assert!(!before.have_slept_until(clocks(from + slept + awake, from + awake)));
            prop_assert!(before.have_slept_until(clocks(from + slept + awake + more, from + awake)));
            prop_assert!(!before.have_slept_until(clocks(0, 0)), "no clock goes back, but none may break this");
        }
    }
}
