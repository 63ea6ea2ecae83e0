//! What comes from outside the window: drops, the tray, what the desktop asks for, and how the desktop wants everything to look.

use iced::Task;

use crate::gui::desktop::{self, Asked, Wishes};
use crate::gui::screen::list;
use crate::gui::theme;
use crate::ipc::{InWindow, New};

use super::{App, Message};

impl App {
    pub(super) fn on_desktop(&mut self, event: desktop::Event) -> Task<Message> {
        match event {
            desktop::Event::Hover => {
                self.hovered = true;
                Task::none()
            }
            desktop::Event::Leave => {
                self.hovered = false;
                Task::none()
            }
            desktop::Event::Dropped { links, files } => {
                self.hovered = false;
                self.open_dialogs(&links, files)
            }
            desktop::Event::Outward { welcome } => {
                self.list.drag_outward(Some(welcome));
                Task::none()
            }
            desktop::Event::Ended => {
                self.list.drag_outward(None);
                Task::none()
            }
            desktop::Event::Tray(action) => self.at_tray(action),
            desktop::Event::Asked(asked) => self.on_asked(asked),
        }
    }

    fn at_tray(&mut self, action: desktop::TrayAction) -> Task<Message> {
        use desktop::TrayAction as Tray;
        match action {
            Tray::Open => self.show_window(),
            Tray::AddDownload => Task::batch([self.show_window(), self.open_download_dialog(&[])]),
            Tray::PauseAll => self.in_list(list::Message::PauseAll),
            Tray::ResumeAll => self.in_list(list::Message::ResumeAll),
            Tray::Quit => self.quit(),
        }
    }

    fn on_asked(&mut self, asked: Asked) -> Task<Message> {
        match asked {
            Asked::Token(token) => {
                self.token = Some(token);
                Task::none()
            }
            Asked::Show => self.show_window(),
            Asked::Open(targets) => self.open_asked(InWindow {
                links: targets.links,
                files: targets.files,
                ..InWindow::default()
            }),
            Asked::NewDownload => {
                self.open_asked(InWindow { new: Some(New::Download), ..InWindow::default() })
            }
            Asked::NewUpload => self.open_asked(InWindow { new: Some(New::Upload), ..InWindow::default() }),
            Asked::PauseAll => self.in_list(list::Message::PauseAll),
            Asked::ResumeAll => self.in_list(list::Message::ResumeAll),
        }
    }

    /// The desktop's word has come before.
    fn open_asked(&mut self, wanted: InWindow) -> Task<Message> {
        let token = self.token.take();
        self.open_window(InWindow { token, ..wanted })
    }

    pub(super) fn look_as_wished(&mut self, wishes: Wishes) -> Task<Message> {
        let before = self.scale();
        self.wishes = wishes;
        self.window.rescale(before, self.scale());
        self.theme = theme::of(&self.settings, wishes);
        Task::none()
    }
}
