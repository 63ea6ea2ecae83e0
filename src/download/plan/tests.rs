use proptest::prelude::*;

use super::*;

const TOTAL: u64 = 1000;

/// A plan at work, and which bytes were got how often.
struct Bench {
    plan: Plan,
    got: Vec<u32>,
    open: Vec<SliceId>,
}

/// Something that happens to it.
#[derive(Clone, Debug)]
enum Step {
    Take(u64),
    Hedge,
    Get(usize, u64),
    Rate(usize, u32),
    Extend(usize),
    Drop(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..200_u64).prop_map(Step::Take),
        Just(Step::Hedge),
        (0..8_usize, 1..300_u64).prop_map(|(which, count)| Step::Get(which, count)),
        (0..8_usize, 1..1000_u32).prop_map(|(which, rate)| Step::Rate(which, rate)),
        (0..8_usize).prop_map(Step::Extend),
        (0..8_usize).prop_map(Step::Drop),
    ]
}

impl Bench {
    fn new(there: &Ranges) -> Self {
        let got = (0..TOTAL).map(|at| u32::from(there.iter().any(|range| range.contains(&at)))).collect();
        Self { plan: Plan::new(TOTAL, there), got, open: Vec::new() }
    }

    fn follow(&mut self, step: &Step) {
        let which = |open: &[SliceId], which: usize| open.get(which % open.len().max(1)).copied();
        match step {
            Step::Take(least) => self.open.extend(self.plan.take(*least).map(|(id, _)| id)),
            Step::Hedge => self.open.extend(self.plan.hedge(Duration::ZERO).map(|(id, _)| id)),
            Step::Get(slice, count) => {
                if let Some(id) = which(&self.open, *slice) {
                    self.get(id, *count);
                }
            }
            Step::Rate(slice, rate) => {
                if let Some(id) = which(&self.open, *slice) {
                    self.plan.set_rate(id, f64::from(*rate));
                }
            }
            Step::Extend(slice) => {
                if let Some(id) = which(&self.open, *slice) {
                    self.plan.extend(id);
                }
            }
            Step::Drop(slice) => {
                if let Some(id) = which(&self.open, *slice) {
                    self.drop(id);
                }
            }
        }
    }

    fn get(&mut self, id: SliceId, count: u64) {
        let left = self.plan.left(id).unwrap();
        let to = (left.start + count).min(left.end);
        for at in left.start..to {
            self.got[usize::try_from(at).unwrap()] += 1;
        }
        assert_eq!(self.plan.advance(id, to), Some(left.end));
        if to == left.end {
            self.drop(id);
        }
    }

    fn drop(&mut self, id: SliceId) {
        self.open.retain(|open| *open != id);
        if let Some(other) = self.plan.release(id) {
            self.open.retain(|open| *open != other);
        }
    }

    /// Lets one connection get all that is left.
    fn finish(&mut self) {
        while !self.plan.is_complete() {
            let Some(id) = self.open.first().copied().or_else(|| self.plan.take(1).map(|(id, _)| id)) else {
                panic!("nothing to do, and not complete: {:?}", self.plan);
            };
            self.get(id, TOTAL);
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_every_byte_is_got_in_the_end(
        there in prop::collection::vec((0..TOTAL, 0..TOTAL), 0..4),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let there: Ranges = there.into_iter().map(|(a, b)| a..b).collect();
        let mut bench = Bench::new(&there);
        for step in &steps {
            bench.follow(step);
            prop_assert_eq!(bench.plan.len(), bench.open.len());
        }
        bench.finish();
        prop_assert!(bench.got.iter().all(|times| *times > 0));
        for range in there.iter() {
            for at in range {
                prop_assert_eq!(bench.got[usize::try_from(at).unwrap()], 1, "byte {} was there already", at);
            }
        }
    }

    #[test]
    fn without_hedges_no_byte_is_got_twice(steps in prop::collection::vec(step(), 0..60)) {
        let mut bench = Bench::new(&Ranges::default());
        for step in steps.iter().filter(|step| !matches!(step, Step::Hedge)) {
            bench.follow(step);
        }
        bench.finish();
        prop_assert!(bench.got.iter().all(|times| *times == 1));
    }
}

#[test]
fn a_free_connection_takes_half_of_what_would_last_longest_not_of_what_is_longest() {
    let mut plan = Plan::new(TOTAL, &Ranges::default());
    let (first, _) = plan.take(1).unwrap();
    let (second, part) = plan.take(1).unwrap();
    assert_eq!(part, 500..1000);
    plan.advance(second, 800);
    plan.set_rate(first, 500.0);
    plan.set_rate(second, 10.0);
    assert_eq!(plan.take(1).unwrap().1, 900..1000);
    assert_eq!(plan.left(second), Some(800..900));
}

#[test]
fn no_part_is_shorter_than_what_is_worth_a_request() {
    let mut plan = Plan::new(TOTAL, &Ranges::default());
    assert!(plan.take(600).is_some());
    assert!(plan.take(600).is_none());
    assert_eq!(plan.take(500).unwrap().1, 500..1000);
}

#[test]
fn of_two_that_get_the_same_bytes_the_slower_need_not_go_on() {
    let mut plan = Plan::new(TOTAL, &Ranges::default());
    let (slow, _) = plan.take(1).unwrap();
    plan.set_rate(slow, 1.0);
    assert!(plan.hedge(Duration::from_secs(2000)).is_none());
    let (fast, part) = plan.hedge(Duration::from_secs(10)).unwrap();
    assert_eq!(part, 0..1000);
    assert!(plan.hedge(Duration::ZERO).is_none(), "two are enough");
    plan.advance(fast, 1000);
    assert_eq!(plan.release(fast), Some(slow));
    assert!(plan.is_complete());
}
