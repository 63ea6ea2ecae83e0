use super::server::Server;
use super::*;

#[tokio::test]
async fn a_redirect_within_the_origin_gets_the_whole_file_again() {
    for (status, early) in [(307, true), (308, false)] {
        let server = Server::plain(move |call| {
            if call.nth > 0 {
                call.request();
                return call.answer("201 Created", "", "moved in");
            }
            if early {
                call.head();
            } else {
                call.request();
            }
            call.answer(&format!("{status} Elsewhere"), "Location: /there?key=2\r\n", "");
        });
        let content = noise(8 * MIB);
        let upload = Upload::of(&content, &server.url("/here"), Method::Post);
        let ended = upload.with_header("X-Token", "S3CR3T").send().await;
        assert_eq!(ended.meter.done(), content.len() as u64);
        assert_eq!(ended.completed().body, "moved in");
        let seen = &server.seen(2).await;
        assert!(seen[1].head.starts_with("POST /there?key=2 HTTP/1.1\r\n"));
        assert!(seen[1].body == content);
        assert_eq!(seen[1].header("x-token"), Some("S3CR3T"));
    }
}

#[tokio::test]
async fn no_redirect_leads_to_another_origin_or_becomes_a_get() {
    for status in [300, 301, 302, 303, 305, 307, 308] {
        let foreign = Server::plain(server::Call::request);
        let target = foreign.url("/steal?them=S3CR3T");
        let server = Server::plain(move |call| {
            call.request();
            call.answer(&format!("{status} Elsewhere"), &format!("Location: {target}\r\n"), "");
        });
        let upload = Upload::of(b"content", &server.url("/"), Method::Put);
        let ended = upload.with_header("Authorization", "Bearer S3CR3T").send().await;
        let (failure, response) = ended.failed();
        assert_eq!((failure.kind, failure.status), (ErrorKind::RedirectFailed, Some(status)));
        assert_eq!(failure.subject, Some(foreign.address.to_string()));
        assert!(!failure.to_string().contains("S3CR3T"), "{failure}");
        assert_eq!(response.unwrap().status, status);
        assert!(foreign.seen(0).await.is_empty());
    }
}

#[tokio::test]
async fn redirects_without_end_have_an_end() {
    let server = Server::plain(|call| {
        call.request();
        call.answer("307 Elsewhere", &format!("Location: /{}\r\n", call.nth), "");
    });
    let ended = Upload::of(b"x", &server.url("/"), Method::Put).send().await;
    assert_eq!(ended.kind(), ErrorKind::RedirectFailed);
    assert_eq!(server.seen(6).await.len(), 6);
}
