//! Servers that speak nothing but HTTP/2.

mod frames;

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_rustls::TlsAcceptor;
use windlass::{
    DownloadRequest, ErrorKind, Method, Options, Phase, Profile, ProxyChoice, Session, Settings,
    UploadRequest,
};

use crate::proxy::{Kind, Proxy};
use crate::server::{Server, content};
use crate::{assert_complete, run, tls, write};

type Body = BoxBody<Bytes, io::Error>;
type Answer = Response<Body>;

/// What came, by its number, method and path.
type Seen = Arc<Mutex<Vec<(String, String)>>>;

struct Modern {
    port: u16,
    handshakes: Arc<AtomicUsize>,
    seen: Seen,
}

impl Modern {
    /// Answers requests with `answer`, which gets their number and body; `live` is how long a connection
    /// lives before it says goodbye.
    fn start<F>(
        tls: &Arc<rustls::ServerConfig>,
        live: Option<Duration>,
        answer: impl Fn(usize, http::Request<Incoming>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, handshakes: Arc::default(), seen: Arc::default() };
        let (handshakes, seen) = (server.handshakes.clone(), server.seen.clone());
        let (acceptor, answer) = (TlsAcceptor::from(tls::speaking(tls, "h2")), Arc::new(answer));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                while let Ok((socket, _)) = listener.accept().await {
                    handshakes.fetch_add(1, SeqCst);
                    let (acceptor, answer, seen) = (acceptor.clone(), answer.clone(), seen.clone());
                    tokio::spawn(async move {
                        let Ok(stream) = acceptor.accept(socket).await else { return };
                        let service = service_fn(move |request: http::Request<Incoming>| {
                            let number = note(&seen, &request);
                            let answering = answer(number, request);
                            async move { Ok::<_, Infallible>(answering.await) }
                        });
                        let http = http2::Builder::new(TokioExecutor::new());
                        let mut serving =
                            std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
                        if let Some(live) = live
                            && tokio::time::timeout(live, serving.as_mut()).await.is_err()
                        {
                            return;
                        }
                        _ = serving.await;
                    });
                }
            });
        });
        server
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/a.bin", self.port)
    }
}

fn note(seen: &Seen, request: &http::Request<Incoming>) -> usize {
    let mut seen = seen.lock().unwrap();
    assert_eq!(request.version(), http::Version::HTTP_2);
    assert!(!request.headers().contains_key("host") && request.uri().host() == Some("localhost"));
    seen.push((request.method().to_string(), format!("{:?}", request.headers())));
    seen.len() - 1
}

fn full(body: &[u8]) -> Body {
    Full::new(Bytes::copy_from_slice(body)).map_err(|never| match never {}).boxed()
}

fn empty(status: u16) -> Answer {
    let mut answer = Response::new(full(b""));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

/// The part of `content` that was asked for, as `body` makes it.
fn part(content: &[u8], request: &http::Request<Incoming>, body: impl FnOnce(&[u8]) -> Body) -> Answer {
    let range = request.headers()["range"].to_str().unwrap().strip_prefix("bytes=").unwrap().to_owned();
    let (first, last) = range.split_once('-').unwrap();
    let first: usize = first.parse().unwrap();
    let last = last.parse().unwrap_or(content.len() - 1);
    let piece = &content[first..=last];
    Response::builder()
        .status(206)
        .header("etag", "\"v1\"")
        .header("content-range", format!("bytes {first}-{last}/{}", content.len()))
        .header("content-length", piece.len())
        .body(body(piece))
        .unwrap()
}

/// A session that trusts the authority.
fn session(dir: &Path, authority: PathBuf, retries: u32) -> Session {
    let profile = Profile::at(dir.join("profile"));
    let settings = Settings { retries, connect_timeout: 5, silence_timeout: 5, ..Settings::default() };
    settings.save(&profile.settings).unwrap();
    let mut options = Options::new(profile);
    options.authorities = vec![authority];
    Session::open(&options).unwrap()
}

#[test]
fn a_file_comes_from_a_server_that_speaks_nothing_else_also_through_a_proxy() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let body: Arc<[u8]> = content(1, 3_000_000).into();
    let sent = body.clone();
    let server = Modern::start(&tls, None, move |_, request| {
        let answer = part(&sent, &request, full);
        async { answer }
    });
    let session = session(dir.path(), authority, 0);
    let proxy = Proxy::start(Kind::Http, None);
    run(&session, async {
        for through in ["direct".to_owned(), proxy.url(None)] {
            let mut request = DownloadRequest::new(&server.url()).unwrap().into_folder(dir.path());
            request.headers.add("Authorization", "Bearer S3CR3T").unwrap();
            request.terms.proxy = ProxyChoice::parse(&through).unwrap().0;
            let done = session.start_download(request).await.unwrap().settled().await.unwrap();
            assert_complete(&done, &body);
        }
    });
    let seen = server.seen.lock().unwrap().clone();
    assert!(seen.iter().all(|(_, headers)| headers.contains("Bearer S3CR3T")));
    // It was asked once whether it speaks anything else.
    assert_eq!(server.handshakes.load(SeqCst), seen.len() + 1);
}

#[test]
fn a_stream_that_breaks_off_and_a_connection_that_ends_are_taken_up_again() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let body: Arc<[u8]> = content(2, 900_000).into();
    let sent = body.clone();
    let broken = move |number: usize, request: http::Request<Incoming>| {
        let answer = part(&sent, &request, |piece| match number {
            0 => {
                let begun = Ok(Frame::data(Bytes::copy_from_slice(&piece[..300_000])));
                let pieces = [begun, Err(io::Error::other("broken"))];
                StreamBody::new(futures_util::stream::iter(pieces)).boxed()
            }
            1 => {
                let begun = Ok(Frame::data(Bytes::copy_from_slice(&piece[..300_000])));
                let pieces = futures_util::StreamExt::chain(
                    futures_util::stream::iter([begun]),
                    futures_util::stream::pending(),
                );
                StreamBody::new(pieces).boxed()
            }
            _ => full(piece),
        });
        async { answer }
    };
    let server = Modern::start(&tls, Some(Duration::from_secs(2)), broken);
    let session = session(dir.path(), authority, 3);
    run(&session, async {
        let request = DownloadRequest::new(&server.url()).unwrap().into_folder(dir.path());
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &body);
        assert_eq!(done.restarts, 0);
    });
    let seen = server.seen.lock().unwrap().clone();
    // What came on a stream before it was reset, nobody need have read; what came on a connection before it
    // ended is there.
    assert!(!seen[2].1.contains("bytes=0-"), "{seen:?}");
}

#[test]
fn a_file_goes_to_a_server_that_speaks_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let file = dir.path().join("upload");
    write(&file, content(3, 5_000_000));
    let stored = Arc::new(Mutex::new(Bytes::new()));
    let kept = stored.clone();
    let server = Modern::start(&tls, None, move |_, request| {
        let kept = kept.clone();
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            *kept.lock().unwrap() = body;
            empty(201)
        }
    });
    let session = session(dir.path(), authority, 0);
    run(&session, async {
        for method in [Method::Put, Method::Post] {
            let request = UploadRequest::new(&file, &server.url()).unwrap().by(method);
            let sent = session.start_upload(request).await.unwrap().settled().await.unwrap();
            assert_eq!(sent.state, Phase::Completed, "{sent:?}");
            assert!(*stored.lock().unwrap() == std::fs::read(&file).unwrap());
        }
    });
}

#[test]
fn an_early_answer_over_http2_is_heard_and_an_early_success_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let file = dir.path().join("upload");
    std::fs::File::create_new(&file).unwrap().set_len(30_000_000).unwrap();
    let session = session(dir.path(), authority, 0);
    for (status, kind) in
        [(413, ErrorKind::RequestEntityTooLarge), (200, ErrorKind::ErrorHttpInvalidServerResponse)]
    {
        let server = Modern::start(&tls, None, move |_, _| async move { empty(status) });
        run(&session, async {
            let request = UploadRequest::new(&file, &server.url()).unwrap().by(Method::Put);
            let failed = session.start_upload(request).await.unwrap().settled().await.unwrap();
            assert_eq!(failed.error.unwrap().kind, kind);
        });
    }
}

#[test]
fn a_server_that_speaks_something_else_now_is_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let old = Server::with_file(content(4, 10_000));
    let (classic, modern) = (tls::speaking(&tls, "http/1.1"), tls::speaking(&tls, "h2"));
    // The first two handshakes are with a server that is then replaced; nobody answers behind the second.
    let handshakes = AtomicUsize::new(0);
    let port = tls::front_with(old.port(), move || {
        if handshakes.fetch_add(1, SeqCst) < 2 { modern.clone() } else { classic.clone() }
    });
    let session = session(dir.path(), authority, 3);
    run(&session, async {
        let url = format!("https://localhost:{port}/a.bin");
        let request = DownloadRequest::new(&url).unwrap().into_folder(dir.path());
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        assert_complete(&done, &content(4, 10_000));
    });
}
