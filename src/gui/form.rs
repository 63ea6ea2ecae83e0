//! Parts of forms: fields to write in, and what several forms ask alike.

use iced::advanced::text::highlighter::PlainText;
use iced::widget::text_editor::{Content, TextEditor};
use iced::widget::{TextInput, container, row, text_editor, text_input};
use iced::{Alignment, Element, Fill};

use crate::Headers;
use crate::i18n::t;

use super::look::Look;
use super::theme::text::Tone;
use super::theme::{self, size, space as gap};
use super::widget::answer;

pub mod if_exists;
pub mod line;
pub mod login;
pub mod terms;
pub mod way;

/// A field of one line.
pub fn input<'a, M: Clone + 'a>(placeholder: &str, value: &str, look: &Look) -> TextInput<'a, M> {
    text_input(placeholder, value)
        .font(look.font)
        .size(size::BODY)
        .padding(10)
        .style(theme::text_input::field)
}

/// A field of several lines.
pub fn lines<'a, M: Clone + 'a>(
    id: &'static str,
    content: &'a Content,
    placeholder: String,
    look: &Look,
) -> TextEditor<'a, PlainText, M> {
    text_editor(content)
        .id(id)
        .placeholder(placeholder)
        .font(look.font)
        .size(size::BODY)
        .padding(10)
        .height(64)
        .style(theme::text_input::editor)
}

/// A field beside a button that lets somebody choose what is written in it.
pub fn chosen<'a, M: Clone + 'a>(input: TextInput<'a, M>, choose: M, look: &Look) -> Element<'a, M> {
    let choose = answer(look, t!(look.texts, "choose"), Some(choose), theme::button::secondary);
    row![input, choose].spacing(gap::SMALL).align_y(Alignment::Center).into()
}

/// Two fields beside each other.
pub fn pair<'a, M: 'a>(one: Element<'a, M>, other: Element<'a, M>) -> Element<'a, M> {
    let half = |field| container(field).width(Fill);
    row![half(one), half(other)].spacing(gap::LARGE).into()
}

/// What stands below a field in which something is wrong.
pub fn problem(is_wrong: bool, words: String) -> Option<(String, Tone)> {
    is_wrong.then_some((words, Tone::Danger))
}

/// A line that is no field of a form, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAField(pub String);

/// The fields of a form in these lines.
///
/// # Errors
/// The first line that is none.
pub fn fields(text: &str) -> Result<Vec<(String, String)>, NotAField> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let field = |line: &str| {
        let (name, value) = line.split_once('=').ok_or_else(|| NotAField(line.chars().take(60).collect()))?;
        Ok((name.trim().to_owned(), value.to_owned()))
    };
    lines.map(field).collect()
}

/// A line that is no header: its name alone, as its value may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAHeader(pub String);

/// Adds the headers in these lines.
///
/// # Errors
/// The first line that is none.
pub fn add_headers(headers: &mut Headers, text: &str) -> Result<(), NotAHeader> {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let name = || line.split(':').next().unwrap_or_default().trim().chars().take(60).collect();
        headers.add_line(line).map_err(|_| NotAHeader(name()))?;
    }
    Ok(())
}
