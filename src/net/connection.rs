//! Connections for getting: one belongs to one request at a time, so how many there are to a host is
//! known, and is driven by the task that wants its bytes. Afterwards it is kept for a while for the
//! next file from the same server.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::{Body as _, Frame, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead as _, ReadBuf};
use url::Origin;

use super::stream::Stream;

/// Longest head of an answer, and most bytes of a framed body that are taken in at once.
const BUFFER: usize = 64 * 1024;
/// Header lines of an answer at most.
const HEADERS: usize = 256;
/// How long a connection is kept for the next file from the same server.
const KEPT: Duration = Duration::from_secs(10);
/// How many are kept for one server.
const KEPT_EACH: usize = 64;

/// A connection while it speaks HTTP/1.1.
pub(super) struct Connection {
    requests: http1::SendRequest<Empty<Bytes>>,
    driver: http1::Connection<TokioIo<Stream>, Empty<Bytes>>,
    stands: bool,
}

impl Connection {
    pub(super) async fn over(stream: Stream) -> hyper::Result<Self> {
        let mut http = http1::Builder::new();
        http.max_buf_size(BUFFER).max_headers(HEADERS);
        let (requests, driver) = http.handshake(TokioIo::new(stream)).await?;
        Ok(Self { requests, driver, stands: true })
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

    /// The next bytes of a framed body; nothing at its end.
    pub(super) async fn chunk(&mut self, body: &mut Incoming) -> hyper::Result<Option<Bytes>> {
        loop {
            let frame = std::future::poll_fn(|cx| {
                if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
                    return Poll::Ready(frame);
                }
                drive(&mut self.driver, &mut self.stands, cx);
                Pin::new(&mut *body).poll_frame(cx)
            });
            match frame.await.transpose()?.map(Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) if !bytes.is_empty() => return Ok(Some(bytes)),
                // Trailers.
                Some(_) => {}
            }
        }
    }

    /// The connection itself, and what was read off it already and belongs to nobody.
    pub(super) fn into_parts(self) -> (Stream, Bytes) {
        let parts = self.driver.into_parts();
        (parts.io.into_inner(), parts.read_buf)
    }
}

/// Lets a connection do what it can do now. How it ends is told to whoever waits for its answer.
fn drive(
    driver: &mut http1::Connection<TokioIo<Stream>, Empty<Bytes>>,
    stands: &mut bool,
    cx: &mut Context<'_>,
) {
    if *stands && Pin::new(driver).poll(cx).is_ready() {
        *stands = false;
    }
}

/// Connections that nobody uses for the moment.
pub(crate) struct Pool<T = Stream>(Arc<Mutex<Idle<T>>>);

type Idle<T> = HashMap<Origin, Vec<(T, Instant)>>;

impl<T: Send + 'static> Pool<T> {
    /// One to this server whose stream still stands.
    pub(super) fn take(&self, to: &Origin, stream: impl Fn(&mut T) -> &mut Stream) -> Option<T> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle.get_mut(to)?;
        std::iter::from_fn(|| known.pop())
            .find_map(|(mut kept, _)| is_quiet(stream(&mut kept)).then_some(kept))
    }

    /// One to this server that fits.
    pub(super) fn take_if(&self, to: &Origin, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle.get_mut(to)?;
        let place = known.iter().rposition(|(connection, _)| fits(connection))?;
        Some(known.remove(place).0)
    }

    /// Closes all of them.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps one for a while.
    pub(super) fn put(&self, to: &Origin, connection: T) {
        // Without a runtime the program is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
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

impl<T> Clone for Pool<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Whether nothing has come over a connection that nothing should come over, not even its end.
fn is_quiet(stream: &mut Stream) -> bool {
    let mut byte = [0];
    let mut cx = Context::from_waker(Waker::noop());
    Pin::new(stream).poll_read(&mut cx, &mut ReadBuf::new(&mut byte)).is_pending()
}

/// Closes what was kept too long, until nothing is left.
async fn clear<T>(idle: Weak<Mutex<Idle<T>>>) {
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
