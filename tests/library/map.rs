//! The map of a file: which parts of it are here, and who gets the others.

use windlass::{Download, DownloadRequest, Segments, Session, TransferId, UploadRequest};

use crate::server::{Gate, Server, content, serve_file, serve_with};
use crate::{assert_complete, download, open, run, until, write};

async fn map(session: &Session, id: TransferId) -> Segments {
    session.segments(id).await.unwrap()
}

/// Waits until the map is how the test wants it.
async fn mapped(session: &Session, of: &Download, wanted: impl Fn(&Segments) -> bool) -> Segments {
    loop {
        let map = map(session, of.id()).await;
        if wanted(&map) {
            return map;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[test]
fn what_has_arrived_what_is_safe_and_who_gets_the_rest_is_seen_while_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 1_000_000);
    let (gate, sent) = (Gate::default(), body.clone());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        serve_with(&sent, "\"v1\"", request, reply, |reply, body| {
            let (now, later) = body.split_at(250_000);
            reply.send(now);
            held.pass();
            reply.send(later);
        });
    });
    let session = open(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.terms.connections = std::num::NonZeroU8::new(1);
        request.terms.limit = Some(50_000_000);
        let download = session.start_download(request).await.unwrap();
        until(&download, |now| now.progress.done == 250_000).await;
        let seen = mapped(&session, &download, |map| map.beginning == 250_000).await;
        assert_eq!((seen.total, seen.here.len(), seen.limit), (Some(1_000_000), 400, Some(50_000_000)));
        assert!(seen.here[..100].iter().all(|part| *part == 100) && seen.here[100..].iter().all(|p| *p == 0));
        assert_eq!(seen.safe, seen.here);
        let [one] = &seen.connections[..] else { panic!("{seen:?}") };
        assert!(server.url("a.bin").contains(&one.host), "{one:?}");
        assert_eq!((one.from, one.at), (0, 250_000));
        assert_eq!(one.until, Some(1_000_000));
        gate.open();
        assert_complete(&download.settled().await.unwrap(), &body);
        let seen = map(&session, download.id()).await;
        assert!(seen.connections.is_empty() && seen.safe.iter().all(|part| *part == 100), "{seen:?}");
    });
}

#[test]
fn parts_that_several_connections_get_lie_beside_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(2, 8_000_000);
    let (gate, sent) = (Gate::default(), body.clone());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        serve_with(&sent, "\"v1\"", request, reply, |reply, body| {
            let (now, later) = body.split_at(body.len().min(100_000));
            reply.send(now);
            held.pass();
            reply.send(later);
        });
    });
    let session = open(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.terms.connections = std::num::NonZeroU8::new(3);
        let download = session.start_download(request).await.unwrap();
        let seen = mapped(&session, &download, |map| {
            map.connections.len() == 3 && map.connections.iter().all(|one| one.at > one.from)
        })
        .await;
        let apart = seen.connections.windows(2).all(|two| two[0].until <= Some(two[1].from));
        assert!(apart && seen.connections[0].from == 0, "{seen:?}");
        gate.open();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
}

#[test]
fn what_has_not_begun_or_goes_the_other_way_has_no_parts() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(3, 1000);
    let server = Server::start(move |request, reply| serve_file(&body, "\"v1\"", request, reply));
    let session = open(dir.path());
    let file = dir.path().join("up.bin");
    write(&file, b"bytes");
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("later.bin")).unwrap().into_folder(dir.path());
        request.terms.start_at = Some(jiff::Timestamp::MAX);
        let later = session.start_download(request).await.unwrap();
        assert_eq!(map(&session, later.id()).await, Segments::default());
        let mut request = UploadRequest::new(&file, &server.url("up")).unwrap();
        request.terms.start_at = Some(jiff::Timestamp::MAX);
        let upload = session.start_upload(request).await.unwrap();
        assert!(map(&session, upload.id()).await.here.is_empty());
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        session.remove(Some(vec![done.id]), false).await.unwrap();
        assert!(session.segments(done.id).await.is_err());
    });
}
