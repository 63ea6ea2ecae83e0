//! What people read: Fluent texts in every language, and amounts, times and errors as sentences.
//!
//! A [`Texts`] speaks one language at a time and can change it while running. It is a value, not a
//! global: whoever shows something holds one.

use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::FluentLanguageLoader;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

mod amount;
mod sentence;
#[cfg(test)]
mod tests;

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Files;

/// A text by its key, checked when it is compiled: `t!(texts, "status-running", count = 3)`.
macro_rules! t {
    ($texts:expr, $($rest:tt)+) => {
        ::i18n_embed_fl::fl!($texts.loader(), $($rest)+)
    };
}
pub(crate) use t;

/// A language that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, which every other one falls back to.
    English,
    /// Simplified Chinese.
    Chinese,
    /// Japanese.
    Japanese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Japanese];

    /// As it stands in the settings and names its folder.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
            Self::Japanese => "ja",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
            Self::Japanese => "日本語",
        }
    }

    /// The language that a setting means: itself, or with `system` the first one of the system's
    /// that there are texts in, whatever its region.
    pub fn choose(setting: &str, system: impl IntoIterator<Item = String>) -> Self {
        Self::of_locale(setting)
            .or_else(|| system.into_iter().find_map(|locale| Self::of_locale(&locale)))
            .unwrap_or(Self::English)
    }

    fn of_locale(locale: &str) -> Option<Self> {
        let locale: LanguageIdentifier = locale.parse().ok()?;
        Self::ALL.into_iter().find(|language| locale.language.as_str() == &language.code()[..2])
    }
}

/// All texts in one language.
#[derive(Debug)]
pub struct Texts {
    loader: FluentLanguageLoader,
    language: Language,
}

impl Texts {
    /// The texts in the language that `setting` means on this system.
    pub fn new(setting: &str) -> Self {
        Self::of(Language::choose(setting, sys_locale::get_locales()))
    }

    /// The texts in this language.
    pub fn of(language: Language) -> Self {
        let identifier =
            |language: Language| language.code().parse::<LanguageIdentifier>().unwrap_or_default();
        let loader = FluentLanguageLoader::new("windlass", identifier(Language::English));
        // The files are part of the program and a test reads every one of them; without them every
        // text would say which key it is missing.
        let _ = loader.load_languages(&Files, &[identifier(language)]);
        // The marks around values show as boxes in some fonts and end up in what people copy.
        loader.set_use_isolating(false);
        Self { loader, language }
    }

    /// The language they are in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// For [`t!`].
    pub fn loader(&self) -> &FluentLanguageLoader {
        &self.loader
    }
}
