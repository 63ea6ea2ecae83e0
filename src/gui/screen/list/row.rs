//! One row: a sign, the name, how far it is, where it stands, and what can be done.

use iced::widget::{Id, button, column, container, progress_bar, row};
use iced::{Alignment, Element, Fill, Shrink};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space};
use crate::gui::verb::{self, Verb};
use crate::gui::widget::Press;
use crate::gui::widget::elided::{Cut, elided};
use crate::{Kind, Phase, Snapshot};

use super::{Message, ROW, words};

/// How wide the actions are: three of them, so that numbers stand below each other.
const ACTIONS: f32 = 100.0;
/// How wide numbers are at most; a long host is cut before it takes the name's room.
const NUMBERS: f32 = 280.0;

/// The row of one transfer.
pub(super) fn view<'a>(shown: &'a Snapshot, selected: bool, look: &'a Look) -> Element<'a, Message> {
    let (state, tone) = words::state(shown, &look.texts);
    let content = row![sign(shown, tone), middle(shown, state, tone, look), actions(shown, look)]
        .spacing(space::MEDIUM)
        .padding([0.0, space::LARGE])
        .align_y(Alignment::Center)
        .height(Fill);
    let line = button(content)
        .padding(0)
        .width(Fill)
        .height(ROW - 1.0)
        .style(theme::button::row(selected))
        .on_press(Message::Pressed(shown.id));
    column![line, iced::widget::rule::horizontal(1).style(hairline)].height(ROW).into()
}

pub(super) fn hairline(theme: &iced::Theme) -> iced::widget::rule::Style {
    iced::widget::rule::Style {
        color: theme::palette::of(theme).line,
        radius: 0.0.into(),
        fill_mode: iced::widget::rule::FillMode::Full,
        snap: true,
    }
}

fn sign<'a>(shown: &Snapshot, tone: Tone) -> Element<'a, Message> {
    let icon = match shown.kind {
        Kind::Download => Icon::Download,
        Kind::Upload | Kind::Leftover => Icon::Upload,
    };
    container(icon.view(20.0, tone)).center(36).style(theme::container::sign).into()
}

/// Two lines and perhaps a bar between them. While it runs, numbers stand at the right of both; at
/// rest the second line is left to the words, which may have a lot to say.
fn middle<'a>(shown: &'a Snapshot, state: String, tone: Tone, look: &'a Look) -> Element<'a, Message> {
    let name = elided(shown.name.as_str(), Cut::Middle, font::medium(look.font), size::BODY);
    let state = elided(state, Cut::End, look.font, size::CAPTION).tone(tone);
    let particulars = words::particulars(shown, &look.texts);
    let (upper, lower) = match words::speed(shown, &look.texts) {
        Some(speed) => (speed, Some(particulars)),
        None => (particulars, None),
    };
    let upper = row![name, number(upper, look)].spacing(space::MEDIUM).align_y(Alignment::Center);
    let lower = row![state].push(lower.map(|lower| number(lower, look))).spacing(space::MEDIUM);
    let bar = words::fraction(shown).map(|fraction| bar(shown.state, fraction));
    column![upper].push(bar).push(lower).spacing(5).width(Fill).into()
}

fn number<'a>(words: String, look: &Look) -> Element<'a, Message> {
    let words = elided(words, Cut::End, look.font, size::CAPTION).tone(Tone::Muted).width(Shrink);
    container(words).max_width(NUMBERS).into()
}

fn bar<'a>(state: Phase, fraction: f32) -> Element<'a, Message> {
    let style = match state {
        Phase::Running | Phase::Verifying => theme::progress::moving,
        Phase::Failed => theme::progress::failed,
        _ => theme::progress::resting,
    };
    progress_bar(0.0..=1.0, fraction).girth(4).style(style).into()
}

fn actions<'a>(shown: &Snapshot, look: &Look) -> Element<'a, Message> {
    let press = |verb: Verb| {
        let id = Id::from(format!("{} {}", verb.key(), shown.id));
        let name = look.texts.loader().get(verb.name(shown));
        Press::new(id, verb.icon(), name, Message::Do(verb, shown.id)).quiet(look)
    };
    let presses = row(verb::allowed(shown).iter().copied().map(press)).spacing(2);
    container(presses).align_right(ACTIONS).into()
}
