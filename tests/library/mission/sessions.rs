use std::sync::Arc;

use windlass::{
    Error, Event, Group, IfExists, Kind, Notify, OpenError, Options, Phase, Profile, Progress, Reason,
    Session, Settings, TransferId,
};

use super::{HERE, OVERLAP, SIZE, Tus, holding, is_completed, request, reread, sending, shown, words};
use crate::server::{Gate, Server, content};
use crate::{assert_complete, open, run};

/// Row 1: a download of an address, with a destination, headers and words for both ends, begins by itself.
#[test]
fn a_download_begins_by_itself_and_arrives_where_it_was_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, SIZE);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    run(&session, async {
        let file = dir.path().join("a new folder/b.bin");
        let mut wanted = request(&server.url("a.bin"), dir.path()).into_file(&file);
        wanted.headers.add("X-From", "here").unwrap();
        wanted.headers.add("Referer", "http://a.example/").unwrap();
        wanted.terms.notify = words();
        let done = session.start_download(wanted).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.path.unwrap(), done.notify), (file, words()));
    });
    let seen = &server.seen()[0];
    assert_eq!((seen.header("x-from"), seen.header("referer")), (Some("here"), Some("http://a.example/")));
}

/// Row 2: a download goes on from its resume data, to another destination and with words of its own.
#[test]
fn a_download_goes_on_from_its_resume_data_in_another_session() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(2, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    let data = run(&session, async {
        let download = session.start_download(request(&server.url("a.bin"), dir.path())).await.unwrap();
        shown(&download, |now| now.progress.done == HERE as u64).await;
        let data = download.cancel_by_producing_resume_data().await.unwrap();
        session.close().await.unwrap();
        reread(&data)
    });
    let other = open(&dir.path().join("elsewhere"));
    run(&other, async {
        let mut wanted = data.download().unwrap().into_file(dir.path().join("b.bin"));
        wanted.terms.notify = words();
        let done = other.resume_download(&data, wanted).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.path.unwrap(), done.notify, done.restarts), (dir.path().join("b.bin"), words(), 0));
    });
    gate.open();
    let firsts: Vec<_> = server.seen().iter().map(|seen| seen.first().unwrap()).collect();
    assert_eq!(firsts, [0, HERE - OVERLAP]);
}

/// Row 3: the next session knows all downloads and uploads, and tells whoever listens how they go on.
#[test]
fn the_next_session_gives_the_transfers_out_and_tells_of_their_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(3, SIZE).into(), Gate::default());
    let (server, tus) = (holding(&body, &gate), Tus::waiting(SIZE));
    let session = open(dir.path());
    let ids = run(&session, async {
        let down = session.start_download(request(&server.url("a.bin"), dir.path())).await.unwrap();
        let up = sending(dir.path(), "sent", &body, &tus.server.url("up/"));
        let up = session.start_upload(up).await.unwrap();
        shown(&down, |now| now.progress.done == HERE as u64).await;
        tus.has_some().await;
        session.pause(None).await.unwrap();
        session.close().await.unwrap();
        [down.id(), up.id()]
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        let mut events = session.subscribe();
        let (down, up) = (session.downloads().await.unwrap(), session.uploads().await.unwrap());
        assert_eq!((down.len(), up.len()), (1, 1));
        assert_eq!([down[0].id(), up[0].id()], ids);
        down[0].resume().await.unwrap();
        up[0].resume().await.unwrap();
        let mut ended = Vec::new();
        while ended.len() < 2 {
            if let Event::Changed { transfer } = events.recv().await.unwrap()
                && is_completed(&transfer)
            {
                ended.push(transfer.id);
            }
        }
        assert!(ids.iter().all(|id| ended.contains(id)), "{ended:?}");
    });
    assert!(std::fs::read(dir.path().join("a.bin")).unwrap() == *body && tus.has(&body));
    gate.open();
}

/// Row 10: what runs goes on when the program that began it is gone, and only a session that runs begins anything.
#[test]
fn a_transfer_goes_on_without_the_one_who_began_it_and_none_begins_without_a_session() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(4, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    let wanted = || request(&server.url("a.bin"), dir.path());
    std::thread::scope(|scope| {
        let beginning = scope.spawn(|| {
            let own = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            own.block_on(async {
                let download = session.start_download(wanted()).await.unwrap();
                shown(&download, |now| now.progress.done == HERE as u64).await;
            });
        });
        // Its runtime goes with it, and every handle.
        beginning.join().unwrap();
    });
    gate.open();
    run(&session, async {
        let download = session.downloads().await.unwrap().remove(0);
        assert_complete(&download.settled().await.unwrap(), &body);
        let second = Session::open(&Options::new(Profile::at(dir.path().join("profile"))));
        assert!(matches!(second, Err(OpenError::Locked)), "one session owns them all");
        session.close().await.unwrap();
        assert!(matches!(session.start_download(wanted()).await, Err(Error::Closed)));
    });
    assert_eq!(server.seen().len(), 1);
}

/// Row 31: what a list shows, running and at rest, with how far it is; all of it is there again when the next
/// session has read its files, which are RON.
#[test]
fn what_a_list_shows_is_there_again_from_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(5, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    let before = run(&session, async {
        session.configure(Settings { max_running: 7, ..Settings::default() }).await.unwrap();
        session.set_group(Group::new("night".parse().unwrap())).await.unwrap();
        let paused = session.start_download(request(&server.url("half.bin"), dir.path())).await.unwrap();
        shown(&paused, |now| now.progress.done == HERE as u64).await;
        paused.pause().await.unwrap();
        shown(&paused, |now| now.state == Phase::Paused && now.progress.done == HERE as u64).await;
        gate.open();
        let done = session.start_download(request(&server.url("done.bin"), dir.path())).await.unwrap();
        assert_complete(&done.settled().await.unwrap(), &body);
        let mut later = sending(dir.path(), "sent", &body, &server.url("up"));
        later.terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
        later.terms.group = Some("night".parse().unwrap());
        session.start_upload(later).await.unwrap();
        let mut quiet = request("http://127.0.0.1:9/gone", dir.path());
        (quiet.if_exists, quiet.terms.retries) = (IfExists::Fail, Some(0));
        quiet.terms.notify = Notify { quiet: true, ..Notify::default() };
        session.start_download(quiet).await.unwrap().settled().await.unwrap();
        let list = session.list().await.unwrap();
        session.close().await.unwrap();
        list
    });
    drop(session);
    let states: Vec<_> = before.iter().map(|one| (one.kind, one.state, one.progress.done)).collect();
    let expected = [
        (Kind::Download, Phase::Paused, HERE as u64),
        (Kind::Download, Phase::Completed, SIZE as u64),
        (Kind::Upload, Phase::Waiting, 0),
        (Kind::Download, Phase::Failed, 0),
    ];
    assert_eq!(states, expected);
    let read = |file: &str| std::fs::read_to_string(dir.path().join("profile").join(file)).unwrap();
    assert!(read("state/transfers-000001.ron").starts_with("// windlass transfers, version 1"));
    assert_eq!(ron::from_str::<Settings>(&read("settings.ron")).unwrap().max_running, 7);
    let session = open(dir.path());
    run(&session, async {
        assert_eq!(session.list().await.unwrap(), before);
        assert_eq!(session.settings().await.unwrap().max_running, 7);
        assert_eq!(session.groups().await.unwrap()[0].standing.all, 1);
        assert_eq!(before[2].reason, Some(Reason::Schedule));
        // A row of a list that runs moves, and comes to its end.
        let mut moves = session.progress();
        let half = session.downloads().await.unwrap().remove(0);
        session.amend(half.id(), vec![windlass::Change::Limit(Some(200_000))]).await.unwrap();
        half.resume().await.unwrap();
        let has_moved = |(id, now): &(TransferId, Progress)| *id == half.id() && now.done > HERE as u64;
        while !moves.recv().await.unwrap().iter().any(has_moved) {}
        session.amend(half.id(), vec![windlass::Change::Limit(None)]).await.unwrap();
        assert_complete(&half.settled().await.unwrap(), &body);
    });
}
