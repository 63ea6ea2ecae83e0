//! What follows a redirect, and what does not: over every connection, straight and through a proxy, and also
//! when a download goes on.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use windlass::{Credentials, DownloadRequest, ProxyChoice};

use crate::proxy::{Kind, Proxy};
use crate::server::{Reply, Request, Server, content, serve_with};
use crate::{assert_complete, open, run, until};

const SIZE: usize = 6_000_000;
const PROXY: (&str, &str) = ("you", "PR0XY");
/// `you:PR0XY` as Basic has it.
const CODED: &str = "eW91OlBSMFhZ";
/// What the user says to the first server, in the order of `named`.
const SAID: [(&str, &str); 4] = [
    ("Cookie", "s=S3CR3T"),
    ("Referer", "http://pr1v4te.example/"),
    ("User-Agent", "PR1V4TE"),
    ("X-Api-Key", "S3CR3T"),
];

/// Some 3 MB/s on each connection, so that several are worth having.
fn slowly(reply: &mut Reply, body: &[u8]) {
    for piece in body.chunks(30_000) {
        if !reply.send(piece) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn lead(to: &str, reply: &mut Reply) {
    reply.head(
        "302 Found",
        &[("Location", to.to_owned()), ("Content-Length", "0".into()), ("Connection", "close".into())],
    );
}

/// A server that gives the file under its second address, and the one that leads to its first.
fn servers(body: &[u8]) -> (Server, Server) {
    let (own, sent) = (Arc::new(OnceLock::<String>::new()), body.to_vec());
    let second = own.clone();
    let foreign = Server::start(move |request: &Request, reply: &mut Reply| match &*request.path {
        "/1" => lead(second.get().unwrap(), reply),
        _ => serve_with(&sent, "\"v1\"", request, reply, slowly),
    });
    own.set(foreign.url("2")).unwrap();
    let first = foreign.url("1");
    (Server::start(move |_, reply| lead(&first, reply)), foreign)
}

/// All that the user says to the first server.
fn request(home: &Server, dir: &std::path::Path) -> DownloadRequest {
    let mut request = DownloadRequest::new(&home.url("a.bin?token=T0K3N")).unwrap().into_folder(dir);
    request.headers.add_login(&Credentials { user: "me".into(), password: "S3CR3T".into() });
    for (name, value) in SAID {
        request.headers.add(name, value).unwrap();
    }
    request
}

/// What is secret reached the server that it is meant for, with every request, and no other one.
fn assert_told_only_at_home(home: &Server, foreign: &Server) {
    for request in home.seen() {
        assert!(SAID.iter().all(|(name, value)| request.header(name) == Some(value)), "{request:?}");
        assert!(request.header("authorization").is_some_and(|login| login.starts_with("Basic ")));
    }
    assert!(home.seen().len() >= 2 && foreign.seen().len() >= 6, "it went on, over several connections");
    for request in foreign.seen() {
        let told = format!("{request:?}").to_lowercase();
        for word in
            ["s3cr3t", "pr1v4te", "t0k3n", "bwu6uznduj", "authorization", "cookie", "referer", "x-api-key"]
        {
            assert!(!told.contains(word), "{word}: {told}");
        }
    }
    for request in [home.seen(), foreign.seen()].concat() {
        let told = format!("{request:?}").to_lowercase();
        assert!(!told.contains("pr0xy") && !told.contains("proxy-") && !told.contains(&CODED.to_lowercase()));
    }
}

#[test]
fn no_connection_of_many_says_elsewhere_what_is_for_the_first_server_also_when_it_goes_on() {
    let body = content(31, SIZE);
    let proxies =
        [None, Some(Proxy::start(Kind::Http, Some(PROXY))), Some(Proxy::start(Kind::Socks, Some(PROXY)))];
    for proxy in proxies {
        let dir = tempfile::tempdir().unwrap();
        let (home, foreign) = servers(&body);
        let session = open(dir.path());
        run(&session, async {
            let mut request = request(&home, dir.path());
            if let Some(proxy) = &proxy {
                let (choice, login) = ProxyChoice::parse(&proxy.url(Some(PROXY))).unwrap();
                request.headers.add_proxy_login(&login.unwrap());
                request.terms.proxy = choice;
            }
            let download = session.start_download(request).await.unwrap();
            until(&download, |now| now.progress.done > SIZE as u64 / 4).await;
            download.pause().await.unwrap();
            until(&download, |now| now.progress.connections == 0).await;
            download.resume().await.unwrap();
            assert_complete(&download.settled().await.unwrap(), &body);
        });
        assert_told_only_at_home(&home, &foreign);
        let elsewhere = format!(":{}/", foreign.port());
        for head in proxy.iter().flat_map(Proxy::heard).filter(|head| !head.starts_with("SOCKS")) {
            // The proxy hears its own login with every request, and no more than the server behind it.
            assert!(head.contains(CODED), "{head}");
            let is_for_another = head.lines().next().unwrap().contains(&elsewhere);
            let is_told = ["S3CR3T", "PR1V4TE", "T0K3N"].iter().any(|word| head.contains(word));
            assert!(!(is_for_another && is_told), "{head}");
        }
    }
}
