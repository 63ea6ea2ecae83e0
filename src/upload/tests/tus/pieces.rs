//! How much goes into one request of tus, and what its checksums prove.

use super::*;

const CHECKED: &str = "Tus-Extension: creation,checksum\r\nTus-Checksum-Algorithm: md5,sha1,sha256\r\n";

#[tokio::test]
async fn a_server_that_takes_little_at_once_gets_little_and_that_is_kept() {
    let content = noise(9 * MIB);
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, method, _| {
        let large = method == "PATCH" && call.seen.length() > MIB;
        if large {
            call.answer("413 Payload Too Large", "", "");
            call.finish();
            call.rest();
        }
        large
    });
    let ended = upload(&content, &server).send().await;
    kept.has(&content);
    let Some(Remote::Tus(tus)) = &ended.remote else { panic!("{:?}", ended.remote) };
    assert_eq!(tus.chunks.most, Some(9 * MIB as u64 / 16));
    ended.completed();
    // What is refused whatever its size ends with the server's own words.
    let server = scripted(&kept, |_, call, method, _| {
        let refused = method == "PATCH";
        if refused {
            call.rest_of_request();
            call.answer("413 Payload Too Large", "", "not today");
        }
        refused
    });
    let (failure, _) = upload(&content[..MIB], &server).send().await.failed();
    assert_eq!((failure.status, failure.reason.as_deref()), (Some(413), Some("not today")));
}

#[tokio::test]
async fn where_a_cut_loses_everything_less_is_sent_at_once() {
    let content = noise(20 * MIB);
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, method, nth| {
        let cut = method == "PATCH" && nth == 0;
        if cut {
            call.body(14 * MIB);
            call.reset();
        }
        cut
    });
    let first = upload(&content, &server).send().await;
    let remote = first.remote.clone().unwrap();
    assert!(matches!(&remote, Remote::Tus(tus) if tus.chunks.cut == Some(0)), "{remote:?}");
    first.failed();
    let second = upload(&content, &server);
    go_on_from(second, remote).await.completed();
    kept.has(&content);
    assert_eq!(
        brought(&server.seen(6).await)[1..],
        [8 * MIB, 12 * MIB],
        "and more again when that goes well"
    );
}

#[tokio::test]
async fn what_came_wrong_costs_one_piece_where_checksums_are_looked_at() {
    let content = noise(17 * MIB);
    let kept = Kept { offers: CHECKED, ..Kept::default() };
    let server = scripted(&kept, |_, call, method, nth| {
        let wrong = method == "PATCH" && nth == 0;
        if wrong {
            call.rest_of_request();
            call.answer("460 Checksum Mismatch", "", "");
        }
        wrong
    });
    let ended = upload(&content, &server).send().await;
    kept.has(&content);
    assert_eq!(ended.verified, Some(Verified::Checksum(Algorithm::Sha256)));
    ended.completed();
    assert_eq!(brought(&server.seen(6).await), [16 * MIB, 16 * MIB, MIB]);
}

#[tokio::test]
async fn bytes_that_came_without_a_checksum_prove_only_their_number() {
    let content = noise(2 * MIB);
    let kept = Kept::of(&content[..MIB]);
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let half = MIB as u64 / 2;
    for (checked, expected) in
        [(2 * half, Verified::Checksum(Algorithm::Sha256)), (half, Verified::Length), (0, Verified::Length)]
    {
        kept.forget();
        kept.keep(&content[..MIB]);
        let from = Tus { checksum: Some(Algorithm::Sha256), checked, ..begun(&server) };
        let ended = go_on(upload(&content, &server), from).await;
        assert_eq!(ended.verified, Some(expected), "{checked}");
        ended.completed();
    }
}
