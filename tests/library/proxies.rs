//! Downloads and uploads through proxies of every kind, and what nobody but the proxy may hear.

mod foreign;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use windlass::{
    DownloadRequest, ErrorKind, Method, Options, Phase, Profile, Proxies, ProxyChoice, Reason, Session,
    Settings, Snapshot, UploadRequest,
};

use crate::proxy::{Kind, Proxy};
use crate::server::{Request, Server, content, serve_file};
use crate::{assert_complete, run, tls, write};

const LOGIN: (&str, &str) = ("me", "S3CR3T");
/// `me:S3CR3T` as Basic has it.
const CODED: &str = "bWU6UzNDUjNU";

/// Servers, proxies and a session that trusts them.
struct World {
    dir: tempfile::TempDir,
    body: Vec<u8>,
    server: Server,
    stored: Arc<Mutex<Vec<u8>>>,
    encrypted: u16,
    tls: Arc<rustls::ServerConfig>,
    authority: PathBuf,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let body = content(7, 2_500_000);
        let stored = Arc::new(Mutex::new(Vec::new()));
        let (sent, kept) = (body.clone(), stored.clone());
        let server = Server::start(move |request: &Request, reply| {
            if request.method == "GET" {
                return serve_file(&sent, "\"v1\"", request, reply);
            }
            let length = request.header("content-length").unwrap().parse().unwrap();
            *kept.lock().unwrap() = reply.body(length);
            reply.head("201 Created", &[("Content-Length", "0".to_owned())]);
        });
        let (tls, authority) = tls::certificate(dir.path());
        let encrypted = tls::front(&tls, server.port());
        Self { dir, body, server, stored, encrypted, tls, authority }
    }

    fn proxies(&self, login: Option<(&'static str, &'static str)>) -> [Proxy; 3] {
        [Kind::Http, Kind::Https(self.tls.clone()), Kind::Socks].map(|kind| Proxy::start(kind, login))
    }

    /// Both addresses of the file, open and encrypted, at this host.
    fn addresses(&self, host: &str) -> [String; 2] {
        let (open, encrypted) = (self.server.port(), self.encrypted);
        [format!("http://{host}:{open}/a.bin"), format!("https://{host}:{encrypted}/a.bin")]
    }

    fn session(&self, proxies: Proxies, settings: Settings) -> Session {
        let profile = Profile::at(self.dir.path().join("profile"));
        let settings = Settings { retries: 0, connect_timeout: 5, silence_timeout: 5, ..settings };
        settings.save(&profile.settings).unwrap();
        let mut options = Options::new(profile);
        options.authorities = vec![self.authority.clone()];
        options.proxies = proxies;
        Session::open(&options).unwrap()
    }

    fn straight(&self) -> Session {
        self.session(Proxies::none(), Settings::default())
    }

    /// Nothing of the proxy's login reached the server or the disk, and nothing of the server's the proxy.
    fn assert_nothing_told(&self) {
        for request in self.server.seen() {
            let told = format!("{request:?}");
            assert!(!told.contains(LOGIN.1) && !told.contains(CODED), "{told}");
            assert!(!told.to_lowercase().contains("proxy-"), "{told}");
        }
        assert_no_secret_below(self.dir.path());
    }
}

fn assert_no_secret_below(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            assert_no_secret_below(&entry);
        } else if entry.is_file() {
            let bytes = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
            assert!(!bytes.contains(LOGIN.1) && !bytes.contains(CODED), "{}", entry.display());
        }
    }
}

/// What a request says about proxies, as somebody typed it.
fn choose(text: &str, headers: &mut windlass::Headers) -> ProxyChoice {
    let (choice, login) = ProxyChoice::parse(text).unwrap();
    if let Some(login) = login {
        headers.add_proxy_login(&login);
    }
    choice
}

async fn get(session: &Session, url: &str, proxy: &str, dir: &Path) -> Snapshot {
    let mut request = DownloadRequest::new(url).unwrap().into_folder(dir);
    request.terms.proxy = choose(proxy, &mut request.headers);
    session.start_download(request).await.unwrap().settled().await.unwrap()
}

async fn put(session: &Session, file: &Path, url: &str, proxy: &str) -> Snapshot {
    let mut request = UploadRequest::new(file, url).unwrap().by(Method::Put);
    request.terms.proxy = choose(proxy, &mut request.headers);
    session.start_upload(request).await.unwrap().settled().await.unwrap()
}

#[test]
fn files_go_both_ways_through_every_kind_of_proxy() {
    let world = World::new();
    let file = world.dir.path().join("upload");
    write(&file, content(8, 1_500_000));
    let session = world.straight();
    for login in [None, Some(LOGIN)] {
        for proxy in world.proxies(login) {
            for url in world.addresses("there.test") {
                run(&session, async {
                    let got = get(&session, &url, &proxy.url(login), world.dir.path()).await;
                    assert_complete(&got, &world.body);
                    let sent = put(&session, &file, &url, &proxy.url(login)).await;
                    assert_eq!(sent.state, Phase::Completed, "{sent:?}");
                    assert!(*world.stored.lock().unwrap() == std::fs::read(&file).unwrap());
                });
            }
            let heard = proxy.heard();
            assert!(heard.iter().all(|heard| heard.contains("there.test")), "{heard:?}");
            // Of what is encrypted it hears where it goes and nothing else.
            assert!(!heard.iter().any(|heard| heard.starts_with("CONNECT") && heard.contains("a.bin")));
        }
    }
    world.assert_nothing_told();
}

#[test]
fn a_metalink_is_got_through_the_proxy_that_its_request_or_the_settings_name() {
    const METALINK: &str = "<metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='a.bin'>\
         <url>http://there.test/a.bin</url></file></metalink>";
    let world = World::new();
    let server = Server::with_file(METALINK.as_bytes());
    let url = format!("http://there.test:{}/a.meta4", server.port());
    for (login, in_settings) in [(None, true), (Some(LOGIN), false)] {
        for proxy in world.proxies(login) {
            let named = if in_settings { proxy.url(login) } else { String::new() };
            let session = world.session(Proxies::none(), Settings { proxy: named, ..Settings::default() });
            let mut options = Options::new(Profile::at(world.dir.path().join("profile")));
            (options.authorities, options.proxies) = (vec![world.authority.clone()], Proxies::none());
            let mut request = DownloadRequest::new(&url).unwrap();
            if !in_settings {
                request.terms.proxy = choose(&proxy.url(login), &mut request.headers);
            }
            let metalink = run(&session, windlass::metalink(&request, &options)).unwrap();
            assert_eq!(metalink.files[0].name, "a.bin");
            assert!(proxy.heard()[0].contains("there.test"), "{:?}", proxy.heard());
        }
    }
    assert!(server.seen().iter().all(|request| !format!("{request:?}").to_lowercase().contains("proxy-")));
}

#[test]
fn a_name_is_looked_up_here_for_one_kind_of_socks_and_there_for_the_other() {
    let world = World::new();
    let session = world.straight();
    let proxy = Proxy::start(Kind::Socks, None);
    run(&session, async {
        let url = &world.addresses("localhost")[0];
        let here = proxy.url(None).replace("socks5h", "socks5");
        assert_complete(&get(&session, url, &here, world.dir.path()).await, &world.body);
        assert_complete(&get(&session, url, &proxy.url(None), world.dir.path()).await, &world.body);
        let unknown = get(&session, "http://there.test/", &here, world.dir.path()).await;
        assert_eq!(unknown.error.unwrap().kind, ErrorKind::HostNameNotResolved);
    });
    let heard = proxy.heard();
    assert!(heard.contains(&format!("SOCKS 127.0.0.1:{}", world.server.port())), "{heard:?}");
    assert!(heard.contains(&format!("SOCKS localhost:{}", world.server.port())), "{heard:?}");
}

#[test]
fn a_proxy_that_wants_another_login_pauses_the_transfer_and_is_named() {
    let world = World::new();
    let file = world.dir.path().join("upload");
    write(&file, "x");
    let session = world.straight();
    for proxy in world.proxies(Some(("you", "0TH3R"))) {
        for (url, login) in
            world.addresses("there.test").iter().flat_map(|url| [(url, None), (url, Some(LOGIN))])
        {
            run(&session, async {
                let got = get(&session, url, &proxy.url(login), world.dir.path()).await;
                let sent = put(&session, &file, url, &proxy.url(login)).await;
                for stopped in [got, sent] {
                    assert_eq!((stopped.state, stopped.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
                    let error = stopped.error.unwrap();
                    assert_eq!(error.kind, ErrorKind::ProxyAuthenticationRequired);
                    assert_eq!(error.subject, Some(format!("localhost:{}", proxy.port())));
                    assert!(!error.message.contains(LOGIN.1));
                }
            });
        }
    }
    assert!(world.server.seen().is_empty());
    world.assert_nothing_told();
}

#[test]
fn a_login_for_the_proxy_that_came_late_lets_the_download_go_on() {
    let world = World::new();
    let session = world.straight();
    let proxy = Proxy::start(Kind::Http, Some(LOGIN));
    run(&session, async {
        let url = &world.addresses("there.test")[1];
        let stopped = get(&session, url, &proxy.url(None), world.dir.path()).await;
        let mut request = DownloadRequest::new(url).unwrap().into_folder(world.dir.path());
        request.terms.proxy = choose(&proxy.url(Some(LOGIN)), &mut request.headers);
        session.renew_download(stopped.id, request).await.unwrap();
        let downloads = session.downloads().await.unwrap();
        assert_complete(&downloads[0].settled().await.unwrap(), &world.body);
    });
}

#[test]
fn after_a_restart_the_login_for_a_proxy_is_asked_for_again() {
    let world = World::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let session = world.straight();
    let proxy = format!("http://me:S3CR3T@{}", silent.local_addr().unwrap());
    run(&session, async {
        let mut request = DownloadRequest::new("http://there.test/a").unwrap().into_folder(world.dir.path());
        request.terms.proxy = choose(&proxy, &mut request.headers);
        let _ = session.start_download(request).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    assert_no_secret_below(world.dir.path());
    let session = world.straight();
    run(&session, async {
        let stopped = session.downloads().await.unwrap()[0].settled().await.unwrap();
        assert_eq!(stopped.reason, Some(Reason::NeedsLogin));
        assert_eq!(stopped.error.unwrap().kind, ErrorKind::ProxyAuthenticationRequired);
    });
}

#[test]
fn a_proxy_that_is_down_or_makes_no_sense_is_named() {
    let world = World::new();
    let session = world.straight();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ports = [gone.port(), babble()];
    for proxy in
        ports.iter().flat_map(|port| ["http", "socks5h", "https"].map(|s| format!("{s}://localhost:{port}")))
    {
        run(&session, async {
            let failed = get(&session, &world.addresses("there.test")[1], &proxy, world.dir.path()).await;
            let error = failed.error.unwrap();
            assert_eq!(error.kind, ErrorKind::ProxyUnreachable, "{proxy}: {}", error.message);
            assert!(proxy.ends_with(&error.subject.unwrap()));
        });
    }
    assert!(world.server.seen().is_empty());
}

/// The port of something that is no proxy.
fn babble() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().map_while(Result::ok) {
            _ = socket.write_all(b"SSH-2.0-x\r\n\r\n");
        }
    });
    port
}

#[test]
fn what_a_proxy_refuses_is_told_from_what_it_cannot_reach() {
    let world = World::new();
    let session = world.straight();
    for (head, kind) in [
        ("HTTP/1.1 403 No\r\n\r\n", ErrorKind::ProxyRefused),
        ("HTTP/1.1 503 No such server\r\n\r\n", ErrorKind::ServiceUnavailable),
        ("HTTP/1.1 200 OK\r\n\r\nI am your server", ErrorKind::ProxyUnreachable),
    ] {
        let proxy = Proxy::that_says(head);
        run(&session, async {
            let failed =
                get(&session, &world.addresses("there.test")[1], &proxy.url(None), world.dir.path()).await;
            assert_eq!(failed.error.unwrap().kind, kind, "{head}");
        });
    }
    let proxy = Proxy::start(Kind::Socks, None);
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    run(&session, async {
        let failed =
            get(&session, &format!("http://there.test:{gone}/"), &proxy.url(None), world.dir.path()).await;
        let error = failed.error.unwrap();
        assert_eq!(error.kind, ErrorKind::CannotConnect);
        assert_eq!(error.subject, Some(format!("there.test:{gone}")));
    });
}

#[test]
fn the_nearest_word_about_proxies_counts() {
    let world = World::new();
    let [of_request, of_settings, of_environment] = [0; 3].map(|_| Proxy::start(Kind::Http, None));
    let environment = |name: &str| match name {
        "http_proxy" => Some(of_environment.url(None)),
        "no_proxy" => Some("except.test".to_owned()),
        _ => None,
    };
    let [there, _] = world.addresses("there.test");
    let fetched = |session: &Session, url: &str, proxy: &str| {
        run(session, async {
            assert_complete(&get(session, url, proxy, world.dir.path()).await, &world.body);
        });
    };
    let settings = Settings { proxy: of_settings.url(None), ..Settings::default() };
    let session = world.session(Proxies::of_variables(environment), settings);
    fetched(&session, &there, &of_request.url(None));
    assert_eq!(
        [&of_request, &of_settings, &of_environment].map(|p| !p.heard().is_empty()),
        [true, false, false]
    );
    fetched(&session, &there, "");
    assert_eq!([&of_settings, &of_environment].map(|p| !p.heard().is_empty()), [true, false]);
    let before = of_settings.heard().len();
    fetched(&session, &world.addresses("localhost")[0], "direct");
    assert_eq!(of_settings.heard().len(), before);
    run(&session, async { session.close().await.unwrap() });
    drop(session);

    let session = world.session(Proxies::of_variables(environment), Settings::default());
    fetched(&session, &there, "");
    let heard = of_environment.heard().len();
    assert!(heard > 0);
    // This computer, and what was excepted, is reached straight.
    fetched(&session, &world.addresses("localhost")[0], "");
    run(&session, async {
        let failed = get(&session, "http://a.except.test/", "", world.dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::HostNameNotResolved);
    });
    assert_eq!(of_environment.heard().len(), heard);
}

#[test]
fn settings_that_name_no_proxy_fail_transfers_and_send_nothing_past_it() {
    let world = World::new();
    let settings = Settings { proxy: "sokcs5://me:S3CR3T@proxy:1".to_owned(), ..Settings::default() }.sane();
    let session = world.session(Proxies::none(), settings);
    run(&session, async {
        let failed = get(&session, &world.addresses("localhost")[0], "", world.dir.path()).await;
        assert_eq!(failed.error.unwrap().kind, ErrorKind::InvalidProxy);
    });
    assert!(world.server.seen().is_empty());
    world.assert_nothing_told();
}

#[test]
fn a_header_for_the_proxy_never_reaches_the_server() {
    let world = World::new();
    let session = world.straight();
    let mut proxies: Vec<_> = world.proxies(None).iter().map(|proxy| proxy.url(None)).collect();
    proxies.push("direct".to_owned());
    for (proxy, url) in proxies.iter().flat_map(|proxy| world.addresses("localhost").map(|url| (proxy, url)))
    {
        run(&session, async {
            let mut request = DownloadRequest::new(&url).unwrap().into_folder(world.dir.path());
            request.headers.add_line("Proxy-Authorization: Bearer S3CR3T").unwrap();
            request.terms.proxy = choose(proxy, &mut request.headers);
            let done = session.start_download(request).await.unwrap().settled().await.unwrap();
            assert_complete(&done, &world.body);
        });
    }
    world.assert_nothing_told();
}
