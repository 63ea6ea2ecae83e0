use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use windlass::{ErrorKind, IfExists, Phase, Reason, UploadRequest, Verified};

use super::{is_part_of, replacing, send};
use crate::server::content;
use crate::sftp_server::{Ask, Kept, Say, SftpServer};
use crate::{impatient, open, run};

const SIZE: usize = 8_000_001;
const OPENSSH: &[&str] = &["posix-rename@openssh.com", "fsync@openssh.com"];
/// What may be missing before the end of what was cut.
const UNSURE: usize = 4 * 1024 * 1024;

fn request(dir: &std::path::Path, content: &[u8], server: &SftpServer, path: &str) -> UploadRequest {
    let mut request = super::request(dir, content, &server.url(path));
    request.headers.set_host_key(&server.fingerprint).unwrap();
    request
}

fn good(kept: &Kept) -> SftpServer {
    let kept = kept.clone();
    SftpServer::start(move |ask| kept.serve(ask))
}

#[test]
fn a_file_gets_its_name_when_all_of_it_is_there_and_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::with(&["/in"]), content(1, SIZE));
    let (files, asked) = (kept.clone(), Arc::new(Mutex::new(Vec::new())));
    let log = asked.clone();
    let server = SftpServer::knowing(OPENSSH, move |ask| {
        if !matches!(ask, Ask::Write { .. }) {
            log.lock().unwrap().push(ask.clone());
        }
        files.serve(ask)
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server, "in/")).await;
        assert_eq!((done.state, done.verified), (Phase::Completed, Some(Verified::Length)), "{done:?}");
        assert_eq!(done.protocol.as_deref(), Some("sftp"));
    });
    assert!(kept.get("/in/a file.bin").unwrap() == body);
    assert_eq!(kept.paths(), ["/in/a file.bin"]);
    let asked = asked.lock().unwrap();
    let place = |wanted: &dyn Fn(&Ask) -> bool| asked.iter().position(wanted).unwrap();
    let renamed = place(&|ask| matches!(ask, Ask::Rename { .. }));
    assert!(place(&|ask| *ask == Ask::Sync) < renamed);
    let Ask::Rename { from, .. } = &asked[renamed] else { unreachable!() };
    assert!(is_part_of(from.strip_prefix("/in/").unwrap(), "a file.bin"), "{from}");
}

#[test]
fn what_is_there_is_replaced_only_if_that_is_asked_for() {
    for extensions in [OPENSSH, &[]] {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::default();
        kept.put("/a", b"old");
        let files = kept.clone();
        let server = SftpServer::knowing(extensions, move |ask| files.serve(ask));
        let session = impatient(dir.path());
        run(&session, async {
            let refused = send(&session, request(dir.path(), b"new", &server, "a")).await;
            assert_eq!(refused.error.unwrap().kind, ErrorKind::FileExists);
            let mut skipped = request(dir.path(), b"skipped", &server, "a");
            skipped.if_exists = IfExists::Skip;
            assert_eq!(send(&session, skipped).await.reason, Some(Reason::Skipped));
            let mut other = request(dir.path(), b"other", &server, "a");
            other.if_exists = IfExists::Rename;
            assert_eq!(send(&session, other).await.state, Phase::Completed);
            assert_eq!(
                (kept.get("/a").unwrap(), kept.get("/a (1)").unwrap()),
                (b"old".into(), b"other".into())
            );
            let done = send(&session, replacing(request(dir.path(), b"new", &server, "a"))).await;
            assert_eq!(done.state, Phase::Completed, "{done:?}");
        });
        assert_eq!(kept.get("/a").unwrap(), b"new");
        assert_eq!(kept.paths(), ["/a", "/a (1)"]);
        assert_eq!(server.connections.load(SeqCst), 2, "the one over which a file went is kept for the next");
    }
}

#[test]
fn a_name_that_is_taken_in_the_last_moment_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let files = kept.clone();
    let server = SftpServer::start(move |ask| {
        if matches!(ask, Ask::Rename { .. }) {
            files.put("/a", b"somebody else's");
        }
        files.serve(ask)
    });
    let session = impatient(dir.path());
    run(&session, async {
        let failed = send(&session, request(dir.path(), b"ours", &server, "a")).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::FileExists);
    });
    assert_eq!(kept.get("/a").unwrap(), b"somebody else's");
}

#[test]
fn a_file_that_was_cut_goes_on_where_nothing_can_be_missing_and_is_not_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(3, SIZE));
    kept.put("/a", b"old");
    let (files, asked) = (kept.clone(), Arc::new(Mutex::new(Vec::new())));
    let (log, writes) = (asked.clone(), AtomicUsize::new(0));
    let server = SftpServer::knowing(OPENSSH, move |ask| {
        match ask {
            Ask::Write { offset, .. } => log.lock().unwrap().push(*offset),
            Ask::Create { flags, .. } => log.lock().unwrap().push(*flags as usize),
            _ => {}
        }
        let before = files.get("/a").unwrap();
        assert!(before == b"old" || matches!(ask, Ask::Replace { .. } | Ask::Close), "{ask:?}");
        if matches!(ask, Ask::Write { .. }) && writes.fetch_add(1, SeqCst) == 200 {
            return Say::HangUp;
        }
        files.serve(ask)
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, replacing(request(dir.path(), &body, &server, "a"))).await;
        assert_eq!((done.state, done.attempts, done.restarts), (Phase::Completed, 2, 0), "{done:?}");
    });
    assert!(kept.get("/a").unwrap() == body);
    assert_eq!(kept.paths(), ["/a"]);
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0], 2 | 8 | 16, "to write, to make, to empty");
    // Then 201 writes, of which the last one was not done.
    assert_eq!(asked[202..204], [2 | 8, 200 * 32 * 1024 - UNSURE], "to write, to make");
}

#[test]
fn a_server_that_cannot_go_on_in_the_middle_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(4, SIZE));
    let (files, writes) = (kept.clone(), AtomicUsize::new(0));
    let server = SftpServer::start(move |ask| {
        if let Ask::Write { offset, .. } = ask {
            match writes.fetch_add(1, SeqCst) {
                200 => return Say::HangUp,
                201.. if *offset > 0 && files.paths().len() == 1 && writes.load(SeqCst) == 202 => {
                    return Say::Why(4, "Illegal seek");
                }
                _ => {}
            }
        }
        files.serve(ask)
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server, "a")).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("/a").unwrap() == body);
}

#[test]
fn a_refusal_in_the_middle_ends_it_with_the_servers_own_words() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let files = kept.clone();
    let server = SftpServer::start(move |ask| match ask {
        Ask::Write { offset, .. } if *offset > 1_000_000 => Say::Why(4, "No space left on device"),
        ask => files.serve(ask),
    });
    let session = impatient(dir.path());
    run(&session, async {
        let failed = send(&session, request(dir.path(), &content(5, SIZE), &server, "a")).await;
        let error = failed.error.unwrap();
        assert_eq!(error.kind, ErrorKind::InsufficientStorage, "{error:?}");
        assert!(error.message.contains("No space left on device"), "{error:?}");
    });
    assert!(kept.get("/a").is_none());
}

#[test]
fn folders_that_are_missing_are_made_and_an_empty_file_is_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let server = good(&kept);
    let session = impatient(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), b"", &server, "x/y/a")).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert_eq!(kept.get("/x/y/a").unwrap(), b"");
}

#[test]
fn an_unknown_server_hears_nothing_and_a_refused_login_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let server = good(&kept);
    let session = impatient(dir.path());
    run(&session, async {
        let unknown = super::request(dir.path(), b"x", &server.url("a"));
        let error = send(&session, unknown).await.error.unwrap();
        assert_eq!(error.kind, ErrorKind::HostKeyNotTrusted);
        let mut wrong = super::request(dir.path(), b"x", &server.url("a").replace("S3CR3T", "wrong"));
        wrong.headers.set_host_key(&server.fingerprint).unwrap();
        assert_eq!(send(&session, wrong).await.state, Phase::Paused);
    });
    assert!(kept.paths().is_empty());
}
