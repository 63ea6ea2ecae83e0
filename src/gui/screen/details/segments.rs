//! Which parts of the file are here, and who gets the others.

use iced::widget::{column, container, row};
use iced::{Alignment, Element, Fill};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::i18n::t;
use crate::{Connection, Kind, Phase, Segments, Snapshot, Verified};

use super::Message;
use super::map::{Map, Part, Sample, parts};
use super::parts::words;

/// How wide the columns of the connections are, but for the first.
const RANGE: f32 = 150.0;
const SPEED: f32 = 84.0;

/// The page.
pub(super) fn view<'a>(shown: &Snapshot, map: &'a Segments, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    if shown.kind != Kind::Download {
        return upload(shown, look);
    }
    let is_checked = matches!(shown.verified, Some(Verified::Checksum(_)));
    let parts = parts(map, is_checked);
    if parts.is_empty() {
        let why = if map.beginning > 0 {
            t!(texts, "segments-unknown", size = texts.size(map.beginning))
        } else {
            t!(texts, "segments-none")
        };
        return column![words(why, Tone::Muted, look)].push(connections(shown, map, look)).into();
    }
    let legend = legend(&parts, shown, look);
    column![Map(parts), legend].push(connections(shown, map, look)).spacing(gap::MEDIUM).into()
}

/// An upload goes from its beginning to its end, so there is no map to be drawn.
fn upload<'a>(shown: &Snapshot, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let confirmed = shown.progress.confirmed.filter(|_| shown.state != Phase::Completed);
    let said = match (confirmed, shown.progress.total) {
        (Some(there), Some(total)) => t!(texts, "segments-confirmed", amount = texts.size_of(there, total)),
        _ => t!(texts, "segments-upload"),
    };
    words(said, Tone::Muted, look)
}

/// What the squares mean, of those that there are.
fn legend<'a>(parts: &[Part], shown: &Snapshot, look: &Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let is_over = shown.state == Phase::Completed;
    let meanings = [
        (Part::Checked, t!(texts, "part-checked")),
        (Part::Safe(100), t!(texts, "part-safe")),
        (Part::Arrived, t!(texts, "part-arrived")),
        (Part::Coming, t!(texts, "part-coming")),
        (Part::Missing, t!(texts, "part-missing")),
    ];
    let is_shown = |part: &Part| match part {
        Part::Checked => parts.contains(part),
        Part::Safe(_) => !parts.contains(&Part::Checked),
        _ => !is_over,
    };
    let meanings = meanings.into_iter().filter(|(part, _)| is_shown(part));
    let meanings = meanings.map(|(part, name)| {
        let name = look.caption(name).wrapping(iced::widget::text::Wrapping::None);
        row![Sample(part), name].spacing(6).align_y(Alignment::Center).into()
    });
    row(meanings).spacing(gap::LARGE).wrap().into()
}

/// Who gets what, and how fast.
fn connections<'a>(shown: &Snapshot, map: &'a Segments, look: &'a Look) -> Option<Element<'a, Message>> {
    if shown.state != Phase::Running || map.connections.is_empty() {
        return None;
    }
    let title = t!(look.texts, "segments-connections", count = map.connections.len());
    let lines = map.connections.iter().map(|one| connection(one, look));
    Some(column![look.caption(title)].extend(lines).spacing(gap::TIGHT).into())
}

fn connection<'a>(one: &'a Connection, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let range = match one.until {
        Some(until) => t!(texts, "connection-range", from = texts.size(one.at), until = texts.size(until)),
        None => t!(texts, "connection-from", from = texts.size(one.at)),
    };
    let rate = one.rate.filter(|rate| *rate > 0).map(|rate| texts.speed(rate)).unwrap_or_default();
    let host = elided(one.host.as_str(), Cut::Middle, look.font, size::BODY);
    let range = container(look.text(range).style(Tone::Muted.style())).align_right(RANGE);
    let rate = container(look.text(rate)).align_right(SPEED);
    row![host, range, rate].spacing(gap::SMALL).width(Fill).into()
}
