use http::Request;
use http_body_util::Empty;
use tokio::io::AsyncWriteExt as _;

use super::*;

const SIZED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const TO_THE_END: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";

/// The body of an answer that comes in these pieces, after which the server waits or hangs up.
async fn body(pieces: Vec<Vec<u8>>, hangs_up: bool) -> Body {
    let (ours, mut theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            theirs.read_buf(&mut request).await.unwrap();
        }
        for piece in pieces {
            theirs.write_all(&piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        if !hangs_up {
            std::future::pending::<()>().await;
        }
    });
    let mut connection = Connection::over(Box::new(ours)).await.unwrap();
    let answer = connection.send(Request::new(Empty::new())).await.unwrap();
    Body::of(answer.into_body(), connection)
}

/// Reads all of it, a few bytes at a time.
async fn all(body: &mut Body, few: usize) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let mut buffer = Vec::with_capacity(few);
        let count = body.read(&mut buffer, usize::MAX).await?;
        assert!(count == buffer.len() && buffer.len() <= buffer.capacity());
        if count == 0 {
            return Ok(whole);
        }
        whole.extend(buffer);
    }
}

fn cut(answer: &[u8], at: usize) -> Vec<Vec<u8>> {
    vec![answer[..at].to_vec(), answer[at..].to_vec()]
}

#[tokio::test]
async fn an_announced_body_arrives_wherever_it_is_cut_and_leaves_the_connection_free() {
    let answer = [SIZED, b"hello world"].concat();
    for at in 0..=answer.len() {
        for few in [1, 4, 1000] {
            let mut body = body(cut(&answer, at), false).await;
            assert_eq!(all(&mut body, few).await.unwrap(), b"hello world", "cut at {at}");
            assert!(body.into_stream().is_some(), "cut at {at}");
        }
    }
}

#[tokio::test]
async fn a_chunked_body_arrives_wherever_it_is_cut_and_leaves_the_connection_free() {
    let answer = [CHUNKED, b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n"].concat();
    for at in 0..=answer.len() {
        for few in [1, 1000] {
            let mut body = body(cut(&answer, at), false).await;
            assert_eq!(all(&mut body, few).await.unwrap(), b"hello world", "cut at {at}");
            assert!(body.into_stream().is_some(), "cut at {at}");
        }
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_ends_with_its_connection() {
    let mut body = body(vec![TO_THE_END.to_vec(), b"hello world".to_vec()], true).await;
    assert_eq!(all(&mut body, 4).await.unwrap(), b"hello world");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error() {
    for answer in [[SIZED, b"hello"].concat(), [CHUNKED, b"5\r\nhello\r\n6\r\n wo"].concat()] {
        let mut body = body(vec![answer], true).await;
        assert!(all(&mut body, 1000).await.is_err());
    }
}

#[tokio::test]
async fn a_connection_with_something_left_on_it_is_not_used_again() {
    let mut more = body(vec![[SIZED, b"hello world and more"].concat()], false).await;
    assert_eq!(all(&mut more, 1000).await.unwrap(), b"hello world");
    assert!(more.into_stream().is_none());
    let unread = body(vec![[SIZED, b"hello world"].concat()], false).await;
    assert!(unread.into_stream().is_none());
}

#[tokio::test]
async fn no_more_is_read_than_was_asked_for() {
    let mut body = body(vec![[SIZED, b"hello"].concat(), b" world".to_vec()], false).await;
    let mut buffer = Vec::with_capacity(1000);
    while buffer.len() < 7 {
        let limit = 7 - buffer.len();
        body.read(&mut buffer, limit).await.unwrap();
    }
    assert_eq!(buffer, b"hello w");
}

#[tokio::test]
async fn only_what_comes_next_on_a_bare_socket_can_be_had_off_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(&[SIZED, b"hello"].concat()).await.unwrap();
    let mut connection = Connection::over(Box::new(socket)).await.unwrap();
    let answer = connection.send(Request::new(Empty::new())).await.unwrap();
    let mut bare = Body::of(answer.into_body(), connection);
    // What came early does not lie in the socket any more.
    assert!(bare.bare().is_none());
    let mut buffer = Vec::with_capacity(5);
    while buffer.len() < 5 {
        bare.read(&mut buffer, 5).await.unwrap();
    }
    server.write_all(b" world").await.unwrap();
    let Bare { socket, left } = bare.bare().unwrap();
    while *left > 0 {
        socket.readable().await.unwrap();
        *left -= socket.try_read(&mut [0; 6]).unwrap_or_default() as u64;
    }
    assert!(bare.into_stream().is_some());
    // Nor where something lies in between, or the end of the body has to be looked for.
    let mut wrapped = body(vec![SIZED.to_vec()], false).await;
    assert!(wrapped.bare().is_none());
    let mut framed = body(vec![CHUNKED.to_vec()], false).await;
    assert!(framed.bare().is_none());
}

#[test]
fn a_connection_stays_open_unless_one_side_closes_it() {
    let answer = |version, value: &'static str| {
        Response::builder().version(version).header(header::CONNECTION, value).body(()).unwrap()
    };
    assert!(stays_open(&answer(Version::HTTP_11, "keep-alive")));
    assert!(!stays_open(&answer(Version::HTTP_11, "x, Close")));
    assert!(!stays_open(&answer(Version::HTTP_10, "x")));
}
