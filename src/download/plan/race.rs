//! Plan and growth beside each other, against servers that exist in figures only: how long a file takes.

use std::ops::Range;
use std::time::Duration;

use super::{Plan, Sharing, SliceId};
use crate::download::growth::{Growth, Sight};
use crate::transfer::Ranges;

const STEP: Duration = Duration::from_millis(5);
const LOOK: Duration = Duration::from_millis(20);
const MEGABYTE: f64 = 1e6;

/// A server, seen from here.
struct Line {
    /// Bytes a second of the connection that was opened as the `n`th.
    rate: Box<dyn Fn(usize) -> f64>,
    /// How long it takes to answer.
    delay: Duration,
}

struct Connection {
    id: SliceId,
    rate: f64,
    /// Up to where it asked.
    asked: u64,
    begins: Duration,
    /// Bytes that came, but not a whole one.
    rest: f64,
}

/// How long it took.
struct Times {
    all: f64,
    /// The last tenth of the file.
    tail: f64,
    /// How often something was asked for a second time.
    hedges: usize,
}

struct Race {
    line: Line,
    plan: Plan,
    growth: Growth,
    open: Vec<Connection>,
    opened: usize,
    hedges: usize,
    now: Duration,
    done: f64,
}

/// What a file of so many megabytes takes.
fn race(megabytes: f64, line: Line) -> Times {
    let total = megabytes * MEGABYTE;
    let sharing = Sharing { least: 256 * 1024, step: None };
    let mut plan = Plan::new(bytes(total), &Ranges::default(), sharing);
    plan.set_delay(line.delay);
    let growth = Growth::new(1, 32);
    let mut race =
        Race { line, plan, growth, open: Vec::new(), opened: 0, hedges: 0, now: Duration::ZERO, done: 0.0 };
    race.fill();
    race.open[0].begins = Duration::ZERO;
    let (mut look, mut nearly) = (LOOK, None);
    while !race.plan.is_complete() {
        race.now += STEP;
        race.run();
        if race.now >= look {
            race.look(bytes(total));
            look = race.now + if race.open.len() >= race.growth.wanted() { 25 * LOOK } else { 5 * LOOK };
            if !race.growth.is_settled() {
                look = race.now + LOOK;
            }
        }
        if race.done >= 0.9 * total {
            nearly.get_or_insert(race.now);
        }
    }
    let all = race.now.as_secs_f64();
    Times { all, tail: all - nearly.unwrap_or_default().as_secs_f64(), hedges: race.hedges }
}

impl Race {
    fn run(&mut self) {
        for mut connection in std::mem::take(&mut self.open) {
            if self.now < connection.begins {
                self.open.push(connection);
                continue;
            }
            connection.rest += connection.rate * STEP.as_secs_f64();
            let count = bytes(connection.rest);
            connection.rest -= as_float(count);
            if self.get(&mut connection, count) {
                self.open.push(connection);
            }
        }
    }

    /// Whether the connection goes on.
    fn get(&mut self, connection: &mut Connection, count: u64) -> bool {
        let mut is_cut = true;
        if let Some(left) = self.plan.left(connection.id) {
            is_cut = left.end != connection.asked;
            let to = left.end.min(left.start + count);
            self.plan.advance(connection.id, to);
            self.done += as_float(to - left.start);
            if to < left.end || self.plan.extend(connection.id) {
                return true;
            }
        }
        self.plan.set_now(self.now);
        let rate = self.plan.rate(connection.id).filter(|_| !is_cut);
        self.plan.release(connection.id);
        let Some((id, range)) = self.take(rate) else { return false };
        (connection.id, connection.asked) = (id, range.end);
        connection.begins = self.now + self.line.delay;
        if is_cut {
            // What the server still sends is in the way; it takes another connection.
            connection.rate = self.connect();
        }
        true
    }

    fn look(&mut self, total: u64) {
        self.plan.look(self.now);
        let flowing = self.open.iter().filter(|connection| self.now >= connection.begins).count();
        let done = bytes(self.done);
        let (now, delay) = (self.now, self.line.delay);
        self.growth.look(Sight { now, flowing, done, left: total.saturating_sub(done), delay });
        self.plan.drop_slow();
        self.plan.drop_vain();
        self.fill();
    }

    fn fill(&mut self) {
        while self.open.len() < self.growth.wanted() {
            let Some((id, range)) = self.take(None) else {
                self.growth.exhausted(self.now);
                break;
            };
            let (rate, begins) = (self.connect(), self.now + self.line.delay);
            self.open.push(Connection { id, rate, asked: range.end, begins, rest: 0.0 });
        }
    }

    fn take(&mut self, rate: Option<f64>) -> Option<(SliceId, Range<u64>)> {
        self.plan.take(rate).or_else(|| self.plan.hedge(rate).inspect(|_| self.hedges += 1))
    }

    /// How fast one more connection is.
    fn connect(&mut self) -> f64 {
        self.opened += 1;
        (self.line.rate)(self.opened - 1)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
fn bytes(count: f64) -> u64 {
    count as u64
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn as_float(count: u64) -> f64 {
    count as f64
}

fn even() -> Box<dyn Fn(usize) -> f64> {
    Box::new(|_| 5.0 * MEGABYTE)
}

/// One in eight connections is ten times slower; this one of the first eight.
fn slow(which: usize) -> Box<dyn Fn(usize) -> f64> {
    Box::new(move |number| if number % 8 == which { 0.5 * MEGABYTE } else { 5.0 * MEGABYTE })
}

#[test]
fn where_each_connection_is_limited_all_of_them_are_at_work_nearly_all_the_time() {
    for (megabytes, allowed) in [(268.0, 1.13), (1074.0, 1.03), (4295.0, 1.01)] {
        let time = race(megabytes, Line { rate: even(), delay: Duration::from_millis(1) }).all;
        let ideal = megabytes / (32.0 * 5.0);
        assert!(time <= allowed * ideal, "{megabytes} MB: {time:.2} s, {:.3} of the ideal", time / ideal);
    }
}

#[test]
fn a_slow_connection_among_many_does_not_draw_out_the_end() {
    // At the end of a short file it costs most if it happens to two connections one after the other.
    for (megabytes, allowed) in [(268.0, 0.22), (1074.0, 0.12)] {
        for which in 0..8 {
            let Times { all, tail, .. } =
                race(megabytes, Line { rate: slow(which), delay: Duration::from_millis(1) });
            let case = format!("{megabytes} MB, number {which} is slow");
            assert!(tail <= allowed * all, "{case}: {all:.2} s, {:.3} of it the end", tail / all);
        }
    }
}

#[test]
fn far_away_the_end_takes_little_more_than_a_few_round_trips() {
    let delay = Duration::from_millis(100);
    for rate in [even(), slow(0), slow(7)] {
        let Times { all, tail, .. } = race(1074.0, Line { rate, delay });
        assert!(tail <= 0.1 * all + 9.0 * delay.as_secs_f64(), "{all:.2} s, {tail:.2} s of it the end");
    }
}

#[test]
fn where_all_are_equally_fast_nothing_is_asked_for_twice() {
    for (megabytes, rate) in [(1.0, 0.02), (2.0, 0.05), (20.0, 0.5), (268.0, 5.0)] {
        for delay in [1, 50].map(Duration::from_millis) {
            let race = race(megabytes, Line { rate: Box::new(move |_| rate * MEGABYTE), delay });
            assert_eq!(race.hedges, 0, "{megabytes} MB at {rate} MB/s, {delay:?} away");
        }
    }
}

#[test]
fn what_no_connection_makes_faster_is_not_asked_for_again_and_again() {
    // After so many connections the server has nothing more to give but drops.
    let falls_dry = |number: usize| if number < 32 { 5.0 * MEGABYTE } else { 0.01 * MEGABYTE };
    let race = race(268.0, Line { rate: Box::new(falls_dry), delay: Duration::from_millis(1) });
    assert!(race.hedges <= 100, "{}", race.hedges);
}
