use proptest::prelude::*;

use super::*;

const TOTAL: u64 = 1000;
const FINE: Sharing = Sharing { least: 1, step: None };

/// A plan at work, and which bytes were got how often.
struct Bench {
    plan: Plan,
    got: Vec<u32>,
    open: Vec<SliceId>,
}

/// Something that happens to it.
#[derive(Clone, Debug)]
enum Step {
    Take(Option<u32>),
    Slow,
    Hedge,
    Get(usize, u64),
    Rate(usize, u32),
    Extend(usize),
    Drop(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop::option::of(1..200_u32).prop_map(Step::Take),
        Just(Step::Slow),
        Just(Step::Hedge),
        (0..8_usize, 1..300_u64).prop_map(|(which, count)| Step::Get(which, count)),
        (0..8_usize, 1..1000_u32).prop_map(|(which, rate)| Step::Rate(which, rate)),
        (0..8_usize).prop_map(Step::Extend),
        (0..8_usize).prop_map(Step::Drop),
    ]
}

impl Bench {
    fn new(there: &Ranges, sharing: Sharing) -> Self {
        let got = (0..TOTAL).map(|at| u32::from(there.iter().any(|range| range.contains(&at)))).collect();
        Self { plan: Plan::new(TOTAL, there, sharing), got, open: Vec::new() }
    }

    fn follow(&mut self, step: &Step) {
        let which = |open: &[SliceId], which: usize| open.get(which % open.len().max(1)).copied();
        match step {
            Step::Take(rate) => self.open.extend(self.plan.take(rate.map(f64::from)).map(|(id, _)| id)),
            Step::Slow => {
                self.plan.drop_slow();
                self.plan.drop_vain();
                self.open.retain(|id| self.plan.left(*id).is_some());
            }
            Step::Hedge => self.open.extend(self.plan.hedge(None).map(|(id, _)| id)),
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
            let Some(id) = self.open.first().copied().or_else(|| self.plan.take(None).map(|(id, _)| id))
            else {
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
        least in 1..100_u64,
        step in prop::option::of(1..300_u64),
    ) {
        let there: Ranges = there.into_iter().map(|(a, b)| a..b).collect();
        let mut bench = Bench::new(&there, Sharing { least, step });
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
        let mut bench = Bench::new(&Ranges::default(), FINE);
        for step in steps.iter().filter(|step| !matches!(step, Step::Hedge)) {
            bench.follow(step);
        }
        bench.finish();
        prop_assert!(bench.got.iter().all(|times| *times == 1));
    }
}

#[test]
fn a_free_connection_takes_so_much_of_what_would_last_longest_that_both_end_at_once() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), FINE);
    let (first, _) = plan.take(None).unwrap();
    let (second, part) = plan.take(None).unwrap();
    assert_eq!(part, 500..1000);
    plan.advance(second, 800);
    plan.set_rate(first, 500.0);
    plan.set_rate(second, 10.0);
    // 190 bytes at 190 a second, 10 at 10.
    assert_eq!(plan.take(Some(190.0)).unwrap().1, 810..1000);
    assert_eq!(plan.left(second), Some(800..810));
}

#[test]
fn no_part_is_shorter_than_what_is_worth_a_request() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 600, step: None });
    assert!(plan.take(None).is_some());
    assert!(plan.take(None).is_none());
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 500, step: None });
    plan.take(None).unwrap();
    assert_eq!(plan.take(None).unwrap().1, 500..1000);
    let mut plan = Plan::new(TOTAL, &Ranges::default(), FINE);
    let (only, _) = plan.take(None).unwrap();
    plan.set_rate(only, 9000.0);
    assert!(plan.take(None).is_none(), "half of it lasts less than a request");
}

#[test]
fn in_order_the_connections_get_what_is_next() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 1, step: Some(100) });
    let (first, part) = plan.take(None).unwrap();
    assert_eq!((part, plan.take(None).unwrap().1), (0..100, 100..200));
    plan.advance(first, 100);
    plan.release(first);
    assert_eq!(plan.take(None).unwrap().1, 200..300);
}

#[test]
fn of_two_that_get_the_same_bytes_the_slower_need_not_go_on() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 501, step: None });
    let (slow, _) = plan.take(None).unwrap();
    plan.set_rate(slow, 10_000.0);
    assert!(plan.hedge(None).is_none(), "it is nearly done");
    plan.set_rate(slow, 1.0);
    let (fast, part) = plan.hedge(None).unwrap();
    assert_eq!(part, 0..1000);
    assert!(plan.hedge(None).is_none(), "two are enough");
    plan.advance(fast, 1000);
    assert_eq!(plan.release(fast), Some(slow));
    assert!(plan.is_complete());
}

#[test]
fn what_can_be_shared_is_not_fetched_twice() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 100, step: None });
    let (slow, _) = plan.take(None).unwrap();
    plan.set_rate(slow, 1.0);
    assert!(plan.hedge(None).is_none());
    assert!(plan.take(None).is_some());
}

#[test]
fn a_slow_connection_gets_nothing_that_a_faster_one_will_be_done_with_before() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), Sharing { least: 100, step: None });
    let (fast, _) = plan.take(None).unwrap();
    plan.set_rate(fast, 1000.0);
    assert!(plan.take(Some(50.0)).is_none());
    assert!(plan.hedge(Some(50.0)).is_none());
    assert_eq!(plan.take(Some(1000.0)).unwrap().1, 500..1000);
}

#[test]
fn a_connection_that_falls_far_behind_the_others_loses_its_slice() {
    let mut plan = Plan::new(TOTAL, &Ranges::default(), FINE);
    let ids: Vec<_> = (0..4).map(|_| plan.take(None).unwrap().0).collect();
    for second in 1..=2 {
        assert_eq!(plan.drop_slow(), 0);
        for (id, rate) in ids.iter().zip([1, 20, 20, 20]) {
            let at = plan.left(*id).unwrap().start;
            plan.advance(*id, at + rate);
        }
        plan.look(Duration::from_secs(second));
        plan.look(Duration::from_secs(second));
    }
    let left = plan.left(ids[0]).unwrap();
    assert_eq!(plan.drop_slow(), 1);
    assert_eq!(plan.left(ids[0]), None);
    assert_eq!(plan.take(None).unwrap().1, left);
}
