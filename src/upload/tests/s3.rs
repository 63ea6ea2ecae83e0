//! S3 against a server that keeps to its rules and checks signatures, and one that breaks off, forgets, lives
//! elsewhere or by another clock.

mod bucket;
mod lanes;

use std::collections::BTreeMap;

use http::Method as Verb;

use super::server::{Call, Server};
use super::*;
use crate::transfer::{Algorithm, Protocol, Remote, S3, Verified};
use bucket::{Asked, Bucket, NAME};

/// The size of a part of a file of so many bytes, and a file of three parts.
const PART: usize = 8 * MIB;
const THREE: usize = 2 * PART + 4 * MIB;
const MD5: Verified = Verified::Checksum(Algorithm::Md5);

/// A file of three parts; making one takes a while.
fn three() -> Vec<u8> {
    static CONTENT: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| noise(THREE));
    CONTENT.clone()
}

fn s3(content: &[u8], server: &Server) -> Upload {
    let url = server.url("/bucket/folder/").replace("://", "://AKEY:S3CR3T@");
    let mut upload = Upload::of(content, &url, Method::Post);
    upload.request = upload.request.through(Protocol::S3);
    // One after the other, so that what was asked for has an order.
    upload.request.terms.connections = std::num::NonZeroU8::new(1);
    upload
}

/// An upload that the server knows as `id`.
fn begun(upload: Upload, id: &str) -> Running {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote =
        Some(Remote::S3(S3 { id: Some(id.to_owned()), part: PART as u64, tags: BTreeMap::new() }));
    upload.start_from(delivery)
}

fn serving(bucket: &Bucket) -> Server {
    let bucket = bucket.clone();
    Server::plain(move |call| bucket.serve(call))
}

/// A server that does something else where `otherwise` says that it has dealt with a request.
fn serving_but(bucket: &Bucket, otherwise: impl Fn(&Asked, &mut Call) -> bool + Send + 'static) -> Server {
    let bucket = bucket.clone();
    Server::plain(move |call| {
        call.head();
        let asked = bucket.admit(call);
        if let Some(asked) = asked.filter(|asked| !otherwise(asked, call)) {
            bucket.deal_with(&asked, call);
        }
    })
}

fn error(call: &mut Call, status: &str, code: &str) {
    let body =
        format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>so it is</Message></Error>");
    call.answer(status, "Content-Type: application/xml\r\n", &body);
}

#[tokio::test]
async fn a_small_file_goes_in_one_request_and_is_proved_by_its_tag() {
    for content in [noise(3 * MIB + 7), Vec::new()] {
        let bucket = Bucket::default();
        let server = serving(&bucket);
        let ended = s3(&content, &server).send().await;
        assert_eq!(ended.verified, Some(MD5));
        assert_eq!(ended.completed().status, 200);
        bucket.has(&content);
        assert_eq!(bucket.asked(), [format!("PUT {NAME}")]);
    }
}

#[tokio::test]
async fn a_large_file_goes_in_parts_that_are_put_together() {
    let (bucket, content) = (Bucket::default(), three());
    let server = serving(&bucket);
    let ended = s3(&content, &server).send().await;
    assert_eq!((ended.verified, ended.meter.confirmed()), (Some(MD5), Some(THREE as u64)));
    assert_eq!(ended.completed().status, 200);
    bucket.has(&content);
    assert_eq!(bucket.asked(), ["POST uploads", "PUT 1", "PUT 2", "PUT 3", "POST id"]);
}

#[tokio::test]
async fn after_a_cut_only_parts_that_are_not_there_in_full_are_sent_and_the_old_object_stands_until_the_end()
{
    let (bucket, content) = (Bucket::default(), three());
    bucket.store(b"old");
    let server = serving_but(&bucket, |asked, call| {
        if asked.part() == Some(2) {
            call.body(MIB);
            call.reset();
        }
        asked.part() == Some(2)
    });
    let ended = s3(&content, &server).send().await;
    assert_eq!(ended.meter.confirmed(), Some(PART as u64));
    assert_eq!(ended.kind(), ErrorKind::ConnectionReset);
    bucket.has(b"old");
    bucket.store_part(3, &content[2 * PART..THREE - 1]);

    let (server, before) = (serving(&bucket), bucket.asked().len());
    let ended = begun(s3(&content, &server), bucket::ID).end().await;
    assert_eq!(ended.verified, Some(MD5));
    bucket.has(&content);
    // The list comes in pages of one part.
    assert_eq!(bucket.asked()[before..], ["GET id", "GET id", "PUT 2", "PUT 3", "POST id"]);
}

#[tokio::test]
async fn a_file_that_was_changed_in_place_between_two_attempts_is_found_before_it_is_put_together() {
    let (bucket, content) = (Bucket::default(), three());
    bucket.store(b"old");
    let server = serving_but(&bucket, |asked, call| {
        let is_second = asked.part() == Some(2);
        if is_second {
            call.body(MIB);
            call.reset();
        }
        is_second
    });
    assert_eq!(s3(&content, &server).send().await.kind(), ErrorKind::ConnectionReset);
    // Its length and, as far as anybody can see, its time are what they were.
    let mut changed = content.clone();
    changed[5] ^= 1;
    let (server, before) = (serving(&bucket), bucket.asked().len());
    assert_eq!(begun(s3(&changed, &server), bucket::ID).end().await.kind(), ErrorKind::FileChanged);
    assert!(bucket.asked()[before..].iter().all(|asked| !asked.starts_with("POST")));
    bucket.has(b"old");
}

#[tokio::test]
async fn a_success_that_is_an_error_is_none() {
    let (bucket, content) = (Bucket::default(), three());
    let server = serving_but(&bucket, |asked, call| {
        let completes = asked.is(&Verb::POST, "uploadId");
        if completes {
            call.rest_of_request();
            error(call, "200 OK", "InternalError");
        }
        completes
    });
    let (failure, _) = s3(&content, &server).send().await.failed();
    assert_eq!(failure.kind, ErrorKind::InternalServerError);
    assert_eq!(failure.reason.as_deref(), Some("InternalError: so it is"));
}

#[tokio::test]
async fn a_server_that_does_not_say_how_it_went_is_asked_again() {
    let (bucket, content) = (Bucket::default(), three());
    let server = serving_but(&bucket, |asked, call| {
        let completes = asked.is(&Verb::POST, "uploadId");
        if completes {
            call.rest_of_request();
            call.answer("200 OK", "", "<?xml version=\"1.0\"?>\n      ");
        }
        completes
    });
    assert_eq!(s3(&content, &server).send().await.kind(), ErrorKind::Timeout);
    let server = serving(&bucket);
    assert_eq!(begun(s3(&content, &server), bucket::ID).end().await.verified, Some(MD5));
    bucket.has(&content);
}

#[tokio::test]
async fn when_the_last_answer_was_lost_the_object_is_looked_at_and_nothing_is_sent_twice() {
    let (bucket, content) = (Bucket::default(), three());
    bucket.store_parts(&content, PART);
    let server = serving(&bucket);
    let ended = begun(s3(&content, &server), "forgotten").end().await;
    assert_eq!(ended.verified, Some(MD5));
    ended.completed();
    assert_eq!(bucket.asked(), ["GET id", "HEAD /bucket/folder/file"]);
}

#[tokio::test]
async fn a_forgotten_upload_begins_anew_even_where_another_object_is_as_large() {
    let (bucket, content) = (Bucket::default(), three());
    bucket.store_parts(&vec![7; THREE], PART);
    let server = serving(&bucket);
    let ended = begun(s3(&content, &server), "forgotten").end().await;
    assert_eq!(ended.verified, Some(MD5));
    bucket.has(&content);
    let asked = ["GET id", "HEAD /bucket/folder/file", "POST uploads", "PUT 1", "PUT 2", "PUT 3", "POST id"];
    assert_eq!(bucket.asked(), asked);
}

#[tokio::test]
async fn a_server_elsewhere_and_by_another_clock_gets_what_it_wants() {
    let bucket = Bucket { region: "eu-west-1", ahead: 86_400, ..Bucket::default() };
    let content = noise(MIB);
    let server = serving(&bucket);
    assert_eq!(s3(&content, &server).send().await.verified, Some(MD5));
    bucket.has(&content);
}

#[tokio::test]
async fn what_a_server_refuses_is_told_in_its_words() {
    for (status, code, kind) in [
        ("403 Forbidden", "SignatureDoesNotMatch", ErrorKind::Unauthorized),
        ("403 Forbidden", "AccessDenied", ErrorKind::Forbidden),
        ("400 Bad Request", "EntityTooLarge", ErrorKind::RequestEntityTooLarge),
        ("413 Too Large", "EntityTooLarge", ErrorKind::RequestEntityTooLarge),
        ("503 Slow Down", "SlowDown", ErrorKind::ServiceUnavailable),
        ("507 Full", "Full", ErrorKind::InsufficientStorage),
        ("404 Not Found", "NoSuchBucket", ErrorKind::NotFound),
        ("400 Bad Request", "BadDigest", ErrorKind::UnexpectedClientError),
    ] {
        for size in [MIB, THREE] {
            let bucket = Bucket::default();
            let server = serving_but(&bucket, move |asked, call| {
                let puts = asked.method == Verb::PUT;
                if puts {
                    error(call, status, code);
                }
                puts
            });
            let (failure, _) = s3(&three()[..size], &server).send().await.failed();
            assert_eq!(
                (failure.kind, failure.reason.as_deref()),
                (kind, Some(&*format!("{code}: so it is")))
            );
        }
    }
}

#[tokio::test]
async fn headers_about_the_object_are_signed_and_said_where_it_is_made() {
    let (bucket, content) = (Bucket::default(), three());
    let server = serving(&bucket);
    let upload =
        s3(&content, &server).with_header("X-Amz-Meta-A", "1").with_header("Content-Type", "image/png");
    upload.with_header("X-Door", "open").send().await.completed();
    let seen = server.seen(5).await;
    let with = |name: &str| seen.iter().map(|seen| seen.header(name).is_some()).collect::<Vec<_>>();
    assert_eq!(with("x-amz-meta-a"), [true, false, false, false, false]);
    assert_eq!(with("x-door"), [true; 5]);
    assert_eq!(seen[0].header("content-type"), Some("image/png"));
}

#[tokio::test]
async fn who_wants_no_object_replaced_gets_none_replaced() {
    for size in [MIB, THREE] {
        let (bucket, content) = (Bucket::default(), three()[..size].to_vec());
        bucket.store(b"old");
        let server = serving(&bucket);
        let send = || s3(&content, &server).with_header("If-None-Match", "*").send();
        assert_eq!(send().await.kind(), ErrorKind::FileExists);
        bucket.has(b"old");
        // But an attempt whose answer was lost is no reason to fail.
        if size > MIB {
            bucket.store_parts(&content, PART);
        } else {
            bucket.store(&content);
        }
        assert_eq!(send().await.verified, Some(MD5));
    }
}

#[tokio::test]
async fn nonsense_is_called_so() {
    let nonsense = |method: Verb, status: &'static str, body: &'static str| async move {
        let (bucket, content) = (Bucket::default(), three());
        let server = serving_but(&bucket, move |asked, call| {
            let meant = asked.method == method;
            if meant {
                call.rest_of_request();
                call.answer(status, "", body);
            }
            meant
        });
        let ended = begun(s3(&content, &server), "forgotten").end().await;
        assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse, "{status} {body}");
    };
    nonsense(Verb::GET, "200 OK", "hello").await;
    nonsense(Verb::GET, "200 OK", "<L><Part><PartNumber>x</PartNumber></Part></L>").await;
    let endless = "<L><IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker></L>";
    nonsense(Verb::GET, "200 OK", endless).await;
    nonsense(Verb::POST, "200 OK", "<InitiateMultipartUploadResult/>").await;
    nonsense(Verb::PUT, "200 OK", "").await;
}

#[tokio::test]
async fn a_server_that_leads_to_another_one_leads_nowhere() {
    let elsewhere = Server::plain(Call::request);
    let there = elsewhere.url("/bucket/folder/file");
    let server = Server::plain(move |call| {
        call.request();
        call.answer("307 Temporary Redirect", &format!("Location: {there}\r\n"), "");
    });
    assert_eq!(s3(&noise(MIB), &server).send().await.kind(), ErrorKind::RedirectFailed);
    assert!(elsewhere.seen(0).await.is_empty());
}
