//! The panel with all about the chosen transfer: opened, closed, and told what it asks for.

use std::time::Instant;

use iced::Task;

use crate::TransferId;
use crate::gui::keys::Command;
use crate::gui::notice::Notice;
use crate::gui::screen::{details, list};
use crate::gui::verb::{self, Verb};
use crate::gui::widget::dock::Dock;
use crate::ipc::{Fault, Reply, Request};

use super::{Answer, App, Message};

/// As many bytes at the beginning of a file are enough for a player to see what it is.
const ENOUGH: u64 = 256 * 1024;

impl App {
    /// Asks the session for what the panel needs, if it is open, somebody could see it, and something has changed.
    pub(super) fn attend(&mut self) -> Task<Message> {
        if !self.window.is_seen() {
            return Task::none();
        }
        let asked = self.details.attend(self.list.looked_at(), &self.store, Instant::now());
        let Some((id, request)) = asked else { return Task::none() };
        Task::perform(self.link.ask(request), move |told| Message::Details(details::Message::Told(id, told)))
    }

    pub(super) fn in_details(&mut self, message: details::Message) -> Task<Message> {
        match self.details.update(message) {
            details::Action::None => Task::none(),
            details::Action::Do(verb, id) => self.perform(verb, vec![id]),
            details::Action::Copy(words) => iced::clipboard::write(words),
        }
    }

    /// Where the panel lies, and how large it is.
    pub(super) fn dock(&self) -> Dock {
        Dock::of(self.window.room(), self.details.sizes())
    }

    /// Shows all about a transfer, which becomes the chosen one.
    pub(super) fn show_details(&mut self, id: TransferId) -> Task<Message> {
        self.details.open();
        match self.list.show(id, &self.store) {
            list::Action::ScrollTo(offset) => super::scroll_to(list::scroll_id(), offset),
            _ => Task::none(),
        }
    }

    /// Whether a key means the open panel rather than the table.
    pub(super) fn means_details(&self, command: Command) -> bool {
        self.details.is_open()
            && self.dialogs.is_empty()
            && match command {
                Command::Escape | Command::Details | Command::NextTab(_) | Command::Panel(_) => true,
                // Where it does not open a file, it closes what it has opened.
                Command::Open => {
                    let row = self.list.looked_at().and_then(|id| self.store.get(id));
                    !row.is_some_and(|row| verb::is_possible(Verb::Open, row))
                }
                _ => false,
            }
    }

    pub(super) fn key_for_details(&mut self, command: Command) -> Task<Message> {
        match command {
            Command::NextTab(forward) => self.details.turn(forward),
            Command::Panel(larger) => self.details.resize(self.dock().stepped(larger)),
            _ => self.details.close(),
        }
        Task::none()
    }

    /// Asks whether the beginning of a file is there that has not arrived as a whole.
    pub(super) fn ask_for_beginning(&self, id: TransferId) -> Task<Message> {
        Task::perform(self.link.ask(Request::Segments { id: id.to_string() }), move |told| {
            Message::Answer(Answer::Beginning(id, told))
        })
    }

    /// Opens what is there of a file, if it has a beginning.
    pub(super) fn open_beginning(&mut self, id: TransferId, told: Result<Reply, Fault>) -> Task<Message> {
        let map = match told {
            Ok(Reply::Segments(map)) => map,
            Ok(_) => return Task::none(),
            Err(fault) => return self.notice(Notice::Session(fault)),
        };
        let Some(path) = self.store.get(id).and_then(|row| row.path.clone()) else { return Task::none() };
        if map.beginning < ENOUGH.min(map.total.unwrap_or(ENOUGH)) {
            return self.notice(Notice::NoBeginning(path));
        }
        let opening = self.desktop.open_part(path);
        Task::perform(opening, |result| Message::Answer(Answer::Opened(result)))
    }
}
