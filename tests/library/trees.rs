//! Files of trees: many at once, each with the folders that lead to it, whatever their names are.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use windlass::{Found, IfExists, Method, Phase, Session, Snapshot, Tree, UploadRequest};

use crate::ftp_server::{FtpServer, Kept};
use crate::server::Server;
use crate::{open, run, write};

/// A server that takes everything that is put there.
fn taker() -> Server {
    Server::start(|request, reply| {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body(length);
        let status = if request.method == "PUT" { "201 Created" } else { "405 Not Allowed" };
        reply.head(status, &[("Content-Length", "0".into())]);
    })
}

/// One request for each file of a tree.
fn requests(tree: &Path, url: &str, how: impl Fn(UploadRequest) -> UploadRequest) -> Vec<UploadRequest> {
    let files = Tree::of(tree).unwrap().filter_map(|found| match found {
        Found::File { path, folders, .. } => {
            Some(how(UploadRequest::new(path, url).unwrap().in_folders(folders)))
        }
        _ => None,
    });
    files.collect()
}

async fn send(session: &Session, requests: Vec<UploadRequest>) -> Vec<Snapshot> {
    let mut ends = Vec::new();
    for upload in session.start_uploads(requests).await.unwrap() {
        ends.push(upload.unwrap().settled().await.unwrap());
    }
    ends
}

#[test]
fn every_file_of_a_tree_is_put_below_the_address_with_its_folders() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("50% ä");
    let mut expected = BTreeSet::new();
    for number in 0..200 {
        let folder = tree.join(format!("#{}", number % 7));
        std::fs::create_dir_all(&folder).unwrap();
        write(&folder.join(format!("{number}?")), b"x");
        expected.insert(format!("/in/50%25%20%C3%A4/%23{}/{number}%3F", number % 7));
    }
    let (server, session) = (taker(), open(dir.path()));
    run(&session, async {
        let all = requests(&tree, &server.url("in/"), |request| request.by(Method::Put));
        let sent = send(&session, all).await;
        assert!(sent.iter().all(|sent| sent.state == Phase::Completed));
        assert_eq!(
            (sent[0].name.as_str(), sent[0].relative_path.as_deref()),
            ("50% ä/#0/0?", Some("50% ä/#0/0?"))
        );
    });
    assert_eq!(server.seen().into_iter().map(|request| request.path).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn folders_are_made_where_they_are_missing_and_what_is_there_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("t");
    std::fs::create_dir_all(tree.join("a/b")).unwrap();
    for name in ["1", "a/2", "a/b/3"] {
        write(&tree.join(name), name.as_bytes());
    }
    let kept = Kept::default();
    kept.put("in/t/a/2", b"kept");
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| control.keep(&files, command));
    let session = open(dir.path());
    run(&session, async {
        let sent = send(&session, requests(&tree, &server.url("in"), |request| request)).await;
        let states: Vec<_> = sent.iter().map(|sent| (sent.name.as_str(), sent.state)).collect();
        assert_eq!(
            states,
            [("t/1", Phase::Completed), ("t/a/2", Phase::Failed), ("t/a/b/3", Phase::Completed)]
        );
        assert!(sent[1].error.as_ref().unwrap().message.contains("The name is taken"));
        let again = requests(&tree, &server.url("in"), |mut request| {
            request.if_exists = IfExists::Rename;
            request
        });
        assert!(send(&session, again).await.iter().all(|sent| sent.state == Phase::Completed));
    });
    assert_eq!(kept.get("in/t/a/2").unwrap(), b"kept");
    assert_eq!(kept.get("in/t/a/2 (1)").unwrap(), b"a/2");
    assert_eq!(kept.get("in/t/a/b/3").unwrap(), b"a/b/3");
}

#[test]
fn a_name_that_is_no_text_survives_the_end_of_a_session() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("t");
    let folder = tree.join(OsStr::from_bytes(b"\xfe"));
    std::fs::create_dir_all(&folder).unwrap();
    write(&folder.join(OsStr::from_bytes(b"a\xff")), b"x");
    let server = taker();
    let session = open(dir.path());
    run(&session, async {
        // Nothing may start yet.
        session.set_conditions(windlass::Conditions::offline()).await.unwrap();
        let all = requests(&tree, &server.far_url("in/"), |request| request.by(Method::Put));
        session.start_uploads(all).await.unwrap().pop().unwrap().unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        let sent = session.uploads().await.unwrap()[0].settled().await.unwrap();
        assert_eq!((sent.state, sent.name.as_str()), (Phase::Completed, "t/\u{fffd}/a\u{fffd}"));
    });
    assert_eq!(server.seen()[0].path, "/in/t/%FE/a%FF");
}

#[test]
fn what_is_complete_is_not_sent_again_unless_the_file_has_changed() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("t");
    std::fs::create_dir(&tree).unwrap();
    write(&tree.join("a"), b"one");
    let (server, session) = (taker(), open(dir.path()));
    run(&session, async {
        let request = || requests(&tree, &server.url("in/"), |request| request.by(Method::Put)).remove(0);
        let upload = session.start_upload(request()).await.unwrap();
        upload.settled().await.unwrap();
        session.renew_upload(upload.id(), request()).await.unwrap();
        assert_eq!(upload.settled().await.unwrap().state, Phase::Completed);
        assert_eq!(server.seen().len(), 1);
        write(&tree.join("a"), b"another");
        session.renew_upload(upload.id(), request()).await.unwrap();
        let sent = upload.settled().await.unwrap();
        assert_eq!((sent.state, sent.progress.done), (Phase::Completed, 7));
    });
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_file_that_is_refused_holds_up_no_other() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("a"), b"x");
    let (server, session) = (taker(), open(dir.path()));
    run(&session, async {
        let request = |name: &str| {
            UploadRequest::new(dir.path().join(name), &server.url("in/")).unwrap().by(Method::Put)
        };
        let started = session.start_uploads(vec![request("none"), request("a")]).await.unwrap();
        let [none, there] = <[_; 2]>::try_from(started).map_err(|_| "not two").unwrap();
        assert!(none.map(|_| ()).unwrap_err().to_string().contains("is not there"));
        assert_eq!(there.unwrap().settled().await.unwrap().state, Phase::Completed);
    });
}
