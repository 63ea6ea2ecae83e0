//! What is kept on disk: settings and transfers, in RON.

mod atomic;
mod paths;
mod settings;
mod state;

#[cfg(test)]
pub(crate) use atomic::replace;
pub(crate) use atomic::sync_dir;
pub use paths::Profile;
pub(crate) use paths::private_dir;
pub use settings::{Appearance, Settings};
pub use state::OpenError;
pub(crate) use state::{Entry, StateFile, line};
