//! Language and appearance.

use iced::Element;
use iced::widget::{column, row};

use crate::gui::look::Look;
use crate::gui::theme::{self, space};
use crate::gui::widget::{answer, answers, choice};
use crate::i18n::{Language, t};
use crate::{Appearance, Settings};

use super::Message;

/// The preferences as they are in `settings`.
pub(super) fn view<'a>(settings: &Settings, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let chosen = Language::ALL.into_iter().find(|language| language.code() == settings.language);
    let language = |language: Option<Language>, name: String| {
        choice(look, name, chosen == language, Message::Language(language))
    };
    let languages = row![language(None, t!(texts, "as-system"))]
        .extend(Language::ALL.map(|one| language(Some(one), one.name().to_owned())));
    let appearance = |appearance, name| {
        choice(look, name, settings.appearance == appearance, Message::Appearance(appearance))
    };
    let appearances = row![
        appearance(Appearance::System, t!(texts, "as-system")),
        appearance(Appearance::Light, t!(texts, "light")),
        appearance(Appearance::Dark, t!(texts, "dark")),
    ];
    column![
        look.title(t!(texts, "preferences")),
        look.field(t!(texts, "language"), languages.spacing(space::TIGHT).wrap(), None),
        look.field(t!(texts, "appearance"), appearances.spacing(space::TIGHT).wrap(), None),
        answers([answer(look, t!(texts, "close"), Some(Message::Back), theme::button::secondary)]),
    ]
    .spacing(space::WIDE)
    .into()
}
