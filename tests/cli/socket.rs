//! Commands to a session that is named by its socket.

use std::process::{Child, Stdio};

use super::{Shell, json, text, wait_for};

/// A shell with a session, and another one that knows only its socket.
struct Two {
    near: Shell,
    far: Shell,
    daemon: Child,
}

impl Two {
    fn new() -> Self {
        let (near, far) = (Shell::new(), Shell::new());
        let daemon = far.command(&["daemon"]).stderr(Stdio::null()).spawn().unwrap();
        wait_for("the session", || far.run(&["list"]).status.success().then_some(()));
        Self { near, far, daemon }
    }

    fn run(&self, arguments: &[&str]) -> std::process::Output {
        let socket = self.far.path("profile/run/control.sock");
        self.near.command(arguments).env("WINDLASS_SOCKET", socket).output().unwrap()
    }
}

impl Drop for Two {
    fn drop(&mut self) {
        _ = self.far.run(&["quit"]);
        _ = self.daemon.wait();
    }
}

#[test]
fn every_command_goes_to_the_session_at_the_socket() {
    let two = Two::new();
    let later = ["--start-at", "2400-01-01 00:00"];
    let added = two.run(&[&["get", "--background", "http://127.0.0.1:9/a"], &later[..]].concat());
    assert!(added.status.success(), "{added:?}");
    let id = text(&added.stdout).trim();
    for command in [
        vec!["show", id],
        vec!["watch", "--help"],
        vec!["pause", id],
        vec!["set", id, "limit=2M"],
        vec!["move", id, "first"],
        vec!["groups", "set", "Night", "--serial", "--dir", "/tmp"],
        vec!["settings", "max_running=7"],
        vec!["leftovers"],
        vec!["destinations"],
        vec!["save-resume-data", id, "here.resume"],
    ] {
        let done = two.run(&command);
        assert!(done.status.success(), "{command:?}: {done:?}");
    }
    assert!(two.near.path("here.resume").exists());
    assert_eq!(text(&two.far.run(&["settings", "max_running"]).stdout), "7\n");
    assert!(text(&two.far.run(&["groups"]).stdout).starts_with("Night"));
    assert!(text(&two.near.run(&["settings", "max_running"]).stdout) != "7\n");
    assert!(two.run(&["quit"]).status.success());
    wait_for("the end", || (two.far.run(&["list"]).status.code() == Some(3)).then_some(()));
}

#[test]
fn paths_are_those_of_the_other_side_and_whole_ones() {
    let two = Two::new();
    std::fs::File::create_new(two.near.path("here.bin")).unwrap();
    let get = |rest: &[&str]| {
        let start = ["get", "--background", "http://127.0.0.1:9/a", "--start-at", "2400-01-01 00:00"];
        two.run(&[&start, rest].concat())
    };
    for relative in [["-o", "x"], ["-d", "."], ["--cookie-file", "cookies"]] {
        let refused = get(&relative);
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        assert!(text(&refused.stderr).contains("Give the whole path there"), "{refused:?}");
    }
    let put = ["put", "--background", "--to", "http://127.0.0.1:9/", "here.bin"];
    assert_eq!(two.run(&put).status.code(), Some(2));
    assert_eq!(two.run(&["groups", "set", "Night", "--dir", "here"]).status.code(), Some(2));

    // A file that only the other side has, and one that it has not.
    let file = two.far.path("there.bin");
    std::fs::File::create_new(two.far.path("there.bin")).unwrap();
    let put = |file: &std::path::Path| {
        let file = file.to_str().unwrap();
        let arguments = ["put", "--background", "--to", "http://127.0.0.1:9/", file, "--start-at", "+100h"];
        two.run(&arguments)
    };
    assert!(put(&file).status.success());
    let refused = put(std::path::Path::new("/no/such/file"));
    assert_eq!(refused.status.code(), Some(1));
    // Without a word it goes where downloads go there, and not into this folder.
    assert!(get(&[]).status.success());
    let near = two.near.dir.path().to_str().unwrap();
    assert!(!text(&two.run(&["list", "--json"]).stdout).contains(near));
}

#[test]
fn nothing_runs_here_when_it_was_meant_for_there() {
    let two = Two::new();
    for arguments in [
        &["get", "http://127.0.0.1:9/a"][..],
        &["put", "/x", "--to", "http://127.0.0.1:9/"],
        &["daemon"],
        &["destinations", "add", "Work", "--to", "http://127.0.0.1:9/"],
    ] {
        let refused = two.run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {refused:?}");
        assert!(text(&refused.stderr).contains("eave out --socket"), "{refused:?}");
    }
    assert!(!two.near.path("profile").exists());
}

#[test]
fn where_nobody_answers_that_is_told_and_no_session_is_started() {
    let shell = Shell::new();
    let dead = shell.path("dead.sock");
    drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
    for socket in [dead, shell.path("none.sock"), shell.path(&("d".repeat(120) + "/none.sock"))] {
        let socket = socket.to_str().unwrap();
        for command in
            [&["list"][..], &["get", "--background", "http://127.0.0.1:9/a"], &["quit"], &["settings"]]
        {
            let refused = shell.run(&[&["--socket", socket], command].concat());
            assert_eq!(refused.status.code(), Some(3), "{command:?}: {refused:?}");
            assert!(text(&refused.stderr).contains("No session answers at"), "{refused:?}");
        }
    }
    assert!(!shell.path("profile").exists());
}

#[test]
fn who_answers_and_is_no_session_is_told_of() {
    let shell = Shell::new();
    let path = shell.path("other.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    // Called more than once, as a session that is about to end hangs up too.
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let refused = shell.run(&["--socket", path.to_str().unwrap(), "list"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(text(&refused.stderr).contains("does not answer"), "{refused:?}");
}

#[test]
fn the_manual_tells_what_is_said_on_the_socket() {
    let shell = Shell::new();
    let manual = shell.run(&["manual", "socket"]);
    assert!(text(&manual.stdout).starts_with("# The control socket"));
    let call = text(&manual.stdout).lines().find_map(|line| line.strip_prefix("--> ")).unwrap();
    assert_eq!(json(call)["method"], "hello");
    assert!(text(&shell.run(&["manual", "guide"]).stdout).starts_with("# A guide to Windlass"));
}
