use std::fs::{File, OpenOptions};

use proptest::prelude::*;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::*;

fn content(length: usize) -> Vec<u8> {
    (0_u32..).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).take(length).collect()
}

fn part(range: Range<u64>) -> Vec<Range<u64>> {
    std::iter::once(range).collect()
}

fn empty_file() -> File {
    tempfile::tempfile().unwrap()
}

fn all_of(file: &File) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

/// A socket, and the other end of it.
async fn line() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (theirs, _) = listener.accept().await.unwrap();
    theirs.set_nodelay(true).unwrap();
    (ours, theirs)
}

/// A pipe with these bytes in it.
async fn filled(bytes: &[u8]) -> Load {
    let (socket, mut server) = line().await;
    server.write_all(bytes).await.unwrap();
    let (mut pipe, mut left) = (Pipe::new().unwrap(), bytes.len() as u64);
    while left > 0 {
        pipe.fill(Bare { socket: &socket, left: &mut left }, usize::MAX).await.unwrap();
    }
    assert_eq!(pipe.held, bytes.len());
    Load::Pipe(pipe)
}

/// Takes all of a body in through pipes, at most so many bytes at a time, from a server that sends so
/// many at a time.
async fn through_pipes(body: &[u8], sent: Vec<usize>, limits: Vec<usize>, file: &File) {
    let (socket, mut server) = line().await;
    let (to_send, mut left) = (body.to_vec(), body.len() as u64);
    let sending = tokio::spawn(async move {
        let mut rest = &to_send[..];
        for count in sent.into_iter().cycle() {
            let (now, later) = rest.split_at(count.min(rest.len()));
            server.write_all(now).await.unwrap();
            rest = later;
            if rest.is_empty() {
                return server;
            }
        }
        server
    });
    let (mut at, mut limits) = (0, limits.into_iter().cycle());
    let mut load = Load::Pipe(Pipe::new().unwrap());
    while left > 0 || load.len() > 0 {
        if load.is_full() || left == 0 {
            let end = at + load.len() as u64;
            load.write(file, at, &part(at..end)).unwrap();
            load.clear();
            assert!(load.is_pipe() && load.len() == 0, "it can be used again");
            at = end;
        }
        let Load::Pipe(pipe) = &mut load else { panic!("no pipe") };
        if left > 0 {
            pipe.fill(Bare { socket: &socket, left: &mut left }, limits.next().unwrap()).await.unwrap();
        }
    }
    drop(sending.await.unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn bytes_come_out_of_pipes_as_they_went_in_however_they_come(
        length in 1_usize..3_000_000,
        sent in prop::collection::vec(1_usize..200_000, 1..8),
        limits in prop::collection::vec(1_usize..2_000_000, 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let _alone = ALONE.lock().await;
            // A server and limits that are both small take very many steps.
            let length = length.min(sent.iter().chain(&limits).min().unwrap() * 2000);
            let (body, file) = (content(length), empty_file());
            through_pipes(&body, sent, limits, &file).await;
            assert!(all_of(&file) == body);
        });
    }
}

#[tokio::test]
async fn what_others_have_written_is_left_out_wherever_it_lies() {
    let _alone = ALONE.lock().await;
    let body = content(300_000);
    let wanted = [part(0..300_000), vec![0..10, 200_000..300_000], vec![1..2, 5..6, 299_999..300_000]];
    for parts in wanted {
        let file = empty_file();
        file.write_all_at(&vec![7; 400_000], 0).unwrap();
        let mut load = filled(&body).await;
        let shifted: Vec<_> = parts.iter().map(|part| part.start + 50_000..part.end + 50_000).collect();
        load.write(&file, 50_000, &shifted).unwrap();
        let mut expected = vec![7; 400_000];
        for part in parts {
            let (start, end) = (usize::try_from(part.start).unwrap(), usize::try_from(part.end).unwrap());
            expected[50_000 + start..50_000 + end].copy_from_slice(&body[start..end]);
        }
        assert!(all_of(&file) == expected);
    }
}

#[tokio::test]
async fn a_pipe_with_something_left_in_it_is_not_used_again() {
    let _alone = ALONE.lock().await;
    let mut load = filled(b"hello world").await;
    load.write(&empty_file(), 0, &part(0..5)).unwrap();
    assert_eq!(load.len(), 6);
    load.clear();
    assert!(load.is_none());
    let mut load = filled(b"hello world").await;
    load.write(&empty_file(), 0, &[0..5, 6..11]).unwrap();
    load.clear();
    assert!(load.is_pipe());
}

#[tokio::test]
async fn a_file_that_cannot_be_spliced_to_gets_the_bytes_all_the_same() {
    let _alone = ALONE.lock().await;
    let (place, body) = (tempfile::NamedTempFile::new().unwrap(), content(300_000));
    let appended = OpenOptions::new().append(true).read(true).open(place.path()).unwrap();
    filled(&body).await.write(&appended, 0, &[0..100_000, 200_000..300_000]).unwrap();
    assert!(all_of(&appended) == [&body[..100_000], &body[200_000..]].concat());
}

#[tokio::test]
async fn a_full_disk_is_told() {
    let _alone = ALONE.lock().await;
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = filled(b"hello").await.write(&full, 0, &part(0..5)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error() {
    let _alone = ALONE.lock().await;
    let (socket, mut server) = line().await;
    server.write_all(b"hello").await.unwrap();
    drop(server);
    let (mut pipe, mut left) = (Pipe::new().unwrap(), 6);
    assert_eq!(pipe.fill(Bare { socket: &socket, left: &mut left }, 100).await.unwrap(), 5);
    let end = pipe.fill(Bare { socket: &socket, left: &mut left }, 100).await;
    assert_eq!((end.unwrap_err().kind(), left), (io::ErrorKind::UnexpectedEof, 1));
}

#[tokio::test]
async fn a_pipe_whose_pages_are_taken_is_full_whatever_it_holds() {
    let _alone = ALONE.lock().await;
    let (socket, mut server) = line().await;
    let (mut pipe, mut left) = (Pipe::of(4096).unwrap(), 10);
    assert!(!pipe.is_full());
    server.write_all(b"hello").await.unwrap();
    assert_eq!(pipe.fill(Bare { socket: &socket, left: &mut left }, 100).await.unwrap(), 5);
    assert!(pipe.is_full());
    let file = empty_file();
    pipe.pour(&file, &(0..5)).unwrap();
    assert!(!pipe.is_full());
    assert_eq!(all_of(&file), b"hello");
}

#[tokio::test]
async fn there_are_no_more_pipes_than_a_user_can_spare_and_those_let_go_of_are_free_again() {
    let _alone = ALONE.lock().await;
    let mut pipes: Vec<_> = std::iter::from_fn(Pipe::new).collect();
    assert!(!pipes.is_empty() && pipes.len() <= 16);
    pipes.pop();
    assert!(Pipe::new().is_some());
}
