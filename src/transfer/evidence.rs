//! What shows that a part file is the one that it is taken for, also where it was copied to another computer.
//!
//! The bytes on the disk are cut into blocks, and each has its sum (BLAKE3). Of a part file that is a copy, the
//! blocks whose sums are right are gone on with, and the others are fetched anew: so a copy that is older, was
//! cut off or is another file costs time and nothing else. A part file that is still the very same file, by
//! its [identity](super::FileIdentity), is not read again.

use std::ops::Range;
use std::path::PathBuf;

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use serde::{Deserialize, Serialize};

use super::Ranges;

/// The least that a block has but for the last of a range, in bytes.
const LEAST: u64 = 8 * 1024 * 1024;
/// Blocks have twice as many bytes until there are no more of them than this, ranges apart.
const MOST: u64 = 2048;

/// A sum of BLAKE3.
pub(crate) type Sum = [u8; 32];

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where the complete file was to go when this was taken down.
    #[serde(with = "super::path")]
    pub(crate) path: PathBuf,
    /// The bytes that were safely on the disk.
    pub(crate) ranges: Ranges,
    /// How many bytes a block has.
    block: u64,
    /// What the blocks amount to, in order.
    sums: Sums,
}

/// Sums, written as one word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Sums(Vec<Sum>);

impl TryFrom<String> for Sums {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = BASE64_STANDARD_NO_PAD.decode(text).map_err(|_| "these are no sums")?;
        let (sums, []) = bytes.as_chunks() else { return Err("these are no sums") };
        Ok(Self(sums.to_vec()))
    }
}

impl From<Sums> for String {
    fn from(sums: Sums) -> Self {
        BASE64_STANDARD_NO_PAD.encode(sums.0.as_flattened())
    }
}

impl Evidence {
    /// What `sum` makes of each block of these ranges of the part file for `path`.
    ///
    /// # Errors
    /// Those of `sum`.
    pub(crate) fn take<E>(
        path: PathBuf,
        ranges: Ranges,
        sum: impl FnMut(Range<u64>) -> Result<Sum, E>,
    ) -> Result<Self, E> {
        let mut block = LEAST;
        while ranges.len() / block > MOST {
            block *= 2;
        }
        let sums = blocks(&ranges, block).map(sum).collect::<Result<_, _>>()?;
        Ok(Self { path, ranges, block, sums: Sums(sums) })
    }

    /// The blocks that are what they were, as `sum` finds them; nothing if a block is not there at all.
    ///
    /// # Errors
    /// Those of `sum`.
    pub(crate) fn proved<E>(
        &self,
        mut sum: impl FnMut(Range<u64>) -> Result<Option<Sum>, E>,
    ) -> Result<Ranges, E> {
        let mut proved = Ranges::default();
        for (block, known) in blocks(&self.ranges, self.block).zip(&self.sums.0) {
            if sum(block.clone())? == Some(*known) {
                proved.insert(block);
            }
        }
        Ok(proved)
    }

    /// Whether it holds together: there is something, and every block has its sum.
    pub(super) fn is_sound(&self) -> bool {
        let counts = self.ranges.iter().map(|range| (range.end - range.start).div_ceil(self.block.max(1)));
        let count = counts.fold(0_u64, u64::saturating_add);
        self.block >= LEAST && count > 0 && count == self.sums.0.len() as u64
    }
}

/// What these ranges are cut into.
fn blocks(ranges: &Ranges, block: u64) -> impl Iterator<Item = Range<u64>> {
    ranges.iter().flat_map(move |range| {
        let cut = move |at: &u64| at.checked_add(block).filter(|next| *next < range.end);
        let starts = std::iter::successors(Some(range.start), cut);
        starts.map(move |start| start..range.end.min(start.saturating_add(block)))
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn sum(block: &Range<u64>) -> Sum {
        *blake3::hash(format!("{block:?}").as_bytes()).as_bytes()
    }

    fn ranges() -> impl Strategy<Value = Ranges> {
        let range = (0..1_u64 << 40, 1..1_u64 << 30).prop_map(|(start, length)| start..start + length);
        prop::collection::vec(range, 1..20).prop_map(Ranges::from_iter)
    }

    proptest! {
        #[test]
        fn what_is_proved_is_what_was_taken_down_but_for_blocks_that_differ(
            ranges in ranges(), wrong in any::<prop::sample::Index>(),
        ) {
            let take = |block| Ok::<_, Infallible>(sum(&block));
            let evidence = Evidence::take("/a".into(), ranges.clone(), take).unwrap();
            prop_assert!(evidence.is_sound());
            let all = evidence.proved(|block| Ok::<_, Infallible>(Some(sum(&block)))).unwrap();
            prop_assert_eq!(&all, &ranges);
            let wrong = wrong.index(evidence.sums.0.len());
            let mut at = 0..;
            let some = evidence.proved(|block| {
                let is_wrong = at.next() == Some(wrong);
                Ok::<_, Infallible>(Some(sum(&block)).filter(|_| !is_wrong))
            });
            let lost = blocks(&ranges, evidence.block).nth(wrong).unwrap();
            let mut rest = ranges;
            rest.remove(lost);
            prop_assert_eq!(some.unwrap(), rest);
        }

        #[test]
        fn there_are_never_many_blocks_however_long_the_file_is(length in 1..u64::MAX) {
            let count = std::cell::Cell::new(0);
            let take = |_| { count.set(count.get() + 1); Ok::<_, Infallible>([0; 32]) };
            Evidence::take("/a".into(), Ranges::up_to(length), take).unwrap();
            prop_assert!(count.get() <= MOST + 1);
        }

        #[test]
        fn written_down_it_is_the_same_when_it_is_read(ranges in ranges()) {
            let take = |block| Ok::<_, Infallible>(sum(&block));
            let evidence = Evidence::take("/a".into(), ranges, take).unwrap();
            let read: Evidence = ron::from_str(&ron::to_string(&evidence).unwrap()).unwrap();
            prop_assert_eq!(read, evidence);
        }
    }

    #[test]
    fn evidence_with_a_sum_too_few_or_blocks_of_nothing_is_not_sound() {
        let evidence =
            Evidence::take("/a".into(), Ranges::up_to(9), |_| Ok::<_, Infallible>([1; 32])).unwrap();
        assert!(evidence.is_sound());
        assert!(!Evidence { sums: Sums(Vec::new()), ..evidence.clone() }.is_sound());
        assert!(!Evidence { block: 0, ..evidence.clone() }.is_sound());
        assert!(!Evidence { ranges: Ranges::up_to(u64::MAX), ..evidence }.is_sound());
    }
}
