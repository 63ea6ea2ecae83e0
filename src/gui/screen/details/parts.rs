//! What the pages are made of.

use iced::widget::{container, row};
use iced::{Element, Fill, Padding};

use crate::Address;
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::theme::text::Tone;
use crate::gui::widget::Press;
use crate::i18n::t;

use super::Message;

/// How wide the names of particulars are.
const NAMES: f32 = 116.0;

/// A particular: its name, and what is to say.
pub(super) fn line<'a>(
    name: String,
    words: impl Into<Element<'a, Message>>,
    look: &Look,
) -> Element<'a, Message> {
    // Small letters stand on the same line as those beside them.
    let name = container(look.caption(name)).padding(Padding::ZERO.top(2)).width(NAMES);
    row![name, words.into()].spacing(gap::SMALL).into()
}

/// Words that are never cut.
pub(super) fn words<'a>(words: String, tone: Tone, look: &Look) -> Element<'a, Message> {
    look.text(words)
        .style(tone.style())
        .width(Fill)
        .wrapping(iced::widget::text::Wrapping::WordOrGlyph)
        .into()
}

/// Words with a button, called after `name`, that copies `text`.
pub(super) fn copied<'a>(name: &str, shown: String, text: String, look: &Look) -> Element<'a, Message> {
    let id = format!("copy {name}");
    let copy = Press::new(id, Icon::Copy, t!(look.texts, "copy"), Message::Copy(text));
    row![words(shown, Tone::Plain, look), copy.small(look)].spacing(gap::TIGHT).into()
}

/// An address, by the name of what it is. What may be secret in it is copied and not shown.
pub(super) fn address<'a>(name: &str, url: &Address, look: &Look) -> Element<'a, Message> {
    let copied = copied(name, url.to_string(), url.expose().to_owned(), look);
    line(look.texts.loader().get(&format!("detail-{name}")), copied, look)
}
