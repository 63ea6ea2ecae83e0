//! The library as another program sees it: sessions, downloads and uploads against servers that
//! behave well and badly.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

#[path = "../support/proxy.rs"]
mod proxy;
#[path = "../support/server.rs"]
#[allow(dead_code, reason = "each binary uses its own part of it")]
mod server;
#[path = "../support/tls.rs"]
mod tls;

#[path = "../support/ftp.rs"]
mod ftp_server;
#[path = "../support/sftp.rs"]
mod sftp_server;

mod bad_input;
mod checksums;
mod conditions;
mod destinations;
mod downloads;
mod ftp;
mod groups;
mod history;
mod http2;
mod keeping;
mod keyring;
mod kinds;
mod leftovers;
mod limits;
mod logins;
mod map;
mod mirrors;
mod mission;
mod order;
mod probe;
mod proxies;
mod redirects;
mod restarts;
mod resume_data;
mod segments;
mod sends;
mod sftp;
mod sites;
mod sleep;
mod sources;
mod statistics;
mod traps;
mod trees;
mod uploads;
mod waste;
mod wishes;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use windlass::{
    Download, DownloadRequest, OnChange, OpenError, Options, Phase, Profile, Session, Settings, Snapshot,
};

/// The password of nearly all tests, as it is and as Basic has it.
const SECRETS: [&str; 2] = ["S3CR3T", "bWU6UzNDUjNU"];

/// A session that is looked into when it is gone: whatever the test was about, no secret is in its profile.
struct Watched {
    session: Session,
    // Dropped after it.
    _left: Left,
}

struct Left(PathBuf);

impl Deref for Watched {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_without(&self.0, &SECRETS);
        }
    }
}

/// That none of these words is in a file of `folder`.
fn assert_without(folder: &Path, words: &[&str]) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            assert_without(&entry, words);
        } else if let Ok(bytes) = std::fs::read(&entry) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(words.iter().all(|word| !text.contains(word)), "a secret is in {}", entry.display());
        }
    }
}

/// A session in a folder of its own.
fn open(dir: &Path) -> Watched {
    let folder = dir.join("profile");
    let session = opened(&Options::new(Profile::at(&folder)));
    Watched { session, _left: Left(folder) }
}

/// A session whose profile was let go of just now. A command that some other test begins has what this process has
/// open, locks among it, until it has become a program of its own; on a busy computer that takes a while.
fn opened(options: &Options) -> Session {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match Session::open(options) {
            // To find that takes it a moment already.
            Err(OpenError::Locked) if Instant::now() < end => {}
            other => return other.unwrap(),
        }
    }
}

/// A session whose downloads fail at once instead of trying again.
fn impatient(dir: &Path) -> Watched {
    let profile = Profile::at(dir.join("profile"));
    let settings = Settings { retries: 0, connect_timeout: 2, silence_timeout: 2, ..Settings::default() };
    settings.save(&profile.settings).unwrap();
    open(dir)
}

/// A session that begins again with a file that is another one by now, and does not wait to do so.
fn resolute(dir: &Path) -> Watched {
    let profile = Profile::at(dir.join("profile"));
    let settings = Settings {
        retries: 0,
        connect_timeout: 2,
        silence_timeout: 2,
        on_change: OnChange::Restart,
        ..Settings::default()
    };
    settings.save(&profile.settings).unwrap();
    open(dir)
}

/// Runs a test's steps on the session's runtime, bounded.
fn run<T>(session: &Session, steps: impl Future<Output = T>) -> T {
    let bounded = async { tokio::time::timeout(Duration::from_secs(20), steps).await };
    session.runtime().block_on(bounded).expect("the test took too long")
}

async fn download(session: &Session, url: &str, dir: &Path) -> Snapshot {
    let request = DownloadRequest::new(url).unwrap().into_folder(dir);
    session.start_download(request).await.unwrap().settled().await.unwrap()
}

/// Makes a file, or makes it anew.
fn write(path: &Path, content: impl AsRef<[u8]>) {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, content.as_ref()).unwrap();
}

/// Waits until a download is how the test wants it.
async fn until(download: &Download, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
    loop {
        let snapshot = download.snapshot().await.unwrap();
        if wanted(&snapshot) {
            return snapshot;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// That a download is complete, and its file what it should be, and nothing lies beside it.
fn assert_complete(snapshot: &Snapshot, content: &[u8]) {
    assert_eq!(snapshot.state, Phase::Completed, "{snapshot:?}");
    let path = snapshot.path.as_ref().unwrap();
    assert!(std::fs::read(path).unwrap() == content, "{} differs", path.display());
    let mut part = path.clone().into_os_string();
    part.push(".part");
    assert!(!Path::new(&part).exists());
}
