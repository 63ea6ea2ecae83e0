//! Resume data, as the command line writes it and goes on with it.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use super::server::{Gate, Server, content, serve_file};
use super::{Shell, copy_of, json, text, wait_for};

const SIZE: usize = 400_000;
const HERE: usize = 150_000;

/// A server that gives some of a file to the first who asks, and then waits; the gate ends that.
fn holding(body: &[u8]) -> (Server, Gate) {
    let (body, gate): (Arc<[u8]>, _) = (body.into(), Gate::default());
    let held = gate.clone();
    let server = Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&body, "\"v1\"", request, reply);
        }
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Accept-Ranges", "bytes".to_owned()),
            ("Content-Length", body.len().to_string()),
        ];
        reply.head("200 OK", &headers);
        reply.send(&body[..HERE]);
        held.pass();
    });
    (server, gate)
}

/// The id of a download to `down/a.bin` in the session, of which some has arrived.
fn begun(shell: &Shell, server: &Server) -> String {
    let url = server.url("a.bin");
    let output = shell.run(&["get", "--background", &url, "-d", "down", "--user", "me:S3CR3T"]);
    let id = text(&output.stdout).trim().to_owned();
    let arrived = || json(text(&shell.run(&["show", &id, "--json"]).stdout))["done"] == HERE;
    wait_for("the first bytes", || arrived().then_some(()));
    id
}

#[test]
fn a_download_is_saved_from_the_session_and_goes_on_here() {
    let (shell, body) = (Shell::new(), content(1, SIZE));
    let (server, gate) = holding(&body);
    let id = begun(&shell, &server);
    let saved = shell.run(&["save-resume-data", &id[..13], "a.resume"]);
    assert!(saved.status.success() && saved.stdout.is_empty(), "{saved:?}");
    gate.open();
    let file = shell.path("a.resume");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.starts_with("// windlass resume data, version 1\n") && !written.contains("S3CR3T"));
    assert!(shell.run(&["remove", &id]).status.success());

    let get = ["get", "--resume-data", "a.resume", "-o", "b.bin"];
    let missing = shell.run(&get);
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
    assert!(text(&missing.stderr).contains("wants a login"), "{missing:?}");
    let done = shell.run(&[&get[..], &["--user", "me:S3CR3T"]].concat());
    assert!(done.status.success(), "{done:?}");
    assert_eq!(text(&done.stdout), format!("{}\n", shell.path("b.bin").display()));
    assert!(std::fs::read(shell.path("b.bin")).unwrap() == body);
    assert!(!shell.path("down/a.bin.part").exists(), "it was moved");
    assert_eq!(server.seen()[1].first(), Some(HERE - 65_536));
}

#[test]
fn it_goes_on_in_the_session_of_another_profile_with_a_copy_of_the_part_file() {
    let (shell, body) = (Shell::new(), content(2, SIZE));
    let (server, gate) = holding(&body);
    let id = begun(&shell, &server);
    assert!(shell.run(&["save-resume-data", &id, "a.resume"]).status.success());
    gate.open();
    std::fs::create_dir(shell.path("far")).unwrap();
    std::fs::copy(shell.path("down/a.bin.part"), shell.path("far/a.bin.part")).unwrap();
    let elsewhere = |arguments: &[&str]| {
        shell.command(arguments).env("WINDLASS_PROFILE", shell.path("elsewhere")).output().unwrap()
    };
    let get = ["get", "--resume-data", "a.resume", "-d", "far", "--user", "me:S3CR3T", "--background"];
    let output = elsewhere(&get);
    assert!(output.status.success(), "{output:?}");
    let name = text(&output.stdout).trim().to_owned();
    let show = || json(text(&elsewhere(&["show", &name, "--json"]).stdout));
    wait_for("the download", || (show()["state"] == "completed").then_some(()));
    assert!(std::fs::read(shell.path("far/a.bin")).unwrap() == body);
    assert_eq!(server.seen()[1].first(), Some(HERE - 65_536));
    assert!(elsewhere(&["quit"]).status.success());
}

#[test]
fn nothing_is_ended_if_the_file_cannot_be_written() {
    let (shell, body) = (Shell::new(), content(3, SIZE));
    assert_eq!(shell.run(&["save-resume-data", "0", "a.resume"]).status.code(), Some(3));
    let (server, gate) = holding(&body);
    let id = begun(&shell, &server);
    copy_of("mine", &shell.path("a.resume"));
    for (file, words) in [("a.resume", "The name is taken"), ("nowhere/a.resume", "no such folder")] {
        let refused = shell.run(&["save-resume-data", &id, file]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(text(&refused.stderr).contains(words), "{refused:?}");
    }
    assert_eq!(std::fs::read_to_string(shell.path("a.resume")).unwrap(), "mine");
    assert_eq!(json(text(&shell.run(&["show", &id, "--json"]).stdout))["state"], "running");
    let unknown = shell.run(&["save-resume-data", "zzz", "b.resume"]);
    assert!(text(&unknown.stderr).contains("no transfer"), "{unknown:?}");
    gate.open();
}

#[test]
fn what_cannot_be_gone_on_with_gets_a_sentence() {
    let (shell, body) = (Shell::new(), content(4, SIZE));
    let (server, gate) = holding(&body);
    let id = begun(&shell, &server);
    assert!(shell.run(&["save-resume-data", &id, "a.resume"]).status.success());
    gate.open();
    let written = std::fs::read_to_string(shell.path("a.resume")).unwrap();
    copy_of(&written.replacen("down", "dawn", 1), &shell.path("damaged"));
    copy_of(&written.replacen("version 1", "version 7", 1), &shell.path("newer"));
    copy_of("{}", &shell.path("foreign"));
    for (arguments, code, words) in [
        (vec!["get", "--resume-data", "damaged"], 1, "is damaged"),
        (vec!["get", "--resume-data", "newer"], 1, "format 7, this one knows 1"),
        (vec!["get", "--resume-data", "foreign"], 1, "This is not resume data"),
        (vec!["get", "--resume-data", "nowhere"], 1, "is not there"),
        (vec!["put", "--resume-data", "a.resume"], 1, "resume data of a download"),
        (vec!["put", "--resume-data", "a.resume", "--protocol", "tus"], 2, "stands in the resume data"),
        (vec!["get", "--resume-data", "a.resume", "http://127.0.0.1:9/"], 2, "cannot be used with"),
        (vec!["put", "--resume-data", "a.resume", "--to", "http://127.0.0.1:9/"], 2, "cannot be used with"),
        (vec!["put", "a.resume"], 2, "--to"),
        (vec!["put", "--to", "http://127.0.0.1:9/"], 2, "FILE|FOLDER"),
        (vec!["get"], 2, "required"),
    ] {
        let output = shell.run(&arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(words), "{arguments:?}: {output:?}");
    }
}
