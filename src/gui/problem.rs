//! The window when there can be no session: why, and a way to close it. Somebody who started the
//! program with a click sees no terminal.

use iced::keyboard::Key;
use iced::keyboard::key::Named;
use iced::widget::{column, container};
use iced::{Element, Fill, Size, Task, event, keyboard};

use crate::i18n::t;
use crate::{OpenError, Settings};

use super::desktop::Wishes;
use super::look::Look;
use super::theme::{self, space};
use super::widget::{answer, answers};
use super::{GuiError, display_available, window};

const SIZE: Size = Size::new(520.0, 200.0);

struct Problem {
    look: Look,
    words: String,
}

/// The only thing that can be done.
#[derive(Clone, Debug)]
struct Close;

/// Explains why the session could not be opened, until the window is closed.
///
/// # Errors
/// If there is no display, or drawing on it does not work.
pub fn explain(error: &OpenError, settings: &Settings, desktop: Wishes) -> Result<(), GuiError> {
    if !display_available() {
        return Err(GuiError::NoDisplay);
    }
    let (language, theme) = (settings.language.clone(), theme::of(settings, desktop));
    let scale = theme::scale(settings, desktop);
    let look = Look::new(&language);
    let words = words(error, &look);
    let boot = move || Problem { look: Look::new(&language), words: words.clone() };
    iced::application(boot, |_: &mut Problem, Close| -> Task<Close> { iced::exit() }, Problem::view)
        .title("Windlass")
        .theme(move |_: &Problem| theme.clone())
        .scale_factor(move |_: &Problem| scale)
        .subscription(|_: &Problem| event::listen_with(closing))
        .window(iced::window::Settings { size: SIZE, ..window::known_to_the_desktop() })
        .run()
        .map_err(GuiError::Window)
}

/// The keys that answer a dialog with one button.
fn closing(event: iced::Event, _: event::Status, _: iced::window::Id) -> Option<Close> {
    let iced::Event::Keyboard(keyboard::Event::KeyPressed { key, .. }) = event else { return None };
    matches!(key, Key::Named(Named::Enter | Named::Escape | Named::Space)).then_some(Close)
}

fn words(error: &OpenError, look: &Look) -> String {
    let texts = &look.texts;
    match error {
        OpenError::Newer { .. } => t!(texts, "problem-newer"),
        OpenError::Io { path, source } => {
            t!(texts, "problem-unusable", path = path.display().to_string(), reason = source.to_string())
        }
        OpenError::Locked => error.to_string(),
    }
}

impl Problem {
    fn view(&self) -> Element<'_, Close> {
        let texts = &self.look.texts;
        let close = answer(&self.look, t!(texts, "close"), Some(Close), theme::button::primary);
        let said = column![
            self.look.title(t!(texts, "problem-title")),
            self.look.text(self.words.clone()),
            iced::widget::space().height(Fill),
            answers([close]),
        ];
        container(said.spacing(space::LARGE)).padding(space::LARGE).width(Fill).height(Fill).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Texts};

    #[test]
    fn a_newer_state_and_an_unusable_folder_are_told_in_every_language() {
        let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let unusable = OpenError::Io { path: "/home/me/state".into(), source };
        for language in Language::ALL {
            let look = Look::of(Texts::of(language));
            assert!(words(&unusable, &look).contains("/home/me/state"));
            assert!(words(&OpenError::Newer { found: 9 }, &look).contains("Windlass"));
        }
    }
}
