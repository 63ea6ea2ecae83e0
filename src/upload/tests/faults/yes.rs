//! Answers that are none, and that say yes and do not mean it, or do not end.

use super::*;

#[tokio::test]
async fn interim_answers_by_the_thousand_change_nothing_and_without_end_they_have_one() {
    let kinds = [Nonsense, Timeout, ResultUnknown, Disconnected, ConnectionReset, ServiceUnavailable];
    for status in ["100 Continue", "102 Processing", "103 Early Hints", "104 Upload Resumption Supported"] {
        let many = move |call: &mut Call| {
            call.rest_of_request();
            for _ in 0..3000 {
                call.say(format!("HTTP/1.1 {status}\r\nX: y\r\n\r\n"));
            }
            call.answer("503 Service Unavailable", "", "later");
        };
        fails(status, &[ServiceUnavailable], MIB, many).await;
        let endless =
            move |call: &mut Call| while call.say(format!("HTTP/1.1 {status}\r\nX: y\r\n\r\n").repeat(50)) {};
        ends(status, &kinds, MIB, endless).await;
    }
}

#[tokio::test]
async fn what_is_no_answer_is_no_success() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        "HTTP/1.1 999999 x\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nETag: {}\r\n\r\n", "x".repeat(200_000)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5000)),
        format!("HTTP/1.1 104 Early\r\nX: {}\r\n\r\n", "x".repeat(200_000)),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx".to_owned(),
    ] {
        let shown = garbage.chars().take(40).collect::<String>();
        let says = move |call: &mut Call| {
            call.rest_of_request();
            call.say(&garbage);
            call.rest();
        };
        fails(&shown, &[Nonsense, ResultUnknown], MIB, says).await;
    }
    let endless = |call: &mut Call| {
        call.rest_of_request();
        call.say("HTTP/1.1 200 OK\r\n");
        while call.say("X: y\r\n".repeat(100)) {}
    };
    fails("a head without end", &[Nonsense, ResultUnknown], MIB, endless).await;
}

#[tokio::test]
async fn a_yes_that_proves_nothing_is_told_as_that_or_not_believed() {
    let page = "<!DOCTYPE html><html><title>Log in</title><form><input type=password></form>";
    for (status, headers, body) in [
        ("200 OK", "Content-Type: text/html\r\n", page),
        ("204 No Content", "", ""),
        ("200 OK", "Content-Type: application/json\r\n", "{\"size\": "),
        ("200 OK", "Content-Type: application/json\r\n", "{\"size\": \"5\"}"),
        ("200 OK", "Content-Type: application/xml\r\n", "<CompleteMultipartUploadResult><ETag>"),
        ("200 OK", "Content-Type: application/xml\r\n", "<Error><Code>InternalError</Code></Error>"),
    ] {
        for (protocol, method, failure, verified) in all_of(MIB, PATIENCE, move |call| {
            call.rest_of_request();
            if status.starts_with("204") {
                call.say("HTTP/1.1 204 No Content\r\n\r\n");
            } else {
                call.answer(status, headers, body);
            }
        })
        .await
        {
            match failure {
                // Nobody can tell what it means; so much is said.
                None => {
                    let vague = is_one_request(protocol)
                        || (protocol == Protocol::Google && status == "200 OK" && !headers.contains("html"));
                    assert!(vague, "{status} {body}: {protocol:?} {method:?} is called complete");
                    assert_eq!(verified, Some(Verified::None), "{status} {body}: {protocol:?} {method:?}");
                }
                Some(failure) => assert!(!is_one_request(protocol), "{protocol:?}: {failure:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_yes_before_all_was_sent_is_not_believed() {
    for headers in
        ["Upload-Offset: 15728640\r\nUpload-Complete: ?1\r\nETag: \"1\"\r\n", "Upload-Offset: 15728640\r\n"]
    {
        for status in ["200 OK", "201 Created", "204 No Content"] {
            let answers = move |call: &mut Call| {
                call.body(MIB);
                call.say(format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n"));
                call.finish();
                call.rest();
            };
            let kinds = [Nonsense, ErrorKind::UnexpectedStatusCode];
            fails(status, &kinds, MUCH, answers).await;
        }
    }
}
