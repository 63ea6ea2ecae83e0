//! Removing from the list: out of sight at once, and for good a little later, so that it can be taken back.

use iced::Task;

use crate::TransferId;
use crate::gui::notice::{Dismiss, Notice};
use crate::gui::verb::Verb;

use super::{App, Message};

impl App {
    /// Removes what nobody loses anything with.
    pub(super) fn remove(&mut self, ids: Vec<TransferId>) -> Task<Message> {
        self.list.hide(&ids, &self.store);
        // What has not moved a byte must not begin to while it is out of sight.
        let alive = |id: &TransferId| {
            self.store.get(*id).is_some_and(|row| crate::gui::verb::is_possible(Verb::Pause, row))
        };
        let alive: Vec<_> = ids.iter().copied().filter(alive).collect();
        let paused = if alive.is_empty() { Task::none() } else { self.ask_for(Verb::Pause, &alive) };
        Task::batch([paused, self.notice(Notice::Removed(ids))])
    }

    /// Takes back what a notice tells of.
    pub(super) fn undo(&mut self, notice: Dismiss) -> Task<Message> {
        if let Some(Notice::Removed(ids)) = self.notices.dismiss(notice) {
            self.list.unhide(&ids);
        }
        Task::none()
    }

    /// Takes back what was done last.
    pub(super) fn undo_last(&mut self) -> Task<Message> {
        self.notices.last_removed().map_or_else(Task::none, |notice| self.undo(notice))
    }

    /// Lets a notice go; what it could have taken back is done for good.
    pub(super) fn dismiss(&mut self, notice: Dismiss) -> Task<Message> {
        match self.notices.dismiss(notice) {
            Some(Notice::Removed(ids)) => {
                let there: Vec<_> = ids.into_iter().filter(|id| self.store.get(*id).is_some()).collect();
                if there.is_empty() { Task::none() } else { self.ask_for(Verb::Remove, &there) }
            }
            _ => Task::none(),
        }
    }

    /// Does for good what could still be taken back: nobody is there to do so any more.
    pub(super) fn settle(&mut self) -> Task<Message> {
        let all = self.notices.all_removed();
        Task::batch(all.into_iter().map(|notice| self.dismiss(notice)).collect::<Vec<_>>())
    }
}
