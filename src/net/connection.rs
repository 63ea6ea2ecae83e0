//! One HTTP/1.1 connection for getting, driven by the task that wants its bytes, and those that
//! are kept for the next file from the same server.
//!
//! Each connection belongs to one request at a time, so how many there are to a host is known, and
//! no bytes go from one task to another on their way to the disk.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use url::Origin;

use super::connect::Stream;

/// Bytes that are read at once at most, and so the longest head of an answer. A larger buffer saves
/// little more, and there may be hundreds.
const BUFFER: usize = 128 * 1024;
/// Header lines of an answer at most.
const HEADERS: usize = 256;
/// How long a connection is kept for the next file from the same server.
const KEPT: Duration = Duration::from_secs(10);
/// How many are kept for one server.
const KEPT_EACH: usize = 6;

/// A connection, and whether it still stands.
pub(super) struct Connection {
    requests: http1::SendRequest<Empty<Bytes>>,
    driver: Pin<Box<http1::Connection<TokioIo<Stream>, Empty<Bytes>>>>,
    stands: bool,
}

impl Connection {
    pub(super) async fn over(stream: Stream) -> hyper::Result<Self> {
        let mut http = http1::Builder::new();
        http.max_buf_size(BUFFER).max_headers(HEADERS);
        let (requests, driver) = http.handshake(TokioIo::new(stream)).await?;
        Ok(Self { requests, driver: Box::pin(driver), stands: true })
    }

    /// Sends a request and waits for the head of its answer.
    pub(super) async fn send(&mut self, request: Request<Empty<Bytes>>) -> hyper::Result<Response<Incoming>> {
        let mut answer = pin!(self.requests.send_request(request));
        std::future::poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            drive(&mut self.driver, &mut self.stands, cx);
            answer.as_mut().poll(cx)
        })
        .await
    }

    /// The next bytes of an answer's body; nothing at its end.
    pub(super) async fn chunk(&mut self, body: &mut Incoming) -> hyper::Result<Option<Bytes>> {
        loop {
            let frame = std::future::poll_fn(|cx| {
                if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
                    return Poll::Ready(frame);
                }
                drive(&mut self.driver, &mut self.stands, cx);
                Pin::new(&mut *body).poll_frame(cx)
            });
            match frame.await.transpose()?.map(hyper::body::Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) => return Ok(Some(bytes)),
                // Trailers.
                Some(Err(_)) => {}
            }
        }
    }

    /// Whether it can take another request now.
    fn is_free(&mut self) -> bool {
        drive(&mut self.driver, &mut self.stands, &mut Context::from_waker(Waker::noop()));
        self.stands && self.requests.is_ready()
    }
}

/// Lets a connection do what it can do now. How it ends is told to whoever waits for its answer.
fn drive(
    driver: &mut Pin<Box<http1::Connection<TokioIo<Stream>, Empty<Bytes>>>>,
    stands: &mut bool,
    cx: &mut Context<'_>,
) {
    if *stands && driver.as_mut().poll(cx).is_ready() {
        *stands = false;
    }
}

/// Connections that nobody uses for the moment.
#[derive(Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Idle>>);

type Idle = HashMap<Origin, Vec<(Connection, Instant)>>;

impl Pool {
    /// One to this server that still stands.
    pub(super) fn take(&self, to: &Origin) -> Option<Connection> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle.get_mut(to)?;
        std::iter::from_fn(|| known.pop())
            .find_map(|(mut connection, _)| connection.is_free().then_some(connection))
    }

    /// Keeps one for a while, if it can be used again.
    pub(super) fn put(&self, to: &Origin, mut connection: Connection) {
        // Without a runtime the program is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if !connection.is_free() {
            return;
        }
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.is_empty() {
            runtime.spawn(clear(Arc::downgrade(&self.0)));
        }
        let known = idle.entry(to.clone()).or_default();
        if known.len() < KEPT_EACH {
            known.push((connection, Instant::now()));
        }
    }
}

/// Closes what was kept too long, until nothing is left.
async fn clear(idle: Weak<Mutex<Idle>>) {
    loop {
        tokio::time::sleep(KEPT).await;
        let Some(idle) = idle.upgrade() else { return };
        let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|_, known| {
            known.retain(|(_, since)| since.elapsed() < KEPT);
            !known.is_empty()
        });
        if idle.is_empty() {
            return;
        }
    }
}
