//! A first look at a file on its server.

use windlass::{DownloadRequest, Error, ErrorKind, Probed};

use crate::server::{Gate, Server, content};
use crate::{impatient, run};

#[test]
fn a_look_tells_name_and_size_and_whether_it_can_be_resumed_with_one_request() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(content(1, 3_000_000));
    let session = impatient(dir.path());
    let request = DownloadRequest::new(&server.url("a%20b.iso")).unwrap().into_folder(dir.path());
    let probed = run(&session, session.probe(request)).unwrap();
    let expected = Probed { name: "a b.iso".to_owned(), size: Some(3_000_000), resumable: true, page: false };
    assert_eq!(probed, expected);
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].header("range")), (1, Some("bytes=0-0")));
    assert!(run(&session, session.list()).unwrap().is_empty(), "nothing is started");
    assert!(!dir.path().join("a b.iso").exists());
}

#[test]
fn a_server_that_knows_no_parts_has_a_word_for_the_name_and_an_empty_file_a_size() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        if request.path.ends_with("empty") {
            reply.head("416 None", &[("Content-Range", "bytes */0".into()), ("Content-Length", "0".into())]);
            return;
        }
        let name = ("Content-Disposition", "attachment; filename=\"../x.html\"".into());
        let page = ("Content-Type", "text/html".into());
        reply.head("200 OK", &[name, page, ("Content-Length", "9000000".into())]);
        // Nobody reads on.
        reply.send("<html>");
    });
    let session = impatient(dir.path());
    let probe = |path: &str| run(&session, session.probe(DownloadRequest::new(&server.url(path)).unwrap()));
    let expected = Probed { name: "x.html".to_owned(), size: Some(9_000_000), resumable: false, page: true };
    assert_eq!(probe("get").unwrap(), expected);
    assert_eq!(probe("empty").unwrap().size, Some(0));
}

#[test]
fn what_a_server_refuses_is_a_failure_without_the_login_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        let status = if request.path.ends_with("gone") { "404 Gone" } else { "401 Who are you" };
        reply.head(status, &[("Content-Length", "0".into())]);
    });
    let session = impatient(dir.path());
    for (path, kind) in [("gone", ErrorKind::NotFound), ("mine", ErrorKind::Unauthorized)] {
        let url = server.url(path).replace("://", "://me:S3CR3T@");
        let error = run(&session, session.probe(DownloadRequest::new(&url).unwrap())).unwrap_err();
        let Error::Refused(failure) = error else { panic!("{error:?}") };
        assert_eq!(failure.kind, kind);
        assert!(!format!("{failure:?} {failure}").contains("S3CR3T"));
    }
}

#[test]
fn a_look_that_nobody_waits_for_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, asked) = (Gate::default(), Gate::default());
    let (held, came) = (gate.clone(), asked.clone());
    let server = Server::start(move |_, reply| {
        came.open();
        held.pass();
        reply.head("200 OK", &[("Content-Length", "0".into())]);
    });
    let session = impatient(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a")).unwrap();
        let looking = session.probe(request);
        let came = tokio::task::spawn_blocking(move || asked.pass());
        tokio::select! {
            probed = looking => panic!("{probed:?}"),
            came = came => came.unwrap(),
        }
    });
    gate.open();
}
