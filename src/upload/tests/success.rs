use super::server::{Server, certificate};
use super::*;

fn storing() -> Server {
    Server::plain(store)
}

fn store(call: &mut server::Call) {
    call.request();
    call.answer("201 Created", "Location: /stored\r\nSet-Cookie: id=S3CR3T\r\n", "thanks");
}

#[tokio::test]
async fn every_byte_arrives_by_either_method_and_the_answer_is_kept() {
    for method in [Method::Put, Method::Post] {
        for size in [1, 4096, 256 * 1024, 3 * MIB + 7] {
            let server = storing();
            let content = noise(size);
            let upload = Upload::of(&content, &server.url("/in?key=1"), method);
            let ended = upload.with_header("X-Kind", "test").send().await;
            assert_eq!(ended.meter.done(), size as u64);
            let response = ended.completed();
            assert_eq!((response.status, response.body.as_str()), (201, "thanks"));
            assert!(response.headers.contains(&("location".to_owned(), "/stored".to_owned())));
            assert!(!format!("{response:?}").contains("S3CR3T"));

            let [seen] = &server.seen(1).await[..] else { panic!("more than one connection") };
            assert!(seen.body == content, "{size} bytes differ");
            let word = if method == Method::Put { "PUT" } else { "POST" };
            assert!(seen.head.starts_with(&format!("{word} /in?key=1 HTTP/1.1\r\n")), "{}", seen.head);
            assert_eq!(seen.header("host"), Some(server.address.to_string().as_str()));
            assert_eq!(seen.header("content-length"), Some(size.to_string().as_str()));
            assert_eq!(seen.header("content-type"), Some("application/octet-stream"));
            assert_eq!(seen.header("user-agent"), Some(concat!("Windlass/", env!("CARGO_PKG_VERSION"))));
            assert_eq!(seen.header("x-kind"), Some("test"));
            assert_eq!(seen.header("transfer-encoding"), None);
        }
    }
}

#[tokio::test]
async fn an_empty_file_is_sent_with_its_length() {
    for method in [Method::Put, Method::Post] {
        let server = storing();
        Upload::of(b"", &server.url("/"), method).send().await.completed();
        let seen = &server.seen(1).await[0];
        assert_eq!(seen.header("content-length"), Some("0"));
        assert!(seen.body.is_empty());
    }
}

#[tokio::test]
async fn a_login_in_the_address_is_sent_as_a_header() {
    let server = storing();
    let url = server.url("/").replace("://", "://Aladdin:open%20sesame@");
    Upload::of(b"x", &url, Method::Put).send().await.completed();
    let seen = &server.seen(1).await[0];
    assert_eq!(seen.header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert!(!seen.head.contains('@'));
}

#[tokio::test]
async fn an_encrypted_upload_arrives_too() {
    let (tls, trust) = certificate(&["127.0.0.1"], None);
    let server = Server::encrypted(tls, store);
    for (nth, size) in
        [0, 1, 16 * 1024, 16 * 1024 + 1, 64 * 1024, 256 * 1024, 5 * MIB].into_iter().enumerate()
    {
        let content = noise(size);
        let upload = Upload::of(&content, &server.url("/"), Method::Put).trusting(trust.clone());
        upload.send().await.completed();
        assert!(server.seen(nth + 1).await[nth].body == content, "{size} bytes differ");
    }
}

#[tokio::test]
async fn interim_answers_are_not_the_answer() {
    let server = Server::plain(|call| {
        call.head();
        call.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        call.body(2 * MIB);
        call.say("HTTP/1.1 102 Processing\r\n\r\n");
        call.body(6 * MIB);
        call.answer("204 No Content", "", "");
    });
    let ended = Upload::of_size(8 * MIB, &server.url("/"), Method::Put).send().await;
    assert_eq!(ended.completed().status, 204);
}

#[tokio::test]
async fn a_slow_server_holds_the_file_back() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let server = Server::plain(move |call| {
        call.head();
        let _ = wait.recv();
        call.body(LARGE);
        call.answer("200 OK", "", "");
    });
    let running = Upload::of_size(LARGE, &server.url("/"), Method::Put).start();
    let mut quiet = (0, 0);
    let meter = running.meter.clone();
    until("the buffers fill up", || {
        let done = meter.done();
        quiet = if done > 0 && quiet.0 == done { (done, quiet.1 + 1) } else { (done, 0) };
        quiet.1 > 100
    })
    .await;
    assert!(quiet.0 < LARGE as u64 / 2, "{quiet:?}");
    assert_eq!(meter.read().connections, 1);
    go.send(()).unwrap();
    let ended = running.end().await;
    assert_eq!(ended.meter.done(), LARGE as u64);
    ended.completed();
}
