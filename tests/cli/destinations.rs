//! Destinations on the command line, where there is no keyring.

use std::io::Write as _;
use std::path::Path;

use super::server::Server;
use super::{Shell, json, text};

fn write(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn answering() -> Server {
    Server::start(|request, reply| {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body(length);
        let body = format!(r#"{{"url": "https://x.example/{}"}}"#, request.number);
        reply.head("200 OK", &[("Content-Length", body.len().to_string())]);
        reply.send(body);
    })
}

#[test]
fn a_destination_is_added_listed_used_by_its_name_and_removed() {
    let (shell, server) = (Shell::new(), answering());
    write(&shell.path("a.txt"), "content");
    let add = |rest: &[&str]| {
        let url = server.url("in");
        let mut arguments =
            vec!["destinations", "add", "Photos", "--to", &url, "--form-field", "name={filename}"];
        arguments.extend(rest);
        shell.run(&arguments)
    };
    let added = add(&["--link", "{json:url}", "-H", "X-Api-Key: CANARY"]);
    assert!(added.status.success() && text(&added.stderr).contains("There is no keyring here"), "{added:?}");
    assert!(text(&add(&[]).stderr).contains("already"));

    let listed = shell.run(&["destinations", "--json"]);
    let place = json(text(&listed.stdout).trim());
    assert_eq!((&place["name"], &place["protocol"]), (&"Photos".into(), &"form".into()));
    assert!(!text(&listed.stdout).contains("CANARY"));
    assert!(text(&shell.run(&["destinations"]).stdout).starts_with("Photos"));

    let refused = shell.run(&["put", "a.txt", "--to", "Photos"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("Give it with --header “X-Api-Key: …”."), "{refused:?}");
    let sent = shell.run(&["put", "a.txt", "--to", "Photos", "-H", "X-Api-Key: CANARY", "-q"]);
    assert_eq!(text(&sent.stdout), "https://x.example/0\n", "{sent:?}");
    assert_eq!(server.seen().last().unwrap().header("x-api-key"), Some("CANARY"));
    let file = std::fs::read_to_string(shell.path("profile/destinations.ron")).unwrap();
    assert!(file.contains("X-Api-Key") && !file.contains("CANARY"), "{file}");

    assert_eq!(shell.run(&["put", "a.txt", "--to", "Fotos"]).status.code(), Some(2));
    assert!(shell.run(&["destinations", "remove", "Photos"]).status.success());
    assert_eq!(shell.run(&["destinations", "remove", "Photos"]).status.code(), Some(2));
    assert!(shell.run(&["destinations"]).stdout.is_empty());
}

#[test]
fn what_is_said_goes_before_what_the_destination_says() {
    let (shell, server) = (Shell::new(), answering());
    write(&shell.path("a.txt"), "content");
    let url = server.url("in");
    let said =
        ["destinations", "add", "Here", "--to", &url, "--method", "put", "-H", "X-One: 1", "-H", "X-Two: 2"];
    assert!(shell.run(&said).status.success());
    let sent = shell.run(&["put", "a.txt", "--to", "Here", "-H", "x-one: mine", "--method", "post"]);
    assert!(sent.status.success(), "{sent:?}");
    let seen = server.seen().pop().unwrap();
    assert_eq!(
        (seen.method.as_str(), seen.header("x-one"), seen.header("x-two")),
        ("POST", Some("mine"), Some("2"))
    );
}

#[test]
fn an_uploader_of_sharex_is_taken_over_or_refused_by_what_it_cannot() {
    let (shell, server) = (Shell::new(), answering());
    write(&shell.path("a.txt"), "content");
    let text_of = |body: &str| {
        let url = server.url("up");
        format!(
            r#"{{"Version": "14.1.0", "Name": "mine", "RequestMethod": "POST", "RequestURL": "{url}", "Body": "{body}",
                "FileFormName": "f", "URL": "{{json:url}}"}}"#
        )
    };
    write(&shell.path("json.sxcu"), &text_of("JSON"));
    let refused = shell.run(&["destinations", "import", "json.sxcu"]);
    assert!(!refused.status.success() && text(&refused.stderr).contains("sends JSON"), "{refused:?}");
    write(&shell.path("form.sxcu"), &text_of("MultipartFormData"));
    let taken = shell.run(&["destinations", "import", "form.sxcu", "--name", "Theirs"]);
    assert_eq!(text(&taken.stdout), "Theirs\n", "{taken:?}");
    let sent = shell.run(&["put", "a.txt", "--to", "Theirs"]);
    assert_eq!(text(&sent.stdout), "https://x.example/0\n", "{sent:?}");
}
