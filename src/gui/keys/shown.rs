//! Keys as they are shown.

use iced::keyboard::key::Named;

use crate::i18n::{Texts, t};

use super::table::{Cap, Held, PARTS, Stroke};

/// What is on the keys to press together.
pub fn caps(stroke: &Stroke, texts: &Texts) -> Vec<String> {
    let (control, shift) = (t!(texts, "key-control"), t!(texts, "key-shift"));
    let mut caps = match stroke.held {
        Held::Free => vec![],
        Held::Control | Held::ControlOrMore => vec![control],
        Held::ControlShift => vec![control, shift],
        Held::Shift => vec![shift],
        Held::Alt => vec![t!(texts, "key-alt")],
    };
    caps.push(match stroke.cap {
        Cap::Letters(letters) => letters[0].to_uppercase(),
        Cap::Named(named) => name(named, texts),
    });
    caps
}

/// The keys that do what the text of this key says, in one word.
pub fn that_do(says: &str, texts: &Texts) -> Option<String> {
    let line = PARTS.iter().flat_map(|part| part.lines).find(|line| line.says == says)?;
    Some(caps(line.strokes.first()?, texts).join("+"))
}

fn name(key: Named, texts: &Texts) -> String {
    let key = match key {
        Named::ArrowUp => return "↑".to_owned(),
        Named::ArrowDown => return "↓".to_owned(),
        Named::ArrowLeft => return "←".to_owned(),
        Named::ArrowRight => return "→".to_owned(),
        Named::Space => "key-space",
        Named::Enter => "key-enter",
        Named::Delete => "key-delete",
        Named::Escape => "key-escape",
        Named::Tab => "key-tab",
        Named::Home => "key-home",
        Named::End => "key-end",
        Named::PageUp => "key-page-up",
        Named::PageDown => "key-page-down",
        Named::ContextMenu => "key-menu",
        // Those with numbers are called alike everywhere.
        other => return format!("{other:?}"),
    };
    texts.loader().get(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn everything_that_is_told_of_has_words_in_every_language() {
        for texts in Language::ALL.map(Texts::of) {
            for part in &PARTS {
                let words = part.lines.iter().map(|line| line.says).chain([part.title]);
                for words in words.map(|key| texts.loader().get(key)) {
                    assert!(!words.contains("No localization"), "{words}");
                }
                let strokes = part.lines.iter().flat_map(|line| line.strokes);
                for cap in strokes.flat_map(|stroke| caps(stroke, &texts)) {
                    assert!(!cap.contains("No localization"), "{cap}");
                }
            }
        }
    }

    #[test]
    fn keys_are_named_as_they_are_on_the_keyboard() {
        let texts = Texts::of(Language::English);
        assert_eq!(that_do("add-upload", &texts).unwrap(), "Ctrl+Shift+N");
        assert_eq!(that_do("sidebar", &texts).unwrap(), "F9");
        assert_eq!(that_do("remove", &texts).unwrap(), "Delete");
        assert_eq!(that_do("nothing", &texts), None);
    }
}
