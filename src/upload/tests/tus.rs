//! tus against a server that keeps to the protocol, and one that forgets, loses count or breaks off.

mod at_once;
mod kept;
mod parts;
mod pieces;

use super::server::Server;
use super::*;
use crate::transfer::{Address, Algorithm, Chunks, Protocol, Retry, Tus};
use crate::upload::desk::Desk;
use crate::upload::protocol::Protocol as _;
use crate::upload::refusal::Trouble;
use crate::upload::tus;
use kept::{Kept, brought, scripted};

fn upload(content: &[u8], server: &Server) -> Upload {
    let mut upload = Upload::of(content, &server.url("/up/"), Method::Post);
    upload.request = upload.request.through(Protocol::Tus);
    upload
}

/// What is known of an upload that has begun.
fn begun(server: &Server) -> Tus {
    Tus::new(Address::parse(&server.url("/up/1")).unwrap().0)
}

async fn go_on(upload: Upload, from: Tus) -> Ended {
    go_on_from(upload, Remote::Tus(from)).await
}

async fn go_on_from(upload: Upload, from: Remote) -> Ended {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote = Some(from);
    upload.start_from(delivery).end().await
}

#[tokio::test]
async fn the_server_is_told_of_the_file_and_gets_it() {
    let kept = Kept::default();
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let content = noise(3 * MIB + 7);
    let ended = upload(&content, &server).send().await;
    kept.has(&content);
    assert_eq!((ended.meter.confirmed(), ended.verified), (Some(3_145_735), Some(Verified::Length)));
    ended.completed();
    let seen = server.seen(3).await;
    assert_eq!(seen[1].header("upload-length"), Some("3145735"));
    assert_eq!(seen[1].header("upload-metadata").unwrap().split(',').next(), Some("filename ZmlsZQ=="));
    // The address of the upload was relative.
    assert!(seen[2].head.starts_with("PATCH /up/1 "), "{}", seen[2].head);
    assert_eq!(seen[2].header("upload-offset"), Some("0"));
}

#[tokio::test]
async fn an_empty_file_is_there_when_it_was_made() {
    let kept = Kept::default();
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    assert_eq!(upload(b"", &server).send().await.completed().status, 201);
}

#[tokio::test]
async fn an_upload_that_has_begun_goes_on_where_the_server_is() {
    let content = noise(2 * MIB);
    let kept = Kept::of(&content[..MIB]);
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    go_on(upload(&content, &server), begun(&server)).await.completed();
    kept.has(&content);
    assert_eq!(brought(&server.seen(2).await), [MIB], "what is there is not sent again");
}

#[tokio::test]
async fn an_offset_that_goes_back_is_asked_about() {
    let content = noise(2 * MIB);
    let kept = Kept::of(&content[..MIB]);
    let server = scripted(&kept, |_, call, method, nth| {
        let back = method == "PATCH" && nth == 0;
        if back {
            call.rest_of_request();
            call.say("HTTP/1.1 204 No Content\r\nUpload-Offset: 5\r\n\r\n");
        }
        back
    });
    go_on(upload(&content, &server), begun(&server)).await.completed();
    kept.has(&content);
    assert_eq!(brought(&server.seen(4).await), [MIB, MIB]);
}

#[tokio::test]
async fn a_short_answer_is_believed() {
    let content = noise(3 * MIB);
    let kept = Kept::default();
    let server = scripted(&kept, |kept, call, method, nth| {
        let short = method == "PATCH" && nth == 0;
        if short {
            call.rest_of_request();
            kept.keep(&call.seen.body[..MIB]);
            kept.says_offset(call, "204 No Content");
        }
        short
    });
    upload(&content, &server).send().await.completed();
    kept.has(&content);
    assert_eq!(brought(&server.seen(4).await), [3 * MIB, 2 * MIB]);
}

#[tokio::test]
async fn a_server_that_is_elsewhere_is_asked_where() {
    let content = noise(2 * MIB);
    for conflict in [
        "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nUpload-Offset: 99999999\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nUpload-Offset: nonsense\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 22\r\n\r\nERR_UPLOAD_INTERRUPTED",
    ] {
        let kept = Kept::default();
        let server = scripted(&kept, move |kept, call, method, nth| {
            let wrong = method == "PATCH" && nth == 0;
            if wrong {
                call.rest_of_request();
                kept.keep(&call.seen.body[..MIB]);
                call.say(conflict);
            }
            wrong
        });
        upload(&content, &server).send().await.completed();
        kept.has(&content);
        assert_eq!(brought(&server.seen(5).await)[1], MIB, "{conflict}");
    }
}

#[tokio::test]
async fn a_server_that_has_lost_bytes_gets_them_again() {
    let content = noise(2 * MIB);
    let kept = Kept::of(&content[..MIB]);
    let server = scripted(&kept, |kept, call, method, nth| {
        let lost = method == "PATCH" && nth == 0;
        if lost {
            call.rest_of_request();
            kept.forget();
            kept.keep(&call.seen.body[..0]);
            kept.says_offset(call, "204 No Content");
        }
        lost
    });
    go_on(upload(&content, &server), begun(&server)).await.completed();
    kept.has(&content);
}

#[tokio::test]
async fn a_server_that_never_has_anything_is_given_up() {
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, method, _| {
        let taken = method == "PATCH";
        if taken {
            call.rest_of_request();
            call.answer("204 No Content", "Upload-Offset: 0\r\n", "");
        }
        taken
    });
    let ended = upload(&noise(9), &server).send().await;
    assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse);
}

#[tokio::test]
async fn an_upload_that_is_in_use_is_tried_again_later() {
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, method, _| {
        let locked = method == "HEAD";
        if locked {
            call.answer("423 Locked", "", "");
        }
        locked
    });
    let ended = go_on(upload(&noise(9), &server), begun(&server)).await;
    assert!(ended.remote.is_none(), "nothing begins anew");
    let kind = ended.kind();
    assert_eq!((kind, kind.retry()), (ErrorKind::Locked, Retry::Transient));
}

#[tokio::test]
async fn a_forgotten_upload_begins_anew_once() {
    let content = noise(MIB);
    for (status, length) in [("403 Forbidden", ""), ("404 Not Found", ""), ("410 Gone", ""), ("200 OK", "5")]
    {
        let kept = Kept::default();
        let server = scripted(&kept, move |_, call, method, nth| {
            let gone = method == "HEAD" && nth == 0;
            if gone {
                call.answer(status, &format!("Upload-Offset: 5\r\nUpload-Length: {length}\r\n"), "");
            }
            gone
        });
        go_on(upload(&content, &server), begun(&server)).await.completed();
        kept.has(&content);
    }
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, method, _| {
        let gone = method == "PATCH" || method == "HEAD";
        if gone {
            call.rest_of_request();
            call.answer("404 Not Found", "", "");
        }
        gone
    });
    assert_eq!(go_on(upload(&content, &server), begun(&server)).await.kind(), ErrorKind::Gone);
    let seen = server.seen(4).await;
    assert_eq!(seen.iter().filter(|seen| seen.head.starts_with("POST")).count(), 1);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_even_announced() {
    let kept = Kept { offers: "Tus-Max-Size: 8\r\n", ..Kept::default() };
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let (failure, _) = upload(&noise(9), &server).send().await.failed();
    assert_eq!(failure.kind, ErrorKind::RequestEntityTooLarge);
    assert_eq!(failure.reason.as_deref(), Some("it takes files of at most 8 bytes"));
    assert_eq!(server.seen(1).await.len(), 1);
    upload(&noise(8), &server).send().await.completed();
    // Others say it only then.
    let server = scripted(&kept, |_, call, method, _| {
        match method {
            "OPTIONS" => call.answer("405 Method Not Allowed", "", ""),
            _ => call.answer("413 Too Large", "Tus-Max-Size: 7\r\n", ""),
        }
        true
    });
    let (failure, _) = upload(&noise(9), &server).send().await.failed();
    assert_eq!(
        (failure.status, failure.reason.as_deref()),
        (Some(413), Some("it takes files of at most 7 bytes"))
    );
}

#[tokio::test]
async fn until_when_it_can_go_on_is_kept_and_renewed() {
    let kept = Kept { says: "Upload-Expires: Sun, 06 Nov 2044 08:49:37 GMT\r\n", ..Kept::default() };
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let ended = go_on(upload(&noise(9), &server), begun(&server)).await;
    let Some(Remote::Tus(tus)) = &ended.remote else { panic!("{:?}", ended.remote) };
    assert_eq!(tus.expires.unwrap().to_string(), "2044-11-06T08:49:37Z");
    ended.completed();
}

#[tokio::test]
async fn a_server_where_the_upload_stands_hears_nothing_of_what_the_user_says_to_another() {
    let kept = Kept::default();
    let all = kept.clone();
    let other = Server::plain(move |call| all.serve(call));
    let location = format!("Location: {}\r\n", other.url("/up/1"));
    let server = Server::plain(move |call| {
        call.head();
        call.answer("201 Created", &location, "");
    });
    let content = noise(MIB);
    upload(&content, &server).with_header("X-Api-Key", "S3CR3T").send().await.completed();
    kept.has(&content);
    assert_eq!(server.seen(2).await[1].header("x-api-key"), Some("S3CR3T"));
    assert!(other.seen(1).await.iter().all(|seen| !seen.head.contains("S3CR3T")));
}

#[tokio::test]
async fn an_upload_that_has_moved_is_followed_at_the_same_server() {
    let content = noise(MIB);
    let kept = Kept::default();
    let server = scripted(&kept, |_, call, _, _| {
        let moved = call.seen.head.contains("/up/1 ");
        if moved {
            call.answer("308 Permanent Redirect", "Location: /up/2\r\n", "");
            call.finish();
            call.rest();
        }
        moved
    });
    let ended = upload(&content, &server).send().await;
    kept.has(&content);
    let Some(Remote::Tus(tus)) = &ended.remote else { panic!("{:?}", ended.remote) };
    assert!(tus.upload.expose().ends_with("/up/2"));
    ended.completed();
}

#[tokio::test]
async fn what_is_left_at_a_server_can_be_removed() {
    let (kept, content) = (Kept::default(), noise(MIB));
    let server = scripted(&kept, |_, call, method, nth| {
        let ends = method == "DELETE";
        if ends {
            call.answer(["204 No Content", "404 Not Found", "403 Forbidden"][nth.min(2)], "", "");
        }
        ends
    });
    let asked = upload(&content, &server);
    let sources = [Source::of(&asked.request.file).unwrap()];
    let (reports, _heard, _) = written_down();
    let attempt = Attempt::alone(PathBuf::new(), reports);
    let net = Net::new(&asked.tls, Proxies::none());
    let words = asked.request.headers.clone();
    let desk = Desk { attempt: &attempt, request: &asked.request, words, sources: &sources, net: &net };
    for expected in [true, true, false] {
        let removed = tus::Upload::from(begun(&server)).abort(&desk).await;
        assert_eq!(removed.is_ok(), expected);
    }
    kept.keep(&content);
    let complete = tus::Upload::from(begun(&server)).abort(&desk).await.unwrap_err();
    let Trouble::Over(Outcome::Failed(complete)) = complete else { panic!("{complete:?}") };
    assert_eq!(complete.kind, ErrorKind::AlreadyComplete);
    let seen = server.seen(7).await;
    let asked: Vec<_> = seen.iter().map(|seen| seen.head.split(" HTTP").next().unwrap()).collect();
    let each = ["HEAD /up/1", "DELETE /up/1"];
    assert_eq!(asked, [each, each, each].concat().into_iter().chain(["HEAD /up/1"]).collect::<Vec<_>>());
}

#[test]
fn a_record_says_no_more_than_is_known() {
    let tus = Tus::new(Address::parse("https://a.example/1").unwrap().0);
    let written = ron::to_string(&Remote::Tus(tus.clone())).unwrap();
    assert_eq!(written, r#"Tus((upload:"https://a.example/1"))"#);
    let chunks = Chunks { cut: Some(5), ..Chunks::default() };
    let full = Remote::Tus(Tus { chunks, checksum: Some(Algorithm::Sha256), checked: 7, ..tus });
    assert_eq!(ron::from_str::<Remote>(&ron::to_string(&full).unwrap()).unwrap(), full);
}
