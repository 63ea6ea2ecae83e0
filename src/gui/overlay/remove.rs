//! The question before bytes are lost.

use iced::Element;
use iced::widget::column;

use crate::gui::look::Look;
use crate::gui::theme::{self, font, size, space};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers};
use crate::i18n::t;
use crate::{Kind, Snapshot};

use super::Message;

/// The question about `shown`.
pub(super) fn view<'a>(shown: &'a Snapshot, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let loss = match shown.kind {
        Kind::Download => t!(texts, "remove-loss", amount = texts.size(shown.progress.done)),
        Kind::Upload => t!(texts, "remove-loss-upload"),
    };
    let answers = answers([
        answer(look, t!(texts, "back"), Some(Message::Back), theme::button::secondary),
        answer(look, t!(texts, "remove"), Some(Message::Remove(shown.id)), theme::button::danger),
    ]);
    let question = t!(texts, "remove-question", name = shown.name.clone());
    column![elided(question, Cut::Middle, font::strong(look.font), size::TITLE), look.text(loss), answers,]
        .spacing(space::LARGE)
        .into()
}
