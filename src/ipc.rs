//! The control socket and the words spoken on it. For those who write programs that speak them,
//! `assets/protocol.md` tells all of it; `windlass manual socket` prints that.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

mod client;
mod fault;
mod hub;
mod later;
mod launching;
mod method;
mod protocol;
mod server;
mod socket;
mod starting;
mod when_done;
mod wire;

pub use client::Client;
pub use fault::Fault;
pub use hub::Hub;
pub use later::Later;
pub use launching::{connect_or_start, launch};
pub use protocol::{
    HasHeaders, InWindow, New, Reply, Request, Update, VERSION, Which, WithSecrets, links_in,
};
pub use server::{Bounds, Server};
pub use socket::Endpoint;
pub use starting::start;
pub use when_done::{Afterwards, Choice, Computer, WhenDone};

/// A way to command a session, wherever it lives.
pub trait Control: Send + Sync + 'static {
    /// Asks the session to do something.
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>>;

    /// Everything there is, then everything that happens. A listener that falls behind is given
    /// everything again; the stream ends after [`Update::Gone`].
    fn updates(&self) -> BoxStream<'static, Update>;

    /// How far running transfers are, at most ten times a second: [`Update::Progress`] and nothing else.
    /// It costs the session something for as long as somebody listens.
    fn progress(&self) -> BoxStream<'static, Update>;
}

/// A shared [`Control`].
pub type Link = Arc<dyn Control>;
