//! The question before bytes are lost.

use iced::Element;
use iced::widget::text::Wrapping;

use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::{self, font, size};
use crate::gui::verb::Verb;
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers, said};
use crate::i18n::t;
use crate::{Kind, Snapshot};

use super::Message;

/// The question whether to do `verb` with these.
pub(super) fn view<'a>(
    verb: Verb,
    rows: &[&'a Snapshot],
    room: Room,
    look: &'a Look,
) -> Element<'a, Message> {
    let texts = &look.texts;
    let (question, loss) = match rows {
        [row] => about_one(verb, row, look),
        rows => {
            let amount = texts.size(rows.iter().map(|row| row.progress.done).sum());
            let count = rows.len();
            match verb {
                Verb::Restart => (
                    t!(texts, "restart-several-question", count = count),
                    t!(texts, "restart-loss", amount = amount),
                ),
                _ => (
                    t!(texts, "remove-several-question", count = count),
                    t!(texts, "remove-several-loss", amount = amount),
                ),
            }
        }
    };
    let word = texts.loader().get(verb.key());
    let ids = rows.iter().map(|row| row.id).collect();
    let answers = answers([
        answer(look, t!(texts, "back"), Some(Message::Back), theme::button::secondary),
        answer(look, word, Some(Message::Lose(verb, ids)), theme::button::danger),
    ]);
    let question: Element<'_, Message> = if room.is_scarce() {
        look.title(question).wrapping(Wrapping::WordOrGlyph).into()
    } else {
        elided(question, Cut::Middle, font::strong(look.font), size::TITLE).into()
    };
    said(question, look.text(loss), answers, room)
}

/// The question about one, and what would be lost.
fn about_one(verb: Verb, row: &Snapshot, look: &Look) -> (String, String) {
    let texts = &look.texts;
    let (name, amount) = (row.name.clone(), texts.size(row.progress.done));
    let question = match verb {
        Verb::Restart => t!(texts, "restart-question", name = name),
        _ => t!(texts, "remove-question", name = name),
    };
    let loss = match (verb, row.kind) {
        (Verb::Restart, _) => t!(texts, "restart-loss", amount = amount),
        (_, Kind::Download) => t!(texts, "remove-loss", amount = amount),
        (_, Kind::Upload) if row.resumable == Some(true) => t!(texts, "remove-loss-upload-begun"),
        (_, Kind::Upload | Kind::Leftover) => t!(texts, "remove-loss-upload"),
    };
    (question, loss)
}
