//! The last word: the session that the window belonged to has ended.

use iced::Element;

use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme;
use crate::gui::widget::{answer, answers, said};
use crate::i18n::t;

use super::Message;

/// The last word.
pub(super) fn view(room: Room, look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    let quit = answer(look, t!(texts, "quit"), Some(Message::Quit), theme::button::primary);
    let words = look.text(t!(texts, "gone-explained"));
    said(look.title(t!(texts, "gone-title")), words, answers([quit]), room)
}
