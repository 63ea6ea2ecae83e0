//! The links that were found, each with its box.

use iced::widget::{Id, button, column, container, keyed_column, row, scrollable, space};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::answer;
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::focus::focus;
use crate::i18n::t;

use super::super::review::{IN_SIGHT, ROW, Row};
use super::super::{AddDownload, Message};

impl AddDownload {
    #[expect(clippy::cast_precision_loss, reason = "rows")]
    pub(super) fn review<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let rows = self.review.rows();
        let sight = self.review.in_sight();
        let (above, below) = (sight.start as f32 * ROW, (rows.len() - sight.end) as f32 * ROW);
        let built = keyed_column(sight.map(|at| (at, line(at, &rows[at], look))));
        let list = scrollable(column![space().height(above), built, space().height(below)])
            .on_scroll(|now| Message::Scrolled(now.absolute_offset().y))
            .style(theme::scroll::list)
            .width(Fill);
        let list = container(list)
            .max_height(ROW * IN_SIGHT as f32 + ROW / 2.0)
            .padding(1)
            .style(theme::container::quote);
        column![self.totals(look), list].spacing(gap::TIGHT).into()
    }

    /// How many are to be got, how much that is, and all or none of them at once.
    fn totals<'a>(&self, look: &'a Look) -> Element<'a, Message> {
        let (count, chosen) = (self.review.rows().len(), self.review.ticked().count());
        let words = t!(look.texts, "chosen-count", chosen = chosen, count = count);
        let sizes = self.review.ticked().map(|row| self.size(row)).sum::<Option<u64>>();
        let size = sizes.filter(|_| chosen > 0).map(|size| look.texts.size(size));
        let words =
            size.map_or(words.clone(), |size| format!("{words}{}{size}", t!(look.texts, "separator")));
        let all = t!(look.texts, "choose-all");
        let all =
            (chosen < count).then(|| answer(look, all, Some(Message::TickAll(true)), theme::button::quiet));
        let none = t!(look.texts, "choose-none");
        let none =
            (chosen > 0).then(|| answer(look, none, Some(Message::TickAll(false)), theme::button::quiet));
        let line = row![look.caption(words), space().width(Fill)].push(all).push(none);
        line.align_y(Alignment::Center).into()
    }

    /// How large a file is, if somebody has said it.
    fn size(&self, row: &Row) -> Option<u64> {
        let said = row.entry.request.expected.size;
        said.or_else(|| self.probes.known(row.address())?.size)
    }
}

fn line<'a>(at: usize, row: &'a Row, look: &'a Look) -> Element<'a, Message> {
    let tick = row.ticked.then(|| Icon::Check.view(14.0, Tone::OnAccent));
    let tick = container(column![].push(tick)).center(18).style(theme::container::tick(row.ticked));
    let name = elided(row.entry.file_name(), Cut::Middle, look.font, size::BODY);
    let remark = match (row.there, row.nth) {
        (Some(_), _) => Some(t!(look.texts, "link-there")),
        (None, 0) => None,
        (None, _) => Some(t!(look.texts, "link-twice")),
    };
    let (remark, tone) = match remark {
        Some(remark) => (remark, Tone::Warning),
        None => (row.address().host(), Tone::Muted),
    };
    let remark = container(elided(remark, Cut::Middle, look.font, size::CAPTION).tone(tone)).width(170);
    let words = iced::widget::row![tick, name, remark].spacing(gap::SMALL).align_y(Alignment::Center);
    let press = button(container(words).center_y(Fill))
        .height(ROW)
        .width(Fill)
        .padding([0.0, gap::SMALL])
        .style(theme::button::entry(false))
        .on_press(Message::Tick(at, !row.ticked));
    let id = Id::from(format!("tick {at}"));
    container(focus(press, Some(Message::Tick(at, !row.ticked))).id(id.clone())).id(id).into()
}
