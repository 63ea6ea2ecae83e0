//! The window is kept as it was left: read before it is first seen, written when it rests and when it closes.

use std::time::Duration;

use iced::Task;

use crate::gui::left::{Keeper, Left};

use super::{App, Message};

/// How long nothing changes before it is worth writing down.
const REST: Duration = Duration::from_secs(1);

impl App {
    /// Makes everything as it was left. A window on a session elsewhere has nothing of its own here: it begins as
    /// usual, and what is done to it changes nothing about the window at home.
    pub(super) fn recall(&mut self) {
        let Some(profile) = &self.profile else { return };
        let left = Left::of(&profile.state);
        self.list.recall(left.list);
        self.details.recall(left.details);
        self.window.recall(left.window, self.scale());
        // What was read may be out of bounds.
        self.keeper = Keeper::of(self.left());
    }

    fn left(&self) -> Left {
        Left { list: self.list.left(), details: self.details.left(), window: self.window.left(self.scale()) }
    }

    /// Waits for the window to rest if it has changed.
    pub(super) fn notice_changes(&mut self) -> Task<Message> {
        if self.profile.is_none() || !self.keeper.see(self.left()) {
            return Task::none();
        }
        Task::perform(tokio::time::sleep(REST), |()| Message::Rest)
    }

    /// Keeps how it is, if it has rested.
    pub(super) fn rested(&mut self) -> Task<Message> {
        if self.keeper.rest(&self.left()) { self.keep() } else { Task::none() }
    }

    /// Keeps how it is now.
    pub(super) fn keep(&mut self) -> Task<Message> {
        let Some(writing) = self.keeping() else { return Task::none() };
        Task::future(tokio::task::spawn_blocking(writing)).discard()
    }

    /// Keeps how it is now before anything else happens.
    pub(super) fn keep_at_once(&mut self) {
        if let Some(writing) = self.keeping() {
            writing();
        }
    }

    fn keeping(&mut self) -> Option<impl FnOnce() + Send + 'static> {
        let left = self.left();
        self.profile.as_ref().map(|profile| self.keeper.keep(left, &profile.state))
    }
}
