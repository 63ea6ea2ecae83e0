//! Sources, and what is sent of them.

use std::time::Duration;

use http_body_util::BodyExt as _;

use super::*;
use crate::attempt::Limit;

#[tokio::test]
async fn no_more_is_read_than_is_taken_and_buffers_are_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    let file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    file.set_len(20 * PIECE as u64 + 1).unwrap();
    let part = Part::whole(&path, Source::of(&path).unwrap());
    let mut content = Content::open(vec![part], Limits::default()).await.unwrap();

    let mut held = Vec::new();
    while let Ok(frame) = tokio::time::timeout(Duration::from_millis(100), content.frame()).await {
        held.push(frame.unwrap().unwrap().into_data().unwrap());
    }
    assert_eq!(held.len(), buffers::MOST);
    let mut places: Vec<_> = held.iter().map(|piece| piece.as_ptr()).collect();
    let mut length: usize = held.drain(..).map(|piece| piece.len()).sum();
    while let Some(frame) = content.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        length += piece.len();
        places.push(piece.as_ptr());
    }
    assert_eq!(length, 20 * PIECE + 1);
    assert!(content.is_end_stream());
    places.sort();
    places.dedup();
    assert_eq!(places.len(), buffers::MOST);
}

/// Sends with nothing in the way but these limits for `time`, and says how many bytes it were.
async fn sent(limits: Limits, time: Duration) -> f64 {
    let part = || Part::Bytes(vec![0; 100_000].into());
    let (end, mut sent) = (tokio::time::Instant::now() + time, 0);
    // One small file after the other.
    while tokio::time::Instant::now() < end {
        let mut content = Content::open(vec![part()], limits.clone()).await.unwrap();
        while let Ok(Some(frame)) = tokio::time::timeout_at(end, content.frame()).await {
            sent += frame.unwrap().into_data().unwrap().len();
        }
    }
    f64::from(u32::try_from(sent).unwrap())
}

/// The same of a download over so many connections, as its segments take turns.
async fn got(limits: Limits, connections: usize, time: Duration) -> f64 {
    let end = tokio::time::Instant::now() + time;
    let segments = (0..connections).map(|_| async {
        let mut got = 0;
        while tokio::time::Instant::now() < end {
            let turn = limits.turn(connections).unwrap();
            limits.pay(turn).await;
            got += turn;
        }
        got
    });
    let got: u64 = futures_util::future::join_all(segments).await.into_iter().sum();
    f64::from(u32::try_from(got).unwrap())
}

#[tokio::test(start_paused = true)]
async fn uploads_and_downloads_get_equal_shares_of_a_limit_that_they_have_in_common() {
    let (rate, time) = (1_000_000, Duration::from_secs(8));
    let both = Limit::new(Some(rate));
    let share = || Limits::new(Limit::default(), [both.clone()]);
    let uploads = futures_util::future::join_all((0..3).map(|_| sent(share(), time)));
    let downloads = futures_util::future::join_all([1, 4].map(|connections| got(share(), connections, time)));
    let (uploads, downloads) = tokio::join!(uploads, downloads);
    let shares = [uploads, downloads].concat();
    let total: f64 = shares.iter().sum();
    assert!((total / 8_000_000.0 - 1.0).abs() < 0.02, "{shares:?}");
    assert!(shares.iter().all(|share| (share / 1_600_000.0 - 1.0).abs() < 0.10), "{shares:?}");
}

#[test]
fn only_an_ordinary_file_is_a_source() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Source::of(dir.path()).unwrap_err();
    assert_eq!((folder.kind, folder.reason.as_deref()), (ErrorKind::FileMissing, Some("it is a folder")));
    assert_eq!(Source::of(&dir.path().join("none")).unwrap_err().kind, ErrorKind::FileMissing);
    assert_eq!(Source::of(Path::new("/dev/null")).unwrap_err().kind, ErrorKind::FileMissing);
}

#[test]
fn a_source_knows_another_file_of_the_same_length_by_its_inode_or_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    io::Write::write_all(&mut file, b"one").unwrap();
    let source = Source::of(&path).unwrap();
    assert_eq!(source.size, 3);
    assert!(source.check(&path).is_ok());

    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(source.check(&path).unwrap_err().kind, ErrorKind::FileChanged);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(source.check(&path).unwrap_err().kind, ErrorKind::FileMissing);
}
