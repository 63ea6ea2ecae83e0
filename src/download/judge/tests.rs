use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const TAG: &str = "\"v1\"";

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap()))
        .collect()
}

fn asked(offset: u64) -> Asked {
    Asked { offset, end: None, version: Some(Validator::ETag(TAG.into())), total: Some(100) }
}

fn refused(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refuse(_))
}

#[test]
fn a_fresh_whole_answer_is_written_from_the_first_byte() {
    let verdict = judge(
        &Asked::default(),
        200,
        &headers(&[("content-length", "100"), ("etag", TAG), ("accept-ranges", "bytes")]),
    );
    let version = Some(Validator::ETag(TAG.into()));
    assert_eq!(
        verdict,
        Verdict::Write(Grant {
            offset: 0,
            length: Some(100),
            total: Some(100),
            version,
            resumable: true,
            splittable: false
        })
    );
}

#[test]
fn a_range_answered_with_200_is_never_written_behind_byte_zero() {
    let verdict = judge(&asked(50), 200, &headers(&[("content-length", "100"), ("etag", TAG)]));
    assert!(matches!(verdict, Verdict::Write(Grant { offset: 0, .. })));
}

#[test]
fn only_exactly_the_part_that_was_asked_for_is_written() {
    let fine = judge(&asked(50), 206, &headers(&[("content-range", "bytes 50-99/100"), ("etag", TAG)]));
    assert!(matches!(fine, Verdict::Write(Grant { offset: 50, length: Some(50), .. })));
    for range in [
        "bytes 0-99/100",
        "bytes 49-99/100",
        "bytes 51-99/100",
        "bytes 50-100/100",
        "bytes 50-49/100",
        "items 50-99/100",
        "bytes 50-99",
        "bytes */100",
        "bytes +50-99/100",
        "bytes 50-18446744073709551615/*",
        "",
    ] {
        let verdict = judge(&asked(50), 206, &headers(&[("content-range", range), ("etag", TAG)]));
        assert!(refused(&verdict), "{range}: {verdict:?}");
    }
    assert!(refused(&judge(&asked(50), 206, &headers(&[("etag", TAG)]))));
    let twice = headers(&[("content-range", "bytes 50-99/100"), ("content-range", "bytes 50-99/100")]);
    let mut doubled = twice.clone();
    doubled.append("content-range", HeaderValue::from_static("bytes 50-99/100"));
    assert!(refused(&judge(&asked(50), 206, &doubled)));
    let multipart = headers(&[("content-type", "multipart/byteranges; boundary=x")]);
    assert!(refused(&judge(&asked(50), 206, &multipart)));
}

#[test]
fn less_than_asked_for_is_taken_and_the_rest_asked_again() {
    let verdict = judge(&asked(50), 206, &headers(&[("content-range", "bytes 50-59/100"), ("etag", TAG)]));
    assert!(matches!(verdict, Verdict::Write(Grant { offset: 50, length: Some(10), .. })));
}

#[test]
fn a_part_of_another_version_or_another_length_is_not_mixed_in() {
    for lines in [
        [("content-range", "bytes 50-99/100"), ("etag", "\"v2\"")],
        [("content-range", "bytes 50-199/200"), ("etag", TAG)],
        [("content-range", "bytes 50-99/100"), ("etag", "W/\"v1\"")],
    ] {
        let verdict = judge(&asked(50), 206, &headers(&lines));
        // A weak tag says nothing; the server has promised with its 206 that If-Range matched.
        if lines[1].1.starts_with('W') {
            assert!(matches!(verdict, Verdict::Write(_)));
        } else {
            assert_eq!(verdict, Verdict::StartOver, "{lines:?}");
        }
    }
}

#[test]
fn nothing_more_is_complete_only_at_exactly_the_known_length() {
    let at_end = Asked { offset: 100, ..asked(0) };
    let range = |text| headers(&[("content-range", text)]);
    assert_eq!(judge(&at_end, 416, &range("bytes */100")), Verdict::Complete { total: 100 });
    assert_eq!(judge(&at_end, 416, &range("bytes */90")), Verdict::StartOver);
    assert_eq!(judge(&at_end, 416, &HeaderMap::new()), Verdict::StartOver);
    assert_eq!(judge(&Asked::default(), 416, &range("bytes */0")), Verdict::Complete { total: 0 });
    assert!(refused(&judge(&Asked::default(), 416, &range("bytes */9"))));
}

#[test]
fn only_200_203_and_206_carry_a_file() {
    for status in (100..=599).filter(|status| ![200, 203, 206].contains(status)) {
        let verdict = judge(&Asked::default(), status, &headers(&[("content-length", "5")]));
        assert!(refused(&verdict), "{status}");
    }
}

#[test]
fn a_weak_or_fresh_validator_does_not_make_it_resumable() {
    let now = "Fri, 20 Nov 2026 12:00:00 GMT";
    for (validator, value, resumable) in [
        ("etag", TAG, true),
        ("etag", "W/\"v1\"", false),
        ("etag", "v1", false),
        ("last-modified", "Fri, 20 Nov 2026 11:00:00 GMT", true),
        ("last-modified", "Fri, 20 Nov 2026 11:59:30 GMT", false),
        ("last-modified", "yesterday", false),
    ] {
        let lines = [("date", now), ("content-length", "5"), ("accept-ranges", "bytes"), (validator, value)];
        match judge(&Asked::default(), 200, &headers(&lines)) {
            Verdict::Write(grant) => assert_eq!(grant.resumable, resumable, "{value}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_compressed_on_the_way_is_not_stored_under_its_plain_name() {
    let lines = [("content-encoding", "gzip"), ("content-type", "text/plain"), ("content-length", "5")];
    assert!(refused(&judge(&Asked::default(), 200, &headers(&lines))));
    let lines = [("content-encoding", "gzip"), ("content-type", "application/gzip"), ("content-length", "5")];
    match judge(&Asked::default(), 200, &headers(&lines)) {
        Verdict::Write(grant) => assert!(!grant.resumable),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn whatever_the_server_says_bytes_go_to_the_first_place_or_the_place_asked_for(
        offset in 0_u64..200,
        status in prop::sample::select(vec![200_u16, 203, 206, 206, 206, 416, 404]),
        range in "bytes [0-9]{1,3}-[0-9]{1,3}/([0-9]{1,3}|\\*)|\\PC{0,20}",
        length in "[0-9]{0,4}",
        tag in prop::sample::select(vec!["\"v1\"", "\"v2\"", "W/\"v1\"", ""]),
    ) {
        let mut map = HeaderMap::new();
        for (name, value) in [("content-range", &range), ("content-length", &length), ("etag", &tag.to_owned())] {
            if let Ok(value) = HeaderValue::try_from(value.as_str()) {
                map.insert(HeaderName::try_from(name).unwrap(), value);
            }
        }
        let asked = Asked { offset, ..asked(0) };
        if let Verdict::Write(grant) = judge(&asked, status, &map) {
            prop_assert!(grant.offset == 0 || grant.offset == offset);
            if grant.offset > 0 {
                prop_assert_eq!(status, 206);
                prop_assert_eq!(grant.total, Some(100));
                prop_assert!(grant.length.is_some_and(|length| grant.offset + length <= 100));
            }
        }
    }
}
