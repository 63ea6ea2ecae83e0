//! A socket on which a failed write does not hide what the server has said.
//!
//! A server that refuses a file early answers and closes. The system then reports the closing to
//! whoever asks first, and a client busy writing asks by writing: it gets "connection reset" while the
//! answer lies in the receive buffer. Here such a write is never reported. It is noted, the writing side
//! stays pending for good, and the reader finds the answer, or, if there is none, the end.
//! It has to be below encryption: TLS, too, gives up reading once a write has failed.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Most bytes that the system takes and has not sent yet.
const UNSENT: u32 = 256 * 1024;

/// Whether a connection can no longer be written to. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost(Arc<AtomicBool>);

impl Lost {
    pub(super) fn note(&self) {
        self.0.store(true, Relaxed);
    }

    pub(super) fn is_so(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// See the module.
pub(crate) struct Kept {
    socket: TcpStream,
    lost: Lost,
}

impl Kept {
    pub(super) fn new(socket: TcpStream, lost: Lost) -> Self {
        // What waits in the system counts as sent, so little should. Where that cannot be said, more does.
        _ = SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT);
        Self { socket, lost }
    }

    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    fn keep<T>(&self, cx: &Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(Err(error)) if is_gone(&error) => {
                self.lost.note();
                // Nobody waits for the socket now; the reader has to be asked once more.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            other => other,
        }
    }
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    matches!(error.kind(), ConnectionReset | BrokenPipe | ConnectionAborted | NotConnected)
}

impl AsyncRead for Kept {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Kept {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.lost.is_so() {
            return Poll::Pending;
        }
        let written = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.keep(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.lost.is_so() {
            return Poll::Pending;
        }
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.keep(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lost.is_so() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lost.is_so() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
