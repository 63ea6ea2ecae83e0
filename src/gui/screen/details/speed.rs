//! How fast the transfer goes, and went while it was looked at.

use iced::widget::{column, container, row};
use iced::{Element, Fill};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{font, space as gap};
use crate::gui::widget::spark::Spark;
use crate::i18n::t;
use crate::{Phase, Snapshot};

use super::Message;
use super::graph::{Graph, top};
use super::parts::words;

/// How high the graph is where there is more room than it needs.
const HEIGHT: f32 = 220.0;

/// The figures of what was noted: the mean of the moments in which anything moved, and the highest.
pub(super) fn figures(speeds: &Spark) -> Option<(u64, u64)> {
    let rates = || speeds.rates().map(|(down, up)| down + up).filter(|rate| *rate > 0);
    let count = u64::try_from(rates().count()).unwrap_or(u64::MAX);
    let sum = rates().fold(0_u64, u64::saturating_add);
    Some((sum.checked_div(count)?, rates().max()?))
}

/// The page; where the panel is `wide` the graph has all of its height.
pub(super) fn view<'a>(shown: &Snapshot, speeds: &'a Spark, wide: bool, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let Some((mean, highest)) = figures(speeds) else {
        let is_running = shown.state == Phase::Running;
        let why = if is_running { t!(texts, "speed-soon") } else { t!(texts, "speed-none") };
        return container(words(why, Tone::Muted, look)).padding([gap::SMALL, gap::LARGE]).into();
    };
    let figure = |name: String, rate: u64| {
        column![look.caption(name), look.text(texts.speed(rate)).font(font::strong(look.font))].spacing(2)
    };
    let now = shown.progress.rate.filter(|_| shown.state == Phase::Running).unwrap_or_default();
    let figures = row![
        figure(t!(texts, "speed-now"), now),
        figure(t!(texts, "speed-mean"), mean),
        figure(t!(texts, "speed-highest"), highest),
    ]
    .spacing(gap::WIDE);
    let top = top(highest);
    let graph = column![look.caption(texts.speed(top)), Graph { speeds, top }].spacing(gap::TIGHT);
    let explained = look.caption(t!(texts, "speed-explained"));
    column![figures, container(graph).height(if wide { Fill } else { HEIGHT.into() }), explained]
        .spacing(gap::MEDIUM)
        .padding([gap::SMALL, gap::LARGE])
        .into()
}
