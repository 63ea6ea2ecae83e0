use std::path::Path;
use std::sync::Arc;

use windlass::{
    Address, CommandLine, Completion, CostPolicy, Download, ErrorKind, Event, Group, IfExists, Method,
    Notify, Phase, Place, Position, Reason, Session, Site,
};

use super::{HERE, SIZE, hold, is_completed, length, request, say, sending, shown, source, when, words};
use crate::ftp_server::{FtpServer, Kept};
use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, impatient, open, run, write};

fn group(name: &str) -> Group {
    Group::new(name.parse().unwrap())
}

async fn begin(session: &Session, url: &str, dir: &Path, group: &str) -> Download {
    let mut wanted = request(url, dir);
    wanted.terms.group = Some(group.parse().unwrap());
    session.start_download(wanted).await.unwrap()
}

/// Row 11: what holds for many is said once, in a request that is made again and again, for a group, for a site, or
/// for a place that files are sent to; what one of them says itself goes before that.
#[test]
fn what_holds_for_many_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(61, 1000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| {
        reply.body(length(request));
        serve_file(&sent, "\"v1\"", request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let mut work = group("work");
        (work.folder, work.cost_policy) = (Some(dir.path().join("work")), Some(CostPolicy::Always));
        work.headers.add("X-Group", "work").unwrap();
        work.headers.add("X-Client", "nobody").unwrap();
        session.set_group(work).await.unwrap();
        let mut site = Site::new(&Address::parse(&server.url("")).unwrap().0);
        site.headers.add("X-Site", "this").unwrap();
        site.headers.add("X-Client", "anybody").unwrap();
        site.terms.retries = Some(3);
        session.keep(site).await.unwrap();
        let mut pattern = windlass::DownloadRequest::new(&server.url("0")).unwrap();
        pattern.log_in(&windlass::Credentials { user: "me".to_owned(), password: "S3CR3T".into() });
        pattern.headers.add("X-Client", "one").unwrap();
        (pattern.terms.group, pattern.terms.notify) = (Some("work".parse().unwrap()), words());
        for name in ["0", "1", "2"] {
            let mut wanted = pattern.clone();
            wanted.url = Address::parse(&server.url(name)).unwrap().0;
            let done = session.start_download(wanted).await.unwrap().settled().await.unwrap();
            assert_complete(&done, &body);
            assert_eq!(done.path.unwrap(), dir.path().join("work").join(name));
            assert_eq!((done.notify, done.cost_policy.as_str()), (words(), "always"));
        }
        let mut photos = Place::new("Photos", Address::parse(&server.url("in/")).unwrap().0).unwrap();
        photos.method = Some(Method::Put);
        photos.headers.add("X-Client", "place").unwrap();
        for name in ["a", "b"] {
            let wanted = photos.request(&source(dir.path(), name, &body)).unwrap();
            let done = session.start_upload(wanted).await.unwrap().settled().await.unwrap();
            assert_eq!((done.state, done.destination.as_deref()), (Phase::Completed, Some("Photos")));
        }
    });
    let said = |name: &str| -> Vec<_> {
        let seen = server.seen();
        let sent = seen.iter().filter(|request| request.method != "OPTIONS");
        sent.map(|request| request.header(name).unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(said("x-client"), ["one", "one", "one", "place", "place"]);
    assert_eq!(said("x-site"), ["this"; 5]);
    assert_eq!(said("x-group"), ["work", "work", "work", "-", "-"]);
    assert!(said("authorization")[..3].iter().all(|login| login.starts_with("Basic ")));
}

/// Row 18: a name that is taken gets a number, and nothing is overwritten that nobody has named, here or at a server.
#[test]
fn a_name_that_is_taken_is_never_overwritten_by_accident() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(62, 1000);
    let (server, kept) = (Server::with_file(body.clone()), Kept::default());
    kept.put("sent", b"theirs");
    let files = kept.clone();
    let ftp = FtpServer::start(move |command, control| control.keep(&files, command));
    write(&dir.path().join("a.bin"), "mine");
    let session = impatient(dir.path());
    run(&session, async {
        let get = async |change: fn(&mut windlass::DownloadRequest)| {
            let mut wanted = request(&server.url("a.bin"), dir.path());
            change(&mut wanted);
            session.start_download(wanted).await.unwrap().settled().await.unwrap()
        };
        let both = futures_util::future::join(get(|_| {}), get(|_| {})).await;
        let mut names = [both.0, both.1].map(|done| {
            assert_complete(&done, &body);
            done.name
        });
        names.sort();
        assert_eq!(names, ["a (1).bin", "a (2).bin"]);
        let failed = get(|wanted| wanted.if_exists = IfExists::Fail).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::FileExists);
        let skipped = get(|wanted| wanted.if_exists = IfExists::Skip).await;
        assert_eq!(skipped.reason, Some(Reason::Skipped));
        assert_eq!(std::fs::read(dir.path().join("a.bin")).unwrap(), b"mine");
        let replaced = get(|wanted| wanted.if_exists = IfExists::Overwrite).await;
        assert_eq!((is_completed(&replaced), replaced.name.as_str()), (true, "a.bin"));

        let put = sending(dir.path(), "sent", &body, &ftp.url("sent"));
        let refused = session.start_upload(put).await.unwrap().settled().await.unwrap();
        assert_eq!(refused.error.unwrap().kind, ErrorKind::FileExists);
    });
    assert_eq!(kept.get("sent").unwrap(), b"theirs");
}

/// Row 19: in one group all run at once, in another one after the other; and one of those can be made the current one.
#[test]
fn a_group_runs_at_once_or_in_turn_and_one_of_it_can_be_made_current() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(63, SIZE).into(), Gate::default());
    let (file, closed) = (body.clone(), gate.clone());
    let server = Server::start(move |request, reply| match (request.path.as_str(), request.first()) {
        ("/current", _) | (_, Some(1..)) => serve_file(&file, "\"v1\"", request, reply),
        _ => hold(&file, HERE, &closed, reply),
    });
    let session = open(dir.path());
    run(&session, async {
        let mut night = group("night");
        night.serial = true;
        session.set_group(night).await.unwrap();
        let add = async |name: &str, group: &str| begin(&session, &server.url(name), dir.path(), group).await;
        for download in [add("p", "day").await, add("q", "day").await, add("a", "night").await] {
            shown(&download, |now| now.progress.done == HERE as u64).await;
        }
        let (second, third) = (add("b", "night").await, add("current", "night").await);
        for waiting in [&second, &third] {
            let now = waiting.snapshot().await.unwrap();
            assert_eq!((now.state, now.reason), (Phase::Waiting, Some(Reason::Group)));
        }
        session.move_to(third.id(), Position::Current).await.unwrap();
        assert_complete(&third.settled().await.unwrap(), &body);
        gate.open();
        let mut ended = Vec::new();
        for download in session.downloads().await.unwrap() {
            ended.push(download.settled().await.unwrap());
        }
        assert!(ended.iter().all(is_completed));
        ended.retain(|one| one.group.as_deref() == Some("night"));
        ended.sort_by_key(|one| one.finished);
        assert_eq!(ended.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["current", "a", "b"]);
    });
}

/// A command that writes down which group has ended and how.
fn writing(file: &Path) -> Completion {
    let told = "$WINDLASS_GROUP $WINDLASS_STATE $WINDLASS_COMPLETED/$WINDLASS_FAILED";
    let line = |end: &str| {
        let script = format!("echo \"{end} {told}\" >> '{}'", file.display());
        Some(CommandLine::try_from(vec!["/bin/sh".to_owned(), "-c".to_owned(), script]).unwrap())
    };
    Completion { on_success: line("well:"), on_failure: line("badly:") }
}

/// Row 20: when all of a group has ended, its command runs once, for success and for failure, also if the session has
/// ended in between.
#[test]
fn when_all_of_a_group_has_ended_its_command_runs_also_over_the_end_of_a_session() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate, lines) = (content(64, SIZE), Gate::default(), dir.path().join("lines"));
    let closed = gate.clone();
    let server = Server::start(move |request, reply| match (request.path.as_str(), request.first()) {
        ("/missing", _) => say(reply, "404 Not Found", &[]),
        ("/held", Some(0)) => hold(&body, HERE, &closed, reply),
        _ => serve_file(&body, "\"v1\"", request, reply),
    });
    let read = || std::fs::read_to_string(&lines).unwrap_or_default();
    let session = open(dir.path());
    run(&session, async {
        for name in ["good", "mixed", "quick"] {
            let mut made = group(name);
            made.completion = writing(&lines);
            session.set_group(made).await.unwrap();
        }
        let add = async |name: &str, group: &str| begin(&session, &server.url(name), dir.path(), group).await;
        for one in [add("held", "good").await, add("held", "mixed").await] {
            shown(&one, |now| now.progress.done == HERE as u64).await;
        }
        assert_eq!(add("a", "good").await.settled().await.unwrap().state, Phase::Completed);
        assert_eq!(add("missing", "mixed").await.settled().await.unwrap().state, Phase::Failed);
        add("b", "quick").await.settled().await.unwrap();
        when(|| read() == "well: quick completed 1/0\n").await;
        session.close().await.unwrap();
    });
    drop(session);
    gate.open();
    let session = open(dir.path());
    run(&session, async {
        when(|| read().lines().count() == 3).await;
        session.close().await.unwrap();
    });
    let text = read();
    let mut told: Vec<_> = text.lines().collect();
    told.sort_unstable();
    assert_eq!(told, ["badly: mixed failed 1/1", "well: good completed 2/0", "well: quick completed 1/0"]);
}

/// Row 21: what is to be said at the end comes with the end, for each transfer and for a group as one; the desktop is
/// told by whoever listens.
#[test]
fn an_end_brings_the_words_that_were_wanted_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(65, 1000);
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/missing" => say(reply, "404 Not Found", &[]),
        _ => serve_file(&body, "\"v1\"", request, reply),
    });
    let session = impatient(dir.path());
    run(&session, async {
        let mut events = session.subscribe();
        let mut all = group("all");
        all.notify = Some(words());
        session.set_group(all).await.unwrap();
        for (name, notify) in
            [("a", words()), ("missing", words()), ("b", Notify { quiet: true, ..Notify::default() })]
        {
            let mut wanted = request(&server.url(name), dir.path());
            (wanted.terms.notify, wanted.terms.group) = (notify, Some("all".parse().unwrap()));
            session.start_download(wanted).await.unwrap();
        }
        let (mut said, mut end) = (Vec::new(), None);
        while end.is_none() || said.len() < 3 {
            match events.recv().await.unwrap() {
                Event::Changed { transfer } if transfer.finished.is_some() => said.push(transfer),
                Event::Group { group } if group.standing.is_over() && group.standing.all == 3 => {
                    end = Some(group);
                }
                _ => {}
            }
        }
        said.sort_by(|one, other| one.name.cmp(&other.name));
        let wishes: Vec<_> = said.iter().map(|one| (one.state, one.notify.clone())).collect();
        let quiet = Notify { quiet: true, ..Notify::default() };
        let expected = [(Phase::Completed, words()), (Phase::Completed, quiet), (Phase::Failed, words())];
        assert_eq!(wishes, expected);
        let end = end.unwrap();
        assert_eq!((end.group.notify, end.standing.success()), (Some(words()), Some(false)));
        assert!(session.settings().await.unwrap().notifications, "unless somebody wants quiet");
    });
}
