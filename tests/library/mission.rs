//! What the program must be able to do, row by row: an index of the whole, and its floor. Each row has one test,
//! found by its number; how it behaves in all the ways in which things go wrong is tested elsewhere.
//!
//! | rows | where | what |
//! |---|---|---|
//! | 1, 2, 3, 10, 31 | [`sessions`] | downloads begin, go on elsewhere, and outlive whoever began them |
//! | 4, 5, 16, 17 | [`uploads`] | uploads begin, go on, go as forms, and survive the end of a session |
//! | 6, 7, 8, 9, 13 | [`handles`] | what can be done with a transfer, seen of it, asked and heard |
//! | 11, 18, 19, 20, 21 | [`groups`] | what holds for many, their order, their names, and what is done at the end |
//! | 12, 28 | [`servers`] | logins, proxies and protocols |
//! | 14, 15 | [`reading`] | a file while it arrives, its address and what its server said |
//! | 22, 23, 24 | [`conditions`] | what it may cost, the battery, the network |
//! | 25, 26, 27 | [`failures`] | patience, failures that pause, and what is refused at once |
//! | 29, 30 | [`many`] | many at once, and small ones |

mod conditions;
mod failures;
mod groups;
mod handles;
mod many;
mod reading;
mod servers;
mod sessions;
mod uploads;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use windlass::{
    Conditions, DownloadRequest, Handle, Notify, Phase, ResumeData, Session, Snapshot, UploadRequest,
};

use crate::server::{Gate, Reply, Request, Server, serve_file};
use crate::write;

const SIZE: usize = 800_000;
/// What has arrived when a server holds the rest back.
const HERE: usize = 300_000;
/// What is asked for again, to see that it is the same.
const OVERLAP: usize = 65_536;

/// A request for this file, into `dir`, over one connection: what has come of it is its beginning.
fn request(url: &str, dir: &Path) -> DownloadRequest {
    let mut request = DownloadRequest::new(url).unwrap().into_folder(dir);
    request.terms.connections = NonZero::new(1);
    request
}

/// A request to send this, which is in `dir` under `name`.
fn sending(dir: &Path, name: &str, content: &[u8], url: &str) -> UploadRequest {
    UploadRequest::new(source(dir, name, content), url).unwrap()
}

/// A file to send.
fn source(dir: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = dir.join(name);
    write(&path, content);
    path
}

/// Words for both ends.
fn words() -> Notify {
    let say = |word: &str| Some(word.to_owned());
    Notify { success: say("well done"), failure: say("look after it"), quiet: false }
}

/// Waits until a transfer is how the test wants it.
async fn shown(handle: &Handle, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
    loop {
        let snapshot = handle.snapshot().await.unwrap();
        if wanted(&snapshot) {
            return snapshot;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits for something beside the session.
async fn when(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What is read of the text of resume data, as another program would.
fn reread(data: &ResumeData) -> ResumeData {
    ResumeData::parse(data.to_text().unwrap().as_bytes()).unwrap()
}

/// The desktop changes a little.
async fn tell(session: &Session, change: impl FnOnce(&mut Conditions)) {
    let mut conditions = Conditions::default();
    change(&mut conditions);
    session.set_conditions(conditions).await.unwrap();
}

fn is_completed(now: &Snapshot) -> bool {
    now.state == Phase::Completed
}

fn length(request: &Request) -> usize {
    request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// An answer without a body.
fn say(reply: &mut Reply, status: &str, headers: &[(&str, String)]) {
    let end = [("Content-Length", "0".to_owned()), ("Connection", "close".to_owned())];
    reply.head(status, &[headers, &end].concat());
}

/// Gives the first so many bytes of a file and holds the rest back until the gate opens.
fn hold(body: &[u8], here: usize, gate: &Gate, reply: &mut Reply) {
    let headers = [
        ("ETag", "\"v1\"".to_owned()),
        ("Accept-Ranges", "bytes".to_owned()),
        ("Content-Length", body.len().to_string()),
    ];
    reply.head("200 OK", &headers);
    reply.send(&body[..here]);
    gate.pass();
    reply.send(&body[here..]);
}

/// A server that holds the rest of a file back whenever somebody asks for it from its beginning. Whoever goes on in
/// the middle gets what he wants, and so does everybody once the gate is open.
fn holding(body: &Arc<[u8]>, gate: &Gate) -> Server {
    let (body, gate) = (body.clone(), gate.clone());
    Server::start(move |request, reply| match request.first() {
        Some(first) if first > 0 => serve_file(&body, "\"v1\"", request, reply),
        _ => hold(&body, HERE, &gate, reply),
    })
}

/// A server of tus that takes `HERE` bytes of the first request with bytes, and then does what it is told to.
struct Tus {
    server: Server,
    came: Arc<AtomicUsize>,
    kept: Arc<std::sync::Mutex<Vec<u8>>>,
}

impl Tus {
    fn start(total: usize, first: impl Fn(&mut Reply) + Send + Sync + 'static) -> Self {
        let (came, kept) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(Vec::new())));
        let (counted, all) = (came.clone(), kept.clone());
        let server = Server::start(move |request, reply| match request.method.as_str() {
            "OPTIONS" => say(reply, "204 No Content", &[("Tus-Version", "1.0.0".to_owned())]),
            "POST" => say(reply, "201 Created", &[("Location", "/up/0".to_owned())]),
            "DELETE" => say(reply, "204 No Content", &[]),
            "HEAD" => {
                let offset = ("Upload-Offset", counted.load(SeqCst).to_string());
                say(reply, "200 OK", &[offset, ("Upload-Length", total.to_string())]);
            }
            _ => {
                let is_first = counted.load(SeqCst) == 0;
                assert_eq!(request.header("upload-offset"), Some(counted.load(SeqCst).to_string().as_str()));
                let bytes = reply.body(if is_first { HERE } else { length(request) });
                all.lock().unwrap().extend(&bytes);
                counted.fetch_add(bytes.len(), SeqCst);
                if is_first {
                    return first(reply);
                }
                let offset = ("Upload-Offset", counted.load(SeqCst).to_string());
                let words = ("Content-Length", "6".to_owned());
                reply.head("200 OK", &[offset, words]);
                reply.send("thanks");
            }
        });
        Self { server, came, kept }
    }

    /// One that takes no more until the other side hangs up.
    fn waiting(total: usize) -> Self {
        Self::start(total, |reply| _ = reply.body(usize::MAX))
    }

    async fn has_some(&self) {
        when(|| self.came.load(SeqCst) == HERE).await;
    }

    fn has(&self, content: &[u8]) -> bool {
        *self.kept.lock().unwrap() == content
    }

    /// How many requests of this kind came.
    fn count(&self, method: &str) -> usize {
        self.server.seen().iter().filter(|request| request.method == method).count()
    }
}
