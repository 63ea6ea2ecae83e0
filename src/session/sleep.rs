//! The computer falls asleep, and wakes up.
//!
//! Before it sleeps, whoever knows of it says so: every task hands in what it has, that is written down, and
//! nothing starts. Afterwards what ran goes on, over fresh connections: those that were kept belong to another
//! time, and often to another network. Neither counts as a failed try.
//!
//! Where nobody says so, the clocks tell afterwards: one of them stands still during sleep.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::oneshot;

use super::actor::Actor;
use super::command::Command;
use super::running::Running;
use super::{Error, Session};

/// What the two clocks may differ by from one reading to the next without anybody having slept: they are
/// not read at the same moment.
const ASTRAY: Duration = Duration::from_secs(1);

impl Session {
    /// Stops everything for as long as the computer sleeps. When this returns, all that came is on the disk;
    /// nothing starts until [`Session::wake_up`].
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn suspend(&self) -> Result<(), Error> {
        self.ask(Command::Suspend).await
    }

    /// The computer is awake again: what was stopped goes on, over fresh connections, and waits that have come
    /// to their end meanwhile are over.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn wake_up(&self) -> Result<(), Error> {
        self.ask(Command::WakeUp).await
    }
}

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
}

impl Actor {
    pub(super) fn fall_asleep(&mut self, reply: oneshot::Sender<()>) {
        self.sleep.asleep = true;
        self.sleep.waiting.push(reply);
        self.running.values().for_each(Running::stop);
    }

    /// Says so, once everything that ran has ended and is written down.
    pub(super) fn say_when_ready_to_sleep(&mut self) {
        if self.running.is_empty() && self.unsaved.is_empty() {
            self.sleep.waiting.drain(..).for_each(|reply| _ = reply.send(()));
        }
    }

    pub(super) fn wake_up(&mut self, reply: oneshot::Sender<()>) {
        self.sleep.asleep = false;
        // Who still waits for it has waited for too long.
        self.sleep.waiting.drain(..).for_each(|reply| _ = reply.send(()));
        self.begin_afresh();
        _ = reply.send(());
    }

    /// Sees whether the computer has slept without a word.
    pub(super) fn look_at_the_clocks(&mut self) {
        let now = Clocks::now();
        if std::mem::replace(&mut self.sleep.clocks, now).have_slept_until(now) && !self.sleep.asleep {
            tracing::info!("the computer has slept");
            self.begin_afresh();
        }
    }

    fn begin_afresh(&mut self) {
        self.place.net.forget_connections();
        self.wake();
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
