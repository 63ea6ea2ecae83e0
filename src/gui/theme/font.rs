//! Which of the installed fonts to use. None is brought along: Latin ones are on every desktop, and
//! those of East Asia would cost 20 MB of memory each.

use std::collections::HashSet;

use iced::Font;
use iced::advanced::graphics::text::font_system;
use iced::font::Weight;

use crate::i18n::{Language, Script};

const LATIN: [&str; 9] = [
    "Adwaita Sans",
    "Inter",
    "Cantarell",
    "Noto Sans",
    "Ubuntu Sans",
    "Ubuntu",
    "Open Sans",
    "Roboto",
    "DejaVu Sans",
];
const SIMPLIFIED_CHINESE: [&str; 5] =
    ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"];
const TRADITIONAL_CHINESE: [&str; 4] =
    ["Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "AR PL UMing TW"];
const JAPANESE: [&str; 5] =
    ["Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "TakaoPGothic"];
const KOREAN: [&str; 5] =
    ["Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "NanumGothic", "Baekmuk Gulim"];
const ARABIC: [&str; 5] = ["Noto Sans Arabic", "Noto Naskh Arabic", "Vazirmatn", "DejaVu Sans", "KacstOne"];

/// The best font for a language that is installed here. Naming one for Japanese also decides which
/// shapes shared characters take; the text engine would choose Chinese ones for `ja_JP`.
pub fn installed(language: Language) -> Font {
    let Ok(mut system) = font_system().write() else { return Font::DEFAULT };
    let families: HashSet<String> = system
        .raw()
        .db()
        .faces()
        .flat_map(|face| face.families.iter().map(|(name, _)| name.clone()))
        .collect();
    choose(language, |name| families.contains(name))
}

fn choose(language: Language, is_there: impl Fn(&str) -> bool) -> Font {
    let wanted: &[&'static str] = match language.script() {
        Script::Latin => &LATIN,
        Script::Arabic => &ARABIC,
        Script::SimplifiedChinese => &SIMPLIFIED_CHINESE,
        Script::TraditionalChinese => &TRADITIONAL_CHINESE,
        Script::Japanese => &JAPANESE,
        Script::Korean => &KOREAN,
    };
    let found = wanted.iter().chain(&LATIN).find(|name| is_there(name));
    found.map_or(Font::DEFAULT, |name| Font::with_name(name))
}

/// The same font, a little stronger.
pub fn medium(font: Font) -> Font {
    Font { weight: Weight::Medium, ..font }
}

/// The same font, stronger.
pub fn strong(font: Font) -> Font {
    Font { weight: Weight::Semibold, ..font }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_takes_a_japanese_font_where_there_is_one() {
        assert_eq!(choose(Language::Japanese, |_| true), Font::with_name("Noto Sans CJK JP"));
        assert_eq!(choose(Language::Japanese, |n| n == "DejaVu Sans"), Font::with_name("DejaVu Sans"));
        assert_eq!(choose(Language::English, |_| false), Font::DEFAULT);
    }
}
