//! The desktop behind small interfaces: drag and drop, the tray, notifications,
//! opening files, choosing files, the keyring, dark or light, network, battery and sleep.
//!
//! Every part works without the desktop's half of it: no bus, no tray, no portal is a quiet answer,
//! never an error for the caller and never a wait without an end. Nothing here knows a screen or a
//! transfer, and every sentence a person reads is passed in. Whatever starts work (`Tray::start`,
//! `Notifier::start`) and every future runs inside the one tokio runtime of the program.

mod bus;
mod network;
mod power;
mod raw;

pub mod appearance;
pub mod application;
pub mod awake;
pub mod background;
pub mod conditions;
pub mod dock;
pub mod drag_and_drop;
pub mod executable;
pub mod files;
pub mod job_view;
pub mod leave;
pub mod notify;
pub mod picker;
pub mod recent;
pub mod resources;
pub mod sandbox;
pub mod secrets;
pub mod sleep;
mod start;
pub mod targets;
pub mod tray;

pub use raw::{EnvError, return_freed_memory, set_env, trim_memory};
pub use start::take_token;

/// The name by which the desktop knows the application: of its desktop entry, its icon and its windows.
pub const APP_ID: &str = "org.windlass.Windlass";

/// The application's name, the same in every language.
const APP_NAME: &str = "Windlass";
