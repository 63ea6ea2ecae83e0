use super::server::{Call, Server};
use super::*;

/// More than anything takes here, in milliseconds.
const PATIENCE: u64 = 10_000;

/// Puts and posts a large file against the same script.
async fn both(script: impl Fn(&mut Call) + Send + 'static) -> (Ended, Ended) {
    both_with(PATIENCE, script).await
}

/// The same, with patience for so many milliseconds.
async fn both_with(patience: u64, script: impl Fn(&mut Call) + Send + 'static) -> (Ended, Ended) {
    let server = Server::plain(script);
    let put = Upload::of_size(LARGE, &server.url("/"), Method::Put).patient_for(patience).send().await;
    let post = Upload::of_size(LARGE, &server.url("/"), Method::Post).patient_for(patience).send().await;
    (put, post)
}

#[tokio::test]
async fn a_reset_midway_is_an_error_at_once() {
    let (put, post) = both(|call| {
        call.head();
        call.body(300_000);
        call.reset();
    })
    .await;
    assert_eq!(put.kind(), ErrorKind::ConnectionReset);
    assert_eq!(post.asks_first().kind, ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn an_end_midway_is_an_error_at_once() {
    let (put, post) = both(|call| {
        call.head();
        call.body(300_000);
        call.finish();
    })
    .await;
    let cut = [ErrorKind::ConnectionReset, ErrorKind::Disconnected];
    assert!(cut.contains(&put.kind()));
    assert!(cut.contains(&post.asks_first().kind));
}

#[tokio::test]
async fn a_lost_answer_leaves_a_post_in_doubt() {
    let (put, post) = both(Call::request).await;
    assert_eq!(put.kind(), ErrorKind::Disconnected);
    let (post, _) = post.failed();
    assert_eq!(post.kind, ErrorKind::ResultUnknown);
    assert!(post.subject.is_some());
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_a_post_in_doubt() {
    let (put, post) = both_with(300, |call| {
        call.request();
        call.rest();
    })
    .await;
    assert_eq!(put.kind(), ErrorKind::Timeout);
    assert_eq!(post.kind(), ErrorKind::ResultUnknown);
}

#[tokio::test]
async fn an_empty_post_without_an_answer_is_in_doubt_too() {
    let server = Server::plain(Call::head);
    let post = Upload::of(b"", &server.url("/"), Method::Post).send().await;
    assert_eq!(post.kind(), ErrorKind::ResultUnknown);
}

#[tokio::test]
async fn a_server_that_takes_nothing_more_is_given_up() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let server = Server::plain(move |call| {
        call.head();
        let _ = wait.recv();
    });
    let ended = Upload::of_size(LARGE, &server.url("/"), Method::Put).patient_for(300).send().await;
    assert!(ended.meter.done() > 0);
    assert_eq!(ended.kind(), ErrorKind::Timeout);
    drop(go);
}

#[tokio::test]
async fn a_server_that_is_slow_but_alive_is_waited_for() {
    let server = Server::plain(|call| {
        call.head();
        for _ in 0..12 {
            call.body(LARGE / 12);
            std::thread::sleep(Duration::from_millis(200));
        }
        call.answer("200 OK", "", "");
    });
    // Shorter than the whole, longer than each pause.
    Upload::of_size(LARGE, &server.url("/"), Method::Put).patient_for(2000).send().await.completed();
}

#[tokio::test]
async fn a_server_that_closes_before_it_reads_gets_a_post_again() {
    let server = Server::plain(|_| {});
    let ended = Upload::of(b"", &server.url("/"), Method::Put).send().await;
    assert!(matches!(ended.kind(), ErrorKind::Disconnected | ErrorKind::ConnectionReset));

    // Nothing of the body went out, so nothing can happen twice.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = Upload::of(b"x", &format!("http://{closed}/"), Method::Post).send().await;
    let (failure, _) = ended.failed();
    assert_eq!((failure.kind, failure.subject), (ErrorKind::CannotConnect, Some(closed.to_string())));
}

#[tokio::test]
async fn a_handshake_that_breaks_off_or_is_none_is_an_error() {
    let https = |server: &Server| server.url("/").replace("http:", "https:");
    let server = Server::plain(|_| {});
    let ended = Upload::of(b"x", &https(&server), Method::Post).send().await;
    assert!(matches!(ended.kind(), ErrorKind::Disconnected | ErrorKind::ConnectionReset));

    let server = Server::plain(|call| call.answer("400 Bad Request", "", "plain HTTP"));
    let ended = Upload::of(b"x", &https(&server), Method::Post).send().await;
    assert_eq!(ended.kind(), ErrorKind::ErrorHttpInvalidServerResponse);
}

#[tokio::test]
async fn a_name_that_is_not_known_is_called_so() {
    let ended = Upload::of(b"x", "http://name.invalid/?key=S3CR3T", Method::Post).send().await;
    let (failure, _) = ended.failed();
    assert_eq!(failure.kind, ErrorKind::HostNameNotResolved);
    assert!(!failure.to_string().contains("S3CR3T"));
}

#[tokio::test]
async fn a_stop_is_obeyed_at_once_and_a_post_remembers_it() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let server = Server::plain(move |call| {
        call.head();
        call.body(300_000);
        let _ = wait.recv();
    });
    for method in [Method::Put, Method::Post] {
        let running = Upload::of_size(LARGE, &server.url("/"), method).start();
        until("bytes are out", || running.meter.done() > 300_000).await;
        running.stop.cancel();
        let ended = running.end().await;
        if method == Method::Put {
            assert!(matches!(ended.outcome, Outcome::Stopped));
        } else {
            assert_eq!(ended.asks_first().kind, ErrorKind::OperationCanceled);
        }
        go.send(()).unwrap();
    }
}

#[tokio::test]
async fn a_stop_before_anything_is_out_leaves_nothing_behind() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let running = Upload::of(b"x", &url, Method::Post).start();
    // It is in the middle of a handshake that nobody answers.
    let _call = tokio::task::spawn_blocking(move || listener.accept().unwrap()).await.unwrap();
    running.stop.cancel();
    assert!(matches!(running.end().await.outcome, Outcome::Stopped));
}

#[tokio::test]
async fn a_stop_after_the_answer_does_not_take_it_back() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (told, tell) = std::sync::mpsc::channel::<()>();
    let server = Server::plain(move |call| {
        call.request();
        call.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstored");
        told.send(()).unwrap();
        let _ = wait.recv();
    });
    let running = Upload::of(b"x", &server.url("/"), Method::Post).start();
    tokio::task::spawn_blocking(move || tell.recv().unwrap()).await.unwrap();
    // Let the client, which runs on this very thread, read what has come.
    tokio::time::sleep(Duration::from_millis(50)).await;
    running.stop.cancel();
    running.end().await.completed();
    drop(go);
}
