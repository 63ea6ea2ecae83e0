//! What a request carries: polled by the HTTP library, or sent past it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Fuse, FutureExt as _};
use http_body::{Body, Frame, SizeHint};

use super::gate::Wait;
use super::ledger::Ledger;
use crate::net::outlet::{Courier, Outlet};
use crate::net::stream::Stream;
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

/// What sends the body past the HTTP library.
pub(super) type Sending = Fuse<BoxFuture<'static, Result<(), Failure>>>;

/// How the body gets out: along with the head, or past the library, once the server wants it.
pub(super) fn load<B: Payload>(
    stream: &Stream,
    mut body: B,
    is_asked: bool,
    ledger: &Arc<Ledger>,
) -> Result<(Carried<B>, Sending), Failure> {
    let wait = is_asked.then(|| ledger.word.wait());
    let size = body.size_hint().exact();
    let Some((socket, size)) = (**stream).socket().zip(size) else {
        return Ok((Carried::Along(body, wait), Fuse::terminated()));
    };
    let Some(courier) = body.courier() else {
        return Ok((Carried::Along(body, wait), Fuse::terminated()));
    };
    let outlet = Outlet::of(socket, ledger.clone())?;
    let ledger = ledger.clone();
    let sending: BoxFuture<'static, _> = Box::pin(async move {
        ledger.begun.notified().await;
        if let Some(wait) = wait {
            wait.await;
        }
        ledger.offer();
        outlet.carry(courier).await
    });
    Ok((Carried::Past(size), sending.fuse()))
}
