//! What both directions need from the network.

mod tls;
pub(crate) use tls::trust;
