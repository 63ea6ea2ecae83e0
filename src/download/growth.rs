//! How many connections are worth having. Pure: it is told the time and how much has come.
//!
//! It multiplies their number for as long as that gains something. A gain shows at once and is taken
//! at once; that there is none is believed only after a while, because some servers send in bursts
//! and some paths are slow to fill, and only beside a number that was watched as long. A server that
//! refuses one has said how many it wants.

use std::time::Duration;

/// How long the first connection is watched.
const FIRST: Duration = Duration::from_millis(50);
/// How long a number of connections is tried before a gain is seen in it.
const TRIAL: Duration = Duration::from_millis(70);
/// How long it is tried before it is given up.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long the found number holds before more are tried again.
const HOLD: Duration = Duration::from_secs(10);
/// What lasts no longer than this is not worth another connection.
const WORTH: Duration = Duration::from_secs(1);
/// Part of the possible gain that is enough: twice as many could be twice as fast.
const ENOUGH: f64 = 0.3;
/// Part of it that shows each connection to be limited by itself, and the line far from full.
const ALL: f64 = 0.8;
/// The first step; smaller ones would take too long where many are worth having.
const FIRST_STEP: usize = 8;
/// A step where each connection brought as much as the first.
const LONG_STEP: usize = 4;

/// What there is to see at one moment, counted from any one moment on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// How long it has gone on.
    pub now: Duration,
    /// Connections that bring something.
    pub flowing: usize,
    /// Bytes that have come so far.
    pub done: u64,
    /// Bytes that are still to come.
    pub left: u64,
    /// How long a request takes to bring its first byte.
    pub delay: Duration,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    most: usize,
    wanted: usize,
    /// The smaller number that was tried before.
    before: Option<Tried>,
    stage: Stage,
}

/// What a number of connections has brought.
#[derive(Clone, Copy, Debug)]
struct Tried {
    count: usize,
    /// Bytes a second.
    rate: f64,
    /// It was watched for long enough to be sure.
    sure: bool,
    /// What to go back to if more bring nothing.
    instead: usize,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// New connections are on their way since this moment.
    Opening(Duration),
    /// All of them are at work since this moment, when so many bytes had come.
    Trying(Duration, u64),
    /// A number was found at this moment.
    Settled(Duration, Option<Enough>),
}

/// Why there are no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enough {
    /// More bring no more.
    Line,
    /// As many as there may be were worth having.
    Most,
    /// The server refused more.
    Refused,
}

impl Growth {
    /// Begins with `first` connections and ends with `most`.
    pub(crate) fn new(first: usize, most: usize) -> Self {
        let most = most.max(1);
        let wanted = first.clamp(1, most);
        Self { most, wanted, before: None, stage: Stage::Opening(Duration::ZERO) }
    }

    /// How many there should be.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted
    }

    /// Whether it has found its number.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Settled(..))
    }

    /// Why there are no more, once that is known.
    pub(crate) fn verdict(&self) -> Option<Enough> {
        match self.stage {
            Stage::Settled(_, verdict) => verdict,
            _ => None,
        }
    }

    /// Looks at what has come.
    pub(crate) fn look(&mut self, sight: Sight) {
        let Sight { now, flowing, done, left, delay } = sight;
        match self.stage {
            Stage::Settled(since, _) => {
                if now >= since + HOLD && self.wanted < self.most {
                    self.before = None;
                    self.stage = Stage::Trying(now, done);
                }
            }
            Stage::Opening(since) => {
                if flowing >= self.wanted || now >= since + PATIENCE + 4 * delay {
                    self.stage = Stage::Trying(now, done);
                }
            }
            Stage::Trying(since, had) => {
                let tried = now.saturating_sub(since);
                let trial = if self.before.is_none() && flowing == 1 { FIRST } else { TRIAL };
                if tried < trial + delay {
                    return;
                }
                let rate = rate(done.saturating_sub(had), tried);
                let sure = tried >= PATIENCE + 8 * delay;
                let gain = self.before.map(|before| before.gain(flowing, rate));
                let gains = gain.is_none_or(|gain| gain >= ENOUGH);
                match self.before {
                    Some(before) if !gains && sure && before.sure => {
                        self.settle(now, before.instead, Some(Enough::Line));
                    }
                    Some(_) if !gains && !sure => {}
                    _ if self.wanted >= self.most => {
                        let vain = self.before.filter(|_| !gains);
                        let verdict = if vain.is_some() { Enough::Line } else { Enough::Most };
                        self.settle(now, vain.map_or(self.most, |it| it.instead), Some(verdict));
                    }
                    _ if gains && rate * WORTH.as_secs_f64() >= rate_of(left) => {}
                    before => {
                        let instead = before.filter(|_| !gains).map_or(flowing, |before| before.instead);
                        let times = match flowing {
                            0 | 1 => FIRST_STEP,
                            _ if gain.is_some_and(|gain| gain >= ALL) => LONG_STEP,
                            _ => 2,
                        };
                        self.step(now, times, Tried { count: flowing, rate, sure, instead });
                    }
                }
            }
        }
    }

    /// There may be this many from now on.
    pub(crate) fn allow(&mut self, most: usize) {
        self.most = most.max(1);
        self.wanted = self.wanted.min(self.most);
    }

    /// There is not enough left to do for more. What is left may yet turn out to last, so the number stays.
    pub(crate) fn exhausted(&mut self, now: Duration) {
        self.settle(now, self.wanted, None);
    }

    /// A server refused a connection beside these `active` ones.
    pub(crate) fn refused(&mut self, now: Duration, active: usize) {
        self.most = self.most.min(active.max(1));
        self.settle(now, self.wanted.min(self.most), Some(Enough::Refused));
    }

    /// A connection that had brought something broke off; another one may do better.
    pub(crate) fn lost(&mut self, now: Duration) {
        self.before = None;
        self.stage = Stage::Opening(now);
    }

    fn step(&mut self, now: Duration, times: usize, tried: Tried) {
        self.wanted = (tried.count.max(1) * times).min(self.most);
        self.before = Some(tried);
        self.stage = Stage::Opening(now);
    }

    fn settle(&mut self, now: Duration, number: usize, verdict: Option<Enough>) {
        self.wanted = number;
        self.before = None;
        self.stage = Stage::Settled(now, verdict);
    }
}

fn rate(bytes: u64, time: Duration) -> f64 {
    rate_of(bytes) / time.as_secs_f64().max(0.001)
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn rate_of(bytes: u64) -> f64 {
    bytes as f64
}

impl Tried {
    /// What part of the gain that more connections could bring they have brought.
    #[expect(clippy::cast_precision_loss, reason = "there are few connections")]
    fn gain(&self, more: usize, faster: f64) -> f64 {
        if more <= self.count {
            return 0.0;
        }
        let possible = more as f64 / self.count.max(1) as f64 - 1.0;
        let real = faster / self.rate.max(1.0) - 1.0;
        real / possible
    }
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rough figures"
)]
mod tests {
    use super::*;

    const LOOK: Duration = Duration::from_millis(50);
    const PLENTY: u64 = 1 << 40;

    /// What happens with a server that sends so many bytes in all to so many connections.
    struct Run {
        growth: Growth,
        now: Duration,
        done: f64,
    }

    impl Run {
        fn new(growth: Growth) -> Self {
            Self { growth, now: Duration::ZERO, done: 0.0 }
        }

        fn look(&mut self, left: u64, speed: impl Fn(usize, f64) -> f64) {
            let flowing = self.growth.wanted();
            self.done += speed(flowing, self.now.as_secs_f64()) * LOOK.as_secs_f64();
            self.now += LOOK;
            let (now, done) = (self.now, self.done as u64);
            self.growth.look(Sight { now, flowing, done, left, delay: Duration::ZERO });
        }

        /// How many it settles on.
        fn settled(mut self, speed: impl Fn(usize, f64) -> f64) -> usize {
            while !self.growth.is_settled() {
                self.look(PLENTY, &speed);
            }
            self.growth.wanted()
        }
    }

    fn settled(speed: impl Fn(usize, f64) -> f64) -> usize {
        Run::new(Growth::new(1, 32)).settled(speed)
    }

    #[test]
    fn where_each_connection_is_limited_there_are_as_many_as_may_be() {
        assert_eq!(settled(|count, _| 5e6 * count as f64), 32);
    }

    #[test]
    fn where_one_is_enough_there_is_one() {
        assert_eq!(settled(|_, _| 1e9), 1);
    }

    #[test]
    fn where_the_line_is_full_no_more_are_opened() {
        assert_eq!(settled(|count, _| (5e6 * count as f64).min(40e6)), 8);
    }

    #[test]
    fn a_server_that_sends_in_bursts_is_not_taken_for_one_that_gives_no_more() {
        // All of a second's bytes in its first fifth.
        let burst = |at: f64| if at.fract() < 0.2 { 5.0 } else { 0.0 };
        assert!(settled(|count, at| 5e6 * count as f64 * burst(at)) >= 16);
    }

    #[test]
    fn all_of_it_takes_less_than_a_second_where_each_connection_is_limited() {
        let mut run = Run::new(Growth::new(1, 32));
        while run.growth.wanted() < 32 {
            run.look(PLENTY, |count, _| 5e6 * count as f64);
        }
        assert!(run.now < Duration::from_secs(1), "{:?}", run.now);
    }

    #[test]
    fn what_is_done_in_a_moment_gets_no_more_connections() {
        let mut run = Run::new(Growth::new(1, 32));
        for _ in 0..100 {
            run.look(100_000_000, |_, _| 200e6);
        }
        assert_eq!(run.growth.wanted(), 1);
    }

    #[test]
    fn a_server_that_refuses_gets_no_more() {
        let mut run = Run::new(Growth::new(4, 32));
        run.growth.refused(Duration::ZERO, 3);
        for _ in 0..1000 {
            run.look(PLENTY, |count, _| 5e6 * count as f64);
        }
        assert_eq!(run.growth.wanted(), 3);
    }

    #[test]
    fn what_held_for_a_while_is_tried_again() {
        let mut run = Run::new(Growth::new(4, 32));
        run.growth.exhausted(Duration::ZERO);
        while run.growth.wanted() == 4 {
            run.look(PLENTY, |_, _| 1e6);
        }
        assert!(run.now > HOLD);
        assert_eq!(run.growth.wanted(), 8);
    }
}
