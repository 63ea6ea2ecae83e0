//! Uploads that are one request, and end in doubt: nothing is sent twice unless somebody says so.

use std::path::Path;

use windlass::{ErrorKind, Method, Phase, Protocol, Reason, Session, Snapshot, UploadRequest};

use crate::server::{Reply, Request, Server, content};
use crate::{impatient, run, write};

const SIZE: usize = 200_000;

fn request(dir: &Path, server: &Server) -> UploadRequest {
    let path = dir.join("file");
    write(&path, content(1, SIZE));
    UploadRequest::new(path, &server.url("in")).unwrap().by(Method::Post)
}

async fn send(session: &Session, request: UploadRequest) -> Snapshot {
    session.start_upload(request).await.unwrap().settled().await.unwrap()
}

fn length(request: &Request) -> usize {
    request.header("content-length").and_then(|length| length.parse().ok()).unwrap()
}

fn say(reply: &mut Reply, status: &str, headers: &[(&str, String)]) {
    let mut headers = headers.to_vec();
    headers.push(("Content-Length", "0".to_owned()));
    reply.head(status, &headers);
}

#[test]
fn what_was_sent_and_never_answered_has_failed_with_an_unknown_result_and_is_sent_again_only_if_asked() {
    for protocol in [Protocol::Raw, Protocol::Form] {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(|request, reply| {
            reply.body(length(request));
            if request.number > 0 {
                say(reply, "201 Created", &[]);
            }
        });
        let session = impatient(dir.path());
        run(&session, async {
            let ended = send(&session, request(dir.path(), &server).through(protocol)).await;
            let error = ended.error.clone().unwrap();
            assert_eq!((ended.state, error.kind), (Phase::Failed, ErrorKind::ResultUnknown));
            assert!(error.message.starts_with("Everything was sent, but the answer never came"), "{error:?}");
            // Going on would send it again, and so is not done as if it were nothing.
            assert!(session.resume(Some(vec![ended.id])).await.is_err());
            session.resume(None).await.unwrap();
            assert_eq!(session.show(ended.id).await.unwrap().state, Phase::Failed);
            assert_eq!(server.seen().len(), 1);
            session.restart(Some(vec![ended.id])).await.unwrap();
            while session.show(ended.id).await.unwrap().state != Phase::Completed {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        });
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn what_was_cut_off_midway_waits_for_somebody_who_sends_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        reply.body(SIZE / 2);
        reply.reset();
    });
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = request(dir.path(), &server);
        request.limit = Some(400_000);
        let ended = send(&session, request).await;
        assert_eq!((ended.state, ended.reason), (Phase::Paused, Some(Reason::RestartNeeded)));
        let message = ended.error.unwrap().message;
        assert!(message.contains("restart to send it again") && !message.contains("Resume"), "{message}");
        assert!(session.resume(Some(vec![ended.id])).await.is_err());
    });
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_that_takes_another_method_is_the_one_to_say_which() {
    for (allow, expected) in [(Some("GET, PUT"), "try --method PUT"), (None, "try --method PUT")] {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(move |request, reply| {
            if request.method == "POST" {
                reply.body(length(request));
            }
            let allow: Vec<_> = allow.iter().map(|allow| ("Allow", (*allow).to_owned())).collect();
            say(reply, "405 Method Not Allowed", &allow);
        });
        let session = impatient(dir.path());
        run(&session, async {
            let asked = request(dir.path(), &server).through(Protocol::Auto);
            let error = send(&session, asked).await.error.unwrap();
            assert_eq!((error.kind, error.status), (ErrorKind::UnexpectedClientError, Some(405)));
            assert!(error.message.contains(expected), "{}", error.message);
        });
    }
}
