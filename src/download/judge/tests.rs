use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::{judge as judge_named, *};

const TAG: &str = "\"v1\"";

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap()))
        .collect()
}

/// For the rest of a file of 100 bytes, of which some are on the disk.
fn asked(offset: u64) -> Asked {
    let version = Some(Validator::ETag(TAG.into()));
    Asked { offset, held: true, version, total: Some(100), no_page: true, ..Asked::default() }
}

fn judge(asked: &Asked, status: u16, headers: &HeaderMap) -> Verdict {
    judge_named(asked, "file.dat", status, headers)
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
            ..Grant::default()
        })
    );
}

#[test]
fn a_range_answered_with_200_is_never_written_behind_byte_zero() {
    let verdict = judge(&asked(50), 200, &headers(&[("content-length", "100"), ("etag", TAG)]));
    assert!(matches!(verdict, Verdict::Write(Grant { offset: 0, .. })));
}

#[test]
fn another_server_must_say_the_same_length_and_may_name_the_version_as_it_likes() {
    let first = Asked { version: None, elsewhere: true, ..asked(50) };
    let part = |range, tag| headers(&[("content-range", range), ("etag", tag)]);
    let verdict = judge(&first, 206, &part("bytes 50-99/100", "\"other\""));
    let Verdict::Write(Grant { version, .. }) = verdict else { panic!("{verdict:?}") };
    assert_eq!(version, Some(Validator::ETag("\"other\"".into())));
    for range in ["bytes 50-99/*", "bytes 50-99/101"] {
        assert!(!matches!(judge(&first, 206, &part(range, TAG)), Verdict::Write(_)), "{range}");
    }
    let later = Asked { version, ..first };
    assert!(matches!(judge(&later, 206, &part("bytes 50-99/100", "\"other\"")), Verdict::Write(_)));
    assert!(matches!(judge(&later, 206, &part("bytes 50-99/100", TAG)), Verdict::Changed(_)));
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

const OLD: &str = "Fri, 20 Nov 2026 11:00:00 GMT";
const OLDER: &str = "Fri, 20 Nov 2026 10:00:00 GMT";
const NOW: &str = "Fri, 20 Nov 2026 12:00:00 GMT";

#[test]
fn a_part_of_another_version_or_another_length_is_not_mixed_in() {
    let part =
        |range: &str, tag: &str| judge(&asked(50), 206, &headers(&[("content-range", range), ("etag", tag)]));
    assert!(matches!(part("bytes 50-99/100", "\"v2\""), Verdict::Changed(Some(_))));
    assert_eq!(part("bytes 50-199/200", TAG), Verdict::Changed(None));
    // A weak tag says nothing; the server has promised with its 206 that If-Range matched.
    assert!(matches!(part("bytes 50-99/100", "W/\"v1\""), Verdict::Write(_)));
}

#[test]
fn bytes_of_another_version_are_not_mixed_in_at_the_first_byte_either() {
    let lines = [("content-length", "100"), ("etag", "\"v2\"")];
    assert!(matches!(judge(&asked(0), 200, &headers(&lines)), Verdict::Changed(Some(_))));
    let lines = [("content-range", "bytes 0-99/100"), ("etag", "\"v2\"")];
    assert!(matches!(judge(&asked(0), 206, &headers(&lines)), Verdict::Changed(Some(_))));
}

#[test]
fn a_file_of_another_name_that_is_as_old_and_as_long_as_before_is_compared_byte_by_byte() {
    let known = Asked { modified: Some(OLD.into()), ..asked(50) };
    for (modified, part) in [(OLD, true), (OLDER, false)] {
        let lines = [("etag", "\"v2\""), ("last-modified", modified), ("date", NOW)];
        let whole = headers(&[&lines[..], &[("content-length", "100")]].concat());
        let rest = headers(&[&lines[..], &[("content-range", "bytes 50-99/100")]].concat());
        if part {
            assert_eq!(judge(&known, 200, &whole), Verdict::Distrust);
            match judge(&known, 206, &rest) {
                Verdict::Write(grant) => assert!(grant.version.is_none() && !grant.splittable),
                other => panic!("{other:?}"),
            }
        } else {
            assert_eq!(judge(&known, 200, &whole), Verdict::Changed(None));
            assert_eq!(judge(&known, 206, &rest), Verdict::Changed(None));
        }
    }
}

#[test]
fn bytes_without_a_name_get_none_later() {
    let unnamed = Asked { version: None, ..asked(50) };
    match judge(&unnamed, 206, &headers(&[("content-range", "bytes 50-99/100"), ("etag", TAG)])) {
        Verdict::Write(grant) => {
            assert!(grant.version.is_none() && !grant.splittable && grant.within() == 100);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_in_place_of_a_file_is_told_from_a_file_that_changed() {
    let page = headers(&[("content-type", "text/HTML; charset=utf-8"), ("content-length", "100")]);
    assert_eq!(judge(&asked(50), 200, &page), Verdict::Page);
    let of_page = Asked { no_page: false, ..asked(50) };
    assert!(matches!(judge(&of_page, 200, &page), Verdict::Changed(_)));
}

#[test]
fn a_length_said_twice_is_one_and_two_lengths_are_none() {
    for (lengths, fine) in [
        (vec!["5"], true),
        (vec!["5", "5"], true),
        (vec!["5, 5"], true),
        (vec!["5", "6"], false),
        (vec!["5,6"], false),
        (vec![""], false),
        (vec!["+5"], false),
        (vec!["-5"], false),
        (vec!["0x5"], false),
        (vec!["18446744073709551616"], false),
    ] {
        let lines: Vec<_> = lengths.iter().map(|length| ("content-length", *length)).collect();
        let verdict = judge(&Asked::default(), 200, &headers(&lines));
        assert_eq!(
            matches!(verdict, Verdict::Write(Grant { length: Some(5), .. })),
            fine,
            "{lengths:?}: {verdict:?}"
        );
        assert_eq!(refused(&verdict), !fine, "{lengths:?}");
    }
}

#[test]
fn a_body_framed_in_two_ways_or_in_a_strange_one_is_refused() {
    let framed = |lines: &[(&str, &str)]| judge(&Asked::default(), 200, &headers(lines));
    assert!(matches!(
        framed(&[("transfer-encoding", "Chunked")]),
        Verdict::Write(Grant { length: None, .. })
    ));
    for coding in ["gzip, chunked", "identity", "chunked, chunked", "xchunked", ""] {
        assert!(refused(&framed(&[("transfer-encoding", coding)])), "{coding}");
    }
    assert!(refused(&framed(&[("transfer-encoding", "chunked"), ("content-length", "5")])));
    assert!(refused(&framed(&[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")])));
}

#[test]
fn nothing_more_is_complete_only_at_exactly_the_known_length() {
    let at_end = Asked { total: None, ..asked(100) };
    let range = |text| headers(&[("content-range", text)]);
    assert_eq!(judge(&at_end, 416, &range("bytes */100")), Verdict::Complete { total: 100 });
    assert_eq!(judge(&at_end, 416, &range("bytes */90")), Verdict::StartOver);
    assert_eq!(judge(&asked(50), 416, &range("bytes */90")), Verdict::Changed(None));
    assert_eq!(judge(&asked(50), 416, &range("bytes */100")), Verdict::StartOver);
    assert_eq!(judge(&asked(50), 416, &HeaderMap::new()), Verdict::StartOver);
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
fn what_has_no_name_that_holds_comes_over_one_connection() {
    for (validator, value, strong) in [
        ("etag", TAG, true),
        ("etag", "W/\"v1\"", false),
        ("etag", "v1", false),
        ("last-modified", "Fri, 20 Nov 2026 11:00:00 GMT", true),
        ("last-modified", "Fri, 20 Nov 2026 11:59:30 GMT", false),
        ("last-modified", "yesterday", false),
    ] {
        let lines = [("date", NOW), ("content-range", "bytes 0-4/5"), (validator, value)];
        match judge(&Asked::default(), 206, &headers(&lines)) {
            Verdict::Write(grant) => {
                assert_eq!((grant.splittable, grant.version.is_some()), (strong, strong), "{value}");
                assert!(grant.resumable, "its bytes can be compared");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_compressed_on_the_way_is_not_stored_under_its_plain_name() {
    for (coding, name, kind, fine) in [
        ("gzip", "a.txt", "text/plain", false),
        ("gzip", "a.bin", "application/octet-stream", false),
        ("br", "a", "", false),
        ("gzip, identity", "a.txt", "text/plain", false),
        ("gzip", "a.tar.gz", "application/octet-stream", true),
        ("gzip", "a", "application/gzip", true),
        ("identity", "a.txt", "text/plain", true),
    ] {
        let lines = [
            ("content-encoding", coding),
            ("content-type", kind),
            ("content-length", "5"),
            ("accept-ranges", "bytes"),
        ];
        let verdict = judge_named(&Asked::default(), name, 200, &headers(&lines));
        match verdict {
            Verdict::Write(grant) => {
                assert!(fine && grant.resumable == (coding == "identity"), "{name} {coding}");
            }
            other => assert!(!fine && refused(&other), "{name} {coding}: {other:?}"),
        }
    }
}

/// Headers that a server might send, more often nearly right than random ones would be.
fn sent() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let text = |words: &[&str]| {
        prop::sample::select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    };
    let header = prop_oneof![
        3 => ("bytes [0-9]{1,3}-[0-9]{1,3}/([0-9]{1,3}|\\*)|bytes \\*/[0-9]{1,3}|\\PC{0,20}").prop_map(|range| ("content-range", range)),
        2 => "[0-9]{0,4}|-1|5, 5".prop_map(|length| ("content-length", length)),
        2 => text(&["\"v1\"", "\"v2\"", "W/\"v1\"", "", "v1"]).prop_map(|tag| ("etag", tag)),
        1 => text(&[OLD, OLDER, NOW, "never"]).prop_map(|date| ("last-modified", date)),
        1 => text(&[NOW, "now"]).prop_map(|date| ("date", date)),
        1 => text(&["text/html", "multipart/byteranges", "a/b"]).prop_map(|kind| ("content-type", kind)),
        1 => text(&["gzip", "identity"]).prop_map(|coding| ("content-encoding", coding)),
        1 => text(&["chunked", "gzip"]).prop_map(|coding| ("transfer-encoding", coding)),
        1 => text(&["bytes", "none"]).prop_map(|unit| ("accept-ranges", unit)),
    ];
    prop::collection::vec(header, 0..8)
}

fn question() -> impl Strategy<Value = Asked> {
    let version = prop::sample::select(vec![
        None,
        Some(Validator::ETag(TAG.into())),
        Some(Validator::LastModified(OLD.into())),
    ]);
    let modified = prop::sample::select(vec![None, Some(OLD.to_owned())]);
    let question = (
        0..200_u64,
        prop::option::of(1..100_u64),
        version,
        modified,
        prop::option::of(0..300_u64),
        any::<bool>(),
        any::<bool>(),
    );
    question.prop_map(|(offset, length, version, modified, total, no_page, elsewhere)| Asked {
        offset,
        end: length.map(|length| offset + length),
        held: true,
        version,
        modified,
        total,
        no_page,
        elsewhere,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_the_server_says_nothing_is_granted_but_what_was_asked_for(
        known in question(),
        fresh in prop::bool::weighted(0.2),
        status in prop::sample::select(vec![200_u16, 203, 206, 206, 206, 416, 404]),
        sent in sent(),
    ) {
        let asked = if fresh { Asked::default() } else { known };
        let mut map = HeaderMap::new();
        for (name, value) in &sent {
            if let Ok(value) = HeaderValue::try_from(value.as_str()) {
                map.append(HeaderName::try_from(*name).unwrap(), value);
            }
        }
        match judge(&asked, status, &map) {
            Verdict::Write(grant) => {
                let end = grant.length.map(|length| grant.offset + length);
                // A whole file, or exactly the place that was asked for.
                prop_assert_eq!(grant.offset, if status == 206 { asked.offset } else { 0 });
                if status == 206 {
                    let total = grant.total.or(asked.total);
                    prop_assert!(end.is_some() && end.unwrap() > asked.offset);
                    prop_assert!(asked.end.is_none_or(|last| end.unwrap() <= last));
                    prop_assert!(total.is_none_or(|total| end.unwrap() <= total));
                }
                prop_assert!(end.is_none_or(|end| grant.total.is_none_or(|total| end <= total)));
                // Bytes that are there are of this version and of this length, or they are compared.
                if asked.held {
                    prop_assert!(grant.total.is_none_or(|total| asked.total.is_none_or(|known| known == total)));
                    prop_assert!(asked.version.is_none() || grant.version.is_none() || grant.version == asked.version);
                }
                prop_assert!(!grant.splittable || (grant.version.is_some() && grant.total.is_some()));
                prop_assert!(grant.within() >= end.unwrap_or(0) || grant.version.is_some());
            }
            Verdict::Complete { total } => prop_assert!(status == 416 && total == asked.offset),
            Verdict::Changed(_) | Verdict::StartOver | Verdict::Distrust | Verdict::Page => prop_assert!(asked.held),
            Verdict::Refuse(_) => {}
        }
    }

    #[test]
    fn a_range_is_read_as_it_was_written(first in 0..u64::MAX - 1, more in 0..1000_u64, rest in prop::option::of(1..1000_u64)) {
        let last = first.saturating_add(more).min(u64::MAX - 2);
        let total = rest.map(|rest| last.saturating_add(rest));
        let text = format!("bytes {first}-{last}/{}", total.map_or("*".to_owned(), |total| total.to_string()));
        prop_assert_eq!(content_range(&text), Some(Range { first, last, total }));
    }

    #[test]
    fn a_range_that_is_read_makes_sense(text in "(bytes )?[0-9+ -]{0,12}[-/][0-9]{0,21}(/[0-9*]{0,5})?|\\PC{0,30}") {
        if let Some(range) = content_range(&text) {
            prop_assert!(range.first <= range.last && range.total.is_none_or(|total| range.last < total));
        }
    }
}
