//! Folders as a shell names them.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Server, Shell, json, text};

fn taker() -> Server {
    Server::start(|request, reply| {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body(length);
        reply.head("201 Created", &[("Content-Length", "0".into())]);
    })
}

fn fill(folder: &Path) {
    std::fs::create_dir_all(folder.join("b/c")).unwrap();
    for name in ["1", "b/2", "b/c/3 ä"] {
        std::fs::File::create_new(folder.join(name)).unwrap().set_len(100).unwrap();
    }
    std::os::unix::fs::symlink("/", folder.join("root")).unwrap();
}

fn paths(server: &Server) -> BTreeSet<String> {
    server.seen().into_iter().map(|request| request.path).collect()
}

#[test]
fn put_sends_a_folder_as_a_tree_and_says_how_much_it_is() {
    let (shell, server) = (Shell::new(), taker());
    fill(&shell.path("a"));
    let output = shell.run(&["put", "a", "--to", &server.url("in/"), "--method", "put"]);
    assert!(output.status.success(), "{output:?}");
    let told = text(&output.stderr);
    assert!(told.contains("3 files in 3 folders, 300 B\n"), "{told}");
    assert!(told.contains("a/root: not sent, as it is a link to a folder"), "{told}");
    assert_eq!(paths(&server), ["/in/a/1", "/in/a/b/2", "/in/a/b/c/3%20%C3%A4"].map(str::to_owned).into());
    // What is in it, without its own name.
    let server = taker();
    for folder in ["a/", "./a/."] {
        let output = shell.run(&["put", folder, "--to", &server.url("in/"), "--method", "put"]);
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(paths(&server), ["/in/1", "/in/b/2", "/in/b/c/3%20%C3%A4"].map(str::to_owned).into());
}

#[test]
fn put_sends_file_by_file_where_there_are_no_folders() {
    let (shell, server) = (Shell::new(), taker());
    fill(&shell.path("a"));
    let output = shell.run(&["put", "a", "--to", &server.url("upload"), "--protocol", "form"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!((paths(&server), server.seen().len()), (["/upload".to_owned()].into(), 3));
    let output = shell.run(&["put", "a", "--to", &server.url("upload"), "--method", "put"]);
    assert_eq!(output.status.code(), Some(2), "they would all take one place");
    let output = shell.run(&["put", "a", "--to", &server.url("upload"), "--together"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_session_takes_a_folder_and_shows_where_its_files_go() {
    let (shell, server) = (Shell::new(), taker());
    fill(&shell.path("a"));
    let output =
        shell.run(&["put", "a", "--to", &server.url("in/"), "--method", "put", "--background", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let lines: Vec<_> = text(&output.stdout).lines().map(json).collect();
    let names: Vec<_> = lines.iter().map(|line| line["relative_path"].as_str().unwrap()).collect();
    assert_eq!(names, ["a/1", "a/b/2", "a/b/c/3 ä"]);
    assert!(lines[2]["files"][0].as_str().unwrap().ends_with("/a/b/c/3 ä"));
    let id = lines[1]["id"].as_str().unwrap();
    let shown = shell.run(&["show", id]);
    assert!(text(&shown.stdout).contains("b/2\n"), "{shown:?}");
}

#[test]
fn a_folder_with_nothing_to_send_is_told() {
    let (shell, server) = (Shell::new(), taker());
    std::fs::create_dir(shell.path("empty")).unwrap();
    let output = shell.run(&["put", "empty", "--to", &server.url("in/")]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains("nothing in this folder") && told.contains("no file to send"), "{told}");
}
