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
        Kind::Upload => Icon::Upload,
    };
    container(icon.view(20.0, tone)).center(36).style(theme::container::sign).into()
}

fn middle<'a>(shown: &'a Snapshot, state: String, tone: Tone, look: &'a Look) -> Element<'a, Message> {
    let name = elided(shown.name.as_str(), Cut::Middle, font::strong(look.font), size::BODY);
    let speed = words::speed(shown, &look.texts).map(|speed| look.caption(speed));
    let bar = words::fraction(shown).map(|fraction| bar(shown.state, fraction));
    let particulars = words::particulars(shown, &look.texts);
    // What went wrong takes the room; what is well leaves it to the numbers.
    let wide = matches!(tone, Tone::Danger | Tone::Warning | Tone::Success);
    let state = elided(state, Cut::End, look.font, size::CAPTION).tone(tone);
    let state = if wide { state } else { state.width(Shrink) };
    let line = row![state, look.caption(particulars).wrapping(iced::widget::text::Wrapping::None)];
    let first = row![name].push(speed).spacing(space::MEDIUM).align_y(Alignment::Center);
    column![first].push(bar).push(line.spacing(space::MEDIUM)).spacing(5).width(Fill).into()
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
        let name = look.texts.loader().get(verb.key());
        Press::new(id, verb.icon(), name, Message::Do(verb, shown.id)).quiet(look)
    };
    row(verb::allowed(shown).iter().copied().map(press)).spacing(2).into()
}
