//! What is changed by others: another window of the same session, or a command.

use iced::Task;

use crate::Event;
use crate::gui::screen::book::destinations::DestinationForm;
use crate::gui::screen::book::sites::SiteForm;

use super::pages::{self, Page};
use super::{App, Dialog, Message};

impl App {
    /// Follows what has become of other things than transfers.
    pub(super) fn changed_elsewhere(&mut self, event: &Event) -> Task<Message> {
        match event {
            Event::Settings { settings } => {
                self.hear_settings((**settings).clone());
                Task::none()
            }
            Event::Destinations => Task::batch([
                self.read_again(|page| matches!(page, Page::Destinations(_))),
                self.list_places_anew(),
            ]),
            Event::Sites => self.read_again(|page| matches!(page, Page::Sites(_))),
            _ => Task::none(),
        }
    }

    /// Asks for all of which a list of transfers says nothing: what has happened to it may not have been told.
    pub(super) fn look_anew(&self) -> Task<Message> {
        Task::batch([self.read_settings(), self.read_again(|_| true), self.list_places_anew()])
    }

    /// Asks again for the places that an open upload dialog offers.
    fn list_places_anew(&self) -> Task<Message> {
        let is_open = self.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Upload(_)));
        if is_open { self.list_places() } else { Task::none() }
    }

    /// Asks again what open pages of these show.
    fn read_again(&self, which: fn(&Page) -> bool) -> Task<Message> {
        let pages = self.dialogs.iter().filter_map(|dialog| match dialog {
            Dialog::Page(page) if which(page) => Some(page),
            _ => None,
        });
        Task::batch(pages.map(|page| match page {
            Page::Groups(_) => self.read_groups(),
            Page::Destinations(_) => self.read_book::<DestinationForm>(pages::Message::Destinations),
            Page::Sites(_) => self.read_book::<SiteForm>(pages::Message::Sites),
            Page::Shortcuts(_) | Page::Statistics(_) | Page::About(_) => Task::none(),
        }))
    }
}
