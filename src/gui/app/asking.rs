//! What the application asks of the session and the desktop, and what it does with the answers.

use iced::Task;

use crate::gui::desktop::CannotOpen;
use crate::gui::notice::Notice;
use crate::gui::overlay::Overlay;
use crate::gui::verb::{self, Verb};
use crate::ipc::Fault;
use crate::{Settings, Snapshot, TransferId};

use super::{App, Message};

/// Something that was asked for is done, or not.
#[derive(Clone, Debug)]
pub enum Answer {
    /// By the session.
    Done(Result<(), Fault>),
    /// The settings, as they are now.
    Settings(Result<Box<Settings>, Fault>),
    /// The settings, now that changes of them are kept.
    Configured(Result<Box<Settings>, Fault>),
    /// A file was opened or shown.
    Opened(Result<(), CannotOpen>),
    /// The session has been told to end.
    Left,
}

impl App {
    pub(super) fn answered(&mut self, answer: Answer) -> Task<Message> {
        match answer {
            Answer::Done(Ok(())) | Answer::Opened(Ok(())) => Task::none(),
            Answer::Done(Err(fault)) => self.notice(Notice::Session(fault)),
            Answer::Opened(Err(CannotOpen(path))) => self.notice(Notice::CannotOpen(path)),
            Answer::Settings(settings) => self.told_settings(settings),
            Answer::Configured(settings) => self.configured(settings),
            Answer::Left => self.exit(),
        }
    }

    /// Does something with one transfer.
    pub(super) fn perform(&mut self, verb: Verb, id: TransferId) -> Task<Message> {
        let Some(row) = self.store.get(id) else { return Task::none() };
        match verb {
            Verb::Details => self.open_overlay(Overlay::Details(id)),
            Verb::CopyLink => copied(row),
            _ if verb::loses(verb, row) => self.open_overlay(Overlay::Loss(verb, id)),
            Verb::Open | Verb::Show => {
                let Some(path) = row.path.clone() else { return Task::none() };
                let opening = match verb {
                    Verb::Open => self.desktop.open(path),
                    _ => self.desktop.show_in_folder(path),
                };
                Task::perform(opening, |result| Message::Answer(Answer::Opened(result)))
            }
            _ => self.ask_for(verb, id),
        }
    }

    /// Asks the session to do something with one transfer.
    pub(super) fn ask_for(&mut self, verb: Verb, id: TransferId) -> Task<Message> {
        let request = self.store.get(id).and_then(|row| verb.request(row));
        request.map_or_else(Task::none, |request| self.ask(request))
    }
}

/// Puts the link to what was sent onto the clipboard, if there is one.
pub(super) fn copied(row: &Snapshot) -> Task<Message> {
    row.link.clone().map_or_else(Task::none, iced::clipboard::write)
}
