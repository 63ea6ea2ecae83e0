//! How the panel looks: its pages in a row, the shown one below.

use iced::widget::{button, column, container, row, scrollable, space};
use iced::{Alignment, Element, Fill};

use crate::Snapshot;
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::store::Store;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::Press;
use crate::gui::widget::dock::Dock;
use crate::gui::widget::focus::focus;
use crate::i18n::t;

use super::{Details, Message, Tab, answer, attempts, overview, segments, speed};

impl Details {
    /// The panel, where it is open; `limit` is how fast all transfers may be together, 0 for no limit.
    pub fn view<'a>(
        &'a self,
        store: &'a Store,
        dock: Dock,
        limit: u64,
        look: &'a Look,
    ) -> Option<Element<'a, Message>> {
        let shown = self.shown.and_then(|id| store.get(id));
        let panel = self.is_open.then(|| match shown {
            Some(row) => self.of(row, dock, limit, look),
            None => nothing(dock, look),
        });
        panel.map(|panel| dock.framed(panel, Message::Pulled))
    }

    fn of<'a>(&'a self, row: &'a Snapshot, dock: Dock, limit: u64, look: &'a Look) -> Element<'a, Message> {
        let wide = matches!(dock, Dock::Below(_));
        let page = match self.tab {
            Tab::Overview => overview::view(row, &self.map, limit, wide, look),
            Tab::Segments => segments::view(row, &self.map, look),
            Tab::Speed if dock != Dock::Instead => {
                return framed(self.tab, dock, speed::view(row, &self.speeds, wide, look), look);
            }
            Tab::Speed => speed::view(row, &self.speeds, wide, look),
            Tab::Attempts => attempts::view(&self.history, look),
            Tab::Answer => answer::view(row, self.whole.as_deref(), wide, look),
        };
        let page = container(page).padding([gap::SMALL, gap::LARGE]).width(Fill);
        let page = scrollable(page).style(theme::scroll::list).width(Fill).height(Fill);
        framed(self.tab, dock, page.into(), look)
    }
}

fn framed<'a>(tab: Tab, dock: Dock, page: Element<'a, Message>, look: &Look) -> Element<'a, Message> {
    column![tabs(tab, dock, look), page].width(Fill).height(Fill).into()
}

fn nothing<'a>(dock: Dock, look: &Look) -> Element<'a, Message> {
    let words = look.text(t!(look.texts, "details-none")).style(Tone::Muted.style()).center();
    let words = container(words).center(Fill).padding(gap::LARGE);
    let way = row![].push(back(dock, look)).push(space().width(Fill)).push(close(dock, look));
    let head = container(way).padding([gap::TIGHT, gap::SMALL]);
    column![head, words].into()
}

fn tabs<'a>(shown: Tab, dock: Dock, look: &Look) -> Element<'a, Message> {
    let tabs = row(Tab::ALL.map(|tab| {
        let id = tab.key();
        let name = look.caption(look.texts.loader().get(id)).style(Tone::Plain.style());
        let name = name.wrapping(iced::widget::text::Wrapping::None);
        let press =
            button(name).padding([6, 9]).style(theme::button::page(tab == shown)).on_press(Message::Tab(tab));
        container(focus(press, Some(Message::Tab(tab))).choice().id(id)).id(id).into()
    }));
    let tabs = container(tabs.spacing(2).wrap()).width(Fill);
    let head = row![].push(back(dock, look)).push(tabs).push(close(dock, look));
    let head = head.spacing(gap::SMALL).align_y(Alignment::Center);
    container(head).padding([gap::TIGHT, gap::SMALL]).into()
}

/// The way back to the list, where the panel has taken its place.
fn back<'a>(dock: Dock, look: &Look) -> Option<Element<'a, Message>> {
    (dock == Dock::Instead)
        .then(|| Press::new("close-details", Icon::Back, t!(look.texts, "back"), Message::Close).quiet(look))
}

/// The way out of it, where it lies beside the list.
fn close<'a>(dock: Dock, look: &Look) -> Option<Element<'a, Message>> {
    (dock != Dock::Instead).then(|| {
        Press::new("close-details", Icon::Close, t!(look.texts, "close"), Message::Close).quiet(look)
    })
}
