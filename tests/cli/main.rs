//! The command line as a shell sees it: the real program, a server on loopback, exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

#[path = "../support/server.rs"]
#[allow(dead_code, reason = "each binary uses its own part of it")]
mod server;

mod browser;
mod checksums;
mod desktop;
mod destinations;
mod order;
mod pasted;
mod resume_data;
mod settings;
mod sites;
mod socket;
mod stats;
mod trees;
mod when_done;
mod wishes;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use server::{Server, content};

struct Shell {
    dir: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_windlass"));
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null());
        command.env("WINDLASS_PROFILE", self.path("profile"));
        // No desktop: nothing on the bus, nothing on a display.
        for name in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command.env("XDG_RUNTIME_DIR", self.path("runtime"));
        command.env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}", self.path("no-bus").display()));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        _ = self.run(&["quit"]);
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < end, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn json(line: &str) -> serde_json::Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn get_uses_as_many_connections_as_it_is_told_to() {
    let (shell, body) = (Shell::new(), content(1, 4_000_000));
    for (count, requests) in [("1", 1..=1), ("4", 4..=40)] {
        let server = Server::with_file(body.clone());
        let output = shell.run(&["get", &server.url("a.bin"), "-d", count, "--connections", count]);
        assert!(output.status.success(), "{output:?}");
        assert!(std::fs::read(shell.path(count).join("a.bin")).unwrap() == body);
        assert!(requests.contains(&server.seen().len()), "{count}: {}", server.seen().len());
    }
    assert_eq!(shell.run(&["get", "http://127.0.0.1:9/a", "--connections", "0"]).status.code(), Some(2));
}

#[test]
fn get_prints_the_path_and_nothing_else_on_standard_output() {
    let (shell, body) = (Shell::new(), content(1, 100_000));
    let server = Server::with_file(body.clone());
    let output = shell.run(&["get", &server.url("a.bin"), "-d", "down"]);
    assert!(output.status.success(), "{output:?}");
    let path = shell.path("down/a.bin");
    assert_eq!(text(&output.stdout), format!("{}\n", path.display()));
    assert!(text(&output.stderr).contains("a.bin: completed"), "{output:?}");
    assert!(std::fs::read(path).unwrap() == body);
    // Nothing is left of a command that is through.
    assert_eq!(std::fs::read_dir(shell.path("profile/state/commands")).unwrap().count(), 0);
}

#[test]
fn exit_codes_tell_what_happened() {
    let shell = Shell::new();
    let server = Server::start(|_, reply| _ = reply.head("404 Not Found", &[("Content-Length", "0".into())]));
    for (arguments, code, words) in [
        (vec!["get", &server.url("a")], 1, "no such file"),
        (vec!["get", "not an address"], 2, "not an address"),
        (vec!["get", "gopher://example.org/a"], 2, "not supported"),
        (vec!["get", "http://127.0.0.1:9/a", "-H", "Range: bytes=1-"], 2, "not a header"),
        (vec!["put", "missing.txt", "--to", "http://127.0.0.1:9/"], 1, "is not there"),
        (vec!["put", "missing.txt", "--to", "gopher://127.0.0.1/in/"], 2, "not supported"),
        (vec!["get", "sftp://127.0.0.1:9/a", "--host-key", "1234"], 2, "not the fingerprint"),
        (vec!["list"], 3, "No session is running"),
        (vec!["nonsense", "--what"], 2, "unexpected argument"),
    ] {
        let output = shell.run(&arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(words), "{arguments:?}: {output:?}");
    }
}

#[test]
fn an_interrupted_get_is_continued_by_the_same_command_line() {
    let (shell, body) = (Shell::new(), content(2, 400_000));
    let (gate, sent) = (server::Gate::default(), body.clone());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        if request.number > 0 {
            return server::serve_file(&sent, "\"v1\"", request, reply);
        }
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Accept-Ranges", "bytes".into()),
            ("Content-Length", "400000".into()),
        ];
        reply.head("200 OK", &headers);
        reply.send(&sent[..150_000]);
        held.pass();
    });
    let url = server.url("a.bin");
    let mut child = shell.command(&["get", &url]).stderr(Stdio::null()).spawn().unwrap();
    let part = shell.path("a.bin.part");
    wait_for("the first bytes", || part.metadata().ok().filter(|part| part.len() == 150_000));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    gate.open();
    let output = shell.run(&["get", &url]);
    assert!(output.status.success(), "{output:?}");
    assert!(std::fs::read(shell.path("a.bin")).unwrap() == body);
    assert_eq!(server.seen()[1].first(), Some(150_000 - 65_536));
}

#[test]
fn a_transfer_handed_over_outlives_the_command_and_a_crash_of_the_session() {
    let (shell, body) = (Shell::new(), content(3, 300_000));
    let server = Server::with_file(body.clone());
    let output = shell.run(&["get", "--background", &server.url("a.bin"), "-d", "down"]);
    assert!(output.status.success(), "{output:?}");
    let id = text(&output.stdout).trim().to_owned();
    assert_eq!(id.len(), 36);
    let done = wait_for("the download", || {
        let shown = shell.run(&["show", &id, "--json"]);
        Some(json(text(&shown.stdout))).filter(|transfer| transfer["state"] == "completed")
    });
    assert_eq!(done["done"], 300_000);
    assert_eq!(done["verified"], "etag");
    assert_eq!(done["kind"], "download");
    assert_eq!((&done["history"][0]["ended"], &done["history_before"]), (&"completed".into(), &0.into()));
    assert_eq!(done["segments"]["beginning"], done["done"]);
    let shown = shell.run(&["show", &id]);
    assert!(text(&shown.stdout).contains("300.0 kB: completed"), "{shown:?}");
    assert!(std::fs::read(shell.path("down/a.bin")).unwrap() == body);
    assert_eq!(shell.run(&["quit"]).status.code(), Some(0));
    assert_eq!(shell.run(&["list"]).status.code(), Some(3));
    let again = shell.run(&["get", "--background", &server.url("b.bin"), "-d", "down"]);
    assert!(again.status.success());
    let list = shell.run(&["list", "--json"]);
    assert_eq!(text(&list.stdout).lines().count(), 2);
    assert!(text(&list.stdout).contains(&id));
}

#[test]
fn commands_reach_the_running_session() {
    let shell = Shell::new();
    let gate = server::Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_, _| held.pass());
    let output = shell.run(&["get", "--background", &server.url("a"), &server.url("b")]);
    let ids: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(ids.len(), 2, "{output:?}");
    let state = |id: &str| json(text(&shell.run(&["show", id, "--json"]).stdout))["state"].clone();
    for (command, after) in
        [("pause", "paused"), ("resume", "running"), ("cancel", "cancelled"), ("restart", "running")]
    {
        let output = shell.run(&[command, &ids[0]]);
        assert!(output.status.success(), "{command}: {output:?}");
        wait_for(after, || Some(()).filter(|()| state(&ids[0]) == after));
    }
    assert!(shell.run(&["pause", "--all"]).status.success());
    assert_eq!((state(&ids[0]), state(&ids[1])), ("paused".into(), "paused".into()));
    let output = shell.run(&["resume", "zzz"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no transfer"), "{output:?}");
    assert!(shell.run(&["remove", &ids[0]]).status.success());
    let list = shell.run(&["list"]);
    assert_eq!(text(&list.stdout).lines().count(), 1);
    assert!(text(&list.stdout).contains("paused (user)"));
    gate.open();
}

#[test]
fn put_shows_what_the_server_said() {
    let shell = Shell::new();
    let file = shell.path("a.txt");
    std::os::unix::fs::symlink("/etc/hostname", &file).unwrap();
    let length = std::fs::metadata(&file).unwrap().len();
    let server = Server::start(move |request, reply| {
        reply.body(usize::try_from(length).unwrap());
        let status = if request.method == "PUT" { "201 Created" } else { "405 Not Allowed" };
        reply.head(status, &[("Content-Length", "5".into()), ("Content-Type", "text/plain".into())]);
        reply.send("words");
    });
    let folder = server.url("in/");
    let output = shell.run(&["put", "a.txt", "--to", &folder, "--method", "put", "-v"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), format!("201 words\n{folder}a.txt\n"));
    assert_eq!(server.seen()[0].path, "/in/a.txt");
    let output = shell.run(&["put", "a.txt", "--to", &folder, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let transfer = json(text(&output.stdout).trim());
    assert_eq!((&transfer["response"]["status"], &transfer["error"]["status"]), (&405.into(), &405.into()));
    assert!(text(&output.stderr).contains("words"), "{output:?}");
}

#[test]
fn two_sessions_on_one_profile_are_impossible() {
    let shell = Shell::new();
    let mut first = shell.command(&["daemon"]).spawn().unwrap();
    wait_for("the session", || Some(()).filter(|()| shell.run(&["list"]).status.success()));
    let second = shell.run(&["daemon"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("already running"), "{second:?}");
    assert!(shell.run(&["quit"]).status.success());
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_broken_state_or_settings_file_gets_a_sentence() {
    let shell = Shell::new();
    let state = shell.path("profile/state");
    std::fs::create_dir_all(&state).unwrap();
    let header = "// windlass transfers, version 99, generation 1, records 0\n";
    copy_of(header, &state.join("transfers-000001.ron"));
    let output = shell.run(&["daemon"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("newer Windlass"), "{output:?}");
    assert_eq!(std::fs::read_to_string(state.join("transfers-000001.ron")).unwrap(), header);
}

fn copy_of(text: &str, path: &Path) {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}
