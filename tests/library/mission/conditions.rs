use std::path::Path;
use std::sync::Arc;

use jiff::Zoned;
use windlass::{Conditions, Connectivity, CostPolicy, Download, Happened, Phase, Reason, Session, Settings};

use super::{HERE, SIZE, holding, request, shown, tell};
use crate::server::{Gate, Server, content, serve_with};
use crate::{assert_complete, open, run};

const POLICIES: [CostPolicy; 3] = [CostPolicy::UnrestrictedOnly, CostPolicy::Default, CostPolicy::Always];

/// A plan of so many bytes in a month that begins today.
fn plan(bytes: usize) -> Settings {
    let begins = u8::try_from(Zoned::now().day()).unwrap();
    let data_plan = bytes as u64;
    Settings { data_plan, data_plan_begins: begins, keep_to_data_plan: true, ..Settings::default() }
}

async fn begin(session: &Session, server: &Server, dir: &Path, policy: CostPolicy) -> Download {
    let mut wanted = request(&server.far_url("a.bin"), dir);
    wanted.terms.cost_policy = policy;
    session.start_download(wanted).await.unwrap()
}

/// Row 22: each of three policies runs or waits on each of five networks, as the table says.
#[test]
fn the_fifteen_cells_of_the_table_hold() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(41, SIZE).into(), Gate::default());
    let (server, halted) = (Server::with_file(body.clone()), holding(&body, &gate));
    let session = open(dir.path());
    let network =
        |metered, roaming| move |now: &mut Conditions| (now.metered, now.roaming) = (metered, roaming);
    run(&session, async {
        // As much as the file has is used up.
        session.configure(plan(SIZE * 1000)).await.unwrap();
        tell(&session, network(true, false)).await;
        let used = begin(&session, &server, dir.path(), CostPolicy::Always).await;
        assert_complete(&used.settled().await.unwrap(), &body);
        for (roams, is_metered, limit, allowed) in [
            (false, false, SIZE, [true, true, true]),
            (false, true, SIZE * 1000, [false, true, true]),
            (false, true, SIZE * 10, [false, false, true]),
            (true, true, SIZE * 1000, [false, false, true]),
            (true, true, SIZE, [false, false, false]),
            (false, true, SIZE, [false, false, false]),
        ] {
            session.configure(plan(limit)).await.unwrap();
            tell(&session, network(is_metered, roams)).await;
            let mut runs = [false; 3];
            for (policy, runs) in POLICIES.into_iter().zip(&mut runs) {
                let download = begin(&session, &halted, dir.path(), policy).await;
                let now = download.snapshot().await.unwrap();
                *runs = now.state != Phase::Waiting;
                let reasons = [Reason::Metered, Reason::Roaming, Reason::DataLimit];
                assert!(*runs || now.reason.is_some_and(|reason| reasons.contains(&reason)), "{now:?}");
                session.remove(Some(vec![download.id()]), false).await.unwrap();
            }
            assert_eq!(runs, allowed, "roaming {roams}, metered {is_metered}, {limit} bytes");
        }
    });
    gate.open();
}

/// Row 23: on its battery, below so many percent of it and while it saves power the computer moves nothing, each
/// where somebody wants that, and goes on by itself afterwards.
#[test]
fn the_battery_is_spared_as_the_settings_say() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate) = (content(42, SIZE), Gate::default());
    let (sent, closed) = (body.clone(), gate.clone());
    // However often it is asked, it gives a little and holds the rest back.
    let server = Server::start(move |request, reply| {
        serve_with(&sent, "\"v1\"", request, reply, |reply, part| {
            reply.send(&part[..SIZE / 4]);
            closed.pass();
            reply.send(&part[SIZE / 4..]);
        });
    });
    let session = open(dir.path());
    let no = Settings::default();
    let on_battery =
        |percent| move |now: &mut Conditions| (now.on_battery, now.battery) = (true, Some(percent));
    run(&session, async {
        let download = begin(&session, &server, dir.path(), CostPolicy::Default).await;
        let runs = async || shown(&download, |now| now.state == Phase::Running).await;
        let waits = async || shown(&download, |now| now.reason == Some(Reason::Battery)).await;
        shown(&download, |now| now.progress.done == SIZE as u64 / 4).await;
        tell(&session, on_battery(5)).await;
        tell(&session, |now| now.power_saver = true).await;
        assert_eq!(runs().await.attempts, 1, "nobody has asked for anything else");
        session.configure(Settings { pause_in_power_saver: true, ..no.clone() }).await.unwrap();
        waits().await;
        session.configure(Settings { pause_on_battery: true, ..no.clone() }).await.unwrap();
        runs().await;
        tell(&session, on_battery(100)).await;
        waits().await;
        session.configure(Settings { pause_below_percent: 30, ..no }).await.unwrap();
        runs().await;
        tell(&session, on_battery(29)).await;
        let waiting = waits().await;
        assert!(waiting.error.is_none() && waiting.progress.done < SIZE as u64, "{waiting:?}");
        // At the mains it does not matter how full it is.
        tell(&session, |now| now.battery = Some(29)).await;
        gate.open();
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
}

/// Row 24: without a network, and behind a page that wants a login first, it waits and uses up no try; when the
/// network is back it goes on where it was.
#[test]
fn without_a_network_it_waits_and_no_try_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let (body, gate): (Arc<[u8]>, _) = (content(43, SIZE).into(), Gate::default());
    let server = holding(&body, &gate);
    let session = open(dir.path());
    let network = |network| move |now: &mut Conditions| now.network = network;
    run(&session, async {
        tell(&session, network(Connectivity::Offline)).await;
        let mut wanted = request(&server.far_url("a.bin"), dir.path());
        // One failure would be the end of it.
        wanted.terms.retries = Some(0);
        let download = session.start_download(wanted).await.unwrap();
        for kind in [Connectivity::Portal, Connectivity::Offline, Connectivity::Portal] {
            tell(&session, network(kind)).await;
            let now = download.snapshot().await.unwrap();
            assert_eq!((now.state, now.reason), (Phase::Waiting, Some(Reason::Network)), "{kind:?}");
            assert_eq!((now.attempts, now.error), (0, None));
        }
        assert!(server.seen().is_empty());
        tell(&session, network(Connectivity::Online)).await;
        shown(&download, |now| now.progress.done == HERE as u64).await;
        tell(&session, network(Connectivity::Offline)).await;
        let lost = download.snapshot().await.unwrap();
        assert_eq!((lost.state, lost.reason, lost.error), (Phase::Waiting, Some(Reason::Network), None));
        tell(&session, network(Connectivity::Online)).await;
        let done = download.settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (2, 0));
        let told = session.history(done.id).await.unwrap().entries;
        assert!(told.iter().any(|past| past.what == Happened::NetworkLost), "{told:?}");
    });
    gate.open();
}
