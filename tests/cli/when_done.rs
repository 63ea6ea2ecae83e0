//! `when-done`: what happens when all is done.

use crate::server::{Server, content};
use crate::{Shell, text};

#[test]
fn what_happens_when_all_is_done_is_chosen_and_told() {
    let (shell, server) = (Shell::new(), Server::with_file(content(1, 1000)));
    assert_eq!(shell.run(&["when-done"]).status.code(), Some(3));
    assert!(shell.run(&["get", "--background", &server.url("a.bin"), "-d", "down"]).status.success());
    let told = || text(&shell.run(&["when-done"]).stdout).trim().to_owned();
    let choose = |then| shell.run(&["when-done", then]).status.code();
    choose("nothing");
    assert_eq!(told(), "nothing");
    assert_eq!((choose("quit"), told().split(' ').next()), (Some(0), Some("quit")));
    assert_eq!(choose("power-off"), Some(1), "nobody here does that");
    assert_eq!(choose("explode"), Some(2));
    assert_eq!((choose("nothing"), told().as_str()), (Some(0), "nothing"));
}
