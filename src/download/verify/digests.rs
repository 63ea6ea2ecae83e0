//! What a server says that a file amounts to. Pure: from the headers of an answer to checksums.
//!
//! Counted is only what is said of the whole file as it is: `Repr-Digest` (RFC 9530 §3) and `Digest`
//! (RFC 3230 §4.3.2) always, `Content-Digest` (RFC 9530 §2), `Content-MD5` (RFC 1864) and what stores of
//! objects say only with an answer that holds all of it; of a part they may mean the part, which is not
//! checked on its own. What is not well formed, and algorithms that are not known here, are passed over.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::{HeaderMap, header::CONTENT_ENCODING};

use crate::transfer::{Algorithm, Checksum};

/// Longest value that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// The checksums of the file that `headers` came with, each algorithm once; `is_whole` if the answer holds
/// all of the file.
pub(crate) fn stated(headers: &HeaderMap, is_whole: bool) -> Vec<Checksum> {
    let is_encoded = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    // What is packed on the way is summed up packed by some and unpacked by others.
    if is_encoded {
        return Vec::new();
    }
    let mut found = Vec::new();
    found.extend(text(headers, "repr-digest").as_deref().map(dictionary).unwrap_or_default());
    found.extend(text(headers, "digest").as_deref().map(instance_digest).unwrap_or_default());
    if is_whole {
        found.extend(text(headers, "content-digest").as_deref().map(dictionary).unwrap_or_default());
        found.extend(text(headers, "content-md5").and_then(|md5| from_base64(Algorithm::Md5, &md5)));
        found.extend(of_stores(headers));
    }
    let mut seen = Vec::new();
    found.retain(|checksum: &Checksum| {
        let is_new = !seen.contains(&checksum.algorithm());
        seen.push(checksum.algorithm());
        is_new
    });
    found
}

/// What Google's and Amazon's stores say in headers of their own.
fn of_stores(headers: &HeaderMap) -> Vec<Checksum> {
    let mut found = Vec::new();
    // What is stored packed and sent unpacked is summed up packed.
    let stored = text(headers, "x-goog-stored-content-encoding");
    if stored.is_none_or(|coding| coding.eq_ignore_ascii_case("identity")) {
        found.extend(text(headers, "x-goog-hash").as_deref().map(instance_digest).unwrap_or_default());
    }
    // Otherwise it is a sum of the sums of its parts.
    let kind = text(headers, "x-amz-checksum-type");
    if kind.is_none_or(|kind| kind.eq_ignore_ascii_case("full_object")) {
        let named = [
            ("x-amz-checksum-sha256", Algorithm::Sha256),
            ("x-amz-checksum-sha1", Algorithm::Sha1),
            ("x-amz-checksum-crc32", Algorithm::Crc32),
        ];
        found.extend(named.into_iter().filter_map(|(name, algorithm)| {
            text(headers, name).and_then(|value| from_base64(algorithm, &value))
        }));
    }
    found
}

/// A dictionary of byte sequences (RFC 9651 §3.2, §3.3.5): `sha-256=:BASE64:, md5=:BASE64:`. A field with
/// anything else in it is none of these, and passed over as a whole.
pub(crate) fn dictionary(text: &str) -> Vec<Checksum> {
    let mut found: Vec<Checksum> = Vec::new();
    for member in text.split(',') {
        let parts = || {
            let (key, value) = member.trim_matches([' ', '\t']).split_once('=')?;
            let (value, parameters) = value.strip_prefix(':')?.split_once(':')?;
            let is_key =
                key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.*".contains(&b));
            let ends = parameters.is_empty() || parameters.starts_with(';');
            // A text in quotes may hold a comma, which would have been taken for the end of the member.
            (is_key && !key.is_empty() && ends && !parameters.contains('"')).then_some((key, value))
        };
        let Some((key, value)) = parts() else { return Vec::new() };
        if let Some(checksum) = algorithm(key).and_then(|algorithm| from_base64(algorithm, value)) {
            // Of a key that stands twice the last one counts (RFC 9651 §3.2).
            found.retain(|earlier| earlier.algorithm() != checksum.algorithm());
            found.push(checksum);
        }
    }
    found
}

/// A list of `ALGORITHM=BASE64` (RFC 3230 §4.3.2).
pub(crate) fn instance_digest(text: &str) -> Vec<Checksum> {
    let members = text.split(',').filter_map(|member| member.trim().split_once('='));
    members.filter_map(|(key, value)| from_base64(algorithm(key)?, value)).collect()
}

/// The algorithm that a registry calls so (RFC 9530 §7.2, RFC 5843 §3); BLAKE3 is in none.
fn algorithm(key: &str) -> Option<Algorithm> {
    Some(match key.to_ascii_lowercase().as_str() {
        "sha-512" => Algorithm::Sha512,
        "sha-384" => Algorithm::Sha384,
        "sha-256" => Algorithm::Sha256,
        "sha" => Algorithm::Sha1,
        "md5" => Algorithm::Md5,
        _ => return None,
    })
}

fn from_base64(algorithm: Algorithm, text: &str) -> Option<Checksum> {
    Checksum::new(algorithm, BASE64_STANDARD.decode(text.trim()).ok()?)
}

/// All values of a header as one (RFC 9110 §5.3).
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Option<Vec<_>> = headers.get_all(name).iter().map(|value| value.to_str().ok()).collect();
    let joined = values?.join(", ");
    (!joined.is_empty() && joined.len() <= LONGEST).then_some(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of `{"hello": "world"}` and a line's end, as RFC 9530 appendix B has it.
    const SHA256: &str = "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn names(found: &[Checksum]) -> Vec<&'static str> {
        found.iter().map(|checksum| checksum.algorithm().name()).collect()
    }

    #[test]
    fn the_digest_of_the_whole_file_counts_with_every_part_of_it() {
        let said = format!("sha-256=:{SHA256}:");
        let found = stated(&headers(&[("repr-digest", &said)]), false);
        assert_eq!(found[0].hex(), "44aff4ab2d7c3250525675a08f0cfa9591168cffe51791c5f5bbc417c15a6c38");
        let old = stated(&headers(&[("digest", &format!("SHA-256={SHA256},UNIXsum=30637"))]), false);
        assert_eq!(old, found);
    }

    #[test]
    fn what_is_said_of_a_part_is_not_taken_for_the_whole() {
        let (digest, amazon) = (format!("sha-256=:{SHA256}:"), format!("{SHA256}-2"));
        let said = [
            ("content-digest", digest.as_str()),
            ("content-md5", "rL0Y20zC+Fzt72VPzMSk2A=="),
            ("x-amz-checksum-sha1", "C+7Hteo/D9vJXQ3UfzxbwnXaijM="),
            ("x-amz-checksum-sha256", &amazon),
        ];
        assert!(stated(&headers(&said), false).is_empty());
        assert_eq!(names(&stated(&headers(&said), true)), ["sha-256", "md5", "sha-1"]);
        let mut composed = said.to_vec();
        composed.push(("x-amz-checksum-type", "COMPOSITE"));
        assert_eq!(names(&stated(&headers(&composed), true)), ["sha-256", "md5"]);
    }

    #[test]
    fn what_was_packed_on_the_way_is_not_compared() {
        let said = format!("sha-256=:{SHA256}:");
        let packed = headers(&[("repr-digest", &said), ("content-encoding", "gzip")]);
        assert!(stated(&packed, true).is_empty());
        let google = [("x-goog-hash", "crc32c=AAAAAA==,md5=rL0Y20zC+Fzt72VPzMSk2A==")];
        assert_eq!(names(&stated(&headers(&google), true)), ["md5"]);
        let mut unpacked = google.to_vec();
        unpacked.push(("x-goog-stored-content-encoding", "gzip"));
        assert!(stated(&headers(&unpacked), true).is_empty());
    }

    #[test]
    fn a_field_that_is_no_dictionary_of_bytes_says_nothing() {
        let good = format!("sha-256=:{SHA256}:;a=1, md5=:AAAAAAAAAAAAAAAAAAAAAA==:,unknown=::");
        assert_eq!(names(&dictionary(&good)), ["sha-256", "md5"]);
        for bad in [
            format!("sha-256={SHA256}"),
            format!("sha-256=:{SHA256}"),
            format!("sha-256=:{SHA256}:, x=\"a,b\""),
            format!("sha-256=:{SHA256}:x"),
            format!("SHA-256=:{SHA256}:"),
            format!("=:{SHA256}:"),
            "sha-256".to_owned(),
            "sha-256=:AAAA:".to_owned(),
            String::new(),
        ] {
            assert!(dictionary(&bad).is_empty(), "{bad}");
        }
    }

    #[test]
    fn of_two_headers_for_one_algorithm_the_newer_kind_counts() {
        let said = format!("sha-256=:{SHA256}:");
        let other = "sha-256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let found = stated(&headers(&[("digest", other), ("repr-digest", &said)]), true);
        assert_eq!(found.len(), 1);
        assert!(found[0].hex().starts_with("44aff4"));
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(text in "[ -~]{0,120}") {
            for found in [dictionary(&text), instance_digest(&text)].concat() {
                prop_assert_eq!(found.value().len(), found.algorithm().length());
            }
        }

        #[test]
        fn what_is_said_well_is_understood(value in prop::array::uniform32(0_u8..), space in "[ \t]{0,3}") {
            let said = format!("x=:AA==:,{space}sha-256=:{}:{space}", BASE64_STANDARD.encode(value));
            let found = dictionary(&said);
            prop_assert_eq!(found[0].value(), &value[..]);
        }
    }
}
