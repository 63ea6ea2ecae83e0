//! Everything about one transfer.

use iced::widget::{column, container, row, text};
use iced::{Element, Fill};

use crate::gui::look::Look;
use crate::gui::screen::list::words;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers, body};
use crate::i18n::t;
use crate::{Response, Snapshot, Verified};

use super::Message;

/// How wide the names of the particulars are.
const NAMES: f32 = 120.0;

/// Everything about `shown`, at most `room` high.
pub(super) fn view<'a>(shown: &'a Snapshot, room: f32, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let particulars =
        column(lines(shown, look).into_iter().map(|(name, words, tone)| line(name, words, tone, look)))
            .push(shown.response.as_ref().map(|response| told(response, look)))
            .spacing(space::MEDIUM);
    column![
        elided(shown.name.as_str(), Cut::Middle, font::strong(look.font), size::TITLE),
        body(particulars, room),
        answers([answer(look, t!(texts, "close"), Some(Message::Back), theme::button::secondary)]),
    ]
    .spacing(space::LARGE)
    .into()
}

fn lines(shown: &Snapshot, look: &Look) -> Vec<(String, String, Tone)> {
    let texts = &look.texts;
    let (state, tone) = words::state(shown, texts);
    let path = shown.path.as_ref().map(|path| path.display().to_string());
    let plain = |name: String, words: Option<String>| words.map(|words| (name, words, Tone::Plain));
    [
        Some((t!(texts, "detail-state"), state, tone)),
        plain(t!(texts, "detail-amount"), words::amount(shown, texts)),
        plain(t!(texts, "detail-file"), path),
        plain(t!(texts, "detail-address"), Some(shown.url.to_string())),
        plain(t!(texts, "detail-found-at"), shown.found_at.as_ref().map(ToString::to_string)),
        plain(t!(texts, "detail-destination"), shown.destination.clone()),
        plain(t!(texts, "detail-link"), shown.link.clone()),
        plain(t!(texts, "detail-added"), Some(texts.date(shown.added))),
        plain(t!(texts, "detail-finished"), shown.finished.map(|at| texts.date(at))),
        plain(t!(texts, "detail-checked"), shown.verified.map(|verified| checked(verified, look))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn checked(verified: Verified, look: &Look) -> String {
    match verified {
        Verified::Checksum(algorithm) => {
            t!(look.texts, "checked-checksum", algorithm = algorithm.name().to_uppercase())
        }
        Verified::Etag => t!(look.texts, "checked-etag"),
        Verified::Length => t!(look.texts, "checked-length"),
        Verified::None => t!(look.texts, "checked-none"),
    }
}

fn line(name: String, words: String, tone: Tone, look: &Look) -> Element<'_, Message> {
    let words = look.text(words).style(tone.style()).width(Fill).wrapping(text::Wrapping::WordOrGlyph);
    row![look.caption(name).width(NAMES), words].spacing(space::SMALL).into()
}

fn told<'a>(response: &'a Response, look: &'a Look) -> Element<'a, Message> {
    let status = format!("HTTP {}", response.status);
    let headers = response.headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let lines = [status].into_iter().chain(headers).chain([String::new(), response.body.trim().to_owned()]);
    let words = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
    let words = look.caption(words).style(Tone::Plain.style()).wrapping(text::Wrapping::WordOrGlyph);
    let quote = container(words).padding(space::MEDIUM).width(Fill).style(theme::container::quote);
    look.field(t!(look.texts, "detail-answer"), quote, None)
}
