//! All of a file with the request that makes its upload, and what the server says while it comes.

use super::*;
use crate::upload::tests::expect::again;
use crate::upload::tests::server::Call;
use strict::tell_place;

/// A file for a server that was heard before to say where it keeps things.
fn known(content: &[u8], server: &Server, method: Method) -> Upload {
    let net = Net::new(&server::trusting(None), Proxies::none());
    net.tells(&Address::parse(&server.url("/")).unwrap().0);
    let mut upload = upload(content, server);
    upload.request.method = method;
    upload.net = Some(net);
    upload
}

/// A server that says where the upload is and does something then, and later keeps to the draft.
fn telling(strict: &Strict, script: impl Fn(&Strict, &mut Call) + Send + 'static) -> Server {
    strict.serve_but(move |strict, call, method, nth| {
        let first = matches!(method, "POST" | "PUT") && nth == 0;
        if first {
            strict.state().made = Some(call.seen.length() as u64);
            tell_place(call, 8);
            script(strict, call);
        }
        first
    })
}

/// Method of each request.
fn methods(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.head.split(' ').next().unwrap()).collect()
}

#[tokio::test]
async fn a_small_file_that_may_be_sent_again_is_one_request() {
    for content in [noise(MIB), Vec::new()] {
        for version in [8, 6] {
            for silent in [false, true] {
                let strict = Strict::default();
                *strict.state() = State { version, silent, ..State::default() };
                let server = strict.serve();
                let mut asked = upload(&content, &server);
                asked.request.method = Method::Put;
                let ended = asked.send().await;
                strict.has(&content);
                assert_eq!(ended.remote.is_some(), !silent, "it is written down as soon as it is known");
                assert_eq!(
                    (ended.verified, ended.meter.confirmed()),
                    (Some(Verified::Length), Some(content.len() as u64))
                );
                assert_eq!(ended.completed().body, "stored");
                // Of the older version, it is asked after the newer one.
                let seen = server.seen(if version == 8 { 2 } else { 3 }).await;
                assert_eq!(said(&seen[seen.len() - 1..]), [("PUT", content.len(), "last")]);
            }
        }
    }
}

#[tokio::test]
async fn a_large_file_goes_at_once_where_the_server_was_heard_to_tell_where_it_is() {
    let content = noise(3 * MIB);
    let strict = Strict::default();
    let server = strict.serve();
    let net = Net::new(&server::trusting(None), Proxies::none());
    for expected in [["POST", "PATCH"].as_slice(), &["POST"]] {
        let before = server.seen(0).await.len();
        let mut asked = upload(&content, &server);
        asked.net = Some(again(&net).await);
        asked.send().await.completed();
        strict.has(&content);
        let seen = server.seen(before + 1 + expected.len()).await;
        assert_eq!(methods(&seen[before + 1..]), expected);
    }
}

#[tokio::test]
async fn a_cut_after_the_server_has_told_where_it_is_costs_what_was_on_its_way() {
    let content = noise(3 * MIB);
    for method in [Method::Put, Method::Post] {
        let strict = Strict::default();
        let server = telling(&strict, |strict, call| {
            call.body(MIB);
            strict.state().bytes.extend_from_slice(&call.seen.body);
            call.reset();
        });
        let first = known(&content, &server, method).send().await;
        let from = remote(&first);
        assert_eq!(from.upload.expose(), server.url("/uploads/1"));
        assert_eq!(first.kind().retry(), Retry::Transient);
        go_on(known(&content, &server, method), from).await.completed();
        strict.has(&content);
        let seen = server.seen(4).await;
        assert_eq!(said(&seen[2..]), [("HEAD", 0, ""), ("PATCH", 2 * MIB, "last")]);
    }
}

#[tokio::test]
async fn where_the_upload_is_was_written_down_before_the_file_is_through() {
    let content = noise(3 * MIB);
    let strict = Strict::default();
    let (go, went) = std::sync::mpsc::channel::<()>();
    let server = telling(&strict, move |_, call| {
        call.body(MIB);
        went.recv_timeout(Duration::from_secs(10)).unwrap();
        call.reset();
    });
    let running = known(&content, &server, Method::Put).start();
    let remotes = running.remotes.clone();
    until("it is written down", || !remotes.lock().unwrap().is_empty()).await;
    go.send(()).unwrap();
    running.end().await.failed();
}

#[tokio::test]
async fn a_cut_before_that_is_lost_and_a_post_of_which_something_came_is_not_sent_again_unasked() {
    let content = noise(LARGE);
    for method in [Method::Put, Method::Post] {
        let server = Strict::default().serve_but(|_, call, method, _| {
            let sends = matches!(method, "POST" | "PUT");
            if sends {
                call.body(MIB);
                call.reset();
            }
            sends
        });
        let ended = known(&content, &server, method).send().await;
        assert!(ended.remote.is_none());
        match method {
            Method::Put => assert_eq!(ended.kind().retry(), Retry::Transient),
            _ => assert_eq!(ended.asks_first().kind, ErrorKind::ConnectionReset),
        }
    }
}

#[tokio::test]
async fn a_server_that_tells_and_then_says_nothing_is_asked() {
    let content = noise(2 * MIB);
    for kept in [2 * MIB, MIB] {
        let strict = Strict::default();
        let server = telling(&strict, move |strict, call| {
            call.rest_of_request();
            let mut state = strict.state();
            state.bytes.extend_from_slice(&call.seen.body[..kept]);
            state.complete = kept == 2 * MIB;
            drop(state);
            // Until the client goes.
            call.rest();
        });
        let ended = known(&content, &server, Method::Post).patient_for(900).send().await;
        strict.has(&content);
        assert_eq!(ended.verified, Some(Verified::Length));
        ended.completed();
        let expected = if kept == 2 * MIB { ["POST", "HEAD"].as_slice() } else { &["POST", "HEAD", "PATCH"] };
        assert_eq!(methods(&server.seen(1 + expected.len()).await[1..]), expected);
    }
}

#[tokio::test]
async fn behind_what_takes_the_interim_answer_for_the_last_one_it_goes_on_by_asking() {
    let content = noise(2 * MIB);
    for nonsense in [None, Some("7\r\nHTTP/1.\r\n")] {
        let strict = Strict::default();
        let server = strict.serve_but(move |strict, call, method, _| {
            // The interim answer comes late, with the end of the connection.
            match method {
                "POST" => strict.state().made = Some(2 * MIB as u64),
                "PATCH" => {
                    call.rest_of_request();
                    let mut state = strict.state();
                    state.bytes.extend_from_slice(&call.seen.body);
                    state.complete = true;
                }
                _ => return false,
            }
            if method == "POST" {
                tell_place(call, 8);
                call.say(nonsense.unwrap_or_default());
            } else {
                call.rest();
            }
            true
        });
        let ended = upload(&content, &server).patient_for(900).send().await;
        strict.has(&content);
        assert!(remote(&ended).muffled);
        ended.completed();
        assert_eq!(methods(&server.seen(5).await[1..]), ["POST", "HEAD", "PATCH", "HEAD"]);
    }
}

#[tokio::test]
async fn an_interim_answer_of_another_version_or_elsewhere_means_nothing() {
    let content = noise(MIB / 2);
    for headers in [
        "Upload-Draft-Interop-Version: 6\r\nLocation: /uploads/1",
        "Location: /uploads/1",
        "Upload-Draft-Interop-Version: 8\r\nLocation: mailto:me",
        "Upload-Draft-Interop-Version: 8\r\nUpload-Offset: 5",
        "Upload-Draft-Interop-Version: 8",
    ] {
        let server = Strict::default().serve_but(move |_, call, method, _| {
            let sends = method == "PUT";
            if sends {
                call.say(format!("HTTP/1.1 104 Upload Resumption Supported\r\n{headers}\r\n\r\n"));
                call.body(MIB / 4);
                call.reset();
            }
            sends
        });
        let mut asked = upload(&content, &server);
        asked.request.method = Method::Put;
        let ended = asked.send().await;
        assert!(ended.remote.is_none(), "{headers}");
        assert_eq!(ended.kind().retry(), Retry::Transient);
    }
}

#[tokio::test]
async fn interim_answers_by_the_thousand_are_heard_and_cost_nothing() {
    let content = noise(3 * MIB);
    let strict = Strict::default();
    let server = strict.serve_but(|_, call, method, _| {
        if matches!(method, "POST" | "PATCH") {
            for n in 0..3000 {
                call.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                call.say(format!(
                    "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Draft-Interop-Version: 8\r\n\
                     Upload-Offset: {n}\r\n\r\n"
                ));
            }
        }
        false
    });
    upload(&content, &server).send().await.completed();
    strict.has(&content);
}

#[tokio::test]
async fn interim_answers_without_end_have_an_end() {
    let server = Strict::default().serve_but(|_, call, method, _| {
        let makes = method == "POST";
        while makes
            && call.say("HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Draft-Interop-Version: 8\r\n\r\n")
        {
        }
        makes
    });
    assert_eq!(upload(&noise(9), &server).patient_for(300).send().await.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_success_is_one_only_if_all_was_sent() {
    let content = noise(48 * MIB);
    for (complete, expected) in
        [("Upload-Complete: ?1\r\n", false), ("", false), ("Upload-Complete: ?1\r\n", true)]
    {
        let strict = Strict::default();
        let server = telling(&strict, move |_, call| {
            if expected {
                call.rest_of_request();
            } else {
                call.body(MIB);
            }
            call.answer("200 OK", complete, "stored");
            call.rest();
        });
        let ended = known(&content, &server, Method::Put).send().await;
        if expected {
            ended.completed();
        } else {
            assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse);
        }
    }
}

#[tokio::test]
async fn a_server_that_takes_it_like_any_other_request_has_the_last_word() {
    for (status, expected) in [("201 Created", None), ("403 Forbidden", Some(ErrorKind::Forbidden))] {
        let server = Strict::default().serve_but(move |strict, call, method, _| {
            let sends = method == "PUT";
            if sends {
                strict.state().silent = true;
                call.rest_of_request();
                call.answer(status, "", "so it is");
            }
            sends
        });
        let mut asked = upload(&noise(9), &server);
        asked.request.method = Method::Put;
        let ended = asked.send().await;
        match expected {
            None => {
                assert_eq!(ended.verified, Some(Verified::None));
                assert_eq!(ended.completed().body, "so it is");
            }
            Some(kind) => assert_eq!(ended.kind(), kind),
        }
    }
}

#[tokio::test]
async fn too_much_at_once_is_sent_carefully() {
    let content = noise(3 * MIB);
    let strict = Strict::default();
    let server = strict.serve_but(|_, call, method, _| {
        let refused = method == "PUT" && call.seen.length() > 0;
        if refused {
            call.answer("413 Content Too Large", "", "");
            call.finish();
            call.rest();
        }
        refused
    });
    known(&content, &server, Method::Put).send().await.completed();
    strict.has(&content);
    assert_eq!(methods(&server.seen(4).await)[1..], ["PUT", "PUT", "PATCH"]);
}

#[tokio::test]
async fn a_redirect_at_the_same_origin_is_followed_with_all_of_it() {
    let content = noise(MIB);
    let strict = Strict::default();
    let server = strict.serve_but(|_, call, method, nth| {
        let moved = method == "PUT" && nth == 0;
        if moved {
            call.rest_of_request();
            call.answer("307 Temporary Redirect", "Location: /other\r\n", "");
        }
        moved
    });
    let mut asked = upload(&content, &server);
    asked.request.method = Method::Put;
    asked.send().await.completed();
    strict.has(&content);
    assert!(server.seen(3).await[2].head.starts_with("PUT /other "));
}
