//! Heads that are no heads, too long, or late (RFC 9112 §2 to §5).

use windlass::ErrorKind::{self, ErrorHttpInvalidServerResponse as Nonsense};

use super::{Fails, Trap, spring};

/// A server that says this instead of a head, and then sends the file.
fn says(name: &str, head: &'static [u8]) -> Trap {
    Trap::new(name, move |stage, _, reply| {
        reply.send(head);
        reply.send(stage.content);
    })
}

#[test]
fn what_is_no_head_is_no_answer() {
    spring(
        [
            ("no head at all, as of HTTP/0.9", &b""[..]),
            ("garbage", b"\x00\x01\x02\xff\xfe\r\n\r\n"),
            ("a page without a head", b"<html>hello</html>\r\n\r\n"),
            ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            ("ICY", b"ICY 200 OK\r\nContent-Length: 5\r\n\r\n"),
            ("a version to come", b"HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\n"),
            ("no version", b"HTTP 200 OK\r\nContent-Length: 5\r\n\r\n"),
            ("no status", b"HTTP/1.1\r\nContent-Length: 5\r\n\r\n"),
            ("a status in words", b"HTTP/1.1 OK\r\nContent-Length: 5\r\n\r\n"),
            ("a status of two digits", b"HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\n"),
            ("a status of four digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\n"),
            ("a status below all", b"HTTP/1.1 000 OK\r\nContent-Length: 5\r\n\r\n"),
            ("a line without a name", b"HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 5\r\n\r\n"),
            ("a line without a colon", b"HTTP/1.1 200 OK\r\nwhat is this\r\nContent-Length: 5\r\n\r\n"),
            ("a zero in a value", b"HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 5\r\n\r\n"),
            ("a zero in a name", b"HTTP/1.1 200 OK\r\nA\0: b\r\nContent-Length: 5\r\n\r\n"),
            (
                "chunks in HTTP/1.0",
                b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            ),
        ]
        .into_iter()
        .map(|(name, head)| says(name, head).ends(Fails(Nonsense)))
        .collect(),
    );
}

#[test]
fn heads_that_are_too_long_are_not_read_to_their_end() {
    spring(vec![
        Trap::bent("300 lines", |_, _, right| {
            (0..300).for_each(|number| right.add(&format!("X-{number}"), "x"));
        })
        .ends(Fails(Nonsense)),
        Trap::bent("a long line", |_, _, right| right.set("X-Long", "x".repeat(1_000_000)))
            .ends(Fails(Nonsense)),
        Trap::new("an endless line", |_, _, reply| {
            reply.send("HTTP/1.1 200 OK\r\nX: ");
            while reply.send("x".repeat(10_000)) {}
        })
        .ends(Fails(Nonsense)),
        Trap::new("endless lines", |_, _, reply| {
            reply.send("HTTP/1.1 200 OK\r\n");
            while reply.send("X: y\r\n".repeat(100)) {}
        })
        .ends(Fails(Nonsense)),
        Trap::bent("many lines, but not too many", |_, _, right| {
            (0..200).for_each(|number| right.add(&format!("X-{number}"), "x"));
        }),
    ]);
}

#[test]
fn heads_that_are_only_ugly_are_understood() {
    let ugly = |name: &str, ugly: fn(String) -> String| {
        Trap::new(name, move |stage, request, reply| {
            let right = stage.right(request);
            reply.send(ugly(right.head()));
            reply.send(&right.body);
        })
    };
    spring(vec![
        ugly("no reason", |head| head.replacen(" Partial Content", "", 1)),
        ugly("lines that end in a line feed", |head| head.replace("\r\n", "\n")),
        ugly("names in capitals", |head| {
            head.replace("Content-Range", "CONTENT-RANGE").replace("ETag", "ETAG")
        }),
        ugly("no blanks behind colons", |head| head.replace(": ", ":")),
        ugly("many blanks behind colons", |head| head.replace(": ", ":    \t ")),
        ugly("HTTP/1.0", |head| head.replacen("HTTP/1.1", "HTTP/1.0", 1)),
        ugly("a strange reason", |head| head.replacen("Partial Content", "\u{fc}\u{df} <b>", 1)),
    ]);
}

#[test]
fn interim_answers_are_not_the_answer() {
    let behind = |name: &str, interim: String| {
        Trap::new(name, move |stage, request, reply| {
            reply.send(&interim);
            stage.right(request).send(reply);
        })
    };
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nContent-Disposition: attachment; filename=evil\r\n\r\n";
    spring(vec![
        behind("100", "HTTP/1.1 100 Continue\r\n\r\n".to_owned()),
        behind("102", "HTTP/1.1 102 Processing\r\n\r\n".to_owned()),
        behind("199", "HTTP/1.1 199 Whatever\r\n\r\n".to_owned()),
        behind("103 with a name in it", hints.to_owned()),
        behind("103 with a length in it", "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n".to_owned()),
        behind("a hundred of them", hints.repeat(100)),
        Trap::new("nothing but them", move |_, _, reply| {
            reply.send(hints);
        })
        .ends(Fails(ErrorKind::Disconnected)),
        Trap::new("them without end", move |_, _, reply| while reply.send(hints) {})
            .patience(1)
            .ends(Fails(ErrorKind::Timeout)),
        Trap::new("101", |_, _, reply| {
            reply.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
        })
        .ends(Fails(ErrorKind::UnexpectedStatusCode)),
    ]);
}

#[test]
fn a_head_that_does_not_come_is_no_answer() {
    spring(vec![
        Trap::new("hangs up at once", |_, _, _| {}).ends(Fails(ErrorKind::Disconnected)),
        Trap::new("resets at once", |_, _, reply| reply.reset()).ends(Fails(ErrorKind::ConnectionReset)),
        Trap::new("hangs up in the head", |_, _, reply| _ = reply.send("HTTP/1.1 200 OK\r\nContent-Le"))
            .ends(Fails(ErrorKind::Disconnected)),
        Trap::new("hangs up once", |stage, request, reply| {
            if stage.number > 0 {
                stage.right(request).send(reply);
            }
        }),
        Trap::new("resets once", |stage, request, reply| {
            if stage.number > 0 {
                stage.right(request).send(reply);
            } else {
                reply.reset();
            }
        }),
        Trap::new("hangs up on the others", |stage, request, reply| {
            if !(1..=6).contains(&stage.number) {
                stage.right(request).send(reply);
            }
        })
        .only(&super::EIGHT),
        Trap::new("resets the others", |stage, request, reply| {
            if (1..=6).contains(&stage.number) {
                reply.reset();
            } else {
                stage.right(request).send(reply);
            }
        })
        .only(&super::EIGHT),
    ]);
}
