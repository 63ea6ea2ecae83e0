//! WebDAV against servers of every kind: those that write parts, those that do not, and those that say
//! that they did and have destroyed the file.

use super::dav::{Dav, Kind, Parts};
use super::server::Server;
use super::*;
use crate::transfer::{IfExists, Partly, Protocol, Webdav};

const KINDS: [Kind; 8] = [
    Kind::NGINX,
    Kind::APACHE,
    Kind::LIGHTTPD,
    Kind::WSGIDAV,
    Kind::DAV_SERVER,
    Kind::SABRE,
    Kind::RCLONE,
    Kind::DUFS,
];
const SIZE: usize = 6 * MIB + 5;

fn webdav(content: &[u8], server: &Server, path: &str) -> Upload {
    let mut upload = Upload::of(content, &server.url(path), Method::Post);
    upload.request = upload.request.through(Protocol::Webdav);
    upload
}

fn wishing(mut upload: Upload, wish: IfExists) -> Upload {
    upload.request.if_exists = wish;
    upload
}

fn on(upload: &Upload, remote: Remote) -> Delivery {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote = Some(remote);
    delivery
}

fn known(remote: Option<&Remote>) -> Webdav {
    let Some(Remote::Webdav(at)) = remote else { panic!("{remote:?}") };
    at.clone()
}

#[tokio::test]
async fn the_name_is_there_when_all_of_the_file_is() {
    for kind in KINDS {
        for size in [0, 7, SIZE] {
            let dav = Dav::new(kind);
            let server = dav.start();
            let content = noise(size);
            let ended = webdav(&content, &server, "/in/").send().await;
            assert_eq!(ended.verified, Some(Verified::Length), "{kind:?}");
            ended.completed();
            let state = dav.state();
            assert_eq!(
                state.files.keys().collect::<Vec<_>>(),
                ["/in/file"],
                "{kind:?}: nothing else is left"
            );
            assert!(state.files["/in/file"] == content, "{kind:?}");
            assert!(state.log.iter().all(|(what, bytes)| what != "PUT /in/file" && *bytes <= size.max(300)));
        }
    }
}

#[tokio::test]
async fn after_a_cut_only_what_is_missing_is_sent_where_that_is_possible_and_the_old_file_is_whole() {
    const AT: usize = 5 * MIB;
    for kind in KINDS {
        let (dav, content) = (Dav::new(kind), noise(SIZE));
        dav.state().files.insert("/in/file".to_owned(), b"old".to_vec());
        let server = dav.start();
        dav.state().cut = Some(AT);
        let overwriting = || wishing(webdav(&content, &server, "/in/"), IfExists::Overwrite);
        let cut = overwriting().send().await;
        assert_eq!(dav.state().files["/in/file"], b"old", "{kind:?}");
        dav.carried();
        let (remote, failure) = (cut.remote, cut.outcome);
        assert!(
            matches!(&failure, Outcome::Failed(f) if f.kind.retry() == crate::transfer::Retry::Transient)
        );
        let again = overwriting();
        let delivery = on(&again, remote.unwrap());
        let ended = again.start_from(delivery).end().await;
        ended.completed();
        assert!(dav.state().files["/in/file"] == content, "{kind:?}");
        assert_eq!(dav.state().files.len(), 1);
        let keeps = matches!(kind.parts, Parts::Writes) || kind.patch;
        assert_eq!(dav.carried(), if keeps { SIZE - AT } else { SIZE }, "{kind:?}");
    }
}

#[tokio::test]
async fn a_server_that_keeps_only_the_part_is_found_out_on_a_file_of_ours() {
    for kind in [Kind::RCLONE, Kind::DUFS] {
        let dav = Dav::new(kind);
        let server = dav.start();
        let ended = webdav(&noise(SIZE), &server, "/in/").send().await;
        assert_eq!(known(ended.remote.as_ref()).partly, None);
        let seen = server.seen(8).await;
        let parts: Vec<_> = seen.iter().filter(|seen| seen.header("content-range").is_some()).collect();
        assert_eq!(parts.len(), 1);
        assert_eq!(
            (parts[0].body.as_slice(), parts[0].header("content-range")),
            (&b"B"[..], Some("bytes 1-1/2"))
        );
    }
}

#[tokio::test]
async fn a_server_that_could_with_a_small_file_and_cannot_with_a_large_one_gets_it_whole() {
    let dav = Dav::new(Kind { parts: Parts::Pretends, ..Kind::RCLONE });
    let server = dav.start();
    let content = noise(SIZE);
    let mut ended = webdav(&content, &server, "/in/").send().await;
    assert_eq!(
        known(ended.remote.as_ref()).partly,
        Some(Partly::Put),
        "one request with all of it is all of it"
    );
    dav.state().files.clear();
    let again = webdav(&content, &server, "/in/");
    let at = Webdav { chunk: 1024 * 1024, moving: false, ..known(ended.remote.as_ref()) };
    dav.state().files.insert(at.part.target().to_owned(), Vec::new());
    let delivery = on(&again, Remote::Webdav(at));
    ended = again.start_from(delivery).end().await;
    assert_eq!(known(ended.remote.as_ref()).partly, None);
    ended.completed();
    assert!(dav.state().files["/in/file"] == content);
}

#[tokio::test]
async fn a_name_that_is_taken_is_left_alone_or_replaced_or_numbered_as_somebody_wished() {
    for (wish, expected) in [
        (IfExists::Fail, vec!["/in/a.txt"]),
        (IfExists::Skip, vec!["/in/a.txt"]),
        (IfExists::Overwrite, vec!["/in/a.txt"]),
        (IfExists::Rename, vec!["/in/a%20%281%29.txt", "/in/a%20%282%29.txt", "/in/a.txt"]),
    ] {
        let dav = Dav::new(Kind::APACHE);
        dav.state().files.insert("/in/a.txt".to_owned(), b"old".to_vec());
        if wish == IfExists::Rename {
            dav.state().files.insert("/in/a%20%281%29.txt".to_owned(), b"older".to_vec());
        }
        let server = dav.start();
        let ended = wishing(webdav(b"new", &server, "/in/a.txt"), wish).send().await;
        let files = dav.state().files.clone();
        assert_eq!(files.keys().collect::<Vec<_>>(), expected, "{wish:?}");
        match wish {
            IfExists::Fail => {
                assert_eq!(ended.kind(), ErrorKind::FileExists);
                assert_eq!(dav.carried(), 0, "nothing was sent");
                assert_eq!(files["/in/a.txt"], b"old");
            }
            IfExists::Skip => {
                assert!(matches!(ended.outcome, Outcome::Skipped), "{:?}", ended.outcome);
                assert_eq!((dav.carried(), files["/in/a.txt"].as_slice()), (0, &b"old"[..]));
            }
            IfExists::Overwrite => assert_eq!(files["/in/a.txt"], b"new"),
            IfExists::Rename => {
                assert_eq!(
                    (files["/in/a.txt"].as_slice(), files["/in/a%20%282%29.txt"].as_slice()),
                    (&b"old"[..], &b"new"[..])
                );
            }
        }
    }
}

#[tokio::test]
async fn a_name_that_is_taken_in_the_last_moment_is_left_alone() {
    let dav = Dav::new(Kind::APACHE);
    let server = dav.start();
    // Nobody has seen it, but there it is.
    dav.state().instead.push_back(("MOVE", "412 Precondition Failed", ""));
    let ended = webdav(b"new", &server, "/in/a.txt").send().await;
    let remote = ended.remote.clone().unwrap();
    assert_eq!(ended.kind(), ErrorKind::FileExists);
    // When it has gone again, nothing has to be sent.
    dav.carried();
    let again = webdav(b"new", &server, "/in/a.txt");
    let delivery = on(&again, remote);
    again.start_from(delivery).end().await.completed();
    assert_eq!((dav.carried(), dav.state().files["/in/a.txt"].as_slice()), (0, &b"new"[..]));
}

#[tokio::test]
async fn a_server_that_cannot_rename_files_is_not_sent_a_large_one_first() {
    let dav = Dav::new(Kind::NGINX);
    let server = dav.start();
    dav.state().instead.push_back(("MOVE", "405 Not Allowed", ""));
    let (failure, _) = webdav(&noise(SIZE), &server, "/in/").send().await.failed();
    assert_eq!(failure.reason.as_deref(), Some("it cannot rename files"));
    assert!(dav.carried() < 100);
    assert!(dav.state().files.is_empty(), "nothing of it is left");
}

#[tokio::test]
async fn folders_that_are_missing_are_made() {
    for kind in [Kind::NGINX, Kind::APACHE] {
        let dav = Dav::new(kind);
        let server = dav.start();
        webdav(b"new", &server, "/in/a/b%20b/c/").send().await.completed();
        assert_eq!(dav.state().folders[2..], ["/in/a/", "/in/a/b%20b/", "/in/a/b%20b/c/"]);
        assert_eq!(dav.state().files["/in/a/b%20b/c/file"], b"new");
    }
}

#[tokio::test]
async fn a_move_whose_answer_was_lost_is_not_done_again() {
    for kind in [Kind::NGINX, Kind::APACHE] {
        let (dav, content) = (Dav::new(kind), noise(SIZE));
        let server = dav.start();
        dav.state().lose_answer = true;
        let lost = webdav(&content, &server, "/in/").send().await;
        assert!(matches!(lost.outcome, Outcome::Failed(_)));
        dav.carried();
        let again = webdav(&content, &server, "/in/");
        let delivery = on(&again, lost.remote.unwrap());
        let ended = again.start_from(delivery).end().await;
        assert!(matches!(ended.outcome, Outcome::Completed(None)), "{:?}", ended.outcome);
        assert_eq!((ended.verified, dav.carried()), (Some(Verified::Length), 0));
    }
}

#[tokio::test]
async fn a_refusal_comes_with_the_servers_own_words_wherever_it_comes() {
    for method in ["HEAD", "PUT", "MOVE"] {
        for (status, kind) in [
            ("401 Unauthorized", ErrorKind::Unauthorized),
            ("403 Forbidden", ErrorKind::Forbidden),
            ("413 Too Large", ErrorKind::RequestEntityTooLarge),
            ("423 Locked", ErrorKind::Locked),
            ("507 Full", ErrorKind::InsufficientStorage),
        ] {
            let dav = Dav::new(Kind::APACHE);
            let server = dav.start();
            dav.state().instead.push_back((method, status, if method == "HEAD" { "" } else { "because" }));
            let (failure, _) = webdav(b"new", &server, "/in/").send().await.failed();
            assert_eq!(
                (failure.kind, failure.reason.is_some()),
                (kind, method != "HEAD"),
                "{method} {status}"
            );
            assert!(!dav.state().files.contains_key("/in/file"));
        }
    }
}

#[tokio::test]
async fn a_file_beside_that_is_not_what_it_was_begins_anew() {
    for size in [Some(SIZE + 1), None] {
        let (dav, content) = (Dav::new(Kind::APACHE), noise(SIZE));
        let server = dav.start();
        dav.state().cut = Some(5 * MIB);
        let at = known(webdav(&content, &server, "/in/").send().await.remote.as_ref());
        match size {
            Some(size) => _ = dav.state().files.insert(at.part.target().to_owned(), vec![0; size]),
            None => _ = dav.state().files.remove(at.part.target()),
        }
        let again = webdav(&content, &server, "/in/");
        let delivery = on(&again, Remote::Webdav(at));
        again.start_from(delivery).end().await.completed();
        assert!(dav.state().files["/in/file"] == content);
    }
}

#[tokio::test]
async fn too_much_at_once_is_sent_in_less() {
    let dav = Dav::new(Kind::APACHE);
    let server = dav.start();
    let content = noise(SIZE);
    dav.state().cut = Some(MIB);
    let at = known(webdav(&content, &server, "/in/").send().await.remote.as_ref());
    let again = webdav(&content, &server, "/in/");
    let delivery = on(&again, Remote::Webdav(Webdav { chunk: 4 * MIB as u64, ..at }));
    dav.state().instead.push_back(("PUT", "413 Too Large", ""));
    let ended = again.start_from(delivery).end().await;
    assert_eq!(known(ended.remote.as_ref()).chunk, 2 * MIB as u64);
    ended.completed();
    assert!(dav.state().files["/in/file"] == content);
}

#[tokio::test]
async fn a_server_that_does_not_know_its_own_address_gets_the_path() {
    let dav = Dav::new(Kind::APACHE);
    let server = Server::plain({
        let dav = dav.clone();
        move |call| {
            call.request();
            let destination = call.seen.header("destination").map(str::to_owned);
            let (status, length) = match (call.seen.head.split(' ').next(), destination) {
                (Some("MOVE"), Some(to)) if to == "/in/file" => {
                    dav.state().files.insert(to, Vec::new());
                    ("201 Created", 0)
                }
                (Some("MOVE"), _) => ("502 Bad Gateway", 0),
                (Some("HEAD"), _) if call.seen.head.contains("partial") => ("200 OK", 3),
                (Some("HEAD"), _) => ("404 Not Found", 0),
                _ => ("201 Created", 0),
            };
            call.say(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n"));
        }
    });
    webdav(b"new", &server, "/in/").send().await.completed();
    assert!(dav.state().files.contains_key("/in/file"));
}

#[tokio::test]
async fn sizes_are_found_out_where_heads_are_not_answered() {
    let dav = Dav::new(Kind { head: false, ..Kind::APACHE });
    let server = dav.start();
    webdav(&noise(SIZE), &server, "/in/").send().await.completed();
    assert_eq!(dav.state().files["/in/file"].len(), SIZE);
}

#[tokio::test]
async fn another_server_hears_nothing() {
    let other = Dav::new(Kind::APACHE);
    let elsewhere = other.start();
    let leads = format!("Location: {}\r\n", elsewhere.url("/in/file"));
    let server = Server::plain(move |call| {
        call.request();
        call.answer("307 Temporary Redirect", &leads, "");
    });
    let upload = webdav(b"new", &server, "/in/").with_header("X-Api-Key", "S3CR3T");
    assert_eq!(upload.send().await.kind(), ErrorKind::RedirectFailed);
    assert!(other.state().log.is_empty());
}

#[tokio::test]
async fn what_is_left_beside_can_be_removed() {
    use crate::upload::{desk::Desk, protocol::Protocol as _, webdav};
    let (dav, content) = (Dav::new(Kind::APACHE), noise(SIZE));
    let server = dav.start();
    dav.state().cut = Some(5 * MIB);
    let asked = super::webdav::webdav(&content, &server, "/in/");
    let (request, tls) = (asked.request.clone(), asked.tls.clone());
    let at = known(asked.send().await.remote.as_ref());
    assert_eq!(dav.state().files.len(), 1);
    let (reports, _heard, _) = written_down();
    let attempt = Attempt::alone(PathBuf::new(), reports);
    let net = Net::new(&tls, Proxies::none());
    let words = request.headers.clone();
    let desk = Desk { attempt: &attempt, request: &request, words, sources: &[], net: &net };
    assert!(webdav::Upload::from(at.clone()).abort(&desk).await.is_ok());
    assert!(dav.state().files.is_empty());
    assert!(webdav::Upload::from(at).abort(&desk).await.is_ok(), "it is gone already");
}
