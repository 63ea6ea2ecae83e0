use std::sync::Arc;

use tokio::sync::mpsc;

use super::*;
use crate::attempt::Attempt;
use crate::download::{Shared, run};
use crate::net::{Net, Proxies, trust};
use crate::transfer::{DownloadRequest, FileIdentity, Ranges};

#[tokio::test]
async fn a_check_of_a_huge_file_ends_at_once_when_it_is_told_to_stop() {
    const HUGE: u64 = 1 << 40;
    let dir = tempfile::tempdir().unwrap();
    let file = File::create_new(dir.path().join("a.part")).unwrap();
    file.set_len(HUGE).unwrap();
    let mut durable = Ranges::default();
    durable.insert(0..HUGE);
    let partial = Partial {
        path: dir.path().join("a"),
        total: Some(HUGE),
        validator: None,
        modified: None,
        page: false,
        resumable: true,
        identity: Some(FileIdentity::of(&file.metadata().unwrap())),
        durable,
        evidence: None,
        digests: Vec::new(),
        mirrors: Vec::new(),
        description: None,
        response: None,
        found_at: None,
        verified: None,
    };
    let (reports, mut heard) = mpsc::channel(8);
    let attempt = Attempt::alone(dir.path().to_owned(), reports);
    let stop = attempt.stop.clone();
    let mut request = DownloadRequest::new("http://127.0.0.1:9/a").unwrap();
    request = request.with_checksum("crc32:00000000".parse().unwrap());
    let net = Arc::new(Net::new(&trust(&[]).unwrap(), Proxies::none()));
    let (writers, reserved, together) = Default::default();
    let shared = Shared { net, writers, reserved, together };
    let task = tokio::spawn(run(attempt, request, Some(partial), shared));
    assert!(matches!(heard.recv().await, Some((_, Report::Verifying))));
    stop.cancel();
    assert!(matches!(task.await.unwrap(), Outcome::Stopped));
    assert!(dir.path().join("a.part").exists() && !dir.path().join("a").exists());
}
