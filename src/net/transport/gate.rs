//! Waiting for the server's word before a large body is sent (`Expect: 100-continue`, RFC 9110 §10.1.1), so
//! that a refusal costs no byte of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

/// Bodies of more than this many bytes wait.
pub(super) const LARGE: u64 = 1024 * 1024;
/// How long they wait; many servers never say anything.
const PATIENCE: Duration = Duration::from_secs(1);

/// The server's word.
#[derive(Clone, Debug, Default)]
pub(super) struct Word(Arc<Said>);

#[derive(Debug, Default)]
struct Said {
    go: Notify,
    /// Nothing was said for as long as it is waited for.
    nothing: AtomicBool,
}

impl Word {
    /// The body may come.
    pub(super) fn go_on(&self) {
        self.0.go.notify_one();
    }

    /// Whether the body was sent without it.
    pub(super) fn never_came(&self) -> bool {
        self.0.nothing.load(Relaxed)
    }
}

/// A body that waits for the word.
pub(super) struct Waiting<B> {
    body: B,
    wait: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<B> Waiting<B> {
    /// Without a word to wait for, it does not wait.
    pub(super) fn new(body: B, word: Option<Word>) -> Self {
        let wait = word.map(|word| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(async move {
                let patience: Sleep = sleep(PATIENCE);
                tokio::select! {
                    () = word.0.go.notified() => {}
                    () = patience => word.0.nothing.store(true, Relaxed),
                }
            })
        });
        Self { body, wait }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Waiting<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(cx));
            self.wait = None;
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
