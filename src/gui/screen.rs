//! The screens. Each has its state, its messages and its actions: it asks, and the application
//! decides. They do not know each other, but for the words in which the list says how a transfer stands.

pub mod about;
pub mod add_download;
pub mod add_upload;
pub mod book;
pub mod details;
pub mod groups;
pub mod list;
pub mod renew;
pub mod settings;
pub mod shortcuts;
pub mod statistics;
