//! Which parts of a file are here, coarsely, and who gets the others: what a map of it is drawn from.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Ranges;

/// So many parts a file is shown in at most, however long it is.
const MOST: u64 = 400;

/// A map of one transfer's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segments {
    /// Bytes in all, where known.
    pub total: Option<u64>,
    /// Bytes that are here from the first one on without a gap, safely on the disk.
    pub beginning: u64,
    /// What of each part of the file has arrived, in percent: equal parts in their order, at most 400. None for
    /// an upload, and as long as it is not known how long the file is.
    pub here: Vec<u8>,
    /// What of the same parts is safely on the disk.
    pub safe: Vec<u8>,
    /// The connections that get the others, in the order of the file.
    pub connections: Vec<Connection>,
    /// Bytes a second that the transfer may move, if it has a limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// A connection that gets a part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// To whom.
    pub host: String,
    /// The first byte that it was asked for.
    pub from: u64,
    /// The next byte to come.
    pub at: u64,
    /// Where its part ends, if that is known.
    pub until: Option<u64>,
    /// Bytes a second, if they are known.
    pub rate: Option<u64>,
}

impl Segments {
    /// The map of a file of which `safe` is on the disk, and `here` has arrived.
    pub(crate) fn of(total: Option<u64>, here: &Ranges, safe: &Ranges) -> Self {
        let parts = |ranges| total.map(|total| parts(ranges, total)).unwrap_or_default();
        Self { total, beginning: safe.prefix(), here: parts(here), safe: parts(safe), ..Self::default() }
    }
}

/// How much of each part of a file of `total` bytes is in `ranges`, in percent. A part of which a byte is there
/// has at least one, and only what is there as a whole has a hundred.
fn parts(ranges: &Ranges, total: u64) -> Vec<u8> {
    let count = total.min(MOST);
    let mut ranges = ranges.iter().peekable();
    let part = |number: u64| {
        let end = bound(number + 1, count, total);
        let part = bound(number, count, total)..end;
        let mut held = 0;
        while let Some(range) = ranges.peek() {
            held += overlap(range, &part);
            if range.end > end {
                break;
            }
            ranges.next();
        }
        percent(held, part.end - part.start)
    };
    (0..count).map(part).collect()
}

/// Where a part begins.
fn bound(number: u64, count: u64, total: u64) -> u64 {
    let at = u128::from(total) * u128::from(number) / u128::from(count);
    u64::try_from(at).unwrap_or(total)
}

fn overlap(one: &Range<u64>, other: &Range<u64>) -> u64 {
    one.end.min(other.end).saturating_sub(one.start.max(other.start))
}

fn percent(held: u64, all: u64) -> u8 {
    match held {
        0 => 0,
        held if held >= all => 100,
        held => u8::try_from(u128::from(held) * 100 / u128::from(all)).unwrap_or(99).max(1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges(parts: &[Range<u64>]) -> Ranges {
        parts.iter().cloned().collect()
    }

    #[test]
    fn a_short_file_is_shown_byte_by_byte_and_a_long_one_in_equal_parts() {
        assert_eq!(parts(&ranges(&[0..1, 2..4]), 4), [100, 0, 100, 100]);
        let long = parts(&ranges(&[0..1000, 1500..2000]), 400_000);
        assert_eq!((long.len(), &long[..3]), (400, &[100, 50, 0][..]));
        assert!(parts(&Ranges::default(), 0).is_empty());
    }

    #[test]
    fn nothing_that_is_there_vanishes_and_nothing_is_whole_too_soon() {
        let total = u64::MAX;
        let almost = parts(&ranges(&[0..1, 2..total]), total);
        assert_eq!((almost[0], almost[399]), (99, 100));
        let last = parts(&ranges(&[5..6, total - 1..total]), total);
        assert_eq!((last[0], last[399]), (1, 1));
    }

    #[test]
    fn a_file_of_unknown_length_has_no_parts_and_still_a_beginning() {
        let held = Ranges::up_to(7);
        let map = Segments::of(None, &held, &held);
        assert_eq!((map.beginning, map.here.len(), map.total), (7, 0, None));
    }

    proptest! {
        #[test]
        fn a_part_holds_what_is_in_it(
            total in 1_u64..5000,
            held in proptest::collection::vec((0_u64..5000, 1_u64..900), 0..12),
        ) {
            let all: Ranges = held.iter().map(|(at, len)| *at.min(&total)..(at + len).min(total)).collect();
            let count = total.min(MOST);
            for (number, shown) in (0..count).zip(parts(&all, total)) {
                let part = bound(number, count, total)..bound(number + 1, count, total);
                let there = part.clone().filter(|at| all.iter().any(|range| range.contains(at))).count() as u64;
                prop_assert_eq!(shown, percent(there, part.end - part.start));
            }
        }
    }
}
