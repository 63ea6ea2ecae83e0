//! Files that are checked: against what the user knows, what the server says, and what lies beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use windlass::{
    Algorithm, Checksum, DownloadRequest, ErrorKind, OnChange, Phase, Pieces, Reason, Settings, Snapshot,
    Verified,
};

use crate::server::{Reply, Request, Server, content, serve_file, serve_with};
use crate::{assert_complete, download, open, run, until};

/// What `abc` amounts to, in every way there is.
const ABC: [&str; 7] = [
    "crc32:352441c2",
    "md5:900150983cd24fb0d6963f7d28e17f72",
    "sha-1:a9993e364706816aba3e25717850c26c9cd0d89d",
    "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
    "sha-384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "sha-512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
     2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
];
/// The third of them in a server's words.
const DIGEST: &str = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
const TAG: &str = "\"v1\"";
/// Bytes before a gap that are asked for once more, to be compared.
const OVERLAP: usize = 64 * 1024;

fn crc(bytes: &[u8]) -> Checksum {
    Checksum::new(Algorithm::Crc32, crc32fast::hash(bytes).to_be_bytes()).unwrap()
}

/// `content` in pieces of `length` bytes.
fn pieces(content: &[u8], length: usize) -> Pieces {
    let values = content.chunks(length).flat_map(|piece| crc32fast::hash(piece).to_be_bytes()).collect();
    Pieces::new(Algorithm::Crc32, length as u64, values).unwrap()
}

/// Serves `content` with one more header.
fn serve_saying(content: &[u8], header: (&'static str, String), request: &Request, reply: &mut Reply) {
    let total = content.len();
    let first = request.first().unwrap_or(0);
    let last = request.last().unwrap_or(total - 1);
    reply.head(
        "206 Partial Content",
        &[
            ("ETag", TAG.into()),
            ("Content-Range", format!("bytes {first}-{last}/{total}")),
            ("Content-Length", (last + 1 - first).to_string()),
            header,
        ],
    );
    reply.send(&content[first..=last]);
}

/// That it failed for what it holds, and its file has no name.
fn assert_mismatch(failed: &Snapshot) {
    assert_eq!(failed.state, Phase::Failed, "{failed:?}");
    assert_eq!(failed.error.as_ref().unwrap().kind, ErrorKind::ChecksumMismatch);
    let path = failed.path.as_ref().unwrap();
    assert!(!path.exists());
    assert!(path.with_extension("bin.part").exists());
}

#[test]
fn a_file_is_checked_in_whatever_way_the_user_knows() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(*b"abc");
    let session = open(dir.path());
    for known in ABC {
        let checksum: Checksum = known.parse().unwrap();
        run(&session, async {
            let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
            let request = request.with_checksum(checksum.clone());
            let done = session.start_download(request).await.unwrap().settled().await.unwrap();
            assert_complete(&done, b"abc");
            assert_eq!(done.verified, Some(Verified::Checksum(checksum.algorithm())));
        });
    }
}

#[test]
fn a_file_that_is_not_what_the_user_knows_is_got_once_more_and_then_has_failed() {
    for known in ABC {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::with_file(*b"abd");
        let session = open(dir.path());
        run(&session, async {
            let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
            let request = request.with_checksum(known.parse().unwrap());
            let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
            assert_mismatch(&failed);
            assert_eq!((failed.restarts, failed.attempts), (1, 1));
            assert!(failed.error.unwrap().message.contains(" is "), "{known}");
        });
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn all_that_the_user_knows_must_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with_file(*b"abc");
    let session = open(dir.path());
    run(&session, async {
        let url = server.url("a.bin");
        let request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        let request =
            request.with_checksum(ABC[3].parse().unwrap()).with_checksum("crc32:00000000".parse().unwrap());
        assert_mismatch(&session.start_download(request).await.unwrap().settled().await.unwrap());
        let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        request.expected.size = Some(4);
        let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_eq!(failed.error.unwrap().kind, ErrorKind::ChecksumMismatch);
    });
}

#[test]
fn what_the_server_says_of_the_whole_file_is_checked() {
    let headers = [
        ("Repr-Digest", DIGEST.to_owned(), "sha-256"),
        ("Content-Digest", DIGEST.to_owned(), "sha-256"),
        ("Digest", "MD5=kAFQmDzST7DWlj99KOF/cg==".to_owned(), "md5"),
        ("Content-MD5", "kAFQmDzST7DWlj99KOF/cg==".to_owned(), "md5"),
        ("x-goog-hash", "crc32c=AAAAAA==,md5=kAFQmDzST7DWlj99KOF/cg==".to_owned(), "md5"),
        ("x-amz-checksum-crc32", "NSRBwg==".to_owned(), "crc32"),
    ];
    for (name, value, proof) in headers {
        for (sent, is_right) in [(b"abc", true), (b"abd", false)] {
            let dir = tempfile::tempdir().unwrap();
            let value = value.clone();
            let server = Server::start(move |request, reply| {
                serve_saying(sent, (name, value.clone()), request, reply);
            });
            let session = open(dir.path());
            run(&session, async {
                let end = download(&session, &server.url("a.bin"), dir.path()).await;
                if is_right {
                    assert_complete(&end, sent);
                    let proof = Algorithm::from_name(proof).map(Verified::Checksum);
                    assert_eq!(end.verified, proof, "{name}");
                } else {
                    assert_mismatch(&end);
                }
            });
        }
    }
}

#[test]
fn what_the_user_knows_outranks_what_the_server_says() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        serve_saying(b"abd", ("Repr-Digest", DIGEST.to_owned()), request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let request = request.with_checksum(crc(b"abd"));
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, b"abd");
        assert_eq!(done.verified, Some(Verified::Checksum(Algorithm::Crc32)));
    });
}

#[test]
fn a_file_that_comes_out_right_the_second_time_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|request, reply| {
        serve_file(if request.number == 0 { b"abd" } else { b"abc" }, TAG, request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        let request = request.with_checksum(ABC[3].parse().unwrap());
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, b"abc");
        assert_eq!(done.restarts, 1);
    });
}

#[test]
fn a_download_that_goes_on_is_checked_from_its_first_byte() {
    for (spoilt, is_right) in [(false, true), (true, false)] {
        let dir = tempfile::tempdir().unwrap();
        let body: Arc<[u8]> = content(31, 12_000_000).into();
        let sent = body.clone();
        let server = Server::start(move |request, reply| {
            if request.number > 0 {
                return serve_file(&sent, TAG, request, reply);
            }
            let mut begun = sent[..9_000_000].to_vec();
            begun[5] ^= u8::from(spoilt);
            let headers = [
                ("ETag", TAG.to_owned()),
                ("Accept-Ranges", "bytes".into()),
                ("Content-Length", sent.len().to_string()),
            ];
            reply.head("200 OK", &headers);
            reply.send(&begun);
            reply.reset();
        });
        let session = open(dir.path());
        run(&session, async {
            let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
            let request = request.with_checksum(crc(&body));
            let done = session.start_download(request).await.unwrap().settled().await.unwrap();
            // What was spoilt is got anew as a whole, for nobody knows where it is wrong.
            assert_complete(&done, &body);
            assert_eq!(done.restarts == 0, is_right);
        });
        assert_ne!(server.seen()[1].first(), Some(0));
    }
}

/// A server that spoils byte `at` of its file in the first `times` answers that hold it.
fn spoiling(body: &Arc<[u8]>, at: usize, times: usize) -> Server {
    let (sent, left) = (body.clone(), AtomicUsize::new(times));
    Server::start(move |request, reply| {
        let first = request.first().unwrap();
        let holds = (first..=request.last().unwrap_or(usize::MAX)).contains(&at);
        let spoils = holds && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        serve_with(&sent, TAG, request, reply, |reply, body| {
            let mut body = body.to_vec();
            if spoils {
                body[at - first] ^= 1;
            }
            reply.send(body);
        });
    })
}

#[test]
fn of_a_file_whose_pieces_are_known_only_the_wrong_one_is_got_again() {
    const PIECE: usize = 100_000;
    for wrong in [0, 3, 9] {
        for (knows_whole, spoilt_times) in [(true, 1), (false, 2)] {
            let dir = tempfile::tempdir().unwrap();
            let body: Arc<[u8]> = content(32, 950_000).into();
            let server = spoiling(&body, wrong * PIECE + 5, spoilt_times);
            let session = open(dir.path());
            run(&session, async {
                let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
                request.expected.pieces = Some(pieces(&body, PIECE));
                if knows_whole {
                    request = request.with_checksum(crc(&body));
                }
                let done = session.start_download(request).await.unwrap().settled().await.unwrap();
                assert_complete(&done, &body);
                assert_eq!((done.restarts, done.attempts), (0, 1));
                assert_eq!(done.verified, Some(Verified::Checksum(Algorithm::Crc32)));
            });
            let seen = server.seen();
            assert_eq!(seen.len(), 1 + spoilt_times);
            for request in &seen[1..] {
                let end = (wrong < 9).then_some((wrong + 1) * PIECE - 1);
                let first = (wrong * PIECE).saturating_sub(OVERLAP);
                assert_eq!((request.first(), request.last()), (Some(first), end));
            }
        }
    }
}

#[test]
fn a_piece_that_comes_out_wrong_again_and_again_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(33, 500_000).into();
    let server = spoiling(&body, 200_000, usize::MAX);
    let session = open(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.expected.pieces = Some(pieces(&body, 100_000));
        let failed = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_mismatch(&failed);
        // What is right is kept.
        assert_eq!((failed.restarts, failed.progress.done), (0, 400_000));
    });
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_first_piece_is_never_mended_with_bytes_of_another_version() {
    for on_change in [OnChange::Pause, OnChange::Restart] {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (content(34, 500_000), content(35, 500_000));
        let expected = pieces(&new, 100_000);
        let fresh = new.clone();
        let server = Server::start(move |request, reply| {
            // By chance all but the first piece is the same, and nobody may rely on that.
            let mut mixed = fresh.clone();
            mixed[..100_000].copy_from_slice(&old[..100_000]);
            match request.number {
                0 => serve_file(&mixed, TAG, request, reply),
                _ => serve_file(&fresh, "\"v2\"", request, reply),
            }
        });
        let session = open(dir.path());
        run(&session, async {
            let settings = session.settings().await.unwrap();
            session.configure(Settings { on_change, ..settings }).await.unwrap();
            let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
            request.expected.pieces = Some(expected);
            let download = session.start_download(request).await.unwrap();
            if on_change == OnChange::Restart {
                let done = download.settled().await.unwrap();
                assert_complete(&done, &new);
                assert_eq!(done.restarts, 1);
            } else {
                let paused = until(&download, |now| now.state == Phase::Paused).await;
                assert_eq!((paused.reason, paused.progress.done), (Some(Reason::Changed), 400_000));
            }
        });
    }
}

#[test]
fn files_of_checksums_beside_it_are_looked_for_only_if_that_is_wanted() {
    let body = content(36, 50_000);
    for (place, text, proof) in [
        ("/dir/a.bin.crc32", String::new(), None),
        (
            "/dir/MD5SUMS",
            format!("{}  other\nCRC32 (a.bin) = {}\n", "0".repeat(32), crc(&body).hex()),
            Some(true),
        ),
        ("/dir/SHA256SUMS", format!("{}  a.bin\n", "0".repeat(64)), Some(false)),
        ("/dir/a.bin.sha256", format!("{}\n", "0".repeat(64)), Some(false)),
    ] {
        for wanted in [true, false] {
            let dir = tempfile::tempdir().unwrap();
            let (sent, list) = (body.clone(), text.clone());
            let server = Server::start(move |request, reply| match request.path.as_str() {
                "/dir/a.bin" => serve_file(&sent, TAG, request, reply),
                path if path == place => serve_file(list.as_bytes(), TAG, request, reply),
                _ => _ = reply.head("404 Not Found", &[("Content-Length", "0".into())]),
            });
            let session = open(dir.path());
            run(&session, async {
                let url = server.url("dir/a.bin");
                let mut request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
                request.find_checksum = wanted;
                let end = session.start_download(request).await.unwrap().settled().await.unwrap();
                match proof.filter(|_| wanted) {
                    Some(true) => assert_eq!(end.verified, Some(Verified::Checksum(Algorithm::Crc32))),
                    Some(false) => assert_mismatch(&end),
                    None => assert_eq!(end.verified, Some(Verified::Etag)),
                }
            });
            assert_eq!(server.seen().iter().any(|request| request.path != "/dir/a.bin"), wanted);
        }
    }
}

#[test]
fn a_metalink_that_the_server_names_tells_which_piece_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(37, 500_000).into();
    let hash = |piece| format!("<hash>{}</hash>", crc(piece).hex());
    let hashes = body.chunks(100_000).map(hash).collect::<Vec<_>>().concat();
    let metalink = format!(
        "<metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='a.bin'><hash type='crc32'>{}</hash>\
         <pieces type='crc32' length='100000'>{hashes}</pieces><url>http://a.example/</url></file></metalink>",
        crc(&body).hex()
    );
    let (sent, total) = (body.clone(), body.len());
    let digest = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, crc(&body).value());
    let server = Server::start(move |request, reply| {
        if request.path != "/a.bin" {
            return serve_file(metalink.as_bytes(), TAG, request, reply);
        }
        let first = request.first().unwrap();
        let last = request.last().unwrap_or(total - 1);
        reply.head(
            "206 Partial Content",
            &[
                ("ETag", TAG.into()),
                ("Content-Range", format!("bytes {first}-{last}/{total}")),
                ("Content-Length", (last + 1 - first).to_string()),
                ("x-amz-checksum-crc32", digest.clone()),
                ("Link", "<a.meta4>; rel=describedby; type=\"application/metalink4+xml\"".into()),
            ],
        );
        let mut part = sent[first..=last].to_vec();
        if request.number == 0 {
            part[300_000] ^= 1;
        }
        reply.send(part);
    });
    let session = open(dir.path());
    run(&session, async {
        let done = download(&session, &server.url("a.bin"), dir.path()).await;
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
    let seen = server.seen();
    assert_eq!((seen[2].first(), seen[2].last()), (Some(300_000 - OVERLAP), Some(399_999)));
    assert_eq!(seen.len(), 3);
}
