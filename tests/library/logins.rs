//! Logins and cookies: how they are asked for, and that they reach those they are meant for and nobody else.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use md5::{Digest as _, Md5};
use windlass::{
    Credentials, DownloadRequest, ErrorKind, Method, Phase, Reason, Session, Snapshot, UploadRequest,
};

use crate::server::{Reply, Request, Server, content, serve_file};
use crate::{assert_complete, impatient, open, run, write};

const CODED: &str = "Basic bWU6UzNDUjNU";

fn login() -> Credentials {
    Credentials { user: "me".to_owned(), password: "S3CR3T".into() }
}

async fn get(session: &Session, url: &str, dir: &Path) -> Snapshot {
    let mut request = DownloadRequest::new(url).unwrap().into_folder(dir);
    request.headers.add_login(&login());
    session.start_download(request).await.unwrap().settled().await.unwrap()
}

fn refuse(challenges: &[String], reply: &mut Reply) {
    let mut headers = vec![("Content-Length", "0".to_owned()), ("Connection", "close".to_owned())];
    headers.extend(challenges.iter().map(|challenge| ("WWW-Authenticate", challenge.clone())));
    reply.head("401 Who are you", &headers);
}

fn redirect(to: &str, more: &[(&str, String)], reply: &mut Reply) {
    let common =
        [("Location", to.to_owned()), ("Content-Length", "0".to_owned()), ("Connection", "close".to_owned())];
    reply.head("302 Elsewhere", &[&common[..], more].concat());
}

/// The value of a name in an `Authorization: Digest`.
fn field<'a>(answer: &'a str, name: &str) -> &'a str {
    let found = answer.split([',', ' ']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    found.unwrap_or_default().trim_matches('"')
}

fn hash(text: &str) -> String {
    Md5::digest(text).iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a request proves the login for this nonce (RFC 7616 §3.4.1), and how often it was counted.
fn proved(request: &Request, nonce: &str) -> Option<u32> {
    let answer = request.header("authorization")?.strip_prefix("Digest ")?;
    let whom = hash("me:here:S3CR3T");
    let what = hash(&format!("{}:{}", request.method, request.path));
    let (count, ours) = (field(answer, "nc"), field(answer, "cnonce"));
    let expected = hash(&format!("{whom}:{nonce}:{count}:{ours}:auth:{what}"));
    let right = field(answer, "nonce") == nonce && field(answer, "response") == expected;
    right.then(|| u32::from_str_radix(count, 16).unwrap())
}

fn challenge(nonce: &str, more: &str) -> String {
    format!("Digest realm=\"here\", nonce=\"{nonce}\", qop=\"auth\"{more}")
}

#[test]
fn a_server_that_wants_a_proof_gets_it_and_the_login_itself_only_before_it_asked() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(1, 3_000_000);
    let sent = body.clone();
    let counts = Mutex::new(Vec::new());
    let server = Server::start(move |request, reply| {
        let Some(count) = proved(request, "n1") else {
            return refuse(&["Basic realm=\"here\"".to_owned(), challenge("n1", "")], reply);
        };
        let mut counts = counts.lock().unwrap();
        assert!(!counts.contains(&count), "counted twice");
        counts.push(count);
        drop(counts);
        if request.method == "PUT" {
            let length = request.header("content-length").unwrap().parse().unwrap();
            assert_eq!(reply.body(length).len(), length);
            reply.head("201 Created", &[("Content-Length", "0".to_owned())]);
        } else {
            serve_file(&sent, "\"v1\"", request, reply);
        }
    });
    let session = open(dir.path());
    run(&session, async {
        assert_complete(&get(&session, &server.url("a.bin?x=1"), dir.path()).await, &body);
        assert_complete(&get(&session, &server.url("b.bin"), dir.path()).await, &body);
        let mut request =
            UploadRequest::new(dir.path().join("b.bin"), &server.url("up")).unwrap().by(Method::Put);
        request.headers.add_login(&login());
        let sent = session.start_upload(request).await.unwrap().settled().await.unwrap();
        assert_eq!(sent.state, Phase::Completed, "{sent:?}");
    });
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), Some(CODED));
    assert!(seen[1..].iter().all(|request| request.header("authorization").unwrap().starts_with("Digest ")));
}

#[test]
fn an_upload_is_sent_once_more_when_its_login_has_to_be_proved() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    write(&file, content(2, 400_000));
    for method in [Method::Put, Method::Post] {
        let server = Server::start(|request, reply| {
            if proved(request, "n").is_none() {
                return refuse(&[challenge("n", "")], reply);
            }
            let length = request.header("content-length").unwrap().parse().unwrap();
            assert_eq!(reply.body(length).len(), 400_000);
            reply.head("201 Created", &[("Content-Length", "0".to_owned())]);
        });
        let session = open(&dir.path().join(format!("{method:?}")));
        run(&session, async {
            let mut request = UploadRequest::new(&file, &server.url("up")).unwrap().by(method);
            request.headers.add_login(&login());
            let sent = session.start_upload(request).await.unwrap().settled().await.unwrap();
            assert_eq!(sent.state, Phase::Completed, "{sent:?}");
        });
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn a_proof_that_is_too_old_is_made_anew_and_a_wrong_one_is_not_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(3, 10_000);
    let sent = body.clone();
    let server = Server::start(move |request, reply| {
        // Each nonce is good for one request, and no name is known at /wrong.
        let nonce = |number: usize| format!("n{number}");
        let known = request.header("authorization").map(|answer| field(answer, "nonce").to_owned());
        let fresh = known.as_deref() == Some(&nonce(request.number.wrapping_sub(1)));
        if request.path == "/wrong" || !fresh || proved(request, &known.unwrap()).is_none() {
            return refuse(&[challenge(&nonce(request.number), ", stale=true")], reply);
        }
        serve_file(&sent, "\"v1\"", request, reply);
    });
    let session = impatient(dir.path());
    run(&session, async {
        for name in ["a", "b"] {
            assert_complete(&get(&session, &server.url(name), dir.path()).await, &body);
        }
        assert_eq!(server.seen().len(), 4);
        let refused = get(&session, &server.url("wrong"), dir.path()).await;
        assert_eq!((refused.state, refused.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
        assert_eq!(refused.error.unwrap().kind, ErrorKind::Unauthorized);
    });
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn no_word_of_the_user_follows_a_redirect_to_another_origin_or_back_from_it() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(4, 50_000);
    let home = std::sync::OnceLock::<String>::new();
    let home = std::sync::Arc::new(home);
    let (back, sent) = (home.clone(), body.clone());
    let foreign = Server::start(move |request, reply| match request.path.as_str() {
        "/in" => redirect("/again", &[], reply),
        // A challenge from elsewhere is none of our business.
        "/again" if request.header("x-asked").is_none() => redirect("/login", &[], reply),
        "/login" => redirect(back.get().unwrap(), &[], reply),
        _ => refuse(&[challenge("evil", ""), "Basic realm=\"x\"".to_owned()], reply),
    });
    let away = foreign.url("in");
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/a.bin" => redirect("/b.bin", &[], reply),
        "/b.bin" => redirect(&away, &[], reply),
        _ => serve_file(&sent, "\"v1\"", request, reply),
    });
    home.set(server.url("back.bin")).unwrap();
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.headers.add_login(&login());
        for (name, value) in
            [("Cookie", "s=S3CR3T"), ("Referer", "http://pr1v4te.example/"), ("User-Agent", "PR1V4TE")]
        {
            request.headers.add(name, value).unwrap();
        }
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        let refused = get(&session, &foreign.url("other"), dir.path()).await;
        assert_eq!(refused.reason, Some(Reason::NeedsLogin));
    });
    let told = |request: &Request| format!("{:?}", request.headers);
    let seen = server.seen();
    for request in &seen {
        let words = ["Basic bWU6UzNDUjNU", "s=S3CR3T", "http://pr1v4te.example/", "\"PR1V4TE\""];
        let at_home = matches!(request.path.as_str(), "/a.bin" | "/b.bin");
        assert!(words.iter().all(|word| told(request).contains(word) == at_home), "{request:?}");
    }
    let strangers: Vec<_> = foreign.seen().into_iter().filter(|request| request.path != "/other").collect();
    assert_eq!(strangers.len(), 3);
    for request in strangers {
        let told = told(&request).to_lowercase();
        assert!(!["s3cr3t", "pr1v4te", "authorization"].iter().any(|word| told.contains(word)), "{told}");
    }
}

#[test]
fn a_challenge_of_another_origin_is_not_answered() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = Server::start(|_, reply| refuse(&[challenge("evil", "")], reply));
    let away = foreign.url("in");
    let server = Server::start(move |_, reply| redirect(&away, &[], reply));
    let session = impatient(dir.path());
    run(&session, async {
        let refused = get(&session, &server.url("a"), dir.path()).await;
        assert_eq!(refused.error.unwrap().kind, ErrorKind::Unauthorized);
    });
    assert_eq!(foreign.seen().len(), 1);
    assert_eq!(foreign.seen()[0].header("authorization"), None);
}

#[test]
fn cookies_that_redirects_set_go_back_to_those_who_set_them() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(5, 3_000_000);
    let sent = body.clone();
    let foreign = Server::start(move |request, reply| match request.path.as_str() {
        "/in" => redirect("/file", &[("Set-Cookie", "theirs=2; HttpOnly".to_owned())], reply),
        _ if request.header("cookie") != Some("theirs=2") => refuse(&[], reply),
        _ => serve_file(&sent, "\"v1\"", request, reply),
    });
    let away = foreign.url("in");
    let server =
        Server::start(move |request, reply| match (request.path.as_str(), request.header("cookie")) {
            ("/a.bin", Some("given=0")) => {
                redirect("/next", &[("Set-Cookie", "ours=S3CR3T".to_owned())], reply);
            }
            ("/next", Some("given=0; ours=S3CR3T")) => redirect(&away, &[], reply),
            _ => refuse(&[], reply),
        });
    let session = impatient(dir.path());
    run(&session, async {
        let mut request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir.path());
        request.headers.add("Cookie", "given=0").unwrap();
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
    });
    assert!(foreign.seen().iter().all(|request| !format!("{request:?}").contains("S3CR3T")));
    let state = dir.path().join("profile/state");
    for entry in std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()) {
        assert!(
            !std::fs::read_to_string(&entry).unwrap_or_default().contains("S3CR3T"),
            "{}",
            entry.display()
        );
    }
}

#[test]
fn a_file_of_cookies_is_read_for_every_transfer_and_gives_each_server_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let cookies = dir.path().join("cookies.txt");
    let server = Server::start(|request, reply| {
        if request.header("cookie") == Some("here=1") {
            _ = reply.body(request.header("content-length").map_or(0, |length| length.parse().unwrap()));
            return serve_file(b"content", "\"v1\"", request, reply);
        }
        refuse(&[], reply);
    });
    let session = impatient(dir.path());
    let ask = async || {
        let mut request = DownloadRequest::new(&server.url("a")).unwrap().into_folder(dir.path());
        request.terms.cookie_file = Some(cookies.clone());
        session.start_download(request).await.unwrap().settled().await.unwrap()
    };
    run(&session, async {
        assert_eq!(ask().await.error.unwrap().kind, ErrorKind::FileMissing);
        write(&cookies, "{}");
        let refused = ask().await.error.unwrap();
        assert_eq!(refused.detail.as_deref(), Some("it is not a file of cookies"));
        let lines = "127.0.0.1\tFALSE\t/\tFALSE\t0\there\t1\n127.0.0.2\tFALSE\t/\tFALSE\t0\tthere\t2\n\
            127.0.0.1\tFALSE\t/\tTRUE\t0\tsafe\t3\n127.0.0.1\tFALSE\t/b\tFALSE\t0\tdeep\t4\n";
        write(&cookies, lines);
        assert_complete(&ask().await, b"content");
        let mut request = UploadRequest::new(&cookies, &server.url("up")).unwrap().by(Method::Put);
        request.terms.cookie_file = Some(cookies.clone());
        let sent = session.start_upload(request).await.unwrap().settled().await.unwrap();
        assert_eq!(sent.state, Phase::Completed, "{sent:?}");
    });
}
