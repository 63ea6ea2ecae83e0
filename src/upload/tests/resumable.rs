//! Resumable uploads of HTTP against a server that is strict about the draft, and one that breaks off.

mod at_once;
mod doubt;
mod strict;

use super::*;
use crate::transfer::{Address, Protocol, Resumable, Retry};
use crate::upload::desk::Desk;
use crate::upload::protocol::Protocol as _;
use crate::upload::resumable;
use server::{Seen, Server};
use strict::{State, Strict};

fn upload(content: &[u8], server: &Server) -> Upload {
    let mut upload = Upload::of(content, &server.url("/in"), Method::Post);
    upload.request = upload.request.through(Protocol::Resumable);
    upload
}

fn begun(server: &Server) -> Resumable {
    Resumable::new(Address::parse(&server.url("/uploads/1")).unwrap().0, 8)
}

async fn go_on(upload: Upload, from: Resumable) -> Ended {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote = Some(Remote::Resumable(from));
    upload.start_from(delivery).end().await
}

/// A server with this state, of which some has come.
fn with(content: &[u8], came: usize, state: State) -> Strict {
    let strict = Strict::default();
    let (bytes, made) = (content[..came].to_vec(), Some(content.len() as u64));
    *strict.state() = State { bytes, made, ..state };
    strict
}

fn remote(ended: &Ended) -> Resumable {
    match &ended.remote {
        Some(Remote::Resumable(remote)) => remote.clone(),
        other => panic!("{other:?}"),
    }
}

/// Method, number of bytes and whether they were the last, of each request.
fn said(seen: &[Seen]) -> Vec<(&str, usize, &str)> {
    let said = |seen: &'_ Seen| seen.header("upload-complete").map(str::to_owned);
    let word = |seen: &Seen| match said(seen).as_deref() {
        Some("?1") => "last",
        Some(_) => "more",
        None => "",
    };
    seen.iter().map(|seen| (seen.head.split(' ').next().unwrap(), seen.body.len(), word(seen))).collect()
}

#[tokio::test]
async fn the_server_is_told_of_the_file_and_its_target_answers() {
    let content = noise(3 * MIB + 7);
    for version in [8, 6] {
        let strict = Strict::default();
        strict.state().version = version;
        let server = strict.serve();
        let ended = upload(&content, &server).send().await;
        strict.has(&content);
        assert_eq!(remote(&ended).version, version);
        assert_eq!(
            (ended.meter.confirmed(), ended.verified),
            (Some(content.len() as u64), Some(Verified::Length))
        );
        assert_eq!(ended.completed().body, "stored");
        let seen = server.seen(3).await;
        let last = &seen[seen.len() - 2..];
        assert_eq!(said(last), [("POST", 0, "more"), ("PATCH", content.len(), "last")]);
        let name = "inline; filename=\"file\"; filename*=UTF-8''file";
        assert_eq!(last[0].header("content-disposition"), Some(name));
    }
}

#[tokio::test]
async fn nothing_is_begun_where_nobody_says_that_it_can_go_on() {
    // An empty PUT would empty the file.
    for (status, headers) in [
        ("200 OK", "Allow: PUT, OPTIONS\r\nAccept-Patch: */*\r\n"),
        ("404 Not Found", "Upload-Limit: min-size=0\r\n"),
        ("405 Method Not Allowed", ""),
    ] {
        let server = Server::plain(move |call| {
            call.head();
            call.answer(status, headers, "");
        });
        for method in [Method::Put, Method::Post] {
            let mut asked = upload(&noise(9), &server);
            asked.request = asked.request.by(method).through(Protocol::Resumable);
            assert_eq!(asked.send().await.kind(), ErrorKind::NotResumable);
        }
        assert!(server.seen(4).await.iter().all(|seen| seen.head.starts_with("OPTIONS")));
    }
}

#[tokio::test]
async fn an_empty_file_is_complete_when_it_was_said_to_be() {
    let strict = Strict::default();
    let server = strict.serve();
    upload(b"", &server).send().await.completed();
    strict.has(b"");
    assert_eq!(said(&server.seen(3).await)[1..], [("POST", 0, "more"), ("PATCH", 0, "last")]);
}

#[tokio::test]
async fn an_upload_that_has_begun_goes_on_where_the_server_is() {
    let content = noise(2 * MIB);
    for came in [0, MIB, 2 * MIB] {
        let strict = with(&content, came, State::default());
        let server = strict.serve();
        go_on(upload(&content, &server), begun(&server)).await.completed();
        strict.has(&content);
        let rest = content.len() - came;
        assert_eq!(said(&server.seen(2).await), [("HEAD", 0, ""), ("PATCH", rest, "last")]);
    }
}

#[tokio::test]
async fn after_a_cut_only_what_is_missing_is_sent() {
    let content = noise(3 * MIB);
    let strict = Strict::default();
    let server = strict.serve_but(|strict, call, method, nth| {
        let cut = method == "PATCH" && nth == 0;
        if cut {
            call.body(MIB);
            strict.state().bytes.extend_from_slice(&call.seen.body);
            call.reset();
        }
        cut
    });
    let first = upload(&content, &server).send().await;
    let from = remote(&first);
    let kind = first.kind();
    assert_eq!(kind.retry(), Retry::Transient);
    go_on(upload(&content, &server), from).await.completed();
    strict.has(&content);
    assert_eq!(said(&server.seen(5).await)[4], ("PATCH", 2 * MIB, "last"));
}

#[tokio::test]
async fn a_server_that_is_elsewhere_is_asked_where() {
    let content = noise(2 * MIB);
    let strict = with(&content, MIB, State::default());
    let server = strict.serve_but(|_, call, method, nth| {
        let wrong = method == "HEAD" && nth == 0;
        if wrong {
            call.answer("200 OK", "Upload-Offset: 9\r\nUpload-Complete: ?0\r\n", "");
        }
        wrong
    });
    go_on(upload(&content, &server), begun(&server)).await.completed();
    strict.has(&content);
    assert_eq!(said(&server.seen(4).await)[3], ("PATCH", MIB, "last"));
}

#[tokio::test]
async fn what_the_target_says_is_final_also_if_it_is_no() {
    for (says, expected) in [
        (("422 Unprocessable Content", "not a picture"), ErrorKind::UnexpectedClientError),
        (("507 Insufficient Storage", "no room"), ErrorKind::InsufficientStorage),
    ] {
        let strict = Strict::default();
        strict.state().says = says;
        let server = strict.serve();
        let (failure, response) = upload(&noise(9), &server).send().await.failed();
        assert_eq!((failure.kind, failure.reason.as_deref()), (expected, Some(says.1)));
        assert_eq!(response.unwrap().body, says.1);
        assert_eq!(server.seen(3).await.len(), 3, "nobody goes on with that");
    }
    // What may pass by itself would send everything again.
    let strict = Strict::default();
    strict.state().says = ("503 Service Unavailable", "later");
    let server = strict.serve();
    assert_eq!(upload(&noise(9), &server).send().await.asks_first().reason.as_deref(), Some("later"));
}

#[tokio::test]
async fn a_server_in_trouble_is_tried_again_if_it_is_not_the_target_that_speaks() {
    let strict = Strict::default();
    let server = strict.serve_but(|_, call, method, _| {
        let trouble = method == "PATCH";
        if trouble {
            call.rest_of_request();
            call.answer("503 Service Unavailable", "Upload-Complete: ?0\r\n", "later");
        }
        trouble
    });
    let ended = upload(&noise(9), &server).send().await;
    assert_eq!(remote(&ended).version, 8);
    assert_eq!(ended.kind().retry(), Retry::Transient);
}

#[tokio::test]
async fn an_answer_in_the_word_of_earlier_drafts_is_understood() {
    let server = Strict::default().serve_but(|_, call, method, _| {
        let last = method == "PATCH";
        if last {
            call.rest_of_request();
            call.answer("201 Created", "Upload-Incomplete: ?0\r\n", "stored");
        }
        last
    });
    assert_eq!(upload(&noise(9), &server).send().await.completed().body, "stored");
}

#[tokio::test]
async fn limits_are_kept_and_told() {
    let content = noise(10 * MIB);
    let limits = "max-append-size=4194304, min-append-size=3145728, max-age=3600";
    let (most_at_once, least_at_once) = (4 * MIB, 3 * MIB);
    let strict = Strict::default();
    *strict.state() = State { limits, most_at_once, least_at_once, ..State::default() };
    let server = strict.serve();
    let ended = upload(&content, &server).send().await;
    strict.has(&content);
    assert!(remote(&ended).expires.is_some());
    ended.completed();
    let sent: Vec<_> = said(&server.seen(5).await)[2..].iter().map(|(_, bytes, _)| *bytes).collect();
    assert_eq!(sent, [4 * MIB, 4 * MIB, 2 * MIB]);

    for (limits, reason) in [
        ("max-size=9", "it takes files of at most 9 bytes"),
        ("min-size=99999999", "it takes files of at least 99999999 bytes"),
    ] {
        strict.state().limits = limits;
        let (failure, _) = upload(&content, &server).send().await.failed();
        assert_eq!(failure.reason.as_deref(), Some(reason));
    }
}

#[tokio::test]
async fn a_server_that_takes_little_at_once_gets_little() {
    let content = noise(9 * MIB);
    let strict = Strict::default();
    *strict.state() = State { most_at_once: 2 * MIB, ..State::default() };
    let server = strict.serve();
    upload(&content, &server).send().await.completed();
    strict.has(&content);

    // One that takes neither so much nor less ends with its own words.
    let strict = Strict::default();
    let limits = "min-append-size=1000";
    *strict.state() = State { limits, most_at_once: 500, least_at_once: 1000, ..State::default() };
    let server = strict.serve();
    assert_eq!(upload(&noise(MIB), &server).send().await.failed().0.status, Some(413));
}

#[tokio::test]
async fn a_forgotten_upload_begins_anew_once() {
    let content = noise(MIB);
    let strict = Strict::default();
    let server = strict.serve_but(|_, call, method, _| {
        let gone = method == "HEAD";
        if gone {
            call.answer("410 Gone", "", "");
        }
        gone
    });
    go_on(upload(&content, &server), begun(&server)).await.completed();
    strict.has(&content);
    let server = strict.serve_but(|_, call, method, _| {
        let gone = matches!(method, "HEAD" | "PATCH");
        if gone {
            call.rest_of_request();
            call.answer("404 Not Found", "", "");
        }
        gone
    });
    assert_eq!(go_on(upload(&content, &server), begun(&server)).await.kind(), ErrorKind::Gone);
}

#[tokio::test]
async fn nonsense_is_called_so() {
    let content = noise(MIB);
    for answer in [
        "Upload-Offset: 9999999\r\nUpload-Complete: ?0\r\n",
        "Upload-Offset: 5\r\nUpload-Complete: ?1\r\n",
        "Upload-Offset: x\r\nUpload-Complete: ?0\r\n",
        "",
    ] {
        let server = Strict::default().serve_but(move |_, call, _, _| {
            call.answer("200 OK", answer, "");
            true
        });
        let ended = go_on(upload(&content, &server), begun(&server)).await;
        assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse, "{answer}");
    }
}

#[tokio::test]
async fn a_server_where_the_upload_stands_hears_nothing_of_what_the_user_says_to_another() {
    let content = noise(MIB);
    let strict = with(&content, 0, State::default());
    let other = strict.serve();
    let location = format!("Location: {}\r\nUpload-Complete: ?0\r\n", other.url("/uploads/1"));
    let server = Strict::default().serve_but(move |_, call, method, _| {
        let made = method == "POST";
        if made {
            call.answer("201 Created", &location, "");
        }
        made
    });
    upload(&content, &server).with_header("X-Api-Key", "S3CR3T").send().await.completed();
    strict.has(&content);
    assert_eq!(server.seen(2).await[1].header("x-api-key"), Some("S3CR3T"));
    assert!(other.seen(1).await.iter().all(|seen| !seen.head.contains("S3CR3T")));
}

#[tokio::test]
async fn what_is_left_at_a_server_can_be_removed() {
    let (strict, content) = (Strict::default(), noise(MIB));
    let server = strict.serve();
    let asked = upload(&content, &server);
    let sources = [Source::of(&asked.request.file).unwrap()];
    let (reports, _heard, _) = written_down();
    let attempt = Attempt::alone(PathBuf::new(), reports);
    let net = Net::new(&asked.tls, Proxies::none());
    let words = asked.request.headers.clone();
    let desk = Desk { attempt: &attempt, request: &asked.request, words, sources: &sources, net: &net };
    assert!(resumable::Upload::from(begun(&server)).abort(&desk).await.is_ok());
    strict.state().complete = true;
    let complete = resumable::Upload::from(begun(&server)).abort(&desk).await;
    assert!(complete.is_err(), "what is complete stays");
    let seen = server.seen(3).await;
    let asked: Vec<_> = seen.iter().map(|seen| seen.head.split(" HTTP").next().unwrap()).collect();
    assert_eq!(asked, ["HEAD /uploads/1", "DELETE /uploads/1", "HEAD /uploads/1"]);
}

#[tokio::test]
async fn a_server_that_says_so_gets_files_like_this_unasked() {
    let content = noise(MIB);
    let strict = Strict::default();
    let server = strict.serve();
    let mut asked = upload(&content, &server);
    asked.request.protocol = Protocol::Auto;
    asked.send().await.completed();
    strict.has(&content);
}
