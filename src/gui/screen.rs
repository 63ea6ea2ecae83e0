//! The screens. Each has its state, its messages and its actions: it asks, and the application
//! decides. They do not know each other.

pub mod about;
pub mod add_download;
pub mod add_upload;
pub mod groups;
pub mod list;
pub mod renew;
pub mod settings;
pub mod shortcuts;
pub mod statistics;
