//! Browsers: what they are told of the program, and what it says to them.

use std::io::Write as _;
use std::process::{Output, Stdio};

use super::{Shell, json, text};

/// Runs `windlass browser` for somebody whose home is empty.
fn browser(shell: &Shell, arguments: &[&str]) -> Output {
    let mut command = shell.command(&[&["browser"], arguments].concat());
    command.env("HOME", shell.path("home")).env_remove("XDG_CONFIG_HOME").env("PATH", "/nowhere");
    command.output().unwrap()
}

/// What the program says when it is started with these arguments, and is told this.
fn conversation(shell: &Shell, arguments: &[&str], told: &[u8]) -> Output {
    let mut command = shell.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = command.spawn().unwrap();
    // Whoever does not listen hangs up.
    _ = program.stdin.take().unwrap().write_all(told);
    program.wait_with_output().unwrap()
}

fn frame(message: &str) -> Vec<u8> {
    [&u32::try_from(message.len()).unwrap().to_ne_bytes()[..], message.as_bytes()].concat()
}

/// The extension in Chromium, as its browser names it.
fn origin(shell: &Shell) -> String {
    browser(shell, &["install", "--browser", "chromium"]);
    let file = shell.path("home/.config/chromium/NativeMessagingHosts/org.windlass.windlass.json");
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    told["allowed_origins"][0].as_str().unwrap().to_owned()
}

#[test]
fn browsers_are_told_where_the_program_is_and_can_be_untold() {
    let shell = Shell::new();
    let nobody = browser(&shell, &["install"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("--browser"), "{nobody:?}");
    std::fs::create_dir_all(shell.path("home/.config/vivaldi")).unwrap();
    let status = |name: &str| {
        let output = browser(&shell, &["status", "--json", "--browser", name]);
        json(text(&output.stdout))["state"].as_str().unwrap().to_owned()
    };
    assert!(browser(&shell, &["install"]).status.success());
    assert_eq!((status("vivaldi").as_str(), status("firefox").as_str()), ("installed", "not-installed"));
    assert!(browser(&shell, &["install", "--browser", "firefox", "--browser", "vivaldi"]).status.success());
    assert_eq!(status("firefox"), "installed");
    let all = browser(&shell, &["status"]);
    assert_eq!(text(&all.stdout), "vivaldi    installed\nfirefox    installed\n");
    assert!(browser(&shell, &["uninstall"]).status.success());
    assert_eq!((status("vivaldi").as_str(), status("firefox").as_str()), ("not-installed", "not-installed"));
    assert_eq!(browser(&shell, &["install", "--browser", "netscape"]).status.code(), Some(2));
}

#[test]
fn a_file_by_somebody_else_is_left_alone() {
    let shell = Shell::new();
    let folder = shell.path("home/.mozilla/native-messaging-hosts");
    let file = folder.join("org.windlass.windlass.json");
    std::fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &file).unwrap();
    for act in ["install", "uninstall"] {
        let refused = browser(&shell, &[act]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(text(&refused.stderr).contains("left alone"), "{refused:?}");
    }
    assert!(file.is_symlink());
}

#[test]
fn the_extension_is_answered_and_others_are_not() {
    let shell = Shell::new();
    let hello = frame(r#"{"id": 1, "ask": {"hello": {"version": 1}}}"#);
    let ours = origin(&shell);
    let answered = conversation(&shell, &[&ours], &hello);
    assert!(
        answered.status.success() && text(&answered.stdout[4..]).contains(r#""version":1"#),
        "{answered:?}"
    );
    for arguments in [
        &["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"][..],
        &["/x/org.windlass.windlass.json", "other@example.org"],
    ] {
        let refused = conversation(&shell, arguments, &hello);
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    }
}

#[test]
fn a_line_that_makes_no_sense_is_cut() {
    let shell = Shell::new();
    let ours = origin(&shell);
    for told in [&u32::MAX.to_ne_bytes()[..], &[1, 0], &[9, 0, 0, 0, b'{']] {
        let output = conversation(&shell, &[&ours], told);
        assert!(!output.status.success() && text(&output.stdout[4..]).contains("refused"), "{output:?}");
    }
    assert!(conversation(&shell, &[&ours], b"").status.success());
}
