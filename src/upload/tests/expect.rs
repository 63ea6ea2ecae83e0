//! Large bodies wait until the server wants them, or has said nothing for a while.

use std::time::Instant;

use super::server::Server;
use super::*;
use crate::net::Wishes;
use crate::transfer::{Headers, ProxyChoice};

#[tokio::test]
async fn a_refusal_before_the_body_costs_no_byte_of_it() {
    let server = Server::plain(|call| {
        call.head_alone();
        call.answer("413 Payload Too Large", "", "at most 5 MB here");
        call.finish();
        call.rest();
    });
    for method in [Method::Put, Method::Post] {
        let ended = Upload::of_size(8 * MIB, &server.url("/"), method).send().await;
        assert_eq!(ended.meter.done(), 0);
        assert_eq!(ended.failed().0.reason.as_deref(), Some("at most 5 MB here"));
    }
    for seen in server.seen(2).await {
        assert_eq!((seen.header("expect"), seen.body.len()), (Some("100-continue"), 0));
    }
}

#[tokio::test]
async fn a_small_body_does_not_wait() {
    let server = Server::plain(|call| {
        call.request();
        call.answer("200 OK", "", "");
    });
    Upload::of_size(MIB, &server.url("/"), Method::Put).send().await.completed();
    assert_eq!(server.seen(1).await[0].header("expect"), None);
}

/// The same network for one more transfer.
pub(super) async fn again(net: &Net) -> Net {
    let headers = Headers::default();
    let wishes = Wishes { headers: &headers, proxy: &ProxyChoice::Direct, settings: "", cookie_file: None };
    net.for_transfer(&wishes).await.unwrap()
}

#[tokio::test]
async fn a_server_that_says_nothing_gets_the_body_all_the_same_and_from_then_on_at_once() {
    let server = Server::plain(|call| {
        call.head_alone();
        call.rest_of_request();
        call.answer("200 OK", "", "");
    });
    let net = Net::new(&server::trusting(None), Proxies::none());
    for waits in [true, false] {
        let mut upload = Upload::of_size(2 * MIB, &server.url("/"), Method::Post);
        upload.net = Some(again(&net).await);
        let began = Instant::now();
        upload.send().await.completed();
        assert_eq!(began.elapsed() >= Duration::from_secs(1), waits);
    }
    let seen = server.seen(2).await;
    assert_eq!((seen[0].header("expect"), seen[1].header("expect")), (Some("100-continue"), None));
}

#[tokio::test]
async fn a_server_that_does_not_want_to_be_asked_is_not_asked() {
    let server = Server::plain(|call| {
        call.head_alone();
        if call.seen.header("expect").is_some() {
            return call.answer("417 Expectation Failed", "", "");
        }
        call.rest_of_request();
        call.answer("200 OK", "", "");
    });
    let ended = Upload::of_size(2 * MIB, &server.url("/"), Method::Post).send().await;
    assert_eq!(ended.meter.done(), 2 * MIB as u64);
    ended.completed();
    assert_eq!(server.seen(2).await[0].body.len(), 0);
}
