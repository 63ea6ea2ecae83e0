//! How the list looks: a toolbar, the rows in sight between two spaces, a status bar.

use iced::widget::{column, container, keyed_column, row, rule, scrollable, space};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::store::{Store, Totals};
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::Press;
use crate::gui::widget::focus::out_of_reach;
use crate::i18n::t;

use super::row::{self as one_row, hairline};
use super::{List, Message, ROW, in_sight, scroll_id};

impl List {
    /// The whole screen.
    pub fn view<'a>(&'a self, store: &'a Store, look: &'a Look) -> Element<'a, Message> {
        let totals = store.totals();
        let body = if totals.all == 0 { empty(look) } else { self.rows(store, look) };
        column![
            toolbar(totals, look),
            rule::horizontal(1).style(hairline),
            body,
            rule::horizontal(1).style(hairline),
            status(totals, look),
        ]
        .into()
    }

    #[expect(clippy::cast_precision_loss, reason = "rows")]
    fn rows<'a>(&'a self, store: &'a Store, look: &'a Look) -> Element<'a, Message> {
        let rows = store.rows();
        let sight = in_sight(rows.len(), self.offset, self.height);
        let (above, below) = (sight.start as f32 * ROW, (rows.len() - sight.end) as f32 * ROW);
        let built = keyed_column(
            rows[sight].iter().map(|row| (row.id, one_row::view(row, self.selected == Some(row.id), look))),
        );
        // Rows are gone through with arrows.
        let built = out_of_reach(built, true);
        let list = scrollable(column![space().height(above), built, space().height(below)])
            .id(scroll_id())
            .on_scroll(|now| Message::Scrolled {
                offset: now.absolute_offset().y,
                height: now.bounds().height,
            })
            .style(theme::scroll::list)
            .width(Fill)
            .height(Fill);
        list.into()
    }
}

fn toolbar<'a>(totals: Totals, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let bar = row![
        Press::new("add-download", Icon::Download, t!(texts, "add-download"), Message::AddDownload)
            .primary(look),
        Press::new("add-upload", Icon::Upload, t!(texts, "add-upload"), Message::AddUpload).secondary(look),
        space().width(Fill),
        Press::new("pause-all", Icon::PauseAll, t!(texts, "pause-all"), Message::PauseAll)
            .only(totals.alive > 0)
            .quiet(look),
        Press::new("resume-all", Icon::ResumeAll, t!(texts, "resume-all"), Message::ResumeAll)
            .only(totals.stopped > 0)
            .quiet(look),
        Press::new("clear-finished", Icon::Clear, t!(texts, "clear-finished"), Message::ClearFinished)
            .only(totals.completed > 0)
            .quiet(look),
        Press::new("preferences", Icon::Preferences, t!(texts, "preferences"), Message::Preferences)
            .quiet(look),
    ];
    container(bar.spacing(gap::SMALL).align_y(Alignment::Center))
        .padding([gap::MEDIUM, gap::LARGE])
        .width(Fill)
        .into()
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
    let middle =
        column![Icon::Inbox.view(56.0, Tone::Muted).opacity(0.6), words, buttons.spacing(gap::MEDIUM)]
            .spacing(gap::WIDE)
            .max_width(480)
            .align_x(Alignment::Center);
    container(middle).center(Fill).into()
}

fn status<'a>(totals: Totals, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let running = match totals.running {
        0 => t!(texts, "status-idle"),
        count => t!(texts, "status-running", count = count),
    };
    let all = (totals.all > 0).then(|| look.caption(t!(texts, "status-total", count = totals.all)));
    let bar = row![look.caption(running)].push(all).push(space().width(Fill));
    let bar = if totals.running > 0 { bar.extend(speeds(totals, look)) } else { bar };
    container(bar.spacing(gap::LARGE).align_y(Alignment::Center))
        .padding([gap::SMALL, gap::LARGE])
        .width(Fill)
        .style(theme::container::bar)
        .into()
}

fn speeds<'a>(totals: Totals, look: &Look) -> [Element<'a, Message>; 2] {
    [(Icon::Download, totals.down), (Icon::Upload, totals.up)].map(|(icon, rate)| {
        row![icon.view(14.0, Tone::Muted), look.caption(look.texts.speed(rate))]
            .spacing(gap::TIGHT)
            .align_y(Alignment::Center)
            .into()
    })
}
