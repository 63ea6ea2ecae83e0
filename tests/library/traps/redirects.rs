//! Redirects (RFC 9110 §15.4), and encryption that ends without a word.

use std::sync::Arc;

use rustls::ServerConfig;
use windlass::{DownloadRequest, ErrorKind, Options, Phase, Profile, Session, Settings, Snapshot, Verified};

use super::check::names_the_version;
use super::{EIGHT, Fails, SIZE, Stage, Trap, file, spring};
use crate::server::{Reply, Request, Server};

fn lead(status: &str, to: &str, reply: &mut Reply) {
    reply.send(format!(
        "HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmove"
    ));
}

/// The address of the file leads there; what is anywhere else is the file.
fn leads(name: impl Into<String>, status: &'static str, to: &'static str) -> Trap {
    Trap::new(name, move |stage: &Stage, request: &Request, reply| {
        if request.path == "/file.dat" {
            lead(status, to, reply);
        } else {
            stage.right(request).send(reply);
        }
    })
}

#[test]
fn redirects_are_followed_to_files() {
    let mut traps: Vec<_> = ["301", "302", "303", "307", "308"]
        .into_iter()
        .map(|status| leads(status, status, "/there").wire(names_the_version))
        .collect();
    for to in [
        "there",
        "./there",
        "../there",
        "?there=1",
        "/a/b/../../there#part",
        "/file.dat?again",
        "/%66ile.dat",
    ] {
        traps.push(leads(format!("to {to}"), "302", to).wire(names_the_version).wire(says_no_fragment));
    }
    traps.push(
        Trap::new("twenty hops", |stage, request, reply| {
            let at: usize = request.path.strip_prefix("/hop").and_then(|at| at.parse().ok()).unwrap_or(0);
            if at < 20 {
                lead("302", &format!("/hop{}", at + 1), reply);
            } else {
                stage.right(request).send(reply);
            }
        })
        .most(400),
    );
    traps.push(
        Trap::new("only the others are led on", |stage, request, reply| {
            if request.path == "/file.dat" && (1..=6).contains(&stage.number) {
                lead("307", "/there", reply);
            } else {
                stage.right(request).send(reply);
            }
        })
        .only(&EIGHT),
    );
    spring(traps);
}

/// What stands behind a `#` is for whoever has the file.
fn says_no_fragment(seen: &[Request]) -> Result<(), String> {
    let told = seen.iter().any(|request| request.path.contains('#'));
    if told { Err("a fragment was sent".to_owned()) } else { Ok(()) }
}

#[test]
fn redirects_that_lead_nowhere_are_told() {
    let nowhere = Fails(ErrorKind::RedirectFailed);
    let mut traps = Vec::new();
    for to in [
        "file:///etc/passwd",
        "data:text/plain,hello",
        "ftp://127.0.0.1/a",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "mailto:a@b",
    ] {
        traps.push(leads(format!("to {to}"), "302", to).ends(nowhere));
    }
    traps.push(leads("to itself", "302", "/file.dat").ends(nowhere));
    traps.push(leads("to nothing", "302", "").ends(nowhere));
    traps.push(
        leads("to a port that is closed", "302", "http://127.0.0.1:9/a")
            .ends(Fails(ErrorKind::CannotConnect)),
    );
    traps.push(
        Trap::new("back and forth", |_, request, reply| {
            lead("302", if request.path == "/a" { "/b" } else { "/a" }, reply);
        })
        .ends(nowhere),
    );
    traps.push(
        Trap::new("further and further", |stage, _, reply| lead("302", &format!("/{}", stage.number), reply))
            .ends(nowhere),
    );
    traps.push(
        Trap::new("without an address", |_, _, reply| {
            reply.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
        })
        .ends(nowhere),
    );
    traps.push(
        Trap::new("an address that is no text", |_, _, reply| {
            reply.send(b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\r\nContent-Length: 0\r\n\r\n");
        })
        .ends(nowhere),
    );
    traps.push(Trap::beside("302 to a file of the system", |_, _, right| {
        right.refuse("302 Found");
        right.set("Location", "file:///etc/passwd");
    }));
    spring(traps);
}

/// A server's half of an encrypted connection, and the file of its authority.
fn certificate(dir: &std::path::Path) -> (Arc<ServerConfig>, std::path::PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let path = dir.join("authority.pem");
    let mut pem = std::fs::OpenOptions::new().create_new(true).write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut pem, made.cert.pem().as_bytes()).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    (Arc::new(config), path)
}

/// Gets `/file.dat` over an encrypted connection from a server that answers like this.
fn encrypted(serve: impl Fn(&Request, &mut Reply) + Send + Sync + 'static) -> (Snapshot, Option<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = certificate(dir.path());
    let server = Server::encrypted(tls, serve);
    let profile = Profile::at(dir.path().join("profile"));
    Settings { retries: 1, ..Settings::default() }.save(&profile.settings).unwrap();
    let options = Options { authorities: vec![authority], ..Options::new(profile) };
    let session = Session::open(&options).unwrap();
    let snapshot = crate::run(&session, async {
        let request = DownloadRequest::new(&server.url("file.dat")).unwrap().into_folder(dir.path());
        session.start_download(request).await.unwrap().settled().await.unwrap()
    });
    (snapshot, std::fs::read(dir.path().join("file.dat")).ok())
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n";

#[test]
fn an_encrypted_body_to_the_end_is_whole_only_if_the_end_was_said() {
    let (whole, bytes) = encrypted(|_, reply| {
        reply.send(format!("{HEAD}\r\n"));
        reply.send(file());
    });
    assert_eq!((whole.state, whole.verified), (Phase::Completed, Some(Verified::None)), "{whole:?}");
    assert!(bytes.unwrap() == file());
    let (cut, bytes) = encrypted(|_, reply| {
        reply.send(format!("{HEAD}\r\n"));
        reply.send(&file()[..SIZE / 2]);
        reply.end_silently();
    });
    assert_eq!(cut.state, Phase::Failed, "{cut:?}");
    assert!(bytes.is_none());
}

#[test]
fn an_encrypted_body_of_known_length_needs_no_farewell() {
    for chunked in [false, true] {
        let (whole, bytes) = encrypted(move |_, reply| {
            if chunked {
                reply.send(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{SIZE:x}\r\n"));
                reply.send(file());
                reply.send("\r\n0\r\n\r\n");
            } else {
                reply.send(format!("{HEAD}Content-Length: {SIZE}\r\n\r\n"));
                reply.send(file());
            }
            reply.end_silently();
        });
        assert_eq!(whole.state, Phase::Completed, "{whole:?}");
        assert!(bytes.unwrap() == file());
    }
}

#[test]
fn an_encrypted_body_that_breaks_off_is_never_whole() {
    for head in [
        format!("{HEAD}Content-Length: {SIZE}\r\n\r\n"),
        format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{SIZE:x}\r\n"),
    ] {
        for silently in [false, true] {
            let head = head.clone();
            let (cut, bytes) = encrypted(move |_, reply| {
                reply.send(&head);
                reply.send(&file()[..SIZE / 2]);
                if silently {
                    reply.end_silently();
                }
            });
            assert_eq!((cut.state, cut.error.unwrap().kind), (Phase::Failed, ErrorKind::Truncated));
            assert!(bytes.is_none());
        }
    }
}

#[test]
fn an_encrypted_address_does_not_lead_to_an_open_one() {
    let (refused, bytes) = encrypted(|_, reply| lead("302", "http://127.0.0.1:9/a", reply));
    assert_eq!(refused.error.unwrap().kind, ErrorKind::HttpsToHttpOnRedirection);
    assert!(bytes.is_none());
}
