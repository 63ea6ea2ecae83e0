use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use windlass::{Kind, Method, Phase, Protocol, Reason, UploadRequest};

use super::{HERE, SIZE, Tus, length, reread, say, sending, shown, source, when, words};
use crate::server::{Server, content};
use crate::{impatient, open, run};

/// Row 4: an upload of a file to an address, by POST unless something else is said, with headers and words for both
/// ends.
#[test]
fn an_upload_is_a_post_of_the_file_with_its_headers() {
    let dir = tempfile::tempdir().unwrap();
    let (body, stored) = (content(11, SIZE), Arc::new(Mutex::new(Vec::new())));
    let kept = stored.clone();
    let server = Server::start(move |request, reply| {
        if request.method != "POST" {
            return say(reply, "405 Method Not Allowed", &[]);
        }
        assert_eq!(request.header("x-from"), Some("here"));
        *kept.lock().unwrap() = reply.body(length(request));
        reply.head("201 Created", &[("Content-Length", "6".to_owned()), ("X-Id", "42".to_owned())]);
        reply.send("thanks");
    });
    let session = open(dir.path());
    run(&session, async {
        let mut wanted = sending(dir.path(), "sent", &body, &server.url("in"));
        wanted.headers.add("X-From", "here").unwrap();
        wanted.terms.notify = words();
        let done = session.start_upload(wanted).await.unwrap().settled().await.unwrap();
        assert_eq!((done.state, done.kind), (Phase::Completed, Kind::Upload), "{done:?}");
        assert_eq!((done.notify, done.path.unwrap()), (words(), dir.path().join("sent")));
        assert_eq!(done.progress.done, SIZE as u64);
    });
    assert!(*stored.lock().unwrap() == body);
}

/// Row 5: an upload goes on from what one that was cancelled has left, and one that has failed.
#[test]
fn an_upload_goes_on_from_the_resume_data_of_a_cancelled_or_failed_one() {
    let body = content(12, SIZE);
    for fails in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let refusing = || Tus::start(SIZE, |reply| say(reply, "403 Forbidden", &[]));
        let tus = if fails { refusing() } else { Tus::waiting(SIZE) };
        let session = impatient(dir.path());
        let data = run(&session, async {
            let upload = sending(dir.path(), "sent", &body, &tus.server.url("up/"));
            let upload = session.start_upload(upload.through(Protocol::Tus)).await.unwrap();
            tus.has_some().await;
            if fails {
                assert_eq!(upload.settled().await.unwrap().state, Phase::Failed);
            }
            let data = upload.cancel_by_producing_resume_data().await.unwrap();
            session.close().await.unwrap();
            reread(&data)
        });
        let other = open(&dir.path().join("elsewhere"));
        run(&other, async {
            let mut wanted = data.upload().unwrap();
            wanted.terms.notify = words();
            let done = other.resume_upload(&data, wanted).await.unwrap().settled().await.unwrap();
            assert_eq!(
                (done.state, done.restarts, &done.notify),
                (Phase::Completed, 0, &words()),
                "{done:?}"
            );
        });
        assert!(tus.has(&body), "nothing twice and nothing missing");
        assert_eq!(tus.count("POST"), 1);
    }
}

/// A part of a form as its server reads it: the field, the name of a file, and the content.
type Part = (String, Option<String>, Vec<u8>);

/// Takes a form apart (RFC 7578).
fn parse(kind: &str, form: &[u8]) -> Vec<Part> {
    let boundary = format!("--{}", kind.split_once("boundary=").unwrap().1);
    let find = |text: &[u8], what: &[u8]| text.windows(what.len()).position(|window| window == what);
    let (mut parts, mut rest) = (Vec::new(), &form[boundary.len()..]);
    while let Some(inside) = rest.strip_prefix(b"\r\n") {
        let end = find(inside, format!("\r\n{boundary}").as_bytes()).unwrap();
        let head = find(inside, b"\r\n\r\n").unwrap();
        let words = String::from_utf8(inside[..head].to_vec()).unwrap();
        let value = |name: &str| words.split(&format!("; {name}=\"")).nth(1)?.split('"').next();
        let name = value("name").unwrap().to_owned();
        parts.push((name, value("filename").map(str::to_owned), inside[head + 4..end].to_vec()));
        rest = &inside[end + 2 + boundary.len()..];
    }
    assert_eq!(rest, b"--\r\n");
    parts
}

/// Row 16: a form carries several files and fields in one request, and its server takes it apart again.
#[test]
fn several_files_and_fields_go_in_one_request() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (content(13, SIZE), content(14, 1000));
    let forms = Arc::new(Mutex::new(Vec::new()));
    let kept = forms.clone();
    let server = Server::start(move |request, reply| {
        let form = reply.body(length(request));
        kept.lock().unwrap().push(parse(request.header("content-type").unwrap(), &form));
        say(reply, "200 OK", &[]);
    });
    let session = open(dir.path());
    run(&session, async {
        let mut wanted = sending(dir.path(), "one.bin", &one, &server.url("in")).through(Protocol::Form);
        wanted.form.others = vec![source(dir.path(), "two ü.bin", &two)];
        wanted.form.file_field = Some("files[]".to_owned());
        wanted.add_field("title", "a b\r\n--c");
        wanted.add_field("token", "F13LD");
        let done = session.start_upload(wanted).await.unwrap().settled().await.unwrap();
        assert_eq!((done.state, done.files.unwrap().len()), (Phase::Completed, 2));
    });
    let file = |name: &str, content| ("files[]".to_owned(), Some(name.to_owned()), content);
    let field = |name: &str, text: &str| (name.to_owned(), None, text.as_bytes().to_vec());
    let expected =
        [field("title", "a b\r\n--c"), field("token", "F13LD"), file("one.bin", one), file("two ü.bin", two)];
    assert_eq!(forms.lock().unwrap().len(), 1);
    assert!(forms.lock().unwrap()[0] == expected);
}

/// A server that takes a part of the first request for each name and then nothing more; later ones it takes as a
/// whole. What came in all is counted.
fn halting() -> (Server, Arc<AtomicUsize>) {
    let (came, known) = (Arc::new(AtomicUsize::new(0)), Mutex::new(HashSet::new()));
    let counted = came.clone();
    let server = Server::start(move |request, reply| {
        reply.send("HTTP/1.1 100 Continue\r\n\r\n");
        if known.lock().unwrap().insert(request.path.clone()) {
            counted.fetch_add(reply.body(HERE / 4).len(), SeqCst);
            reply.body(usize::MAX);
        } else {
            counted.fetch_add(reply.body(length(request)).len(), SeqCst);
            say(reply, "201 Created", &[]);
        }
    });
    (server, came)
}

/// Row 17: at the end of a session a PUT pauses and goes on with the next one; a POST that was under way asks, as
/// sending it twice may do a thing twice; and where the server can, it goes on where it was.
#[test]
fn an_upload_survives_the_end_of_the_session_as_its_method_allows() {
    const LARGE: usize = 4_000_000;
    let dir = tempfile::tempdir().unwrap();
    let body = content(15, LARGE);
    let ((server, came), tus) = (halting(), Tus::waiting(LARGE));
    let session = open(dir.path());
    run(&session, async {
        let file = source(dir.path(), "sent", &body);
        let wanted = |url: &str| UploadRequest::new(&file, url).unwrap();
        let mut post = wanted(&server.url("post")).by(Method::Post);
        // Else all of it would be sent, and nobody could know what became of it.
        post.terms.limit = Some(400_000);
        let put = wanted(&server.url("put")).by(Method::Put);
        for request in [put, post, wanted(&tus.server.url("up/"))] {
            session.start_upload(request).await.unwrap();
        }
        when(|| came.load(SeqCst) == HERE / 4 * 2).await;
        tus.has_some().await;
        session.close().await.unwrap();
    });
    drop(session);
    let before = came.load(SeqCst);
    let session = open(dir.path());
    run(&session, async {
        let [put, post, resumed] = &session.uploads().await.unwrap()[..] else { panic!("one is missing") };
        assert_eq!(put.settled().await.unwrap().state, Phase::Completed);
        assert_eq!(resumed.settled().await.unwrap().state, Phase::Completed);
        let asking = post.settled().await.unwrap();
        assert_eq!((asking.state, asking.reason), (Phase::Paused, Some(Reason::RestartNeeded)));
        assert!(post.resume().await.is_err(), "that would be to send it twice without a word");
        assert_eq!(came.load(SeqCst) - before, LARGE, "of the POST nothing was sent again");
        post.amend(windlass::Change::Limit(None)).await.unwrap();
        post.restart().await.unwrap();
        shown(post, |now| now.state == Phase::Completed).await;
    });
    assert!(tus.has(&body), "nothing twice and nothing missing");
    assert_eq!((tus.count("POST"), tus.count("PATCH")), (1, 2));
}
