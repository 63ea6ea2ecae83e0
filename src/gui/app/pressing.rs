//! What the keys mean, by what is on top.

use iced::Task;

use crate::gui::keys::Command;
use crate::gui::screen::{add_download, add_upload, list};

use super::{App, Message};

impl App {
    pub(super) fn key(&mut self, command: Command) -> Task<Message> {
        match command {
            Command::Quit => self.quit(),
            Command::Close => self.put_away(),
            Command::Larger | Command::Smaller | Command::UsualSize => self.resize_text(command),
            Command::Escape | Command::PageUp(_) | Command::PageDown(_) if self.are_settings_on_top() => {
                self.key_for_settings(command)
            }
            Command::Escape if self.is_page_on_top() => self.leave_page(),
            Command::Escape if !self.dialogs.is_empty() => self.leave_dialog(),
            _ if self.dialogs.is_empty() && self.list.has_menu() => self.in_list(list::Message::Key(command)),
            _ if self.means_details(command) => self.key_for_details(command),
            Command::Open | Command::Show if !self.dialogs.is_empty() => self.answer_dialog(),
            Command::Details if self.is_download_dialog_on_top() => {
                self.in_download_dialog(add_download::Message::More)
            }
            Command::Details if self.is_upload_dialog_on_top() => {
                self.in_upload_dialog(add_upload::Message::More)
            }
            _ if !self.dialogs.is_empty() => Task::none(),
            Command::AddDownload | Command::Paste => self.open_download_dialog(&[]),
            Command::AddUpload => self.open_upload_dialog(Vec::new()),
            Command::Preferences => self.open_settings(),
            Command::ResumeFrom => self.pick_resume_data(),
            Command::Sidebar => self.in_list(list::Message::Sidebar(self.window.room().has_side())),
            Command::Shortcuts => self.go(list::Errand::Shortcuts),
            Command::Undo => self.undo_last(),
            Command::Limit => self.switch_limit(),
            Command::PauseAll => self.in_list(list::Message::PauseAll),
            Command::ResumeAll => self.in_list(list::Message::ResumeAll),
            _ => self.in_list(list::Message::Key(command)),
        }
    }
}
