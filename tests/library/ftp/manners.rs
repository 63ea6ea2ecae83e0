//! Servers of FTP with good and bad manners: fresh or continued, a download from them is byte-equal, or it
//! ends with an error and nothing has the final name.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windlass::{DownloadRequest, ErrorKind, Phase, Snapshot};

use super::{SIZE, THEN, file};
use crate::ftp_server::{Command, File, FtpServer, Session as Control};
use crate::{assert_complete, resolute, run};

/// What becomes of a download.
#[derive(Clone, Copy, Debug)]
enum End {
    Equal,
    Fails(ErrorKind),
}
use End::{Equal, Fails};

/// What a server does with a command instead of what it should do; false if it does that.
type Manner = fn(&File, &Command, &mut Control) -> bool;

/// Fresh and continued, a download from a server with this manner ends as it should.
fn check(manner: Manner, fresh: End, resumed: End) {
    for (is_resumed, expected) in [(false, fresh), (true, resumed)] {
        let dir = tempfile::tempdir().unwrap();
        let (file, cut) = (file(4, THEN), AtomicBool::new(!is_resumed));
        let sent = file.clone();
        let server = FtpServer::start(move |command, control| {
            if !cut.load(SeqCst) && command.verb == "RETR" {
                control.send(&sent.content[..SIZE / 3]);
                cut.store(true, SeqCst);
                return control.hang_up();
            }
            if !cut.load(SeqCst) || !manner(&sent, command, control) {
                control.behave(&sent, command);
            }
        });
        let session = resolute(dir.path());
        run(&session, async {
            let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
            let download = session.start_download(request).await.unwrap();
            // One that brings something each time is tried again for ever.
            let tries = 2 + u32::from(is_resumed);
            let over = |now: &Snapshot| matches!(now.state, Phase::Completed | Phase::Failed | Phase::Paused);
            let end = |now: &Snapshot| over(now) || now.state == Phase::Waiting && now.attempts >= tries;
            let end = crate::until(&download, end).await;
            match expected {
                Equal => assert_complete(&end, &file.content),
                Fails(kind) => {
                    let error = end.error.as_ref().map(|error| error.kind);
                    assert_eq!(error, Some(kind), "resumed: {is_resumed}, {end:?}");
                    assert!(!dir.path().join("a.bin").exists());
                }
            }
        });
    }
}

/// Sends a part of the file from where it was asked for.
fn send_until(file: &File, control: &mut Control, end: usize) {
    let offset = std::mem::take(&mut control.offset);
    control.send(&file.content[offset.min(end)..end]);
}

#[test]
fn data_that_ends_early_is_never_complete_whatever_the_server_says() {
    let ends: [Manner; 3] = [
        |file, command, control| {
            command.verb == "RETR" && {
                send_until(file, control, SIZE / 2);
                control.say("226 done");
                true
            }
        },
        |file, command, control| {
            command.verb == "RETR" && {
                send_until(file, control, SIZE - 1);
                control.say("426 broken off");
                true
            }
        },
        |file, command, control| {
            command.verb == "RETR" && {
                send_until(file, control, SIZE / 2);
                control.hang_up();
                true
            }
        },
    ];
    for manner in ends {
        check(manner, Fails(ErrorKind::Truncated), Fails(ErrorKind::Truncated));
    }
}

#[test]
fn without_a_size_only_the_servers_word_makes_a_file_complete() {
    let no_size: Manner = |_, command, control| {
        command.verb == "SIZE" && {
            control.say("502 what?");
            true
        }
    };
    check(no_size, Equal, Equal);
    let cut: Manner = |file, command, control| match command.verb.as_str() {
        "SIZE" => {
            control.say("550 no");
            true
        }
        "RETR" => {
            send_until(file, control, SIZE / 2);
            control.say("426 broken off");
            true
        }
        _ => false,
    };
    check(cut, Fails(ErrorKind::Truncated), Fails(ErrorKind::Truncated));
    let silent: Manner = |file, command, control| match command.verb.as_str() {
        "SIZE" => {
            control.say("500 no");
            true
        }
        "RETR" => {
            send_until(file, control, SIZE / 2);
            control.hang_up();
            true
        }
        _ => false,
    };
    check(silent, Fails(ErrorKind::Truncated), Fails(ErrorKind::Truncated));
}

#[test]
fn a_file_that_is_not_as_long_as_it_was_said_to_be_is_not_complete() {
    let sizes: [Manner; 2] = [
        |_, command, control| {
            command.verb == "SIZE" && {
                control.say(format!("213 {}", SIZE - 1000));
                true
            }
        },
        |_, command, control| {
            command.verb == "SIZE" && {
                control.say(format!("213 {}", SIZE + 1000));
                true
            }
        },
    ];
    for manner in sizes {
        check(manner, Fails(ErrorKind::Truncated), Fails(ErrorKind::Truncated));
    }
}

#[test]
fn all_the_data_without_the_servers_word_is_not_enough() {
    let manner: Manner = |file, command, control| {
        command.verb == "RETR" && {
            send_until(file, control, SIZE);
            control.hang_up();
            true
        }
    };
    check(manner, Fails(ErrorKind::Truncated), Fails(ErrorKind::Truncated));
}

#[test]
fn what_cannot_be_continued_is_begun_again() {
    let manners: [Manner; 3] = [
        |_, command, control| {
            command.verb == "FEAT" && {
                control.say("211-Features\r\n SIZE\r\n MDTM\r\n211 End");
                true
            }
        },
        |_, command, control| {
            command.verb == "REST" && {
                control.say("502 what?");
                true
            }
        },
        |_, command, control| {
            matches!(command.verb.as_str(), "FEAT" | "MDTM") && {
                control.say("502 what?");
                true
            }
        },
    ];
    for manner in manners {
        check(manner, Equal, Equal);
    }
}

#[test]
fn odd_but_honest_servers_are_understood() {
    let manners: [Manner; 4] = [
        // A greeting of a thousand lines.
        |_, command, control| {
            command.verb.is_empty() && {
                control.say(format!("220-Hello\r\n{}220 hello", "and welcome\r\n".repeat(1000)));
                true
            }
        },
        // Its own address as it sees it itself, and only the older way to say it.
        |_, command, control| match command.verb.as_str() {
            "EPSV" => {
                control.say("500 what?");
                true
            }
            "PASV" => {
                let [high, low] = control.listen().port().to_be_bytes();
                control.say(format!("227 Entering Passive Mode (192,0,2,1,{high},{low})."));
                true
            }
            _ => false,
        },
        // No list of what it can do.
        |_, command, control| {
            command.verb == "FEAT" && {
                control.say("500 what?");
                true
            }
        },
        // In no hurry, and no password needed.
        |_, command, control| match command.verb.as_str() {
            "" => {
                control.say("120 in a moment\r\n220 hello");
                true
            }
            "USER" => {
                control.say("230 come in");
                true
            }
            _ => false,
        },
    ];
    for manner in manners {
        check(manner, Equal, Equal);
    }
}

#[test]
fn a_server_that_refuses_is_understood() {
    let refusals: [(Manner, ErrorKind); 6] = [
        (|_, c, control| c.verb.is_empty() && said(control, "421 too many"), ErrorKind::ServiceUnavailable),
        (
            |_, c, control| c.verb == "PASS" && said(control, "530 Too many users"),
            ErrorKind::ServiceUnavailable,
        ),
        (|_, c, control| c.verb == "PASS" && said(control, "530 Login incorrect"), ErrorKind::Unauthorized),
        (|_, c, control| c.verb == "RETR" && said(control, "550 No such file"), ErrorKind::NotFound),
        (|_, c, control| c.verb == "RETR" && said(control, "550 Permission denied"), ErrorKind::Forbidden),
        (
            |_, c, control| c.verb == "RETR" && said(control, "425 no connection"),
            ErrorKind::ServiceUnavailable,
        ),
    ];
    for (manner, kind) in refusals {
        check(manner, Fails(kind), Fails(kind));
    }
}

fn said(control: &mut Control, text: &str) -> bool {
    control.say(text);
    true
}

#[test]
fn nonsense_and_silence_end_with_an_error() {
    let nonsense = ErrorKind::ErrorHttpInvalidServerResponse;
    let manners: [(Manner, ErrorKind); 4] = [
        (|_, c, control| c.verb.is_empty() && said(control, "SSH-2.0-OpenSSH_9.2"), nonsense),
        (|_, c, control| c.verb == "SIZE" && said(control, "\u{1}\u{2}\u{3}"), nonsense),
        (|_, c, control| c.verb == "MDTM" && said(control, &"213-and on\r\n".repeat(100_000)), nonsense),
        (|_, c, _| c.verb == "RETR", ErrorKind::Timeout),
    ];
    for (manner, kind) in manners {
        check(manner, Fails(kind), Fails(kind));
    }
}
