//! What was tried so far, the newest first, in plain words.

use iced::widget::{column, container, row};
use iced::{Element, Fill, Padding};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::screen::list::words;
use crate::gui::theme::space as gap;
use crate::gui::theme::text::Tone;
use crate::i18n::{Texts, t};
use crate::{Ended, ErrorView, Failure, Happened, History, Past};

use super::Message;
use super::parts::words as whole;

/// How wide a moment is.
const MOMENT: f32 = 116.0;

/// The page.
pub(super) fn view<'a>(history: &History, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    if history.entries.is_empty() {
        return whole(t!(texts, "attempts-none"), Tone::Muted, look);
    }
    let entries = history.entries.iter().rev().map(|past| entry(past, look));
    let before = usize::try_from(history.before).unwrap_or(usize::MAX);
    let before = (before > 0).then(|| look.caption(t!(texts, "attempts-before", count = before)));
    column(entries).push(before).spacing(gap::MEDIUM).into()
}

fn entry<'a>(past: &Past, look: &Look) -> Element<'a, Message> {
    let Told { icon, tone, words: told, more } = told(past, &look.texts);
    let more = (!more.is_empty()).then(|| look.caption(more));
    let told = column![whole(told, Tone::Plain, look)].push(more).spacing(gap::TIGHT).width(Fill);
    // Small letters stand on the same line as those beside them.
    let moment = container(look.caption(look.texts.date(past.at))).padding(Padding::ZERO.top(2));
    row![icon.view(16.0, tone), moment.width(MOMENT), told].spacing(gap::SMALL).into()
}

/// What is said of something that happened.
#[derive(Debug)]
pub(super) struct Told {
    pub icon: Icon,
    pub tone: Tone,
    pub words: String,
    /// How long it took, and what came of it.
    pub more: String,
}

pub(super) fn told(past: &Past, texts: &Texts) -> Told {
    let plain = |icon, words| Told { icon, tone: Tone::Muted, words, more: String::new() };
    match &past.what {
        Happened::Attempted { until, moved, ended } => {
            let seconds = until.duration_since(past.at).as_secs();
            let took = t!(texts, "attempt-took", time = texts.duration(u64::try_from(seconds).unwrap_or(0)));
            let moved = (*moved > 0).then(|| t!(texts, "attempt-moved", amount = texts.size(*moved)));
            let more = words::joined([Some(took), moved], texts);
            let (icon, tone, words) = match ended {
                Ended::Completed => (Icon::Check, Tone::Success, t!(texts, "attempt-completed")),
                Ended::Stopped => (Icon::Pause, Tone::Muted, t!(texts, "attempt-stopped")),
                Ended::Skipped => (Icon::Minus, Tone::Muted, t!(texts, "state-skipped")),
                Ended::Failed(failure) => (Icon::Alert, Tone::Danger, sentence(failure, texts)),
            };
            Told { icon, tone, words, more }
        }
        Happened::StartedOver(None) => plain(Icon::Restart, t!(texts, "happened-restarted")),
        Happened::StartedOver(Some(why)) => {
            let why = texts.what(&ErrorView::from(&Failure::new(*why)));
            plain(Icon::Restart, t!(texts, "happened-started-over", why = why))
        }
        Happened::Paused => plain(Icon::Pause, t!(texts, "happened-paused")),
        Happened::LinkChanged => plain(Icon::Link, t!(texts, "happened-link")),
        Happened::NetworkLost => plain(Icon::Clock, t!(texts, "happened-network")),
    }
}

fn sentence(failure: &Failure, texts: &Texts) -> String {
    texts.sentence(&ErrorView::from(failure))
}
