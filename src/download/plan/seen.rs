//! What others are shown of a plan: what has arrived, and who gets the rest.

use std::ops::Range;

use super::{Plan, SliceId};
use crate::transfer::Ranges;

/// A slice, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taker {
    /// The number of the source that gives it.
    pub source: usize,
    /// The first byte of it.
    pub from: u64,
    /// The next byte to come, and where it ends.
    pub left: Range<u64>,
    /// Bytes a second, where that is known.
    pub rate: Option<f64>,
}

impl Plan {
    /// Takes note of which source gives a slice.
    pub(crate) fn given_by(&mut self, id: SliceId, source: usize) {
        if let Some(slice) = self.slices.get_mut(&id) {
            slice.source = source;
        }
    }

    /// What has arrived of the first `total` bytes.
    pub(crate) fn arrived(&self, total: u64) -> Ranges {
        let mut arrived = Ranges::up_to(total);
        self.free.iter().for_each(|free| arrived.remove(free));
        self.slices.values().for_each(|slice| arrived.remove(slice.left.clone()));
        arrived
    }

    /// Who gets what, in the order of the file.
    pub(crate) fn takers(&self) -> Vec<Taker> {
        let mut takers: Vec<_> = self
            .slices
            .values()
            .map(|slice| Taker {
                source: slice.source,
                from: slice.asked,
                left: slice.left.clone(),
                rate: slice.rate(),
            })
            .collect();
        takers.sort_by_key(|taker| taker.left.start);
        takers
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sharing;
    use super::*;

    #[test]
    fn what_is_neither_free_nor_left_has_arrived() {
        let got = [0..10, 50..60].into_iter().collect();
        let mut plan = Plan::new(100, &got, Sharing { least: 1, step: Some(20) });
        let (first, part) = plan.take(None).unwrap();
        assert_eq!(part, 10..30);
        plan.given_by(first, 3);
        plan.advance(first, 15);
        let arrived: Vec<_> = plan.arrived(100).iter().collect();
        assert_eq!(arrived, [0..15, 50..60]);
        assert_eq!(plan.takers(), [Taker { source: 3, from: 10, left: 15..30, rate: None }]);
        plan.release(first);
        assert!(plan.takers().is_empty() && plan.arrived(100).prefix() == 15);
    }
}
