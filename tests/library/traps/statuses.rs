//! Statuses that carry no file (RFC 9110 §15).

use windlass::{ErrorKind, Reason};

use super::{ALL, End, FRESH, Fails, Pauses, RESUMED, Trap, Whole, spring};

/// What comes of a status: when nothing is here yet, and when half of the file is.
fn end(status: u16) -> (End, End) {
    let end = Fails(kind(status));
    match status {
        401 | 407 => (Pauses(Reason::NeedsLogin), Pauses(Reason::NeedsLogin)),
        403 | 410 => (end, Pauses(Reason::NeedsLink)),
        _ => (end, end),
    }
}

fn kind(status: u16) -> ErrorKind {
    match status {
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::RequestTimeout,
        410 => ErrorKind::Gone,
        413 => ErrorKind::RequestEntityTooLarge,
        423 => ErrorKind::Locked,
        425 | 429 => ErrorKind::TooManyRequests,
        500 => ErrorKind::InternalServerError,
        502 => ErrorKind::BadGateway,
        503 | 509 | 522 | 524 => ErrorKind::ServiceUnavailable,
        504 => ErrorKind::GatewayTimeout,
        507 => ErrorKind::InsufficientStorage,
        status if status / 100 == 4 => ErrorKind::UnexpectedClientError,
        status if status / 100 == 5 => ErrorKind::UnexpectedServerError,
        _ => ErrorKind::UnexpectedStatusCode,
    }
}

const REFUSALS: [u16; 47] = [
    201, 202, 207, 208, 226, 300, 305, 306, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412,
    413, 414, 415, 417, 418, 421, 422, 423, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507,
    508, 511, 522, 599, 999,
];

#[test]
fn only_a_file_is_a_file() {
    let mut traps = Vec::new();
    for status in REFUSALS {
        let (fresh, resumed) = end(status);
        let refuse = move |right: &mut super::Right| right.refuse(format!("{status} Whatever"));
        let always = Trap::bent(format!("always {status}"), move |_, _, right| refuse(right));
        traps.push(always.fresh(fresh).resumed(resumed));
    }
    spring(traps);
}

#[test]
fn what_only_some_connections_are_refused_the_others_get() {
    let mut traps = Vec::new();
    for status in REFUSALS {
        let refuse = move |right: &mut super::Right| right.refuse(format!("{status} Whatever"));
        traps.push(Trap::beside(format!("{status}"), move |_, _, right| refuse(right)));
    }
    spring(traps);
}

#[test]
fn an_answer_without_a_body_is_no_file() {
    let bare = |name: &str, head: &'static str| {
        Trap::new(name, move |_, _, reply| _ = reply.send(format!("HTTP/1.1 {head}\r\n\r\n")))
            .ends(Fails(ErrorKind::UnexpectedStatusCode))
    };
    spring(vec![
        bare("204", "204 No Content"),
        bare("204 with a length", "204 No Content\r\nContent-Length: 5"),
        bare("205", "205 Reset Content\r\nContent-Length: 0"),
        bare("304", "304 Not Modified\r\nETag: \"v1\""),
        bare("300 with an address", "300 Multiple Choices\r\nLocation: /other\r\nContent-Length: 0"),
        Trap::beside("304", |_, _, right| {
            right.status = "304 Not Modified".to_owned();
            right.body.clear();
            right.without("Content-Length");
            right.without("Content-Range");
        }),
        // An empty file is a file; one that was longer is another one by now.
        Trap::new("an empty 200", |_, _, reply| {
            _ = reply.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        })
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        Trap::new("an empty 206", |_, _, reply| {
            reply.send("HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\n\r\n");
        })
        .ends(Fails(ErrorKind::ErrorHttpInvalidServerResponse)),
    ]);
}

#[test]
fn a_server_that_recovers_is_tried_again() {
    let mut traps = Vec::new();
    for status in [408, 425, 429, 500, 502, 503, 504, 522] {
        let once = Trap::bent(format!("{status} once"), move |stage, _, right| {
            if stage.number == 0 {
                right.refuse(format!("{status} Whatever"));
            }
        });
        traps.push(once.only(&ALL).ends(Whole));
    }
    for (name, after) in [
        ("seconds", "1"),
        ("a date", "Fri, 20 Nov 2026 12:00:00 GMT"),
        ("words", "soon"),
        ("less than none", "-5"),
        ("nothing", ""),
    ] {
        let later = Trap::bent(format!("later: {name}"), move |stage, _, right| {
            if stage.number == 0 {
                right.refuse("503 Service Unavailable");
                right.set("Retry-After", after);
            }
        });
        traps.push(later.only(&FRESH));
    }
    spring(traps);
}
