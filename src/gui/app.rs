//! The application: everything the window knows, and the one place where messages are routed.
//!
//! Screens ask, the application decides. All state of the interface lives here and in the screens,
//! none in widgets, so that a window that was closed comes back as it was.

use std::sync::Arc;
use std::time::Instant;

use iced::widget::{Id, operation};
use iced::{Subscription, Task, Theme, event, window as native};

use crate::ipc::{Afterwards, Link, Request, Update};
use crate::{Event, Motion, OpenError, Profile, Settings, Snapshot};

use super::desktop::{self, Desktop, TrayMenu, Wishes};
use super::display::Backend;
use super::keys::{self, Command};
use super::left::Keeper;
use super::look::Look;
use super::notice::{self, Notice, Notices};
use super::overlay;
use super::screen::{add_download, add_upload, details, list, renew, settings};
use super::store::Store;
use super::sync::Feed;
use super::window::{self, Window};
use super::{Services, theme, tray};

mod adding;
mod asking;
mod books;
mod configuring;
mod dialogs;
mod elsewhere;
mod ending;
mod keeping;
mod leaving;
mod outside;
mod pages;
mod particulars;
mod pressing;
mod removing;
mod resuming;
#[cfg(test)]
mod tests;
mod view;

pub use asking::Answer;
pub use dialogs::Dialog;

/// The application.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct App {
    link: Link,
    desktop: Arc<dyn Desktop>,
    feed: Feed,
    /// Where everything is kept, if that is on this computer.
    profile: Option<Profile>,
    settings: Settings,
    /// What the session has not been told, or has not answered.
    unsaved: configuring::Unsaved,
    look: Look,
    /// Whether the session ends with this program.
    owns_session: bool,
    /// How the desktop wants everything to look.
    wishes: Wishes,
    theme: Theme,
    store: Store,
    window: Window,
    keeper: Keeper,
    list: list::List,
    details: details::Details,
    dialogs: Vec<Dialog>,
    notices: Notices,
    /// The menu that the tray shows.
    tray: TrayMenu,
    /// Whether something is being dragged over the window.
    hovered: bool,
    /// The desktop's word that the window may come to the front, once it is there.
    token: Option<String>,
    /// Whether transfers went on when the window was last put away.
    went_on: bool,
    /// Whether the session has been asked to end.
    leaving: bool,
    /// What happens when all is done.
    then: Afterwards,
    /// Bytes that are free in the folder for downloads, if that is known.
    free: Option<u64>,
    /// The speed limit that comes back when it is switched on again.
    last_limit: u64,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The session says something.
    Update(Update),
    /// Something that was asked for has an answer.
    Answer(Answer),
    /// In the list.
    List(list::Message),
    /// In the panel of particulars.
    Details(details::Message),
    /// In the download dialog.
    AddDownload(add_download::Message),
    /// In the upload dialog.
    AddUpload(add_upload::Message),
    /// In the settings.
    Settings(settings::Message),
    /// In the dialog that asks for what a transfer needs.
    Renew(renew::Message),
    /// On a page that lies over the list.
    Page(pages::Message),
    /// The session was opened, or could not be.
    Opened(Result<Vec<Notice>, Arc<OpenError>>),
    /// In another dialog.
    Overlay(overlay::Message),
    /// To the window.
    Window(window::Message),
    /// On the keyboard.
    Key(Command),
    /// On the desktop.
    Desktop(desktop::Event),
    /// The desktop wants everything to look like this now.
    Wishes(Wishes),
    /// At a notice.
    Notice(notice::Message),
    /// How much room there is in the folder for downloads.
    Free(Option<u64>),
    /// The window has had a moment to rest.
    Rest,
}

impl App {
    /// The application, and what it does first.
    pub fn new(services: Services) -> (Self, Task<Message>) {
        let wishes = *services.desktop.wishes().borrow();
        let mut app = Self {
            feed: Feed::new(services.link.clone()),
            look: Look::new(&services.settings.language),
            link: services.link,
            desktop: services.desktop,
            owns_session: services.owns_session,
            theme: theme::of(&services.settings, wishes),
            unsaved: configuring::Unsaved::default(),
            wishes,
            store: Store::default(),
            window: Window::new(
                Backend::of_environment().unwrap_or(Backend::X11),
                theme::scale(&services.settings, wishes),
            ),
            keeper: Keeper::default(),
            profile: services.profile,
            settings: services.settings,
            list: list::List::default(),
            details: details::Details::default(),
            dialogs: Vec::new(),
            notices: Notices::default(),
            tray: TrayMenu::default(),
            hovered: false,
            token: None,
            went_on: false,
            leaving: false,
            then: Afterwards::default(),
            free: None,
            last_limit: 0,
        };
        app.recall();
        let opening =
            services.opening.map_or_else(Task::none, |opening| Task::perform(opening, Message::Opened));
        app.refresh_tray();
        let first = services.open;
        let opened = if first.visible { app.open_window(first.wanted) } else { Task::none() };
        (app, Task::batch([opening, opened]))
    }

    /// Follows a message, and lets the panel of particulars follow what that has changed.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        let done = self.route(message);
        Task::batch([done, self.attend(), self.notice_changes()])
    }

    /// One arm, one call.
    fn route(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::Update(update) => self.follow(update),
            Message::Answer(answer) => self.answered(answer),
            Message::List(message) => self.in_list(message),
            Message::Details(message) => self.in_details(message),
            Message::AddDownload(message) => self.in_download_dialog(message),
            Message::AddUpload(message) => self.in_upload_dialog(message),
            Message::Settings(message) => self.in_settings(message),
            Message::Renew(message) => self.in_renewal(message),
            Message::Page(message) => self.on_page(message),
            Message::Opened(outcome) => self.session_opened(outcome),
            Message::Overlay(message) => self.in_overlay(message),
            Message::Window(message) => self.at_window(message),
            Message::Key(command) => self.key(command),
            Message::Desktop(event) => self.on_desktop(event),
            Message::Wishes(wishes) => self.look_as_wished(wishes),
            Message::Notice(message) => self.at_notice(message),
            Message::Free(free) => {
                self.free = free;
                Task::none()
            }
            Message::Rest => self.rested(),
        }
    }

    /// The colours of the window.
    pub fn theme(&self) -> Theme {
        self.theme.clone()
    }

    /// How much larger than usual everything is.
    pub fn scale(&self) -> f32 {
        theme::scale(&self.settings, self.wishes)
    }

    /// Whether nothing in the window should move by itself.
    pub fn is_still(&self) -> bool {
        match self.settings.motion {
            Motion::System => self.wishes.still || self.wishes.gnome_still,
            Motion::Full => false,
            Motion::Reduced => true,
        }
    }

    /// What the application listens to. Nothing here has a clock.
    pub fn subscription(&self) -> Subscription<Message> {
        Subscription::batch([
            self.feed.updates().map(Message::Update),
            // Progress stays away while nobody looks.
            if self.window.is_seen() {
                self.feed.progress().map(Message::Update)
            } else {
                Subscription::none()
            },
            event::listen_with(heard),
            desktop::happenings(&self.desktop).map(Message::Desktop),
            desktop::wishes(&self.desktop).map(Message::Wishes),
        ])
    }

    fn follow(&mut self, update: Update) -> Task<Message> {
        match update {
            Update::All(all) => {
                self.replace(all);
                self.refresh_tray();
                self.look_anew()
            }
            Update::Progress(moved) => {
                self.store.advance(&moved);
                let totals = self.store.totals();
                self.list.moved(totals.down, totals.up, Instant::now());
                self.details.moved(&moved, Instant::now());
                Task::none()
            }
            Update::Event(event) => {
                let followed = Task::batch([self.linked(&event), self.changed_elsewhere(&event)]);
                self.follow_event(event);
                self.refresh_tray();
                followed
            }
            Update::OpenWindow(wanted) => self.open_window(wanted),
            Update::WhenDone(when) => self.told_when_done(&when),
            Update::Gone => self.session_gone(),
        }
    }

    fn replace(&mut self, all: Vec<Snapshot>) {
        self.store.replace(all);
        let store = &self.store;
        self.dialogs.retain(|dialog| dialog.transfer().is_none_or(|id| store.get(id).is_some()));
        self.list.retain(store);
    }

    fn follow_event(&mut self, event: Event) {
        self.tell_of_group(&event);
        if let Event::Removed { id } = &event {
            self.list.forget(*id, &self.store);
            self.dialogs.retain(|dialog| dialog.transfer() != Some(*id));
        }
        self.details.happened(&event);
        self.store.apply(event);
        self.list.changed();
    }

    fn refresh_tray(&mut self) {
        let menu = tray::menu(self.store.totals(), &self.look.texts);
        if menu != self.tray {
            self.desktop.set_tray(menu.clone());
            self.tray = menu;
        }
    }

    fn in_list(&mut self, message: list::Message) -> Task<Message> {
        match self.list.update(message, &self.store, Instant::now()) {
            list::Action::None => Task::none(),
            list::Action::AddDownload => self.open_download_dialog(&[]),
            list::Action::AddUpload => self.open_upload_dialog(Vec::new()),
            list::Action::Preferences => self.open_settings(),
            list::Action::Ask(requests) => {
                Task::batch(requests.into_iter().map(|request| self.ask(request)).collect::<Vec<_>>())
            }
            list::Action::Do(verb, ids) => self.perform(verb, ids),
            list::Action::ScrollTo(offset) => scroll_to(list::scroll_id(), offset),
            list::Action::ScrollMenu(offset) => scroll_to(list::menu_id(), offset),
            // What is written next takes the place of what was searched for before.
            list::Action::Search => {
                operation::focus(list::search_id()).chain(operation::select_all(list::search_id()))
            }
            list::Action::Copy(words) => iced::clipboard::write(words),
            list::Action::DragOut(files) => {
                self.desktop.drag_out(files);
                Task::none()
            }
            list::Action::Limit => self.switch_limit(),
            list::Action::ChooseFolder => self.choose_folder(),
            list::Action::Go(errand) => self.go(errand),
        }
    }

    fn at_window(&mut self, message: window::Message) -> Task<Message> {
        match self.window.update(message) {
            window::Action::None => Task::none(),
            window::Action::Run(task) => task.map(Message::Window),
            window::Action::Ready(id) => self.make_ready(id),
            window::Action::PutAway => self.put_away(),
            window::Action::Dragged(event) => self.on_desktop(event),
        }
    }

    fn make_ready(&mut self, id: native::Id) -> Task<Message> {
        let desktop = Arc::clone(&self.desktop);
        let token = self.token.take();
        let attached = native::run(id, move |window| {
            desktop.attach(window);
            if let Some(token) = token {
                desktop.activate(token);
            }
        });
        let prefilled = self.prefill();
        Task::batch([
            attached.discard(),
            scroll_to(list::scroll_id(), self.list.offset()),
            prefilled,
            self.told_of_background(),
            self.look_for_room(),
        ])
    }

    fn notice(&mut self, notice: Notice) -> Task<Message> {
        let Some(dismiss) = self.notices.push(notice) else { return Task::none() };
        let brief = async move {
            tokio::time::sleep(super::notice::BRIEF).await;
            dismiss
        };
        Task::perform(brief, |notice| Message::Notice(notice::Message::Dismiss(notice)))
    }

    fn ask(&self, request: Request) -> Task<Message> {
        Task::perform(self.link.ask(request), |answer| Message::Answer(Answer::Done(answer.map(drop))))
    }
}

fn scroll_to(id: Id, offset: f32) -> Task<Message> {
    let offset = operation::AbsoluteOffset { x: None, y: Some(offset) };
    operation::scroll_to(id, offset)
}

/// What matters of what a window hears.
#[expect(clippy::needless_pass_by_value, reason = "the signature is the window system's")]
fn heard(event: iced::Event, status: event::Status, id: native::Id) -> Option<Message> {
    if let iced::Event::Keyboard(iced::keyboard::Event::KeyPressed { key, modified_key, modifiers, .. }) =
        &event
    {
        let command = |key| keys::command(key, *modifiers, status == event::Status::Captured);
        // Some signs are on a key of their own on one keyboard and on half of one on the next.
        return command(key).or_else(|| command(modified_key)).map(Message::Key);
    }
    window::message(&event, id).map(Message::Window)
}
