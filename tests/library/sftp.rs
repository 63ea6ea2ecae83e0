use std::io::Read as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use windlass::{DownloadRequest, ErrorKind, Phase, Reason, Session, Snapshot, Verified};

use crate::server::content;
use crate::sftp_server::{Ask, Say, SftpServer, behave};
use crate::{assert_complete, impatient, open, resolute, run};

const SIZE: usize = 3_000_001;
/// Long ago.
const THEN: u32 = 1_500_000_000;
const LATER: u32 = 1_600_000_000;

fn request(server: &SftpServer, path: &str, dir: &std::path::Path) -> DownloadRequest {
    let mut request = DownloadRequest::new(&server.url(path)).unwrap().into_folder(dir);
    request.headers.set_host_key(&server.fingerprint).unwrap();
    request
}

async fn get(session: &Session, request: DownloadRequest) -> Snapshot {
    session.start_download(request).await.unwrap().settled().await.unwrap()
}

#[test]
fn a_file_arrives_byte_equal_whatever_pieces_the_server_gives() {
    for longest in [usize::MAX, 100_000, 32_768, 7_001] {
        let dir = tempfile::tempdir().unwrap();
        let body: Arc<[u8]> = content(41, SIZE).into();
        let (sent, paths) = (body.clone(), Arc::new(Mutex::new(Vec::new())));
        let asked = paths.clone();
        let server = SftpServer::start(move |ask| {
            if let Ask::Open { path, .. } = ask {
                asked.lock().unwrap().push(path.clone());
            }
            match behave(&sent, THEN, ask) {
                Say::Data(bytes) => Say::Data(bytes[..bytes.len().min(longest)].to_vec()),
                other => other,
            }
        });
        let session = open(dir.path());
        run(&session, async {
            let done = get(&session, request(&server, "dir/a%20b.bin", dir.path())).await;
            assert_complete(&done, &body);
            assert_eq!(done.path.unwrap(), dir.path().join("a b.bin"));
            assert_eq!((done.verified, done.attempts), (Some(Verified::Etag), 1));
        });
        assert_eq!(paths.lock().unwrap()[0], "/dir/a b.bin");
    }
}

#[test]
fn a_path_may_begin_where_the_login_leads() {
    let dir = tempfile::tempdir().unwrap();
    let paths = Arc::new(Mutex::new(Vec::new()));
    let asked = paths.clone();
    let server = SftpServer::start(move |ask| {
        if let Ask::Open { path, .. } = ask {
            asked.lock().unwrap().push(path.clone());
        }
        behave(b"hello", THEN, ask)
    });
    let session = open(dir.path());
    run(&session, async {
        assert_complete(&get(&session, request(&server, "~/a", dir.path())).await, b"hello");
    });
    assert_eq!(paths.lock().unwrap()[0], "a");
}

#[test]
fn an_unknown_server_is_never_let_in_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let server = SftpServer::start(move |ask| {
        counted.fetch_add(1, SeqCst);
        behave(b"hello", THEN, ask)
    });
    let session = open(dir.path());
    run(&session, async {
        let unknown = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        let mut other = unknown.clone();
        other.headers.set_host_key("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU").unwrap();
        for request in [unknown, other] {
            let error = get(&session, request).await.error.unwrap();
            assert_eq!(error.kind, ErrorKind::HostKeyNotTrusted);
            assert!(error.message.contains(&server.fingerprint), "{error:?}");
        }
    });
    assert_eq!(asked.load(SeqCst), 0);
    assert!(!dir.path().join("a").exists());
}

#[test]
fn a_refused_login_is_asked_for_and_refused_files_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let server = SftpServer::start(|ask| match ask {
        Ask::Open { path, .. } if path == "/none" => Say::Status(2),
        Ask::Open { path, .. } if path == "/secret" => Say::Status(3),
        Ask::Open { path, .. } if path == "/odd" => Say::Status(4),
        ask => behave(b"", THEN, ask),
    });
    let session = impatient(dir.path());
    run(&session, async {
        for (path, kind) in
            [("none", ErrorKind::NotFound), ("secret", ErrorKind::Forbidden), ("odd", ErrorKind::Ftp)]
        {
            assert_eq!(get(&session, request(&server, path, dir.path())).await.error.unwrap().kind, kind);
        }
        assert_complete(&get(&session, request(&server, "empty", dir.path())).await, b"");
        let url = server.url("a").replace("S3CR3T", "wrong");
        let mut wrong = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        wrong.headers.set_host_key(&server.fingerprint).unwrap();
        let asking = get(&session, wrong).await;
        assert_eq!((asking.state, asking.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
    });
}

#[test]
fn a_connection_that_breaks_is_taken_up_again_without_losing_a_byte() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(42, SIZE).into();
    let sent = body.clone();
    let server = SftpServer::start(move |ask| match ask {
        Ask::Read { number: 9 | 15, .. } => Say::HangUp,
        ask => behave(&sent, THEN, ask),
    });
    let session = open(dir.path());
    run(&session, async {
        let done = get(&session, request(&server, "a", dir.path())).await;
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
    assert!(server.connections.load(SeqCst) > 1);
}

/// A port that leads to `behind`, but for its first connection: on that one the server says only so much.
fn cut_once(behind: u16, after: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            let server = TcpStream::connect(("127.0.0.1", behind)).unwrap();
            let most = if number == 0 { after as u64 } else { u64::MAX };
            let (mut asks, mut asked) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut asks, &mut asked));
            std::thread::spawn(move || {
                _ = std::io::copy(&mut (&server).take(most), &mut &client);
                _ = client.shutdown(Shutdown::Both);
                server.shutdown(Shutdown::Both)
            });
        }
    });
    port
}

#[test]
fn a_connection_that_is_cut_during_the_login_was_not_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = SftpServer::start(|ask| behave(b"hello", THEN, ask));
    let session = open(dir.path());
    run(&session, async {
        let cut = (100..2500).step_by(20).map(|after| {
            let (server, session, dir) = (&server, &session, dir.path());
            async move {
                let url = server.url("a").replace(
                    &format!(":{}/", server.port()),
                    &format!(":{}/", cut_once(server.port(), after)),
                );
                let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir);
                request.headers.set_host_key(&server.fingerprint).unwrap();
                let done = get(session, request).await;
                assert_eq!(done.state, Phase::Completed, "after {after} bytes: {done:?}");
            }
        });
        futures_util::future::join_all(cut).await;
    });
}

#[test]
fn a_file_that_changes_meanwhile_is_begun_again_and_never_mixed() {
    // Before the second look at it, which is behind the last byte, or before a piece is read again.
    for cut in [None, Some(9)] {
        let dir = tempfile::tempdir().unwrap();
        let old = content(43, SIZE);
        let new: Arc<[u8]> = content(44, SIZE).into();
        let (sent, looks) = (new.clone(), AtomicUsize::new(0));
        let server = SftpServer::start(move |ask| {
            if let Ask::Stat { number } = ask {
                looks.store(number + 1, SeqCst);
            }
            match ask {
                Ask::Read { number, .. } if Some(*number) == cut => Say::HangUp,
                ask if looks.load(SeqCst) < 2 => behave(&old, THEN, ask),
                ask => behave(&sent, LATER, ask),
            }
        });
        let session = resolute(dir.path());
        run(&session, async {
            let done = get(&session, request(&server, "a", dir.path())).await;
            assert_complete(&done, &new);
            assert_eq!(done.restarts, 1);
        });
    }
}

#[test]
fn a_file_that_is_shorter_than_it_was_said_to_be_is_not_complete() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(45, SIZE);
    let server = SftpServer::start(move |ask| match ask {
        Ask::Stat { .. } => Say::Stat(SIZE as u64 + 1000, THEN),
        ask => behave(&body, THEN, ask),
    });
    let session = impatient(dir.path());
    run(&session, async {
        let end = get(&session, request(&server, "a", dir.path())).await;
        assert_eq!(end.error.unwrap().kind, ErrorKind::Truncated);
        assert!(!dir.path().join("a").exists());
    });
}

#[test]
fn a_server_that_gives_more_or_nothing_is_not_believed() {
    for length in [0, 200_000] {
        let dir = tempfile::tempdir().unwrap();
        let server = SftpServer::start(move |ask| match ask {
            Ask::Read { .. } => Say::Data(vec![7; length]),
            ask => behave(&vec![7; SIZE], THEN, ask),
        });
        let session = impatient(dir.path());
        run(&session, async {
            let end = get(&session, request(&server, "a", dir.path())).await;
            assert_eq!(end.state, Phase::Failed);
            assert!(!dir.path().join("a").exists());
        });
    }
}

#[test]
fn a_large_file_comes_over_several_connections() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(46, 16_000_000).into();
    let sent = body.clone();
    let server = SftpServer::start(move |ask| {
        if matches!(ask, Ask::Read { .. }) {
            std::thread::sleep(Duration::from_millis(2));
        }
        behave(&sent, THEN, ask)
    });
    let session = open(dir.path());
    run(&session, async {
        assert_complete(&get(&session, request(&server, "a", dir.path())).await, &body);
    });
}
