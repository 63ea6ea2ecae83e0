//! How the screen looks: a toolbar, the sidebar beside the table, a status bar.

use iced::widget::{column, container, row, rule, scrollable, space};
use iced::{Element, Fill, Size};

use crate::gui::look::Look;
use crate::gui::store::Store;
use crate::gui::theme;
use crate::gui::widget::dock::Dock;

use super::header::{self, Header};
use super::rows::Rows;
use super::{Column, List, Message, Standing, empty, in_sight, scroll_id, sidebar, status};

/// How wide the window has to be for the sidebar.
const WIDE: f32 = 860.0;

/// What is around the table, and among what it lies.
pub struct Around<'a, M> {
    /// What the status bar says besides.
    pub standing: Standing,
    /// How large the window is.
    pub window: Size,
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
        let Around { standing, window, panel, wrap } = around;
        let totals = store.totals();
        let is_new = store.is_known() && totals.all == 0;
        let body = if is_new { empty::all(&standing, look) } else { self.table(store, look) }.map(wrap);
        let body = match panel {
            Some(panel) if !is_new => Dock::of(window).beside(body, panel),
            _ => body,
        };
        let has_sidebar = self.sidebar && !is_new && window.width >= WIDE;
        let side = has_sidebar.then(|| {
            let places = sidebar::view(&self.listing.of(store).counts, self.listing.place(), look);
            row![places.map(wrap), rule::vertical(1).style(theme::rule::hairline)].height(Fill)
        });
        let chosen = self.selection.in_order(&self.listing.of(store).order).count();
        column![
            container(self.toolbar(store, totals, window, look).map(wrap)).center_y(header::TOOLBAR - 1.0),
            rule::horizontal(1).style(theme::rule::hairline),
            row![].push(side).push(body).height(Fill),
            rule::horizontal(1).style(theme::rule::hairline),
            status::view(totals, chosen, &standing, &self.spark, look).map(wrap),
        ]
        .into()
    }

    /// The open menu, if there is one.
    pub fn menu<'a>(&'a self, window: Size, look: &'a Look) -> Option<Element<'a, Message>> {
        self.menu.as_ref().map(|menu| menu.view(window, look))
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
