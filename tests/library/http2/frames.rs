//! HTTP/2 servers that end streams and connections in every way there is (RFC 9113 §6.4, §6.8, §7), frame by
//! frame: once, and then the file comes; or always, and then it never does.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use windlass::{DownloadRequest, Phase};

use super::session;
use crate::server::content;
use crate::{assert_complete, run, tls};

const SIZE: usize = 40_000;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOODBYE: u8 = 7;
/// Ends a stream; acknowledges settings and pings.
const END: u8 = 1;
const END_HEADERS: u8 = 4;

/// A connection, as far as these tests need it.
struct Wire(StreamOwned<ServerConnection, TcpStream>);

impl Wire {
    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.0.write_all(&[&head, payload].concat())?;
        self.0.flush()
    }

    fn frame(&mut self) -> io::Result<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head)?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        self.0.read_exact(&mut payload)?;
        Ok((kind, flags, u32::from_be_bytes(stream), payload))
    }

    /// `200` with a length, in the plainest words that HPACK has (RFC 7541 §6.2.2).
    fn head(&mut self, stream: u32, length: usize) -> io::Result<()> {
        let (name, value) = (b"content-length", length.to_string());
        let sizes = [u8::try_from(name.len()).unwrap(), u8::try_from(value.len()).unwrap()];
        let block = [&[0x88, 0, sizes[0]], &name[..], &sizes[1..], value.as_bytes()].concat();
        self.send(HEADERS, END_HEADERS, stream, &block)
    }

    /// A body, and the end of its stream if it `ends`.
    fn body(&mut self, stream: u32, bytes: &[u8], ends: bool) -> io::Result<()> {
        for piece in bytes.chunks(16_000) {
            self.send(DATA, 0, stream, piece)?;
        }
        if ends { self.send(DATA, END, stream, &[]) } else { Ok(()) }
    }

    fn reset(&mut self, stream: u32, code: u32) -> io::Result<()> {
        self.send(RESET, 0, stream, &code.to_be_bytes())
    }

    fn goodbye(&mut self, last: u32) -> io::Result<()> {
        self.send(GOODBYE, 0, 0, &[last.to_be_bytes(), [0; 4]].concat())
    }
}

/// What is done about a request on a stream.
type Deed = fn(&mut Wire, u32, &[u8]) -> io::Result<()>;

fn gone() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn right(wire: &mut Wire, stream: u32, body: &[u8]) -> io::Result<()> {
    wire.head(stream, body.len())?;
    wire.body(stream, body, true)
}

/// After these the file has to be asked for again.
const WRONG: [(&str, Deed); 11] = [
    ("an internal error", |wire, stream, _| wire.reset(stream, 2)),
    ("a refused stream", |wire, stream, _| wire.reset(stream, 7)),
    ("a cancelled stream", |wire, stream, _| wire.reset(stream, 8)),
    ("a call for calm", |wire, stream, _| wire.reset(stream, 11)),
    ("a wish for HTTP/1.1", |wire, stream, _| wire.reset(stream, 13)),
    ("no error", |wire, stream, _| wire.reset(stream, 0)),
    ("a goodbye before the answer", |wire, _, _| {
        wire.goodbye(0)?;
        gone()
    }),
    ("nothing more", |_, _, _| gone()),
    ("a reset in the middle", |wire, stream, body| {
        wire.head(stream, body.len())?;
        wire.body(stream, &body[..SIZE / 2], false)?;
        wire.reset(stream, 8)
    }),
    ("an early end", |wire, stream, body| {
        wire.head(stream, body.len())?;
        wire.body(stream, &body[..SIZE / 2], true)
    }),
    ("more than it said", |wire, stream, body| {
        wire.head(stream, body.len())?;
        wire.body(stream, &[body, b"more"].concat(), true)
    }),
];

/// And after these it is there.
const ODD: [(&str, Deed); 2] = [
    ("a goodbye and the answer", |wire, stream, body| {
        wire.goodbye(stream)?;
        right(wire, stream, body)
    }),
    ("no error behind the answer", |wire, stream, body| {
        right(wire, stream, body)?;
        wire.reset(stream, 0)
    }),
];

/// Does this about the first requests, and answers all others as it should; counts them.
fn start(tls: &Arc<ServerConfig>, deed: Deed, first: usize) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, tls) = (listener.local_addr().unwrap().port(), tls::speaking(tls, "h2"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (tls, count) = (tls.clone(), counted.clone());
            std::thread::spawn(move || {
                let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
                serve(Wire(StreamOwned::new(connection, socket)), deed, (first, &count))
            });
        }
    });
    (port, count)
}

fn serve(mut wire: Wire, deed: Deed, (first, count): (usize, &AtomicUsize)) -> io::Result<()> {
    let body = content(51, SIZE);
    wire.0.read_exact(&mut [0; 24])?;
    wire.send(SETTINGS, 0, 0, &[])?;
    loop {
        match wire.frame()? {
            (SETTINGS, 0, _, _) => wire.send(SETTINGS, END, 0, &[])?,
            (PING, 0, _, payload) => wire.send(PING, END, 0, &payload)?,
            (HEADERS, _, stream, _) if count.fetch_add(1, SeqCst) < first => deed(&mut wire, stream, &body)?,
            (HEADERS, _, stream, _) => right(&mut wire, stream, &body)?,
            _ => {}
        }
    }
}

fn walk(what: &str, deed: Deed, first: usize) -> (Phase, usize) {
    let dir = tempfile::tempdir().unwrap();
    let (tls, authority) = tls::certificate(dir.path());
    let (port, count) = start(&tls, deed, first);
    let session = session(dir.path(), authority, 2);
    let folder = dir.path().join("down");
    run(&session, async {
        let url = format!("https://localhost:{port}/a.bin");
        let request = DownloadRequest::new(&url).unwrap().into_folder(&folder);
        let done = session.start_download(request).await.unwrap().settled().await.unwrap();
        if done.state == Phase::Completed {
            assert_complete(&done, &content(51, SIZE));
        } else {
            assert!(done.error.is_some() && !folder.join("a.bin").exists(), "{what}: {done:?}");
        }
        (done.state, count.load(SeqCst))
    })
}

#[test]
fn a_stream_that_ends_in_a_wrong_way_once_is_asked_for_again() {
    for (what, deed) in WRONG {
        let (state, count) = walk(what, deed, 1);
        assert!(state == Phase::Completed && count >= 2, "{what}: {state:?} after {count}");
    }
    for (what, deed) in ODD {
        assert_eq!(walk(what, deed, 1), (Phase::Completed, 1), "{what}");
    }
}

#[test]
fn a_stream_that_always_ends_in_a_wrong_way_is_never_a_file() {
    for (what, deed) in WRONG {
        assert_eq!(walk(what, deed, usize::MAX).0, Phase::Failed, "{what}");
    }
}
