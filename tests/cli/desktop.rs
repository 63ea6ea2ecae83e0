//! What the desktop knows of the program, put there and taken away by a command.

use std::fs;
use std::process::Output;

use super::Shell;

fn desktop(shell: &Shell, act: &str) -> Output {
    let mut command = shell.command(&["desktop", act]);
    // No program of the desktop's looks at this.
    command.env("XDG_DATA_HOME", shell.path("data")).env("PATH", "/nowhere").output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn the_desktop_is_told_where_the_program_lies_and_nothing_stays_behind() {
    let shell = Shell::new();
    let installed = lines(&desktop(&shell, "install"));
    let entry = fs::read_to_string(shell.path("data/applications/org.windlass.Windlass.desktop")).unwrap();
    let program = env!("CARGO_BIN_EXE_windlass");
    assert!(entry.contains(program), "{entry}");
    let manual = fs::read_to_string(shell.path("data/man/man1/windlass.1")).unwrap();
    assert!(manual.contains(".TH windlass 1"));
    let zsh = fs::read_to_string(shell.path("data/zsh/site-functions/_windlass")).unwrap();
    assert!(zsh.starts_with("#compdef windlass"));
    let status = lines(&desktop(&shell, "status"));
    assert_eq!(status.len(), installed.len());
    assert!(status.iter().all(|line| line.starts_with("there\t")), "{status:?}");

    assert_eq!(lines(&desktop(&shell, "uninstall")).len(), installed.len());
    assert_eq!(fs::read_dir(shell.path("data")).unwrap().count(), 0);
    assert!(lines(&desktop(&shell, "uninstall")).is_empty());
}

#[test]
fn what_somebody_else_has_put_there_stays() {
    let shell = Shell::new();
    let theirs = shell.path("data/bash-completion/completions/windlass");
    fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    fs::OpenOptions::new().write(true).create_new(true).open(&theirs).unwrap();
    let refused = desktop(&shell, "install");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("bash-completion"), "{refused:?}");
    assert!(!shell.path("data/applications").exists());
    assert!(lines(&desktop(&shell, "uninstall")).is_empty());
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "");
}
