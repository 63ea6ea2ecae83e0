//! English that looks foreign: what has no translation stands out, and what has no room for long words is seen.

use std::borrow::Cow;

const PLAIN: &str = "AEIOUYCNSZaeiouycnsz";
const STRANGE: &str = "ÅÉÎÖÛÝÇÑŠŽåéîöûýçñšž";

/// The text with strange letters, and longer by about two fifths: that is what German takes at most.
pub(super) fn transform(text: &str) -> Cow<'_, str> {
    let strange = |letter: char| {
        let at = PLAIN.chars().position(|plain| plain == letter);
        at.and_then(|at| STRANGE.chars().nth(at)).unwrap_or(letter)
    };
    let mut long: String = text.chars().map(strange).collect();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters > 2 {
        let end = long.trim_end().len();
        let tail: String = "~".repeat((letters * 2).div_ceil(5));
        long.insert_str(end, &tail);
    }
    Cow::Owned(long)
}

#[cfg(test)]
mod tests {
    use crate::i18n::{Language, Texts, t};

    #[test]
    fn it_is_longer_than_english_and_keeps_values() {
        let texts = Texts::of(Language::Pseudo);
        assert_eq!(t!(texts, "pause"), "Påûšé~~");
        assert!(t!(texts, "detail-found-at").chars().count() >= "Found at".len() * 13 / 10);
        assert!(t!(texts, "nothing-found", words = "Any").contains("Any"));
        assert_eq!(texts.size(12_345_678), "12.3 MB");
    }
}
