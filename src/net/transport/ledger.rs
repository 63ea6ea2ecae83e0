//! How much of a request is out: counted where the connection takes bytes, not where they are read.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::transfer::{ErrorKind, Failure, Meter};

use super::gate::Word;
use super::message::Message;
use super::{Answer, Broken, Exchange};
use crate::net::keep::Lost;
use crate::net::outlet::Account;
use crate::net::stream::Stream;

/// What is known about the bytes of one exchange.
pub(super) struct Ledger {
    meter: Meter,
    /// Length of the body.
    size: u64,
    opened: Instant,
    /// Milliseconds after `opened` when something last went out.
    moved: AtomicU64,
    head: AtomicBool,
    body: AtomicU64,
    /// The server may have more than is counted: what another thread sends is counted when it is out.
    offered: AtomicBool,
    /// Nothing is held back by encryption.
    flushed: AtomicBool,
    /// A write has failed.
    lost: Lost,
    /// The answer is here; nothing more is sent.
    answered: CancellationToken,
    /// Tells that the head is out.
    pub(super) begun: Notify,
    /// Whether the server wants the body.
    pub(super) word: Word,
    /// Whether everything was out when the first byte of the final answer came.
    heard: Mutex<Option<bool>>,
}

impl Ledger {
    pub(super) fn new(meter: Meter, size: u64, lost: Lost) -> Self {
        Self {
            meter,
            size,
            opened: Instant::now(),
            moved: AtomicU64::new(0),
            head: AtomicBool::new(false),
            body: AtomicU64::new(0),
            offered: AtomicBool::new(false),
            flushed: AtomicBool::new(false),
            lost,
            answered: CancellationToken::new(),
            begun: Notify::new(),
            word: Word::default(),
            heard: Mutex::new(None),
        }
    }

    /// Stops the sending: whatever is left of the body, nobody wants it.
    pub(super) fn answered(&self) {
        self.answered.cancel();
    }

    /// What was heard was an interim answer (1xx), so the final one is still to come.
    pub(super) fn answer_is_still_to_come(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether nothing has come back.
    pub(super) fn heard_nothing(&self) -> bool {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Whether everything was out when the answer began, and nothing went wrong since.
    pub(super) fn is_through(&self) -> bool {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) == Some(true) && !self.lost.is_so()
    }

    /// From now on another thread sends the body.
    pub(super) fn offer(&self) {
        self.offered.store(true, Relaxed);
    }

    /// The exchange is over.
    pub(super) fn close(&self, end: Result<Answer, Broken>) -> Exchange {
        let some = self.size == 0 || self.body.load(Relaxed) > 0 || self.offered.load(Relaxed);
        let begun = self.head.load(Relaxed) && some;
        let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = heard.filter(|_| end.is_ok()).unwrap_or_else(|| self.is_whole());
        Exchange { begun, whole, unheard: self.word.never_came(), end }
    }

    /// A connection that ended after a write had failed was reset, however it looks from the other side.
    pub(super) fn explain(&self, mut failure: Failure) -> Failure {
        if self.lost.is_so() && failure.kind == ErrorKind::Disconnected {
            failure.kind = ErrorKind::ConnectionReset;
        }
        failure
    }

    /// Ends when nothing went out and no answer came for `patience`, or for twice as long once
    /// everything is out: the server may have to store the file first.
    pub(super) async fn silence(&self, patience: Duration) {
        loop {
            let patience = if self.is_whole() { patience * 2 } else { patience };
            let end = self.opened + Duration::from_millis(self.moved.load(Relaxed)) + patience;
            if Instant::now() >= end {
                return;
            }
            tokio::time::sleep_until(end).await;
        }
    }

    fn is_whole(&self) -> bool {
        self.head.load(Relaxed)
            && self.body.load(Relaxed) == self.size
            && self.flushed.load(Relaxed)
            && !self.lost.is_so()
    }

    /// Notes what was out when something came that may be the answer; the `first` of it counts, or the last.
    fn hear(&self, first: bool) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.is_none() || !first {
            *heard = Some(self.is_whole());
        }
    }

    fn wrote(&self, body: u64) {
        self.flushed.store(false, Relaxed);
        Account::sent(self, body);
    }

    fn touch(&self) {
        let passed = self.opened.elapsed().as_millis();
        self.moved.store(u64::try_from(passed).unwrap_or(u64::MAX), Relaxed);
    }
}

/// What goes past the HTTP library goes out on another thread.
impl Account for Ledger {
    fn sent(&self, bytes: u64) {
        self.body.fetch_add(bytes, Relaxed);
        self.touch();
        self.meter.add(bytes);
    }

    /// The last bytes are sent like this, so whoever hears the answer to them finds them counted.
    fn send(&self, write: &mut dyn FnMut() -> io::Result<usize>) -> io::Result<usize> {
        let _nobody_hears = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let count = write()?;
        Account::sent(self, count as u64);
        Ok(count)
    }

    fn lost(&self) {
        self.lost.note();
    }

    fn answered(&self) -> &CancellationToken {
        &self.answered
    }
}

/// A connection whose bytes are counted. It reads nothing before the request has begun, so that a
/// server that speaks first is heard as one that answers.
pub(super) struct Counted {
    stream: Stream,
    ledger: Arc<Ledger>,
    message: Message,
    spoken: bool,
}

impl Counted {
    pub(super) fn new(stream: Stream, ledger: Arc<Ledger>, message: Message) -> Self {
        ledger.touch();
        Self { stream, ledger, message, spoken: false }
    }

    /// The connection itself.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    fn wrote(&mut self, cx: &Context<'_>, bufs: &[IoSlice<'_>], mut taken: usize) {
        if !self.spoken {
            self.spoken = true;
            cx.waker().wake_by_ref();
        }
        let mut body = 0;
        for buf in bufs {
            let part = buf.len().min(taken);
            taken -= part;
            body += self.message.sends(&buf[..part]);
        }
        if self.message.has_begun() && !self.ledger.head.swap(true, Relaxed) {
            self.ledger.begun.notify_one();
        }
        self.ledger.wrote(body as u64);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.spoken {
            return Poll::Pending;
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if self.message.hears(&buf.filled()[before..]) {
            self.ledger.hear(self.message.first_word_counts());
        }
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.ledger.answered.is_cancelled() {
            return Poll::Pending;
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(taken)) = written {
            self.wrote(cx, bufs, taken);
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = flushed
            && !self.ledger.flushed.swap(true, Relaxed)
        {
            self.ledger.touch();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
