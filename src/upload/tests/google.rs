//! Google's resumable sessions against a server that keeps to the rules, and one that forgets, loses count, takes
//! little or refuses.

use std::sync::{Arc, Mutex};

use super::server::{Call, Server};
use super::*;
use crate::transfer::{Address, Google, Protocol, Remote, Verified};

const STEP: usize = 256 * 1024;
/// More than one request takes.
const TWO: usize = 17 * MIB + 5;

/// A strict server with one session, whose bytes are kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    #[track_caller]
    fn has(&self, content: &[u8]) {
        assert!(*self.0.lock().unwrap() == content, "not the same");
    }

    fn serve(&self, call: &mut Call) {
        self.serve_up_to(call, usize::MAX);
    }

    /// Deals with a request, and keeps so many bytes of it at most.
    fn serve_up_to(&self, call: &mut Call, most: usize) {
        call.head();
        if call.seen.head.starts_with("POST /upload?uploadType=resumable ") {
            call.rest_of_request();
            assert_eq!(call.seen.body, b"{\"name\":\"file\"}");
            assert!(call.seen.header("x-upload-content-length").is_some());
            return call.answer("200 OK", "Location: /session?id=1\r\n", "");
        }
        assert!(call.seen.head.starts_with("PUT /session?id=1 "), "{}", call.seen.head);
        if call.seen.header("expect").is_some() {
            call.say("HTTP/1.1 100 Continue\r\n\r\n");
        }
        call.rest_of_request();
        let range = call.seen.header("content-range").unwrap().strip_prefix("bytes ").unwrap().to_owned();
        let (range, total) = range.split_once('/').unwrap();
        let total: usize = total.parse().unwrap();
        if let Some((start, end)) = range.split_once('-') {
            let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
            assert_eq!((start, end + 1 - start), (self.len(), call.seen.body.len()));
            assert!(end + 1 == total || (end + 1 - start).is_multiple_of(STEP), "{range}");
            let kept = &call.seen.body[..most.min(call.seen.body.len())];
            self.0.lock().unwrap().extend_from_slice(kept);
        } else {
            assert_eq!(range, "*");
        }
        self.answer(call, total);
    }

    fn answer(&self, call: &mut Call, total: usize) {
        match self.len() {
            all if all == total => call.answer("200 OK", "", &format!("{{\n  \"size\": \"{all}\"\n}}")),
            0 => call.answer("308 Resume Incomplete", "", ""),
            // It may even name an address, and is no redirect.
            some => {
                let headers = format!("Range: bytes=0-{}\r\nLocation: /elsewhere\r\n", some - 1);
                call.answer("308 Resume Incomplete", &headers, "");
            }
        }
    }
}

fn google(content: &[u8], server: &Server) -> Upload {
    let mut upload = Upload::of(content, &server.url("/upload"), Method::Post);
    upload.request = upload.request.through(Protocol::Google);
    upload
}

fn begun(upload: Upload, server: &Server) -> Running {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    let session = Address::parse(&server.url("/session?id=1")).unwrap().0;
    delivery.remote = Some(Remote::Google(Google { session, chunk: 16 * MIB as u64 }));
    upload.start_from(delivery)
}

fn serving(kept: &Kept) -> Server {
    let kept = kept.clone();
    Server::plain(move |call| kept.serve(call))
}

/// A server that has begun a session and answers everything that is sent there so.
fn answering(status: &'static str, headers: &'static str, body: &'static str) -> Server {
    Server::plain(move |call| {
        call.head();
        if call.seen.head.starts_with("POST") {
            call.rest_of_request();
            call.answer("200 OK", "Location: /session?id=1\r\n", "");
        } else {
            call.answer(status, headers, body);
        }
    })
}

#[tokio::test]
async fn the_server_is_told_of_the_file_and_gets_it_in_pieces_of_a_size_that_it_takes() {
    for (size, requests) in [(TWO, 3), (MIB, 2), (0, 2)] {
        let (kept, content) = (Kept::default(), noise(size));
        let server = serving(&kept);
        let ended = google(&content, &server).send().await;
        assert_eq!((ended.verified, ended.meter.confirmed()), (Some(Verified::Length), Some(size as u64)));
        assert_eq!(ended.completed().status, 200);
        kept.has(&content);
        assert_eq!(server.seen(requests).await.len(), requests);
    }
}

#[tokio::test]
async fn an_upload_that_has_begun_goes_on_where_the_server_is() {
    let (kept, content) = (Kept::default(), noise(2 * MIB));
    kept.0.lock().unwrap().extend_from_slice(&content[..MIB]);
    let server = serving(&kept);
    begun(google(&content, &server), &server).end().await.completed();
    kept.has(&content);
    assert_eq!(server.seen(2).await[1].body.len(), MIB, "what is there is not sent again");
}

#[tokio::test]
async fn what_is_complete_already_is_not_sent_again() {
    let (kept, content) = (Kept::default(), noise(MIB));
    kept.0.lock().unwrap().extend_from_slice(&content);
    let server = serving(&kept);
    let ended = begun(google(&content, &server), &server).end().await;
    assert_eq!(ended.verified, Some(Verified::Length));
    assert_eq!(server.seen(1).await.len(), 1);
}

#[tokio::test]
async fn a_server_that_keeps_little_of_each_request_gets_the_rest() {
    let (kept, content) = (Kept::default(), noise(6 * STEP + 1));
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve_up_to(call, STEP));
    google(&content, &server).send().await.completed();
    kept.has(&content);
}

#[tokio::test]
async fn a_cut_ends_the_attempt_and_the_next_one_sends_what_is_missing() {
    let (kept, content) = (Kept::default(), noise(TWO));
    let all = kept.clone();
    let server = Server::plain(move |call| {
        if call.nth == 2 {
            call.head();
            call.say("HTTP/1.1 100 Continue\r\n\r\n");
            call.body(MIB);
            call.reset();
        } else {
            all.serve(call);
        }
    });
    assert_eq!(google(&content, &server).send().await.kind(), ErrorKind::ConnectionReset);
    begun(google(&content, &server), &server).end().await.completed();
    kept.has(&content);
    assert_eq!(server.seen(5).await[4].body.len(), TWO - 16 * MIB);
}

#[tokio::test]
async fn a_forgotten_session_begins_anew_once() {
    for status in ["404 Not Found", "410 Gone", "499 Client Closed Request"] {
        let (kept, content) = (Kept::default(), noise(MIB));
        let all = kept.clone();
        let server = Server::plain(move |call| {
            if call.nth == 0 {
                call.request();
                call.answer(status, "", "");
            } else {
                all.serve(call);
            }
        });
        begun(google(&content, &server), &server).end().await.completed();
        kept.has(&content);
    }
    let server = answering("404 Not Found", "", "");
    assert_eq!(begun(google(b"abc", &server), &server).end().await.kind(), ErrorKind::Gone);
}

#[tokio::test]
async fn nonsense_is_called_so() {
    for (status, headers, body, kind) in [
        ("308 X", "Range: bytes=0-999999999\r\n", "", ErrorKind::ErrorHttpInvalidServerResponse),
        ("308 X", "Range: everything\r\n", "", ErrorKind::ErrorHttpInvalidServerResponse),
        ("308 X", "", "", ErrorKind::ErrorHttpInvalidServerResponse),
        ("200 OK", "", "{\"size\": \"5\"}", ErrorKind::Changed),
        ("400 Bad Request", "", "Content-Range is wrong", ErrorKind::UnexpectedClientError),
    ] {
        let server = Server::plain(move |call| {
            call.request();
            if call.seen.head.starts_with("POST") {
                call.answer("200 OK", "Location: /session?id=1\r\n", "");
            } else {
                call.answer(status, headers, body);
            }
        });
        assert_eq!(google(b"abcdefg", &server).send().await.kind(), kind, "{status} {headers}");
    }
}

#[tokio::test]
async fn an_early_refusal_is_told_in_the_servers_words() {
    let content = noise(20 * MIB);
    for (status, kind) in [
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("413 Too Large", ErrorKind::RequestEntityTooLarge),
        ("423 Locked", ErrorKind::Locked),
        ("503 Busy", ErrorKind::ServiceUnavailable),
        ("507 Full", ErrorKind::InsufficientStorage),
    ] {
        let server = answering(status, "Content-Type: text/plain\r\n", "so it is");
        let (failure, _) = google(&content, &server).send().await.failed();
        assert_eq!((failure.kind, failure.reason.as_deref()), (kind, Some("so it is")), "{status}");
    }
}

#[tokio::test]
async fn a_session_at_another_server_hears_nothing_of_what_the_user_says_to_this_one() {
    let (kept, content) = (Kept::default(), noise(MIB));
    let elsewhere = serving(&kept);
    let there = elsewhere.url("/session?id=1");
    let server = Server::plain(move |call| {
        call.request();
        call.answer("200 OK", &format!("Location: {there}\r\n"), "");
    });
    google(&content, &server).with_header("Authorization", "Bearer S3CR3T").send().await.completed();
    kept.has(&content);
    assert!(server.seen(1).await[0].head.contains("S3CR3T"));
    assert!(!elsewhere.seen(1).await[0].head.contains("S3CR3T"));
}
