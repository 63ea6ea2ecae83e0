//! How much was moved is counted, and kept.

use windlass::{DownloadRequest, Phase, Session, Statistics};

use crate::server::{Server, content, serve_file};
use crate::{assert_complete, download, open, run, write};

fn counted(session: &Session) -> Statistics {
    run(session, session.statistics()).unwrap()
}

#[test]
fn what_was_moved_is_known_at_once_and_to_the_next_session() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 300_000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/a.bin" => serve_file(&sent, "\"v1\"", request, reply),
        _ => _ = reply.head("404 Not Found", &[("Content-Length", "0".into())]),
    });
    let session = open(dir.path());
    assert_eq!(counted(&session), Statistics::default());
    run(&session, async {
        assert_complete(&download(&session, &server.url("a.bin"), dir.path()).await, &body);
        let request = DownloadRequest::new(&server.url("b.bin")).unwrap().into_folder(dir.path());
        let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(failed.state, Phase::Failed);
    });
    let now = counted(&session);
    assert_eq!((now.ever.completed, now.ever.failed, now.ever.up), (1, 1, 0), "{now:?}");
    assert!((300_000..400_000).contains(&now.ever.down), "{now:?}");
    // Unless it is midnight, all of it was today.
    assert!((1..=2).contains(&now.days.len()), "{now:?}");
    let (first, last) = (now.days.keys().next().unwrap(), now.days.keys().last().unwrap());
    assert_eq!(now.between(*first, *last), now.ever);
    run(&session, session.close()).unwrap();
    drop(session);
    assert_eq!(counted(&open(dir.path())), now);
}

#[test]
fn a_count_that_cannot_be_read_is_set_aside_and_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let session = open(dir.path());
    run(&session, session.close()).unwrap();
    drop(session);
    let kept = windlass::Profile::at(dir.path().join("profile")).state.join("statistics.ron");
    write(&kept, "not a count");
    let body = content(2, 1000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| serve_file(&sent, "\"v1\"", request, reply));
    let session = open(dir.path());
    assert_eq!(counted(&session), Statistics::default());
    run(&session, async {
        assert_complete(&download(&session, &server.url("a.bin"), dir.path()).await, &body);
    });
    run(&session, session.close()).unwrap();
    drop(session);
    assert_eq!(counted(&open(dir.path())).ever.completed, 1);
}
