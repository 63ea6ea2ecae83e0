//! What to get is found in whatever was copied somewhere.

use std::io::Write as _;
use std::process::Stdio;

use crate::server::{Server, content, serve_file};
use crate::{Shell, copy_of, text};

fn serve() -> Server {
    Server::start(|request, reply| serve_file(&content(1, 1000), "\"v1\"", request, reply))
}

#[test]
fn prose_ranges_and_a_command_of_curl_are_got_as_they_are_meant() {
    let (shell, server) = (Shell::new(), serve());
    let text = format!(
        "Have a look at {0} and at {0}, it is nice.\nNothing here.\n{1}\ngopher://a.example/b\n\
         curl '{2}' -H 'X-Client: one' -o 'named.bin' --compressed\n",
        server.url("a.bin"),
        server.url("p[08-10].bin"),
        server.url("c.bin"),
    );
    copy_of(&text, &shell.path("text"));
    let got = shell.run(&["get", "-q", "--pasted", "text", "-d", "in"]);
    assert!(got.status.success(), "{got:?}");
    let mut names: Vec<_> = std::fs::read_dir(shell.path("in"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a.bin", "named.bin", "p08.bin", "p09.bin", "p10.bin"]);
    let said = server.seen();
    let client = |path: &str| said.iter().find(|it| it.path == path).unwrap().header("x-client");
    assert_eq!((client("/c.bin"), client("/a.bin")), (Some("one"), None));
    let told = self::text(&got.stderr);
    assert!(told.contains("“gopher://a.example/b”: Addresses that begin with"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn a_page_comes_through_standard_input_and_a_site_says_where_it_goes() {
    let (shell, server) = (Shell::new(), serve());
    let set = shell.run(&["sites", "set", &server.url(""), "-d", "of-site"]);
    assert!(set.status.success(), "{set:?}");
    let page = format!(
        "<html><body><a href=\"{}\">one</a> <a href='/b.bin'>two</a></body></html>",
        server.url("a.bin")
    );
    let mut get = shell.command(&["get", "-q", "--pasted", "-"]);
    let mut get = get.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    get.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let done = get.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(shell.path("of-site/a.bin").exists());
    assert!(text(&done.stderr).contains("“/b.bin”: This link is short"), "{done:?}");
    copy_of(&format!("curl {} -o c.bin", server.url("long-name")), &shell.path("text"));
    assert!(shell.run(&["get", "-q", "--pasted", "text"]).status.success());
    assert!(shell.path("of-site/c.bin").exists());
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_starts() {
    let (shell, server) = (Shell::new(), serve());
    copy_of("There is nothing here.", &shell.path("nothing"));
    copy_of(&format!("{} {}", server.url("a"), server.url("b")), &shell.path("two"));
    for (arguments, why) in [
        (&["--pasted", "nothing"][..], "There is no address of a file in this text."),
        (&["--pasted", "two", "-o", "one"], "--output takes one file"),
        (&["--pasted", "two", "--user", "me:S3CR3T"], "only to addresses that you name"),
        (&["--pasted", "two", "-H", "X-Api-Key: S3CR3T"], "only to addresses that you name"),
        (&["--pasted", "two", "https://a.example/"], "cannot be used with"),
    ] {
        let refused = shell.run(&[&["get"], arguments].concat());
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {refused:?}");
        assert!(text(&refused.stderr).contains(why), "{refused:?}");
    }
    assert_eq!(shell.run(&["get", "--pasted", "no-such-file"]).status.code(), Some(1));
    assert!(server.seen().is_empty());
}
