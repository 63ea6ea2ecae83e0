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
mod kinds;
mod leftovers;
mod limits;
mod logins;
mod mirrors;
mod order;
mod proxies;
mod redirects;
mod restarts;
mod resume_data;
mod segments;
mod sends;
mod sftp;
mod sleep;
mod sources;
mod traps;
mod trees;
mod uploads;
mod waste;
mod wishes;

use std::path::Path;
use std::time::Duration;

use windlass::{Download, DownloadRequest, OnChange, Options, Phase, Profile, Session, Settings, Snapshot};

/// A session in a folder of its own.
fn open(dir: &Path) -> Session {
    Session::open(&Options::new(Profile::at(dir.join("profile")))).unwrap()
}

/// A session whose downloads fail at once instead of trying again.
fn impatient(dir: &Path) -> Session {
    let profile = Profile::at(dir.join("profile"));
    let settings = Settings { retries: 0, connect_timeout: 2, silence_timeout: 2, ..Settings::default() };
    settings.save(&profile.settings).unwrap();
    open(dir)
}

/// A session that begins again with a file that is another one by now, and does not wait to do so.
fn resolute(dir: &Path) -> Session {
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
