use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use windlass::{Conditions, Download, Phase, Reason, Session};

use super::request;
use crate::server::{Server, content};
use crate::{assert_complete, open, run};

/// So many downloads, begun together.
async fn begin(session: &Session, count: usize, dir: &Path, url: impl Fn(usize) -> String) -> Vec<Download> {
    let requests = (0..count).map(|number| request(&url(number), dir)).collect();
    session.start_downloads(requests).await.unwrap().into_iter().map(Result::unwrap).collect()
}

/// Row 29: more than two hundred wait at once, none is lost, and all of them come to their end.
#[test]
fn hundreds_wait_at_once_and_none_is_lost() {
    const COUNT: usize = 300;
    let dir = tempfile::tempdir().unwrap();
    let body = content(81, 1000);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    run(&session, async {
        session.set_conditions(Conditions::offline()).await.unwrap();
        begin(&session, COUNT, dir.path(), |number| server.far_url(&format!("{number}.bin"))).await;
        let waiting = session.list().await.unwrap();
        let waits =
            |one: &windlass::Snapshot| one.state == Phase::Waiting && one.reason == Some(Reason::Network);
        assert!(waiting.len() == COUNT && waiting.iter().all(waits));
        session.close().await.unwrap();
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        let all = session.downloads().await.unwrap();
        assert_eq!(all.len(), COUNT);
        let mut files = HashSet::new();
        for download in all {
            let done = download.settled().await.unwrap();
            assert_complete(&done, &body);
            files.insert(done.path.unwrap());
        }
        assert_eq!(files.len(), COUNT);
    });
    assert_eq!(server.seen().len(), COUNT);
}

/// A server that keeps its connections, and counts them; everything that it has is one line.
fn keeping() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            counted.fetch_add(1, SeqCst);
            std::thread::spawn(move || converse(socket));
        }
    });
    (port, count)
}

fn converse(mut socket: TcpStream) {
    let mut lines = BufReader::new(socket.try_clone().unwrap()).lines().map_while(Result::ok);
    while lines.any(|line| line.is_empty()) {
        if socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall").is_err() {
            return;
        }
    }
}

/// Row 30: small files come over few connections, which are used again and again.
#[test]
fn small_files_share_connections() {
    const COUNT: usize = 100;
    let dir = tempfile::tempdir().unwrap();
    let (port, connections) = keeping();
    let session = open(dir.path());
    run(&session, async {
        let url = |number| format!("http://127.0.0.1:{port}/{number}");
        for download in begin(&session, COUNT, dir.path(), url).await {
            assert_complete(&download.settled().await.unwrap(), b"small");
        }
    });
    // As many small ones run at once at most, so each connection serves two files or more.
    let connections = connections.load(SeqCst);
    assert!(connections <= COUNT / 2, "{connections} connections for {COUNT} files");
}
