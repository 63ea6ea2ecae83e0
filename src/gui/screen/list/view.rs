//! How the screen looks: a toolbar, the sidebar beside the table, a status bar.

use iced::widget::{column, container, row, rule, scrollable, space};
use iced::{Alignment, Element, Fill, Size};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::store::Store;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::Press;
use crate::gui::widget::dock::Dock;
use crate::i18n::t;

use super::header::{self, Header};
use super::rows::Rows;
use super::{Column, List, Message, Standing, in_sight, scroll_id, sidebar, status};

/// How high the toolbar is, with its line.
const TOOLBAR: f32 = 56.0;
/// How much is above the first row.
pub const ABOVE_ROWS: f32 = TOOLBAR + header::HEIGHT;
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
        let body = if totals.all == 0 { empty(look) } else { self.table(store, look) }.map(wrap);
        let body = match panel {
            Some(panel) if totals.all > 0 => Dock::of(window).beside(body, panel),
            _ => body,
        };
        let has_sidebar = self.sidebar && totals.all > 0 && window.width >= WIDE;
        let side = has_sidebar.then(|| {
            let places = sidebar::view(&self.listing.of(store).counts, self.listing.place(), look);
            row![places.map(wrap), rule::vertical(1).style(theme::rule::hairline)].height(Fill)
        });
        let chosen = self.selection.in_order(&self.listing.of(store).order).count();
        column![
            container(self.toolbar(store, totals, window, look).map(wrap)).center_y(TOOLBAR - 1.0),
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
            return column![Element::from(header), self.nothing(look)].into();
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

    /// There are transfers, but none of them here.
    fn nothing<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let words = if self.listing.is_searched() {
            t!(look.texts, "nothing-found", words = self.search.as_str())
        } else {
            t!(look.texts, "nothing-here")
        };
        container(look.text(words).style(Tone::Muted.style()).center()).center(Fill).padding(gap::WIDE).into()
    }
}

fn empty<'a>(look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let buttons = row![
        Press::new("empty-download", Icon::Download, t!(texts, "add-download"), Message::AddDownload)
            .primary(look),
        Press::new("empty-upload", Icon::Upload, t!(texts, "add-upload"), Message::AddUpload).secondary(look),
    ];
    let title = look.title(t!(texts, "empty-title"));
    let words = look.text(t!(texts, "empty-sentence")).style(Tone::Muted.style()).center();
    let words = column![title, words].spacing(gap::SMALL).align_x(Alignment::Center);
    let middle = column![
        Icon::Inbox.view(56.0, Tone::Muted).opacity(0.6),
        words,
        buttons.spacing(gap::MEDIUM),
        space().height(gap::WIDE),
    ]
    .spacing(gap::WIDE)
    .max_width(480)
    .align_x(Alignment::Center);
    container(middle).center(Fill).into()
}
