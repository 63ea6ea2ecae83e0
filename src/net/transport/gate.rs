//! Waiting for the server's word before a large body is sent (`Expect: 100-continue`, RFC 9110 §10.1.1), so
//! that a refusal costs no byte of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::time::sleep;

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

    /// Ends when it has come, or was waited for long enough.
    pub(super) fn wait(&self) -> Wait {
        let said = self.0.clone();
        Box::pin(async move {
            tokio::select! {
                () = said.go.notified() => {}
                () = sleep(PATIENCE) => said.nothing.store(true, Relaxed),
            }
        })
    }

    /// Whether the body was sent without it.
    pub(super) fn never_came(&self) -> bool {
        self.0.nothing.load(Relaxed)
    }
}

/// Waiting for it.
pub(super) type Wait = BoxFuture<'static, ()>;
