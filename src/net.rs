//! What both directions need from the network.

mod again;
mod body;
mod client;
mod connect;
mod connection;
mod failure;
mod hosts;
mod redirect;
mod tls;
pub(crate) mod transport;

pub(crate) use client::{AGENT, Answer, Get, Net};
pub(crate) use failure::from_error;
pub(crate) use hosts::Share;
pub(crate) use tls::trust;
