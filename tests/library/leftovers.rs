//! What is left at a server of an upload that was given up: it goes from there, whatever comes in between.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use windlass::{
    Change, Conditions, ErrorKind, Event, Kind, Phase, Protocol, Reason, Session, Snapshot, Upload,
    UploadRequest,
};

use crate::server::{Gate, Reply, Request, Server, content};
use crate::sftp_server::{Ask, Kept, SftpServer};
use crate::{open, run, write};

const SIZE: usize = 4_000_000;
/// What the server has of it.
const HAS: &str = "100000";

/// A server of tus that takes a part of a file and then nothing more, and answers `end` when it is to be
/// removed. Each upload has a number.
fn tus(end: impl Fn(usize, &mut Reply) + Send + Sync + 'static) -> Server {
    having(HAS, end)
}

fn having(bytes: &'static str, end: impl Fn(usize, &mut Reply) + Send + Sync + 'static) -> Server {
    let (made, ends) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Server::start(move |request, reply| match request.method.as_str() {
        "OPTIONS" => _ = reply.head("204 No Content", &[("Tus-Version", "1.0.0".to_owned())]),
        "POST" => {
            let upload = format!("/up/{}", made.fetch_add(1, SeqCst));
            reply.head("201 Created", &[("Location", upload), ("Content-Length", "0".to_owned())]);
        }
        "PATCH" => _ = reply.body(SIZE),
        "HEAD" => {
            let length = ("Upload-Length", SIZE.to_string());
            reply.head("200 OK", &[("Upload-Offset", bytes.to_owned()), length]);
        }
        _ => end(ends.fetch_add(1, SeqCst), reply),
    })
}

fn say(reply: &mut Reply, status: &str) {
    reply.head(status, &[("Content-Length", "0".to_owned())]);
}

fn request(dir: &Path, url: &str) -> UploadRequest {
    let path = dir.join("file");
    write(&path, content(1, SIZE));
    let mut request = UploadRequest::new(path, url).unwrap().through(Protocol::Tus);
    // It does not come to its end.
    request.terms.limit = Some(200_000);
    request
}

/// An upload of which the server has something.
async fn begun(session: &Session, request: UploadRequest) -> Upload {
    let upload = session.start_upload(request).await.unwrap();
    while upload.snapshot().await.unwrap().progress.done == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    upload
}

/// What is left, when it is how the test wants it.
async fn left(session: &Session, wanted: impl Fn(&[Snapshot]) -> bool) -> Vec<Snapshot> {
    loop {
        let left = session.leftovers().await.unwrap();
        if wanted(&left) {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn nothing_is_left(session: &Session) {
    left(session, <[_]>::is_empty).await;
}

fn removals(server: &Server) -> Vec<Request> {
    server.seen().into_iter().filter(|request| request.method == "DELETE").collect()
}

fn removed(server: &Server) -> Vec<String> {
    removals(server).into_iter().map(|request| request.path).collect()
}

#[test]
fn a_cancelled_upload_goes_from_its_server_and_the_user_does_not_wait_for_that() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let door = gate.clone();
    let server = tus(move |_, reply| {
        door.pass();
        say(reply, "204 No Content");
    });
    let session = open(dir.path());
    run(&session, async {
        let upload = begun(&session, request(dir.path(), &server.url("files/"))).await;
        let mut events = session.subscribe();
        upload.cancel().await.unwrap();
        assert_eq!(upload.snapshot().await.unwrap().state, Phase::Cancelled);
        let left = left(&session, |left| left.len() == 1).await;
        assert_eq!((left[0].kind, left[0].name.as_str()), (Kind::Leftover, "file"));
        assert_eq!(left[0].progress.total, Some(SIZE as u64));
        assert_eq!(session.list().await.unwrap().len(), 1, "it is none of the transfers");
        // What is about to go takes nobody's turn and cannot be held up.
        assert!(session.pause(Some(vec![left[0].id])).await.is_err());
        session.pause(None).await.unwrap();
        gate.open();
        nothing_is_left(&session).await;
        loop {
            if matches!(events.recv().await.unwrap(), Event::Removed { id } if id == left[0].id) {
                break;
            }
        }
        assert_eq!(upload.snapshot().await.unwrap().progress.done, 0);
    });
    assert_eq!(removed(&server), ["/up/0"]);
}

#[test]
fn so_does_one_that_is_removed_or_begun_again_and_the_new_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let server = tus(|_, reply| say(reply, "204 No Content"));
    let session = open(dir.path());
    run(&session, async {
        let upload = begun(&session, request(dir.path(), &server.url("files/"))).await;
        upload.restart().await.unwrap();
        nothing_is_left(&session).await;
        assert_eq!(removed(&server), ["/up/0"]);
        while upload.snapshot().await.unwrap().progress.done == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        upload.pause().await.unwrap();
        session.remove(Some(vec![upload.id()]), false).await.unwrap();
        nothing_is_left(&session).await;
        assert_eq!(removed(&server), ["/up/0", "/up/1"]);
    });
}

#[test]
fn what_can_go_on_is_left_where_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let server = tus(|_, reply| say(reply, "204 No Content"));
    let session = open(dir.path());
    run(&session, async {
        let upload = begun(&session, request(dir.path(), &server.url("files/"))).await;
        upload.pause().await.unwrap();
        upload.resume().await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let session = reopened(dir.path());
    run(&session, async {
        assert!(session.leftovers().await.unwrap().is_empty());
        assert_eq!(session.list().await.unwrap().len(), 1);
    });
    assert!(removals(&server).is_empty());
}

/// The lock of a session that was dropped goes with the last of its threads.
fn reopened(dir: &Path) -> Session {
    let options = windlass::Options::new(windlass::Profile::at(dir.join("profile")));
    loop {
        match Session::open(&options) {
            Err(windlass::OpenError::Locked) => std::thread::sleep(Duration::from_millis(5)),
            session => return session.unwrap(),
        }
    }
}

#[test]
fn a_server_in_trouble_is_asked_again_and_one_that_knows_nothing_of_it_is_not() {
    for (answers, expected) in [(["503 Busy", "204 No Content"], 2), (["404 Not Found", ""], 1)] {
        let dir = tempfile::tempdir().unwrap();
        let server = tus(move |nth, reply| say(reply, answers[nth]));
        let session = open(dir.path());
        run(&session, async {
            begun(&session, request(dir.path(), &server.url("files/"))).await.cancel().await.unwrap();
            while removals(&server).len() < expected {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            nothing_is_left(&session).await;
        });
        assert_eq!(removals(&server).len(), expected);
    }
}

#[test]
fn it_waits_for_the_network() {
    let dir = tempfile::tempdir().unwrap();
    let server = tus(|_, reply| say(reply, "204 No Content"));
    let session = open(dir.path());
    run(&session, async {
        let upload = begun(&session, request(dir.path(), &server.far_url("files/"))).await;
        session.set_conditions(Conditions::offline()).await.unwrap();
        upload.cancel().await.unwrap();
        left(&session, |left| left.len() == 1).await;
        assert!(removals(&server).is_empty());
        session.set_conditions(Conditions::default()).await.unwrap();
        nothing_is_left(&session).await;
    });
    assert_eq!(removed(&server), ["/up/0"]);
}

#[test]
fn what_a_server_does_not_remove_stays_listed_with_its_words_until_it_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let server = tus(|_, reply| {
        let length = ("Content-Length", "10".to_owned());
        reply.head("405 Method Not Allowed", &[("Content-Type", "text/plain".to_owned()), length]);
        reply.send("Not by you");
    });
    let session = open(dir.path());
    run(&session, async {
        begun(&session, request(dir.path(), &server.url("files/"))).await.cancel().await.unwrap();
        let refused = left(&session, |left| left.iter().any(|left| left.state == Phase::Failed)).await;
        let error = refused[0].error.clone().unwrap();
        assert_eq!((error.status, error.detail.as_deref()), (Some(405), Some("Not by you")));
        session.close().await.unwrap();
    });
    drop(session);
    let session = reopened(dir.path());
    run(&session, async {
        let refused = session.leftovers().await.unwrap();
        assert_eq!((refused.len(), refused[0].state), (1, Phase::Failed));
        assert_eq!(removals(&server).len(), 1, "it is not asked again unasked");
        session.resume(Some(vec![refused[0].id])).await.unwrap();
        left(&session, |left| left[0].state == Phase::Failed && left[0].attempts == 2).await;
        session.remove(None, false).await.unwrap();
        assert_eq!(session.leftovers().await.unwrap().len(), 1, "all transfers are not these");
        session.remove(Some(vec![refused[0].id]), false).await.unwrap();
        assert!(session.leftovers().await.unwrap().is_empty());
    });
    assert_eq!(removals(&server).len(), 2);
}

#[test]
fn it_survives_the_session_and_then_says_that_it_needs_the_login_which_is_never_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let server = tus(|nth, reply| say(reply, if nth == 0 { "503 Busy" } else { "204 No Content" }));
    let session = open(dir.path());
    let url = server.url("files/").replace("://", "://me:S3CR3T@");
    run(&session, async {
        begun(&session, request(dir.path(), &url)).await.cancel().await.unwrap();
        left(&session, |left| left.iter().any(|left| left.state == Phase::Waiting)).await;
        session.close().await.unwrap();
    });
    drop(session);
    for file in std::fs::read_dir(dir.path().join("profile/state")).unwrap() {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("S3CR3T"));
    }
    let session = reopened(dir.path());
    run(&session, async {
        let left = left(&session, |left| left[0].state == Phase::Paused).await;
        assert_eq!(left[0].reason, Some(Reason::NeedsLogin));
        session.amend(left[0].id, vec![Change::parse("url", &url).unwrap()]).await.unwrap();
        nothing_is_left(&session).await;
    });
    let asked = removals(&server);
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|request| request.header("authorization").is_some()));
}

#[test]
fn a_file_that_turns_out_to_be_complete_is_not_removed() {
    let dir = tempfile::tempdir().unwrap();
    let server = having("4000000", |_, reply| say(reply, "204 No Content"));
    let session = open(dir.path());
    run(&session, async {
        begun(&session, request(dir.path(), &server.url("files/"))).await.cancel().await.unwrap();
        let left = left(&session, |left| left.iter().any(|left| left.state == Phase::Failed)).await;
        assert_eq!(left[0].error.as_ref().unwrap().kind, ErrorKind::AlreadyComplete);
    });
    assert!(removals(&server).is_empty());
}

/// A server of SFTP whose files are these, and that waits before it gives a file its name.
fn sftp(kept: &Kept, renaming: &Arc<AtomicUsize>, gate: &Gate) -> SftpServer {
    let (kept, renaming, gate) = (kept.clone(), renaming.clone(), gate.clone());
    SftpServer::start(move |ask| {
        if matches!(ask, Ask::Rename { .. }) {
            renaming.fetch_add(1, SeqCst);
            gate.pass();
        }
        kept.serve(ask)
    })
}

#[test]
fn what_completes_in_the_moment_in_which_it_is_cancelled_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, gate, renaming) = (Kept::default(), Gate::default(), Arc::<AtomicUsize>::default());
    let server = sftp(&kept, &renaming, &gate);
    let session = open(dir.path());
    let path = dir.path().join("file");
    write(&path, content(1, 1000));
    run(&session, async {
        let mut request = UploadRequest::new(path, &server.url("a")).unwrap();
        request.headers.set_host_key(&server.fingerprint).unwrap();
        let upload = session.start_upload(request).await.unwrap();
        while renaming.load(SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        upload.cancel().await.unwrap();
        gate.open();
        while upload.snapshot().await.unwrap().state != Phase::Completed {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(session.leftovers().await.unwrap().is_empty());
        session.remove(Some(vec![upload.id()]), false).await.unwrap();
        assert!(session.leftovers().await.unwrap().is_empty());
    });
    assert_eq!(kept.paths(), ["/a"]);
}
