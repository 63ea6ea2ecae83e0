//! What there is to know of a transfer first.

use iced::widget::{column, container, progress_bar, row};
use iced::{Element, Fill, FillPortion};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::screen::list::words;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space as gap};
use crate::gui::verb::{self, Verb};
use crate::gui::widget::Press;
use crate::i18n::t;
use crate::{Kind, Phase, Segments, Snapshot, Verified};

use super::parts::{address, copied, line, words as whole};
use super::{Message, bound};

/// How high the bar of the progress is.
const BAR: f32 = 6.0;
/// What can be done with the file from here, the likeliest first.
const VERBS: [Verb; 4] = [Verb::Open, Verb::OpenPart, Verb::Show, Verb::CopyLink];

/// The page; what it says stands beside each other where the panel is `wide`.
pub(super) fn view<'a>(
    shown: &'a Snapshot,
    map: &Segments,
    limit: u64,
    wide: bool,
    look: &'a Look,
) -> Element<'a, Message> {
    let first = standing(shown, map, limit, look);
    let rest = column(particulars(shown, look)).spacing(gap::SMALL);
    if wide {
        let first = container(first).width(FillPortion(5));
        row![first, rest.width(FillPortion(6))].spacing(gap::WIDE).into()
    } else {
        column![first, rest].spacing(gap::LARGE).into()
    }
}

/// Where it stands, and what can be done.
fn standing<'a>(shown: &'a Snapshot, map: &Segments, limit: u64, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let name = look.text(shown.name.as_str()).size(size::BODY).font(font::strong(look.font));
    let name = name.wrapping(iced::widget::text::Wrapping::WordOrGlyph);
    let (state, tone) = words::state(shown, texts);
    let bar = words::fraction(shown)
        .map(|fraction| progress_bar(0.0..=1.0, fraction).girth(BAR).style(theme::progress::of(shown.state)));
    let how_far = [
        words::amount(shown, texts),
        shown.progress.rate.filter(|_| shown.state == Phase::Running).map(|rate| texts.speed(rate)),
        shown.progress.eta.filter(|_| shown.state == Phase::Running).map(|eta| texts.time_left(eta)),
    ];
    let how_far = words::joined(how_far, texts);
    let bound = bound::sentence(shown, map, limit, texts);
    let verbs = VERBS.into_iter().filter(|verb| verb::is_possible(*verb, shown)).map(|verb| {
        let name = texts.loader().get(verb.name(shown));
        Press::new(format!("details {}", verb.key()), verb.icon(), name, Message::Do(verb)).secondary(look)
    });
    column![name, whole(state, tone, look)]
        .push(bar)
        .push((!how_far.is_empty()).then(|| look.caption(how_far)))
        .push(bound.map(|words| {
            let words = look.caption(words).width(Fill);
            row![Icon::Speed.view(14.0, Tone::Muted), words].spacing(gap::SMALL)
        }))
        .push(row(verbs).spacing(gap::SMALL).wrap())
        .spacing(gap::SMALL)
        .width(Fill)
        .into()
}

/// What else is known, each with its name.
fn particulars<'a>(shown: &Snapshot, look: &'a Look) -> Vec<Element<'a, Message>> {
    let texts = &look.texts;
    let plain = |words: String| whole(words, Tone::Plain, look);
    let path = shown.path.as_ref().map(|path| path.display().to_string());
    let connections = (shown.state == Phase::Running).then_some(shown.progress.connections as usize);
    let kept = |name: &str, words: Option<String>| {
        let key = format!("detail-{name}");
        words.map(|words| line(texts.loader().get(&key), copied(name, words.clone(), words, look), look))
    };
    let told = |name: &str, words: Option<String>| {
        let key = format!("detail-{name}");
        words.map(|words| line(texts.loader().get(&key), plain(words), look))
    };
    [
        kept("file", path),
        Some(address("address", &shown.url, look)),
        shown.found_at.as_ref().map(|url| address("found-at", url, look)),
        kept("link", shown.link.clone()),
        told("destination", shown.destination.clone()),
        told("connections", connections.map(|count| texts.count(count))),
        told("group", shown.group.clone()),
        told("priority", shown.finished.is_none().then(|| words::priority(shown.priority, texts))),
        told("checked", shown.verified.map(|verified| checked(verified, look))),
        told("resumable", resumable(shown, look)),
        told("added", Some(texts.date(shown.added))),
        told("finished", shown.finished.map(|at| texts.date(at))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether it goes on in the middle after a pause, where that matters.
fn resumable(shown: &Snapshot, look: &Look) -> Option<String> {
    let matters = shown.finished.is_none() && shown.kind != Kind::Leftover;
    let can = shown.resumable.filter(|_| matters)?;
    Some(if can { t!(look.texts, "resumable-yes") } else { t!(look.texts, "resumable-no") })
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
