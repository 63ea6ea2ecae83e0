//! A set of byte positions, kept as sorted ranges with gaps between them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A set of byte positions. Ranges are half open, sorted, never empty, and never touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// All positions before `end`.
    #[must_use]
    pub fn up_to(end: u64) -> Self {
        let mut all = Self::default();
        all.insert(0..end);
        all
    }

    /// Puts a range in; what overlaps or touches becomes one.
    pub fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let first = self.0.partition_point(|&(_, end)| end < range.start);
        let last = self.0.partition_point(|&(start, _)| start <= range.end);
        let mut merged = (range.start, range.end);
        if first < last {
            merged.0 = merged.0.min(self.0[first].0);
            merged.1 = merged.1.max(self.0[last - 1].1);
        }
        self.0.splice(first..last, [merged]);
    }

    /// Takes a range out.
    pub fn remove(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let first = self.0.partition_point(|&(_, end)| end <= range.start);
        let last = self.0.partition_point(|&(start, _)| start < range.end);
        let Some(cut) = self.0.get(first..last).filter(|cut| !cut.is_empty()) else { return };
        let before = (cut[0].0, range.start);
        let behind = (range.end, cut[cut.len() - 1].1);
        let rest = [before, behind].into_iter().filter(|(start, end)| start < end).collect::<Vec<_>>();
        self.0.splice(first..last, rest);
    }

    /// Takes everything from `at` on out.
    pub fn truncate(&mut self, at: u64) {
        self.remove(at..u64::MAX);
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.iter().map(|(start, end)| end - start).sum()
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.0.iter().map(|&(start, end)| start..end)
    }

    /// How far it reaches from the first byte on without a gap.
    #[must_use]
    pub fn prefix(&self) -> u64 {
        match self.0.first() {
            Some(&(0, end)) => end,
            _ => 0,
        }
    }

    /// What of `0..total` is not in it, in order.
    #[must_use]
    pub fn missing(&self, total: u64) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for &(start, end) in &self.0 {
            if at < start.min(total) {
                gaps.push(at..start.min(total));
            }
            at = end;
        }
        if at < total {
            gaps.push(at..total);
        }
        gaps
    }
}

impl FromIterator<Range<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(ranges: I) -> Self {
        let mut set = Self::default();
        for range in ranges {
            set.insert(range);
        }
        set
    }
}

// A file written by hand or damaged may hold anything; what is read keeps the promise of the type.
impl<'de> Deserialize<'de> for Ranges {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut pairs = Vec::<(u64, u64)>::deserialize(from)?;
        // Many of them that come in the wrong order would take for ever one by one.
        pairs.sort_unstable();
        Ok(pairs.into_iter().map(|(start, end)| start..end).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPAN: u64 = 64;

    fn positions(set: &Ranges) -> Vec<u64> {
        (0..SPAN).filter(|at| set.iter().any(|range| range.contains(at))).collect()
    }

    proptest! {
        #[test]
        fn it_holds_what_was_put_in_and_nothing_else(pairs in prop::collection::vec((0..SPAN, 0..SPAN), 0..20)) {
            let set: Ranges = pairs.iter().map(|&(a, b)| a..b).collect();
            let expected: Vec<u64> =
                (0..SPAN).filter(|at| pairs.iter().any(|&(a, b)| (a..b).contains(at))).collect();
            prop_assert_eq!(positions(&set), expected.clone());
            prop_assert_eq!(set.len(), expected.len() as u64);
            for pair in set.0.windows(2) {
                prop_assert!(pair[0].1 < pair[1].0, "sorted, with gaps: {:?}", set);
            }
        }

        #[test]
        fn what_was_taken_out_is_gone_and_nothing_else(pairs in prop::collection::vec((0..SPAN, 0..SPAN), 0..20), a in 0..SPAN, b in 0..SPAN) {
            let mut set: Ranges = pairs.into_iter().map(|(a, b)| a..b).collect();
            let expected: Vec<u64> = positions(&set).into_iter().filter(|at| !(a..b).contains(at)).collect();
            set.remove(a..b);
            prop_assert_eq!(positions(&set), expected);
            for pair in set.0.windows(2) {
                prop_assert!(pair[0].1 < pair[1].0, "sorted, with gaps: {:?}", set);
            }
        }

        #[test]
        fn what_is_missing_and_what_is_there_make_the_whole(pairs in prop::collection::vec((0..SPAN, 0..SPAN), 0..20), total in 0..SPAN) {
            let mut set: Ranges = pairs.into_iter().map(|(a, b)| a..b).collect();
            set.truncate(total);
            let missing: u64 = set.missing(total).iter().map(|r| r.end - r.start).sum();
            prop_assert_eq!(missing + set.len(), total);
            for gap in set.missing(total) {
                set.insert(gap);
            }
            prop_assert_eq!(set.prefix(), total);
        }

        #[test]
        fn it_survives_being_written_down(pairs in prop::collection::vec((0..SPAN, 0..SPAN), 0..20)) {
            let set: Ranges = pairs.into_iter().map(|(a, b)| a..b).collect();
            let read: Ranges = ron::from_str(&ron::to_string(&set).unwrap()).unwrap();
            prop_assert_eq!(read, set);
        }
    }
}
