//! How many connections are worth having. Pure: it is told the time and how fast things go.
//!
//! It multiplies their number for as long as that gains something, and goes back when it did not. A
//! server that refuses one has said how many it wants.

use std::time::Duration;

/// How long a number of connections is tried before it is judged.
const TRIAL: Duration = Duration::from_millis(200);
/// How long the found number holds before more are tried again.
const HOLD: Duration = Duration::from_secs(15);
/// Part of the possible gain that is enough to double them: twice as many could be twice as fast.
const ENOUGH: f64 = 0.3;
/// The first step; smaller ones would take too long where many are worth having.
const FIRST_STEP: usize = 8;

/// See the module. Times are counted from any one moment on.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    most: usize,
    wanted: usize,
    /// The smaller number that was tried before, and how fast it was.
    before: Option<(usize, f64)>,
    since: Duration,
    held: bool,
}

impl Growth {
    /// Begins with `first` connections and ends with `most`.
    pub(crate) fn new(first: usize, most: usize) -> Self {
        let most = most.max(1);
        Self { most, wanted: first.clamp(1, most), before: None, since: Duration::ZERO, held: false }
    }

    /// How many there should be.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted
    }

    /// How long from now on nothing will change by itself.
    pub(crate) fn next_look(&self, now: Duration) -> Duration {
        let wait = if self.held { HOLD } else { TRIAL };
        (self.since + wait).saturating_sub(now)
    }

    /// How fast it was, if `bytes` came since the last look.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(crate) fn rate_since(&self, now: Duration, bytes: u64) -> f64 {
        bytes as f64 / now.saturating_sub(self.since).as_secs_f64().max(0.001)
    }

    /// Looks at what `active` connections have brought: `rate` bytes a second since the last look.
    pub(crate) fn look(&mut self, now: Duration, active: usize, rate: f64) {
        self.since = now;
        let gain =
            self.before.filter(|(fewer, _)| active > *fewer).map(|before| gain(before, (active, rate)));
        match (self.before, gain) {
            (Some((fewer, _)), Some(gain)) if gain < ENOUGH => self.hold(fewer),
            _ if self.wanted >= self.most => self.hold(self.most),
            _ => {
                let times = if gain.is_none() && active == 1 { FIRST_STEP } else { 2 };
                self.before = Some((active, rate));
                self.held = false;
                self.wanted = (active.max(1) * times).min(self.most);
            }
        }
    }

    /// There may be this many from now on.
    pub(crate) fn allow(&mut self, most: usize) {
        self.most = most.max(1);
        self.wanted = self.wanted.min(self.most);
    }

    /// Whether it has found its number.
    pub(crate) fn is_settled(&self) -> bool {
        self.held
    }

    /// There is not enough left to do for more than `active`.
    pub(crate) fn exhausted(&mut self, active: usize) {
        self.hold(active.max(1));
    }

    /// A server refused a connection beside these `active` ones.
    pub(crate) fn refused(&mut self, now: Duration, active: usize) {
        self.most = self.most.min(active.max(1));
        self.since = now;
        self.hold(self.wanted.min(self.most));
    }

    /// A connection that had brought something broke off; another one may do better.
    pub(crate) fn lost(&mut self, now: Duration) {
        self.since = now;
        self.before = None;
        self.held = false;
    }

    fn hold(&mut self, number: usize) {
        self.wanted = number;
        self.before = None;
        self.held = true;
    }
}

/// What part of the gain that more connections could bring they have brought.
#[expect(clippy::cast_precision_loss, reason = "there are few connections")]
fn gain((fewer, slower): (usize, f64), (more, faster): (usize, f64)) -> f64 {
    let possible = more as f64 / fewer.max(1) as f64 - 1.0;
    let real = faster / slower.max(1.0) - 1.0;
    real / possible
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "there are few connections")]
mod tests {
    use super::*;

    /// How many connections it settles on with a server that is this fast.
    fn settled(mut growth: Growth, speed: impl Fn(usize) -> f64) -> usize {
        let mut now = Duration::ZERO;
        while !growth.held {
            now += growth.next_look(now);
            let active = growth.wanted();
            growth.look(now, active, speed(active));
        }
        growth.wanted()
    }

    #[test]
    fn where_each_connection_is_limited_there_are_as_many_as_may_be() {
        assert_eq!(settled(Growth::new(1, 32), |count| 5e6 * count as f64), 32);
    }

    #[test]
    fn where_one_is_enough_there_is_one() {
        assert_eq!(settled(Growth::new(1, 32), |_| 1e9), 1);
    }

    #[test]
    fn where_the_line_is_full_no_more_are_opened() {
        assert_eq!(settled(Growth::new(1, 32), |count| (5e6 * count as f64).min(40e6)), 8);
    }

    #[test]
    fn a_server_that_refuses_gets_no_more() {
        let mut growth = Growth::new(4, 32);
        growth.refused(Duration::ZERO, 3);
        assert_eq!(growth.wanted(), 3);
        growth.look(HOLD, 3, 1e6);
        assert_eq!(growth.wanted(), 3);
    }

    #[test]
    fn what_held_for_a_while_is_tried_again() {
        let mut growth = Growth::new(4, 32);
        growth.exhausted(4);
        assert_eq!(growth.next_look(Duration::ZERO), HOLD);
        growth.look(HOLD, 4, 1e6);
        assert_eq!(growth.wanted(), 8);
    }
}
