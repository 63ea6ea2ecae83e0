//! A proxy on loopback: HTTP, HTTPS or SOCKS 5, with or without a login, that writes down what it was
//! told. Names that end with `.test` are this computer, wherever they are looked up.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How it is spoken to.
#[derive(Clone)]
pub enum Kind {
    Http,
    Https(Arc<ServerConfig>),
    Socks,
}

/// A running proxy; it ends with the test.
pub struct Proxy {
    address: SocketAddr,
    scheme: &'static str,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What the proxy wants and does.
#[derive(Clone)]
struct Rules {
    kind: Kind,
    /// Name and password.
    login: Option<(&'static str, &'static str)>,
    /// What it answers to everybody who may use it, in place of connecting.
    refuses: Option<&'static str>,
    /// Whether it says that its first tunnel is there only together with the first words of the server.
    is_slow: bool,
}

pub trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

impl Proxy {
    pub fn start(kind: Kind, login: Option<(&'static str, &'static str)>) -> Self {
        Self::with(Rules { kind, login, refuses: None, is_slow: false })
    }

    /// An HTTP proxy that answers every request with this head.
    pub fn that_says(head: &'static str) -> Self {
        Self::with(Rules { kind: Kind::Http, login: None, refuses: Some(head), is_slow: false })
    }

    /// An HTTP proxy whose first answer comes in one piece with the first words of the server.
    pub fn that_answers_late() -> Self {
        Self::with(Rules { kind: Kind::Http, login: None, refuses: None, is_slow: true })
    }

    fn with(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = match rules.kind {
            Kind::Http => "http",
            Kind::Https(_) => "https",
            Kind::Socks => "socks5h",
        };
        let proxy = Self { address: listener.local_addr().unwrap(), scheme, heard: Arc::default() };
        let heard = proxy.heard.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (rules, heard) = (rules.clone(), heard.clone());
                std::thread::spawn(move || _ = rules.serve(&socket, &heard));
            }
        });
        proxy
    }

    /// Its address, with this login in it if there is one.
    pub fn url(&self, login: Option<(&str, &str)>) -> String {
        let login = login.map(|(name, password)| format!("{name}:{password}@")).unwrap_or_default();
        // A certificate is for a name.
        format!("{}://{login}localhost:{}", self.scheme, self.address.port())
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of requests, and where it was asked to connect to.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Rules {
    fn serve(&self, socket: &TcpStream, log: &Mutex<Vec<String>>) -> io::Result<()> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut wire: Box<dyn Wire> = match &self.kind {
            Kind::Https(tls) => {
                let tls = ServerConnection::new(tls.clone()).map_err(io::Error::other)?;
                Box::new(StreamOwned::new(tls, socket.try_clone()?))
            }
            _ => Box::new(socket.try_clone()?),
        };
        if matches!(self.kind, Kind::Socks) {
            return self.socks(wire, socket, log);
        }
        let head = read_head(&mut wire)?;
        log.lock().unwrap().push(head.clone());
        if let Some(answer) = self.refuses {
            return wire.write_all(answer.as_bytes());
        }
        let known = self.login.map(|(name, password)| base64(&format!("{name}:{password}")));
        if known.is_some_and(|known| {
            !head.contains(&format!("Proxy-Authorization: Basic {known}\r\n"))
                && !head.contains(&format!("proxy-authorization: Basic {known}\r\n"))
        }) {
            let refusal = "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"p\"\r\n";
            return wire.write_all(format!("{refusal}Content-Length: 0\r\n\r\n").as_bytes());
        }
        let mut words = head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if method == "CONNECT" {
            let Ok(mut server) = connect(target) else {
                return wire.write_all(b"HTTP/1.1 502 Not there\r\nContent-Length: 0\r\n\r\n");
            };
            let mut answer = b"HTTP/1.1 200 Connected\r\nContent-Length: 0\r\n\r\n".to_vec();
            if self.is_slow && log.lock().unwrap().len() == 1 {
                let begun = answer.len();
                answer.resize(begun + 1024, 0);
                let count = server.read(&mut answer[begun..])?;
                answer.truncate(begun + count);
            }
            wire.write_all(&answer)?;
            return relay(wire, socket, server);
        }
        let Some((host, path)) = target.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else {
            return wire.write_all(b"HTTP/1.1 400 What\r\nContent-Length: 0\r\n\r\n");
        };
        let mut server = connect(host)?;
        let rest = head.split_once("\r\n").map_or("", |(_, rest)| rest);
        let lines = rest.split_inclusive("\r\n").filter(|line| !line.to_lowercase().starts_with("proxy-"));
        server.write_all(format!("{method} /{path} HTTP/1.1\r\n{}", lines.collect::<String>()).as_bytes())?;
        relay(wire, socket, server)
    }

    fn socks(
        &self,
        mut wire: Box<dyn Wire>,
        socket: &TcpStream,
        heard: &Mutex<Vec<String>>,
    ) -> io::Result<()> {
        let [_, count] = take(&mut wire)?;
        let mut methods = vec![0; usize::from(count)];
        wire.read_exact(&mut methods)?;
        if let Some((name, password)) = self.login {
            if !methods.contains(&2) {
                return wire.write_all(&[5, 0xff]);
            }
            wire.write_all(&[5, 2])?;
            let [_, length] = take(&mut wire)?;
            let given = text(&mut wire, length)?;
            let [length] = take(&mut wire)?;
            let right = given == name && text(&mut wire, length)? == password;
            wire.write_all(&[1, u8::from(!right)])?;
            if !right {
                return Ok(());
            }
        } else {
            wire.write_all(&[5, 0])?;
        }
        let [_, _, _, kind] = take(&mut wire)?;
        let host = match kind {
            1 => std::net::Ipv4Addr::from(take::<4>(&mut wire)?).to_string(),
            4 => format!("[{}]", std::net::Ipv6Addr::from(take::<16>(&mut wire)?)),
            _ => {
                let [length] = take(&mut wire)?;
                text(&mut wire, length)?
            }
        };
        let target = format!("{host}:{}", u16::from_be_bytes(take(&mut wire)?));
        heard.lock().unwrap().push(format!("SOCKS {target}"));
        match connect(&target) {
            Ok(server) => {
                wire.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
                relay(wire, socket, server)
            }
            Err(_) => wire.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]),
        }
    }
}

/// Connects to `host:port`.
fn connect(target: &str) -> io::Result<TcpStream> {
    let (host, port) = target.rsplit_once(':').unwrap_or((target, "80"));
    let host = if host.rsplit('.').next() == Some("test") { "127.0.0.1" } else { host };
    TcpStream::connect(format!("{host}:{port}"))
}

/// Moves bytes both ways until one side has ended.
pub fn relay(mut wire: Box<dyn Wire>, socket: &TcpStream, mut server: TcpStream) -> io::Result<()> {
    // One thread for both ways, as encryption has one state for both.
    socket.set_read_timeout(Some(Duration::from_millis(2)))?;
    server.set_read_timeout(Some(Duration::from_millis(2)))?;
    let mut piece = vec![0; 256 * 1024];
    let (mut upstream, mut downstream) = (true, true);
    while upstream || downstream {
        if upstream {
            upstream = pass(&mut wire, &mut server, &mut piece)?;
            if !upstream {
                server.shutdown(Shutdown::Write)?;
            }
        }
        if downstream {
            downstream = pass(&mut server, &mut wire, &mut piece)?;
            if !downstream {
                socket.shutdown(Shutdown::Write)?;
            }
        }
    }
    Ok(())
}

/// Moves what is there; whether there may come more.
fn pass(from: &mut dyn Read, to: &mut dyn Write, piece: &mut [u8]) -> io::Result<bool> {
    match from.read(piece) {
        Ok(0) => Ok(false),
        Ok(count) => to.write_all(&piece[..count]).and_then(|()| to.flush()).map(|()| true),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(true),
        Err(_) => Ok(false),
    }
}

fn read_head(wire: &mut dyn Wire) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(take::<1>(wire)?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn take<const N: usize>(wire: &mut (impl Read + ?Sized)) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    wire.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn text(wire: &mut dyn Wire, length: u8) -> io::Result<String> {
    let mut bytes = vec![0; usize::from(length)];
    wire.read_exact(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn base64(text: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    BASE64_STANDARD.encode(text)
}
