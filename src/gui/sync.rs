//! The session's word, as messages.

use std::hash::{Hash, Hasher};

use iced::Subscription;

use crate::ipc::{Link, Update};

/// The one stream of updates for the whole life of the window, and beside it one of the progress for
/// as long as somebody looks. The first is never replaced, so that no request to open the window can
/// fall between two of them.
#[derive(Clone)]
pub struct Feed(Link);

impl Feed {
    /// What comes through `link`.
    pub fn new(link: Link) -> Self {
        Self(link)
    }

    /// Everything there is, then everything that happens.
    pub fn updates(&self) -> Subscription<Update> {
        Subscription::run_with(self.clone(), |feed| feed.0.updates())
    }

    /// How far running transfers are.
    pub fn progress(&self) -> Subscription<Update> {
        Subscription::run_with(self.clone(), |feed| feed.0.progress())
    }
}

impl Hash for Feed {
    /// There is one feed, and it stays the same.
    fn hash<H: Hasher>(&self, state: &mut H) {
        "the session".hash(state);
    }
}
