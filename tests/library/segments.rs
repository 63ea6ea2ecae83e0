use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use windlass::{OnChange, Verified};

use crate::server::{Reply, Request, Server, content, serve_with};
use crate::{assert_complete, download, open, run};

const TAG: &str = "\"v1\"";
const SIZE: usize = 8_000_000;

/// Sends slowly enough for several connections to be worth having: some 4 MB/s.
fn slowly(reply: &mut Reply, body: &[u8]) {
    for piece in body.chunks(40_000) {
        if !reply.send(piece) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn serve_slowly(content: &[u8], tag: &str, request: &Request, reply: &mut Reply) {
    serve_with(content, tag, request, reply, slowly);
}

#[test]
fn a_large_file_from_a_slow_server_comes_over_several_connections() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(21, SIZE).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| serve_slowly(&sent, TAG, request, reply));
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!((done.verified, done.attempts, done.restarts), (Some(Verified::Etag), 1, 0));
    });
    let seen = server.seen();
    assert!(seen.len() > 4, "{} requests", seen.len());
    for request in &seen[1..] {
        assert_eq!(request.header("if-range"), Some(TAG));
        assert_eq!(request.header("accept-encoding"), Some("identity"));
        assert!(request.first() < request.last() && request.last() < Some(SIZE));
    }
}

#[test]
fn a_file_whose_version_has_no_strong_name_comes_over_one_connection() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(22, SIZE / 2).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| serve_slowly(&sent, "W/\"v1\"", request, reply));
    let session = open(dir.path());
    run(&session, async {
        assert_complete(&download(&session, &server.url("a.bin"), dir.path()).await, &body);
    });
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_that_allows_few_connections_gets_no_more_and_the_file_arrives() {
    for allowed in [1, 2, 3] {
        let dir = tempfile::tempdir().unwrap();
        let body: Arc<[u8]> = content(23, SIZE).into();
        let (sent, open_now) = (body.clone(), Arc::new(AtomicUsize::new(0)));
        let server = Server::start(move |request, reply| {
            if open_now.fetch_add(1, SeqCst) < allowed {
                serve_slowly(&sent, TAG, request, reply);
            } else {
                reply.head("503 Service Unavailable", &[("Content-Length", "0".into())]);
            }
            open_now.fetch_sub(1, SeqCst);
        });
        let session = open(dir.path());
        run(&session, async {
            let done = download(&session, &server.url("a.bin"), dir.path()).await;
            assert_complete(&done, &body);
            assert_eq!(done.restarts, 0);
        });
    }
}

/// The first connections to break look like connections that are refused beside others.
#[test]
fn a_server_that_went_away_and_came_back_is_asked_over_several_connections_again() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(26, SIZE).into();
    let (sent, asked) = (body.clone(), AtomicUsize::new(0));
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let at_once = most.clone();
    let server = Server::start(move |request, reply| {
        match asked.fetch_add(1, SeqCst) {
            0 => serve_with(&sent, TAG, request, reply, |reply, body| {
                for piece in body.chunks(40_000).take_while(|_| asked.load(SeqCst) == 1) {
                    reply.send(piece);
                    std::thread::sleep(Duration::from_millis(10));
                }
                // The other connections break first.
                std::thread::sleep(Duration::from_millis(300));
                asked.store(100, SeqCst);
                reply.reset();
            }),
            beside if beside < 100 => reply.reset(),
            _ => {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                serve_slowly(&sent, TAG, request, reply);
                now.fetch_sub(1, SeqCst);
            }
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
    assert!(at_once.load(SeqCst) > 1, "{} at once", at_once.load(SeqCst));
}

#[test]
fn a_file_that_changes_under_several_connections_is_begun_again_if_that_is_wanted_and_never_mixed() {
    for change in 1..6 {
        let dir = tempfile::tempdir().unwrap();
        let old = content(24, SIZE);
        let new: Arc<[u8]> = content(25, SIZE / 4).into();
        let sent = new.clone();
        let server = Server::start(move |request, reply| {
            if request.number < change {
                serve_slowly(&old, TAG, request, reply);
            } else {
                serve_slowly(&sent, "\"v2\"", request, reply);
            }
        });
        let session = open(dir.path());
        let changed = async {
            let mut settings = session.settings().await.unwrap();
            settings.on_change = OnChange::Restart;
            session.configure(settings).await.unwrap();
        };
        run(&session, changed);
        run(&session, async {
            assert_complete(&download(&session, &server.url("a.bin"), dir.path()).await, &new);
        });
    }
}

#[test]
fn connections_that_break_off_lose_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(26, SIZE).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| {
        let breaks = (1..12).contains(&request.number);
        serve_with(&sent, TAG, request, reply, |reply, body| {
            if breaks {
                slowly(reply, &body[..body.len() / 3]);
                reply.reset();
            } else {
                slowly(reply, body);
            }
        });
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
}

#[test]
fn a_download_paused_under_several_connections_goes_on_where_each_of_them_was() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(27, SIZE).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| serve_slowly(&sent, TAG, request, reply));
    let session = open(dir.path());
    run(&session, async {
        let request = windlass::DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        crate::until(&download, |now| now.progress.connections > 3).await;
        download.pause().await.unwrap();
        crate::until(&download, |now| now.progress.connections == 0 && now.progress.done > 0).await;
        let before = server.seen().len();
        let kept = download.snapshot().await.unwrap().progress.done;
        assert!(kept > 0);
        download.resume().await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
        let mut again: Vec<_> = server.seen()[before..]
            .iter()
            .filter_map(|asked| Some((asked.first()?, asked.last()? + 1)))
            .collect();
        again.sort_unstable();
        let mut at = 0;
        let again: usize = again
            .into_iter()
            .map(|(first, end)| {
                let fresh = end.saturating_sub(at.max(first));
                at = at.max(end);
                fresh
            })
            .sum();
        // Some bytes before the first gap are asked for once more, to be compared.
        assert!(again as u64 <= SIZE as u64 - kept + 64 * 1024, "{again} bytes were asked for, {kept} kept");
    });
}

#[test]
fn a_file_can_be_read_from_its_beginning_and_in_the_middle_while_it_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(28, SIZE).into();
    let sent = body.clone();
    let server = Server::start(move |request, reply| serve_slowly(&sent, TAG, request, reply));
    let session = open(dir.path());
    run(&session, async {
        let mut request =
            windlass::DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.sequential = true;
        request.terms.limit = Some(3_000_000);
        let download = session.start_download(request).await.unwrap();
        let mut reader = download.reader();
        let mut buffer = vec![0; 100_000];
        let first = reader.read(&mut buffer).await.unwrap();
        assert!(first > 0 && buffer[..first] == body[..first]);
        assert_ne!(download.snapshot().await.unwrap().state, windlass::Phase::Completed);
        reader.seek(SIZE as u64 - 1000);
        let last = reader.read(&mut buffer).await.unwrap();
        assert!(buffer[..last] == body[SIZE - 1000..SIZE - 1000 + last]);
        reader.seek(first as u64);
        let mut read = body[..first].to_vec();
        loop {
            let count = reader.read(&mut buffer).await.unwrap();
            if count == 0 {
                break;
            }
            read.extend_from_slice(&buffer[..count]);
        }
        assert!(read[..] == body[..]);
        assert_complete(&download.settled().await.unwrap(), &body);
    });
}

#[test]
fn a_fast_file_is_whole_where_two_connections_bring_the_same_bytes() {
    const LARGE: usize = 100_000_000;
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(29, LARGE).into();
    let (sent, requests) = (body.clone(), AtomicUsize::new(0));
    let server = Server::start(move |request, reply| {
        requests.fetch_add(1, SeqCst);
        serve_with(&sent, TAG, request, reply, |reply, part| {
            // The first connection stands still until another one is asked for what it has left; the
            // second one is not free for that before it is clear how slow the first one is.
            let before = if request.number == 0 { LARGE / 20 } else { part.len() - 1000 };
            if !reply.send(&part[..before]) {
                return;
            }
            match request.number {
                0 => {
                    while requests.load(SeqCst) < 3 {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                }
                1 => std::thread::sleep(Duration::from_millis(1200)),
                _ => {}
            }
            reply.send(&part[before..]);
        });
    });
    let session = open(dir.path());
    run(&session, async {
        let request = windlass::DownloadRequest::new(&server.url("a.bin")).unwrap();
        let mut request = request.into_folder(dir.path());
        request.terms.connections = std::num::NonZero::new(2);
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (1, 0));
    });
    let seen = server.seen();
    assert!(seen[2].first() < seen[1].first(), "{seen:?}");
}
