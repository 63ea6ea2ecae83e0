//! How everything lies above each other: the list, notices, the topmost dialog, the place to drop.

use iced::widget::{Id, column, container, space};
use iced::{Alignment, Element, Fill, window};

use crate::gui::icon::Icon;
use crate::gui::overlay::Under;
use crate::gui::screen::{list, renew};
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::focus::{aside, edit_menu, out_of_reach, scope};
use crate::gui::widget::{dialog, over};
use crate::i18n::t;

use super::{App, Dialog, Message, pages};

impl App {
    /// What the window shows.
    pub fn view(&self, _window: window::Id) -> Element<'_, Message> {
        if self.window.is_drawn() { self.whole() } else { space().into() }
    }

    /// All layers that there are; an empty one would cost as much as a full one. The dialog comes
    /// right above the list, so that a field in it keeps its cursor when a notice goes.
    fn whole(&self) -> Element<'_, Message> {
        let folder = (self.store.totals().all == 0).then(|| self.settings.folder());
        let (limit, free, then) = (self.settings.speed_limit, self.free, self.then);
        let standing = list::Standing { limit, free, folder, then };
        let (room, dock) = (self.window.room(), self.dock());
        let panel = self.details.view(&self.store, dock, self.settings.speed_limit, &self.look);
        let panel = panel.map(|panel| panel.map(Message::Details));
        let around = list::Around { standing, room, dock, panel, wrap: Message::List };
        let list = self.list.view(&self.store, around, &self.look);
        let menu = self.list.menu(room, &self.look).map(|menu| menu.map(Message::List));
        let list = out_of_reach(list, !self.dialogs.is_empty() || menu.is_some());
        // Those below the topmost one wait as they were left.
        let dialogs = self.dialogs.iter().enumerate();
        let dialogs =
            dialogs.map(|(at, dialog)| aside(self.dialog(dialog), at + 1 < self.dialogs.len()).into());
        // A notice must not lie over a dialog's buttons; it can wait, unless it counts down.
        let is_seen = self.dialogs.is_empty() || self.notices.counts_down();
        let notices = self.notices.view(&self.look).filter(|_| is_seen);
        let notices = notices.map(|notices| notices.map(Message::Notice));
        let drop = self.hovered.then(|| self.drop_place());
        let all = over(list, menu.into_iter().chain(dialogs).chain(notices).chain(drop));
        let first = self.dialogs.last().and_then(Dialog::first_field).map(Id::new);
        let all = scope(all, self.dialogs.last().map(|top| (self.dialogs.len(), top.kind())), first);
        edit_menu(all, &self.look).into()
    }

    fn dialog<'a>(&'a self, shown: &'a Dialog) -> Element<'a, Message> {
        let (room, look) = (self.window.room(), &self.look);
        match shown {
            Dialog::Download(shown) => dialog(shown.view(room, look).map(Message::AddDownload), room, None),
            Dialog::Upload(shown) => dialog(shown.view(room, look).map(Message::AddUpload), room, None),
            Dialog::Renew(shown) => {
                let close = Message::Renew(renew::Message::Close);
                dialog(shown.view(room, look).map(Message::Renew), room, Some(close))
            }
            Dialog::Settings(shown) => {
                shown.view(&self.settings, self.wishes.text_scale, room, look).map(Message::Settings)
            }
            Dialog::Page(shown) => {
                let close = Message::Page(pages::Message::Close);
                dialog(shown.view(room, look).map(Message::Page), room, Some(close))
            }
            Dialog::Overlay(overlay) => {
                let under = Under { store: &self.store, room, look };
                overlay.view(&under).map(Message::Overlay)
            }
        }
    }

    fn drop_place(&self) -> Element<'_, Message> {
        let words = self.look.text(t!(self.look.texts, "drop-hint")).size(size::TITLE);
        let hint = column![Icon::Inbox.view(64.0, Tone::Accent), words.style(Tone::Accent.style())]
            .spacing(gap::LARGE)
            .align_x(Alignment::Center);
        let place = container(hint).center(Fill).style(theme::container::drop_place);
        container(place).padding(gap::LARGE).width(Fill).height(Fill).into()
    }
}
