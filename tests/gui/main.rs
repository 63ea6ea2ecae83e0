//! The window, driven as a user would, without a display: real views and real messages, a session
//! and a desktop that do what the test says.
#![cfg(feature = "app")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

use windlass::{
    Address, ErrorView, Failure, Kind, Notify, Phase, Place, Progress, Rank, Settings, Snapshot, TransferId,
    gui, ipc,
};

mod destinations;
mod fake;
mod flows;
mod sample;
mod settings;
mod shots;
mod ui;
