//! Lines of RON that carry their checksum, so that damage is seen: `VALUE // 5f3a0c21`.
//!
//! The checksum (CRC-32) finds accidents. It is no seal: whoever can write the line can write that too.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

/// A value as a line, with the line feed at its end.
///
/// # Errors
/// If it cannot be serialised, as with a path that is no text.
pub(crate) fn line(value: &impl Serialize) -> io::Result<String> {
    let mut text = ron::to_string(value).map_err(io::Error::other)?;
    let checksum = crc32fast::hash(text.as_bytes());
    writeln!(text, " // {checksum:08x}").map_err(io::Error::other)?;
    Ok(text)
}

/// The value of a line without its line feed, still as text; nothing if its checksum is not right.
pub(crate) fn text(line: &str) -> Option<&str> {
    let (text, checksum) = line.rsplit_once(" // ")?;
    let checksum = u32::from_str_radix(checksum, 16).ok()?;
    (crc32fast::hash(text.as_bytes()) == checksum).then_some(text)
}

/// A text with its checksum, for the fuzzer, which would not find it.
#[cfg(fuzzing)]
pub(crate) fn checked(text: &str) -> String {
    format!("{text} // {:08x}\n", crc32fast::hash(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_is_read_as_it_was_written_and_no_damage_goes_unseen(
            value in ".{0,40}", at in any::<prop::sample::Index>(), bit in 0_u8..7,
        ) {
            let written = line(&value).unwrap();
            let written = written.strip_suffix('\n').unwrap();
            prop_assert!(!written.contains('\n'));
            prop_assert_eq!(ron::from_str::<String>(text(written).unwrap()).unwrap(), value);
            let mut damaged = written.as_bytes().to_vec();
            let at = at.index(damaged.len());
            damaged[at] ^= 1 << bit;
            if let Ok(damaged) = std::str::from_utf8(&damaged) {
                // Large and small digits mean the same.
                prop_assume!(!damaged.eq_ignore_ascii_case(written) || at < written.len() - 8);
                prop_assert_eq!(text(damaged), None);
            }
        }
    }
}
