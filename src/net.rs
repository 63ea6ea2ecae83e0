//! What both directions need from the network.

mod access;
mod again;
mod body;
mod challenge;
mod client;
mod connect;
mod connection;
mod cookies;
mod digest;
mod failure;
mod ftp;
mod gateway;
mod hosts;
mod http2;
mod proxies;
mod redirect;
mod sftp;
mod socks;
mod tls;
pub(crate) mod transport;
mod tunnel;

pub(crate) use access::Wishes;
pub(crate) use body::Bare;
pub(crate) use client::{AGENT, Answer, Get, Net};
pub(crate) use failure::from_error;
pub(crate) use hosts::Share;
pub use proxies::Proxies;
pub(crate) use tls::trust;
pub(crate) use tunnel::Way;
