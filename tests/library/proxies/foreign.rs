//! FTP and SFTP through proxies, which for them are tunnels always.

use windlass::{DownloadRequest, ErrorKind, Session, Snapshot};

use super::{LOGIN, World, choose, get};
use crate::ftp_server::{File, FtpServer};
use crate::proxy::{Kind, Proxy};
use crate::server::content;
use crate::sftp_server::{self, SftpServer};
use crate::{assert_complete, run};

/// A server of FTP, its file, and the address of that at a host that only proxies know.
fn ftp() -> (FtpServer, File, String) {
    let file = File { content: content(11, 700_000).into(), modified: "20200101120000" };
    let sent = file.clone();
    let server = FtpServer::start(move |command, control| control.behave(&sent, command));
    let url = server.url("a.bin").replace("127.0.0.1", "there.test");
    (server, file, url)
}

async fn get_over_sftp(session: &Session, server: &SftpServer, proxy: &str, world: &World) -> Snapshot {
    let url = server.url("a.bin").replace("127.0.0.1", "there.test");
    let mut request = DownloadRequest::new(&url).unwrap().into_folder(world.dir.path());
    request.headers.set_host_key(&server.fingerprint).unwrap();
    request.terms.proxy = choose(proxy, &mut request.headers);
    session.start_download(request).await.unwrap().settled().await.unwrap()
}

/// That the proxy was asked for nothing but tunnels to one host, at least so many.
fn assert_tunnels(proxy: &Proxy, least: usize) {
    let heard = proxy.heard();
    assert!(heard.len() >= least, "{heard:?}");
    for line in heard {
        assert!(line.starts_with("CONNECT there.test:") || line.starts_with("SOCKS there.test:"), "{line}");
        assert!(!line.contains("a.bin"), "{line}");
    }
}

#[test]
fn files_come_over_ftp_through_every_kind_of_proxy() {
    let world = World::new();
    let (server, file, url) = ftp();
    let session = world.straight();
    for login in [None, Some(LOGIN)] {
        for proxy in world.proxies(login) {
            run(&session, async {
                let done = get(&session, &url, &proxy.url(login), world.dir.path()).await;
                assert_complete(&done, &file.content);
            });
            // The data comes no other way than the commands go.
            assert_tunnels(&proxy, 2);
        }
    }
    assert!(server.seen("PASS").iter().all(|command| !command.argument.contains(LOGIN.1)));
    world.assert_nothing_told();
}

#[test]
fn files_come_over_sftp_through_every_kind_of_proxy() {
    let world = World::new();
    let body = content(12, 700_000);
    let sent = body.clone();
    let server = SftpServer::start(move |ask| sftp_server::behave(&sent, 1_577_880_000, ask));
    let session = world.straight();
    for login in [None, Some(("you", "0TH3R"))] {
        for proxy in world.proxies(login) {
            run(&session, async {
                let done = get_over_sftp(&session, &server, &proxy.url(login), &world).await;
                assert_complete(&done, &body);
            });
            assert_tunnels(&proxy, 1);
        }
    }
    world.assert_nothing_told();
}

#[test]
fn a_connection_through_a_proxy_is_for_one_transfer_alone() {
    let world = World::new();
    let (server, file, url) = ftp();
    let session = world.straight();
    let proxy = Proxy::start(Kind::Http, None).url(None);
    let connections = || {
        run(&session, async {
            let before = server.seen("USER").len();
            assert_complete(&get(&session, &url, &proxy, world.dir.path()).await, &file.content);
            server.seen("USER").len() - before
        })
    };
    assert!(connections() > 0);
    assert!(connections() > 0);
}

#[test]
fn the_first_words_of_a_server_may_come_with_those_of_the_proxy() {
    let world = World::new();
    let (_server, file, url) = ftp();
    let session = world.straight();
    let proxy = Proxy::that_answers_late().url(None);
    run(&session, async {
        assert_complete(&get(&session, &url, &proxy, world.dir.path()).await, &file.content);
    });
}

#[test]
fn a_proxy_that_makes_no_tunnel_to_such_servers_is_named() {
    let world = World::new();
    let (server, _, url) = ftp();
    let ssh = SftpServer::start(|_| sftp_server::Say::HangUp);
    let session = world.straight();
    for (head, kind) in [
        ("HTTP/1.1 403 No\r\n\r\n", ErrorKind::ProxyRefused),
        ("HTTP/1.1 407 Who are you\r\n\r\n", ErrorKind::ProxyAuthenticationRequired),
    ] {
        let proxy = Proxy::that_says(head);
        run(&session, async {
            let ends = [
                get(&session, &url, &proxy.url(None), world.dir.path()).await,
                get_over_sftp(&session, &ssh, &proxy.url(None), &world).await,
            ];
            for end in ends {
                let error = end.error.unwrap();
                assert_eq!(error.kind, kind, "{}", error.message);
                assert_eq!(error.subject, Some(format!("localhost:{}", proxy.port())));
            }
        });
    }
    assert!(server.seen("USER").is_empty());
}
