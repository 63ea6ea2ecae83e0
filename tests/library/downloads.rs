use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use windlass::{DownloadRequest, ErrorKind, IfExists, Phase, Reason, Verified};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, download, impatient, open, run, until};

#[test]
fn a_download_arrives_byte_equal_under_the_name_in_its_address() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 3_000_000);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("dir/file%20one.iso?x=1"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!(done.path.unwrap(), dir.path().join("file one.iso"));
        assert_eq!(done.verified, Some(Verified::Etag));
        assert_eq!(done.progress.done, 3_000_000);
    });
    let seen = server.seen();
    assert_eq!(seen[0].header("range"), Some("bytes=0-"));
    assert_eq!(seen[0].header("accept-encoding"), Some("identity"));
}

#[test]
fn an_empty_file_is_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let servers = [
        Server::with_file(Vec::new()),
        Server::start(|_, reply| _ = reply.head("200 OK", &[("Content-Length", "0".into())])),
    ];
    let session = open(dir.path());
    for server in servers {
        run(&session, async {
            assert_complete(&download(&session, &server.url("empty"), dir.path()).await, b"");
        });
    }
}

#[test]
fn a_paused_download_goes_on_from_the_bytes_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(2, 2_000_000).into();
    let (gate, sent) = (Gate::default(), body.clone());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&sent, "\"v1\"", request, reply);
        }
        let headers =
            [("ETag", "\"v1\"".to_owned()), ("Content-Range", "bytes 0-1999999/2000000".to_owned())];
        reply.head(
            "206 Partial Content",
            &[&headers[..], &[("Content-Length", "2000000".to_owned())]].concat(),
        );
        reply.send(&sent[..1_200_000]);
        held.pass();
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until(&download, |s| s.progress.done == 1_200_000).await;
        download.pause().await.unwrap();
        let paused = download.snapshot().await.unwrap();
        assert_eq!((paused.state, paused.reason), (Phase::Paused, Some(Reason::User)));
        download.resume().await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
    gate.open();
    let again = &server.seen()[1];
    // What it asks for again is compared with what is there.
    assert_eq!((again.first(), again.header("if-range")), (Some(1_200_000 - 65_536), Some("\"v1\"")));
}

#[test]
fn a_file_that_changed_meanwhile_waits_for_a_decision_and_is_never_mixed() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (content(3, 900_000), content(4, 700_000));
    let fresh = new.clone();
    let server = Server::start(move |request, reply| {
        if request.number == 0 {
            let length = [
                ("ETag", "\"v1\"".to_owned()),
                ("Accept-Ranges", "bytes".into()),
                ("Content-Length", "900000".into()),
            ];
            reply.head("200 OK", &length);
            reply.send(&old[..400_000]);
            return;
        }
        serve_file(&fresh, "\"v2\"", request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        // Going on finds the same, and loses nothing.
        for _ in 0..2 {
            let paused = download.settled().await.unwrap();
            assert_eq!((paused.state, paused.reason), (Phase::Paused, Some(Reason::Changed)), "{paused:?}");
            assert_eq!((paused.error.unwrap().kind, paused.progress.done), (ErrorKind::Changed, 400_000));
            download.resume().await.unwrap();
        }
        until(&download, |now| now.state == Phase::Paused).await;
        download.restart().await.unwrap();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &new);
        assert_eq!(done.restarts, 1);
    });
}

#[test]
fn a_connection_that_breaks_is_taken_up_again_without_losing_a_byte() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(5, 1_000_000);
    let whole = body.clone();
    let server = Server::start(move |request, reply| {
        let Some(first) = request.first().filter(|_| request.number < 3) else {
            return serve_file(&whole, "\"v1\"", request, reply);
        };
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Content-Range", format!("bytes {first}-999999/1000000")),
            ("Content-Length", (1_000_000 - first).to_string()),
        ];
        reply.head("206 Partial Content", &headers);
        reply.send(&whole[first..first + 250_000]);
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (4, 0));
    });
    let firsts: Vec<_> = server.seen().iter().map(|request| request.first().unwrap()).collect();
    assert_eq!(firsts, [0, 184_464, 368_928, 553_392]);
}

#[test]
fn a_body_that_ends_early_is_never_a_complete_file() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        reply.head("200 OK", &[("Content-Length", "1000".into())]);
        reply.send([7; 999]);
    });
    let session = impatient(dir.path());
    run(&session, async {
        let failed = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_eq!(failed.state, Phase::Failed);
        assert_eq!(failed.error.unwrap().kind, ErrorKind::Truncated);
        assert!(!dir.path().join("a.bin").exists());
    });
}

#[test]
fn of_a_longer_file_that_was_there_before_no_byte_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (content(11, 900_000), content(12, 300_000));
    let fresh = new.clone();
    // Without a version, nothing can be continued.
    let server = Server::start(move |request, reply| {
        if request.number == 0 {
            reply.head("200 OK", &[("Content-Length", "900000".into())]);
            reply.send(&old[..500_000]);
        } else {
            reply.head("200 OK", &[]);
            reply.send(&fresh);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &new);
    });
}

#[test]
fn a_name_that_is_taken_gets_a_number_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(6, 1000);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    let taken = dir.path().join("a.bin");
    std::fs::OpenOptions::new().create_new(true).write(true).open(&taken).unwrap();
    run(&session, async {
        let url = server.url("a.bin");
        let all = futures_util::future::join_all((0..16).map(|_| download(&session, &url, dir.path()))).await;
        let mut names: Vec<_> = all.iter().map(|done| done.name.clone()).collect();
        for done in &all {
            assert_complete(done, &body);
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 16);

        let mut request = DownloadRequest::new(&url).unwrap().into_file(&taken);
        request.if_exists = IfExists::Fail;
        let refused = session.start_download(request.clone()).await.unwrap().settled().await.unwrap();
        assert_eq!(refused.error.unwrap().kind, ErrorKind::FileExists);
        assert_eq!(std::fs::metadata(&taken).unwrap().len(), 0);

        request.if_exists = IfExists::Overwrite;
        let replaced = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&replaced, &body);
        assert_eq!(replaced.path.unwrap(), taken);
    });
}

#[test]
fn secrets_stay_at_the_origin_they_were_meant_for_also_when_a_redirect_leads_back() {
    let dir = tempfile::tempdir().unwrap();
    let last = Server::with_file(content(7, 100));
    let end = last.url("end");
    let foreign_address = Arc::new(std::sync::OnceLock::<String>::new());
    let second = foreign_address.clone();
    // The foreign server leads on to itself once, then away.
    let foreign = Server::start(move |request, reply| {
        let next = if request.path == "/1" { second.get().unwrap().clone() } else { end.clone() };
        reply.head("302 Found", &[("Location", next), ("Content-Length", "0".into())]);
    });
    foreign_address.set(foreign.url("2")).unwrap();
    let first_hop = foreign.url("1");
    let home = Server::start(move |_, reply| {
        reply.head("302 Found", &[("Location", first_hop.clone()), ("Content-Length", "0".into())]);
    });
    let session = open(dir.path());
    run(&session, async {
        let url = home.url("a.bin?token=T0K3N").replacen("http://", "http://user:S3CR3T@", 1);
        let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        request.headers.add("X-Api-Key", "S3CR3T").unwrap();
        request.headers.add("Cookie", "a=S3CR3T").unwrap();
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(done.state, Phase::Completed, "{done:?}");
        assert_eq!(done.name, "a.bin", "a redirect does not choose the name");
    });
    let at_home = &home.seen()[0];
    assert!(at_home.header("authorization").is_some() && at_home.header("x-api-key") == Some("S3CR3T"));
    let elsewhere = [foreign.seen(), last.seen()].concat();
    assert_eq!(elsewhere.len(), 3);
    let told = format!("{elsewhere:?}");
    assert!(!told.contains("S3CR3T") && !told.contains("T0K3N"), "{told}");
}

#[test]
fn redirects_without_end_are_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        reply.head(
            "302 Found",
            &[("Location", "/again".into()), ("Content-Length", "0".into()), ("Connection", "close".into())],
        );
    });
    let session = impatient(dir.path());
    run(&session, async {
        let failed = download(&session, &server.url("a"), dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::RedirectFailed);
    });
    assert_eq!(server.seen().len(), 21);
}

#[test]
fn a_hostile_name_stays_inside_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|_, reply| {
        let headers = [
            ("Content-Disposition", "attachment; filename=\"../../.bashrc\"".to_owned()),
            ("Content-Length", "2".into()),
        ];
        reply.head("200 OK", &headers);
        reply.send("hi");
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("x"), dir.path()).await;
        assert_eq!(done.path.unwrap(), dir.path().join("bashrc"));
    });
}

#[test]
fn no_more_run_at_once_than_the_settings_say() {
    let dir = tempfile::tempdir().unwrap();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counter, peak) = (now.clone(), most.clone());
    let body = content(8, 200_000);
    let server = Server::start(move |request, reply| {
        peak.fetch_max(counter.fetch_add(1, SeqCst) + 1, SeqCst);
        serve_file(&body, "\"v1\"", request, reply);
        counter.fetch_sub(1, SeqCst);
    });
    let session = open(dir.path());
    run(&session, async {
        let mut settings = session.settings().await.unwrap();
        settings.max_running = 2;
        session.configure(settings).await.unwrap();
        let urls: Vec<_> = (0..12).map(|n| server.url(&format!("{n}"))).collect();
        let all =
            futures_util::future::join_all(urls.iter().map(|url| download(&session, url, dir.path()))).await;
        assert!(all.iter().all(|done| done.state == Phase::Completed));
    });
    // A connection may still be closing when the next one opens.
    assert!(most.load(SeqCst) <= 4, "{}", most.load(SeqCst));
}

#[test]
fn a_speed_limit_holds_over_all_connections_and_can_be_lifted_while_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(61, 6_000_000);
    let server = Server::with_file(body.clone());
    let session = open(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.terms.limit = Some(1_000_000);
        let began = std::time::Instant::now();
        let download = session.start_download(request).await.unwrap();
        let bound = crate::until(&download, |now| now.progress.bound.is_some()).await;
        assert_eq!(bound.progress.bound, Some(windlass::Bound::Limit));
        let now = crate::until(&download, |now| now.progress.done >= 1_500_000).await;
        let most = u64::try_from(began.elapsed().as_millis()).unwrap() * 1100;
        assert!(now.progress.done < most, "{} bytes, and no more than {most} are allowed", now.progress.done);
        download.amend(windlass::Change::parse("limit", "none").unwrap()).await.unwrap();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
    assert_eq!(server.seen().len(), 1, "what is slow by our own wish needs no more connections");
}

#[test]
fn a_new_link_to_the_same_file_continues_with_the_bytes_at_hand() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(62, 300_000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/new" => serve_file(&sent, "\"v1\"", request, reply),
        _ if request.number == 0 => {
            reply.head(
                "206 Partial Content",
                &[
                    ("ETag", "\"v1\"".into()),
                    ("Content-Range", "bytes 0-299999/300000".into()),
                    ("Content-Length", "300000".into()),
                ],
            );
            reply.send(&sent[..100_000]);
        }
        _ => _ = reply.head("410 Gone", &[("Content-Length", "0".into())]),
    });
    let session = open(dir.path());
    run(&session, async {
        let gone = download(&session, &server.url("old"), dir.path()).await;
        assert_ne!(gone.state, Phase::Completed);
        let download = session.downloads().await.unwrap().remove(0);
        let change = windlass::Change::parse("url", &server.url("new")).unwrap();
        download.amend(change).await.unwrap();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
    let last = server.seen().pop().unwrap();
    // A little of what is here is compared with what comes.
    assert_eq!((last.first(), last.header("if-range")), (Some(100_000 - 65_536), Some("\"v1\"")));
}

#[test]
fn a_server_that_wants_quiet_is_left_alone_by_all_downloads_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(63, 1000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| {
        if request.number == 0 {
            reply.head("503 Busy", &[("Retry-After", "2".into()), ("Content-Length", "0".into())]);
        } else {
            serve_file(&sent, "\"v1\"", request, reply);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let began = std::time::Instant::now();
        let request = |name: &str| DownloadRequest::new(&server.url(name)).unwrap().into_folder(dir.path());
        let first = session.start_download(request("a")).await.unwrap();
        until(&first, |now| now.reason == Some(Reason::HostLimit)).await;
        let second = session.start_download(request("b")).await.unwrap();
        until(&second, |now| now.reason == Some(Reason::HostLimit)).await;
        assert_eq!(server.seen().len(), 1, "the second one did not even ask");
        assert_complete(&first.settled().await.unwrap(), &body);
        assert_complete(&second.settled().await.unwrap(), &body);
        assert!(began.elapsed().as_secs_f64() > 1.8);
    });
    assert_eq!(server.seen().len(), 3);
}
