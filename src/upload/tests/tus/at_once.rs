//! A small file with the request that makes its upload.

use super::*;
use crate::upload::tests::server::Call;

const OFFERS: &str = "Tus-Extension: creation,creation-with-upload\r\n";

/// A server that offers this, and does something with the request that makes an upload.
fn offering(
    offers: &'static str,
    makes: impl Fn(&Kept, &mut Call) -> bool + Send + 'static,
) -> (Kept, Server) {
    let kept = Kept { offers, ..Kept::default() };
    let server = scripted(&kept, move |kept, call, method, _| method == "POST" && makes(kept, call));
    (kept, server)
}

/// Takes what comes along.
fn takes(kept: &Kept, call: &mut Call) -> bool {
    call.rest_of_request();
    kept.keep(&call.seen.body);
    call.answer("201 Created", &format!("Location: 1\r\nUpload-Offset: {}\r\n", call.seen.body.len()), "");
    true
}

#[tokio::test]
async fn it_is_one_request_where_that_is_offered() {
    let content = noise(MIB);
    let (kept, server) = offering(OFFERS, takes);
    let ended = upload(&content, &server).send().await;
    kept.has(&content);
    assert_eq!((ended.verified, ended.meter.confirmed()), (Some(Verified::Length), Some(MIB as u64)));
    assert_eq!(ended.completed().status, 201);
    let seen = server.seen(2).await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].header("content-type"), Some("application/offset+octet-stream"));
}

#[tokio::test]
async fn it_comes_by_itself_where_that_is_not_offered_or_its_checksum_is_looked_at_or_it_is_large() {
    for (offers, size) in [
        ("Tus-Extension: creation\r\n", MIB),
        ("Tus-Extension: creation-with-upload,checksum\r\nTus-Checksum-Algorithm: sha256\r\n", MIB),
        (OFFERS, MIB + 1),
    ] {
        let content = noise(size);
        let (kept, server) = offering(offers, |_, _| false);
        upload(&content, &server).send().await.completed();
        kept.has(&content);
        assert_eq!(brought(&server.seen(3).await), [size]);
    }
}

#[tokio::test]
async fn a_server_that_takes_only_some_of_it_gets_the_rest() {
    let content = noise(MIB);
    let (kept, server) = offering(OFFERS, |kept, call| {
        call.rest_of_request();
        kept.keep(&call.seen.body[..1000]);
        call.answer("201 Created", "Location: 1\r\nUpload-Offset: 1000\r\n", "");
        true
    });
    upload(&content, &server).send().await.completed();
    kept.has(&content);
    assert_eq!(brought(&server.seen(3).await), [MIB - 1000]);
}

#[tokio::test]
async fn an_answer_that_was_lost_after_all_of_it_is_no_reason_to_send_it_twice() {
    let content = noise(MIB / 2);
    let (_, server) = offering(OFFERS, |kept, call| {
        call.rest_of_request();
        kept.keep(&call.seen.body);
        true
    });
    assert_eq!(upload(&content, &server).send().await.asks_first().kind, ErrorKind::ResultUnknown);
    assert_eq!(server.seen(2).await.len(), 2);
}
