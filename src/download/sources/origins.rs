//! Which source brought which bytes of a file, and who is to blame for wrong ones. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::transfer::Ranges;

/// See the module. Of bytes that were there before, it is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(BTreeMap<usize, Ranges>);

/// Who is to blame for wrong pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blame {
    /// These have surely brought wrong bytes.
    pub wrong: BTreeSet<usize>,
    /// Whether there are pieces that none of these explains.
    pub is_unclear: bool,
}

impl Origins {
    /// These bytes came from this source.
    pub(crate) fn insert(&mut self, source: usize, range: Range<u64>) {
        self.0.entry(source).or_default().insert(range);
    }

    /// These bytes are to come once more.
    pub(crate) fn forget(&mut self, range: &Range<u64>) {
        for ranges in self.0.values_mut() {
            ranges.remove(range.clone());
        }
    }

    /// The source that brought all of this.
    pub(crate) fn only(&self, range: &Range<u64>) -> Option<usize> {
        let length = range.end.saturating_sub(range.start);
        self.of(range).find(|(_, bytes)| *bytes == length).map(|(source, _)| source)
    }

    /// Who is to blame that these pieces are wrong: whoever brought one of them alone surely is. One that
    /// several have brought is explained if one of those is found guilty elsewhere.
    pub(crate) fn blame(&self, pieces: &[Range<u64>]) -> Blame {
        let wrong: BTreeSet<_> = pieces.iter().filter_map(|piece| self.only(piece)).collect();
        let is_clear = |piece| self.of(piece).any(|(source, _)| wrong.contains(&source));
        let is_unclear = !pieces.iter().all(is_clear);
        Blame { wrong, is_unclear }
    }

    /// Who brought some of this, and how many bytes.
    fn of(&self, range: &Range<u64>) -> impl Iterator<Item = (usize, u64)> {
        let within = |part: Range<u64>| part.end.min(range.end).saturating_sub(part.start.max(range.start));
        self.0.iter().filter_map(move |(source, ranges)| {
            let bytes = ranges.iter().map(within).sum();
            (bytes > 0).then_some((*source, bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: usize = 60;

    /// The same kept byte by byte.
    fn modelled(brought: &[(usize, usize, usize)]) -> (Origins, Vec<Option<usize>>) {
        let (mut origins, mut bytes) = (Origins::default(), vec![None; SIZE]);
        for &(source, at, length) in brought {
            let end = (at + length).min(SIZE);
            // What was taken in once is not taken in again.
            for (byte, known) in bytes.iter_mut().enumerate().take(end).skip(at) {
                if known.is_none() {
                    origins.insert(source, byte as u64..byte as u64 + 1);
                    *known = Some(source);
                }
            }
        }
        (origins, bytes)
    }

    proptest! {
        #[test]
        fn blamed_is_exactly_who_brought_a_wrong_piece_alone(
            brought in prop::collection::vec((0_usize..4, 0_usize..SIZE, 1_usize..30), 0..12),
            forgotten in prop::option::of((0_usize..SIZE, 1_usize..20)),
            wrong in prop::collection::btree_set(0_usize..6, 0..6),
        ) {
            let (mut origins, mut bytes) = modelled(&brought);
            if let Some((at, length)) = forgotten {
                let end = (at + length).min(SIZE);
                origins.forget(&(at as u64..end as u64));
                bytes[at..end].fill(None);
            }
            let pieces: Vec<_> = wrong.iter().map(|piece| piece * 10..piece * 10 + 10).collect();
            let alone = |piece: &Range<usize>| {
                let first = bytes[piece.start]?;
                bytes[piece.clone()].iter().all(|source| *source == Some(first)).then_some(first)
            };
            let guilty: BTreeSet<_> = pieces.iter().filter_map(alone).collect();
            let is_clear = |piece: &Range<usize>| {
                bytes[piece.clone()].iter().flatten().any(|source| guilty.contains(source))
            };
            let is_unclear = !pieces.iter().all(is_clear);
            let asked: Vec<_> = pieces.iter().map(|piece| piece.start as u64..piece.end as u64).collect();
            prop_assert_eq!(origins.blame(&asked), Blame { wrong: guilty, is_unclear });
        }
    }

    #[test]
    fn bytes_that_were_there_before_are_nobodys_fault() {
        let mut origins = Origins::default();
        origins.insert(1, 5..10);
        assert_eq!(origins.only(&(5..10)), Some(1));
        assert_eq!(origins.only(&(0..10)), None);
        let piece = 0..10;
        assert_eq!(
            origins.blame(std::slice::from_ref(&piece)),
            Blame { wrong: BTreeSet::new(), is_unclear: true }
        );
    }
}
