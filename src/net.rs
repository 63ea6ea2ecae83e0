//! What both directions need from the network.

mod client;
mod failure;
mod redirect;
mod tls;

pub(crate) use client::{Answer, Get, Net};
pub(crate) use failure::from_error;
pub(crate) use tls::trust;
