//! `stats`: how much was moved.

use crate::server::{Server, content};
use crate::{Shell, json, text, wait_for};

#[test]
fn what_the_session_moved_is_told_for_people_and_for_scripts() {
    let (shell, server) = (Shell::new(), Server::with_file(content(1, 1_500_000)));
    assert_eq!(shell.run(&["stats"]).status.code(), Some(3));
    assert!(shell.run(&["get", "--background", &server.url("a.bin"), "-d", "down"]).status.success());
    let told = wait_for("the download", || {
        let told = json(text(&shell.run(&["stats", "--json"]).stdout));
        (told["ever"]["completed"] == 1).then_some(told)
    });
    assert!(told["ever"]["down"].as_u64() >= Some(1_500_000), "{told}");
    assert_eq!(
        told["days"].as_object().map(|days| days.contains_key(told["since"].as_str().unwrap())),
        Some(true)
    );
    let output = shell.run(&["stats"]);
    let lines: Vec<_> = text(&output.stdout).lines().collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    for (line, when) in lines[1..].iter().zip(["today", "this week", "this month", "ever"]) {
        assert!(line.starts_with(when) && line.contains("1.5 MB"), "{lines:?}");
    }
}
