use std::os::unix::fs::PermissionsExt as _;

use windlass::{DownloadRequest, ErrorKind, Phase, UploadRequest};

use crate::server::{Server, content};
use crate::{download, impatient, run};

#[test]
fn every_refusal_of_a_server_is_told_with_its_status_and_a_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        reply.head(&format!("{} Oops", &request.path[1..]), &[("Content-Length", "0".into())]);
    });
    let session = impatient(dir.path());
    run(&session, async {
        for (status, kind, state) in [
            (401, ErrorKind::Unauthorized, Phase::Paused),
            (403, ErrorKind::Forbidden, Phase::Failed),
            (404, ErrorKind::NotFound, Phase::Failed),
            (410, ErrorKind::Gone, Phase::Failed),
            (413, ErrorKind::RequestEntityTooLarge, Phase::Failed),
            (500, ErrorKind::InternalServerError, Phase::Failed),
            (503, ErrorKind::ServiceUnavailable, Phase::Failed),
        ] {
            let refused = download(&session, &server.url(&status.to_string()), dir.path()).await;
            let error = refused.error.unwrap();
            assert_eq!((refused.state, error.kind, error.status), (state, kind, Some(status)));
            assert!(error.message.contains(". "), "{}", error.message);
        }
    });
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["profile"]);
}

#[test]
fn a_server_that_is_down_is_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let session = impatient(dir.path());
    run(&session, async {
        let failed = download(&session, "http://127.0.0.1:9/a", dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::CannotConnect);
        let failed = download(&session, "http://no-such-name.invalid/a", dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::HostNameNotResolved);
    });
}

#[test]
fn a_server_that_falls_silent_is_not_waited_for_forever_and_what_it_said_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        reply.head("200 OK", &[("Content-Length", "1000000".into())]);
        reply.send(vec![7; 300_000]);
        // Until the other side hangs up.
        reply.body(1);
    });
    let session = impatient(dir.path());
    run(&session, async {
        let failed = download(&session, &server.url("a"), dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::Timeout);
        assert_eq!(failed.progress.done, 300_000);
    });
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_forever() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| _ = reply.body(1));
    let session = impatient(dir.path());
    run(&session, async {
        let failed = download(&session, &server.url("a"), dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::Timeout);
    });
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(content(1, 10));
    let session = impatient(dir.path());
    run(&session, async {
        // A file where a folder should be stops everybody, also the superuser.
        let file = dir.path().join("file");
        std::fs::OpenOptions::new().create_new(true).write(true).open(&file).unwrap();
        let failed = download(&session, &server.url("a"), &file.join("below")).await;
        assert_eq!(failed.state, Phase::Failed);
        let error = failed.error.unwrap();
        assert!(error.subject.unwrap().contains("below"));

        if !rustix::process::geteuid().is_root() {
            let closed = dir.path().join("closed");
            std::fs::create_dir(&closed).unwrap();
            std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
            let failed = download(&session, &server.url("a"), &closed).await;
            assert_eq!(failed.error.unwrap().kind, ErrorKind::PermissionDenied);
        }
    });
}

#[test]
fn a_file_larger_than_the_disk_is_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        reply.head("200 OK", &[("Content-Length", (1_u64 << 60).to_string())]);
    });
    let session = impatient(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("big")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        let waiting = crate::until(&download, |s| s.state == Phase::Waiting).await;
        assert_eq!(waiting.error.unwrap().kind, ErrorKind::DiskFull);
    });
    assert!(!dir.path().join("big.part").exists());
}

#[test]
fn an_upload_of_a_file_that_is_not_there_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let session = impatient(dir.path());
    run(&session, async {
        for path in ["missing", "."] {
            let request = UploadRequest::new(dir.path().join(path), "http://127.0.0.1:9/").unwrap();
            let error = session.start_upload(request).await.map(|_| ()).unwrap_err();
            assert!(error.to_string().contains("is not there"), "{error}");
        }
        assert!(session.list().await.unwrap().is_empty());
    });
}
