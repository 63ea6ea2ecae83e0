//! Uploads against servers that keep to the rules, break them, and break off.

mod answers;
mod beside;
mod changes;
mod cuts;
mod dav;
mod expect;
mod faults;
mod google;
mod many;
mod nextcloud;
mod redirects;
mod resumable;
mod s3;
mod server;
mod success;
mod tus;
mod webdav;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::attempt::{Attempt, Outcome, Report, Timeouts};
use crate::net::{Net, Proxies};
use crate::transfer::{
    Delivery, ErrorKind, Failure, Meter, Method, Pause, Remote, Response, Source, TransferId, UploadRequest,
    Verified,
};

const MIB: usize = 1024 * 1024;
/// More than all the buffers between two ends of a connection.
const LARGE: usize = 48 * MIB;

/// A file and the wish to send it.
struct Upload {
    dir: tempfile::TempDir,
    request: UploadRequest,
    tls: Arc<rustls::ClientConfig>,
    net: Option<Net>,
    silence: Duration,
    meter: Meter,
    stop: CancellationToken,
}

/// An upload on its way.
struct Running {
    task: JoinHandle<Outcome>,
    reports: mpsc::Receiver<Said>,
    meter: Meter,
    stop: CancellationToken,
    remotes: Remotes,
    _dir: tempfile::TempDir,
}

struct Ended {
    outcome: Outcome,
    response: Option<Response>,
    verified: Option<Verified>,
    /// What was written down of it at last.
    remote: Option<Remote>,
    meter: Meter,
}

/// What was written down of an upload, one after the other.
type Remotes = Arc<Mutex<Vec<Remote>>>;

/// What an upload says on its way.
type Said = (TransferId, Report);

impl Upload {
    fn of(content: &[u8], url: &str, method: Method) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
        file.write_all(content).unwrap();
        Self {
            dir,
            request: UploadRequest::new(path, url).unwrap().by(method),
            tls: server::trusting(None),
            net: None,
            silence: Duration::from_secs(10),
            meter: Meter::default(),
            stop: CancellationToken::new(),
        }
    }

    /// A file of nothing but zeros.
    fn of_size(size: usize, url: &str, method: Method) -> Self {
        let upload = Self::of(b"", url, method);
        let file = OpenOptions::new().write(true).open(upload.path()).unwrap();
        file.set_len(size as u64).unwrap();
        upload
    }

    fn path(&self) -> PathBuf {
        self.request.file.clone()
    }

    fn trusting(mut self, tls: Arc<rustls::ClientConfig>) -> Self {
        self.tls = tls;
        self
    }

    fn patient_for(mut self, milliseconds: u64) -> Self {
        self.silence = Duration::from_millis(milliseconds);
        self
    }

    fn with_header(mut self, name: &str, value: &str) -> Self {
        self.request.headers.add(name, value).unwrap();
        self
    }

    fn start(self) -> Running {
        let source = Source::of(&self.request.file).unwrap();
        self.start_with(source)
    }

    fn start_with(self, source: Source) -> Running {
        self.start_from(Delivery::of(vec![source]))
    }

    fn start_from(self, delivery: Delivery) -> Running {
        let (reports, heard, remotes) = written_down();
        let attempt = Attempt {
            timeouts: Timeouts { connect: Duration::from_secs(5), silence: self.silence },
            meter: self.meter.clone(),
            stop: self.stop.clone(),
            ..Attempt::alone(PathBuf::new(), reports)
        };
        let net = self.net.unwrap_or_else(|| Net::new(&self.tls, Proxies::none()));
        let task = tokio::spawn(super::run(attempt, self.request, delivery, net));
        Running { task, reports: heard, meter: self.meter, stop: self.stop, remotes, _dir: self.dir }
    }

    async fn send(self) -> Ended {
        self.start().end().await
    }
}

impl Running {
    async fn end(mut self) -> Ended {
        let outcome = tokio::time::timeout(Duration::from_secs(30), self.task).await;
        let outcome = outcome.expect("it hangs").unwrap();
        let (mut response, mut verified) = (None, None);
        while let Some((_, report)) = self.reports.recv().await {
            match report {
                Report::Answered(answer) => assert!(response.replace(*answer).is_none(), "answered twice"),
                Report::Proved(proof) => verified = Some(proof),
                Report::Chosen(_) | Report::Confirmed(_) | Report::StartedOver(_) | Report::Verifying => {}
                _ => panic!("not a report of an upload"),
            }
        }
        assert_eq!(self.meter.read().connections, 0);
        let remote = self.remotes.lock().unwrap().last().cloned();
        Ended { outcome, response, verified, remote, meter: self.meter }
    }
}

impl Ended {
    #[track_caller]
    fn completed(self) -> Response {
        assert!(matches!(self.outcome, Outcome::Completed(None)), "{:?}", self.outcome);
        self.response.unwrap()
    }

    #[track_caller]
    fn failed(self) -> (Failure, Option<Response>) {
        let Outcome::Failed(failure) = self.outcome else { panic!("{:?}", self.outcome) };
        (failure, self.response)
    }

    #[track_caller]
    fn kind(self) -> ErrorKind {
        self.failed().0.kind
    }

    #[track_caller]
    fn asks_first(self) -> Failure {
        let Outcome::Paused(Pause::RestartNeeded(failure)) = self.outcome else {
            panic!("{:?}", self.outcome)
        };
        failure
    }
}

/// A session that writes down whatever has begun, and passes on the rest.
fn written_down() -> (mpsc::Sender<Said>, mpsc::Receiver<Said>, Remotes) {
    let remotes = Remotes::default();
    let kept = remotes.clone();
    let (reports, mut said) = mpsc::channel(8);
    let (passed_on, heard) = mpsc::channel(256);
    tokio::spawn(async move {
        while let Some((id, report)) = said.recv().await {
            match report {
                Report::Begun(remote, written) => {
                    kept.lock().unwrap().push(*remote);
                    let _ = written.send(Ok(()));
                }
                other => _ = passed_on.send((id, other)).await,
            }
        }
    });
    (reports, heard, remotes)
}

/// Bytes that differ from place to place.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()
    })
    .flatten()
    .take(size)
    .collect()
}

/// Waits until `holds`; fails the test if it never does.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}
