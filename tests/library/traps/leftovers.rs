//! What earlier attempts have left, and what of it is of no use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windlass::{DownloadRequest, OnChange};

use super::{FRESH, New, SIZE, Trap, file, spring};
use crate::server::{Server, serve_file};
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
