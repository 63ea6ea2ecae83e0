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
}
