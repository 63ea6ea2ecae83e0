//! What every view needs to know: the language and the letters.

use iced::widget::{Text, text};
use iced::{Element, Font};

use crate::i18n::{Language, Texts};
use crate::ipc::Fault;

use super::theme::text::Tone;
use super::theme::{font, size};

/// The language that is spoken and the font it is written in.
#[derive(Debug)]
pub struct Look {
    /// The texts.
    pub texts: Texts,
    /// The font for everything.
    pub font: Font,
}

impl Look {
    /// For the language that a setting means.
    pub fn new(setting: &str) -> Self {
        Self::of(Texts::new(setting))
    }

    /// For these texts.
    pub fn of(texts: Texts) -> Self {
        Self { font: font::installed(texts.language()), texts }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.texts.language()
    }

    /// Words.
    pub fn text<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        text(words).size(size::BODY).font(self.font)
    }

    /// Small words that step back.
    pub fn caption<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        text(words).size(size::CAPTION).font(self.font).style(Tone::Muted.style())
    }

    /// The words over a dialog.
    pub fn title<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        text(words).size(size::TITLE).font(font::strong(self.font))
    }

    /// Why something was not done, in the reader's language where it is known.
    pub fn fault(&self, fault: &Fault) -> String {
        fault.failure.as_ref().map_or_else(|| fault.message.clone(), |failure| self.texts.sentence(failure))
    }

    /// A field with its name above and, if there is one, a sentence below.
    pub fn field<'a, M: 'a>(
        &self,
        name: String,
        field: impl Into<Element<'a, M>>,
        below: Option<(String, Tone)>,
    ) -> Element<'a, M> {
        let below = below.map(|(words, tone)| self.caption(words).style(tone.style()));
        iced::widget::column![self.caption(name), field.into()].push(below).spacing(6).into()
    }
}
