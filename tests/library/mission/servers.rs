use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use windlass::{
    Credentials, DownloadRequest, Headers, Method, Options, Phase, Profile, ProxyChoice, Secrets, Session,
    Settings,
};

use super::{SIZE, length, request, say, sending};
use crate::ftp_server::{File, FtpServer, Kept};
use crate::keyring::Fake;
use crate::proxy::{Kind, Proxy};
use crate::server::{Server, content, serve_file};
use crate::sftp_server::{self, SftpServer};
use crate::{SECRETS, assert_complete, assert_without, opened, run, tls};

/// The login of the proxy.
const PORTER: (&str, &str) = ("porter", "PR0XYPW");

/// A session that trusts this authority and has this keyring.
fn trusting(dir: &Path, authority: Option<PathBuf>, keyring: &Arc<Fake>) -> Session {
    let profile = Profile::at(dir.join("profile"));
    Settings { retries: 0, ..Settings::default() }.save(&profile.settings).unwrap();
    let secrets = Some(keyring.clone() as Arc<dyn Secrets>);
    let authorities = authority.into_iter().collect();
    opened(&Options { secrets, authorities, ..Options::new(profile) })
}

/// A header, a cookie, and the logins of the server and of the proxy.
fn everything(proxy: &Proxy, headers: &mut Headers) -> ProxyChoice {
    headers.add("X-Custom", "mine").unwrap();
    headers.add("Cookie", "session=C00KIE").unwrap();
    headers.add_login(&Credentials { user: "me".to_owned(), password: "S3CR3T".into() });
    let (choice, login) = ProxyChoice::parse(&proxy.url(Some(PORTER))).unwrap();
    headers.add_proxy_login(&login.unwrap());
    choice
}

/// Row 12: headers, cookies and the logins of servers and proxies go with each transfer, each to whom it is meant
/// for; another session has them from the keyring, and from nowhere else.
#[test]
fn headers_cookies_and_logins_reach_those_they_are_for_and_outlast_the_session() {
    let (dir, keyring) = (tempfile::tempdir().unwrap(), Arc::<Fake>::default());
    let (body, stored) = (content(71, SIZE), Arc::new(Mutex::new(Vec::new())));
    let (sent, kept) = (body.clone(), stored.clone());
    let server = Server::start(move |request, reply| {
        let told = ["x-custom", "cookie", "authorization"].map(|name| request.header(name));
        let came = reply.body(length(request));
        if told != [Some("mine"), Some("session=C00KIE"), Some("Basic bWU6UzNDUjNU")] {
            return say(reply, "401 Who are you", &[("WWW-Authenticate", "Basic realm=\"here\"".to_owned())]);
        }
        if request.method == "PUT" {
            *kept.lock().unwrap() = came;
            return say(reply, "201 Created", &[]);
        }
        serve_file(&sent, "\"v1\"", request, reply);
    });
    let proxy = Proxy::start(Kind::Http, Some(PORTER));
    let session = trusting(dir.path(), None, &keyring);
    run(&session, async {
        let mut down = request(&server.url("a.bin"), dir.path());
        down.terms.proxy = everything(&proxy, &mut down.headers);
        let mut up = sending(dir.path(), "sent", &body, &server.url("up")).by(Method::Put);
        up.terms.proxy = everything(&proxy, &mut up.headers);
        for terms in [&mut down.terms, &mut up.terms] {
            terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
        }
        session.start_download(down).await.unwrap();
        session.start_upload(up).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let secrets = [&SECRETS[..], &[PORTER.1, "C00KIE"]].concat();
    assert_without(&dir.path().join("profile"), &secrets);
    let session = trusting(dir.path(), None, &keyring);
    run(&session, async {
        let (down, up) = (session.downloads().await.unwrap(), session.uploads().await.unwrap());
        down[0].resume().await.unwrap();
        up[0].resume().await.unwrap();
        assert_complete(&down[0].settled().await.unwrap(), &body);
        assert_eq!(up[0].settled().await.unwrap().state, Phase::Completed);
        session.close().await.unwrap();
    });
    assert!(*stored.lock().unwrap() == body && proxy.heard().len() == 2, "both went through it");
    assert!(!format!("{:?}", server.seen()).to_lowercase().contains("proxy-"), "the server hears of none");
    assert!(keyring.kept.lock().unwrap().is_empty(), "nobody needs them any more");
    assert_without(&dir.path().join("profile"), &secrets);
}

/// A server of FTP that gives `body` to everybody who asks for a file and keeps what it gets. With encryption, its
/// data connections have that, too.
fn ftp(body: &Arc<[u8]>, kept: &Kept, encryption: Option<Arc<rustls::ServerConfig>>) -> FtpServer {
    let (file, kept) = (File { content: body.clone(), modified: "20200101120000" }, kept.clone());
    FtpServer::start(move |command, control| match (command.verb.as_str(), &encryption) {
        ("EPSV", Some(tls)) => {
            let port = tls::front(tls, control.listen().port());
            control.say(format!("229 Entering Extended Passive Mode (|||{port}|)"));
        }
        ("PBSZ" | "PROT", Some(_)) => control.say("200 fine"),
        _ if command.argument == "a.bin" => control.behave(&file, command),
        ("REST" | "RETR", _) => control.behave(&file, command),
        _ => control.keep(&kept, command),
    })
}

/// Row 28: files come and go by FTP, by FTP with encryption, and by SFTP.
#[test]
fn files_go_both_ways_by_ftp_ftps_and_sftp() {
    let (dir, keyring) = (tempfile::tempdir().unwrap(), Arc::default());
    let (tls, authority) = tls::certificate(dir.path());
    let body: Arc<[u8]> = content(72, SIZE).into();
    let (plain, encrypted, over_ssh) = (Kept::default(), Kept::default(), sftp_server::Kept::default());
    let (open, closed) = (ftp(&body, &plain, None), ftp(&body, &encrypted, Some(tls.clone())));
    let (file, files) = (body.clone(), over_ssh.clone());
    let ssh = SftpServer::start(move |ask| match ask {
        sftp_server::Ask::Open { .. } | sftp_server::Ask::Stat { .. } | sftp_server::Ask::Read { .. } => {
            sftp_server::behave(&file, 1_500_000_000, ask)
        }
        _ => files.serve(ask),
    });
    let ftps = format!("ftps://localhost:{}/", tls::front(&tls, closed.port()));
    let session = trusting(dir.path(), Some(authority), &keyring);
    run(&session, async {
        for (base, protocol) in [(open.url(""), "ftp"), (ftps, "ftp"), (ssh.url(""), "sftp")] {
            let mut down = DownloadRequest::new(&format!("{base}a.bin")).unwrap().into_folder(dir.path());
            let mut up = sending(dir.path(), "sent", &body, &format!("{base}sent"));
            if protocol == "sftp" {
                down.headers.set_host_key(&ssh.fingerprint).unwrap();
                up.headers.set_host_key(&ssh.fingerprint).unwrap();
            }
            let got = session.start_download(down).await.unwrap().settled().await.unwrap();
            assert_complete(&got, &body);
            let sent = session.start_upload(up).await.unwrap().settled().await.unwrap();
            assert_eq!(
                (sent.state, sent.protocol.as_deref()),
                (Phase::Completed, Some(protocol)),
                "{sent:?}"
            );
        }
        session.close().await.unwrap();
    });
    assert!(plain.get("sent").unwrap() == *body && encrypted.get("sent").unwrap() == *body);
    assert!(over_ssh.get("/sent").unwrap() == *body);
}
