//! Many files for one server: connections that are used again, and questions that are asked once.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;

use super::expect::again;
use super::*;
use crate::transfer::Protocol;

/// What came: over which connection, with which first line, and how much of a body.
type Came = Arc<Mutex<Vec<(usize, String, Vec<u8>)>>>;

/// A server that takes whatever comes over any number of connections, and closes the nth without an answer
/// when so many requests have come over it.
fn serve(closes: &[(usize, usize)]) -> (String, Came) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (came, closes): (Came, HashMap<_, _>) = (Came::default(), closes.iter().copied().collect());
    let all = came.clone();
    std::thread::spawn(move || {
        for (nth, socket) in listener.incoming().enumerate() {
            let (socket, came, last) = (socket.unwrap(), all.clone(), closes.get(&nth).copied());
            socket.set_nodelay(true).unwrap();
            std::thread::spawn(move || {
                let (mut from, mut to) = (BufReader::new(socket.try_clone().unwrap()), socket);
                for request in 1.. {
                    let (mut first, mut length) = (String::new(), 0);
                    loop {
                        let mut line = String::new();
                        if from.read_line(&mut line).unwrap_or_default() == 0 {
                            return;
                        }
                        let lower = line.trim_end().to_ascii_lowercase();
                        length =
                            lower.strip_prefix("content-length: ").map_or(length, |n| n.parse().unwrap());
                        if lower.is_empty() {
                            break;
                        }
                        if first.is_empty() {
                            first = line.trim_end().to_owned();
                        }
                    }
                    let mut body = vec![0; length];
                    if from.read_exact(&mut body).is_err() {
                        return;
                    }
                    came.lock().unwrap().push((nth, first, body));
                    if last == Some(request) {
                        return;
                    }
                    to.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok").unwrap();
                }
            });
        }
    });
    (address, came)
}

fn connections(came: &Came) -> Vec<usize> {
    came.lock().unwrap().iter().map(|(nth, ..)| *nth).collect()
}

#[tokio::test]
async fn files_for_one_server_go_over_one_connection_also_those_that_go_straight_to_the_socket() {
    let (address, came) = serve(&[]);
    let net = Net::new(&server::trusting(None), Proxies::none());
    let sizes = [1, 70_000, MIB, 3 * MIB + 5, 0, 300_000];
    for size in sizes {
        let mut upload = Upload::of(&noise(size), &format!("{address}/f"), Method::Put);
        upload.net = Some(again(&net).await);
        assert_eq!(upload.send().await.completed().body, "ok");
    }
    assert_eq!(connections(&came), [0; 6]);
    let came = came.lock().unwrap();
    assert!(sizes.iter().zip(came.iter()).all(|(size, (_, _, body))| *body == noise(*size)));
}

#[tokio::test]
async fn a_put_over_a_connection_that_closes_instead_of_answering_is_sent_once_more() {
    for size in [10, MIB] {
        let (address, came) = serve(&[(0, 2)]);
        let net = Net::new(&server::trusting(None), Proxies::none());
        for _ in 0..2 {
            let mut upload = Upload::of(&noise(size), &format!("{address}/f"), Method::Put);
            upload.net = Some(again(&net).await);
            let meter = upload.meter.clone();
            upload.send().await.completed();
            assert_eq!(meter.done(), size as u64);
        }
        assert_eq!(connections(&came), [0, 0, 1], "{size}");
    }
    // Over a fresh connection that is a failure like any other.
    let (address, came) = serve(&[(0, 1)]);
    let failed = Upload::of(b"x", &format!("{address}/f"), Method::Put).send().await;
    assert_eq!(failed.kind(), ErrorKind::Disconnected);
    assert_eq!(connections(&came), [0]);
}

#[tokio::test]
async fn a_post_never_goes_over_a_connection_that_was_kept() {
    let (address, came) = serve(&[]);
    let net = Net::new(&server::trusting(None), Proxies::none());
    for method in [Method::Put, Method::Post, Method::Post, Method::Put] {
        let mut upload = Upload::of(b"x", &format!("{address}/f"), method);
        upload.net = Some(again(&net).await);
        upload.send().await.completed();
    }
    let came = connections(&came);
    assert_eq!(came[..3], [0, 1, 2]);
    assert!(came[3] < 3, "what a POST leaves can be used: {came:?}");
}

#[tokio::test]
async fn of_many_files_for_a_folder_one_asks_how_it_takes_them() {
    let (address, came) = serve(&[]);
    let net = Net::new(&server::trusting(None), Proxies::none());
    let mut running = Vec::new();
    for name in 0..8 {
        let mut upload = Upload::of(b"x", &format!("{address}/in/{name}"), Method::Put);
        upload.request.protocol = Protocol::Auto;
        upload.net = Some(again(&net).await);
        running.push(upload.start());
    }
    for upload in running {
        upload.end().await.completed();
    }
    let asked = |method: &str| {
        let came = came.lock().unwrap();
        came.iter().filter(|(_, first, _)| first.starts_with(method)).count()
    };
    assert_eq!((asked("OPTIONS"), asked("PUT")), (1, 8));
}
