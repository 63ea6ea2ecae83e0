//! Every kind of error is one that somebody can meet: each is produced here as a caller would meet it, or there
//! is a word on where else.

use std::collections::HashSet;
use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::ServerConfig;
use windlass::{
    Checksum, DownloadRequest, Ended, ErrorKind, Failure, Happened, IfExists, Method, Options, Profile,
    Protocol, ProxyChoice, Session, Settings, TransferId, UploadRequest,
};

use crate::proxy::Proxy;
use crate::server::{Reply, Server, content};
use crate::sftp_server::{Ask, Say, SftpServer, behave};
use crate::{run, write};

/// Kinds that take more to produce, and the tests of this program that do.
const ELSEWHERE: [(ErrorKind, &str, &str); 2] = [
    (
        ErrorKind::AlreadyComplete,
        include_str!("leftovers.rs"),
        "fn a_file_that_turns_out_to_be_complete_is_not_removed",
    ),
    (
        ErrorKind::SecretNotFound,
        include_str!("destinations.rs"),
        "fn another_session_finds_the_secrets_of_a_destination_in_the_keyring_and_nowhere_else",
    ),
];

/// Only a system that keeps lists of certificates that were revoked can say this; those of Linux do not. What
/// such a system says is read in `net::failure`.
const SAID_BY_OTHER_SYSTEMS: [ErrorKind; 1] = [ErrorKind::CertificateRevoked];

/// A folder, a session in it that does not try twice, and what was started to fail.
struct World {
    dir: tempfile::TempDir,
    session: Session,
    started: Vec<(ErrorKind, TransferId)>,
    produced: HashSet<ErrorKind>,
}

impl World {
    fn new(authorities: impl FnOnce(&Path) -> Vec<PathBuf>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path().join("profile"));
        let settings = Settings { retries: 0, max_running: 16, ..Settings::default() };
        settings.save(&profile.settings).unwrap();
        let options = Options { authorities: authorities(dir.path()), ..Options::new(profile) };
        let session = Session::open(&options).unwrap();
        Self { dir, session, started: Vec::new(), produced: HashSet::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn request(&self, url: &str) -> DownloadRequest {
        let mut request = DownloadRequest::new(url).unwrap().into_folder(self.dir.path());
        request.terms.timeout = Some(1);
        request
    }

    fn get(&mut self, kind: ErrorKind, request: DownloadRequest) {
        let download = run(&self.session, self.session.start_download(request)).unwrap();
        self.started.push((kind, download.id()));
    }

    /// Gets something from a server that answers like this.
    fn answered(&mut self, kind: ErrorKind, answer: impl Fn(usize, &mut Reply) + Send + Sync + 'static) {
        let server = Server::start(move |request, reply| answer(request.number, reply));
        self.get(kind, self.request(&server.url(&format!("{kind}"))));
    }

    fn refused(&mut self, kind: ErrorKind, failure: &Failure) {
        assert_eq!(failure.kind, kind);
        self.produced.insert(kind);
    }

    async fn shows(&self, id: TransferId, kind: ErrorKind) -> bool {
        let is_it = |what: &Happened| match what {
            Happened::Attempted { ended: Ended::Failed(failure), .. } => failure.kind == kind,
            Happened::StartedOver(why) => *why == Some(kind),
            _ => false,
        };
        self.session.history(id).await.unwrap().entries.iter().any(|past| is_it(&past.what))
    }

    /// Waits until all that was started has failed as it should.
    fn all_produced(mut self) -> HashSet<ErrorKind> {
        let end = Instant::now() + Duration::from_secs(15);
        run(&self.session, async {
            for (kind, id) in &self.started {
                while !self.shows(*id, *kind).await {
                    let (now, past) = (self.session.show(*id).await, self.session.history(*id).await);
                    assert!(Instant::now() < end, "not {kind}: {past:?}\n{now:?}");
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        });
        self.produced.extend(self.started.iter().map(|(kind, _)| *kind));
        self.produced
    }
}

#[test]
fn every_kind_of_error_is_produced_somewhere() {
    let mut known: HashSet<_> = SAID_BY_OTHER_SYSTEMS.into();
    for (kind, file, test) in ELSEWHERE {
        assert!(file.contains(test) && file.contains(&format!("ErrorKind::{kind:?}")), "{test}");
        known.insert(kind);
    }
    for produce in [refusals, answers, certificates, ways, files, sent] {
        known.extend(produce());
    }
    let missing: Vec<_> = ErrorKind::ALL.iter().filter(|kind| !known.contains(kind)).collect();
    assert!(missing.is_empty(), "nothing produces {missing:?}");
}

/// What a server says with a status.
fn refusals() -> HashSet<ErrorKind> {
    let mut world = World::new(|_| Vec::new());
    for status in [201, 401, 403, 404, 407, 408, 410, 413, 416, 418, 423, 429, 500, 502, 503, 504, 507, 599] {
        let kind = ErrorKind::from_status(status);
        world.answered(kind, move |_, reply| {
            let size = ("Content-Range", "bytes */1000".to_owned());
            reply.head(&format!("{status} Oops"), &[("Content-Length", "0".into()), size]);
        });
    }
    world.all_produced()
}

/// What servers do wrong.
fn answers() -> HashSet<ErrorKind> {
    let mut world = World::new(|_| Vec::new());
    world.answered(ErrorKind::Disconnected, |_, _| {});
    world.answered(ErrorKind::ConnectionReset, |_, reply| reply.reset());
    world.answered(ErrorKind::ErrorHttpInvalidServerResponse, |_, reply| _ = reply.send("nonsense\r\n\r\n"));
    world.answered(ErrorKind::Timeout, |_, reply| _ = reply.body(1));
    world.answered(ErrorKind::RedirectFailed, |_, reply| {
        reply.head("302 Found", &[("Location", "/again".into()), ("Content-Length", "0".into())]);
    });
    world.answered(ErrorKind::Truncated, |_, reply| {
        reply.head("200 OK", &[("Content-Length", "1000".into())]);
        reply.send([7; 999]);
    });
    let begins = |reply: &mut Reply, head: &[(&str, &str)]| {
        let head: Vec<_> = head.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        reply.head("200 OK", &head);
        reply.send(vec![7; 400_000]);
    };
    world.answered(ErrorKind::InsufficientRangeSupport, move |_, reply| {
        begins(reply, &[("ETag", "\"v1\""), ("Content-Length", "900000")]);
    });
    world.answered(ErrorKind::Changed, move |number, reply| {
        let tag = if number == 0 { "\"v1\"" } else { "\"v2\"" };
        begins(reply, &[("ETag", tag), ("Accept-Ranges", "bytes"), ("Content-Length", "900000")]);
    });
    let server = Server::with_file(content(1, 1000));
    let wrong: Checksum = format!("sha-256:{}", "0".repeat(64)).parse().unwrap();
    world.get(ErrorKind::ChecksumMismatch, world.request(&server.url("sum")).with_checksum(wrong));
    let strange = SftpServer::start(|ask| match ask {
        Ask::Open { path, .. } if path == "/odd" => Say::Status(4),
        Ask::Read { .. } => Say::Status(4),
        ask => behave(&[7; 1000], 1_500_000_000, ask),
    });
    for (path, kind) in [("odd", ErrorKind::Ftp), ("broken", ErrorKind::ConnectionAborted)] {
        let mut request = world.request(&strange.url(path));
        request.headers.set_host_key(&strange.fingerprint).unwrap();
        world.get(kind, request);
    }
    let mut stranger = world.request(&strange.url("a"));
    stranger.headers.set_host_key(&format!("SHA256:{}", "A".repeat(43))).unwrap();
    world.get(ErrorKind::HostKeyNotTrusted, stranger);
    world.all_produced()
}

/// A server's half of encryption with a certificate like this, which the authority in that file is for.
fn encryption(file: &Path, change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    // Each is an authority of its own.
    params.distinguished_name.push(rcgen::DnType::CommonName, file.display().to_string());
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    write(file, made.pem());
    let secret = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = provider.key_provider.load_private_key(secret).unwrap();
    // Nobody looks at it here, as it would be seen that it is wrong.
    let certified = rustls::sign::CertifiedKey::new(vec![made.der().clone()], key);
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let resolver = rustls::sign::SingleCertAndKey::from(certified);
    Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(resolver)))
}

/// What encryption can be about.
fn certificates() -> HashSet<ErrorKind> {
    let mut servers = Vec::new();
    let mut world = World::new(|dir| {
        let mut add = |kind: ErrorKind, change: &dyn Fn(&mut CertificateParams)| {
            let file = dir.join(format!("{kind}.pem"));
            let server = Server::encrypted(encryption(&file, change), |_, reply| {
                reply.head("302 Found", &[("Location", "http://127.0.0.1:9/".into())]);
            });
            servers.push((kind, server));
            file
        };
        let trusted = vec![
            add(ErrorKind::HttpsToHttpOnRedirection, &|_| {}),
            add(ErrorKind::CertificateExpired, &|params| params.not_after = rcgen::date_time_ymd(2001, 1, 1)),
            add(ErrorKind::CertificateCommonNameIsIncorrect, &|params| {
                params.subject_alt_names = vec![rcgen::SanType::DnsName("a.example".try_into().unwrap())];
            }),
            add(ErrorKind::CertificateContainsErrors, &|params| {
                let mut unheard_of = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 9, 9], vec![5, 0]);
                unheard_of.set_criticality(true);
                params.custom_extensions.push(unheard_of);
            }),
        ];
        add(ErrorKind::CertificateIsInvalid, &|_| {});
        trusted
    });
    for (kind, server) in &servers {
        world.get(*kind, world.request(&server.url("a")));
    }
    world.all_produced()
}

/// What can be wrong on the way to a server.
fn ways() -> HashSet<ErrorKind> {
    let mut world = World::new(|_| Vec::new());
    world.refused(ErrorKind::InvalidUrl, &DownloadRequest::new("not an address").unwrap_err());
    world.refused(ErrorKind::UnsupportedScheme, &DownloadRequest::new("gopher://a.example/").unwrap_err());
    world.refused(ErrorKind::InvalidProxy, &ProxyChoice::parse("no:where:at:all").unwrap_err());
    world.get(ErrorKind::CannotConnect, world.request("http://127.0.0.1:9/a"));
    world.get(ErrorKind::HostNameNotResolved, world.request("http://no-such-name.invalid/a"));
    let refusing = Proxy::that_says("HTTP/1.1 403 No\r\n\r\n");
    let (refusing, lost) = (refusing.url(None), format!("socks5h://127.0.0.1:{}", cannot_reach()));
    for (kind, proxy) in [
        (ErrorKind::ProxyUnreachable, "http://127.0.0.1:9"),
        (ErrorKind::ProxyRefused, refusing.as_str()),
        (ErrorKind::ServerUnreachable, lost.as_str()),
    ] {
        let mut request = world.request("https://there.test/a");
        request.terms.proxy = ProxyChoice::parse(proxy).unwrap().0;
        world.get(kind, request);
    }
    world.all_produced()
}

/// The port of a proxy (RFC 1928) that can reach nobody.
fn cannot_reach() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().map_while(Result::ok) {
            let mut told = [0; 256];
            for answer in [&[5, 0][..], &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]] {
                _ = socket.read(&mut told);
                _ = socket.write_all(answer);
            }
        }
    });
    port
}

/// What can be wrong here.
fn files() -> HashSet<ErrorKind> {
    let mut world = World::new(|_| Vec::new());
    let server = Server::with_file(content(2, 1000));
    world.answered(ErrorKind::DiskFull, |_, reply| {
        reply.head("200 OK", &[("Content-Length", (1_u64 << 60).to_string())]);
    });
    write(&world.path("taken"), "");
    world.get(ErrorKind::Io, world.request(&server.url("a")).into_folder(world.path("taken/below")));
    let mut taken = world.request(&server.url("taken"));
    taken.if_exists = IfExists::Fail;
    world.get(ErrorKind::FileExists, taken);
    let missing = UploadRequest::new(world.path("missing"), "http://127.0.0.1:9/").unwrap();
    let refused = run(&world.session, world.session.start_upload(missing)).map(|_| ()).unwrap_err();
    let windlass::Error::Refused(failure) = refused else { panic!("{refused:?}") };
    world.refused(ErrorKind::FileMissing, &failure);
    // The superuser may write everywhere, and what is read-only has to be made so by him.
    for (os, kind) in [
        (rustix::io::Errno::ACCESS, ErrorKind::PermissionDenied),
        (rustix::io::Errno::ROFS, ErrorKind::ReadOnly),
    ] {
        let error = io::Error::from_raw_os_error(os.raw_os_error());
        world.refused(kind, &Failure::from_io(&error, Path::new("/a")));
    }
    world.all_produced()
}

/// What uploads meet besides.
fn sent() -> HashSet<ErrorKind> {
    let mut world = World::new(|_| Vec::new());
    let server = Server::start(|request, reply| {
        if request.path == "/plain" {
            reply.head("404 Not Found", &[("Content-Length", "0".into())]);
        } else {
            reply.send("HTTP/1.1 100 Continue\r\n\r\n");
            reply.body(request.header("content-length").unwrap().parse().unwrap());
        }
    });
    let file = world.path("file");
    write(&file, content(3, 500_000));
    let upload = |name: &str| UploadRequest::new(&file, &server.url(name)).unwrap();
    let mut halted = upload("halted").by(Method::Post);
    halted.terms.limit = Some(50_000);
    run(&world.session, async {
        let start = |request| world.session.start_upload(request);
        let unanswered = start(upload("unanswered").by(Method::Post)).await.unwrap();
        let plain = start(upload("plain").through(Protocol::Resumable)).await.unwrap();
        let halted = start(halted).await.unwrap();
        while halted.snapshot().await.unwrap().progress.done == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        halted.pause().await.unwrap();
        world.started.extend([
            (ErrorKind::ResultUnknown, unanswered.id()),
            (ErrorKind::NotResumable, plain.id()),
            (ErrorKind::OperationCanceled, halted.id()),
        ]);
    });
    let other = world.path("other");
    write(&other, "short");
    run(&world.session, async {
        let mut request = UploadRequest::new(&other, &server.url("later")).unwrap().by(Method::Put);
        request.terms.start_at = Some(jiff::Timestamp::now() + Duration::from_secs(3600));
        let waiting = world.session.start_upload(request).await.unwrap();
        write(&other, "longer than before");
        waiting.resume().await.unwrap();
        world.started.push((ErrorKind::FileChanged, waiting.id()));
    });
    world.all_produced()
}
