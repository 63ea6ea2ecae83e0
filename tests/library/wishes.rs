//! What a request says of how it is to be treated when something goes wrong.

use std::time::{Duration, Instant};

use windlass::{
    Change, DownloadRequest, ErrorKind, IfExists, Method, Phase, Reason, Snapshot, UploadRequest,
};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, impatient, open, run, write};

/// A server that answers the first requests with this, and everything after that as it should.
fn refuses(first: usize, status: &'static str, body: Vec<u8>) -> Server {
    Server::start(move |request, reply| {
        let length = request.header("content-length").map(|length| length.parse().unwrap());
        if let Some(length) = length {
            reply.send("HTTP/1.1 100 Continue\r\n\r\n");
            reply.body(length);
        }
        if request.number < first {
            reply.head(status, &[("Content-Length", "0".into()), ("Connection", "close".into())]);
        } else if length.is_some() {
            reply.head("201 Created", &[("Content-Length", "0".into())]);
        } else {
            serve_file(&body, "\"v1\"", request, reply);
        }
    })
}

fn assert_paused(now: &Snapshot, kind: ErrorKind) {
    assert_eq!((now.state, now.reason), (Phase::Paused, Some(Reason::Recoverable)), "{now:?}");
    assert_eq!((now.error.as_ref().unwrap().kind, now.finished), (kind, None));
}

#[test]
fn a_failure_that_was_named_pauses_and_goes_on_when_somebody_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 1000);
    let server = refuses(1, "403 Forbidden", body.clone());
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        request.terms.pause_on = vec![ErrorKind::NotFound, ErrorKind::Forbidden];
        let download = session.start_download(request).await.unwrap();
        assert_paused(&download.settled().await.unwrap(), ErrorKind::Forbidden);
        download.resume().await.unwrap();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
}

#[test]
fn what_may_pass_by_itself_is_tried_as_often_as_ever_before_it_pauses() {
    let dir = tempfile::tempdir().unwrap();
    let server = refuses(9, "503 Busy", Vec::new());
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        (request.terms.pause_on, request.terms.retries) = (vec![ErrorKind::ServiceUnavailable], Some(1));
        let paused = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_paused(&paused, ErrorKind::ServiceUnavailable);
        assert_eq!(paused.attempts, 2);
    });
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn any_other_failure_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let server = refuses(1, "404 Not Found", Vec::new());
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        request.terms.pause_on = vec![ErrorKind::Forbidden];
        let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(failed.state, Phase::Failed);
    });
}

#[test]
fn an_upload_pauses_as_a_download_does() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("sent"), content(2, 1000));
    let server = refuses(1, "507 Full", Vec::new());
    let session = impatient(dir.path());
    run(&session, async {
        let request = UploadRequest::new(dir.path().join("sent"), &server.url("a")).unwrap();
        let mut request = request.by(Method::Put);
        request.terms.pause_on = vec![ErrorKind::InsufficientStorage];
        let upload = session.start_upload(request).await.unwrap();
        assert_paused(&upload.settled().await.unwrap(), ErrorKind::InsufficientStorage);
        upload.resume().await.unwrap();
        assert_eq!(upload.settled().await.unwrap().state, Phase::Completed);
    });
}

#[test]
fn a_server_that_falls_silent_is_waited_for_as_long_as_the_request_says() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("sent"), content(3, 1000));
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_, _| held.pass());
    // Its settings would wait for a minute.
    let session = open(dir.path());
    run(&session, async {
        let began = Instant::now();
        let mut download = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        (download.terms.timeout, download.terms.retries) = (Some(1), Some(0));
        let mut upload =
            UploadRequest::new(dir.path().join("sent"), &server.url("b")).unwrap().by(Method::Put);
        (upload.terms.timeout, upload.terms.retries) = (Some(1), Some(0));
        let download = session.start_download(download).await.unwrap();
        let upload = session.start_upload(upload).await.unwrap();
        for ended in [download.settled().await.unwrap(), upload.settled().await.unwrap()] {
            assert_eq!(ended.error.unwrap().kind, ErrorKind::Timeout);
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    });
    gate.open();
}

fn assert_skipped(now: &Snapshot) {
    assert_eq!((now.state, now.reason), (Phase::Cancelled, Some(Reason::Skipped)), "{now:?}");
    assert!(now.error.is_none() && now.verified.is_none() && now.finished.is_some(), "{now:?}");
}

#[test]
fn a_file_that_is_there_is_skipped_and_stays_whatever_becomes_of_the_transfer() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(4, 3_000_000);
    let server = Server::with_file(body.clone());
    let there = dir.path().join("a");
    write(&there, "mine");
    let session = impatient(dir.path());
    let url = server.url("a");
    let skipping = |request: DownloadRequest| {
        let mut request = request;
        request.if_exists = IfExists::Skip;
        session.start_download(request)
    };
    run(&session, async {
        let named = skipping(DownloadRequest::new(&url).unwrap().into_file(&there)).await.unwrap();
        assert_skipped(&named.settled().await.unwrap());
        assert!(server.seen().is_empty(), "its name was known");
        let found = skipping(DownloadRequest::new(&url).unwrap().into_folder(dir.path())).await.unwrap();
        let ended = found.settled().await.unwrap();
        assert_skipped(&ended);
        assert_eq!((ended.progress.done, server.seen().len()), (0, 1), "its name was asked for, and no more");
        session.remove(Some(vec![named.id()]), true).await.unwrap();
        assert_eq!(std::fs::read(&there).unwrap(), b"mine");
        assert!(!dir.path().join("a.part").exists());
        // Once there is none, it can be had.
        std::fs::remove_file(&there).unwrap();
        found.restart().await.unwrap();
        assert_complete(&found.settled().await.unwrap(), &body);
    });
}

#[test]
fn a_folder_in_its_place_is_an_obstacle_and_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(content(5, 1000));
    std::fs::create_dir(dir.path().join("a")).unwrap();
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        request.if_exists = IfExists::Skip;
        let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(failed.error.unwrap().kind, ErrorKind::FileExists);
    });
}

#[test]
fn a_download_that_finds_no_place_goes_into_another_folder() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 1000);
    let server = Server::with_file(body.clone());
    let session = impatient(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a")).unwrap().into_folder("/proc/nowhere");
        let download = session.start_download(request).await.unwrap();
        assert_eq!(download.settled().await.unwrap().state, Phase::Failed);
        download.amend(Change::Folder(dir.path().to_owned())).await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.path.unwrap(), dir.path().join("a"));
        let before = download.snapshot().await.unwrap();
        let changes = vec![Change::parse("priority", "0.9").unwrap(), Change::Folder("/proc".into())];
        assert!(session.amend(download.id(), changes).await.is_err(), "it is in a folder already");
        assert_eq!(download.snapshot().await.unwrap(), before, "all of it or nothing");
    });
}
