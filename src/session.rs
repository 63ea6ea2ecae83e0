//! The session: the one owner of all transfers of a profile.
pub(crate) mod events;
pub use events::Event;
