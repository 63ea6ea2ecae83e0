use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::*;
use crate::attempt::{Attempt, Report};
use crate::download::{Shared, part_path, run};
use crate::net::{Net, Proxies, trust};
use crate::store::replace;
use crate::transfer::{DownloadRequest, ErrorKind, Failure, FileIdentity, Partial, Ranges, TransferId};

/// One download of `a.bin`, with the test in place of the session.
struct Trial {
    folder: tempfile::TempDir,
    heard: mpsc::Receiver<(TransferId, Report)>,
    task: JoinHandle<Outcome>,
    /// The server's end of its connection, with the request read.
    server: TcpStream,
}

impl Trial {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a.bin", listener.local_addr().unwrap());
        let (reports, heard) = mpsc::channel(8);
        let attempt = Attempt::alone(folder.path().to_owned(), reports);
        let net = Arc::new(Net::new(&trust(&[]).unwrap(), Proxies::none()));
        let (writers, reserved, together) = Default::default();
        let shared = Shared { net, writers, reserved, together };
        let task = tokio::spawn(run(attempt, DownloadRequest::new(&url).unwrap(), None, shared));
        let (mut server, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            server.read_buf(&mut request).await.unwrap();
        }
        Self { folder, heard, task, server }
    }

    async fn send_head(&mut self, length: usize) {
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Length: {length}\r\n\
             Content-Range: bytes 0-{}/{length}\r\n\r\n",
            length - 1
        );
        self.server.write_all(head.as_bytes()).await.unwrap();
    }

    /// What the download wants written down.
    async fn planned(&mut self) -> (Box<Partial>, oneshot::Sender<Result<(), Failure>>) {
        loop {
            if let (_, Report::Planned(partial, reply)) = self.heard.recv().await.unwrap() {
                return (partial, reply);
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn completed(outcome: Outcome) -> Partial {
    match outcome {
        Outcome::Completed(Some(partial)) => *partial,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn before_it_is_written_down_which_file_it_is_it_has_no_name() {
    let body = vec![7; 10_240];
    let mut trial = Trial::begin().await;
    trial.send_head(body.len()).await;
    trial.server.write_all(&body).await.unwrap();
    let (planned, reply) = trial.planned().await;
    assert!(trial.names().is_empty(), "{:?}", trial.names());
    assert!(planned.durable.is_empty(), "nothing can be continued that has no name");
    reply.send(Ok(())).unwrap();
    let done = completed((&mut trial.task).await.unwrap());
    assert_eq!(trial.names(), ["a.bin"]);
    assert_eq!((done.path.clone(), done.total), (trial.path("a.bin"), Some(10_240)));
    assert_eq!(done.durable, std::iter::once(0..10_240).collect::<Ranges>());
    // By this a later session knows it again, if the end could not be written down any more.
    let there = FileIdentity::of(&done.path.metadata().unwrap());
    assert_eq!((Some(there), Some(there)), (planned.identity, done.identity));
    assert!(std::fs::read(&done.path).unwrap() == body);
}

#[tokio::test]
async fn if_that_cannot_be_written_down_nothing_is_left() {
    let mut trial = Trial::begin().await;
    trial.send_head(5).await;
    trial.server.write_all(b"hello").await.unwrap();
    let (_, reply) = trial.planned().await;
    reply.send(Err(Failure::new(ErrorKind::DiskFull))).unwrap();
    assert!(matches!((&mut trial.task).await.unwrap(), Outcome::Failed(_)));
    assert!(trial.names().is_empty(), "{:?}", trial.names());
}

#[tokio::test]
async fn a_file_that_took_the_name_meanwhile_stays() {
    let mut trial = Trial::begin().await;
    trial.send_head(4).await;
    trial.server.write_all(b"ours").await.unwrap();
    let (_, reply) = trial.planned().await;
    replace(&trial.path("a.bin"), b"theirs").unwrap();
    reply.send(Ok(())).unwrap();
    assert_eq!(completed((&mut trial.task).await.unwrap()).path, trial.path("a (1).bin"));
    assert_eq!(trial.names(), ["a (1).bin", "a.bin"]);
    assert_eq!(std::fs::read(trial.path("a.bin")).unwrap(), b"theirs");
    assert_eq!(std::fs::read(trial.path("a (1).bin")).unwrap(), b"ours");
}

#[tokio::test]
async fn what_does_not_come_at_once_takes_the_long_way_with_what_has_come() {
    let body: Vec<u8> = (0..100_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let mut trial = Trial::begin().await;
    trial.send_head(body.len()).await;
    trial.server.write_all(&body[..60_000]).await.unwrap();
    // Nothing more comes before it is planned to have a part file.
    let (planned, reply) = trial.planned().await;
    reply.send(Ok(())).unwrap();
    let part = part_path(&planned.path);
    while !part.exists() {
        tokio::task::yield_now().await;
    }
    trial.server.write_all(&body[60_000..]).await.unwrap();
    assert!(std::fs::read(completed((&mut trial.task).await.unwrap()).path).unwrap() == body);
    assert_eq!(trial.names(), ["a.bin"]);
}

#[tokio::test]
async fn of_a_small_file_that_breaks_off_what_came_is_kept() {
    let mut trial = Trial::begin().await;
    let came = vec![7; 60_000];
    trial.send_head(100_000).await;
    trial.server.write_all(&came).await.unwrap();
    trial.server.shutdown().await.unwrap();
    let (_, reply) = trial.planned().await;
    reply.send(Ok(())).unwrap();
    let durable = loop {
        if let (_, Report::Durable(durable)) = trial.heard.recv().await.unwrap() {
            break durable;
        }
    };
    assert_eq!(durable.prefix(), 60_000);
    let Outcome::Failed(failure) = (&mut trial.task).await.unwrap() else { panic!("it is not whole") };
    assert_eq!(failure.kind, ErrorKind::Truncated);
    assert!(std::fs::read(trial.path("a.bin.part")).unwrap().starts_with(&came));
}
