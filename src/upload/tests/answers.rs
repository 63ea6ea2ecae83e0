use super::server::{Call, Server, certificate};
use super::*;

fn too_large(call: &mut Call) {
    call.head();
    call.answer("413 Payload Too Large", "Content-Type: text/plain\r\n", "at most 5 MB here");
}

#[track_caller]
fn is_too_large(ended: Ended) {
    let (failure, response) = ended.failed();
    assert_eq!((failure.kind, failure.status), (ErrorKind::RequestEntityTooLarge, Some(413)));
    assert_eq!(failure.reason.as_deref(), Some("at most 5 MB here"));
    assert_eq!(response.unwrap().body, "at most 5 MB here");
}

#[tokio::test]
async fn an_early_refusal_is_heard_every_time_although_the_server_closes_at_once() {
    let server = Server::plain(too_large);
    for run in 0..50 {
        let size = [MIB, 8 * MIB, LARGE][run % 3];
        let method = if run % 2 == 0 { Method::Put } else { Method::Post };
        let ended = Upload::of_size(size, &server.url("/"), method).send().await;
        assert!(ended.meter.done() < LARGE as u64);
        is_too_large(ended);
    }
}

#[tokio::test]
async fn an_early_refusal_is_heard_every_time_through_encryption() {
    let (tls, trust) = certificate(&["127.0.0.1"], None);
    let server = Server::encrypted(tls, too_large);
    for run in 0..50 {
        let size = [MIB, 8 * MIB, LARGE][run % 3];
        let upload = Upload::of_size(size, &server.url("/"), Method::Put).trusting(trust.clone());
        is_too_large(upload.send().await);
    }
}

#[tokio::test]
async fn a_refusal_midway_is_heard_and_stops_the_sending() {
    let server = Server::plain(|call| {
        call.head();
        call.body(300_000);
        call.answer("507 Insufficient Storage", "", "full");
        call.rest();
    });
    let ended = Upload::of_size(LARGE, &server.url("/"), Method::Put).send().await;
    let (failure, _) = ended.failed();
    assert_eq!((failure.status, failure.reason.as_deref()), (Some(507), Some("full")));
    // The server would have taken everything.
    assert!(server.seen(1).await[0].body.len() < LARGE);
}

#[tokio::test]
async fn a_server_that_answers_before_it_is_asked_is_heard() {
    let server = Server::plain(|call| call.answer("503 Service Unavailable", "", "come back at nine"));
    for _ in 0..20 {
        let ended = Upload::of_size(8 * MIB, &server.url("/"), Method::Put).send().await;
        assert_eq!(ended.failed().0.reason.as_deref(), Some("come back at nine"));
    }
}

#[tokio::test]
async fn refusals_have_their_own_names() {
    for (status, kind) in [
        ("401 Unauthorized", ErrorKind::Unauthorized),
        ("403 Forbidden", ErrorKind::Forbidden),
        ("404 Not Found", ErrorKind::NotFound),
        ("405 Method Not Allowed", ErrorKind::UnexpectedClientError),
        ("407 Proxy Authentication Required", ErrorKind::ProxyAuthenticationRequired),
        ("409 Conflict", ErrorKind::UnexpectedClientError),
        ("304 Not Modified", ErrorKind::RedirectFailed),
        ("101 Switching Protocols", ErrorKind::UnexpectedStatusCode),
    ] {
        for early in [true, false] {
            let server = Server::plain(move |call| {
                if early {
                    call.head();
                } else {
                    call.request();
                }
                call.answer(status, "", "");
            });
            let ended = Upload::of_size(8 * MIB, &server.url("/"), Method::Post).send().await;
            assert_eq!(ended.kind(), kind, "{status}, early: {early}");
        }
    }
}

#[tokio::test]
async fn a_success_that_comes_too_early_is_none() {
    for bytes in [0, 300_000] {
        let server = Server::plain(move |call| {
            call.head();
            call.body(bytes);
            call.answer("200 OK", "", "stored!");
            call.rest();
        });
        for method in [Method::Put, Method::Post] {
            let ended = Upload::of_size(LARGE, &server.url("/"), method).send().await;
            let (failure, response) = ended.failed();
            assert_eq!(failure.kind, ErrorKind::ErrorHttpInvalidServerResponse);
            assert!(failure.to_string().contains("before all of it was sent"), "{failure}");
            assert_eq!(response.unwrap().status, 200);
        }
    }
}

#[tokio::test]
async fn a_post_that_hit_a_server_in_trouble_is_not_sent_again_by_itself() {
    let server = Server::plain(|call| {
        call.request();
        call.answer("503 Service Unavailable", "Retry-After: 1\r\n", "later");
    });
    let put = Upload::of(b"x", &server.url("/"), Method::Put).send().await;
    assert_eq!(put.kind(), ErrorKind::ServiceUnavailable);
    let post = Upload::of(b"x", &server.url("/"), Method::Post).send().await;
    assert_eq!(post.response.as_ref().unwrap().status, 503);
    assert_eq!(post.asks_first().kind, ErrorKind::ServiceUnavailable);
}

#[tokio::test]
async fn of_an_answer_without_end_the_beginning_is_kept() {
    let server = Server::plain(|call| {
        call.request();
        call.say("HTTP/1.1 200 OK\r\n\r\n");
        while call.say([b'a'; 4096]) {}
    });
    let body = Upload::of(b"x", &server.url("/"), Method::Put).send().await.completed().body;
    assert_eq!(body.len(), 64 * 1024);
}

#[tokio::test]
async fn an_answer_that_is_not_text_is_made_harmless() {
    let server = Server::plain(|call| {
        call.request();
        call.say("HTTP/1.1 500 Oops\r\nContent-Length: 10485760\r\n\r\n");
        while call.say(noise(MIB)) {}
    });
    let ended = Upload::of(b"x", &server.url("/"), Method::Put).send().await;
    let (failure, response) = ended.failed();
    assert_eq!(failure.reason, None);
    assert!(response.unwrap().body.len() <= 64 * 1024);
}

#[tokio::test]
async fn an_answer_that_trickles_or_breaks_off_counts_as_far_as_it_came() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let server = Server::plain(move |call| {
        call.request();
        call.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstored");
        if call.nth == 0 {
            let _ = wait.recv();
        }
    });
    let trickles = Upload::of(b"x", &server.url("/"), Method::Put).patient_for(200);
    assert_eq!(trickles.send().await.completed().body, "stored");
    drop(go);
    let breaks_off = Upload::of(b"x", &server.url("/"), Method::Put);
    assert_eq!(breaks_off.send().await.completed().body, "stored");
}

#[tokio::test]
async fn what_is_no_http_is_called_so() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        "HTTP/1.1 999999 x\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(200_000)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5000)),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx".to_owned(),
    ] {
        let shown = garbage.chars().take(40).collect::<String>();
        let server = Server::plain(move |call| {
            call.request();
            call.say(&garbage);
            call.rest();
        });
        let ended = Upload::of(b"x", &server.url("/"), Method::Put).send().await;
        assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse, "{shown}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_right_is_refused_by_name() {
    let (expired, trusts_expired) = certificate(&["127.0.0.1"], Some(2001));
    let (misnamed, trusts_misnamed) = certificate(&["example.org"], None);
    let (unknown, _) = certificate(&["127.0.0.1"], None);
    for (tls, trust, kind) in [
        (expired, trusts_expired, ErrorKind::CertificateExpired),
        (misnamed, trusts_misnamed, ErrorKind::CertificateCommonNameIsIncorrect),
        (unknown, server::trusting(None), ErrorKind::CertificateIsInvalid),
    ] {
        let server = Server::encrypted(tls, Call::request);
        let upload = Upload::of(b"x", &server.url("/"), Method::Post).trusting(trust);
        let (failure, _) = upload.with_header("Authorization", "S3CR3T").send().await.failed();
        assert_eq!(failure.kind, kind);
        assert_eq!(failure.subject, Some(server.address.to_string()));
        assert!(server.seen(1).await[0].head.is_empty());
    }
}
