//! What the desktop knows, what was paid for and the time of the day hold transfers up, and let them go on.

use std::path::Path;

use jiff::{ToSpan as _, Zoned};
use windlass::{
    Address, Conditions, Connectivity, CostPolicy, Download, DownloadRequest, Options, Period, Phase,
    Profile, ProxyChoice, Reason, Session, Settings, UploadRequest,
};

use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, open, run, until, write};

const SIZE: usize = 30_000;
const POLICIES: [CostPolicy; 3] = [CostPolicy::UnrestrictedOnly, CostPolicy::Default, CostPolicy::Always];

fn serve() -> (Vec<u8>, Server) {
    let body = content(7, SIZE);
    let served = body.clone();
    (body, Server::start(move |request, reply| serve_file(&served, "\"v1\"", request, reply)))
}

/// A session with these settings.
fn open_with(dir: &Path, settings: &Settings) -> crate::Watched {
    let profile = Profile::at(dir.join("profile"));
    settings.save(&profile.settings).unwrap();
    open(dir)
}

/// A plan of so many bytes in a month that begins today, so that a thirtieth of it may be used.
fn plan(bytes: usize) -> Settings {
    let begins = u8::try_from(Zoned::now().day()).unwrap();
    Settings {
        data_plan: bytes as u64,
        data_plan_period: Period::Month,
        data_plan_begins: begins,
        ..Settings::default()
    }
}

async fn start(session: &Session, server: &Server, dir: &Path, policy: CostPolicy) -> Download {
    let mut request = DownloadRequest::new(&server.far_url("a.bin")).unwrap().into_folder(dir);
    request.terms.cost_policy = policy;
    session.start_download(request).await.unwrap()
}

/// What becomes of downloads of the three policies: nothing, if it is complete, or why it waits. Those that wait go
/// on when the network is free again.
fn row(settings: &Settings, conditions: Conditions, used: bool) -> [Option<Reason>; 3] {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let session = open_with(dir.path(), &Settings { keep_to_data_plan: false, ..settings.clone() });
    run(&session, async {
        if used {
            session.set_conditions(Conditions::metered()).await.unwrap();
            let first = start(&session, &server, dir.path(), CostPolicy::Always).await;
            assert_complete(&first.settled().await.unwrap(), &body);
            session.configure(settings.clone()).await.unwrap();
        }
        session.set_conditions(conditions).await.unwrap();
        let mut all = Vec::new();
        for policy in POLICIES {
            all.push(start(&session, &server, dir.path(), policy).await);
        }
        let mut reasons = [None; 3];
        for (download, reason) in all.iter().zip(&mut reasons) {
            let decided = |phase| matches!(phase, Phase::Completed | Phase::Waiting);
            *reason = until(download, |seen| decided(seen.state)).await.reason;
        }
        session.set_conditions(Conditions::default()).await.unwrap();
        for download in &all {
            let ended = download.settled().await.unwrap();
            assert_complete(&ended, &body);
            assert!(ended.attempts <= 2, "{ended:?}");
        }
        reasons
    })
}

#[test]
fn what_stays_on_this_computer_needs_no_network() {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let session = open(dir.path());
    let request = |url: &str| DownloadRequest::new(url).unwrap().into_folder(dir.path());
    run(&session, async {
        session.set_conditions(Conditions::offline()).await.unwrap();
        let here = session.start_download(request(&server.url("a.bin"))).await.unwrap();
        assert_complete(&here.settled().await.unwrap(), &body);
        let mut proxied = request(&server.url("a.bin"));
        proxied.terms.proxy = ProxyChoice::parse("http://127.0.0.1:9").unwrap().0;
        let proxied = session.start_download(proxied).await.unwrap();
        assert_eq!(until(&proxied, |now| now.state == Phase::Waiting).await.reason, Some(Reason::Network));
        let elsewhere = request(&server.url("a.bin")).with_mirror(address(&server.far_url("a.bin")));
        let elsewhere = session.start_download(elsewhere).await.unwrap();
        assert_eq!(until(&elsewhere, |now| now.state == Phase::Waiting).await.reason, Some(Reason::Network));
        session.set_conditions(Conditions::metered()).await.unwrap();
        assert_complete(&elsewhere.settled().await.unwrap(), &body);
        // It may be a tunnel, so it costs what the network costs.
        let mut tunnel = request(&server.url("a.bin"));
        tunnel.terms.cost_policy = CostPolicy::UnrestrictedOnly;
        let tunnel = session.start_download(tunnel).await.unwrap();
        assert_eq!(until(&tunnel, |now| now.state == Phase::Waiting).await.reason, Some(Reason::Metered));
    });
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn roaming() -> Conditions {
    let mut conditions = Conditions::metered();
    conditions.roaming = true;
    conditions
}

#[test]
fn on_an_unmetered_network_every_policy_runs() {
    assert_eq!(row(&Settings::default(), Conditions::default(), false), [None; 3]);
    assert_eq!(row(&plan(SIZE), Conditions::default(), true), [None; 3], "nothing is counted there");
}

#[test]
fn metered_and_on_track_what_wants_an_unrestricted_network_waits() {
    let expected = [Some(Reason::Metered), None, None];
    assert_eq!(row(&Settings::default(), Conditions::metered(), false), expected);
    assert_eq!(row(&plan(SIZE * 1000), Conditions::metered(), true), expected);
}

#[test]
fn metered_and_on_track_to_exceed_what_may_always_run_runs() {
    let expected = [Some(Reason::Metered), Some(Reason::DataLimit), None];
    assert_eq!(row(&plan(SIZE * 10), Conditions::metered(), true), expected);
    assert_eq!(row(&plan(SIZE), Conditions::metered(), true), expected, "nobody said that it is kept to");
}

#[test]
fn roaming_under_the_limit_what_may_always_run_runs() {
    let expected = [Some(Reason::Roaming), Some(Reason::Roaming), None];
    assert_eq!(row(&Settings::default(), roaming(), false), expected);
    assert_eq!(row(&plan(SIZE * 1000), roaming(), true), expected);
}

#[test]
fn over_a_limit_that_is_kept_to_nothing_runs() {
    let settings = Settings { keep_to_data_plan: true, ..plan(SIZE) };
    assert_eq!(row(&settings, Conditions::metered(), true), [Some(Reason::DataLimit); 3]);
    assert_eq!(row(&settings, roaming(), true), [Some(Reason::DataLimit); 3]);
}

/// A server that gives half of a file and keeps the rest until the gate is open.
fn halting(body: &[u8], gate: &Gate) -> Server {
    let (body, gate) = (body.to_vec(), gate.clone());
    Server::start(move |request, reply| {
        if request.first().is_some_and(|first| first > 0) {
            return serve_file(&body, "\"v1\"", request, reply);
        }
        let total = body.len();
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Accept-Ranges", "bytes".to_owned()),
            ("Content-Length", total.to_string()),
        ];
        reply.head("200 OK", &headers);
        _ = reply.send(&body[..total / 2]);
        gate.pass();
        _ = reply.send(&body[total / 2..]);
    })
}

#[test]
fn what_runs_is_held_up_by_a_change_and_goes_on_where_it_was_without_a_try_in_vain() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(3, 2_000_000);
    let gate = Gate::default();
    let server = halting(&body, &gate);
    let settings =
        Settings { retries: 0, pause_on_battery: true, pause_in_power_saver: true, ..Settings::default() };
    let session = open_with(dir.path(), &Settings { pause_below_percent: 10, ..settings });
    run(&session, async {
        let mut on_battery = Conditions::default();
        (on_battery.on_battery, on_battery.battery) = (true, Some(80));
        let mut saving = Conditions::default();
        saving.power_saver = true;
        let mut portal = Conditions::default();
        portal.network = Connectivity::Portal;
        let download = start(&session, &server, dir.path(), CostPolicy::Default).await;
        let half =
            |seen: &windlass::Snapshot| seen.state == Phase::Running && seen.progress.done >= 1_000_000;
        until(&download, half).await;
        for (conditions, reason) in [
            (Conditions::offline(), Reason::Network),
            (portal, Reason::Network),
            (roaming(), Reason::Roaming),
            (on_battery, Reason::Battery),
            (saving, Reason::Battery),
        ] {
            session.set_conditions(conditions).await.unwrap();
            let seen = download.snapshot().await.unwrap();
            assert_eq!((seen.state, seen.reason), (Phase::Waiting, Some(reason)), "{conditions:?}");
        }
        let held = download.snapshot().await.unwrap();
        assert!(held.error.is_none() && held.progress.done <= 1_000_000);
        session.set_conditions(Conditions::default()).await.unwrap();
        let ended = download.settled().await.unwrap();
        assert_complete(&ended, &body);
        assert_eq!((ended.attempts, ended.restarts), (2, 0));
        gate.open();
    });
}

#[test]
fn a_post_that_is_under_way_is_not_cut_off_by_what_it_costs() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let closed = gate.clone();
    let server = Server::start(move |request, reply| {
        reply.send("HTTP/1.1 100 Continue\r\n\r\n");
        reply.body(request.header("content-length").unwrap().parse().unwrap());
        closed.pass();
        reply.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    write(&dir.path().join("sent"), content(1, SIZE));
    let session = open(dir.path());
    run(&session, async {
        let request = UploadRequest::new(dir.path().join("sent"), &server.far_url("form")).unwrap();
        let upload = session.start_upload(request.by(windlass::Method::Post)).await.unwrap();
        while upload.snapshot().await.unwrap().state != Phase::Running {
            tokio::task::yield_now().await;
        }
        session.set_conditions(roaming()).await.unwrap();
        assert_eq!(upload.snapshot().await.unwrap().state, Phase::Running);
        gate.open();
        assert_eq!(upload.settled().await.unwrap().state, Phase::Completed);
    });
}

#[test]
fn another_policy_or_setting_lets_it_go_on_or_holds_it_up() {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let session = open(dir.path());
    run(&session, async {
        session.set_conditions(roaming()).await.unwrap();
        let download = start(&session, &server, dir.path(), CostPolicy::Default).await;
        until(&download, |seen| seen.reason == Some(Reason::Roaming)).await;
        download.resume().await.unwrap();
        until(&download, |seen| seen.reason == Some(Reason::Roaming)).await;
        download.amend(windlass::Change::parse("cost-policy", "always").unwrap()).await.unwrap();
        let ended = download.settled().await.unwrap();
        assert_complete(&ended, &body);
        assert_eq!(ended.cost_policy, "always");
    });
}

#[test]
fn until_the_desktop_is_known_nothing_starts_and_a_new_session_looks_for_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let options = || {
        let mut options = Options::new(Profile::at(dir.path().join("profile")));
        options.conditions = None;
        options
    };
    let session = Session::open(&options()).unwrap();
    let id = run(&session, async {
        let download = start(&session, &server, dir.path(), CostPolicy::Default).await;
        session.set_conditions(Conditions::offline()).await.unwrap();
        assert_eq!(download.snapshot().await.unwrap().reason, Some(Reason::Network));
        session.close().await.unwrap();
        download.id()
    });
    drop(session);
    let session = Session::open(&options()).unwrap();
    run(&session, async {
        assert_eq!(session.show(id).await.unwrap().state, Phase::Queued);
        session.set_conditions(Conditions::default()).await.unwrap();
        let download = session.downloads().await.unwrap().remove(0);
        assert_complete(&download.settled().await.unwrap(), &body);
    });
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn what_went_over_a_metered_network_is_known_to_the_next_session_and_to_a_command_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let settings = Settings { keep_to_data_plan: true, ..plan(SIZE * 2) };
    for (round, expected) in [(1, Phase::Completed), (2, Phase::Completed), (3, Phase::Waiting)] {
        let profile = Profile::at(dir.path().join("profile"));
        settings.save(&profile.settings).unwrap();
        let profile = if round == 2 { profile.for_command("get") } else { profile };
        let session = Session::open(&Options::new(profile)).unwrap();
        run(&session, async {
            session.set_conditions(Conditions::metered()).await.unwrap();
            let download = start(&session, &server, dir.path(), CostPolicy::Always).await;
            let seen = until(&download, |seen| matches!(seen.state, Phase::Completed | Phase::Waiting)).await;
            assert_eq!(seen.state, expected, "{round}");
            if expected == Phase::Completed {
                assert_complete(&seen, &body);
            }
            session.close().await.unwrap();
        });
    }
}

/// A time of the day that it is now, and will be for hours.
fn around_now(pace: &str) -> windlass::Window {
    let now = Zoned::now();
    let time = |hours: i64| now.checked_add(hours.hours()).unwrap().strftime("%H:%M").to_string();
    format!("{}-{} {pace}", time(-2), time(3)).parse().unwrap()
}

#[test]
fn at_some_times_of_the_day_nothing_runs_and_at_others_more_slowly() {
    let dir = tempfile::tempdir().unwrap();
    let (body, server) = serve();
    let resting = Settings { windows: vec![around_now("stop")], ..Settings::default() };
    let session = open_with(dir.path(), &resting);
    run(&session, async {
        let download = start(&session, &server, dir.path(), CostPolicy::Default).await;
        let seen = until(&download, |seen| seen.state == Phase::Waiting).await;
        assert_eq!(seen.reason, Some(Reason::Schedule));
        let until_then = seen.retry_at.unwrap().duration_since(jiff::Timestamp::now()).as_hours();
        assert!((2..=3).contains(&until_then), "{until_then}");
        let slow = Settings { windows: vec![around_now("30K")], ..Settings::default() };
        session.configure(slow).await.unwrap();
        let began = std::time::Instant::now();
        assert_complete(&download.settled().await.unwrap(), &body);
        assert!(began.elapsed().as_secs_f64() > 0.5, "{:?}", began.elapsed());
    });
}
