//! The body of an answer, read straight to where its bytes go.
//!
//! A body whose length was announced is nothing but the next bytes of the connection, so they are
//! read off the socket into the buffer that goes to the disk, without a stop in between. Only a
//! body that is framed in another way (chunks, or the end of the connection) goes through the
//! HTTP library.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Buf as _, BufMut as _, Bytes};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Response, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::http2::Driver;
use super::stream::Stream;

/// See the module.
pub(super) struct Body {
    /// What came along with the head, or did not fit.
    early: Bytes,
    rest: Rest,
}

enum Rest {
    /// This many bytes, on this connection.
    Sized { left: u64, stream: Stream },
    /// Framed, until an end that only the framing tells.
    Framed { incoming: Incoming, connection: Box<Connection> },
    /// Framed by HTTP/2, on a connection that works by itself.
    Modern { incoming: Incoming, _driver: Driver },
    /// Nothing.
    Ended(Option<Stream>),
    /// From a server of another kind.
    Foreign(Box<dyn Foreign>),
}

/// A body that a server of another kind sends. Its connection it gives back by itself.
pub(super) trait Foreign: Send {
    /// As for [`Body::read`].
    fn read<'a>(&'a mut self, buffer: &'a mut Vec<u8>, limit: usize) -> BoxFuture<'a, io::Result<usize>>;
}

/// What is left of a body that consists of the next bytes of a socket, with nothing in between.
pub(crate) struct Bare<'a> {
    pub socket: &'a TcpStream,
    /// How many bytes; whoever takes some off the socket takes them off this.
    pub left: &'a mut u64,
}

impl Body {
    /// The body of `answer`, which came over `connection`.
    pub(super) fn of(mut incoming: Incoming, connection: Connection) -> Self {
        let Some(length) = incoming.size_hint().exact() else {
            return Self {
                early: Bytes::new(),
                rest: Rest::Framed { incoming, connection: Box::new(connection) },
            };
        };
        // The library may have taken in the beginning already.
        let mut early = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut incoming).poll_frame(&mut cx) {
            early.extend_from_slice(&frame.into_data().unwrap_or_default());
        }
        let (stream, behind) = connection.into_parts();
        early.extend_from_slice(&behind);
        let rest = if let Some(left) = length.checked_sub(early.len() as u64) {
            Rest::Sized { left, stream }
        } else {
            // What comes behind the body is not ours, and the connection not fit for another request.
            early.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            Rest::Ended(None)
        };
        Self { early: early.into(), rest }
    }

    /// The body of an answer that came over HTTP/2.
    pub(super) fn modern(incoming: Incoming, driver: Driver) -> Self {
        Self { early: Bytes::new(), rest: Rest::Modern { incoming, _driver: driver } }
    }

    /// One that does not come over HTTP at all.
    pub(super) fn foreign(body: impl Foreign + 'static) -> Self {
        Self { early: Bytes::new(), rest: Rest::Foreign(Box::new(body)) }
    }

    /// Reads on into `buffer`, at most `limit` bytes and never more than it has room for; 0 is the end.
    /// Dropped while it waits, it has read nothing.
    ///
    /// # Errors
    /// If the body breaks off.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        if let Rest::Foreign(body) = &mut self.rest {
            return body.read(buffer, limit).await;
        }
        let room = limit.min(buffer.capacity() - buffer.len());
        if self.early.is_empty() {
            let chunk = match &mut self.rest {
                Rest::Framed { incoming, connection } => Some(connection.chunk(incoming).await),
                Rest::Modern { incoming, .. } => Some(next_chunk(incoming).await),
                _ => None,
            };
            match chunk.transpose().map_err(io::Error::other)? {
                Some(Some(bytes)) => self.early = bytes,
                Some(None) => self.end(),
                None => {}
            }
        }
        if !self.early.is_empty() {
            let now = self.early.len().min(room);
            buffer.extend_from_slice(&self.early[..now]);
            self.early.advance(now);
            return Ok(now);
        }
        let Rest::Sized { left, stream } = &mut self.rest else { return Ok(0) };
        let room = room.min(usize::try_from(*left).unwrap_or(usize::MAX));
        if room == 0 {
            return Ok(0);
        }
        let read = stream.read_buf(&mut buffer.limit(room)).await?;
        *left -= read as u64;
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
    }

    /// What is left of it, if that can be had off the socket itself.
    pub(super) fn bare(&mut self) -> Option<Bare<'_>> {
        match &mut self.rest {
            Rest::Sized { left, stream } if self.early.is_empty() => {
                Some(Bare { socket: (**stream).socket()?, left })
            }
            _ => None,
        }
    }

    /// Gives back bytes that were read, to be read again.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.early = [bytes, &self.early].concat().into();
    }

    fn end(&mut self) {
        if let Rest::Framed { connection, .. } = std::mem::replace(&mut self.rest, Rest::Ended(None)) {
            let (stream, behind) = connection.into_parts();
            self.rest = Rest::Ended(behind.is_empty().then_some(stream));
        }
    }

    /// The connection, if all of the body was read off it.
    pub(super) fn into_stream(self) -> Option<Stream> {
        match self.rest {
            Rest::Sized { left: 0, stream } if self.early.is_empty() => Some(stream),
            Rest::Ended(stream) if self.early.is_empty() => stream,
            _ => None,
        }
    }
}

/// The next bytes of a body whose connection works by itself; nothing at its end.
async fn next_chunk(incoming: &mut Incoming) -> hyper::Result<Option<Bytes>> {
    while let Some(frame) = incoming.frame().await {
        if let Ok(bytes) = frame?.into_data()
            && !bytes.is_empty()
        {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// Whether a connection may be used for another request after this answer (RFC 9112 §9.3).
pub(super) fn stays_open<B>(answer: &Response<B>) -> bool {
    let says_close = |headers: &HeaderMap| {
        let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case("close"))
    };
    answer.version() == Version::HTTP_11 && !says_close(answer.headers())
}

#[cfg(test)]
#[path = "body/tests.rs"]
mod tests;
