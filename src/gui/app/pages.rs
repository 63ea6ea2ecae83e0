//! The pages that lie over the list: keys, groups, how much was moved, and what this program is.

use iced::widget::operation;
use iced::{Element, Task};

use crate::Event;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::screen::about::{self, About};
use crate::gui::screen::book::destinations::DestinationForm;
use crate::gui::screen::book::sites::SiteForm;
use crate::gui::screen::book::{self, Book};
use crate::gui::screen::groups::{self, Groups};
use crate::gui::screen::list::Errand;
use crate::gui::screen::settings::{self, Section};
use crate::gui::screen::shortcuts::{self, Shortcuts};
use crate::gui::screen::statistics::{self, Sums};
use crate::gui::widget::page;
use crate::i18n::t;
use crate::ipc::Request;

use super::{App, Dialog};

/// A page.
#[derive(Debug)]
pub enum Page {
    /// The keys.
    Shortcuts(Shortcuts),
    /// How much was moved.
    Statistics(Sums),
    /// The groups.
    Groups(Groups),
    /// The places that files are sent to.
    Destinations(Box<Book<DestinationForm>>),
    /// The servers of which something is known.
    Sites(Box<Book<SiteForm>>),
    /// What this program is.
    About(About),
}

/// What happens to a page.
#[derive(Clone, Debug)]
pub enum Message {
    /// To the keys.
    Shortcuts(shortcuts::Message),
    /// To how much was moved.
    Statistics(statistics::Message),
    /// To the groups.
    Groups(groups::Message),
    /// To the places that files are sent to.
    Destinations(book::Message<DestinationForm>),
    /// To the servers of which something is known.
    Sites(book::Message<SiteForm>),
    /// To what this program is.
    About(about::Message),
    /// To the topmost one: leave it.
    Close,
}

impl Page {
    /// The field that somebody most likely wants to write in first.
    pub(super) fn first_field(&self) -> Option<&'static str> {
        match self {
            Self::Shortcuts(_) => Some(shortcuts::SEARCH_FIELD),
            _ => None,
        }
    }

    /// How it looks, in so much room.
    pub(super) fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        match self {
            Self::Shortcuts(page) => page.view(room, look).map(Message::Shortcuts),
            Self::Statistics(page) => page.view(room, look).map(Message::Statistics),
            Self::Groups(page) => page.view(room, look).map(Message::Groups),
            Self::Destinations(page) => page.view(room, look).map(Message::Destinations),
            Self::Sites(page) => page.view(room, look).map(Message::Sites),
            Self::About(page) => page.view(room, look).map(Message::About),
        }
    }

    /// What it does when somebody wants back.
    fn escape(&self) -> Message {
        match self {
            Self::Shortcuts(_) => Message::Shortcuts(shortcuts::Message::Escape),
            Self::Groups(_) => Message::Groups(groups::Message::Escape),
            Self::Destinations(_) => Message::Destinations(book::Happening::Escape),
            Self::Sites(_) => Message::Sites(book::Happening::Escape),
            Self::About(_) => Message::About(about::Message::Escape),
            Self::Statistics(_) => Message::Close,
        }
    }
}

impl App {
    /// Goes where the menu of the window leads.
    pub(super) fn go(&mut self, errand: Errand) -> Task<super::Message> {
        match errand {
            Errand::AddUpload => self.open_upload_dialog(Vec::new()),
            Errand::ResumeFrom => self.pick_resume_data(),
            Errand::WhenDone => self.ask_when_done(),
            Errand::Preferences => self.open_settings(),
            Errand::Shortcuts => self.open_page(Page::Shortcuts(Shortcuts::default())),
            Errand::Statistics => {
                let opened = self.open_page(Page::Statistics(Sums::new()));
                let asked = Task::perform(self.link.ask(Request::Statistics), statistics::of_reply);
                opened.chain(asked.map(|said| super::Message::Page(Message::Statistics(said))))
            }
            Errand::About => self.open_page(Page::About(About::new(self.profile.clone()))),
            Errand::Quit => self.quit(),
            Errand::Groups => {
                let opened = self.open_page(Page::Groups(Groups::default()));
                opened.chain(self.read_groups())
            }
            Errand::Destinations => {
                let opened = self.open_page(Page::Destinations(Box::default()));
                opened.chain(self.read_book::<DestinationForm>(Message::Destinations))
            }
            Errand::Sites => {
                let opened = self.open_page(Page::Sites(Box::default()));
                opened.chain(self.read_book::<SiteForm>(Message::Sites))
            }
        }
    }

    fn open_page(&mut self, page: Page) -> Task<super::Message> {
        let field = page.first_field();
        self.dialogs.push(Dialog::Page(page));
        field.map_or_else(Task::none, operation::focus)
    }

    pub(super) fn read_groups(&self) -> Task<super::Message> {
        Task::perform(self.link.ask(Request::Groups), groups::of_reply).map(to_groups)
    }

    fn follow_groups(&mut self, action: groups::Action) -> Task<super::Message> {
        match action {
            groups::Action::None => Task::none(),
            groups::Action::Read => self.read_groups(),
            groups::Action::Ask(request) => {
                Task::perform(self.link.ask(request), |done| to_groups(groups::Message::Done(done.map(drop))))
            }
            groups::Action::Pick => {
                let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), self.settings.folder());
                Task::perform(picked, |picked| to_groups(groups::Message::Picked(picked)))
            }
            groups::Action::Focus(field) => operation::focus(field.id()),
            groups::Action::Times => {
                let opened = self.open_settings();
                opened.chain(self.in_settings(settings::Message::Section(Section::Speed)))
            }
            groups::Action::Close => self.leave_dialog(),
        }
    }

    /// Tells the page of the groups what has become of one.
    pub(super) fn tell_of_group(&mut self, event: &Event) {
        let message = match event {
            Event::Group { group } => groups::Message::Changed(group.clone()),
            Event::Ungrouped { name } => groups::Message::Gone(name.clone()),
            _ => return,
        };
        for dialog in &mut self.dialogs {
            if let Dialog::Page(Page::Groups(page)) = dialog {
                let _ = page.update(message.clone());
            }
        }
    }

    pub(super) fn is_page_on_top(&self) -> bool {
        matches!(self.dialogs.last(), Some(Dialog::Page(_)))
    }

    /// Leaves what the page on top is at, or the page.
    pub(super) fn leave_page(&mut self) -> Task<super::Message> {
        let Some(Dialog::Page(page)) = self.dialogs.last() else { return Task::none() };
        self.on_page(page.escape())
    }

    pub(super) fn on_page(&mut self, message: Message) -> Task<super::Message> {
        // An answer may come when something else lies over the page that it is for.
        let page = self.dialogs.iter_mut().rev().find_map(|dialog| match dialog {
            Dialog::Page(page) => Some(page),
            _ => None,
        });
        let Some(page) = page else { return Task::none() };
        match (page, message) {
            (_, Message::Close) => self.leave_dialog(),
            (Page::Shortcuts(page), Message::Shortcuts(message)) => match page.update(message) {
                shortcuts::Action::None => Task::none(),
                shortcuts::Action::Close => self.leave_dialog(),
            },
            (Page::Statistics(page), Message::Statistics(message)) => match page.update(message) {
                statistics::Action::None => Task::none(),
                statistics::Action::Close => self.leave_dialog(),
            },
            (Page::Groups(page), Message::Groups(message)) => {
                let action = page.update(message);
                self.follow_groups(action)
            }
            (Page::Destinations(page), Message::Destinations(message)) => {
                let action = page.update(message);
                self.follow_book::<DestinationForm>(action, Message::Destinations)
            }
            (Page::Sites(page), Message::Sites(message)) => {
                let action = page.update(message);
                self.follow_book::<SiteForm>(action, Message::Sites)
            }
            (Page::About(page), Message::About(message)) => match page.update(message) {
                about::Action::None => Task::none(),
                about::Action::Top => to_top(),
                about::Action::Copy(words) => iced::clipboard::write(words),
                about::Action::Close => self.leave_dialog(),
            },
            // It was for a page that has been left.
            _ => Task::none(),
        }
    }
}

fn to_groups(message: groups::Message) -> super::Message {
    super::Message::Page(Message::Groups(message))
}

fn to_top() -> Task<super::Message> {
    operation::scroll_to(page::SCROLL, operation::AbsoluteOffset { x: None, y: Some(0.0) })
}
