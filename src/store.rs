//! What is kept on disk: settings, named places and transfers, in RON.

mod address_book;
mod atomic;
mod document;
mod lock;
mod looks;
mod paths;
mod setting;
mod settings;
mod state;
mod statistics;
mod usage;
mod window;

pub use address_book::{AddressBook, Places, Sites};
#[cfg(any(test, feature = "app"))]
pub(crate) use atomic::replace;
pub(crate) use atomic::{create, rename_new, sync_dir};
#[cfg(feature = "app")]
pub(crate) use document::{load as load_document, save as save_document};
#[cfg(feature = "app")]
pub(crate) use lock::{LOCK, is_held};
pub(crate) use lock::{Lock, lock};
pub use looks::{Accent, Appearance, Contrast, Motion};
pub use paths::Profile;
pub(crate) use paths::private_dir;
pub use setting::NotASetting;
pub use settings::Settings;
pub use state::OpenError;
#[cfg(fuzzing)]
pub(crate) use state::fuzz as fuzz_state;
pub(crate) use state::{Entry, StateFile};
pub(crate) use statistics::{load_statistics, save_statistics};
pub(crate) use usage::Usage;
pub use window::{NotAWindow, Pace, Window};
