//! The tags that S3 gives to what it has stored as it came: the MD5 of an object that was sent at once, and of
//! one in parts the MD5 of those of the parts, and how many they were. Encrypted, they are something else, so a
//! tag that differs proves nothing.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_body_util::BodyExt as _;
use md5::{Digest as _, Md5};

use std::ops::Range;

use crate::attempt::{Limits, Outcome};
use crate::upload::desk::Desk;
use crate::upload::refusal::Trouble;
use crate::upload::source::Content;

/// The MD5 of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum([u8; 16]);

impl Sum {
    /// Whether `tag` says that it is of these bytes.
    pub(super) fn is(&self, tag: &str) -> bool {
        bare(tag).eq_ignore_ascii_case(&hex(&self.0))
    }

    /// As it stands in `Content-MD5` (RFC 1864).
    pub(super) fn in_header(&self) -> String {
        BASE64_STANDARD.encode(self.0)
    }
}

/// Whether `tag` is that of an object of these parts.
pub(super) fn is_of_parts(tag: &str, parts: &[Sum]) -> bool {
    let all: Vec<u8> = parts.iter().flat_map(|sum| sum.0).collect();
    bare(tag).eq_ignore_ascii_case(&format!("{}-{}", hex(&Md5::digest(all)), parts.len()))
}

/// Of how many parts an object with this tag was made, if the tag is a sum: 0 of one that was sent at once.
pub(super) fn counted(tag: &str) -> Option<u64> {
    let (sum, count) = bare(tag).split_once('-').unwrap_or((bare(tag), "0"));
    let is_sum = sum.len() == 32 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    count.parse().ok().filter(|_| is_sum)
}

/// What part `number` of a file of `size` bytes consists of, if each has `part` bytes; the first is 1.
pub(super) fn bytes_of(number: u64, part: u64, size: u64) -> Range<u64> {
    let start = number.saturating_sub(1).saturating_mul(part).min(size);
    start..start.saturating_add(part).min(size)
}

/// The sum of these bytes of the file.
///
/// # Errors
/// If they cannot be read, or it was told to stop.
pub(super) async fn of(desk: &Desk<'_>, range: Range<u64>) -> Result<Sum, Trouble> {
    let reading = async {
        let mut sum = Md5::new();
        let mut content = Content::open(vec![desk.part(range)], Limits::default()).await?;
        while let Some(frame) = content.frame().await {
            if let Ok(piece) = frame?.into_data() {
                sum.update(&piece);
            }
        }
        Ok(Sum(sum.finalize().into()))
    };
    tokio::select! {
        sum = reading => sum,
        () = desk.attempt.stop.cancelled() => Err(Outcome::Stopped.into()),
    }
}

fn bare(tag: &str) -> &str {
    tag.trim().trim_matches('"')
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_known_with_and_without_quotes() {
        let sum = Sum(Md5::digest("abc").into());
        assert!(sum.is("\"900150983cd24fb0d6963f7d28e17f72\"") && sum.is("900150983CD24FB0D6963F7D28E17F72"));
        assert!(!sum.is("\"900150983cd24fb0d6963f7d28e17f72-1\"") && !sum.is(""));
        assert_eq!(sum.in_header(), "kAFQmDzST7DWlj99KOF/cg==");
        // From `openssl md5 -binary | openssl md5`.
        assert!(is_of_parts("\"af5da9f45af7a300e3aded972f8ff687-1\"", &[sum]));
        assert!(!is_of_parts("\"af5da9f45af7a300e3aded972f8ff687\"", &[sum]));
    }

    proptest! {
        #[test]
        fn parts_are_all_of_the_file_and_nothing_twice(part in 1_u64..50, size in 1_u64..500) {
            let mut at = 0;
            for number in 1..=size.div_ceil(part) {
                let range = bytes_of(number, part, size);
                prop_assert!(range.start == at && range.end > at);
                at = range.end;
            }
            prop_assert_eq!(at, size);
            prop_assert!(bytes_of(size.div_ceil(part) + 1, part, size).is_empty());
        }
    }
}
