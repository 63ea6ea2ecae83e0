//! One file from several places at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windlass::{Address, Algorithm, Checksum, DownloadRequest, ErrorKind, Phase, Pieces, Snapshot, Verified};

use crate::server::{Gate, Reply, Request, Server, content};
use crate::{assert_complete, impatient, run, until};

mod place;

use place::Place;

const SIZE: usize = 8_000_000;
const PIECE: usize = 500_000;
/// What the address itself and its mirror call the same version.
const TAG: &str = "\"v1\"";
const OTHER: &str = "\"other\"";
/// Bytes a second over one connection, little enough for several to be worth having.
const PACE: usize = 4_000_000;

fn whole(content: &[u8]) -> Checksum {
    Checksum::new(Algorithm::Crc32, crc32fast::hash(content).to_be_bytes()).unwrap()
}

fn pieces(content: &[u8]) -> Pieces {
    let values = content.chunks(PIECE).flat_map(|piece| crc32fast::hash(piece).to_be_bytes()).collect();
    Pieces::new(Algorithm::Crc32, PIECE as u64, values).unwrap()
}

fn request(dir: &std::path::Path, address: &str, mirrors: &[Address]) -> DownloadRequest {
    let request = DownloadRequest::new(address).unwrap().into_folder(dir);
    mirrors.iter().fold(request, |request, mirror| request.with_mirror(mirror.clone()))
}

/// Gets a file from `first` and `others`, whose checksum is known, in one attempt.
fn get(first: &Place, others: &[Address], known: impl FnOnce(&mut DownloadRequest)) -> (Snapshot, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let session = impatient(dir.path());
    let mut request = request(dir.path(), &first.server.url("a.bin"), others);
    known(&mut request);
    let end =
        run(&session, async { session.start_download(request).await.unwrap().settled().await.unwrap() });
    let bytes = end.path.as_ref().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    (end, bytes)
}

fn by_whole(content: &[u8]) -> impl FnOnce(&mut DownloadRequest) {
    let checksum = whole(content);
    |request| request.expected.checksums.push(checksum)
}

fn assert_right((end, bytes): &(Snapshot, Vec<u8>), content: &[u8]) {
    assert_eq!(end.state, Phase::Completed, "{end:?}");
    assert!(bytes == content);
    assert_eq!(end.attempts, 1);
}

#[test]
fn two_places_share_the_work_each_with_its_own_version() {
    let body: Arc<[u8]> = content(101, SIZE).into();
    let (first, second) = (Place::new(&body, TAG, PACE), Place::new(&body, OTHER, PACE));
    let got = get(&first, &[second.url()], by_whole(&body));
    assert_right(&got, &body);
    assert_eq!((got.0.restarts, got.0.verified), (0, Some(Verified::Checksum(Algorithm::Crc32))));
    for place in [&first, &second] {
        assert!(place.sent() > SIZE / 10, "{} and {}", first.sent(), second.sent());
    }
    let tags = |place: &Place| -> Vec<_> {
        place.server.seen().iter().map(|asked| asked.header("if-range").map(str::to_owned)).collect()
    };
    assert!(tags(&first)[1..].iter().all(|tag| tag.as_deref() == Some(TAG)));
    assert_eq!(tags(&second)[0], None);
    assert!(tags(&second)[1..].iter().all(|tag| tag.as_deref() == Some(OTHER)));
}

#[test]
fn the_faster_of_two_places_brings_more() {
    let body: Arc<[u8]> = content(102, 2 * SIZE).into();
    for faster in [0, 1] {
        let pace = |number| if number == faster { 8_000_000 } else { 1_000_000 };
        let places = [Place::new(&body, TAG, pace(0)), Place::new(&body, OTHER, pace(1))];
        assert_right(&get(&places[0], &[places[1].url()], by_whole(&body)), &body);
        let sent = places.map(|place| place.sent());
        assert!(sent[faster] > SIZE, "{sent:?}");
    }
}

#[test]
fn a_place_with_another_file_is_found_by_the_pieces_and_dropped() {
    let (body, wrong): (Arc<[u8]>, Arc<[u8]>) = (content(103, SIZE).into(), content(104, SIZE).into());
    for is_first_wrong in [false, true] {
        let (one, two) = if is_first_wrong { (&wrong, &body) } else { (&body, &wrong) };
        let (first, second) = (Place::new(one, TAG, PACE), Place::new(two, OTHER, PACE));
        let got = get(&first, &[second.url()], |request| request.expected.pieces = Some(pieces(&body)));
        assert_right(&got, &body);
        assert_eq!(got.0.restarts, 0);
        assert!(first.sent() > 0 && second.sent() > 0);
    }
}

#[test]
fn a_place_with_another_file_is_found_by_getting_the_file_from_one_at_a_time() {
    let (body, wrong): (Arc<[u8]>, Arc<[u8]>) = (content(105, SIZE).into(), content(106, SIZE).into());
    for is_first_wrong in [false, true] {
        let (one, two) = if is_first_wrong { (&wrong, &body) } else { (&body, &wrong) };
        let (first, second) = (Place::new(one, TAG, PACE), Place::new(two, OTHER, PACE));
        let got = get(&first, &[second.url()], by_whole(&body));
        assert_right(&got, &body);
        assert_eq!(got.0.restarts, if is_first_wrong { 2 } else { 1 });
    }
}

#[test]
fn where_all_places_are_wrong_it_has_failed_for_what_it_holds() {
    let wrong: Arc<[u8]> = content(107, SIZE / 4).into();
    let (first, second) = (Place::new(&wrong, TAG, PACE), Place::new(&wrong, OTHER, PACE));
    let gone = Server::start(|_, reply| _ = reply.head("404 Not Found", &[("Content-Length", "0".into())]));
    let gone = Address::parse(&gone.url("a.bin")).unwrap().0;
    let (end, bytes) = get(&first, &[second.url(), gone], by_whole(b"something else"));
    assert_eq!((end.state, bytes.len()), (Phase::Failed, 0));
    assert_eq!(end.error.unwrap().kind, ErrorKind::ChecksumMismatch);
}

#[test]
fn a_place_that_has_it_not_or_in_another_way_costs_nothing() {
    let body: Arc<[u8]> = content(108, SIZE).into();
    let total = |total: usize| {
        move |request: &Request, reply: &mut Reply| {
            let (first, last) = (request.first().unwrap(), request.last().unwrap());
            let headers =
                [("Content-Range", format!("bytes {first}-{last}/{total}")), ("Connection", "close".into())];
            reply.head("206 Partial Content", &headers);
            reply.send(vec![0; last + 1 - first]);
        }
    };
    let whole = |kind: &'static str| {
        move |_: &Request, reply: &mut Reply| {
            reply.head("200 OK", &[("Content-Length", SIZE.to_string()), ("Content-Type", kind.into())]);
            reply.send(vec![0; SIZE]);
        }
    };
    let others = [
        Server::start(|_, reply| _ = reply.head("404 Not Found", &[("Content-Length", "0".into())])),
        Server::start(|_, reply| reply.reset()),
        Server::start(whole("application/octet-stream")),
        Server::start(whole("text/html")),
        Server::start(total(SIZE + 1)),
        Server::start(|_, reply| _ = reply.send("220 welcome\r\n")),
    ];
    for other in others {
        let first = Place::new(&body, TAG, PACE);
        let got = get(&first, &[Address::parse(&other.url("a.bin")).unwrap().0], by_whole(&body));
        assert_right(&got, &body);
        assert_eq!((got.0.restarts, other.seen().len()), (0, 1));
    }
}

#[test]
fn a_place_that_never_says_a_word_holds_nobody_up() {
    let body: Arc<[u8]> = content(118, SIZE).into();
    let (first, gate) = (Place::new(&body, TAG, PACE), Gate::default());
    let silent = gate.clone();
    let second = Server::start(move |_, _| silent.pass());
    let dir = tempfile::tempdir().unwrap();
    // Of its own accord it would wait for much longer than a test may take.
    let session = crate::open(dir.path());
    let mirror = Address::parse(&second.url("a.bin")).unwrap().0;
    let request = request(dir.path(), &first.server.url("a.bin"), &[mirror]).with_checksum(whole(&body));
    run(&session, async {
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (1, 0));
    });
    assert_eq!(second.seen().len(), 1);
    gate.open();
}

#[test]
fn where_the_address_gives_nothing_its_mirrors_share_the_work() {
    let body: Arc<[u8]> = content(119, SIZE).into();
    let first = Place::faltering(&body, TAG, PACE, |_| 0);
    let (second, third) = (Place::new(&body, TAG, PACE), Place::new(&body, OTHER, PACE));
    let got = get(&first, &[second.url(), third.url()], by_whole(&body));
    assert_right(&got, &body);
    assert_eq!(first.server.seen().len(), 1);
    assert!(second.sent() > 0 && third.sent() > 0, "{} and {}", second.sent(), third.sent());
}

#[test]
fn a_place_that_dies_in_the_middle_is_missed_by_nobody() {
    let body: Arc<[u8]> = content(109, SIZE).into();
    for is_first_dying in [false, true] {
        let dies = |is_dying: bool| {
            move |request: &Request| match request.number {
                _ if !is_dying => usize::MAX,
                0 => SIZE / 10,
                _ => 0,
            }
        };
        let first = Place::faltering(&body, TAG, PACE, dies(is_first_dying));
        let second = Place::faltering(&body, OTHER, PACE, dies(!is_first_dying));
        let got = get(&first, &[second.url()], by_whole(&body));
        assert_right(&got, &body);
        assert_eq!(got.0.restarts, 0);
        assert!(first.sent() > 0 && second.sent() > 0);
    }
}

#[test]
fn a_place_that_knows_no_parts_does_not_cost_the_bytes_at_hand() {
    let body: Arc<[u8]> = content(120, SIZE).into();
    let first = Place::faltering(&body, TAG, PACE, |request| match request.number {
        0 => SIZE / 10,
        _ => usize::MAX,
    });
    let sent = body.clone();
    let second = Server::start(move |_, reply| {
        reply.head("200 OK", &[("Content-Length", SIZE.to_string())]);
        reply.send(&sent);
    });
    let mirror = Address::parse(&second.url("a.bin")).unwrap().0;
    let (end, bytes) = get(&first, &[mirror], by_whole(&body));
    assert_eq!((end.state, end.restarts), (Phase::Completed, 0));
    assert!(bytes == body[..] && first.server.seen()[1].first() > Some(0));
}

#[test]
fn where_all_places_die_what_the_address_itself_did_is_told() {
    let body: Arc<[u8]> = content(110, SIZE).into();
    let once = |request: &Request| if request.number == 0 { SIZE / 10 } else { 0 };
    let (first, second) =
        (Place::faltering(&body, TAG, PACE, once), Place::faltering(&body, OTHER, PACE, once));
    let (end, _) = get(&first, &[second.url()], by_whole(&body));
    assert_eq!(end.state, Phase::Failed);
    assert_eq!(end.error.unwrap().kind, ErrorKind::ConnectionReset);
}

#[test]
fn no_secret_reaches_another_place_than_the_address_itself() {
    let body: Arc<[u8]> = content(111, SIZE).into();
    let (first, second) = (Place::new(&body, TAG, PACE), Place::new(&body, OTHER, PACE));
    let dir = tempfile::tempdir().unwrap();
    let jar = dir.path().join("cookies.txt");
    crate::write(&jar, "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tS3CR3T\n");
    let got = get(&first, &[second.url()], |request| {
        by_whole(&body)(request);
        for (name, value) in [("Authorization", "Bearer S3CR3T"), ("Cookie", "a=S3CR3T"), ("X-Key", "S3CR3T")]
        {
            request.headers.add(name, value).unwrap();
        }
        request.terms.cookie_file = Some(jar);
    });
    assert_right(&got, &body);
    let heard = |place: &Place| -> Vec<_> {
        place.server.seen().iter().map(|asked| format!("{:?}", asked.headers).contains("S3CR3T")).collect()
    };
    assert!(heard(&first).iter().all(|heard| *heard));
    assert!(second.sent() > 0 && heard(&second).iter().all(|heard| !heard));
}

#[test]
fn without_a_checksum_nothing_is_mixed() {
    let body: Arc<[u8]> = content(112, SIZE).into();
    let (first, second) = (Place::new(&body, TAG, PACE), Place::new(&body, OTHER, PACE));
    assert_right(&get(&first, &[second.url()], |_| {}), &body);
    assert!(second.server.seen().is_empty());
}

#[test]
fn a_place_that_leads_elsewhere_is_asked_there_from_then_on() {
    let body: Arc<[u8]> = content(113, SIZE).into();
    let (first, second) = (Place::new(&body, TAG, PACE / 8), Place::new(&body, OTHER, PACE));
    let target = second.server.url("a.bin");
    let leading = Server::start(move |_, reply| {
        reply.head("302 Found", &[("Location", target.clone()), ("Content-Length", "0".into())]);
    });
    let got = get(&first, &[Address::parse(&leading.url("b")).unwrap().0], by_whole(&body));
    assert_right(&got, &body);
    assert_eq!(leading.seen().len(), 1);
    assert!(second.server.seen().len() > 1);
}

#[test]
fn a_download_that_goes_on_behind_wrong_bytes_of_a_mirror_comes_out_right() {
    let (body, wrong): (Arc<[u8]>, Arc<[u8]>) = (content(115, SIZE).into(), content(116, SIZE).into());
    for has_pieces in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let is_well = Arc::new(AtomicBool::new(false));
        let well = is_well.clone();
        let first = Place::faltering(&body, TAG, PACE, move |request| match request.number {
            0 => SIZE / 10,
            _ if well.load(SeqCst) => usize::MAX,
            _ => 0,
        });
        let second = Place::new(&wrong, OTHER, PACE / 4);
        let session = impatient(dir.path());
        let mut request = request(dir.path(), &first.server.url("a.bin"), &[second.url()]);
        request.expected.pieces = has_pieces.then(|| pieces(&body));
        request.expected.checksums.extend((!has_pieces).then(|| whole(&body)));
        run(&session, async {
            let download = session.start_download(request).await.unwrap();
            until(&download, |now| now.progress.done > 3_000_000).await;
            download.pause().await.unwrap();
            until(&download, |now| now.progress.connections == 0).await;
            is_well.store(true, SeqCst);
            download.resume().await.unwrap();
            let done = download.settled().await.unwrap();
            assert_complete(&done, &body);
            assert!(!has_pieces || done.restarts == 0);
        });
    }
}

#[test]
fn a_slow_place_is_left_although_it_was_first_to_get_all_connections() {
    let body: Arc<[u8]> = content(117, 3 * SIZE).into();
    let (first, second) = (Place::new(&body, TAG, 100_000), Place::new(&body, OTHER, 1_000_000));
    let got = get(&first, &[second.url()], |request| {
        by_whole(&body)(request);
        request.terms.connections = std::num::NonZero::new(8);
    });
    assert_right(&got, &body);
    // Left alone, the one fast connection would bring hardly more than the seven slow ones.
    assert!(first.sent() < body.len() / 5, "{} and {}", first.sent(), second.sent());
}

#[test]
fn a_download_from_two_places_goes_on_from_both() {
    let body: Arc<[u8]> = content(114, SIZE).into();
    let (first, second) = (Place::new(&body, TAG, PACE / 4), Place::new(&body, OTHER, PACE / 4));
    let dir = tempfile::tempdir().unwrap();
    let session = impatient(dir.path());
    let request =
        request(dir.path(), &first.server.url("a.bin"), &[second.url()]).with_checksum(whole(&body));
    run(&session, async {
        let download = session.start_download(request).await.unwrap();
        until(&download, |_| second.sent() > 500_000).await;
        download.pause().await.unwrap();
        until(&download, |now| now.progress.connections == 0 && now.progress.done > 0).await;
        let before = [&first, &second].map(|place| place.server.seen().len());
        download.resume().await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
        assert_eq!(first.server.seen()[before[0]].header("if-range"), Some(TAG));
        assert!(second.server.seen().len() > before[1]);
    });
}
