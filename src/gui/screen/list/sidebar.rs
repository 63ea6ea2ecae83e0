//! The parts of the list to go to, each with how many are in it.

use iced::widget::{Id, button, column, container, row, scrollable, space};
use iced::{Alignment, Element, Fill, Length};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::focus::focus;
use crate::i18n::t;

use super::Message;
use super::place::{Counts, FileKind, Place};

/// How wide it is.
pub const WIDTH: f32 = 208.0;

/// The places of the first part, which are there whether anything is in them or not.
pub const FIRST: [Place; 5] = [Place::All, Place::Active, Place::Paused, Place::Finished, Place::Failed];

/// The sidebar, so wide, with `here` as where one is.
pub fn view<'a>(counts: &Counts, here: &Place, width: Length, look: &'a Look) -> Element<'a, Message> {
    let entry = |place: Place| entry(place.clone(), counts.at(&place), *here == place, look);
    let texts = &look.texts;
    let mut parts = column![].spacing(2);
    parts = parts.extend(FIRST.into_iter().map(entry));
    parts = parts.push(space().height(gap::SMALL));
    parts = parts.extend([Place::Downloads, Place::Uploads].into_iter().map(entry));
    let some = |wanted: fn(&Place) -> bool| {
        let mut found: Vec<Place> = counts.places().map(|(place, _)| place.clone()).filter(wanted).collect();
        // Where one is does not go away while one is there.
        if wanted(here) && !found.contains(here) {
            found.push(here.clone());
        }
        found
    };
    for (title, places) in [
        (t!(texts, "sidebar-groups"), some(|place| matches!(place, Place::Group(_)))),
        (t!(texts, "sidebar-destinations"), some(|place| matches!(place, Place::Destination(_)))),
        (t!(texts, "sidebar-files"), some(|place| matches!(place, Place::Files(_)))),
    ] {
        if !places.is_empty() {
            let title = container(look.caption(title)).padding([gap::SMALL, gap::MEDIUM]);
            parts = parts.push(title).extend(places.into_iter().map(entry));
        }
    }
    let parts = container(parts).padding([gap::MEDIUM, gap::SMALL]);
    let scrolled = scrollable(parts).style(theme::scroll::list).height(Fill);
    container(scrolled).width(width).height(Fill).style(theme::container::bar).into()
}

fn entry(place: Place, count: usize, is_here: bool, look: &Look) -> Element<'_, Message> {
    let tone = if is_here { Tone::Accent } else { Tone::Muted };
    let name = elided(name(&place, look), Cut::End, look.font, size::BODY);
    let count = (count > 0).then(|| look.caption(look.texts.count(count)));
    let line = row![icon(&place).view(16.0, tone), name].push(count);
    let line = line.spacing(gap::MEDIUM).align_y(Alignment::Center);
    let id = Id::from(format!("place {place:?}"));
    let press = button(line)
        .padding([6.0, gap::MEDIUM])
        .width(Fill)
        .style(theme::button::page(is_here))
        .on_press(Message::Go(place.clone()));
    container(focus(press, Some(Message::Go(place))).id(id.clone())).id(id).into()
}

/// What a place is called.
pub fn name(place: &Place, look: &Look) -> String {
    let texts = &look.texts;
    match place {
        Place::All => t!(texts, "place-all"),
        Place::Active => t!(texts, "place-active"),
        Place::Paused => t!(texts, "place-paused"),
        Place::Finished => t!(texts, "place-finished"),
        Place::Failed => t!(texts, "place-failed"),
        Place::Downloads => t!(texts, "place-downloads"),
        Place::Uploads => t!(texts, "place-uploads"),
        Place::Files(FileKind::Picture) => t!(texts, "place-pictures"),
        Place::Files(FileKind::Music) => t!(texts, "place-music"),
        Place::Files(FileKind::Video) => t!(texts, "place-videos"),
        Place::Files(FileKind::Document) => t!(texts, "place-documents"),
        Place::Files(FileKind::Archive) => t!(texts, "place-archives"),
        Place::Files(FileKind::Program) => t!(texts, "place-programs"),
        Place::Group(name) | Place::Destination(name) => name.clone(),
    }
}

/// Its sign.
pub fn icon(place: &Place) -> Icon {
    match place {
        Place::All => Icon::List,
        Place::Active => Icon::Resume,
        Place::Paused => Icon::Pause,
        Place::Finished => Icon::Check,
        Place::Failed => Icon::Alert,
        Place::Downloads => Icon::Download,
        Place::Uploads => Icon::Upload,
        Place::Files(FileKind::Picture) => Icon::Picture,
        Place::Files(FileKind::Music) => Icon::Music,
        Place::Files(FileKind::Video) => Icon::Video,
        Place::Files(FileKind::Document) => Icon::Document,
        Place::Files(FileKind::Archive) => Icon::Archive,
        Place::Files(FileKind::Program) => Icon::Program,
        Place::Group(_) => Icon::Group,
        Place::Destination(_) => Icon::Inbox,
    }
}
