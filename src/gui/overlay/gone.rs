//! The last word: the session that the window belonged to has ended.

use iced::Element;
use iced::widget::column;

use crate::gui::look::Look;
use crate::gui::theme::{self, space};
use crate::gui::widget::{answer, answers};
use crate::i18n::t;

use super::Message;

/// The last word.
pub(super) fn view(look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    column![
        look.title(t!(texts, "gone-title")),
        look.text(t!(texts, "gone-explained")),
        answers([answer(look, t!(texts, "quit"), Some(Message::Quit), theme::button::primary)]),
    ]
    .spacing(space::LARGE)
    .into()
}
