use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _, Zoned};
use windlass::{
    Change, Conditions, ErrorKind, Event, Handle, Kind, Phase, Priority, Progress, Protocol, Reason,
    Settings, TransferId,
};

use super::{
    HERE, OVERLAP, SIZE, Tus, hold, holding, is_completed, request, reread, say, sending, shown, when,
};
use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, open, run};

/// Everything that can be done with a transfer but to end it.
async fn go_through(handle: &Handle) {
    assert_eq!(handle.id().to_string().parse::<TransferId>().unwrap(), handle.id());
    let is = async |phase| shown(handle, |now| now.state == phase).await;
    is(Phase::Running).await;
    handle.pause().await.unwrap();
    assert_eq!(is(Phase::Paused).await.reason, Some(Reason::User));
    handle.resume().await.unwrap();
    is(Phase::Running).await;
    handle.cancel().await.unwrap();
    assert!(is(Phase::Cancelled).await.error.is_none());
    assert!(handle.pause().await.is_err(), "it has ended");
    handle.restart().await.unwrap();
    assert_eq!(is(Phase::Running).await.restarts, 1);
}

/// Row 6: a transfer has a name, a state and its verbs: pause, resume, cancel, restart, and cancel with resume data.
#[test]
fn every_verb_works_on_the_handle_of_a_download_and_of_an_upload() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate) = (content(21, SIZE), Gate::default());
    let (sent, held) = (body.clone(), gate.clone());
    let server = Server::start(move |request, reply| {
        held.pass();
        match request.method.as_str() {
            "GET" => serve_file(&sent, "\"v1\"", request, reply),
            "OPTIONS" => say(reply, "204 No Content", &[("Tus-Version", "1.0.0".to_owned())]),
            _ => say(reply, "500 What", &[]),
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let down = session.start_download(request(&server.url("a.bin"), dir.path())).await.unwrap();
        let up = sending(dir.path(), "sent", &body, &server.url("up/")).through(Protocol::Tus);
        let up = session.start_upload(up).await.unwrap();
        go_through(&down).await;
        go_through(&up).await;
        let data = up.cancel_by_producing_resume_data().await.unwrap();
        assert_eq!(reread(&data).kind(), Kind::Upload);
        let data = down.cancel_by_producing_resume_data().await.unwrap();
        assert_eq!(reread(&data).kind(), Kind::Download);
        for handle in [&*up, &*down] {
            assert_eq!(handle.snapshot().await.unwrap().state, Phase::Cancelled);
        }
        gate.open();
        down.restart().await.unwrap();
        assert_complete(&down.settled().await.unwrap(), &body);
        assert!(down.cancel_by_producing_resume_data().await.is_err(), "it is complete");
    });
}

/// Row 7: of how far it is one sees what has moved, of how much, how fast, for how much longer, over how many
/// connections, whether it is through, and how often it was started over.
#[test]
fn progress_says_how_far_how_fast_how_long_and_how_often() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(22, SIZE);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    run(&session, async {
        let mut slow = request(&server.url("a.bin"), dir.path());
        slow.terms.limit = Some(400_000);
        let download = session.start_download(slow).await.unwrap();
        let now = shown(&download, |now| now.progress.rate > Some(0) && now.progress.eta.is_some()).await;
        let progress = now.progress;
        assert_eq!((progress.total, progress.connections), (Some(SIZE as u64), 1), "{progress:?}");
        assert!((1..SIZE as u64).contains(&progress.done), "{progress:?}");
        let left = (SIZE as u64 - progress.done).div_ceil(progress.rate.unwrap());
        assert_eq!((progress.eta, now.finished, now.restarts), (Some(left), None, 0));
        download.amend(Change::Limit(None)).await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.progress.done, done.progress.total), (SIZE as u64, Some(SIZE as u64)));
        assert!(done.progress.connections == 0 && done.finished >= done.started && done.attempts == 1);
        download.restart().await.unwrap();
        assert_eq!(shown(&download, is_completed).await.restarts, 1);
    });
}

/// Row 8: a transfer has a priority from 0.0 to 1.0, a moment before which it does not begin, and an expected size,
/// which counts for the disk and the data plan as long as a server has said nothing, and which the file then has to
/// have.
#[test]
fn a_request_says_how_urgent_it_is_when_it_may_begin_and_how_much_is_to_be_expected() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(23, 1000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        // How long it is shows at its end.
        "/endless" => _ = reply.head("200 OK", &[("Connection", "close".to_owned())]),
        _ => serve_file(&sent, "\"v1\"", request, reply),
    });
    let session = open(dir.path());
    run(&session, async {
        let mut later = request(&server.url("later"), dir.path());
        let moment = Timestamp::now() + 24.hours();
        (later.terms.start_at, later.terms.priority) = (Some(moment), Priority::try_from(0.9).unwrap());
        let later = session.start_download(later).await.unwrap();
        let waiting = later.snapshot().await.unwrap();
        assert_eq!((waiting.state, waiting.reason), (Phase::Waiting, Some(Reason::Schedule)));
        assert!(waiting.retry_at == Some(moment) && (waiting.priority - 0.9).abs() < 1e-6);
        assert!((f32::from(Priority::default()) - 0.5).abs() < 1e-6 && Priority::try_from(1.1).is_err());
        later.amend(Change::StartAt(None)).await.unwrap();
        assert_complete(&later.settled().await.unwrap(), &body);

        let mut endless = request(&server.url("endless"), dir.path());
        endless.expected.size = Some(1 << 60);
        let endless = session.start_download(endless).await.unwrap();
        shown(&endless, |now| now.reason == Some(Reason::DiskSpace)).await;
        let plan = Settings {
            data_plan: 1_000_000,
            data_plan_begins: u8::try_from(Zoned::now().day()).unwrap(),
            ..Settings::default()
        };
        session.configure(plan).await.unwrap();
        session.set_conditions(Conditions::metered()).await.unwrap();
        let mut large = request(&server.far_url("large"), dir.path());
        large.expected.size = Some(900_000);
        let large = session.start_download(large).await.unwrap();
        let held = large.snapshot().await.unwrap();
        assert_eq!((held.state, held.reason), (Phase::Waiting, Some(Reason::DataLimit)), "{held:?}");
        session.set_conditions(Conditions::default()).await.unwrap();
        assert_eq!(large.settled().await.unwrap().error.unwrap().kind, ErrorKind::ChecksumMismatch);
    });
}

/// Row 9: whoever listens hears how far it is, where a download has gone, what a server said to an upload, and what
/// went wrong.
#[test]
fn a_listener_hears_of_progress_and_of_every_end() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate) = (content(24, SIZE), Gate::default());
    let (sent, held) = (body.clone(), gate.clone());
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/a.bin" => hold(&sent, HERE, &held, reply),
        "/up" => {
            reply.body(super::length(request));
            reply.head("201 Created", &[("Content-Length", "6".to_owned()), ("X-Id", "42".to_owned())]);
            reply.send("thanks");
        }
        _ => say(reply, "404 Not Found", &[]),
    });
    let session = open(dir.path());
    run(&session, async {
        let (mut events, mut moves) = (session.subscribe(), session.progress());
        let good = session.start_download(request(&server.url("a.bin"), dir.path())).await.unwrap();
        let is_here = |id, done| id == good.id() && done == HERE as u64;
        while !moves.recv().await.unwrap().iter().any(|(id, now)| is_here(*id, now.done)) {}
        gate.open();
        let bad = session.start_download(request(&server.url("missing"), dir.path())).await.unwrap();
        let up = sending(dir.path(), "sent", &body, &server.url("up")).by(windlass::Method::Put);
        let up = session.start_upload(up).await.unwrap();
        let mut ends = std::collections::HashMap::new();
        while ends.len() < 3 {
            if let Event::Changed { transfer } = events.recv().await.unwrap()
                && transfer.finished.is_some()
            {
                ends.insert(transfer.id, transfer);
            }
        }
        assert_complete(&ends[&good.id()], &body);
        let error = ends[&bad.id()].error.clone().unwrap();
        assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(404)));
        let said = ends[&up.id()].response.clone().unwrap();
        assert_eq!((said.status, said.body.as_str()), (201, "thanks"));
        assert!(said.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("x-id") && value == "42"));
    });
}

/// Row 9: whoever looks later sees how far a transfer is, also when nothing moves and nothing else happens.
#[test]
fn whoever_begins_to_listen_is_told_how_far_it_is_although_nothing_moves() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(25, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    run(&session, async {
        let download = session.start_download(request(&server.url("a.bin"), dir.path())).await.unwrap();
        for _ in 0..20 {
            let mut moves = session.progress();
            let is_here =
                |(id, now): &(TransferId, Progress)| *id == download.id() && now.done == HERE as u64;
            while !moves.recv().await.unwrap().iter().any(is_here) {}
            drop(moves);
            // Nobody listens when this has been answered.
            assert_eq!(session.list().await.unwrap().len(), 1);
        }
        gate.open();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
}

/// Row 13: pause, resume, restart and cancel; what an earlier session began goes on although nobody attaches to it,
/// and nothing is left behind.
#[test]
fn what_was_begun_goes_on_unattended_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(25, SIZE).into(), Gate::default());
    let (server, tus, files) = (holding(&body, &gate), Tus::waiting(SIZE), dir.path().join("files"));
    let session = open(dir.path());
    let id = run(&session, async {
        let start = async |name: &str| {
            let download = session.start_download(request(&server.url(name), &files)).await.unwrap();
            shown(&download, |now| now.progress.done == HERE as u64).await;
            download
        };
        let (kept, cancelled) = (start("kept").await, start("cancelled").await);
        kept.pause().await.unwrap();
        shown(&kept, |now| now.state == Phase::Paused && now.progress.done == HERE as u64).await;
        kept.restart().await.unwrap();
        shown(&kept, |now| now.progress.done == HERE as u64 && now.restarts == 1).await;
        cancelled.cancel().await.unwrap();
        session.remove(Some(vec![cancelled.id()]), false).await.unwrap();
        let up = sending(dir.path(), "sent", &body, &tus.server.url("up/")).through(Protocol::Tus);
        let up = session.start_upload(up).await.unwrap();
        tus.has_some().await;
        up.cancel().await.unwrap();
        when(|| tus.count("DELETE") == 1).await;
        session.close().await.unwrap();
        kept.id()
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        // Nobody has asked for it: the list alone is looked at.
        while !is_completed(&session.show(id).await.unwrap()) {
            tokio::task::yield_now().await;
        }
        assert_complete(&session.show(id).await.unwrap(), &body);
        session.remove(None, false).await.unwrap();
        assert!(session.list().await.unwrap().is_empty());
    });
    gate.open();
    let names: Vec<_> = std::fs::read_dir(&files).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["kept"]);
    assert_eq!(server.seen().last().unwrap().first(), Some(HERE - OVERLAP));
}
