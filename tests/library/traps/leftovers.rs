//! What earlier attempts have left, and what of it is of no use.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windlass::{DownloadRequest, OnChange, Phase};

use super::{FRESH, New, SIZE, Trap, file, spring};
use crate::server::{Server, serve_file, serve_with};
use crate::{assert_complete, open, run, until};

#[test]
fn a_file_that_was_announced_and_never_begun_leaves_no_trace_in_the_next() {
    spring(vec![
        Trap::new("announces another file and hangs up", |stage, request, reply| {
            let mut right = stage.changed(request, stage.other, |_| {});
            if stage.number > 0 {
                right.send(reply);
                return;
            }
            right.set("ETag", "\"never\"");
            right.set("Content-Range", format!("bytes 0-{}/{}", SIZE * 2 - 1, SIZE * 2));
            right.set("Content-Length", (SIZE * 2).to_string());
            right.send_some(reply, 0);
        })
        .only(&FRESH)
        .ends(New),
        Trap::new("announces all of another file and hangs up", |stage, request, reply| {
            let mut right = stage.changed(request, stage.other, |_| {});
            if stage.number == 0 {
                right.whole(&[stage.content, stage.content].concat());
                right.set("Content-Type", "text/html");
                right.send_some(reply, 0);
            } else {
                right.send(reply);
            }
        })
        .only(&FRESH)
        .ends(New),
    ]);
}

#[test]
fn bytes_that_a_crash_left_behind_are_not_the_end_of_a_shorter_file() {
    let dir = tempfile::tempdir().unwrap();
    let crashed = Arc::new(AtomicBool::new(false));
    let by_then = crashed.clone();
    let server = Server::start(move |request, reply| {
        if by_then.load(SeqCst) {
            return serve_file(&file()[..1000], "\"v2\"", request, reply);
        }
        reply.head("200 OK", &[("ETag", "\"v1\"".into()), ("Content-Length", SIZE.to_string())]);
        reply.send(&file()[..SIZE / 2]);
        reply.body(1);
    });
    let session = open(dir.path());
    let id = run(&session, async {
        let mut settings = session.settings().await.unwrap();
        settings.on_change = OnChange::Restart;
        session.configure(settings).await.unwrap();
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until(&download, |now| now.progress.done == (SIZE / 2) as u64).await;
        download.id()
    });
    // No close, as in a crash: what was not synced is not known to be there.
    drop(session);
    crashed.store(true, SeqCst);
    let session = open(dir.path());
    run(&session, async {
        let downloads = session.downloads().await.unwrap();
        assert_eq!(downloads[0].id(), id);
        assert_complete(&downloads[0].settled().await.unwrap(), &file()[..1000]);
    });
}

type Deed = fn(&Path);

/// What somebody may do to a part file while nobody looks.
const DEEDS: [(&str, Deed); 8] = [
    ("it is deleted", |part| fs::remove_file(part).unwrap()),
    ("it is cut in the middle", |part| shorten(part, SIZE / 4)),
    ("it is cut behind its first byte", |part| shorten(part, 1)),
    ("it is emptied", |part| shorten(part, 0)),
    ("it gets longer", |part| {
        let mut file = fs::OpenOptions::new().append(true).open(part).unwrap();
        std::io::Write::write_all(&mut file, &[b'x'; 5000]).unwrap();
    }),
    ("another file is in its place", |part| {
        fs::rename(part, part.with_extension("gone")).unwrap();
        crate::write(part, "mine");
    }),
    ("a folder is in its place", |part| {
        fs::remove_file(part).unwrap();
        fs::create_dir(part).unwrap();
    }),
    ("a link is in its place", |part| {
        fs::remove_file(part).unwrap();
        let mine = part.with_file_name("mine");
        crate::write(&mine, "mine");
        std::os::unix::fs::symlink(&mine, part).unwrap();
    }),
];

fn shorten(part: &Path, length: usize) {
    fs::OpenOptions::new().write(true).open(part).unwrap().set_len(length as u64).unwrap();
}

#[test]
fn a_part_file_that_was_meddled_with_is_not_taken_for_what_it_was() {
    for (what, deed) in DEEDS {
        for connections in [1, 8] {
            let dir = tempfile::tempdir().unwrap();
            let going_on = Arc::new(AtomicBool::new(false));
            let by_then = going_on.clone();
            let server = Server::start(move |request, reply| {
                if by_then.load(SeqCst) {
                    return serve_file(file(), "\"v1\"", request, reply);
                }
                serve_with(file(), "\"v1\"", request, reply, |reply, body| {
                    reply.send(&body[..body.len().min(SIZE / 16)]);
                    reply.body(1);
                });
            });
            let session = open(dir.path());
            let folder = dir.path().join("down");
            run(&session, async {
                let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(&folder);
                request.terms.connections = std::num::NonZeroU8::new(connections);
                let download = session.start_download(request).await.unwrap();
                until(&download, |now| now.progress.done >= (SIZE / 16) as u64).await;
                download.pause().await.unwrap();
                // Then nothing writes any more.
                session.close().await.unwrap();
            });
            drop(session);
            deed(&folder.join("a.bin.part"));
            going_on.store(true, SeqCst);
            let session = open(dir.path());
            run(&session, async {
                let download = session.downloads().await.unwrap().remove(0);
                download.resume().await.unwrap();
                let done = download.settled().await.unwrap();
                assert_eq!(done.state, Phase::Completed, "{what}: {done:?}");
                assert!(fs::read(done.path.unwrap()).unwrap() == file(), "{what}: the file differs");
                // What is not ours is left as it is.
                for name in ["a.bin.part", "mine"] {
                    let kept = fs::read(folder.join(name)).unwrap_or_else(|_| b"mine".to_vec());
                    assert!(kept == b"mine", "{what}: {name} was written to");
                }
            });
        }
    }
}
