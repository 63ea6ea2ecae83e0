//! Bodies that are not as long as they say, or say it in ways that contradict themselves
//! (RFC 9112 §6 and §7).

use windlass::ErrorKind::{ErrorHttpInvalidServerResponse as Nonsense, Truncated};

use super::right::Right;
use super::{ALL, FRESH, Fails, RESUMED, SIZE, Trap, Unverified, spring};
use crate::server::Reply;

#[test]
fn a_body_that_breaks_off_is_continued_wherever_that_was() {
    let mut traps = Vec::new();
    for eighth in 0..8 {
        for (how, reset) in [("ends", false), ("is reset", true)] {
            traps.push(Trap::new(
                format!("it {how} after {eighth} eighths"),
                move |stage, request, reply| {
                    let right = stage.right(request);
                    if stage.number > 0 {
                        right.send(reply);
                        return;
                    }
                    right.send_some(reply, right.body.len() * eighth / 8);
                    if reset {
                        reply.reset();
                    }
                },
            ));
        }
    }
    traps.push(Trap::new("one byte is missing once", |stage, request, reply| {
        let right = stage.right(request);
        right.send_some(reply, right.body.len() - usize::from(stage.number == 0));
    }));
    traps.push(
        Trap::new("every answer breaks off", |stage, request, reply| {
            let right = stage.right(request);
            right.send_some(reply, right.body.len().min(200_000));
        })
        .retries(5),
    );
    traps.push(
        Trap::new("the others break off", |stage, request, reply| {
            let right = stage.right(request);
            let cut = if (1..=6).contains(&stage.number) { 3 } else { 1 };
            right.send_some(reply, right.body.len() / cut);
        })
        .only(&super::EIGHT),
    );
    spring(traps);
}

#[test]
fn a_body_that_never_comes_whole_is_never_a_file() {
    spring(vec![
        Trap::new("no byte ever", |stage, request, reply| {
            stage.right(request).send_some(reply, 0);
        })
        .ends(Fails(Truncated)),
        Trap::new("the last byte is always missing", |stage, request, reply| {
            let right = stage.right(request);
            right.send_some(reply, (SIZE - 1).saturating_sub(right.first));
        })
        .ends(Fails(Truncated)),
    ]);
}

/// The file in one piece, with this said about its length.
fn framed(name: &str, bend: fn(&mut Right)) -> Trap {
    Trap::bent(name, move |stage, _, right| {
        right.whole(stage.content);
        bend(right);
    })
    .only(&FRESH)
}

#[test]
fn lengths_that_contradict_themselves_are_refused() {
    let length = |name: &str, value: &'static str| {
        Trap::bent(format!("length: {name}"), move |stage, _, right| {
            right.whole(stage.content);
            right.set("Content-Length", value);
        })
        .only(&FRESH)
        .ends(Fails(Nonsense))
    };
    spring(vec![
        length("negative", "-5"),
        length("with a sign", "+1310723"),
        length("hexadecimal", "0x140003"),
        length("nothing", ""),
        length("words", "long"),
        length("a fraction", "5.0"),
        length("two in one", "5, 6"),
        length("more than a number", "99999999999999999999999"),
        framed("length: two that differ", |right| right.add("Content-Length", "5")).ends(Fails(Nonsense)),
        framed("length and chunks", |right| {
            let length = right.get("Content-Length").unwrap();
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
            right.set("Content-Length", length);
        })
        .ends(Fails(Nonsense)),
        framed("chunks in gzip", |right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
            right.set("Transfer-Encoding", "gzip, chunked");
        })
        .ends(Fails(Nonsense)),
        framed("chunks twice", |right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
            right.set("Transfer-Encoding", "chunked, chunked");
        })
        .ends(Fails(Nonsense)),
        framed("strange chunks", |right| {
            right.without("Content-Length");
            right.set("Transfer-Encoding", "xchunked");
        })
        .ends(Fails(Nonsense)),
        framed("chunks said in two lines", |right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
            right.add("Transfer-Encoding", "chunked");
        })
        .ends(Fails(Nonsense)),
        Trap::bent("a part in length and chunks", |_, _, right| {
            let length = right.get("Content-Length").unwrap();
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\n");
            right.set("Content-Length", length);
        })
        .ends(Fails(Nonsense)),
        // What is said twice and the same is said once.
        framed("length: the same twice", |right| right.add("Content-Length", SIZE.to_string())),
        framed("length: the same twice in one", |right| {
            right.set("Content-Length", format!("{SIZE}, {SIZE}"));
        }),
    ]);
}

#[test]
fn what_comes_behind_a_body_is_not_part_of_it() {
    spring(vec![
        Trap::bent("more than was announced", |_, _, right| right.body.extend_from_slice(b"and more")),
        Trap::bent("much more than was announced", |_, _, right| right.body.extend(vec![7; 300_000])),
        Trap::bent("another answer behind it", |_, _, right| {
            right.without("Connection");
            right.body.extend_from_slice(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        }),
        Trap::bent("more behind the last chunk", |_, _, right| {
            right.body = right.chunks();
            right.body.extend_from_slice(b"0\r\n\r\nand more");
        }),
    ]);
}

/// The file in chunks that end like this.
fn chunked(name: &str, end: &'static [u8]) -> Trap {
    Trap::bent(name, move |stage, _, right| {
        right.whole(stage.content);
        right.body = right.chunks();
        right.body.extend_from_slice(end);
    })
    .only(&FRESH)
}

/// Chunks with a mistake in them: what stands before so many bytes of the file, and what behind them.
const BROKEN: [(&str, &[u8], usize, &[u8]); 12] = [
    ("a size in words", b"five\r\n", 5, b"\r\n0\r\n\r\n"),
    ("a negative size", b"-5\r\n", 5, b"\r\n0\r\n\r\n"),
    ("a size with a sign", b"+5\r\n", 5, b"\r\n0\r\n\r\n"),
    ("a size with 0x", b"0x5\r\n", 5, b"\r\n0\r\n\r\n"),
    ("no size", b"\r\n", 5, b"\r\n0\r\n\r\n"),
    ("more than a size", b"fffffffffffffffff\r\n", 5, b""),
    ("the largest size", b"ffffffffffffffff\r\n", 5, b""),
    ("a chunk longer than its size", b"3\r\n", 5, b"\r\n0\r\n\r\n"),
    ("no line behind a chunk", b"9\r\n", 9, b"0\r\n\r\n"),
    ("a chunk that breaks off", b"9\r\n", 3, b""),
    ("everything but the end", b"140003\r\n", SIZE, b""),
    ("everything but the last line", b"140003\r\n", SIZE, b"\r\n0\r\n"),
];

/// The file in one chunk that is made like this.
fn broken(name: impl Into<String>, make: impl Fn(&mut Vec<u8>, &[u8]) + Send + Sync + 'static) -> Trap {
    Trap::bent(name, move |stage, _, right| {
        right.whole(stage.content);
        right.chunks();
        right.body.clear();
        make(&mut right.body, stage.content);
    })
    .only(&FRESH)
    .ends(Fails(Truncated))
}

#[test]
fn chunks_are_complete_at_their_end_and_nowhere_else() {
    let ends_early: [(&str, &'static [u8]); 4] = [
        ("nothing", b""),
        ("half an end", b"0\r\n"),
        ("a zero", b"0"),
        ("an unfinished trailer", b"0\r\nA: b\r\n"),
    ];
    let mut traps: Vec<_> = ends_early
        .into_iter()
        .map(|(name, end)| chunked(&format!("chunks and {name}"), end).ends(Fails(Truncated)))
        .collect();
    traps.extend(BROKEN.map(|(name, before, count, behind)| {
        broken(name, move |sent, content| sent.extend([before, &content[..count], behind].concat()))
    }));
    traps.push(broken("an endless note", |sent, _| {
        sent.extend_from_slice(b"5;");
        sent.extend(vec![b'a'; 300_000]);
    }));
    traps.push(broken("a great many trailers", |sent, content| {
        sent.extend([b"5\r\n", &content[..5], b"\r\n0\r\n"].concat());
        (0..50_000).for_each(|number| sent.extend_from_slice(format!("a{number}: b\r\n").as_bytes()));
        sent.extend_from_slice(b"\r\n");
    }));
    traps.push(
        Trap::bent("a part in chunks that breaks off", |stage, _, right| {
            right.body = right.chunks();
            let kept = if stage.number < 2 { right.body.len() / 2 } else { right.body.len() };
            right.body.truncate(kept);
            right.body.extend_from_slice(if stage.number < 2 { b"" } else { b"0\r\n\r\n" });
        })
        .only(&ALL)
        .retries(8),
    );
    spring(traps);
}

#[test]
fn chunks_that_are_only_unusual_are_understood() {
    spring(vec![
        chunked("chunks and a trailer", b"0\r\nA: b\r\nContent-Length: 5\r\n\r\n"),
        chunked("chunks and many zeros", b"00000000\r\n\r\n"),
        chunked("chunks and a note", b"0;done=yes\r\n\r\n"),
        Trap::bent("small chunks", |stage, _, right| {
            right.whole(stage.content);
            right.chunks();
            let chunk = |part: &[u8]| [format!("{:X}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
            right.body = right.body.chunks(100).flat_map(chunk).collect();
            right.body.extend_from_slice(b"0\r\n\r\n");
        })
        .only(&FRESH),
    ]);
}

#[test]
fn a_body_that_only_its_end_ends_is_called_unverified() {
    let to_the_end = |name: &str, version: &'static str, part: usize| {
        Trap::new(name, move |stage, _, reply: &mut Reply| {
            reply.send(format!("HTTP/1.{version} 200 OK\r\n\r\n"));
            reply.send(&stage.content[..part]);
        })
        .single(|right| right.without("ETag"))
        .only(&FRESH)
    };
    spring(vec![
        to_the_end("to the end, HTTP/1.1", "1", SIZE),
        to_the_end("to the end, HTTP/1.0", "0", SIZE),
        // Over an open connection nobody can know that this is not all of it.
        to_the_end("to an early end", "0", 5000).ends(Unverified),
        Trap::new("to the end, and it was begun otherwise", |stage, _, reply| {
            reply.send("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n\r\n");
            reply.send(stage.content);
        })
        .only(&RESUMED),
        Trap::new("to a reset", |stage, _, reply| {
            reply.send("HTTP/1.1 200 OK\r\n\r\n");
            reply.send(&stage.content[..5000]);
            reply.reset();
        })
        .only(&FRESH)
        .ends(Fails(windlass::ErrorKind::ConnectionReset)),
    ]);
}
