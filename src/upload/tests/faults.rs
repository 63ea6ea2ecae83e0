//! One server after the other that does what none should, and every protocol of HTTP against each (but WebDAV,
//! which has tests of its own: `webdav`, `nextcloud`): nothing is called complete that is not, no POST is sent
//! twice, it ends, and what went wrong is called by its name.
//!
//! | fault | where |
//! |---|---|
//! | answer before the file is through, closing at once | `a_refusal_…`, `answers::an_early_refusal…`, `…_through_encryption` |
//! | the same, with a reset in the middle | `a_refusal_…`, `answers::a_refusal_midway…` |
//! | success before the file is through | `yes::a_yes_before_…`, `answers::a_success_that_comes_too_early_is_none`, `at_once::a_success…` |
//! | connection closed or reset before anything was read | `a_connection_that_breaks_…`, `cuts::a_server_that_closes_before_it_reads…` |
//! | reset or end in the middle | `a_connection_that_breaks_…`, `cuts::a_reset_midway…`, `cuts::an_end_midway…` |
//! | answer lost after all was read, ended or reset | `a_connection_that_breaks_…`, `cuts::a_lost_answer…`, `resumable::doubt` |
//! | server stops reading | `a_server_that_falls_silent_…`, `cuts::a_server_that_takes_nothing_more…` |
//! | server takes all and never answers | `a_server_that_falls_silent_…`, `cuts::an_answer_that_never_comes…` |
//! | offset too far, backwards, no number, missing | `tus::a_server_that_is_elsewhere…`, `tus::an_offset_that_goes_back…`, `resumable::nonsense…` |
//! | upload expired or forgotten | `a_refusal_…`, `tus`, `resumable`, `google`, `s3`: `a_forgotten_…` |
//! | locked | `a_refusal_…`, `tus::an_upload_that_is_in_use…`, `nextcloud::a_file_that_is_being_put_together…` |
//! | file shrinks, grows, is written to, replaced, deleted, was another one | `changes` |
//! | interim answers by the thousand, or without end | `yes::interim_answers_…`, `at_once::interim_answers_…` |
//! | 301, 302, 303; 307 to another origin; 307 without end or address | `a_server_that_leads_elsewhere_…`, `redirects` |
//! | head too long, too many lines, without end | `yes::what_is_no_answer_…`, `answers::what_is_no_http…` |
//! | answer without end, trickling, broken off in its body | `answers::of_an_answer_without_end…`, `…_that_trickles…` |
//! | answer broken off in its head | `a_connection_that_breaks_…` |
//! | what is no HTTP; two lengths | `yes::what_is_no_answer_…`, `answers::what_is_no_http…` |
//! | 200 with a page for a login | `yes::a_yes_that_proves_nothing_…` |
//! | 204 and nothing else | `yes::a_yes_that_proves_nothing_…` |
//! | XML or JSON that is none, or ends early | `yes::a_yes_that_proves_nothing_…`, `s3::nonsense…`, `google::nonsense…` |
//! | 411, 413, 415, 417, 423, 429 with a time, 500, 503, 507 | `a_refusal_…` |
//! | connection kept open and closed when it could be used again | `no_connection_is_used_twice` |

mod yes;

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

/// Whether the two requests differ in that one of them does not wait: so it has to be where waiting was
/// refused (417). They are seen in the order in which they ended.
async fn asked_without_waiting(server: &Server) -> bool {
    let seen = server.seen(2).await;
    let waiting = seen.iter().filter(|seen| seen.length() > FEW && seen.header("expect").is_some());
    waiting.count() == 1
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
async fn a_refusal_is_told_by_its_name_whenever_it_comes() {
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
async fn a_connection_that_breaks_is_no_success_wherever_it_breaks() {
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
async fn a_server_that_falls_silent_is_given_up() {
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
async fn a_server_that_leads_elsewhere_leads_nowhere() {
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
async fn what_cannot_be_said_twice_has_a_connection_of_its_own() {
    // Whatever comes over a connection that was used before is lost with it.
    for (protocol, method) in ALL {
        let server = Server::for_many(|call| {
            call.head();
            if call.seen.length() > FEW {
                late(call, "503 Service Unavailable", "Connection: keep-alive\r\n");
            } else {
                polite(call);
            }
            call.head_alone();
            let again = &call.seen.head;
            assert!(!again.starts_with("POST") && !again.starts_with("PATCH"), "{again}");
        });
        let ended = upload(MIB, &server.url("/bucket/name"), (protocol, method), PATIENCE).send().await;
        assert_eq!(end(&ended.outcome).map(|failure| failure.kind), Some(ServiceUnavailable), "{protocol:?}");
    }
}
