//! What both directions need from the network.

mod access;
mod again;
mod answer;
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
mod get;
mod hosts;
mod http2;
mod proxies;
mod redirect;
mod sftp;
mod socks;
mod stream;
mod tls;
pub(crate) mod transport;
mod tunnel;
mod way;

pub(crate) use access::Wishes;
pub(crate) use again::retry_after;
pub(crate) use answer::Answer;
pub(crate) use body::Bare;
pub(crate) use client::{AGENT, Net};
pub(crate) use failure::from_error;
pub(crate) use get::Get;
pub(crate) use hosts::Share;
pub use proxies::Proxies;
pub(crate) use tls::trust;
pub(crate) use way::Way;
