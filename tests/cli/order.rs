//! What goes first, as the command line says it.

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
