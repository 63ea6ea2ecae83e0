//! The question before quitting while transfers run.

use iced::Element;

use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme;
use crate::gui::widget::{answer, answers, said};
use crate::i18n::t;

use super::Message;

/// The question, with `running` transfers.
pub(super) fn view(running: usize, room: Room, look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    let answers = answers([
        answer(look, t!(texts, "back"), Some(Message::Back), theme::button::secondary),
        answer(look, t!(texts, "pause-and-quit"), Some(Message::Quit), theme::button::secondary),
        answer(look, t!(texts, "keep-running"), Some(Message::KeepRunning), theme::button::primary),
    ]);
    let question = look.title(t!(texts, "quit-question", count = running));
    said(question, look.text(t!(texts, "quit-explained")), answers, room)
}
