//! Transfers for tests and measurements, as a session would show them.

use jiff::Timestamp;

use crate::{Address, ErrorView, Failure, Kind, Phase, Progress, Rank, Snapshot, TransferId};

/// A download of `https://example.org/NAME`, in the queue.
///
/// # Panics
/// If the name makes no address.
pub fn download(name: &str) -> Snapshot {
    let (url, _) = Address::parse(&format!("https://example.org/{name}")).expect("a sample has an address");
    let id = TransferId::new();
    Snapshot {
        id,
        rank: Rank::of(id),
        kind: Kind::Download,
        url,
        path: Some(std::path::PathBuf::from("/downloads").join(name)),
        name: name.to_owned(),
        state: Phase::Queued,
        reason: None,
        retry_at: None,
        progress: Progress::default(),
        resumable: None,
        verified: None,
        restarts: 0,
        attempts: 0,
        priority: 0.5,
        group: None,
        cost_policy: "default".to_owned(),
        added: Timestamp::from_second(1_795_170_600).unwrap(),
        started: None,
        finished: None,
        error: None,
        notify: crate::Notify::default(),
        files: None,
        relative_path: None,
        protocol: None,
        response: None,
        found_at: None,
        link: None,
        copy_link: false,
        destination: None,
    }
}

/// An upload to `https://example.org/NAME`, in the queue.
///
/// # Panics
/// If the name makes no address.
pub fn upload(name: &str) -> Snapshot {
    Snapshot { kind: Kind::Upload, ..download(name) }
}

/// `row` where it failed with `failure`.
pub fn failed(row: Snapshot, failure: &Failure) -> Snapshot {
    Snapshot { state: Phase::Failed, error: Some(ErrorView::from(failure)), ..row }
}

/// `row` where it is running, `done` bytes of `total` moved at `rate`.
pub fn running(row: Snapshot, done: u64, total: u64, rate: u64) -> Snapshot {
    let eta = (total.saturating_sub(done)).checked_div(rate);
    let progress =
        Progress { done, total: Some(total), rate: Some(rate), eta, connections: 1, ..Progress::default() };
    Snapshot { state: Phase::Running, progress, ..row }
}
