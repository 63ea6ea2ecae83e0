use proptest::prelude::*;
use serde_json::json;

use super::*;

fn wanted(link: serde_json::Value) -> Result<Wanted, String> {
    serde_json::from_value::<Link>(link).unwrap().wanted()
}

fn headers(wanted: &Wanted) -> Vec<(&str, &str)> {
    wanted.request.headers.expose().collect()
}

fn cookie(domain: &str) -> serde_json::Value {
    json!({"name": "key", "value": "S3CR3T", "domain": domain, "hostOnly": true, "path": "/", "secure": false})
}

#[test]
fn a_link_becomes_a_request_with_all_that_the_browser_has_said() {
    let link = json!({
        "url": "https://a.example/f", "name": "f.iso", "referrer": "https://a.example/", "agent": "Browser/1",
        "cookies": [cookie("a.example"), cookie("b.example")],
        "headers": [["Accept-Language", "de"], ["Range", "bytes=1-"], ["Authorization", "x"], ["sec-fetch-mode", "x"]],
    });
    let wanted = wanted(link).unwrap();
    let expected = [
        ("Referer", "https://a.example/"),
        ("User-Agent", "Browser/1"),
        ("Accept-Language", "de"),
        ("Cookie", "key=S3CR3T"),
    ];
    assert_eq!(headers(&wanted), expected);
    assert!(!format!("{wanted:?}").contains("S3CR3T"));
    let request = wanted.into_request(|_| "/down".into());
    assert_eq!(request.destination, Some(Destination::File("/down/f.iso".into())));
    // Written down it has no secret in it.
    assert!(!ron::to_string(&request).unwrap().contains("S3CR3T"));
}

#[test]
fn only_addresses_of_servers_are_taken() {
    for url in [
        "file:///etc/passwd",
        "/etc/passwd",
        "javascript:alert(1)",
        "data:,x",
        "blob:https://a.example/1",
        "",
    ] {
        assert!(wanted(json!({ "url": url })).is_err(), "{url}");
        assert!(wanted(json!({ "url": "https://a.example/", "final": url })).is_err(), "{url}");
    }
    for url in [
        "http://a.example/",
        "https://a.example/",
        "ftp://a.example/x",
        "ftps://a.example/x",
        "sftp://a.example/x",
    ] {
        assert!(wanted(json!({ "url": url })).is_ok(), "{url}");
    }
}

#[test]
fn a_name_is_a_name_and_no_path() {
    for (name, expected) in
        [("../../x.sh", "x.sh"), ("/etc/passwd", "passwd"), (".bashrc", "bashrc"), ("a\nb", "a_b")]
    {
        let request = wanted(json!({"url": "https://a.example/f", "name": name})).unwrap();
        let request = request.into_request(|_| "/down".into());
        assert_eq!(
            request.destination,
            Some(Destination::File(PathBuf::from("/down").join(expected))),
            "{name}"
        );
    }
    for name in ["", "  "] {
        let request = wanted(json!({"url": "https://a.example/f", "name": name})).unwrap();
        assert_eq!(request.into_request(|_| "/down".into()).destination, None);
    }
}

#[test]
fn what_would_be_another_header_is_refused() {
    for (field, value) in
        [("referrer", json!("x\r\nY: z")), ("agent", json!("x\nY: z")), ("headers", json!([["X", "a\r\nb"]]))]
    {
        let mut link = json!({"url": "https://a.example/f"});
        link[field] = value;
        assert!(wanted(link).is_err(), "{field}");
    }
}

#[test]
fn what_was_clicked_is_asked_again_unless_only_the_other_server_has_cookies() {
    let address = |cookies: serde_json::Value| {
        let (url, found_at) = ("https://a.example/go", "https://cdn.example/f?signature=1");
        let wanted = wanted(json!({"url": url, "final": found_at, "cookies": cookies})).unwrap();
        (wanted.request.url.expose().to_owned(), headers(&wanted).len())
    };
    assert_eq!(address(json!([])), ("https://a.example/go".to_owned(), 0));
    assert_eq!(address(json!([cookie("a.example")])), ("https://a.example/go".to_owned(), 1));
    let both = json!([cookie("a.example"), cookie("cdn.example")]);
    assert_eq!(address(both), ("https://cdn.example/f?signature=1".to_owned(), 1));
}

#[test]
fn the_dialog_gets_an_address_or_all_that_the_server_has_to_be_told() {
    let link = json!({"url": "https://a.example/f"});
    assert_eq!(wanted(link).unwrap().text(), "https://a.example/f");
    let link =
        json!({"url": "https://a.example/f?a=1&b=2", "name": "it's.iso", "cookies": [cookie("a.example")]});
    let gathered = crate::gather(&wanted(link).unwrap().text());
    let entry = gathered.entries.first().unwrap();
    assert_eq!(entry.request.url.expose(), "https://a.example/f?a=1&b=2");
    assert_eq!(entry.name.as_deref(), Some("it's.iso"));
    assert_eq!(entry.request.headers.expose().collect::<Vec<_>>(), [("Cookie", "key=S3CR3T")]);
}

proptest! {
    #[test]
    fn no_link_does_harm(host in "[a-z.]{1,8}", path in ".*", name in ".*", value in ".*", header in ".*") {
        let link = json!({
            "url": format!("https://{host}/{path}"), "name": name, "referrer": value, "headers": [[header, value]],
            "cookies": [{"name": name, "value": value, "domain": host, "hostOnly": true, "path": "/", "secure": true}],
        });
        let message = json!({"id": 1, "ask": {"add": {"links": [link], "how": "start"}}});
        let mut frame = Vec::new();
        crate::browser::frame::write(&mut frame, &message).unwrap();
        crate::browser::fuzz(&frame);
    }
}
