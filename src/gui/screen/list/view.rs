//! How the screen looks: a toolbar, the sidebar beside the table, a status bar.

use iced::widget::{column, container, row, rule, scrollable, space};
use iced::{Element, Fill, Length};

use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::store::Store;
use crate::gui::theme;
use crate::gui::widget::dock::Dock;

use super::header::{self, Header};
use super::rows::Rows;
use super::{Column, List, Message, Standing, empty, in_sight, scroll_id, sidebar, status};

/// What is around the table, and among what it lies.
pub struct Around<'a, M> {
    /// What the status bar says besides.
    pub standing: Standing,
    /// How much room there is.
    pub room: Room,
    /// Where the panel lies.
    pub dock: Dock,
    /// What lies beside the table, if something does.
    pub panel: Option<Element<'a, M>>,
    /// What the messages of the screen are for whoever has it.
    pub wrap: fn(Message) -> M,
}

impl List {
    /// The whole screen.
    pub fn view<'a, M: 'a>(
        &'a self,
        store: &'a Store,
        around: Around<'a, M>,
        look: &'a Look,
    ) -> Element<'a, M> {
        let Around { standing, room, dock, panel, wrap } = around;
        let totals = store.totals();
        let is_new = store.is_known() && totals.all == 0;
        let panel = panel.filter(|_| !is_new);
        if dock == Dock::Instead
            && let Some(panel) = panel
        {
            return panel;
        }
        let places = |width| {
            sidebar::view(&self.listing.of(store).counts, self.listing.place(), width, look).map(wrap)
        };
        let has_side = !is_new && if room.has_side() { self.sidebar } else { self.drawer };
        let body = match (has_side && room.is_scarce(), is_new) {
            (true, _) => places(Fill),
            (_, true) => empty::all(&standing, room, look).map(wrap),
            _ => self.table(store, look).map(wrap),
        };
        let body = match panel {
            Some(panel) => dock.beside(body, panel),
            None => body,
        };
        let side = (has_side && !room.is_scarce()).then(|| {
            let line = rule::vertical(1).style(theme::rule::hairline);
            row![places(Length::Fixed(sidebar::WIDTH)), line].height(Fill)
        });
        let chosen = self.selection.in_order(&self.listing.of(store).order).count();
        column![
            container(self.toolbar(store, totals, room, look).map(wrap)).center_y(header::TOOLBAR - 1.0),
            rule::horizontal(1).style(theme::rule::hairline),
            row![].push(side).push(body).height(Fill),
            rule::horizontal(1).style(theme::rule::hairline),
            status::view((totals, chosen), &standing, &self.spark, room, look).map(wrap),
        ]
        .into()
    }

    /// The open menu, if there is one.
    pub fn menu<'a>(&'a self, room: Room, look: &'a Look) -> Option<Element<'a, Message>> {
        self.menu.as_ref().map(|menu| menu.view(room, look))
    }

    fn table<'a>(&'a self, store: &'a Store, look: &'a Look) -> Element<'a, Message> {
        let sort = self.listing.sort();
        let header = Header { columns: &self.columns, sort, look };
        let made = self.listing.of(store);
        if made.order.is_empty() {
            let nothing = if store.is_known() { self.nothing(look) } else { space().height(Fill).into() };
            return column![Element::from(header), nothing].into();
        }
        let rows = Rows {
            sight: in_sight(made.order.len(), self.offset, self.height),
            made,
            store,
            columns: &self.columns,
            selection: &self.selection,
            look,
            can_be_moved: sort.by == Column::Priority,
            ring: self.by_keys,
            outward: self.outward,
        };
        let rows = scrollable(Element::from(rows))
            .id(scroll_id())
            .on_scroll(|now| Message::Scrolled {
                offset: now.absolute_offset().y,
                height: now.bounds().height,
            })
            .style(theme::scroll::list)
            .width(Fill)
            .height(Fill);
        column![Element::from(header), rows].into()
    }
}
