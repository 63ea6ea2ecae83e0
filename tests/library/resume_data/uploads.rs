use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use windlass::{
    Error, ErrorKind, Method, NotResumeData, Phase, Protocol, Reason, ResumeData, Session, Upload,
    UploadRequest,
};

use super::elsewhere;
use crate::server::{Gate, Reply, Server, content};
use crate::sftp_server::{Ask, Kept, SftpServer};
use crate::{open, run, write};

const SIZE: usize = 4_000_000;
/// What the server takes of the first request.
const HAS: usize = 1_500_000;

/// A server of tus that takes a part of the first request with bytes and then nothing more of that one.
fn tus(kept: &Arc<Mutex<Vec<u8>>>) -> Server {
    let kept = kept.clone();
    Server::start(move |request, reply| match request.method.as_str() {
        "OPTIONS" => _ = reply.head("204 No Content", &[("Tus-Version", "1.0.0".to_owned())]),
        "POST" => say(reply, "201 Created", &[("Location", "/up/0".to_owned())]),
        "HEAD" => {
            let offset = ("Upload-Offset", kept.lock().unwrap().len().to_string());
            reply.head("200 OK", &[offset, ("Upload-Length", SIZE.to_string())]);
        }
        "PATCH" => {
            let number = |name: &str| request.header(name).unwrap().parse::<usize>().unwrap();
            let (offset, length) = (number("upload-offset"), number("content-length"));
            let is_first = kept.lock().unwrap().is_empty();
            assert_eq!(offset, kept.lock().unwrap().len());
            let bytes = reply.body(if is_first { HAS } else { length });
            kept.lock().unwrap().extend(bytes);
            if is_first {
                // Until the other side hangs up.
                reply.body(usize::MAX);
            } else {
                let offset = kept.lock().unwrap().len().to_string();
                say(reply, "204 No Content", &[("Upload-Offset", offset)]);
            }
        }
        _ => say(reply, "204 No Content", &[]),
    })
}

fn say(reply: &mut Reply, status: &str, headers: &[(&str, String)]) {
    let mut headers = headers.to_vec();
    headers.push(("Content-Length", "0".to_owned()));
    reply.head(status, &headers);
}

fn request(dir: &Path, url: &str) -> UploadRequest {
    let path = dir.join("file");
    write(&path, content(1, SIZE));
    let mut request = UploadRequest::new(path, url).unwrap();
    // It does not come to its end by itself.
    request.terms.limit = Some(8_000_000);
    request
}

async fn when(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The data of an upload that was ended in the middle, as it is read from its text.
async fn given_up(upload: &Upload) -> ResumeData {
    let data = upload.cancel_by_producing_resume_data().await.unwrap();
    assert_eq!(upload.snapshot().await.unwrap().state, Phase::Cancelled);
    ResumeData::parse(data.to_text().unwrap().as_bytes()).unwrap()
}

async fn ended(session: &Session, server: &Server, dir: &Path, kept: &Mutex<Vec<u8>>) -> ResumeData {
    let url = server.url("files/").replace("://", "://me:S3CR3T@");
    let request = request(dir, &url).through(Protocol::Tus);
    let upload = session.start_upload(request).await.unwrap();
    when(|| kept.lock().unwrap().len() >= HAS).await;
    given_up(&upload).await
}

/// What was asked for, with the login.
fn again(data: &ResumeData) -> UploadRequest {
    let mut request = data.upload().unwrap();
    let login = UploadRequest::new("/x", "http://me:S3CR3T@127.0.0.1/").unwrap().headers;
    request.headers.take_over(login);
    request.terms.limit = None;
    request
}

fn methods(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|request| request.method).collect()
}

#[test]
fn an_upload_goes_on_in_another_session_where_its_server_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Arc::default();
    let server = tus(&kept);
    let session = open(dir.path());
    let data = run(&session, async {
        let data = ended(&session, &server, dir.path(), &kept).await;
        // What is at the server belongs to the data; nothing that becomes of the transfer removes it.
        session.remove(None, false).await.unwrap();
        assert!(session.leftovers().await.unwrap().is_empty());
        session.close().await.unwrap();
        data
    });
    assert!(!data.to_text().unwrap().contains("S3CR3T"));
    // A copy on another computer, which keeps the time of the last change.
    let (from, to) = (dir.path().join("file"), dir.path().join("far/file"));
    std::fs::create_dir(dir.path().join("far")).unwrap();
    std::fs::copy(&from, &to).unwrap();
    let modified = from.metadata().unwrap().modified().unwrap();
    std::fs::OpenOptions::new().write(true).open(&to).unwrap().set_modified(modified).unwrap();
    let session = elsewhere(dir.path());
    run(&session, async {
        let missing = session.resume_upload(&data, data.upload().unwrap()).await.unwrap();
        assert_eq!(missing.settled().await.unwrap().reason, Some(Reason::NeedsLogin));
        // Two never go on with one upload.
        assert!(matches!(session.resume_upload(&data, again(&data)).await, Err(Error::Refused(_))));
        let data = given_up(&missing).await;
        let mut request = again(&data);
        request.file = to;
        let done = session.resume_upload(&data, request).await.unwrap().settled().await.unwrap();
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(*kept.lock().unwrap() == content(1, SIZE));
    assert_eq!(methods(&server).iter().filter(|method| *method == "POST").count(), 1);
    assert!(!methods(&server).contains(&"DELETE".to_owned()));
}

#[test]
fn one_that_was_cancelled_the_usual_way_has_nothing_to_go_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Arc::default();
    let server = tus(&kept);
    let session = open(dir.path());
    run(&session, async {
        let request = request(dir.path(), &server.url("files/")).through(Protocol::Tus);
        let upload = session.start_upload(request).await.unwrap();
        when(|| kept.lock().unwrap().len() >= HAS).await;
        upload.cancel().await.unwrap();
        let refused = upload.cancel_by_producing_resume_data().await.unwrap_err();
        assert_eq!(refused.to_string(), "a cancelled transfer cannot be cancelled");
        when(|| methods(&server).contains(&"DELETE".to_owned())).await;
    });
}

#[test]
fn a_file_that_has_changed_is_not_sent_behind_what_the_server_has() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Arc::default();
    let server = tus(&kept);
    let session = open(dir.path());
    run(&session, async {
        let data = ended(&session, &server, dir.path(), &kept).await;
        write(&dir.path().join("file"), content(2, SIZE));
        let refused = session.resume_upload(&data, again(&data)).await.map(|upload| upload.id());
        match refused {
            Err(Error::Refused(failure)) => assert_eq!(failure.kind, ErrorKind::FileChanged),
            other => panic!("{other:?}"),
        }
        let download = windlass::DownloadRequest::new("http://127.0.0.1:9/").unwrap();
        let refused = session.resume_download(&data, download).await.map(|download| download.id());
        assert!(matches!(refused, Err(Error::NotResumeData(NotResumeData::OfUpload))));
    });
    assert_eq!(kept.lock().unwrap().len(), HAS);
}

#[test]
fn what_goes_in_one_request_cannot_be_continued_and_is_not_ended_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_, reply| {
        held.pass();
        reply.body(SIZE);
        say(reply, "201 Created", &[]);
    });
    let session = open(dir.path());
    run(&session, async {
        let upload =
            session.start_upload(request(dir.path(), &server.url("in")).by(Method::Post)).await.unwrap();
        when(|| !server.seen().is_empty()).await;
        match upload.cancel_by_producing_resume_data().await {
            Err(Error::Refused(failure)) => assert_eq!(failure.kind, ErrorKind::NotResumable),
            other => panic!("{other:?}"),
        }
        assert_eq!(upload.snapshot().await.unwrap().state, Phase::Running);
        gate.open();
        assert_eq!(upload.settled().await.unwrap().state, Phase::Completed);
    });
}

#[test]
fn a_file_that_lies_beside_its_place_at_a_server_of_sftp_gets_there_from_another_session() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, gate) = (Kept::default(), Gate::default());
    let (files, held) = (kept.clone(), gate.clone());
    let came = Arc::new(Mutex::new(0));
    let most = came.clone();
    let server = SftpServer::start(move |ask| {
        if let Ask::Write { offset, bytes } = ask {
            if *offset > HAS {
                held.pass();
            }
            let mut most = most.lock().unwrap();
            *most = (*most).max(offset + bytes.len());
        }
        files.serve(ask)
    });
    let session = open(dir.path());
    let mut asked = request(dir.path(), &server.url("in/"));
    asked.headers.set_host_key(&server.fingerprint).unwrap();
    asked.terms.limit = None;
    let data = run(&session, async {
        let upload = session.start_upload(asked.clone()).await.unwrap();
        when(|| *came.lock().unwrap() >= HAS).await;
        let data = given_up(&upload).await;
        session.close().await.unwrap();
        data
    });
    gate.open();
    let session = elsewhere(dir.path());
    run(&session, async {
        let mut request = data.upload().unwrap();
        request.headers.take_over(asked.headers);
        let done = session.resume_upload(&data, request).await.unwrap().settled().await.unwrap();
        assert_eq!((done.state, done.restarts), (Phase::Completed, 0), "{done:?}");
    });
    assert_eq!(kept.paths(), ["/in/file"]);
}
