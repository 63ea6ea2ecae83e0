//! How the limits of a session are shared.

use windlass::{DownloadRequest, Options, Phase, Profile, Session, Settings, UploadRequest};

use crate::server::{Server, content, serve_file};
use crate::{run, write};

const SIZE: usize = 1_500_000;

/// A server that keeps nothing of what it takes.
fn takes_and_gives() -> Server {
    let file = content(1, SIZE);
    Server::start(move |request, reply| match request.header("content-length") {
        Some(length) => {
            reply.send("HTTP/1.1 100 Continue\r\n\r\n");
            reply.body(length.parse().unwrap());
            reply.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        None => serve_file(&file, "\"v1\"", request, reply),
    })
}

#[test]
fn uploads_and_downloads_share_the_limit_of_a_session_equally() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::at(dir.path().join("profile"));
    Settings { speed_limit: 4_000_000, ..Settings::default() }.save(&profile.settings).unwrap();
    let session = Session::open(&Options::new(profile)).unwrap();
    let server = takes_and_gives();
    write(&dir.path().join("sent"), content(2, SIZE));
    run(&session, async {
        for number in 0..2 {
            let url = server.url(&format!("{number}.bin"));
            let download = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
            session.start_download(download).await.unwrap();
            session.start_upload(UploadRequest::new(dir.path().join("sent"), &url).unwrap()).await.unwrap();
        }
        let first_is_done = async {
            loop {
                let transfers = session.list().await.unwrap();
                if transfers.iter().any(|transfer| transfer.state == Phase::Completed) {
                    return transfers;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let done: Vec<_> = first_is_done.await.iter().map(|transfer| transfer.progress.done).collect();
        // What stands in a socket was paid for, but nobody has it yet; and a busy computer is fair to nobody.
        assert!(done.iter().all(|done| *done > SIZE as u64 / 2), "{done:?} of {SIZE}");
    });
}
