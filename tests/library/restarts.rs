use std::sync::Arc;

use windlass::{
    Destination, DownloadRequest, ErrorKind, Notice, OpenError, Options, Phase, Profile, Session,
};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, open, run, until};

/// A server that holds the first answer in the middle until the gate opens.
fn holding(body: &Arc<[u8]>, until: usize, gate: &Gate) -> Server {
    let (sent, held) = (body.clone(), gate.clone());
    Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&sent, "\"v1\"", request, reply);
        }
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Accept-Ranges", "bytes".to_owned()),
            ("Content-Length", sent.len().to_string()),
        ];
        reply.head("200 OK", &headers);
        reply.send(&sent[..until]);
        held.pass();
    })
}

#[test]
fn closed_in_the_middle_it_goes_on_by_itself_with_the_next_session() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(1, 800_000).into();
    let gate = Gate::default();
    let server = holding(&body, 300_000, &gate);
    let session = open(dir.path());
    let id = run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until(&download, |s| s.progress.done == 300_000).await;
        session.close().await.unwrap();
        download.id()
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        let downloads = session.downloads().await.unwrap();
        assert_eq!(downloads.iter().map(|d| d.id()).collect::<Vec<_>>(), [id]);
        assert_complete(&downloads[0].settled().await.unwrap(), &body);
    });
    gate.open();
    assert_eq!(server.seen()[1].first(), Some(300_000 - 65_536));
}

#[test]
fn what_was_acknowledged_is_listed_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_, _| held.pass());
    let ids: Vec<_> = {
        let session = open(dir.path());
        let ids = run(&session, async {
            let mut ids = Vec::new();
            for n in 0..20 {
                let request =
                    DownloadRequest::new(&server.url(&n.to_string())).unwrap().into_folder(dir.path());
                ids.push(session.start_download(request).await.unwrap().id());
            }
            session.pause(Some(vec![ids[3]])).await.unwrap();
            session.remove(Some(vec![ids[4]]), false).await.unwrap();
            ids
        });
        // No close: the handle goes, and with it everything, as in a crash.
        drop(session);
        ids
    };
    gate.open();
    let session = open(dir.path());
    run(&session, async {
        let list = session.list().await.unwrap();
        let known: Vec<_> = list.iter().map(|transfer| transfer.id).collect();
        let expected: Vec<_> = ids.iter().copied().filter(|id| *id != ids[4]).collect();
        assert_eq!(known, expected);
        assert_eq!(list.iter().find(|transfer| transfer.id == ids[3]).unwrap().state, Phase::Paused);
    });
}

#[test]
fn a_profile_has_one_session_at_a_time_and_two_profiles_live_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let session = open(dir.path());
    let second = Session::open(&Options::new(Profile::at(dir.path().join("profile"))));
    assert!(matches!(second, Err(OpenError::Locked)));
    let other = open(&dir.path().join("other"));
    run(&other, async { assert!(other.list().await.unwrap().is_empty()) });
    drop(session);
}

#[test]
fn a_damaged_state_is_told_and_a_newer_one_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new("http://127.0.0.1:9/a").unwrap().into_folder(dir.path());
        session.start_download(request).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let state = dir.path().join("profile/state/transfers-000001.ron");
    let text = std::fs::read_to_string(&state).unwrap();
    let overwrite = |text: &str| {
        let copy = dir.path().join("copy");
        std::io::Write::write_all(
            &mut std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(&copy).unwrap(),
            text.as_bytes(),
        )
        .unwrap();
        std::fs::rename(copy, &state).unwrap();
    };
    overwrite(&text.replacen("version 1", "version 2", 1));
    let newer = Session::open(&Options::new(Profile::at(dir.path().join("profile"))));
    assert!(matches!(newer, Err(OpenError::Newer { found: 2 })));
    overwrite(&format!("garbage\n{text}"));
    let session = open(dir.path());
    assert!(matches!(session.notices(), [Notice::StateDamaged(aside)] if aside.exists()));
    run(&session, async { assert_eq!(session.list().await.unwrap().len(), 1) });
}

#[test]
fn a_secret_is_not_kept_on_disk_and_is_asked_for_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let session = open(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new("http://me:S3CR3T@127.0.0.1:9/a").unwrap();
        request.destination = Some(Destination::Folder(dir.path().into()));
        request.headers.add("X-Token", "S3CR3T").unwrap();
        session.start_download(request).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    for entry in std::fs::read_dir(dir.path().join("profile/state")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("S3CR3T"));
    }
    let session = open(dir.path());
    run(&session, async {
        let download = &session.downloads().await.unwrap()[0];
        let paused = download.settled().await.unwrap();
        assert_eq!(paused.state, Phase::Paused);
        assert_eq!(paused.error.unwrap().kind, ErrorKind::Unauthorized);
    });
}

#[test]
fn removing_drops_the_part_file_and_leaves_a_completed_one() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(3, 500_000).into();
    let gate = Gate::default();
    let server = holding(&body, 200_000, &gate);
    let session = open(dir.path());
    run(&session, async {
        let request = |name: &str| DownloadRequest::new(&server.url(name)).unwrap().into_folder(dir.path());
        let unfinished = session.start_download(request("a")).await.unwrap();
        until(&unfinished, |s| s.progress.done == 200_000).await;
        assert!(dir.path().join("a.part").exists());
        unfinished.cancel().await.unwrap();
        assert!(dir.path().join("a.part").exists(), "cancelling keeps the bytes");
        session.remove(Some(vec![unfinished.id()]), false).await.unwrap();
        assert!(!dir.path().join("a.part").exists());

        let kept = session.start_download(request("b")).await.unwrap();
        kept.settled().await.unwrap();
        session.remove(Some(vec![kept.id()]), false).await.unwrap();
        assert!(dir.path().join("b").exists());

        let deleted = session.start_download(request("c")).await.unwrap();
        deleted.settled().await.unwrap();
        session.remove(Some(vec![deleted.id()]), true).await.unwrap();
        assert!(!dir.path().join("c").exists());
        assert!(session.list().await.unwrap().is_empty());
    });
    gate.open();
}

#[test]
fn restarting_drops_the_bytes_and_begins_again() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(4, 500_000).into();
    let gate = Gate::default();
    let server = holding(&body, 200_000, &gate);
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until(&download, |s| s.progress.done == 200_000).await;
        download.restart().await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 1);
        assert_eq!(done.path.unwrap(), dir.path().join("a"));
    });
    gate.open();
    assert_eq!(server.seen()[1].first(), Some(0));
}

#[test]
fn a_session_that_many_close_at_the_same_moment_answers_all_of_them() {
    for _ in 0..300 {
        let dir = tempfile::tempdir().unwrap();
        let session = open(dir.path());
        let answered = session.runtime().block_on(async {
            let asked = (0..32).map(|_| {
                let session = session.clone();
                // The second word of each may come when the session is just going.
                tokio::spawn(async move {
                    [session.close().await, session.close().await].map(|closed| closed.is_ok())
                })
            });
            let all = futures_util::future::join_all(asked.collect::<Vec<_>>());
            tokio::time::timeout(std::time::Duration::from_secs(10), all).await
        });
        assert!(answered.is_ok_and(|answers| answers.into_iter().flatten().flatten().any(|closed| closed)));
    }
}
