//! Putting the window away, bringing it back, and quitting.

use std::sync::Arc;

use iced::Task;

use crate::OpenError;
use crate::gui::notice::Notice;
use crate::gui::overlay::{Overlay, unopened};
use crate::ipc::Request;

use super::{Answer, App, Message};

impl App {
    pub(super) fn show_window(&mut self) -> Task<Message> {
        let token = if self.window.is_open() { self.token.take() } else { None };
        let shown = self.window.show(token.is_some()).map(Message::Window);
        if let Some(token) = token {
            self.desktop.activate(token);
        }
        // A window that has to open first is told when it is ready.
        let told = if self.window.is_seen() { self.told_of_background() } else { Task::none() };
        Task::batch([shown, told])
    }

    pub(super) fn put_away(&mut self) -> Task<Message> {
        if self.session_has_ended() {
            return self.exit();
        }
        if !self.desktop.has_tray() {
            // Nothing could be seen of the program any more, so it stays only for a reason.
            if !self.owns_session {
                return self.exit();
            }
            if self.store.totals().alive == 0 {
                return self.leave();
            }
        }
        self.went_on = self.store.totals().running > 0;
        self.hovered = false;
        self.list.close_menu();
        if self.window.closes() {
            self.desktop.detach();
        }
        let settled = self.settle();
        Task::batch([settled, self.keep(), self.window.put_away().map(Message::Window)])
    }

    /// Says once that transfers went on without the window, if they did.
    pub(super) fn told_of_background(&mut self) -> Task<Message> {
        if std::mem::take(&mut self.went_on) { self.notice(Notice::Background) } else { Task::none() }
    }

    /// Quits, unless transfers run: then it asks.
    pub(super) fn quit(&mut self) -> Task<Message> {
        if self.store.totals().running == 0 {
            return self.leave();
        }
        Task::batch([self.show_window(), self.open_overlay(Overlay::Quit)])
    }

    /// Tells the session to end and follows it.
    pub(super) fn leave(&mut self) -> Task<Message> {
        if self.session_has_ended() {
            return self.exit();
        }
        self.leaving = true;
        let settled = self.settle();
        settled.chain(Task::perform(self.link.ask(Request::Quit), |_| Message::Answer(Answer::Left)))
    }

    /// The session was opened, and there may be something to know about that; or it could not be, and nothing can
    /// be done here.
    pub(super) fn session_opened(&mut self, outcome: Result<Vec<Notice>, Arc<OpenError>>) -> Task<Message> {
        match outcome {
            Ok(notices) => {
                Task::batch(notices.into_iter().map(|notice| self.notice(notice)).collect::<Vec<_>>())
            }
            Err(error) => {
                let why = unopened::words(&error, &self.look.texts);
                self.dialogs.clear();
                Task::batch([self.show_window(), self.open_overlay(Overlay::Unopened(why))])
            }
        }
    }

    /// The session has ended: by our own wish, or somebody else's, which the user is told.
    pub(super) fn session_gone(&mut self) -> Task<Message> {
        if self.leaving || self.owns_session || !self.window.is_seen() {
            return self.exit();
        }
        self.dialogs.clear();
        self.open_overlay(Overlay::Gone)
    }

    /// Ends the program.
    pub(super) fn exit(&mut self) -> Task<Message> {
        self.keep_at_once();
        self.desktop.detach();
        iced::exit()
    }

    fn session_has_ended(&self) -> bool {
        self.dialogs
            .iter()
            .any(|dialog| matches!(dialog, super::Dialog::Overlay(Overlay::Gone | Overlay::Unopened(_))))
    }
}
