//! Settings on the command line, with and without a session; completions and manual pages.

use super::{Shell, text, wait_for};

#[test]
fn settings_are_shown_and_set_with_and_without_a_session() {
    let shell = Shell::new();
    let settings = |wishes: &[&str]| shell.run(&[&["settings"], wishes].concat());
    let shown = |wishes: &[&str]| text(&settings(wishes).stdout).to_owned();
    assert!(shown(&[]).lines().any(|line| line == "max_running=5"));
    assert_eq!(shown(&["max_running=7", "download_limit=2M"]), "");
    assert_eq!(shown(&["max_running", "download_limit"]), "7\n2000000\n");

    let mut daemon = shell.command(&["daemon"]).spawn().unwrap();
    wait_for("the session", || shell.run(&["list"]).status.success().then_some(()));
    assert_eq!(shown(&["max_running", "upload_limit=500K"]), "7\n");
    shell.run(&["quit"]);
    daemon.wait().unwrap();
    assert_eq!(shown(&["upload_limit"]), "500000\n");
}

#[test]
fn the_start_at_login_is_arranged_with_and_without_a_session() {
    let shell = Shell::new();
    let set = |wish: &str| {
        let mut command = shell.command(&["settings", wish]);
        let done = command.env("XDG_CONFIG_HOME", shell.path("config")).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    let entries = || {
        let entries = std::fs::read_dir(shell.path("config/autostart")).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect::<Vec<_>>()
    };
    set("autostart=true");
    let program = env!("CARGO_BIN_EXE_windlass");
    assert!(matches!(&entries()[..], [only] if only.contains(program) && only.contains("--hidden")));

    let mut daemon = shell.command(&["daemon"]).env("XDG_CONFIG_HOME", shell.path("config")).spawn().unwrap();
    wait_for("the session", || shell.run(&["list"]).status.success().then_some(()));
    set("autostart=false");
    assert!(entries().is_empty());
    set("autostart=true");
    assert_eq!(entries().len(), 1);
    shell.run(&["quit"]);
    daemon.wait().unwrap();
    set("autostart=false");
    assert!(entries().is_empty());
}

#[test]
fn a_setting_that_cannot_be_is_told_and_nothing_is_changed() {
    let shell = Shell::new();
    for (wrong, says) in [
        ("max_runing=3", "There is no setting “max_runing”"),
        ("max_runing", "There is no setting “max_runing”"),
        ("max_running=5000", "the nearest is 1000"),
        ("language=xx", "language should be system or one of en, de,"),
    ] {
        let refused = shell.run(&["settings", "retries=3", wrong]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains(says), "{refused:?}");
    }
    assert_eq!(text(&shell.run(&["settings", "retries"]).stdout), "10\n");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let shell = Shell::new();
    let printed = |arguments: &[&str]| String::from_utf8(shell.run(arguments).stdout).unwrap();
    for name in ["bash", "zsh", "fish"] {
        let script = printed(&["completions", name]);
        assert!(script.contains("leftovers") && script.contains("if-exists"), "{name}: {script}");
    }
    assert!(printed(&["manual"]).contains("windlass\\-destinations"));
    let page = printed(&["manual", "put"]);
    assert!(
        page.starts_with(".ie") && page.contains("windlass\\-put") && page.contains("if\\-exists"),
        "{page}"
    );
    assert_eq!(shell.run(&["manual", "none"]).status.code(), Some(2));
}
