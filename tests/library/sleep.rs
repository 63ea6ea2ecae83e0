//! A session while the computer falls asleep and wakes up.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use windlass::{DownloadRequest, Phase};

use crate::server::{Gate, Server, content, serve_file};
use crate::sftp_server::{SftpServer, behave};
use crate::{assert_complete, open, run, until};

const SIZE: usize = 800_000;
const HELD: usize = 300_000;

/// A server that holds what is asked for first in the middle, for good.
fn holding(body: &Arc<[u8]>, gate: &Gate) -> Server {
    let (sent, held) = (body.clone(), gate.clone());
    Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&sent, "\"v1\"", request, reply);
        }
        let length = ("Content-Length", sent.len().to_string());
        reply.head("200 OK", &[("ETag", "\"v1\"".to_owned()), ("Accept-Ranges", "bytes".to_owned()), length]);
        reply.send(&sent[..HELD]);
        held.pass();
    })
}

#[test]
fn before_a_sleep_everything_is_on_the_disk_and_nothing_starts_until_it_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(81, SIZE).into();
    let gate = Gate::default();
    let server = holding(&body, &gate);
    let session = open(dir.path());
    run(&session, async {
        let request = |name: &str| DownloadRequest::new(&server.url(name)).unwrap().into_folder(dir.path());
        let first = session.start_download(request("a.bin")).await.unwrap();
        until(&first, |now| now.progress.done == HELD as u64).await;
        session.suspend().await.unwrap();
        let kept = dir.path().join("profile/state/transfers-000001.ron");
        let state = std::fs::read_to_string(kept).unwrap();
        assert!(state.contains(&format!("(0,{HELD})")), "{state}");
        let second = session.start_download(request("b.bin")).await.unwrap();
        // A sleep may be announced twice.
        session.suspend().await.unwrap();
        assert_eq!(first.snapshot().await.unwrap().state, Phase::Queued);
        assert_eq!(second.snapshot().await.unwrap().state, Phase::Queued);
        assert_eq!(server.seen().len(), 1);
        session.wake_up().await.unwrap();
        let done = first.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (2, 0));
        assert_complete(&second.settled().await.unwrap(), &body);
    });
    gate.open();
    let again = server.seen().iter().find(|seen| seen.number > 0 && seen.path == "/a.bin").cloned().unwrap();
    assert_eq!(again.first(), Some(HELD - 65_536), "it goes on with what was here");
}

#[test]
fn after_a_sleep_nothing_goes_over_a_connection_of_before() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(83, 10_000).into();
    let sent = body.clone();
    let server = SftpServer::start(move |ask| behave(&sent, 1_500_000_000, ask));
    let session = open(dir.path());
    run(&session, async {
        let get = async |name: &str| {
            let mut request = DownloadRequest::new(&server.url(name)).unwrap().into_folder(dir.path());
            request.headers.set_host_key(&server.fingerprint).unwrap();
            let done = session.start_download(request).await.unwrap().settled().await.unwrap();
            assert_complete(&done, &body);
        };
        get("a").await;
        get("b").await;
        assert_eq!(
            server.connections.load(SeqCst),
            1,
            "the second file comes over the connection of the first"
        );
        session.suspend().await.unwrap();
        session.wake_up().await.unwrap();
        get("c").await;
        assert_eq!(server.connections.load(SeqCst), 2);
    });
}

#[test]
fn a_session_that_sleeps_can_be_closed() {
    let dir = tempfile::tempdir().unwrap();
    let session = open(dir.path());
    run(&session, async {
        session.suspend().await.unwrap();
        session.close().await.unwrap();
    });
}
