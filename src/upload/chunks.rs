//! How much of a file goes into one request: everything, until something shows that less is better. Pure.
//!
//! A proxy that keeps what comes until all of it is there loses all of it in a cut; that shows when the
//! server has nothing new although much was sent. Others refuse large bodies. What was learned is part of
//! the record of the upload.

use std::ops::Range;
use std::time::Duration;

use crate::transfer::Chunks;

/// So much sent in vain shows that it was too much at once, and so much is tried next.
const MUCH: u64 = 8 * 1024 * 1024;
/// As much as a server is offered that has refused more.
const OFFER: u64 = 64 * 1024 * 1024;
/// Nothing is sent in smaller pieces.
const LEAST: u64 = 256 * 1024;
/// Nor learned pieces in larger ones.
const LARGEST: u64 = 1024 * 1024 * 1024;
/// A piece that took no longer than this may be twice as large the next time.
const QUICK: Duration = Duration::from_secs(5);

impl Chunks {
    /// What of these missing bytes goes into one request.
    pub(super) fn span(&self, missing: Range<u64>) -> Range<u64> {
        let size = self.size.unwrap_or(u64::MAX).min(self.most.unwrap_or(u64::MAX));
        missing.start..missing.end.min(missing.start.saturating_add(size))
    }

    /// The server does not take so many bytes at once. False if there is no smaller piece.
    pub(super) fn refused(&mut self, bytes: u64) -> bool {
        let smaller = (bytes / 2).min(OFFER);
        if smaller >= LEAST {
            self.most = Some(smaller);
        }
        smaller >= LEAST
    }

    /// A request that began at `from` broke off after so many bytes.
    pub(super) fn broke(&mut self, from: u64, bytes: u64) {
        if bytes >= MUCH {
            self.cut = Some(from);
        }
    }

    /// The server has everything before `offset`.
    pub(super) fn found(&mut self, offset: u64) {
        if self.cut.take() == Some(offset) {
            self.size = Some(self.size.map_or(MUCH, |size| size / 2).max(LEAST));
        }
    }

    /// What stands before the server may not pass on all of a request.
    pub(super) fn stay_small(&mut self) {
        self.size = Some(self.size.map_or(MUCH, |size| size.min(MUCH)));
    }

    /// Of a request with more, so many bytes got there.
    pub(super) fn passed(&mut self, bytes: u64) {
        let size = bytes.max(LEAST);
        self.size = Some(self.size.map_or(size, |known| known.min(size)));
    }

    /// Whole pieces of the size that was learned go through in so short a time that larger ones do no harm.
    pub(super) fn took(&mut self, bytes: u64, time: Duration) {
        if let Some(size) = self.size.as_mut().filter(|size| bytes >= **size && time < QUICK) {
            *size = size.saturating_mul(2).min(LARGEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn everything_goes_into_one_request_until_much_was_sent_in_vain() {
        let mut chunks = Chunks::default();
        assert_eq!(chunks.span(5..u64::MAX), 5..u64::MAX);
        chunks.broke(100, MUCH - 1);
        chunks.found(100);
        assert_eq!(chunks, Chunks::default(), "little was sent");
        chunks.broke(100, MUCH);
        chunks.found(101);
        assert_eq!(chunks, Chunks::default(), "something has come");
        chunks.broke(100, MUCH);
        chunks.found(100);
        assert_eq!(chunks.span(100..u64::MAX), 100..100 + 8 * MIB);
        chunks.found(100);
        assert_eq!(chunks.size, Some(8 * MIB), "one cut is one lesson");
    }

    #[test]
    fn pieces_that_are_quickly_through_grow_and_are_halved_by_a_cut() {
        let mut chunks = Chunks { size: Some(8 * MIB), ..Chunks::default() };
        chunks.took(8 * MIB, Duration::from_secs(1));
        assert_eq!(chunks.size, Some(16 * MIB));
        chunks.took(3 * MIB, Duration::from_secs(1));
        chunks.took(16 * MIB, QUICK);
        assert_eq!(chunks.size, Some(16 * MIB), "the rest, or a slow one, says nothing");
        chunks.broke(0, 12 * MIB);
        chunks.found(0);
        assert_eq!(chunks.size, Some(8 * MIB));
    }

    #[test]
    fn where_not_all_of_a_request_gets_through_the_next_is_as_large_as_what_did() {
        let mut chunks = Chunks::default();
        chunks.stay_small();
        assert_eq!(chunks.size, Some(8 * MIB));
        chunks.passed(6 * MIB);
        chunks.stay_small();
        assert_eq!(chunks.size, Some(6 * MIB));
        chunks.passed(1);
        assert_eq!(chunks.size, Some(LEAST));
    }

    #[test]
    fn a_server_that_takes_less_gets_less_also_when_pieces_grow() {
        let mut chunks = Chunks::default();
        assert!(chunks.refused(1000 * MIB));
        assert_eq!(chunks.span(0..1000 * MIB), 0..64 * MIB);
        assert!(chunks.refused(64 * MIB));
        chunks.size = Some(16 * MIB);
        for _ in 0..9 {
            chunks.took(u64::MAX, Duration::ZERO);
        }
        assert_eq!(chunks.span(0..1000 * MIB), 0..32 * MIB);
        assert!(!Chunks::default().refused(LEAST));
    }

    proptest! {
        #[test]
        fn a_piece_is_the_beginning_of_what_is_missing_and_never_empty(
            size in prop::option::of(1..u64::MAX), most in prop::option::of(1..u64::MAX),
            start in 0..u64::MAX - 1, length in 1..u64::MAX,
        ) {
            let missing = start..start.saturating_add(length);
            let span = Chunks { size, most, cut: None }.span(missing.clone());
            prop_assert_eq!(span.start, missing.start);
            prop_assert!(!span.is_empty() && span.end <= missing.end);
        }
    }
}
