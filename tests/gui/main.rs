//! The window, driven as a user would, without a display: real views and real messages, a session
//! and a desktop that do what the test says.
#![cfg(feature = "app")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

use windlass::{
    Address, ErrorKind, ErrorView, Failure, GroupView, History, Kind, Notify, Phase, Place, Probed, Progress,
    Rank, Segments, Settings, Site, Snapshot, Statistics, TransferId, gui, ipc,
};

mod adding;
mod books;
mod destinations;
mod details;
mod eyes;
mod fake;
mod fields;
mod flows;
mod hands;
mod keyboard;
mod languages;
mod looks;
mod pages;
mod prompts;
mod sample;
mod settings;
mod shots;
mod starts;
mod table;
mod trash;
mod ui;
