use std::sync::Arc;

use windlass::{Address, Checksum, DownloadRequest, ErrorKind, Phase};

use crate::server::{self, Server, content, serve_file};
use crate::{assert_complete, impatient, run};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn gone() -> Server {
    Server::start(|_, reply| _ = reply.head("404 Not Found", &[("Content-Length", "0".into())]))
}

#[test]
fn where_the_address_gives_nothing_a_mirror_does_and_hears_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(71, 300_000);
    let (first, second, third) = (gone(), gone(), Server::with_file(body.clone()));
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&first.url("a.bin")).unwrap().into_folder(dir.path());
        request.headers.add("Authorization", "Bearer S3CR3T").unwrap();
        let request =
            request.with_mirror(address(&second.url("a.bin"))).with_mirror(address(&third.url("a.bin")));
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
    });
    assert!(first.seen()[0].header("authorization").is_some());
    for mirror in [second, third] {
        assert_eq!(mirror.seen().len(), 1);
        assert!(mirror.seen()[0].header("authorization").is_none());
    }
}

#[test]
fn where_all_give_nothing_it_is_told_of_the_address_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (gone(), Server::start(|_, reply| reply.reset()));
    let session = impatient(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&first.url("a.bin")).unwrap().into_folder(dir.path());
        let request = request.with_mirror(address(&second.url("a.bin")));
        let end = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(end.error.unwrap().kind, ErrorKind::NotFound);
    });
}

#[test]
fn a_mirror_continues_with_the_bytes_at_hand_only_if_a_checksum_can_prove_the_whole() {
    for is_provable in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let body: Arc<[u8]> = content(72, 600_000).into();
        let sent = body.clone();
        let first = Server::start(move |request, reply| {
            if request.number > 0 {
                reply.head("404 Not Found", &[("Content-Length", "0".into())]);
                return;
            }
            reply.head(
                "206 Partial Content",
                &[
                    ("ETag", "\"v1\"".into()),
                    ("Content-Range", "bytes 0-599999/600000".into()),
                    ("Content-Length", "600000".into()),
                ],
            );
            reply.send(&sent[..300_000]);
        });
        let sent = body.clone();
        let second = Server::start(move |request, reply| serve_file(&sent, "\"other\"", request, reply));
        let session = impatient(dir.path());
        run(&session, async {
            let request = DownloadRequest::new(&first.url("a.bin")).unwrap().into_folder(dir.path());
            let mut request = request.with_mirror(address(&second.url("a.bin")));
            if is_provable {
                let sum = "crc32:".to_owned() + &format!("{:08x}", crc32fast::hash(&body));
                request = request.with_checksum(sum.parse::<Checksum>().unwrap());
            }
            request.terms.retries = Some(1);
            let end = session.start_download(request).await.unwrap().settled().await.unwrap();
            if is_provable {
                assert_complete(&end, &body);
                assert_eq!(end.restarts, 0);
            } else {
                assert_ne!(end.state, Phase::Completed);
            }
        });
        let asked: Vec<_> = second.seen().iter().map(server::Request::first).collect();
        assert_eq!(asked.first().copied(), is_provable.then_some(Some(300_000)));
    }
}
