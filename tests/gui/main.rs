//! The window, driven as a user would, without a display: real views and real messages, a session
//! and a desktop that do what the test says.
#![cfg(feature = "app")]

use windlass::{
    Address, ErrorView, Failure, Kind, Notify, Phase, Progress, Settings, Snapshot, TransferId, gui, ipc,
};

mod fake;
mod flows;
mod sample;
mod shots;
mod ui;
