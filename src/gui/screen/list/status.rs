//! The bar at the bottom: what runs, how fast, what holds others up, and how much room there is.

use iced::widget::{button, container, row, space};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::store::Totals;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::focus::focus;
use crate::gui::widget::spark::{Graph, Spark};
use crate::i18n::t;
use crate::ipc::Afterwards;

use super::{Message, Standing};

/// How high it is.
pub const HEIGHT: f32 = 34.0;

/// The bar: all there is, how many of it are chosen, and what else is to say.
pub fn view<'a>(
    (totals, chosen): (Totals, usize),
    standing: &Standing,
    spark: &'a Spark,
    room: Room,
    look: &'a Look,
) -> Element<'a, Message> {
    let texts = &look.texts;
    let roomy = !room.is_scarce();
    let running = match totals.running {
        0 => t!(texts, "status-idle"),
        count => t!(texts, "status-running", count = count),
    };
    let count = match chosen {
        0 | 1 => (totals.all > 0).then(|| t!(texts, "status-total", count = totals.all)),
        count => Some(t!(texts, "status-chosen", count = count)),
    };
    // Where there is little room, speeds say that something runs.
    let mut bar = row![].push((roomy || totals.running == 0).then(|| look.caption(running)));
    bar = bar.push(count.filter(|_| roomy).map(|count| look.caption(count)));
    if let Some(held) = totals.held.filter(|_| roomy) {
        let words = look.caption(look.texts.loader().get(held)).style(Tone::Warning.style());
        bar = bar.push(pair(Icon::Clock, Tone::Warning, words));
    }
    if roomy {
        bar = bar.push(afterwards(standing.then, look));
    }
    if !spark.is_empty() && roomy {
        bar = bar.push(Graph(spark));
    }
    if totals.running > 0 {
        bar = bar.push(pair(Icon::Download, Tone::Accent, look.caption(texts.speed(totals.down))));
        bar = bar.push(pair(Icon::Upload, Tone::Success, look.caption(texts.speed(totals.up))));
    }
    bar = bar.push((!roomy).then(|| space().width(Fill))).push(limit(standing, look));
    if let Some(free) = standing.free.filter(|_| roomy) {
        bar = bar.push(look.caption(t!(texts, "status-free", size = texts.size(free))));
    }
    let between = if roomy { gap::LARGE } else { gap::SMALL };
    container(bar.spacing(between).align_y(Alignment::Center))
        .padding([0.0, between])
        .center_y(HEIGHT)
        .width(Fill)
        .style(theme::container::bar)
        .into()
}

/// What happens when all is done, as far as there is room for it.
fn afterwards<'a>(then: Afterwards, look: &Look) -> Element<'a, Message> {
    if then == Afterwards::Nothing {
        return space().width(Fill).into();
    }
    let what = look.texts.loader().get(super::words::when_done(then));
    let words = t!(look.texts, "when-done-status", what = what);
    let words = elided(words, Cut::End, look.font, size::CAPTION).tone(Tone::Accent);
    pair(Icon::Clock, Tone::Accent, words)
}

/// The switch of the speed limit.
fn limit<'a>(standing: &Standing, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let is_limited = standing.limit > 0;
    let words = if is_limited { texts.speed(standing.limit) } else { t!(texts, "limit-none") };
    let tone = if is_limited { Tone::Accent } else { Tone::Muted };
    let words = pair(Icon::Speed, tone, look.caption(words).style(tone.style()));
    let press = button(words).padding([3, 8]).style(theme::button::quiet).on_press(Message::Limit);
    container(focus(press, Some(Message::Limit)).id("speed-limit")).id("speed-limit").into()
}

fn pair<'a>(icon: Icon, tone: Tone, words: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    row![icon.view(14.0, tone), words.into()].spacing(gap::TIGHT).align_y(Alignment::Center).into()
}
