//! What is kept of what has become of a transfer.

use windlass::{DownloadRequest, Ended, ErrorKind, Happened, History, Session};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, download, open, run, until};

async fn told(session: &Session, id: windlass::TransferId) -> Vec<Happened> {
    let History { before, entries } = session.history(id).await.unwrap();
    assert!(before == 0 && entries.is_sorted_by_key(|past| past.at), "{entries:?}");
    entries.into_iter().map(|past| past.what).collect()
}

#[test]
fn every_attempt_is_kept_with_what_it_moved_and_how_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 300_000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => _ = reply.head("503 Busy", &[("Content-Length", "0".into())]),
        1 => {
            let head = [("ETag", "\"v1\""), ("Accept-Ranges", "bytes"), ("Content-Length", "300000")];
            reply.head("200 OK", &head.map(|(name, value)| (name, value.to_owned())));
            reply.send(&sent[..100_000]);
        }
        _ => serve_file(&sent, "\"v1\"", request, reply),
    });
    let session = open(dir.path());
    let id = run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        done.id
    });
    let check = |told: &[Happened]| {
        let [
            Happened::Attempted { moved: 0, ended: Ended::Failed(busy), .. },
            Happened::Attempted { moved: 100_000, ended: Ended::Failed(cut), .. },
            Happened::Attempted { ended: Ended::Completed, moved, until },
        ] = told
        else {
            panic!("{told:?}")
        };
        assert_eq!((busy.kind, busy.status), (ErrorKind::ServiceUnavailable, Some(503)));
        assert_eq!(cut.kind, ErrorKind::Truncated);
        assert!((200_000..=300_000).contains(moved) && *until >= cut.at, "{told:?}");
    };
    check(&run(&session, told(&session, id)));
    run(&session, session.close()).unwrap();
    drop(session);
    // It is on the disk.
    let again = open(dir.path());
    check(&run(&again, told(&again, id)));
}

#[test]
fn what_people_did_in_between_stands_there_too() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(2, 500_000);
    let (gate, sent) = (Gate::default(), body.clone());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&sent, "\"v1\"", request, reply);
        }
        reply.head("200 OK", &[("ETag", "\"v1\"".into()), ("Content-Length", "500000".into())]);
        reply.send(&sent[..200_000]);
        held.pass();
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until(&download, |now| now.progress.done == 200_000).await;
        download.pause().await.unwrap();
        let change = windlass::Change::parse("url", &server.url("b.bin")).unwrap();
        download.amend(change).await.unwrap();
        download.restart().await.unwrap();
        assert_complete(&download.settled().await.unwrap(), &body);
        let told = told(&session, download.id()).await;
        let [
            Happened::Attempted { ended: Ended::Stopped, moved: 200_000, .. },
            Happened::Paused,
            Happened::LinkChanged,
            Happened::StartedOver(None),
            Happened::Attempted { ended: Ended::Completed, moved: 500_000, .. },
        ] = &told[..]
        else {
            panic!("{told:?}")
        };
    });
    gate.open();
}

#[test]
fn of_many_that_went_well_at_once_nothing_more_is_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(content(3, 1000));
    let session = open(dir.path());
    let id = run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        let told = told(&session, done.id).await;
        assert!(
            matches!(&told[..], [Happened::Attempted { moved: 1000, ended: Ended::Completed, .. }]),
            "{told:?}"
        );
        session.close().await.unwrap();
        done.id
    });
    let state = std::fs::read_to_string(dir.path().join("profile/state/transfers-000001.ron")).unwrap();
    assert!(state.contains(&id.to_string()) && !state.contains("history"), "{state}");
}
