use std::path::Path;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::download::intake::Intake;
use crate::download::pipe::{ALONE, Pipe};
use crate::download::writer::Writers;
use crate::net::Bare;

fn intake(path: &Path) -> Intake {
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    Intake::new(file, Ranges::default(), &Writers::default()).unwrap()
}

/// A server that has sent these bytes, and the socket to read them from.
async fn sent(bytes: &[u8]) -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(bytes).await.unwrap();
    (socket, server)
}

/// Takes bytes that belong at `offset` through pipes alone.
async fn take(filler: &mut Filler, mut offset: u64, bytes: &[u8]) -> io::Result<()> {
    let (socket, _server) = sent(bytes).await;
    let mut left = bytes.len() as u64;
    while left > 0 {
        filler.make_room(offset, true).await?;
        let Load::Pipe(pipe) = filler.load() else { panic!("no pipe") };
        let count = pipe.fill(Bare { socket: &socket, left: &mut left }, usize::MAX).await?;
        filler.took(count, 0)?;
        offset += count as u64;
    }
    Ok(())
}

/// What there is room in.
async fn room(filler: &mut Filler, offset: u64, bare: bool) -> &'static str {
    filler.make_room(offset, bare).await.unwrap();
    if filler.load().is_pipe() { "a pipe" } else { "a buffer" }
}

#[tokio::test]
async fn only_a_fast_stream_off_a_bare_socket_gets_a_pipe() {
    let _alone = ALONE.lock().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let intake = intake(file.path());
    let (mut slow, mut fast) = (intake.filler(0), intake.filler(0));
    fast.hurry();
    assert_eq!(room(&mut slow, 0, true).await, "a buffer");
    assert_eq!(room(&mut fast, 0, true).await, "a pipe");
    assert_eq!(room(&mut fast, 0, false).await, "a buffer");
}

#[tokio::test]
async fn where_there_are_no_pipes_a_buffer_does_it() {
    let _alone = ALONE.lock().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let intake = intake(file.path());
    let mut filler = intake.filler(0);
    filler.hurry();
    let all: Vec<_> = std::iter::from_fn(Pipe::new).collect();
    assert_eq!(room(&mut filler, 0, true).await, "a buffer");
    drop(all);
    let mut filler = intake.filler(0);
    filler.hurry();
    assert_eq!(room(&mut filler, 0, true).await, "a pipe");
    // Some kernels know pipes, but not how to fill them from a socket.
    assert!(!filler.goes_on_without_pipes(&io::ErrorKind::ConnectionReset.into()));
    assert!(filler.goes_on_without_pipes(&Errno::INVAL.into()));
    assert_eq!(room(&mut filler, 0, true).await, "a buffer");
    assert!(!filler.goes_on_without_pipes(&Errno::INVAL.into()));
}

#[tokio::test]
async fn a_stream_that_gets_slow_gives_its_pipes_back_and_loses_nothing() {
    let _alone = ALONE.lock().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut intake = intake(file.path());
    let mut filler = intake.filler(0);
    filler.hurry();
    take(&mut filler, 0, &vec![1; 100_000]).await.unwrap();
    filler.began -= QUICK;
    filler.flush().unwrap();
    assert_eq!(room(&mut filler, 100_000, true).await, "a buffer");
    filler.settle().await.unwrap();
    assert_eq!(intake.finish().await.unwrap().prefix(), 100_000);
    assert!(std::fs::read(file.path()).unwrap() == vec![1; 100_000]);
}

#[tokio::test]
async fn what_another_connection_has_written_stays_as_it_was() {
    let _alone = ALONE.lock().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut intake = intake(file.path());
    let (mut first, mut second) = (intake.filler(0), intake.filler(0));
    first.hurry();
    second.hurry();
    // The other one began later, and is through with its middle before.
    take(&mut first, 0, &vec![1; 400_000]).await.unwrap();
    take(&mut second, 100_000, &vec![2; 50_000]).await.unwrap();
    second.settle().await.unwrap();
    take(&mut second, 300_000, &vec![2; 50_000]).await.unwrap();
    second.settle().await.unwrap();
    assert_eq!(intake.finish().await.unwrap().len(), 100_000);
    first.settle().await.unwrap();
    assert_eq!(intake.finish().await.unwrap().prefix(), 400_000);
    let parts = [(1, 100_000), (2, 50_000), (1, 150_000), (2, 50_000), (1, 50_000)];
    assert!(std::fs::read(file.path()).unwrap() == parts.map(|(byte, count)| vec![byte; count]).concat());
    // All of it is there: nothing is written.
    take(&mut second, 0, &vec![3; 400_000]).await.unwrap();
    second.settle().await.unwrap();
    assert_eq!(std::fs::read(file.path()).unwrap()[0], 1);
}

#[tokio::test]
async fn what_is_beyond_the_end_of_a_slice_is_not_written() {
    let _alone = ALONE.lock().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut intake = intake(file.path());
    for pipes in [true, false] {
        let mut filler = intake.filler(0);
        filler.hurry();
        let (socket, _server) = sent(b"hello world").await;
        filler.make_room(0, pipes).await.unwrap();
        let mut left = 11;
        match filler.load() {
            Load::Pipe(pipe) => {
                let line = Bare { socket: &socket, left: &mut left };
                assert_eq!(pipe.fill(line, usize::MAX).await.unwrap(), 11);
            }
            Load::Buffer(buffer) => buffer.extend(b"hello world"),
        }
        filler.took(11, 6).unwrap();
        // The next slice begins where this one ended.
        filler.make_room(5, pipes).await.unwrap();
        assert_eq!(filler.load().len(), 0);
        filler.settle().await.unwrap();
        assert_eq!(intake.finish().await.unwrap().len(), 5);
        assert_eq!(std::fs::read(file.path()).unwrap(), b"hello");
        intake.forget(0..5);
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_makes_nothing_durable() {
    let _alone = ALONE.lock().await;
    let mut intake = intake(Path::new("/dev/full"));
    let mut filler = intake.filler(0);
    filler.hurry();
    take(&mut filler, 0, &vec![1; 100_000]).await.unwrap();
    assert_eq!(filler.settle().await.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert!(intake.finish().await.is_err());
    assert!(intake.durable().is_empty());
}
