//! Downloads and uploads that are ended in one session and go on in another, by their resume data.

mod downloads;
mod files;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use windlass::{Download, DownloadRequest, Options, Profile, ResumeData, Session};

use crate::server::{Gate, Server, serve_file};
use crate::{open, run, until};

const SIZE: usize = 800_000;
/// What has arrived when the first session is told to end it.
const HERE: usize = 300_000;
/// What is asked for again to see that it is the same.
const OVERLAP: usize = 65_536;

/// Another session, on another computer but for its disk.
fn elsewhere(dir: &Path) -> Session {
    Session::open(&Options::new(Profile::at(dir.join("elsewhere")))).unwrap()
}

fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// A server that gives `here` bytes of this to the first who asks and holds the rest back until the gate opens.
/// Whoever asks later gets what he wants.
fn holding(body: &Arc<[u8]>, here: usize, gate: &Gate) -> Server {
    let (sent, held) = (body.clone(), gate.clone());
    Server::start(move |request, reply| {
        if request.number > 0 {
            return serve_file(&sent, "\"v1\"", request, reply);
        }
        let headers = [
            ("ETag", "\"v1\"".to_owned()),
            ("Accept-Ranges", "bytes".to_owned()),
            ("Content-Length", sent.len().to_string()),
        ];
        reply.head("200 OK", &headers);
        reply.send(&sent[..here]);
        held.pass();
    })
}

/// A download in `session` of which so much has arrived.
async fn begun(session: &Session, request: DownloadRequest, here: usize) -> Download {
    let download = session.start_download(request).await.unwrap();
    until(&download, |s| s.progress.done == here as u64).await;
    download
}

/// The resume data of a download to `a.bin`, ended in the middle, as it is read from its text.
fn ended(dir: &Path, body: &Arc<[u8]>, here: usize) -> (Server, ResumeData) {
    let gate = Gate::default();
    let server = holding(body, here, &gate);
    let session = open(dir);
    let data = run(&session, async {
        let request = DownloadRequest::new(&server.url("a.bin")).unwrap().into_folder(dir);
        let download = begun(&session, request, here).await;
        let data = download.cancel_by_producing_resume_data().await.unwrap();
        session.close().await.unwrap();
        data
    });
    gate.open();
    (server, ResumeData::parse(data.to_text().unwrap().as_bytes()).unwrap())
}
