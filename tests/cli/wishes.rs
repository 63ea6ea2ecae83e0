//! Options that say how a transfer is to be treated when not all is as it should be.

use crate::server::{Server, content, serve_file};
use crate::{Shell, json, text, wait_for};

#[test]
fn an_error_that_was_named_pauses_the_transfer() {
    let (shell, body) = (Shell::new(), content(1, 1000));
    let server = Server::start(move |request, reply| match request.number {
        0 => _ = reply.head("403 Forbidden", &[("Content-Length", "0".into())]),
        _ => serve_file(&body, "\"v1\"", request, reply),
    });
    let url = server.url("a.bin");
    let output = shell.run(&["get", "--background", &url, "--pause-on", "not-found,403"]);
    let id = text(&output.stdout).trim().to_owned();
    let shown = || json(text(&shell.run(&["show", &id, "--json"]).stdout));
    let paused = wait_for("the pause", || Some(shown()).filter(|now| now["state"] == "paused"));
    assert_eq!((&paused["reason"], &paused["error"]["status"]), (&"recoverable".into(), &403.into()));
    assert!(shell.run(&["resume", &id]).status.success());
    wait_for("the end", || Some(shown()).filter(|now| now["state"] == "completed"));
    let wrong = shell.run(&["get", &url, "--pause-on", "200"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("the name of an error"), "{wrong:?}");
    assert_eq!(shell.run(&["get", &url, "--timeout", "0"]).status.code(), Some(2));
}

#[test]
fn a_login_is_given_later_without_a_word_of_it_on_the_command_line() {
    let (shell, body) = (Shell::new(), content(3, 1000));
    let server = Server::start(move |request, reply| match request.header("authorization") {
        // me:S3CR3T
        Some("Basic bWU6UzNDUjNU") if request.header("x-client") == Some("one") => {
            serve_file(&body, "\"v1\"", request, reply);
        }
        _ => {
            let headers = [("Content-Length", "0".into()), ("WWW-Authenticate", "Basic realm=\"x\"".into())];
            reply.head("401 Unauthorized", &headers);
        }
    });
    let output = shell.run(&["get", "--background", &server.url("a.bin"), "-H", "X-Client: one"]);
    let id = text(&output.stdout).trim().to_owned();
    let shown = || json(text(&shell.run(&["show", &id, "--json"]).stdout));
    let paused = wait_for("the pause", || Some(shown()).filter(|now| now["state"] == "paused"));
    assert_eq!(paused["reason"], "needs-login");
    list(&shell, "password", &["S3CR3T", ""]);
    let mut set = shell.command(&["set", &id, "login=me", "limit=none"]);
    let set = set.stdin(std::fs::File::open(shell.path("password")).unwrap()).output().unwrap();
    assert!(set.status.success(), "{set:?}");
    wait_for("the end", || Some(shown()).filter(|now| now["state"] == "completed"));
    assert_eq!(shell.run(&["set", &id, "login="]).status.code(), Some(1));
}

/// A file of these lines.
fn list(shell: &Shell, name: &str, lines: &[&str]) {
    crate::copy_of(&lines.join("\n"), &shell.path(name));
}

#[test]
fn what_stands_in_a_list_is_got_as_if_it_had_been_typed() {
    let (shell, body) = (Shell::new(), content(2, 1000));
    let server = Server::with_file(body.clone());
    let url = |name: &str| server.url(name);
    list(&shell, "list", &["# two of them", "", &url("b"), &format!("  {}\r", url("c"))]);
    let output = shell.run(&["get", &url("a"), "-i", "list", "-d", "down", "--quiet"]);
    assert!(output.status.success(), "{output:?}");
    let mut got: Vec<_> =
        std::fs::read_dir(shell.path("down")).unwrap().map(|e| e.unwrap().file_name()).collect();
    got.sort();
    assert_eq!(got, ["a", "b", "c"]);
    let mut piped = shell.command(&["get", "--input", "-", "-d", "piped", "--quiet"]);
    piped.stdin(std::fs::File::open(shell.path("list")).unwrap());
    assert!(piped.output().unwrap().status.success());
    assert!(std::fs::read(shell.path("piped/c")).unwrap() == body);
}

#[test]
fn one_line_that_cannot_be_meant_keeps_a_whole_list_from_starting() {
    let shell = Shell::new();
    let server = Server::with_file(content(3, 1000));
    list(
        &shell,
        "list",
        &[&server.url("a"), "not an address", "", "gopher://a.example/", &"x".repeat(99_999)],
    );
    let output = shell.run(&["get", "-i", "list"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let told = text(&output.stderr);
    for words in
        ["list, line 2: This is not", "list, line 4: This kind", "line 5: It is too long", "3 lines cannot"]
    {
        assert!(told.contains(words), "{told}");
    }
    assert!(server.seen().is_empty());
    list(&shell, "none", &["# nothing"]);
    assert_eq!(shell.run(&["get", "-i", "none"]).status.code(), Some(2));
    assert_eq!(shell.run(&["get", "-i", "missing"]).status.code(), Some(1));
    let both = shell.run(&["get", "-i", "-", "--user", "me"]);
    assert!(text(&both.stderr).contains("standard input"), "{both:?}");
}

#[test]
fn files_of_a_list_are_sent() {
    let shell = Shell::new();
    let server = Server::start(|request, reply| {
        reply.body(request.header("content-length").unwrap().parse().unwrap());
        reply.head("201 Created", &[("Content-Length", "0".into()), ("Connection", "close".into())]);
    });
    for name in ["a", " b"] {
        crate::copy_of(name, &shell.path(name));
    }
    list(&shell, "list", &["a", " b"]);
    let to = server.url("in/");
    let output = shell.run(&["put", "-i", "list", "--to", &to, "--method", "put", "--quiet"]);
    assert!(output.status.success(), "{output:?}");
    let mut paths: Vec<_> = server.seen().iter().map(|request| request.path.clone()).collect();
    paths.sort();
    assert_eq!(paths, ["/in/%20b", "/in/a"]);
    list(&shell, "wrong", &["a", "missing"]);
    let wrong = shell.run(&["put", "-i", "wrong", "--to", &to, "--method", "put"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("wrong, line 2: The file is not there"), "{wrong:?}");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn what_is_there_already_can_be_skipped_and_all_is_well() {
    let (shell, body) = (Shell::new(), content(4, 1000));
    let server = Server::with_file(body.clone());
    crate::copy_of("mine", &shell.path("a"));
    let urls = [server.url("a"), server.url("b")];
    let output = shell.run(&["get", &urls[0], &urls[1], "--if-exists", "skip"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stdout), format!("{}\n", shell.path("b").display()), "only what was got");
    assert!(text(&output.stderr).contains("a: cancelled (skipped)"), "{output:?}");
    assert_eq!(std::fs::read(shell.path("a")).unwrap(), b"mine");
}

#[test]
fn a_file_that_is_another_one_now_is_got_anew_by_the_same_command_given_once_more() {
    let (shell, old, new) = (Shell::new(), content(1, 4_000_000), content(2, 4_000_000));
    let server = Server::start({
        let new = new.clone();
        move |request, reply| match request.number {
            0 => {
                let length = old.len().to_string();
                let headers = [
                    ("ETag", "\"v1\"".into()),
                    ("Accept-Ranges", "bytes".into()),
                    ("Content-Length", length),
                ];
                reply.head("200 OK", &headers);
                reply.send(&old[..3_000_000]);
            }
            _ => serve_file(&new, "\"v2\"", request, reply),
        }
    });
    let url = server.url("a.bin");
    let get = || shell.run(&["get", &url, "--retries", "0", "--connections", "1"]);
    let changed = get();
    assert_eq!(changed.status.code(), Some(1), "what came is not dropped unasked: {changed:?}");
    assert!(text(&changed.stderr).contains("another one now"), "{changed:?}");
    assert!(text(&changed.stderr).contains("Give the same command again to begin anew."), "{changed:?}");
    let done = get();
    assert!(done.status.success(), "{done:?}");
    assert!(std::fs::read(shell.path("a.bin")).unwrap() == new);
}
