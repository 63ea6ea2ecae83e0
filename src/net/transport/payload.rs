//! What a request carries: polled by the HTTP library, or sent past it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::gate::Wait;
use crate::net::outlet::Courier;
use crate::transfer::Failure;

/// The body of a request.
pub(crate) trait Payload: Body<Data = Bytes, Error = Failure> + Send + Unpin + 'static {
    /// What sends all of it straight to a socket; nothing if that would bring nothing. The body itself has
    /// nothing left then.
    fn courier(&mut self) -> Option<Courier>;
}

/// A body as the HTTP library gets it.
pub(super) enum Carried<B> {
    /// All of it, once the server wants it.
    Along(B, Option<Wait>),
    /// Nothing: so many bytes go past the library, as soon as it has sent the head.
    Past(u64),
}

impl<B: Payload> Body for Carried<B> {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match self.get_mut() {
            Self::Along(body, wait) => {
                if let Some(waiting) = wait {
                    ready!(waiting.as_mut().poll(cx));
                    *wait = None;
                }
                Pin::new(body).poll_frame(cx)
            }
            Self::Past(_) => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Along(body, _) if body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Along(body, _) => body.size_hint(),
            Self::Past(size) => SizeHint::with_exact(*size),
        }
    }
}
