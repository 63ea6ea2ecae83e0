//! Which pieces of a file are wrong.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::sums::Sums;
use crate::transfer::Pieces;

/// Bytes that are read at once.
const BUFFER: u64 = 256 * 1024;

/// The pieces of `file`, which is `total` bytes long, that are not what they must be; in order.
///
/// # Errors
/// If the file cannot be read, or `stop` was set.
pub(super) fn wrong(
    file: &File,
    pieces: &Pieces,
    total: u64,
    stop: &AtomicBool,
) -> io::Result<Vec<Range<u64>>> {
    let mut wrong = Vec::new();
    let mut buffer = Vec::new();
    for (piece, value) in pieces.iter(total) {
        let mut sums = Sums::new([pieces.algorithm()]);
        let mut at = piece.start;
        while at < piece.end {
            if stop.load(Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = (piece.end - at).min(BUFFER);
            buffer.resize(usize::try_from(length).unwrap_or_default(), 0);
            file.read_exact_at(&mut buffer, at)?;
            sums.update(&buffer);
            at += length;
        }
        if sums.finish().first().map(crate::transfer::Checksum::value) != Some(value) {
            wrong.push(piece);
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::transfer::Algorithm;

    proptest! {
        #[test]
        fn exactly_the_pieces_are_found_whose_bytes_differ(
            content in prop::collection::vec(0_u8.., 1..500), length in 1_usize..100, changed in prop::collection::vec(0_usize..500, 0..4)
        ) {
            let values = content.chunks(length).flat_map(|piece| crc32fast::hash(piece).to_be_bytes());
            let pieces = Pieces::new(Algorithm::Crc32, length as u64, values.collect()).unwrap();
            let mut stored = content.clone();
            for at in changed {
                let at = at % stored.len();
                stored[at] ^= 1;
            }
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&stored).unwrap();
            let total = content.len() as u64;
            let found = wrong(&file, &pieces, total, &AtomicBool::new(false)).unwrap();
            let expected: Vec<_> = (0..content.len().div_ceil(length))
                .map(|index| index * length..((index + 1) * length).min(content.len()))
                .filter(|piece| stored[piece.clone()] != content[piece.clone()])
                .map(|piece| piece.start as u64..piece.end as u64)
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
