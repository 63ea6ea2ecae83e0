//! One server after the other that does what none should, and every protocol of HTTP against each: nothing is
//! called complete that is not, no POST is sent twice, it ends, and what went wrong is called by its name.
//!
//! | fault | where |
//! |---|---|
//! | answer before the file is through, closing at once | `refusals`, `answers::an_early_refusal…`, `…_through_encryption` |
//! | the same, with a reset in the middle | `refusals`, `answers::a_refusal_midway…` |
//! | success before the file is through | `hasty`, `answers::a_success_that_comes_too_early_is_none`, `at_once::a_success…` |
//! | connection closed or reset before anything was read | `breaks`, `cuts::a_server_that_closes_before_it_reads…` |
//! | reset or end in the middle | `breaks`, `cuts::a_reset_midway…`, `cuts::an_end_midway…` |
//! | answer lost after all was read, ended or reset | `breaks`, `cuts::a_lost_answer…`, `resumable::an_upload_whose_last_answer…` |
//! | server stops reading | `silences`, `cuts::a_server_that_takes_nothing_more…` |
//! | server takes all and never answers | `silences`, `cuts::an_answer_that_never_comes…` |
//! | offset too far, backwards, no number, missing | `tus::a_server_that_is_elsewhere…`, `tus::an_offset_that_goes_back…`, `resumable::nonsense…` |
//! | upload expired or forgotten | `refusals`, `tus`, `resumable`, `google`, `s3`: `a_forgotten_…` |
//! | locked | `refusals`, `tus::a_server_that_is_busy…`, `nextcloud::a_file_that_is_being_put_together…` |
//! | file shrinks, grows, is written to, replaced, deleted, was another one | `changes` |
//! | interim answers by the thousand, or without end | `storms`, `at_once::interim_answers_…` |
//! | 301, 302, 303; 307 to another origin; 307 without end or address | `strays`, `redirects` |
//! | head too long, too many lines, without end | `nonsense`, `answers::what_is_no_http…` |
//! | answer without end, trickling, broken off in its body | `answers::of_an_answer_without_end…`, `…_that_trickles…` |
//! | answer broken off in its head | `breaks` |
//! | what is no HTTP; two lengths | `nonsense`, `answers::what_is_no_http…` |
//! | 200 with a page for a login | `lies` |
//! | 204 and nothing else | `lies` |
//! | XML or JSON that is none, or ends early | `lies`, `s3::nonsense…`, `google::nonsense…` |
//! | 411, 413, 415, 417, 423, 429 with a time, 500, 503, 507 | `refusals` |
//! | connection kept open and closed when it could be used again | `kept_open` |

use std::sync::Arc;

use futures_util::future::join_all;

use super::server::{Call, Server};
use super::*;
use crate::transfer::Protocol;
use ErrorKind::{
    ConnectionReset, Disconnected, ErrorHttpInvalidServerResponse as Nonsense, Gone, InsufficientStorage,
    InternalServerError, Locked, RedirectFailed, RequestEntityTooLarge, ResultUnknown, ServiceUnavailable,
    Timeout, TooManyRequests, UnexpectedClientError,
};

/// Requests with more than this carry the file.
const FEW: usize = 100_000;
/// More than two ends of a connection hold, and less than what S3 gets in parts.
const MUCH: usize = 15 * MIB;
/// How long a server may be silent, in milliseconds.
const PATIENCE: u64 = 10_000;
const LITTLE_PATIENCE: u64 = 500;

const ALL: [(Protocol, Method); 7] = [
    (Protocol::Raw, Method::Post),
    (Protocol::Raw, Method::Put),
    (Protocol::Form, Method::Post),
    (Protocol::Tus, Method::Post),
    (Protocol::Resumable, Method::Post),
    (Protocol::Google, Method::Post),
    (Protocol::S3, Method::Put),
];

/// Whether a server that has said yes has to be believed.
fn is_one_request(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Raw | Protocol::Form)
}

/// What servers of all protocols say to requests that carry nothing.
fn polite(call: &mut Call) {
    call.rest_of_request();
    let line = call.seen.head.lines().next().unwrap_or_default().to_owned();
    match line.split(' ').next().unwrap_or_default() {
        "OPTIONS" => call.answer("204 No Content", "Tus-Version: 1.0.0\r\nUpload-Limit: min-size=0\r\n", ""),
        "HEAD" => call.answer("200 OK", "Upload-Offset: 0\r\nUpload-Complete: ?0\r\n", ""),
        "POST" if line.contains("uploadType") => call.answer("200 OK", "Location: /session\r\n", ""),
        "POST" => call.answer("201 Created", "Location: /uploads/1\r\nUpload-Complete: ?0\r\n", ""),
        _ => call.answer("308 Resume Incomplete", "", ""),
    }
}

fn upload(size: usize, url: &str, (protocol, method): (Protocol, Method), patience: u64) -> Upload {
    let url = if protocol == Protocol::S3 { url.replace("://", "://AKEY:S3CR3T@") } else { url.to_owned() };
    let mut upload = Upload::of_size(size, &url, method).patient_for(patience);
    upload.request.protocol = protocol;
    upload
}

/// What became of it: nothing if it is called complete.
fn end(outcome: &Outcome) -> Option<Failure> {
    match outcome {
        Outcome::Completed(_) => None,
        Outcome::Failed(failure) | Outcome::Paused(Pause::RestartNeeded(failure)) => Some(failure.clone()),
        other => panic!("{other:?}"),
    }
}

/// Sends a file by every protocol to a server that does this to whatever carries it.
async fn all_of(
    size: usize,
    patience: u64,
    fault: impl Fn(&mut Call) + Send + Sync + 'static,
) -> Vec<(Protocol, Method, Option<Failure>, Option<Verified>)> {
    let fault = Arc::new(fault);
    let uploads = ALL.map(|(protocol, method)| {
        let fault = fault.clone();
        async move {
            let server = Server::for_many(move |call| {
                call.head();
                if call.seen.length() > FEW { fault(call) } else { polite(call) }
            });
            let ended = upload(size, &server.url("/bucket/name"), (protocol, method), patience).send().await;
            let sent = server
                .seen(0)
                .await
                .iter()
                .filter(|seen| seen.length() > FEW && !seen.head.contains("/around"))
                .count();
            if is_one_request(protocol) && method == Method::Post {
                assert!(
                    sent <= 2 && (sent <= 1 || asked_without_waiting(&server).await),
                    "{protocol:?} was sent twice"
                );
            }
            (protocol, method, end(&ended.outcome), ended.verified)
        }
    });
    join_all(uploads).await
}

/// Whether the second request differs from the first one in that it does not wait: so it has to be where waiting
/// was refused (417).
async fn asked_without_waiting(server: &Server) -> bool {
    let seen = server.seen(2).await;
    let waits = |nth: usize| seen[nth].header("expect").is_some();
    waits(0) && !waits(1)
}

/// It failed everywhere, in one of these ways.
async fn fails(
    name: &str,
    kinds: &[ErrorKind],
    size: usize,
    fault: impl Fn(&mut Call) + Send + Sync + 'static,
) {
    for (protocol, method, failure, _) in all_of(size, PATIENCE, fault).await {
        check(name, kinds, (protocol, method), failure);
    }
}

/// The same of a server that is waited for in vain.
async fn ends(
    name: &str,
    kinds: &[ErrorKind],
    size: usize,
    fault: impl Fn(&mut Call) + Send + Sync + 'static,
) {
    for (protocol, method, failure, _) in all_of(size, LITTLE_PATIENCE, fault).await {
        check(name, kinds, (protocol, method), failure);
    }
}

#[track_caller]
fn check(name: &str, kinds: &[ErrorKind], how: (Protocol, Method), failure: Option<Failure>) {
    let Some(failure) = failure else { panic!("{name}: {how:?} is called complete") };
    assert!(kinds.contains(&failure.kind), "{name}: {how:?}: {failure:?}");
}

/// Answers, and closes although something may be unread.
fn early(call: &mut Call, status: &str, headers: &str) {
    call.answer(status, headers, "so it is");
}

/// Answers and lets the client finish.
fn late(call: &mut Call, status: &str, headers: &str) {
    call.rest_of_request();
    call.answer(status, headers, "so it is");
}

#[tokio::test]
async fn refusals() {
    for (status, kinds) in [
        ("410 Gone", [Gone].as_slice()),
        ("411 Length Required", &[UnexpectedClientError]),
        ("413 Content Too Large", &[RequestEntityTooLarge]),
        ("415 Unsupported Media Type", &[UnexpectedClientError]),
        ("417 Expectation Failed", &[UnexpectedClientError]),
        ("423 Locked", &[Locked]),
        ("429 Too Many Requests", &[TooManyRequests]),
        ("500 Internal Server Error", &[InternalServerError]),
        ("503 Service Unavailable", &[ServiceUnavailable]),
        ("507 Insufficient Storage", &[InsufficientStorage]),
    ] {
        fails(status, kinds, MUCH, move |call| early(call, status, "Connection: close\r\n")).await;
        fails(status, kinds, MIB, move |call| late(call, status, "")).await;
        let midway = move |call: &mut Call| {
            call.body(call.seen.length() / 2);
            call.answer(status, "", "so it is");
            call.finish();
            call.rest();
        };
        fails(status, kinds, MUCH, midway).await;
    }
}

#[tokio::test]
async fn a_server_that_says_when_it_wants_to_be_asked_again_is_understood() {
    for (protocol, _, failure, _) in
        all_of(MIB, PATIENCE, |call| late(call, "429 Slow", "Retry-After: 30\r\n")).await
    {
        assert!(failure.unwrap().not_before.is_some(), "{protocol:?}");
    }
}

#[tokio::test]
async fn breaks() {
    let cut = [ConnectionReset, Disconnected, ResultUnknown];
    fails("closed at once", &cut, MUCH, |_| {}).await;
    fails("reset at once", &cut, MUCH, Call::reset).await;
    let midway = |call: &mut Call| {
        call.body(MIB);
        call.reset();
    };
    fails("reset in the middle", &cut, MUCH, midway).await;
    let ended = |call: &mut Call| {
        call.body(MIB);
        call.finish();
        call.rest();
    };
    fails("ended in the middle", &cut, MUCH, ended).await;
    fails("answer lost", &cut, MIB, Call::rest_of_request).await;
    let reset = |call: &mut Call| {
        call.rest_of_request();
        call.reset();
    };
    fails("answer lost in a reset", &cut, MIB, reset).await;
    let kinds = [ConnectionReset, Disconnected, ResultUnknown, Nonsense];
    for head in [
        "H",
        "HTTP/1.1 20",
        "HTTP/1.1 204 No Content\r\nUpload-Offset: 1",
        "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n",
    ] {
        let broken = move |call: &mut Call| {
            call.rest_of_request();
            call.say(head);
        };
        fails(head, &kinds, MIB, broken).await;
    }
}

#[tokio::test]
async fn silences() {
    let silent = [Timeout, ResultUnknown];
    let stops = |call: &mut Call| {
        call.body(MIB);
        // Until the client has given up.
        std::thread::sleep(Duration::from_secs(2));
    };
    ends("stops reading", &silent, MUCH, stops).await;
    ends("never answers", &silent, MIB, |call| {
        call.rest_of_request();
        call.rest();
    })
    .await;
    let trickles = |call: &mut Call| {
        call.rest_of_request();
        call.say("HTTP/1.1 2");
        call.rest();
    };
    ends("begins to answer", &silent, MIB, trickles).await;
}

#[tokio::test]
async fn strays() {
    let foreign = Server::for_many(Call::request);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Elsewhere", "308 Elsewhere"] {
        let location = format!("Location: {}\r\n", foreign.url("/steal"));
        // Of Google's sessions, 308 says what they have.
        let kinds = [RedirectFailed, Nonsense];
        fails(status, &kinds, MIB, move |call| late(call, status, &location)).await;
        if !status.starts_with("308") {
            fails(status, &[RedirectFailed], MIB, move |call| late(call, status, "")).await;
            fails(status, &[RedirectFailed], MIB, move |call| late(call, status, "Location: http://\r\n"))
                .await;
        }
    }
    // It can be followed, and never ends.
    let around = |call: &mut Call| late(call, "307 Elsewhere", "Location: /around\r\n");
    fails("around", &[RedirectFailed], MIB, around).await;
    assert!(foreign.seen(0).await.is_empty());
}

#[tokio::test]
async fn storms() {
    let kinds = [Nonsense, Timeout, ResultUnknown, Disconnected, ConnectionReset, ServiceUnavailable];
    for status in ["100 Continue", "102 Processing", "103 Early Hints", "104 Upload Resumption Supported"] {
        let many = move |call: &mut Call| {
            call.rest_of_request();
            for _ in 0..3000 {
                call.say(format!("HTTP/1.1 {status}\r\nX: y\r\n\r\n"));
            }
            call.answer("503 Service Unavailable", "", "later");
        };
        fails(status, &[ServiceUnavailable], MIB, many).await;
        let endless =
            move |call: &mut Call| while call.say(format!("HTTP/1.1 {status}\r\nX: y\r\n\r\n").repeat(50)) {};
        ends(status, &kinds, MIB, endless).await;
    }
}

#[tokio::test]
async fn nonsense() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        "HTTP/1.1 999999 x\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nETag: {}\r\n\r\n", "x".repeat(200_000)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5000)),
        format!("HTTP/1.1 104 Early\r\nX: {}\r\n\r\n", "x".repeat(200_000)),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx".to_owned(),
    ] {
        let shown = garbage.chars().take(40).collect::<String>();
        let says = move |call: &mut Call| {
            call.rest_of_request();
            call.say(&garbage);
            call.rest();
        };
        fails(&shown, &[Nonsense, ResultUnknown], MIB, says).await;
    }
    let endless = |call: &mut Call| {
        call.rest_of_request();
        call.say("HTTP/1.1 200 OK\r\n");
        while call.say("X: y\r\n".repeat(100)) {}
    };
    fails("a head without end", &[Nonsense, ResultUnknown], MIB, endless).await;
}

#[tokio::test]
async fn lies() {
    let page = "<!DOCTYPE html><html><title>Log in</title><form><input type=password></form>";
    for (status, headers, body) in [
        ("200 OK", "Content-Type: text/html\r\n", page),
        ("204 No Content", "", ""),
        ("200 OK", "Content-Type: application/json\r\n", "{\"size\": "),
        ("200 OK", "Content-Type: application/json\r\n", "{\"size\": \"5\"}"),
        ("200 OK", "Content-Type: application/xml\r\n", "<CompleteMultipartUploadResult><ETag>"),
        ("200 OK", "Content-Type: application/xml\r\n", "<Error><Code>InternalError</Code></Error>"),
    ] {
        for (protocol, method, failure, verified) in all_of(MIB, PATIENCE, move |call| {
            call.rest_of_request();
            if status.starts_with("204") {
                call.say("HTTP/1.1 204 No Content\r\n\r\n");
            } else {
                call.answer(status, headers, body);
            }
        })
        .await
        {
            match failure {
                // Nobody can tell what it means; so much is said.
                None => {
                    let vague = is_one_request(protocol)
                        || (protocol == Protocol::Google && status == "200 OK" && !headers.contains("html"));
                    assert!(vague, "{status} {body}: {protocol:?} {method:?} is called complete");
                    assert_eq!(verified, Some(Verified::None), "{status} {body}: {protocol:?} {method:?}");
                }
                Some(failure) => assert!(!is_one_request(protocol), "{protocol:?}: {failure:?}"),
            }
        }
    }
}

#[tokio::test]
async fn hasty() {
    for headers in
        ["Upload-Offset: 15728640\r\nUpload-Complete: ?1\r\nETag: \"1\"\r\n", "Upload-Offset: 15728640\r\n"]
    {
        for status in ["200 OK", "201 Created", "204 No Content"] {
            let answers = move |call: &mut Call| {
                call.body(MIB);
                call.say(format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n"));
                call.finish();
                call.rest();
            };
            let kinds = [Nonsense, ErrorKind::UnexpectedStatusCode];
            fails(status, &kinds, MUCH, answers).await;
        }
    }
}

#[tokio::test]
async fn kept_open() {
    // Each request has a connection of its own, so none is lost to one that the server was about to close.
    for (protocol, method) in ALL {
        let server = Server::for_many(|call| {
            call.head();
            if call.seen.length() > FEW {
                late(call, "503 Service Unavailable", "Connection: keep-alive\r\n");
            } else {
                polite(call);
            }
            let before = call.seen.body.len();
            call.rest();
            assert_eq!(call.seen.body.len(), before, "a second request over one connection");
        });
        let ended = upload(MIB, &server.url("/bucket/name"), (protocol, method), PATIENCE).send().await;
        assert_eq!(end(&ended.outcome).map(|failure| failure.kind), Some(ServiceUnavailable), "{protocol:?}");
    }
}
