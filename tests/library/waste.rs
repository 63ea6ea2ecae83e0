//! A server that makes us fetch the same bytes again and again is not asked without end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use windlass::{DownloadRequest, ErrorKind, Phase};

use crate::server::{Server, content};
use crate::{assert_complete, open, run};

const SIZE: usize = 30_000_000;
/// What may come again: twice the file, and 64 MiB; and what one more attempt brings.
const MOST: usize = SIZE + 2 * SIZE + 64 * 1024 * 1024 + SIZE;

#[test]
fn a_server_that_breaks_off_here_and_there_and_cannot_go_on_is_left_alone_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(41, SIZE).into();
    let (sent, is_honest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (bytes, count, honest) = (body.clone(), sent.clone(), is_honest.clone());
    let server = Server::start(move |request, reply| {
        reply.head("200 OK", &[("Content-Length", SIZE.to_string()), ("Connection", "close".into())]);
        // Each second time it comes further than before, so that no two tries in a row are in vain.
        let until = match honest.load(SeqCst) {
            true => SIZE,
            false if request.number % 2 == 0 => SIZE / 2,
            false => SIZE * 3 / 4,
        };
        reply.send(&bytes[..until]);
        count.fetch_add(until, SeqCst);
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        let failed = download.settled().await.unwrap();
        assert_eq!(failed.state, Phase::Failed, "{failed:?}");
        let error = failed.error.unwrap();
        assert_eq!(error.kind, ErrorKind::Truncated);
        assert!(error.message.ends_with("Resume to get the rest."), "{}", error.message);
        let fetched = sent.load(SeqCst);
        assert!((3 * SIZE..MOST).contains(&fetched), "{fetched} bytes");
        assert!(!dir.path().join("a.bin").exists());
        // Whoever wants it all the same may say so.
        is_honest.store(true, SeqCst);
        download.resume().await.unwrap();
        assert_complete(&download.settled().await.unwrap(), &body);
    });
}
