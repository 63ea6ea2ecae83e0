//! Groups: one after the other or all at once, what holds for all of them, and what is done at their end.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use windlass::{
    Change, Completion, Download, DownloadRequest, Group, Notify, Phase, Position, Reason, Session,
};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, open, run, until, write};

const SIZE: usize = 20_000;

fn serve() -> Server {
    Server::start(move |request, reply| match request.path.as_str() {
        path if path.contains("missing") => {
            reply.send(
                "HTTP/1.1 404 Not Found
Content-Length: 0
Connection: close

",
            );
        }
        _ => serve_file(&content(1, SIZE), "\"v1\"", request, reply),
    })
}

/// A program that writes a line of what it is told into a file.
fn recorder(dir: &Path) -> (String, PathBuf) {
    let (script, lines) = (dir.join("record"), dir.join("lines"));
    let told = "$1 $WINDLASS_STATE $WINDLASS_GROUP $WINDLASS_COMPLETED/$WINDLASS_FAILED ${WINDLASS_PATH##*/} ${CANARY-none}";
    write(&script, format!("#!/bin/sh\necho \"{told}\" >> '{}'\n", lines.display()));
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    (script.display().to_string(), lines)
}

/// What was recorded, when there are so many lines.
async fn recorded(lines: &Path, count: usize) -> Vec<String> {
    loop {
        let text = std::fs::read_to_string(lines).unwrap_or_default();
        if text.lines().count() >= count && text.ends_with('\n') {
            return text.lines().map(str::to_owned).collect();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn group(name: &str) -> Group {
    Group::new(name.parse().unwrap())
}

fn completion(program: &str) -> Completion {
    let command = |word: &str| Some(format!("'{program}' {word}").parse().unwrap());
    Completion { on_success: command("well"), on_failure: command("badly") }
}

async fn start(session: &Session, url: &str, dir: &Path, group: &str) -> Download {
    let mut request = DownloadRequest::new(url).unwrap().into_folder(dir);
    request.terms.group = Some(group.parse().unwrap());
    session.start_download(request).await.unwrap()
}

#[test]
fn in_a_serial_group_one_runs_after_the_other_and_others_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let gates = [Gate::default(), Gate::default()];
    let closed = gates.clone();
    let server = Server::start(move |request, reply| {
        match request.path.as_str() {
            "/a" => closed[0].pass(),
            "/b" => closed[1].pass(),
            _ => {}
        }
        serve_file(&content(1, SIZE), "\"v1\"", request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let mut night = group("night");
        night.serial = true;
        session.set_group(night).await.unwrap();
        let a = start(&session, &server.url("a"), dir.path(), "night").await;
        let b = start(&session, &server.url("b"), dir.path(), "night").await;
        let c = start(&session, &server.url("c"), dir.path(), "night").await;
        until(&a, |seen| seen.state == Phase::Running).await;
        let other = start(&session, &server.url("other"), dir.path(), "day").await;
        assert_complete(&other.settled().await.unwrap(), &content(1, SIZE));
        for waiting in [&b, &c] {
            let seen = waiting.snapshot().await.unwrap();
            assert_eq!((seen.state, seen.reason), (Phase::Waiting, Some(Reason::Group)));
        }
        // The last one becomes the current one: it runs now, and the first waits.
        session.move_to(c.id(), Position::Current).await.unwrap();
        assert_eq!(c.settled().await.unwrap().state, Phase::Completed);
        gates.iter().for_each(Gate::open);
        let (a, b) = (a.settled().await.unwrap(), b.settled().await.unwrap());
        assert_complete(&a, &content(1, SIZE));
        assert_complete(&b, &content(1, SIZE));
        assert!(a.finished.unwrap() <= b.finished.unwrap());
        let names: Vec<_> =
            session.groups().await.unwrap().into_iter().map(|it| it.group.name.to_string()).collect();
        assert_eq!(names, ["day", "night"]);
    });
}

#[test]
fn what_is_set_for_a_group_holds_for_what_is_added_to_it_and_says_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve();
    let session = open(dir.path());
    let own = dir.path().join("own");
    std::fs::create_dir(&own).unwrap();
    run(&session, async {
        let mut work = group("work");
        work.folder = Some(own.clone());
        work.cost_policy = Some(windlass::CostPolicy::Always);
        work.headers.add("X-From", "the group").unwrap();
        session.set_group(work.clone()).await.unwrap();
        let mut request = DownloadRequest::new(&server.url("a")).unwrap();
        request.terms.group = Some("work".parse().unwrap());
        let plain = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!((plain.path.unwrap().parent(), plain.cost_policy.as_str()), (Some(&*own), "always"));
        let mut request = DownloadRequest::new(&server.url("b")).unwrap().into_folder(dir.path());
        request.terms.group = Some("work".parse().unwrap());
        request.terms.cost_policy = windlass::CostPolicy::UnrestrictedOnly;
        request.headers.add("x-from", "the request").unwrap();
        let special = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(special.path.unwrap().parent(), Some(dir.path()));
        assert_eq!(
            (special.cost_policy.as_str(), special.group.as_deref()),
            ("unrestricted-only", Some("work"))
        );
        let said: Vec<_> =
            server.seen().iter().map(|seen| seen.header("x-from").unwrap().to_owned()).collect();
        assert_eq!(said, ["the group", "the request"]);
        work.headers.add("Authorization", "Bearer S3CR3T").unwrap();
        assert!(session.set_group(work).await.unwrap_err().to_string().contains("secret"));
    });
}

#[test]
fn the_limit_of_a_group_is_shared_by_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve();
    let session = open(dir.path());
    run(&session, async {
        let mut slow = group("slow");
        slow.limit = Some(50_000);
        session.set_group(slow).await.unwrap();
        let began = std::time::Instant::now();
        let one = start(&session, &server.url("a"), dir.path(), "slow").await;
        let two = start(&session, &server.url("b"), dir.path(), "slow").await;
        assert_eq!(one.settled().await.unwrap().state, Phase::Completed);
        assert_eq!(two.settled().await.unwrap().state, Phase::Completed);
        // 40 KB at 50 KB/s, of which the first moment is free.
        assert!(began.elapsed().as_secs_f64() > 0.5, "{:?}", began.elapsed());
    });
}

#[test]
fn when_all_of_a_group_has_ended_its_command_runs_once_with_a_scrubbed_environment() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve();
    let (program, lines) = recorder(dir.path());
    let session = open(dir.path());
    run(&session, async {
        let mut good = group("good one");
        good.completion = completion(&program);
        session.set_group(good).await.unwrap();
        let one = start(&session, &server.url("a"), dir.path(), "good one").await;
        one.settled().await.unwrap();
        assert_eq!(recorded(&lines, 1).await, ["well completed good one 1/0  none"]);
        // More is added: it has not ended, and then ends again.
        let two = start(&session, &server.url("missing"), dir.path(), "good one").await;
        two.settled().await.unwrap();
        assert_eq!(recorded(&lines, 2).await[1], "badly failed good one 1/1  none");
        session.close().await.unwrap();
    });
    drop(session);
    // Nothing is run again by the next session.
    let session = open(dir.path());
    run(&session, async {
        let three = start(&session, &server.url("c"), dir.path(), "other").await;
        three.settled().await.unwrap();
        session.close().await.unwrap();
    });
    assert_eq!(std::fs::read_to_string(&lines).unwrap().lines().count(), 2);
}

#[test]
fn a_transfers_own_command_runs_when_it_has_ended_and_not_when_it_was_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, server) = (Gate::default(), serve());
    let closed = gate.clone();
    let halting = Server::start(move |_, _| closed.pass());
    let (program, lines) = recorder(dir.path());
    let session = open(dir.path());
    run(&session, async {
        let start = async |url: String| {
            let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
            request.terms.completion = completion(&program);
            session.start_download(request).await.unwrap()
        };
        let cancelled = start(halting.url("x")).await;
        until(&cancelled, |seen| seen.state == Phase::Running).await;
        cancelled.cancel().await.unwrap();
        start(server.url("a.bin")).await.settled().await.unwrap();
        recorded(&lines, 1).await;
        let failed = start(server.url("missing")).await;
        failed.settled().await.unwrap();
        assert_eq!(recorded(&lines, 2).await, ["well completed  / a.bin none", "badly failed  /  none"]);
        // Somebody tries it once more, and it fails once more.
        failed.resume().await.unwrap();
        assert_eq!(recorded(&lines, 3).await[2], "badly failed  /  none");
        gate.open();
    });
}

#[test]
fn what_failed_is_tried_at_the_other_address_of_its_group_before_that_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve();
    let (program, lines) = recorder(dir.path());
    let session = open(dir.path());
    run(&session, async {
        let mut twice = group("twice");
        twice.retry_at = Some(windlass::Address::parse(&server.url("mirror")).unwrap().0);
        twice.completion = completion(&program);
        twice.notify = Some(Notify::default());
        session.set_group(twice).await.unwrap();
        let one = start(&session, &server.url("one"), dir.path(), "twice").await;
        let gone = start(&session, &server.url("missing/two%20x"), dir.path(), "twice").await;
        assert_eq!(recorded(&lines, 1).await, ["well completed twice 2/0  none"]);
        assert_complete(&one.snapshot().await.unwrap(), &content(1, SIZE));
        let gone = gone.snapshot().await.unwrap();
        assert_complete(&gone, &content(1, SIZE));
        assert!(gone.url.expose().ends_with("/mirror/two%20x"), "{}", gone.url);
    });
}

#[test]
fn a_group_can_be_joined_and_left_and_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve();
    let session = open(dir.path());
    run(&session, async {
        let download = start(&session, &server.url("a"), dir.path(), "one").await;
        download.settled().await.unwrap();
        download.amend(Change::parse("group", "two").unwrap()).await.unwrap();
        let counts: Vec<_> = session
            .groups()
            .await
            .unwrap()
            .iter()
            .map(|it| (it.standing.all, it.standing.completed))
            .collect();
        assert_eq!(counts, [(0, 0), (1, 1)]);
        session.remove_group("two".parse().unwrap()).await.unwrap();
        assert_eq!(download.snapshot().await.unwrap().group, None);
        assert!(session.remove_group("two".parse().unwrap()).await.is_err());
        session.close().await.unwrap();
    });
    drop(session);
    let session = open(dir.path());
    run(&session, async {
        assert_eq!(session.groups().await.unwrap().len(), 1);
    });
}
