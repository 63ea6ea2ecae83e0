mod manners;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use windlass::{DownloadRequest, ErrorKind, Phase, Reason};

use crate::ftp_server::{File, FtpServer, Session as Control};
use crate::server::content;
use crate::{assert_complete, download, impatient, open, resolute, run};

const SIZE: usize = 600_000;
/// Long ago.
const THEN: &str = "20200101120000";
const LATER: &str = "20210101120000";

fn file(seed: u64, modified: &'static str) -> File {
    File { content: content(seed, SIZE).into(), modified }
}

/// Sends slowly enough for several connections to be worth having: some 4 MB/s.
fn send_slowly(file: &File, control: &mut Control) -> bool {
    let offset = std::mem::take(&mut control.offset);
    control.say("150 slowly");
    let mut data = control.data();
    file.content[offset..].chunks(40_000).all(|piece| {
        std::thread::sleep(Duration::from_millis(10));
        data.write_all(piece).is_ok()
    })
}

/// A server that is as good as its file.
fn good(file: &File) -> FtpServer {
    let file = file.clone();
    FtpServer::start(move |command, control| control.behave(&file, command))
}

#[test]
fn a_file_arrives_byte_equal_under_the_name_in_its_address() {
    let dir = tempfile::tempdir().unwrap();
    let file = file(1, THEN);
    let server = good(&file);
    let session = open(dir.path());
    run(&session, async {
        let url = server.url("some%20dir//file%20one.iso;type=i");
        let done = download(&session, &url, dir.path()).await;
        assert_complete(&done, &file.content);
        assert_eq!(done.path.unwrap(), dir.path().join("file one.iso"));
    });
    assert_eq!(server.seen("RETR")[0].argument, "some dir//file one.iso");
    assert_eq!(server.seen("USER")[0].argument, "anonymous");
    assert_eq!(server.seen("TYPE")[0].argument, "I");
    assert!(server.seen("PASV").is_empty());
}

#[test]
fn a_connection_is_used_again_by_whoever_has_the_same_login() {
    let dir = tempfile::tempdir().unwrap();
    let file = File { content: content(9, 1000).into(), modified: THEN };
    let server = good(&file);
    let session = open(dir.path());
    run(&session, async {
        let me = server.url("a").replace("ftp://", "ftp://me:S3CR3T@");
        for url in [server.url("a"), server.url("b"), me] {
            assert_complete(&download(&session, &url, dir.path()).await, &file.content);
        }
    });
    let names: Vec<_> = server.seen("USER").into_iter().map(|command| command.argument).collect();
    assert_eq!((names, server.seen("RETR").len()), (vec!["anonymous".to_owned(), "me".to_owned()], 3));
}

#[test]
fn the_login_in_an_address_is_used_and_a_refused_one_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = file(2, THEN);
    let sent = file.clone();
    let server = FtpServer::start(move |command, control| match command.verb.as_str() {
        "PASS" if command.argument != "S3 CR3T" => control.say("530 Login incorrect."),
        _ => control.behave(&sent, command),
    });
    let session = open(dir.path());
    run(&session, async {
        let url = server.url("a").replace("ftp://", "ftp://me:S3%20CR3T@");
        assert_complete(&download(&session, &url, dir.path()).await, &file.content);
        let request = DownloadRequest::new(&server.url("b")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        let asking = crate::until(&download, |now| now.state == Phase::Paused).await;
        assert_eq!(asking.reason, Some(Reason::NeedsLogin));
        assert_eq!(asking.error.unwrap().kind, ErrorKind::Unauthorized);
    });
    assert_eq!(server.seen("USER")[0].argument, "me");
}

#[test]
fn a_large_file_comes_over_several_connections() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(3, 16_000_000).into();
    let file = File { content: body.clone(), modified: THEN };
    let server = FtpServer::start(move |command, control| {
        if command.verb == "RETR" {
            let sent = send_slowly(&file, control);
            control.say(if sent { "226 done" } else { "426 broken off" });
        } else {
            control.behave(&file, command);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!((done.attempts, done.restarts), (1, 0));
    });
    assert!(server.seen("RETR").len() > 4, "{} transfers", server.seen("RETR").len());
}

#[test]
fn a_file_that_changes_meanwhile_is_begun_again_and_never_mixed() {
    // The number of the look at the file before which it changes: each transfer looks before and behind.
    for change in 1..4 {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (file(5, THEN), file(6, LATER));
        let fresh = new.clone();
        let server = FtpServer::start(move |command, control| {
            let looks = control.count("MDTM") + usize::from(command.verb == "SIZE");
            let file = if looks < change { &old } else { &new };
            if command.verb == "RETR" && command.number == 0 && change > 2 {
                control.send(&file.content[..SIZE / 2]);
                return control.hang_up();
            }
            control.behave(file, command);
        });
        let session = resolute(dir.path());
        run(&session, async {
            assert_complete(&download(&session, &server.url("a.bin"), dir.path()).await, &fresh.content);
        });
    }
}

#[test]
fn a_server_that_hangs_up_when_a_part_is_broken_off_loses_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let file = File { content: content(7, 16_000_000).into(), modified: THEN };
    let sent = file.clone();
    let server = FtpServer::start(move |command, control| {
        if command.verb == "RETR" {
            if send_slowly(&sent, control) { control.say("226 done") } else { control.hang_up() }
        } else {
            control.behave(&sent, command);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &file.content);
        assert_eq!(done.restarts, 0);
    });
}

#[test]
fn a_hidden_command_never_leaves() {
    let dir = tempfile::tempdir().unwrap();
    let server = good(&file(8, THEN));
    let session = impatient(dir.path());
    run(&session, async {
        for path in ["a%0D%0ADELE%20b", "a%0Ab", "%00", "a/"] {
            let end = download(&session, &server.url(path), dir.path()).await;
            assert_eq!(end.state, Phase::Failed, "{path}");
        }
        let login = server.url("a").replace("ftp://", "ftp://me%0D%0ADELE%20b:x@");
        assert_eq!(download(&session, &login, dir.path()).await.state, Phase::Failed);
    });
    assert!(server.seen("DELE").is_empty() && server.seen("RETR").is_empty());
}
