use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// Answers `each` requests on a connection and then closes it.
async fn serve(mut stream: TcpStream, each: usize) {
    for _ in 0..each {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut request).await.unwrap() == 0 {
                return;
            }
        }
        stream.write_all(ANSWER).await.unwrap();
    }
}

async fn get(net: &Net, url: &Address) -> Vec<u8> {
    let timeouts = Timeouts { connect: Duration::from_secs(5), silence: Duration::from_secs(5) };
    let headers = Headers::default();
    let get = Get { url, headers: &headers, offset: 0, end: None, version: None, timeouts };
    let mut answer = net.get(&get).await.unwrap();
    let mut body = Vec::with_capacity(100);
    while answer.read(&mut body, usize::MAX).await.unwrap() > 0 {}
    body
}

#[tokio::test]
async fn a_connection_is_used_again_until_the_server_closes_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, _) = Address::parse(&format!("http://{}/a", listener.local_addr().unwrap())).unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, SeqCst);
            tokio::spawn(serve(stream, 3));
        }
    });
    let net = Net::new(&crate::net::trust(&[]).unwrap(), Proxies::none());
    for _ in 0..7 {
        assert_eq!(get(&net, &url).await, b"hello");
    }
    assert_eq!(connections.load(SeqCst), 3);
}
