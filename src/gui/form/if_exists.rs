//! What to do with an upload when its name is taken.

use iced::Element;
use iced::widget::row;

use crate::IfExists;
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::widget::choice;
use crate::i18n::t;

/// How it is asked; nothing stands for leaving alone what is there.
pub fn if_exists<'a, M: Clone + 'a>(
    chosen: Option<IfExists>,
    message: impl Fn(Option<IfExists>) -> M,
    look: &Look,
) -> Element<'a, M> {
    let ways = [
        (t!(look.texts, "if-exists-fail"), None),
        (t!(look.texts, "if-exists-rename"), Some(IfExists::Rename)),
        (t!(look.texts, "if-exists-overwrite"), Some(IfExists::Overwrite)),
        (t!(look.texts, "if-exists-skip"), Some(IfExists::Skip)),
    ];
    let all = ways.map(|(name, way)| choice(look, name, chosen == way, message(way)));
    look.field(t!(look.texts, "if-exists"), row(all).spacing(gap::TIGHT).wrap(), None)
}
