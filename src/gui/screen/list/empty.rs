//! What stands where rows would be: what can be done when there are none at all, and the way back
//! where there are none here.

use iced::widget::{column, container, row, scrollable, text};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::keys::shown::that_do;
use crate::gui::look::Look;
use crate::gui::path;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{Press, answer};
use crate::i18n::t;

use super::place::Place;
use super::{List, Message, Standing, sidebar};

/// How wide the lines are.
const WIDTH: f32 = 440.0;

/// There is no transfer at all.
pub fn all<'a>(standing: &Standing, room: Room, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let buttons = row![
        Press::new("empty-download", Icon::Download, t!(texts, "add-download"), Message::AddDownload)
            .primary(look),
        Press::new("empty-upload", Icon::Upload, t!(texts, "add-upload"), Message::AddUpload).secondary(look),
    ];
    let keys = that_do("keys-paste", texts).map(|keys| {
        container(look.caption(keys).style(Tone::Plain.style())).padding([2, 7]).style(theme::container::cap)
    });
    let says = |words| look.text(words).width(Fill).wrapping(text::Wrapping::WordOrGlyph);
    let paste = line(Icon::Link, row![says(t!(texts, "empty-paste"))].push(keys));
    let drop = line(Icon::Upload, row![says(t!(texts, "empty-drop"))]);
    let folder = standing.folder.as_ref().map(|folder| {
        let words = t!(texts, "empty-folder", folder = path::shown(folder));
        let words = elided(words, Cut::Middle, look.font, size::BODY);
        let change = t!(texts, "empty-change");
        let change = answer(look, change, Some(Message::ChooseFolder), theme::button::secondary);
        line(Icon::Folder, row![words, container(change).id("change-folder")])
    });
    let lines = column![paste, drop].push(folder).spacing(gap::MEDIUM).width(Fill);
    let sign = (!room.is_scarce()).then(|| Icon::Inbox.view(52.0, Tone::Muted).opacity(0.6));
    let title = look.title(t!(texts, "empty-title"));
    let middle = column![].push(sign).push(title).push(lines).push(buttons.spacing(gap::MEDIUM).wrap());
    middle_of(middle.spacing(gap::WIDE))
}

fn line(icon: Icon, words: iced::widget::Row<'_, Message>) -> Element<'_, Message> {
    let words = words.spacing(gap::MEDIUM).align_y(Alignment::Center);
    row![icon.view(18.0, Tone::Muted), words].spacing(gap::MEDIUM).align_y(Alignment::Center).into()
}

impl List {
    /// There are transfers, but none of them here.
    pub(super) fn nothing<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let place = self.listing.place();
        let (words, back, message) = if self.listing.is_searched() {
            let words = t!(texts, "nothing-found", words = self.search.as_str());
            (words, t!(texts, "nothing-search-on"), Message::Search(String::new()))
        } else {
            (why(place, look), t!(texts, "nothing-show-all"), Message::Go(Place::All))
        };
        let words = look.text(words).style(Tone::Muted.style()).center();
        let back = container(answer(look, back, Some(message), theme::button::secondary)).id("nothing-back");
        let middle = column![sidebar::icon(place).view(44.0, Tone::Muted).opacity(0.6), words, back];
        middle_of(middle.spacing(gap::LARGE))
    }
}

/// In the middle of what room there is; it scrolls where that is too little.
fn middle_of(lines: iced::widget::Column<'_, Message>) -> Element<'_, Message> {
    let lines = container(lines.max_width(WIDTH).align_x(Alignment::Center)).center_x(Fill);
    let scrolled = scrollable(lines.padding(gap::LARGE)).style(theme::scroll::list);
    container(scrolled).center(Fill).into()
}

/// Why there may be nothing.
fn why(place: &Place, look: &Look) -> String {
    let texts = &look.texts;
    match place {
        Place::Active => t!(texts, "nothing-active"),
        Place::Paused => t!(texts, "nothing-paused"),
        Place::Finished => t!(texts, "nothing-finished"),
        Place::Failed => t!(texts, "nothing-failed"),
        _ => t!(texts, "nothing-here"),
    }
}
