//! What both directions need from the network.

mod failure;
mod tls;
mod transport;

pub(crate) use failure::from_error;
pub(crate) use tls::trust;
pub(crate) use transport::{Answer, Broken, Exchange, Line, exchange};
