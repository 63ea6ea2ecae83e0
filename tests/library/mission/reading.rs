use std::sync::Arc;

use windlass::{Change, ErrorKind, Event, Happened, Method, Phase, Reason};

use super::{HERE, OVERLAP, SIZE, holding, is_completed, length, request, say, sending, shown};
use crate::server::{Gate, Request, Server, content, serve_file};
use crate::{assert_complete, impatient, open, resolute, run};

/// Row 14: a file is read while it arrives, from any place, in order if that was asked for; which of its bytes are
/// here is known.
#[test]
fn a_file_is_read_from_any_place_while_it_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(31, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    run(&session, async {
        let mut wanted = request(&server.url("a.bin"), dir.path());
        wanted.sequential = true;
        let download = session.start_download(wanted).await.unwrap();
        let mut reader = download.reader();
        let mut buffer = vec![0; 10_000];
        reader.seek(HERE as u64 - 5000);
        let count = reader.read(&mut buffer).await.unwrap();
        assert!(count > 0 && buffer[..count] == body[HERE - 5000..][..count]);
        let arrived = download.arrived().await.unwrap();
        assert_eq!((arrived.total, arrived.state), (Some(SIZE as u64), Phase::Running));
        let ranges: Vec<_> = arrived.ranges.iter().collect();
        assert!(ranges.len() == 1 && ranges[0].start == 0 && ranges[0].end <= HERE as u64, "{ranges:?}");
        // From here on it is read as fast as it comes.
        reader.seek(0);
        let reading = tokio::spawn(async move {
            let mut all = Vec::new();
            loop {
                match reader.read(&mut buffer).await.unwrap() {
                    0 => return all,
                    count => all.extend_from_slice(&buffer[..count]),
                }
            }
        });
        gate.open();
        assert!(reading.await.unwrap()[..] == body[..]);
        assert_complete(&download.settled().await.unwrap(), &body);
        let arrived = download.arrived().await.unwrap();
        assert_eq!((arrived.ranges.prefix(), arrived.path.unwrap()), (SIZE as u64, dir.path().join("a.bin")));
    });
    let seen = server.seen();
    assert!(seen.is_sorted_by_key(Request::first), "{seen:?}");
}

/// Row 15: the address may be changed while it runs, and the bytes stay; that a server has another file now is said,
/// and that and how often it was therefore begun again; and what servers answered can be looked at.
#[test]
fn an_address_can_change_and_a_change_of_the_file_is_counted_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new): (Arc<[u8]>, Arc<[u8]>) = (content(32, SIZE).into(), content(33, SIZE / 2).into());
    let (gate, fresh) = (Gate::default(), new.clone());
    let (first, moved) = (holding(&old, &gate), Server::with_file(old.clone()));
    let changed = Server::start(move |request, reply| serve_file(&fresh, "\"v2\"", request, reply));
    let session = resolute(dir.path());
    run(&session, async {
        let begin = async |name: &str| {
            let download = session.start_download(request(&first.url(name), dir.path())).await.unwrap();
            shown(&download, |now| now.progress.done == HERE as u64).await;
            download
        };
        let (same, other) = (begin("same").await, begin("other").await);
        let mut events = session.subscribe();
        same.amend(Change::parse("url", &moved.url("same")).unwrap()).await.unwrap();
        other.amend(Change::parse("url", &changed.url("other")).unwrap()).await.unwrap();
        let (same, ended) = (shown(&same, is_completed).await, shown(&other, is_completed).await);
        assert_complete(&same, &old);
        assert_complete(&ended, &new);
        assert_eq!((same.restarts, ended.restarts), (0, 1));
        let told = session.history(ended.id).await.unwrap().entries;
        let again = Happened::StartedOver(Some(ErrorKind::Changed));
        assert!(told.iter().any(|past| past.what == again), "{told:?}");
        assert!(told.iter().any(|past| past.what == Happened::LinkChanged), "{told:?}");
        let is_notice = |transfer: &windlass::Snapshot| transfer.id == ended.id && transfer.restarts == 1;
        while !matches!(events.recv().await.unwrap(), Event::Changed { transfer } if is_notice(&transfer)) {}
    });
    assert_eq!(moved.seen()[0].first(), Some(HERE - OVERLAP));
    gate.open();
}

/// Row 15: the other half of it, what a server answered: its status, its headers and its words.
#[test]
fn the_answer_of_a_server_can_be_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        reply.body(length(request));
        match request.path.as_str() {
            "/moved" => say(reply, "307 Elsewhere", &[("Location", "/in".to_owned())]),
            "/in" => say(reply, "201 Created", &[("Location", "/files/7".to_owned())]),
            _ => say(reply, "410 It was here", &[]),
        }
    });
    let session = impatient(dir.path());
    run(&session, async {
        let up = sending(dir.path(), "sent", b"content", &server.url("moved")).by(Method::Put);
        let done = session.start_upload(up).await.unwrap().settled().await.unwrap();
        let said = done.response.unwrap();
        let place = said.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        assert_eq!((said.status, place.unwrap().1.as_str()), (201, "/files/7"));
        assert_eq!(done.link, Some(server.url("files/7")));
        let gone = session.start_download(request(&server.url("gone"), dir.path())).await.unwrap();
        let gone = gone.settled().await.unwrap();
        let error = gone.error.unwrap();
        assert_eq!((error.kind, error.status), (ErrorKind::Gone, Some(410)));
        assert_ne!(gone.reason, Some(Reason::Changed));
    });
}

/// Row 15: the same for a download that is complete, and where it was found in the end.
#[test]
fn the_answer_to_a_download_can_be_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(34, 1000);
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/moved" => say(reply, "302 Elsewhere", &[("Location", "/a?token=T0K3N-T0K3N".to_owned())]),
        _ => serve_file(&body, "\"v1\"", request, reply),
    });
    let session = open(dir.path());
    run(&session, async {
        let done = session.start_download(request(&server.url("moved"), dir.path())).await.unwrap();
        let done = done.settled().await.unwrap();
        let said = done.response.expect("what the server said");
        let tag = said.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("etag"));
        assert!([200, 206].contains(&said.status), "{said:?}");
        assert_eq!((tag.unwrap().1.as_str(), said.body.as_str()), ("\"v1\"", ""));
        assert_eq!(done.found_at.unwrap().expose(), server.url("a"), "without what may be secret");
    });
}
