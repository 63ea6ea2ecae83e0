use std::sync::Arc;

use windlass::{
    Conditions, DownloadRequest, Error, ErrorKind, NotResumeData, Phase, Reason, ResumeData, Session,
    Snapshot,
};

use super::{HERE, OVERLAP, SIZE, begun, elsewhere, ended, holding, part};
use crate::server::{Gate, Request, Server, content, serve_file};
use crate::{assert_complete, impatient, open, run, until};

async fn go_on(session: &Session, data: &ResumeData, request: DownloadRequest) -> Snapshot {
    session.resume_download(data, request).await.unwrap().settled().await.unwrap()
}

#[test]
fn a_download_goes_on_in_another_session_where_its_part_file_is() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(1, SIZE).into();
    let (server, data) = ended(dir.path(), &body, HERE);
    let session = elsewhere(dir.path());
    run(&session, async {
        let done = go_on(&session, &data, data.download().unwrap()).await;
        assert_complete(&done, &body);
        assert_eq!((done.path.unwrap(), done.restarts), (dir.path().join("a.bin"), 0));
    });
    let seen = server.seen();
    assert_eq!((seen.len(), seen[1].first()), (2, Some(HERE - OVERLAP)));
    assert_eq!(seen[1].header("if-range"), Some("\"v1\""));
}

#[test]
fn a_cancelled_download_of_which_there_is_resume_data_no_longer_owns_its_part_file() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(2, SIZE).into();
    let gate = Gate::default();
    let server = holding(&body, HERE, &gate);
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.far_url("a.bin")).unwrap().into_folder(dir.path());
        let download = begun(&session, request, HERE).await;
        let data = download.cancel_by_producing_resume_data().await.unwrap();
        assert_eq!(download.snapshot().await.unwrap().state, Phase::Cancelled);
        // It can be made again, in case it was lost.
        let again = download.cancel_by_producing_resume_data().await.unwrap();
        assert_eq!(again.to_text().unwrap(), data.to_text().unwrap());
        // To begin again is to begin another file.
        download.restart().await.unwrap();
        let other = until(&download, |s| s.state == Phase::Completed).await;
        assert_complete(&other, &body);
        assert_eq!(other.path.unwrap(), dir.path().join("a (1).bin"));
        assert!(std::fs::read(part(&dir.path().join("a.bin"))).unwrap() == body[..HERE]);
        session.remove(None, true).await.unwrap();
        assert!(part(&dir.path().join("a.bin")).exists());
        let before = server.seen().len();
        assert_complete(&go_on(&session, &data, data.download().unwrap()).await, &body);
        assert_eq!(server.seen()[before].first(), Some(HERE - OVERLAP));
    });
    gate.open();
}

#[test]
fn what_waits_what_has_failed_and_what_was_just_cancelled_can_go_on_elsewhere_and_what_is_complete_cannot() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(3, SIZE).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/whole" => serve_file(&sent, "\"v1\"", request, reply),
        _ if request.first().is_some_and(|first| first > 0) => {
            reply.head("404 Not Found", &[("Content-Length", "0".to_owned())]);
        }
        _ => {
            let headers = [
                ("ETag", "\"v1\"".to_owned()),
                ("Accept-Ranges", "bytes".to_owned()),
                ("Content-Length", sent.len().to_string()),
            ];
            reply.head("200 OK", &headers);
            reply.send(&sent[..HERE]);
        }
    });
    let session = impatient(dir.path());
    run(&session, async {
        let request =
            |name: &str| DownloadRequest::new(&server.far_url(name)).unwrap().into_folder(dir.path());
        session.set_conditions(Conditions::offline()).await.unwrap();
        let waiting = session.start_download(request("waiting")).await.unwrap();
        let nothing = waiting.cancel_by_producing_resume_data().await.unwrap();
        session.set_conditions(Conditions::default()).await.unwrap();

        let failed = session.start_download(request("failed")).await.unwrap();
        until(&failed, |s| s.state == Phase::Failed).await;
        let of_failed = failed.cancel_by_producing_resume_data().await.unwrap();
        assert_eq!(failed.snapshot().await.unwrap().state, Phase::Cancelled);

        let cancelled = session.start_download(request("cancelled")).await.unwrap();
        until(&cancelled, |s| s.state == Phase::Failed).await;
        cancelled.cancel().await.unwrap();
        let of_cancelled = cancelled.cancel_by_producing_resume_data().await.unwrap();

        let complete = session.start_download(request("whole")).await.unwrap();
        complete.settled().await.unwrap();
        let refused = complete.cancel_by_producing_resume_data().await.unwrap_err();
        assert_eq!(refused.to_string(), "a completed transfer cannot be cancelled");

        for data in [nothing, of_failed, of_cancelled] {
            let mut request = data.download().unwrap();
            // The link was refreshed meanwhile.
            request.url = windlass::Address::parse(&server.url("whole")).unwrap().0;
            assert_complete(&go_on(&session, &data, request).await, &body);
        }
    });
    let seen = server.seen();
    let firsts = seen.iter().filter(|request| request.path == "/whole").map(Request::first);
    // The first one was complete, and of the next one nothing was here.
    let middle = Some(HERE - OVERLAP);
    assert_eq!(firsts.collect::<Vec<_>>(), [Some(0), Some(0), middle, middle]);
}

#[test]
fn a_file_that_has_changed_at_the_server_is_not_mixed_with_what_is_here() {
    for with_part in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let (_, data) = ended(dir.path(), &content(4, SIZE).into(), HERE);
        let new = content(5, SIZE);
        let body = new.clone();
        let server = Server::start(move |request, reply| serve_file(&body, "\"v2\"", request, reply));
        let path = dir.path().join("a.bin");
        if !with_part {
            std::fs::remove_file(part(&path)).unwrap();
        }
        let session = elsewhere(dir.path());
        run(&session, async {
            let mut request = data.download().unwrap();
            request.url = windlass::Address::parse(&server.url("a.bin")).unwrap().0;
            let done = go_on(&session, &data, request).await;
            if with_part {
                assert_eq!((done.state, done.reason), (Phase::Paused, Some(Reason::Changed)));
                assert!(!path.exists());
                session.restart(Some(vec![done.id])).await.unwrap();
                let new = session.downloads().await.unwrap().remove(0);
                until(&new, |s| s.state == Phase::Completed).await;
            } else {
                assert_complete(&done, &new);
            }
            assert!(std::fs::read(&path).unwrap() == new);
        });
    }
}

#[test]
fn two_transfers_never_go_on_with_one_part_file() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(6, SIZE).into();
    let (_, data) = ended(dir.path(), &body, HERE);
    let session = elsewhere(dir.path());
    run(&session, async {
        session.set_conditions(Conditions::offline()).await.unwrap();
        let request = data.download().unwrap();
        let first = session.resume_download(&data, request.clone()).await.unwrap();
        for request in [request.clone(), request.clone().into_file(dir.path().join("b"))] {
            match session.resume_download(&data, request).await {
                Err(Error::Refused(failure)) => assert_eq!(failure.kind, ErrorKind::FileExists),
                other => panic!("{:?}", other.map(|download| download.id())),
            }
        }
        // One that was paused has hold of it, too.
        first.pause().await.unwrap();
        assert!(session.resume_download(&data, request.clone()).await.is_err());
        // One that gives it up has not, whether anybody has looked at the file by then or not.
        let passed_on = first.cancel_by_producing_resume_data().await.unwrap();
        let second = session.resume_download(&passed_on, request).await.unwrap();
        session.set_conditions(Conditions::default()).await.unwrap();
        assert_complete(&second.settled().await.unwrap(), &body);
    });
}

#[test]
fn before_anybody_has_looked_at_the_part_file_nothing_of_it_counts_also_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(7, SIZE).into();
    let (server, data) = ended(dir.path(), &body, HERE);
    let session = elsewhere(dir.path());
    run(&session, async {
        session.set_conditions(Conditions::offline()).await.unwrap();
        let download = session.resume_download(&data, data.download().unwrap()).await.unwrap();
        assert_eq!(download.snapshot().await.unwrap().progress.done, 0);
    });
    // No close: everything goes, as in a crash.
    drop(session);
    let options = windlass::Options::new(windlass::Profile::at(dir.path().join("elsewhere")));
    let session = loop {
        match Session::open(&options) {
            Err(windlass::OpenError::Locked) => std::thread::yield_now(),
            session => break session.unwrap(),
        }
    };
    run(&session, async {
        let download = session.downloads().await.unwrap().remove(0);
        assert_complete(&download.settled().await.unwrap(), &body);
    });
    assert_eq!(server.seen()[1].first(), Some(HERE - OVERLAP));
}

#[test]
fn secrets_are_not_in_it_and_are_asked_for_again() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(8, SIZE).into();
    let gate = Gate::default();
    let server = holding(&body, HERE, &gate);
    let session = open(dir.path());
    run(&session, async {
        let url = server.url("a.bin?key=SIGNED").replace("://", "://me:S3CR3T@");
        let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        request.headers.add("X-Token", "S3CR3T").unwrap();
        request.headers.add("Accept", "text/plain").unwrap();
        let download = begun(&session, request.clone(), HERE).await;
        let data = download.cancel_by_producing_resume_data().await.unwrap();
        gate.open();
        let text = data.to_text().unwrap();
        assert!(!text.contains("S3CR3T") && text.contains("key=SIGNED"));
        let data = ResumeData::parse(text.as_bytes()).unwrap();
        let waits = session.resume_download(&data, data.download().unwrap()).await.unwrap();
        assert_eq!(waits.settled().await.unwrap().reason, Some(Reason::NeedsLogin));
        assert_eq!(server.seen().len(), 1);
        session.remove(Some(vec![waits.id()]), false).await.unwrap();
        let mut again = data.download().unwrap();
        again.headers.take_over(request.headers);
        assert_complete(&go_on(&session, &data, again).await, &body);
    });
    let asked = &server.seen()[1];
    assert_eq!((asked.header("x-token"), asked.header("accept")), (Some("S3CR3T"), Some("text/plain")));
    assert!(asked.header("authorization").is_some());
}

#[test]
fn an_upload_does_not_go_on_with_the_data_of_a_download() {
    let dir = tempfile::tempdir().unwrap();
    let (_, data) = ended(dir.path(), &content(9, SIZE).into(), HERE);
    let session = elsewhere(dir.path());
    run(&session, async {
        let request = windlass::UploadRequest::new("/etc/hostname", "http://127.0.0.1:9/").unwrap();
        let refused = session.resume_upload(&data, request).await.map(|upload| upload.id());
        assert!(matches!(refused, Err(Error::NotResumeData(NotResumeData::OfDownload))));
        assert!(session.list().await.unwrap().is_empty());
    });
}
