//! Parts that are not the parts that were asked for.

use windlass::ErrorKind::{self, ErrorHttpInvalidServerResponse as Nonsense};
use windlass::Reason;

use super::check::{asks_for_the_overlap, is_one_request, is_several, names_the_version};
use super::{Fails, Pauses, RESUMED, SIZE, Trap, Waits, Whole, spring};
use crate::server::Request;

/// All of it is asked for at once, and then what may lie behind it.
fn asks_for_all_of_it(seen: &[Request]) -> Result<(), String> {
    let all = seen.iter().all(|request| matches!(request.first(), Some(0 | SIZE)));
    if all { Ok(()) } else { Err("several connections".to_owned()) }
}

/// A `Content-Range` for first and last byte and length.
type Lie = fn(usize, usize, usize) -> String;

/// Ranges that are refused wherever they come.
const LIES: [(&str, Lie); 22] = [
    ("it begins one byte later", |a, b, t| format!("bytes {}-{b}/{t}", a + 1)),
    ("it ends one byte behind the file", |a, _, t| format!("bytes {a}-{t}/{t}")),
    ("it ends far behind the file", |a, b, t| format!("bytes {a}-{}/{t}", b + 5000)),
    ("it is one byte shorter than the body", |a, b, t| format!("bytes {a}-{}/{t}", b - 1)),
    ("the file is shorter than the part", |a, b, _| format!("bytes {a}-{b}/{b}")),
    ("another unit", |a, b, t| format!("items {a}-{b}/{t}")),
    ("no unit", |a, b, t| format!("{a}-{b}/{t}")),
    ("an equals sign", |a, b, t| format!("bytes={a}-{b}/{t}")),
    ("no length", |a, b, _| format!("bytes {a}-{b}")),
    ("an empty length", |a, b, _| format!("bytes {a}-{b}/")),
    ("it ends before it begins", |a, b, t| format!("bytes {}-{a}/{t}", b + 1)),
    ("no end", |a, _, t| format!("bytes {a}-/{t}")),
    ("no beginning", |_, b, t| format!("bytes -{b}/{t}")),
    ("a sign", |a, b, t| format!("bytes +{a}-{b}/{t}")),
    ("a negative one", |a, b, t| format!("bytes -{}-{b}/{t}", a + 1)),
    ("hexadecimal", |a, b, t| format!("bytes 0x{a:x}-0x{b:x}/0x{t:x}")),
    ("the largest number", |a, _, _| format!("bytes {a}-18446744073709551615/*")),
    ("more than a number", |a, _, t| format!("bytes {a}-99999999999999999999999/{t}")),
    ("a refusal", |_, _, t| format!("bytes */{t}")),
    ("nothing", |_, _, _| String::new()),
    ("words", |_, _, _| "all of it".to_owned()),
    ("two in one", |a, b, t| format!("bytes {a}-{b}/{t}, bytes {a}-{b}/{t}")),
];

#[test]
fn a_part_that_is_not_what_was_asked_for_is_never_written() {
    let mut traps = Vec::new();
    for (what, lie) in LIES {
        let bend = move |right: &mut super::Right| {
            if right.status.starts_with("206") {
                right.set("Content-Range", lie(right.first, right.end - 1, right.total));
            }
        };
        traps
            .push(Trap::bent(format!("range: {what}"), move |_, _, right| bend(right)).ends(Fails(Nonsense)));
        traps.push(Trap::beside(format!("range: {what}"), move |_, _, right| bend(right)));
    }
    spring(traps);
}

#[test]
fn a_part_that_is_told_strangely_is_never_written_either() {
    let always = |name: &str, bend: fn(&mut super::Right)| {
        Trap::bent(name, move |_, _, right| {
            if right.status.starts_with("206") {
                bend(right);
            }
        })
        .ends(Fails(Nonsense))
    };
    spring(vec![
        always("no Content-Range", |right| right.without("Content-Range")),
        always("the same Content-Range twice", |right| {
            right.add("Content-Range", right.get("Content-Range").unwrap());
        }),
        always("two Content-Ranges", |right| right.add("Content-Range", "bytes 0-0/1")),
        always("it begins one byte earlier", |right| {
            right.set("Content-Range", format!("bytes {}-{}/{SIZE}", right.first - 1, right.end - 1));
        })
        .only(&RESUMED),
        always("the whole file called a part", |right| {
            right.set("Content-Range", format!("bytes 0-{}/{SIZE}", SIZE - 1));
        })
        .only(&RESUMED),
        always("a body one byte shorter than the part", |right| {
            right.set("Content-Length", (right.body.len() - 1).to_string());
        }),
        always("a body one byte longer than the part", |right| {
            right.body.push(0);
            right.set("Content-Length", right.body.len().to_string());
        }),
        always("several parts with a range", |right| {
            right.set("Content-Type", "multipart/byteranges; boundary=x");
        }),
        always("several parts without a range", |right| {
            right.set("Content-Type", "multipart/byteranges; boundary=x");
            right.without("Content-Range");
        }),
        always("a file of unknown length and no version", |right| {
            let range = right.get("Content-Range").unwrap();
            right.set("Content-Range", range.replace(&format!("/{SIZE}"), "/*"));
            right.without("ETag");
        })
        .resumed(Whole),
        always("a longer file", |right| {
            right.set("Content-Range", format!("bytes {}-{}/{}", right.first, right.end - 1, SIZE + 1));
        })
        // A file that is just begun is as long as the server says; then it never comes.
        .fresh(Fails(ErrorKind::Truncated))
        .resumed(Pauses(Reason::Changed))
        .only(&RESUMED),
        always("a file that no disk can hold", |right| {
            right
                .set("Content-Range", format!("bytes {}-{}/4611686018427387904", right.first, right.end - 1));
        })
        .fresh(Waits(ErrorKind::DiskFull))
        .resumed(Pauses(Reason::Changed)),
    ]);
}

#[test]
fn parts_that_are_told_in_an_unusual_way_are_taken() {
    let always = |name: &str, bend: fn(&mut super::Right)| {
        Trap::bent(name, move |_, _, right| {
            if right.status.starts_with("206") {
                bend(right);
            }
        })
    };
    spring(vec![
        Trap::bent("a good server", |_, _, _| {}).wire(names_the_version),
        Trap::bent("a good server gets eight connections", |_, _, _| {})
            .only(&[super::FreshEight])
            .wire(is_several),
        Trap::bent("a good server gets one connection", |_, _, _| {})
            .only(&[super::FreshOne])
            .wire(is_one_request),
        Trap::bent("a good server is asked for a little that is known", |_, _, _| {})
            .only(&RESUMED)
            .wire(asks_for_the_overlap),
        always("an unit in capitals", |right| {
            right.set("Content-Range", right.get("Content-Range").unwrap().replace("bytes", "Bytes"));
        }),
        always("blanks", |right| {
            right.set("Content-Range", right.get("Content-Range").unwrap().replace(' ', "   "));
        }),
        always("unknown length in every part but known version", |right| {
            let range = right.get("Content-Range").unwrap();
            right.set("Content-Range", range.replace(&format!("/{SIZE}"), "/*"));
        }),
        always("unknown length, so over one connection", |right| {
            let range = right.get("Content-Range").unwrap();
            right.set("Content-Range", range.replace(&format!("/{SIZE}"), "/*"));
        })
        .only(&[super::FreshEight])
        .wire(asks_for_all_of_it),
        always("parts without a Content-Length", |right| right.without("Content-Length")),
        always("parts in chunks", |right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
        }),
        always("no Accept-Ranges", |right| right.without("Accept-Ranges")),
        always("Accept-Ranges: none", |right| right.set("Accept-Ranges", "none")),
        Trap::bent("less than was asked for", |stage, _, right| {
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 100_000));
            }
        }),
        Trap::bent("very little at a time", |stage, _, right| {
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 20_000));
            }
        })
        .most(400),
        Trap::bent("three bytes at a time of a file without a version", |stage, _, right| {
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 3));
            }
        })
        .single(|right| right.without("ETag"))
        .only(&[super::ResumedOne])
        .ends(Fails(ErrorKind::InsufficientRangeSupport)),
        Trap::bent("a byte more than is compared at a time", |stage, _, right| {
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 64 * 1024 + 1));
            }
        })
        .only(&[super::FreshOne, super::ResumedOne])
        .most(60),
        Trap::bent("little at a time of a file without a version", |stage, _, right| {
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 40_000));
            }
        })
        .single(|right| right.without("ETag"))
        .only(&[super::FreshOne, super::ResumedOne]),
        Trap::beside("more than was asked for", |stage, _, right| {
            right.part(stage.content, right.first, SIZE);
        }),
    ]);
}

#[test]
fn a_server_that_ignores_ranges_gives_the_file_in_one_piece() {
    let whole = |name: &str, bend: fn(&mut super::Right)| {
        Trap::bent(name, move |stage, _, right| {
            right.whole(stage.content);
            bend(right);
        })
    };
    spring(vec![
        whole("everything to every request", |_| {}),
        whole("everything, so over one connection", |_| {}).only(&[super::FreshEight]).wire(is_one_request),
        whole("everything, no Accept-Ranges", |right| right.without("Accept-Ranges")),
        whole("everything, called a part as well", |right| {
            right.set("Content-Range", format!("bytes 0-{}/{SIZE}", SIZE - 1));
        }),
        whole("everything in chunks", |right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
        }),
        whole("everything up to the end of the connection", |right| right.without("Content-Length")),
        whole("everything, not authoritative", |right| right.status = "203 Non-Authoritative".to_owned()),
        whole("everything without any name", |right| right.without("ETag"))
            .single(|right| right.without("ETag")),
        Trap::beside("everything", |stage, _, right| right.whole(stage.content)),
        Trap::bent("everything once", |stage, _, right| {
            if stage.number == 0 {
                right.whole(stage.content);
            }
        }),
    ]);
}

#[test]
fn nothing_to_satisfy_a_range_with_ends_well_or_not_at_all() {
    let refused = |name: &str, range: &'static str| {
        Trap::bent(name, move |_, request, right| {
            if request.header("range").is_some() {
                right.refuse("416 Range Not Satisfiable");
                right.set("Content-Range", range);
            }
        })
    };
    let never = ErrorKind::RequestedRangeNotSatisfiable;
    spring(vec![
        refused("416, as long as known", "bytes */1310723").ends(Fails(never)),
        refused("416, shorter", "bytes */1000").fresh(Fails(never)).resumed(Pauses(Reason::Changed)),
        refused("416, longer", "bytes */2000000").fresh(Fails(never)).resumed(Pauses(Reason::Changed)),
        refused("416, empty", "bytes */0").only(&RESUMED).ends(Pauses(Reason::Changed)),
        refused("416, words", "so what").ends(Fails(never)),
        refused("416, no range", "").ends(Fails(never)),
        Trap::bent("416 once", |stage, _, right| {
            if stage.number == 0 {
                right.refuse("416 Range Not Satisfiable");
            }
        })
        .only(&RESUMED),
        Trap::for_one("416", |_, _, right| right.refuse("416 Range Not Satisfiable")),
        Trap::for_one("416 of a shorter file", |_, _, right| {
            right.refuse("416 Range Not Satisfiable");
            right.set("Content-Range", "bytes */1000");
        }),
    ]);
}
