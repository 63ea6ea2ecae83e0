//! A server on loopback that says exactly what a test wants, byte by byte.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Counts from 0 over the server's life.
    pub number: usize,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first byte that a `Range: bytes=FIRST-LAST` asks for.
    pub fn first(&self) -> Option<usize> {
        self.range()?.0.parse().ok()
    }

    /// The last one, if it names one.
    pub fn last(&self) -> Option<usize> {
        self.range()?.1.parse().ok()
    }

    fn range(&self) -> Option<(&str, &str)> {
        self.header("range")?.strip_prefix("bytes=")?.split_once('-')
    }
}

/// A connection, encrypted or not.
enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }

    /// Says that nothing more will come.
    fn end(&mut self, notify: bool) {
        if let (Self::Tls(stream), true) = (&mut *self, notify) {
            stream.conn.send_close_notify();
            let _ = stream.conn.complete_io(&mut stream.sock);
        }
        let _ = self.socket().shutdown(Shutdown::Write);
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

/// A connection to answer on.
pub struct Reply {
    line: Line,
    notify: bool,
    reset: bool,
}

impl Reply {
    /// Writes bytes; the other side may have gone away, which is its right.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.line.write_all(bytes.as_ref()).is_ok() && self.line.flush().is_ok()
    }

    /// Ends an encrypted connection without a word (RFC 8446 §6.1), as an attacker would.
    pub fn end_silently(&mut self) {
        self.notify = false;
    }

    /// Writes a status line, headers and the empty line.
    pub fn head(&mut self, status: &str, headers: &[(&str, String)]) -> bool {
        let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let lines = lines.concat();
        self.send(format!("HTTP/1.1 {status}\r\n{lines}\r\n"))
    }

    /// Ends the connection with a reset.
    pub fn reset(&mut self) {
        let socket = rustix::net::sockopt::set_socket_linger(self.line.socket(), Some(Duration::ZERO));
        socket.unwrap();
        self.reset = true;
    }

    /// Reads exactly this many bytes of a body, or as many as come.
    pub fn body(&mut self, length: usize) -> Vec<u8> {
        let mut body = Vec::new();
        let _ = (&mut self.line).take(length as u64).read_to_end(&mut body);
        body
    }
}

type Handler = dyn Fn(&Request, &mut Reply) + Send + Sync;

/// A running server; it ends with the test.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Mutex<Vec<Request>>>,
    /// Connections that were made so far, and those that are over.
    met: Arc<(AtomicUsize, AtomicUsize)>,
}

impl Server {
    /// Answers every request, one a connection, with `handler`.
    pub fn start(handler: impl Fn(&Request, &mut Reply) + Send + Sync + 'static) -> Self {
        Self::listen(None, handler)
    }

    /// The same over encrypted connections.
    pub fn encrypted(
        tls: Arc<ServerConfig>,
        handler: impl Fn(&Request, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        Self::listen(Some(tls), handler)
    }

    fn listen(
        tls: Option<Arc<ServerConfig>>,
        handler: impl Fn(&Request, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, scheme) = (seen.clone(), if tls.is_some() { "https" } else { "http" });
        let handler: Arc<Handler> = Arc::new(handler);
        let met = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let counted = met.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (handler, log, tls) = (handler.clone(), log.clone(), tls.clone());
                let over = Over(counted.clone());
                counted.0.fetch_add(1, SeqCst);
                std::thread::spawn(move || {
                    let _over = over;
                    let line = match tls {
                        None => Line::Plain(socket),
                        Some(tls) => {
                            Line::Tls(Box::new(StreamOwned::new(ServerConnection::new(tls).unwrap(), socket)))
                        }
                    };
                    answer(line, &*handler, &log);
                });
            }
        });
        Self { address, scheme, seen, met }
    }

    /// Serves one file as a good server does, also in parts.
    pub fn with_file(content: impl Into<Arc<[u8]>>) -> Self {
        let content = content.into();
        Self::start(move |request, reply| serve_file(&content, "\"v1\"", request, reply))
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://{}/{path}", self.scheme, self.address)
    }

    /// The same by an address that leads here without saying so: what is held up for want of a network.
    pub fn far_url(&self, path: &str) -> String {
        format!("{}://0.0.0.0:{}/{path}", self.scheme, self.address.port())
    }

    /// Waits until every connection that was made before is over.
    pub fn is_quiet(&self) {
        let before = self.met.0.load(SeqCst);
        // They are taken in the order in which they were made.
        drop(TcpStream::connect(self.address).unwrap());
        while self.met.0.load(SeqCst) == before || self.met.1.load(SeqCst) < self.met.0.load(SeqCst) {
            std::thread::yield_now();
        }
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

/// Answers for `content` under `tag` as RFC 9110 §14 says.
pub fn serve_file(content: &[u8], tag: &str, request: &Request, reply: &mut Reply) {
    serve_with(content, tag, request, reply, |reply, body| _ = reply.send(body));
}

/// The same, but `send` sends the body.
pub fn serve_with(
    content: &[u8],
    tag: &str,
    request: &Request,
    reply: &mut Reply,
    send: impl FnOnce(&mut Reply, &[u8]),
) {
    let matching = request.header("if-range").is_none_or(|known| known == tag);
    let total = content.len();
    let common =
        [("ETag", tag.to_owned()), ("Accept-Ranges", "bytes".to_owned()), ("Connection", "close".to_owned())];
    let mut headers: Vec<(&str, String)> = common.to_vec();
    match request.first().filter(|_| matching) {
        Some(first) if first < total => {
            let last = request.last().unwrap_or(usize::MAX).min(total - 1);
            headers.push(("Content-Range", format!("bytes {first}-{last}/{total}")));
            headers.push(("Content-Length", (last + 1 - first).to_string()));
            reply.head("206 Partial Content", &headers);
            send(reply, &content[first..=last]);
        }
        Some(_) => {
            headers.push(("Content-Range", format!("bytes */{total}")));
            headers.push(("Content-Length", "0".to_owned()));
            reply.head("416 Range Not Satisfiable", &headers);
        }
        None => {
            headers.push(("Content-Length", total.to_string()));
            reply.head("200 OK", &headers);
            send(reply, content);
        }
    }
}

/// Counts a connection as over.
struct Over(Arc<(AtomicUsize, AtomicUsize)>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.1.fetch_add(1, SeqCst);
    }
}

fn answer(mut line: Line, handler: &Handler, log: &Mutex<Vec<Request>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match line.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let mut text = || first.next().unwrap_or_default().to_owned();
    let (method, path) = (text(), text());
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let request = {
        let mut log = log.lock().unwrap();
        let request = Request { number: log.len(), method, path, headers };
        log.push(request.clone());
        request
    };
    let mut reply = Reply { line, notify: true, reset: false };
    handler(&request, &mut reply);
    if reply.reset {
        return;
    }
    // Wait for the other side to have read everything before the socket goes.
    reply.line.end(reply.notify);
    let _ = reply.line.socket().read_to_end(&mut Vec::new());
}

/// Bytes that repeat nowhere near, the same for the same seed.
pub fn content(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A door between a test and its server.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until it is open.
    pub fn pass(&self) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(open, |open| !*open).unwrap());
    }
}
