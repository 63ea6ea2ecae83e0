use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use windlass::{ErrorKind, IfExists, Phase, Verified};

use super::{is_part_of, replacing, request, send};
use crate::ftp_server::{FtpServer, Kept, Session as Control};
use crate::server::content;
use crate::{impatient, open, run};

const SIZE: usize = 600_000;
const FEATURES: &str = "211-Features\r\n SIZE\r\n UTF8\r\n211 End";

fn good(kept: &Kept) -> FtpServer {
    let kept = kept.clone();
    FtpServer::start(move |command, control| control.keep(&kept, command))
}

/// Takes so many bytes for the file at `path`, and then no more.
fn take(control: &mut Control, kept: &Kept, path: &str, most: usize) {
    let offset = std::mem::take(&mut control.offset);
    let bytes = control.receive(most);
    kept.write(path, offset, &bytes);
}

#[test]
fn a_file_gets_its_name_when_all_of_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(1, SIZE));
    let server = good(&kept);
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server.url("in/"))).await;
        assert_eq!((done.state, done.verified), (Phase::Completed, Some(Verified::Length)), "{done:?}");
        assert_eq!(done.protocol.as_deref(), Some("ftp"));
        assert_eq!(done.progress.done, SIZE as u64);
    });
    assert!(kept.get("in/a file.bin").unwrap() == body);
    assert_eq!(kept.paths(), ["in/a file.bin"]);
    let part = server.seen("STOR")[0].argument.clone();
    assert!(is_part_of(part.strip_prefix("in/").unwrap(), "a file.bin"), "{part}");
    assert_eq!(server.seen("TYPE")[0].argument, "I");
}

#[test]
fn what_is_there_is_replaced_only_if_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(2, 1000));
    kept.put("a", b"old");
    let server = good(&kept);
    let session = impatient(dir.path());
    run(&session, async {
        let refused = send(&session, request(dir.path(), &body, &server.url("a"))).await;
        assert_eq!(refused.error.unwrap().kind, ErrorKind::FileExists);
        assert!(server.seen("STOR").is_empty());
        let mut other = request(dir.path(), &body, &server.url("a"));
        other.if_exists = IfExists::Rename;
        assert_eq!(send(&session, other).await.state, Phase::Completed);
        assert!(kept.get("a").unwrap() == b"old" && kept.get("a (1)").unwrap() == body);
        let done = send(&session, replacing(request(dir.path(), &body, &server.url("a")))).await;
        assert_eq!(done.state, Phase::Completed);
    });
    assert!(kept.get("a").unwrap() == body);
    assert_eq!(kept.paths(), ["a", "a (1)"]);
    assert_eq!(server.seen("USER").len(), 2, "a connection over which a file went is kept for the next");
}

#[test]
fn a_file_that_was_cut_goes_on_a_little_before_its_end_and_what_it_replaces_stays_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(3, SIZE));
    kept.put("a", b"old");
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "STOR" if command.number == 0 => {
            take(control, &files, &command.argument, SIZE / 2);
            control.hang_up();
        }
        _ => {
            assert!(command.verb == "RNTO" || files.get("a").unwrap() == b"old");
            control.keep(&files, command);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, replacing(request(dir.path(), &body, &server.url("a")))).await;
        assert_eq!((done.state, done.attempts, done.restarts), (Phase::Completed, 2, 0), "{done:?}");
    });
    assert!(kept.get("a").unwrap() == body);
    assert_eq!(kept.paths(), ["a"]);
    assert_eq!(server.seen("REST")[0].argument, (SIZE / 2 - 65_536).to_string());
    assert!(server.seen("APPE").is_empty());
}

#[test]
fn a_server_that_does_not_say_that_it_can_go_on_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(4, SIZE));
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "FEAT" => control.say(FEATURES),
        "STOR" if command.number == 0 => {
            take(control, &files, &command.argument, SIZE / 2);
            control.hang_up();
        }
        _ => control.keep(&files, command),
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server.url("a"))).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("a").unwrap() == body);
    assert!(server.seen("REST").is_empty());
}

#[test]
fn a_cut_that_the_server_calls_complete_is_seen_by_the_size() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(5, SIZE));
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| {
        if command.verb == "STOR" && command.number == 0 {
            take(control, &files, &command.argument, SIZE / 2);
            control.say("226 done");
        } else {
            control.keep(&files, command);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server.url("a"))).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("a").unwrap() == body);
    assert_eq!(kept.paths(), ["a"]);
}

#[test]
fn a_server_that_goes_on_in_the_wrong_place_is_found_out_and_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, body) = (Kept::default(), content(6, SIZE));
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| match (command.verb.as_str(), command.number) {
        ("STOR", 0) => {
            take(control, &files, &command.argument, SIZE / 2);
            control.hang_up();
        }
        ("STOR", _) => {
            // It says that it goes on, and begins anew.
            control.offset = 0;
            control.keep(&files, command);
        }
        _ => control.keep(&files, command),
    });
    let session = open(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), &body, &server.url("a"))).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("a").unwrap() == body);
    assert_eq!((server.seen("REST").len(), server.seen("STOR").len()), (1, 3));
}

#[test]
fn a_refusal_in_the_middle_ends_it_with_the_servers_own_words() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| {
        if command.verb == "STOR" {
            take(control, &files, &command.argument, 10_000);
            control.say("552 you have used up your quota");
        } else {
            control.keep(&files, command);
        }
    });
    let session = impatient(dir.path());
    run(&session, async {
        // More than fits on the way.
        let body = vec![0; 48 * 1024 * 1024];
        let failed = send(&session, request(dir.path(), &body, &server.url("a"))).await;
        let error = failed.error.unwrap();
        assert_eq!(error.kind, ErrorKind::InsufficientStorage, "{error:?}");
        assert!(error.message.contains("you have used up your quota"), "{error:?}");
    });
    assert!(kept.get("a").is_none());
}

#[test]
fn folders_that_are_missing_are_made() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let files = kept.clone();
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "STOR" => {
            assert_eq!(control.count("MKD"), 2);
            control.keep(&files, command);
        }
        _ => control.keep(&files, command),
    });
    let session = impatient(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), b"hello", &server.url("x/y/a"))).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("x/y/a").unwrap() == b"hello");
    let made: Vec<_> = server.seen("MKD").into_iter().map(|command| command.argument).collect();
    assert_eq!(made, ["x", "x/y"]);
}

#[test]
fn a_server_that_after_one_half_of_a_rename_takes_only_the_other_is_asked_differently() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let files = kept.clone();
    let is_bound = AtomicBool::new(false);
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "RNTO" if is_bound.swap(false, SeqCst) => control.keep(&files, command),
        _ if is_bound.load(SeqCst) => control.say("501 Bad sequence of commands"),
        "FEAT" => control.say("211-Features:\r\n MLST modify*;type*;\r\n REST STREAM\r\n SIZE\r\n211 End"),
        "MLST" | "RNFR" if command.argument == "in" => {
            is_bound.store(command.verb == "RNFR", SeqCst);
            control.say(if command.verb == "RNFR" {
                "350 and now?"
            } else {
                "250-It is\r\n type=dir; in\r\n250 End"
            });
        }
        "MLST" => control.say("550 no such file"),
        "RNFR" => {
            is_bound.store(files.get(&command.argument).is_some(), SeqCst);
            control.keep(&files, command);
        }
        _ => control.keep(&files, command),
    });
    let session = impatient(dir.path());
    run(&session, async {
        let done = send(&session, request(dir.path(), b"hello", &server.url("in/a"))).await;
        assert_eq!(done.state, Phase::Completed, "{done:?}");
    });
    assert!(kept.get("in/a").unwrap() == b"hello");
}

#[test]
fn where_a_server_does_not_replace_files_the_old_one_goes_aside_and_comes_back_if_need_be() {
    for fails in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::default();
        kept.put("a", b"old");
        let (files, tries) = (kept.clone(), Arc::new(AtomicUsize::new(0)));
        let server = FtpServer::start(move |command, control| match command.verb.as_str() {
            "RNTO" if files.get(&command.argument).is_some() => control.say("550 it is there already"),
            "RNTO" if fails && command.argument == "a" && tries.fetch_add(1, SeqCst) == 0 => {
                control.say("553 not now");
            }
            _ => control.keep(&files, command),
        });
        let session = impatient(dir.path());
        run(&session, async {
            let end = send(&session, replacing(request(dir.path(), b"new", &server.url("a")))).await;
            assert_eq!(end.state, if fails { Phase::Failed } else { Phase::Completed }, "{end:?}");
        });
        assert_eq!(kept.get("a").unwrap(), if fails { b"old" } else { b"new" });
        assert!(!kept.paths().iter().any(|path| path.contains(".old")), "{:?}", kept.paths());
    }
}

#[test]
fn a_stop_is_heard_while_the_server_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let (files, asked) = (kept.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = asked.clone();
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "STOR" => _ = counted.fetch_add(1, SeqCst),
        _ => control.keep(&files, command),
    });
    let session = open(dir.path());
    run(&session, async {
        let upload = session.start_upload(request(dir.path(), b"hello", &server.url("a"))).await.unwrap();
        while asked.load(SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        upload.pause().await.unwrap();
        let connections = async {
            while upload.snapshot().await.unwrap().progress.connections > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(2), connections).await.unwrap();
    });
}
