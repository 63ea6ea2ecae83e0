//! Checksums, mirrors and Metalinks on the command line.

use crate::server::{Server, content, serve_file};
use crate::{Shell, json, text};

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn metalink(name: &str, url: &str, body: &[u8]) -> String {
    format!(
        "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"><file name=\"{name}\">\
         <hash type=\"crc32\">{:08x}</hash><url>{url}</url></file></metalink>",
        crc32fast::hash(body)
    )
}

#[test]
fn get_checks_what_it_is_told_to() {
    let (shell, body) = (Shell::new(), content(1, 100_000));
    let server = Server::with_file(body.clone());
    let right = format!("crc32:{:08x}", crc32fast::hash(&body));
    let output = shell.run(&["get", &server.url("a.bin"), "--checksum", &right, "--json"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(json(text(&output.stdout))["verified"], "crc32");
    let output = shell.run(&["get", &server.url("b.bin"), "--checksum", ZEROS]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("does not match its checksum"), "{output:?}");
    assert!(!shell.path("b.bin").exists() && shell.path("b.bin.part").exists());
}

#[test]
fn what_makes_no_sense_is_wrong_usage() {
    let shell = Shell::new();
    let url = "http://127.0.0.1:9/a";
    for (arguments, words) in [
        (vec!["get", url, "--checksum", "sha-256:12"], "is not a checksum"),
        (vec!["get", url, url, "--checksum", ZEROS], "about one file"),
        (vec!["get", url, "--mirror", "nothing"], "not an address"),
        (vec!["get", url, "--metalink", "a.meta4"], "cannot be used with"),
        (vec!["get", "--metalink", "a.meta4", "--user", "me:S3CR3T"], "says itself where"),
        (vec!["get"], "required"),
    ] {
        let output = shell.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(words), "{arguments:?}: {output:?}");
    }
    let output = shell.run(&["get", "--metalink", "missing.meta4"]);
    assert!(text(&output.stderr).contains("is not there"), "{output:?}");
}

#[test]
fn get_gets_what_a_metalink_describes() {
    let (shell, body) = (Shell::new(), content(2, 100_000));
    let server = Server::with_file(body.clone());
    let written = metalink("../x.bin", &server.url("a.bin"), &body);
    let file = shell.path("x.meta4");
    std::io::Write::write_all(&mut std::fs::File::create_new(&file).unwrap(), written.as_bytes()).unwrap();
    let output = shell.run(&["get", "--metalink", "x.meta4", "-d", "down", "--json"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(json(text(&output.stdout))["verified"], "crc32");
    assert!(std::fs::read(shell.path("down/x.bin")).unwrap() == body);
}

#[test]
fn a_metalink_at_an_address_is_followed_and_logins_stay_with_its_origin() {
    let (shell, body) = (Shell::new(), content(3, 100_000));
    let elsewhere = Server::with_file(body.clone());
    let (written, sent) = (metalink("x.bin", &elsewhere.url("a.bin"), &body), body.clone());
    let home = Server::start(move |request, reply| match request.path.as_str() {
        "/x.meta4" => serve_file(written.as_bytes(), "\"m\"", request, reply),
        "/y.meta4" => {
            let url = format!("http://{}/y.bin", request.header("host").unwrap());
            serve_file(metalink("y.bin", &url, &sent).as_bytes(), "\"m\"", request, reply);
        }
        _ => serve_file(&sent, "\"f\"", request, reply),
    });
    for name in ["x", "y"] {
        let url = home.url(&format!("{name}.meta4"));
        let output = shell.run(&["get", "--metalink", &url, "--user", "me:S3CR3T"]);
        assert!(output.status.success(), "{output:?}");
        assert!(std::fs::read(shell.path(&format!("{name}.bin"))).unwrap() == body);
    }
    assert!(elsewhere.seen().iter().all(|request| request.header("authorization").is_none()));
    assert!(home.seen().iter().all(|request| request.header("authorization").is_some()));
    assert_eq!(home.seen().len(), 3);
}
