//! There can be no session: why, and a way to close the window. Somebody who started the program with a click sees
//! no terminal.

use iced::Element;
use iced::widget::column;

use crate::OpenError;
use crate::gui::look::Look;
use crate::gui::theme::{self, space};
use crate::gui::widget::{answer, answers};
use crate::i18n::{Texts, t};

use super::Message;

/// Why, in words.
pub fn words(error: &OpenError, texts: &Texts) -> String {
    match error {
        OpenError::Newer { .. } => t!(texts, "problem-newer"),
        OpenError::Io { path, source } => {
            t!(texts, "problem-unusable", path = path.display().to_string(), reason = source.to_string())
        }
        OpenError::Locked => t!(texts, "problem-locked"),
    }
}

/// All that can be said.
pub(super) fn view(why: String, look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    column![
        look.title(t!(texts, "problem-title")),
        look.text(why),
        answers([answer(look, t!(texts, "close"), Some(Message::Quit), theme::button::primary)]),
    ]
    .spacing(space::LARGE)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_newer_state_and_an_unusable_folder_are_told_in_every_language() {
        let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let unusable = OpenError::Io { path: "/home/me/state".into(), source };
        for language in Language::ALL {
            let texts = Texts::of(language);
            assert!(words(&unusable, &texts).contains("/home/me/state"));
            assert!(words(&OpenError::Newer { found: 9 }, &texts).contains("Windlass"));
            assert!(words(&OpenError::Locked, &texts).contains("Windlass"));
        }
    }
}
