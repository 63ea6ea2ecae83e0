//! What was asked of a server, and what it said.

use iced::widget::{column, container, row, space};
use iced::{Element, Fill, FillPortion};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::i18n::t;
use crate::{Kind, Response, Snapshot};

use super::Message;
use super::parts::{address, copied, line, words};

/// The page, with the answer once the session has told the `whole` of it; it stands beside the question where the
/// panel is `wide`.
pub(super) fn view<'a>(
    shown: &'a Snapshot,
    whole: Option<&Snapshot>,
    wide: bool,
    look: &'a Look,
) -> Element<'a, Message> {
    let answer = whole.map(|whole| whole.response.as_ref());
    let asked = column(asked(shown, answer.flatten().is_some(), look)).spacing(gap::SMALL);
    let said = match answer {
        Some(Some(response)) => said(response, look),
        Some(None) => words(t!(look.texts, "answer-none"), Tone::Muted, look),
        None => space().into(),
    };
    if wide {
        row![asked.width(FillPortion(5)), container(said).width(FillPortion(6))].spacing(gap::WIDE).into()
    } else {
        column![asked, said].spacing(gap::LARGE).into()
    }
}

/// What was asked for, and where.
fn asked<'a>(shown: &Snapshot, is_answered: bool, look: &Look) -> Vec<Element<'a, Message>> {
    let texts = &look.texts;
    let way = match (&shown.protocol, shown.kind) {
        (Some(protocol), _) => Some(protocol.clone()),
        (None, Kind::Download) if is_answered => Some("GET".to_owned()),
        _ => None,
    };
    let way = way.map(|way| line(t!(texts, "answer-way"), words(way, Tone::Plain, look), look));
    let files = shown.files.iter().flatten().map(|file| {
        line(t!(texts, "detail-file"), words(file.display().to_string(), Tone::Plain, look), look)
    });
    let mut lines: Vec<Element<'a, Message>> = way.into_iter().collect();
    lines.push(address("address", &shown.url, look));
    lines.extend(shown.found_at.iter().map(|url| address("found-at", url, look)));
    lines.extend(
        shown.link.iter().map(|link| {
            line(t!(texts, "detail-link"), copied("link", link.clone(), link.clone(), look), look)
        }),
    );
    lines.extend(files);
    lines
}

/// What came back: the status, then what was kept of the head, then the beginning of the body.
fn said<'a>(response: &Response, look: &'a Look) -> Element<'a, Message> {
    let whole = whole(response);
    let rest = whole.split_once('\n').map(|(_, rest)| rest.trim().to_owned()).unwrap_or_default();
    let status = copied("answer", format!("HTTP {}", response.status), whole, look);
    let quote = (!rest.is_empty()).then(|| {
        let rest = look.caption(rest).style(Tone::Plain.style());
        let rest = rest.wrapping(iced::widget::text::Wrapping::WordOrGlyph);
        container(rest).padding(gap::MEDIUM).width(Fill).style(theme::container::quote)
    });
    column![look.caption(t!(look.texts, "detail-answer")), status].push(quote).spacing(gap::SMALL).into()
}

/// The whole answer as it is copied.
pub(super) fn whole(response: &Response) -> String {
    let status = format!("HTTP {}", response.status);
    let headers = response.headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let lines = [status].into_iter().chain(headers).chain([String::new(), response.body.trim().to_owned()]);
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
