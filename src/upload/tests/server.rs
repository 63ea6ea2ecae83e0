//! A server that does exactly what a test tells it, byte by byte, also what no honest server does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::PrivatePkcs8KeyDer;

/// Serves one connection after the other, each by the same script, until the process ends; or all at once.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    scheme: &'static str,
    seen: All,
}

/// What came over all connections that have ended.
type All = Arc<Mutex<Vec<Seen>>>;

/// What came over one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(super) fn length(&self) -> usize {
        self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default()
    }
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// One connection, in the hands of a script. When the script ends, the connection does.
pub(super) struct Call {
    wire: Box<dyn Wire>,
    socket: TcpStream,
    /// Which connection it is, counted from zero.
    pub(super) nth: usize,
    pub(super) seen: Seen,
}

impl Server {
    pub(super) fn plain(script: impl Fn(&mut Call) + Send + 'static) -> Self {
        Self::start(
            "http",
            |socket| Box::new(socket),
            move |mut call, all: &All| {
                script(&mut call);
                all.lock().unwrap().push(call.seen);
            },
        )
    }

    /// One that does not keep anybody waiting for others.
    pub(super) fn for_many(script: impl Fn(&mut Call) + Send + Sync + 'static) -> Self {
        let script = Arc::new(script);
        Self::start(
            "http",
            |socket| Box::new(socket),
            move |mut call, all: &All| {
                let (script, all) = (script.clone(), all.clone());
                std::thread::spawn(move || {
                    script(&mut call);
                    all.lock().unwrap().push(call.seen);
                });
            },
        )
    }

    pub(super) fn encrypted(tls: Arc<ServerConfig>, script: impl Fn(&mut Call) + Send + 'static) -> Self {
        let wrap = move |socket| -> Box<dyn Wire> {
            Box::new(StreamOwned::new(ServerConnection::new(tls.clone()).unwrap(), socket))
        };
        Self::start("https", wrap, move |mut call, all: &All| {
            script(&mut call);
            all.lock().unwrap().push(call.seen);
        })
    }

    fn start(
        scheme: &'static str,
        wrap: impl Fn(TcpStream) -> Box<dyn Wire> + Send + 'static,
        serve: impl Fn(Call, &All) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), scheme, seen: Arc::default() };
        let all = server.seen.clone();
        std::thread::spawn(move || {
            for nth in 0.. {
                let Ok((socket, _)) = listener.accept() else { return };
                // Nagle's algorithm could hold an answer back, and the closing then throws it away.
                socket.set_nodelay(true).unwrap();
                // Should a test go wrong, the script ends with an error and not never.
                socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                socket.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
                let wire = wrap(socket.try_clone().unwrap());
                serve(Call { wire, socket, nth, seen: Seen::default() }, &all);
            }
        });
        server
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// What came so far. A connection counts when its script has ended.
    pub(super) async fn seen(&self, connections: usize) -> Vec<Seen> {
        let enough = async {
            while self.seen.lock().unwrap().len() < connections {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), enough).await.expect("nobody called");
        self.seen.lock().unwrap().clone()
    }
}

impl Call {
    /// Reads the request up to the empty line. Whoever waits with the body hears that it is wanted.
    pub(super) fn head(&mut self) {
        self.head_alone();
        if self.seen.header("expect").is_some() {
            self.say("HTTP/1.1 100 Continue\r\n\r\n");
        }
    }

    /// Reads the request up to the empty line.
    pub(super) fn head_alone(&mut self) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && matches!(self.wire.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        self.seen.head = String::from_utf8(head).unwrap();
    }

    /// Reads this many bytes of the body, or as many as there are.
    pub(super) fn body(&mut self, length: usize) {
        let mut piece = vec![0; 64 * 1024];
        let end = self.seen.body.len() + length;
        while self.seen.body.len() < end {
            let room = (end - self.seen.body.len()).min(piece.len());
            match self.wire.read(&mut piece[..room]) {
                Ok(0) | Err(_) => return,
                Ok(read) => self.seen.body.extend_from_slice(&piece[..read]),
            }
        }
    }

    /// Reads all of a request.
    pub(super) fn request(&mut self) {
        self.head();
        self.rest_of_request();
    }

    /// Reads what follows a head.
    pub(super) fn rest_of_request(&mut self) {
        self.body(self.seen.length());
    }

    /// Reads whatever comes until the other side ends.
    pub(super) fn rest(&mut self) {
        self.body(usize::MAX / 2);
    }

    /// Writes this; says whether anybody is still there.
    pub(super) fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.wire.write_all(bytes.as_ref()).is_ok() && self.wire.flush().is_ok()
    }

    /// Writes a complete answer.
    pub(super) fn answer(&mut self, status: &str, headers: &str, body: &str) {
        self.say(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    /// When the script ends, the connection is reset instead of ended.
    pub(super) fn reset(&mut self) {
        rustix::net::sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO)).unwrap();
    }

    /// Ends the sending side properly, and the connection when the script does.
    pub(super) fn finish(&mut self) {
        // The client may have gone already.
        let _ = self.socket.shutdown(std::net::Shutdown::Write);
    }
}

/// A server's certificate and what a client that trusts it needs.
pub(super) fn certificate(names: &[&str], last_day: Option<i32>) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    if let Some(year) = last_day {
        params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
    }
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let provider = || Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], secret)
        .unwrap();
    (Arc::new(server), trusting(Some(certificate)))
}

/// A client that trusts this certificate alone, or none.
pub(super) fn trusting(certificate: Option<rustls_pki_types::CertificateDer<'static>>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    if let Some(certificate) = certificate {
        roots.add(certificate).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}
