//! Uploads that are one request, and end in doubt: nothing is sent twice unless somebody says so.

use std::path::Path;

use windlass::{Credentials, ErrorKind, Method, Phase, Protocol, Reason, Session, Snapshot, UploadRequest};

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
        request.terms.limit = Some(400_000);
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

#[test]
fn what_a_server_quotes_of_what_it_was_told_is_neither_kept_nor_shown() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        let form = String::from_utf8(reply.body(length(request))).unwrap();
        let field = form.split("name=\"token\"\r\n\r\n").nth(1).and_then(|rest| rest.lines().next());
        let [login, key] = ["authorization", "x-api-key"].map(|name| request.header(name).unwrap());
        let told = format!("your field is {}, your key {key}, your login {login} me:S3CR3T", field.unwrap());
        let status = if request.number == 0 { "403 Forbidden" } else { "201 Created" };
        let headers = [("Content-Length", told.len().to_string()), ("Content-Type", "text/plain".to_owned())];
        reply.head(status, &[headers.as_slice(), &[("X-Told", told.clone())]].concat());
        reply.send(told);
    });
    let session = impatient(dir.path());
    run(&session, async {
        write(&dir.path().join("small"), "small");
        let mut request = UploadRequest::new(dir.path().join("small"), &server.url("in")).unwrap();
        request = request.through(Protocol::Form);
        request.log_in(&Credentials { user: "me".to_owned(), password: "S3CR3T".into() });
        request.headers.add("X-Api-Key", "K3Y-S3CR3T").unwrap();
        request.add_field("token", "F13LD-S3CR3T");
        let refused = send(&session, request.clone()).await;
        let error = refused.error.clone().unwrap();
        assert_eq!((refused.state, error.kind), (Phase::Failed, ErrorKind::Forbidden));
        assert!(error.message.contains("your field is …, your key …, your login … me:…"), "{error:?}");
        let taken = send(&session, request).await;
        let response = taken.response.clone().unwrap();
        assert_eq!((taken.state, response.status), (Phase::Completed, 201));
        assert_eq!(response.body, "your field is …, your key …, your login … me:…");
        for shown in [refused, taken] {
            let shown = serde_json::to_string(&shown).unwrap();
            assert!(!shown.contains("S3CR3T") && !shown.contains("bWU6UzNDUjNU"), "{shown}");
        }
    });
}
