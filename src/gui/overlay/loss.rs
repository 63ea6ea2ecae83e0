//! The question before bytes are lost.

use iced::Element;
use iced::widget::column;

use crate::gui::look::Look;
use crate::gui::theme::{self, font, size, space};
use crate::gui::verb::Verb;
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers};
use crate::i18n::t;
use crate::{Kind, Snapshot};

use super::Message;

/// The question whether to do `verb` with `shown`.
pub(super) fn view<'a>(verb: Verb, shown: &'a Snapshot, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let (name, amount) = (shown.name.clone(), texts.size(shown.progress.done));
    let question = match verb {
        Verb::Restart => t!(texts, "restart-question", name = name),
        _ => t!(texts, "remove-question", name = name),
    };
    let loss = match (verb, shown.kind) {
        (Verb::Restart, _) => t!(texts, "restart-loss", amount = amount),
        (_, Kind::Download) => t!(texts, "remove-loss", amount = amount),
        (_, Kind::Upload) if shown.resumable == Some(true) => t!(texts, "remove-loss-upload-begun"),
        (_, Kind::Upload | Kind::Leftover) => t!(texts, "remove-loss-upload"),
    };
    let word = texts.loader().get(verb.key());
    let answers = answers([
        answer(look, t!(texts, "back"), Some(Message::Back), theme::button::secondary),
        answer(look, word, Some(Message::Lose(verb, shown.id)), theme::button::danger),
    ]);
    column![elided(question, Cut::Middle, font::strong(look.font), size::TITLE), look.text(loss), answers,]
        .spacing(space::LARGE)
        .into()
}
