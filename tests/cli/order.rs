//! What goes first, as the command line says it.

use super::server::{Server, content};
use super::{Shell, json, text, wait_for};

#[test]
fn a_priority_is_said_shown_and_changed() {
    let shell = Shell::new();
    let mut daemon = shell.command(&["daemon"]).spawn().unwrap();
    wait_for("the session", || shell.run(&["list"]).status.success().then_some(()));
    // Nobody listens there, so it waits.
    let get = ["get", "http://127.0.0.1:9/x", "--background", "--priority", "0.9"];
    let id = text(&shell.run(&get).stdout).trim().to_owned();
    let priority = || json(text(&shell.run(&["show", &id, "--json"]).stdout))["priority"].as_f64().unwrap();
    assert!((priority() - 0.9).abs() < 1e-6);
    assert!(shell.run(&["set", &id, "priority=0.25"]).status.success());
    assert!((priority() - 0.25).abs() < 1e-6);
    let refused = shell.run(&["set", &id, "priority=first"]);
    assert!(
        !refused.status.success() && text(&refused.stderr).contains("from 0.0 (last) to 1.0"),
        "{refused:?}"
    );
    assert_eq!(shell.run(&["get", "http://127.0.0.1:9/x", "--priority", "2"]).status.code(), Some(2));
    shell.run(&["quit"]);
    daemon.wait().unwrap();
}

#[test]
fn what_shall_start_later_waits_until_then_or_until_somebody_says_now() {
    let (shell, server) = (Shell::new(), Server::with_file(content(5, 1000)));
    let mut daemon = shell.command(&["daemon"]).spawn().unwrap();
    wait_for("the session", || shell.run(&["list"]).status.success().then_some(()));
    let url = server.url("x");
    let get = |time: &str| {
        let said = shell.run(&["get", &url, "--background", "-d", ".", "--start-at", time]);
        text(&said.stdout).trim().to_owned()
    };
    let show = |id: &str| json(text(&shell.run(&["show", id, "--json"]).stdout));
    let completes = |id: &str| wait_for("the end", || (show(id)["state"] == "completed").then_some(()));
    let (resumed, changed, soon) = (get("+2h"), get("2999-06-01 06:00"), get("+1s"));
    for id in [&resumed, &changed] {
        assert_eq!((&show(id)["state"], &show(id)["reason"]), (&"waiting".into(), &"schedule".into()));
    }
    assert!(text(&shell.run(&["show", &changed]).stdout).contains("\nuntil      2999-"));
    completes(&soon);
    for verb in ["resume", "pause", "resume"] {
        assert!(shell.run(&[verb, "--all"]).status.success());
    }
    assert_eq!(show(&changed)["reason"], "schedule", "to go on is not to hurry");
    assert!(shell.run(&["resume", &resumed]).status.success());
    completes(&resumed);
    // It stays so over the end of the session.
    shell.run(&["quit"]);
    daemon.wait().unwrap();
    let mut daemon = shell.command(&["daemon"]).spawn().unwrap();
    wait_for("the session", || shell.run(&["list"]).status.success().then_some(()));
    assert_eq!(show(&changed)["reason"], "schedule");
    assert!(shell.run(&["set", &changed, "start-at=now"]).status.success());
    completes(&changed);
    assert_eq!(shell.run(&["get", &url, "--start-at", "soon"]).status.code(), Some(2));
    shell.run(&["quit"]);
    daemon.wait().unwrap();
}
