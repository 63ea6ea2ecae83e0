//! What people read: Fluent texts in every language, and amounts, times and errors as sentences.
//!
//! A [`Texts`] speaks one language at a time and can change it while running. It is a value, not a
//! global: whoever shows something holds one.

use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::FluentLanguageLoader;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

mod amount;
mod format;
mod language;
mod pseudo;
mod sentence;
#[cfg(test)]
mod tests;

use format::Formats;
pub use language::{Language, Script};

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

/// All texts in one language.
#[derive(Debug)]
pub struct Texts {
    loader: FluentLanguageLoader,
    language: Language,
    formats: Formats,
}

impl Texts {
    /// The texts in the language that `setting` means on this system, with numbers and dates as people here write
    /// them.
    pub fn new(setting: &str) -> Self {
        let system: Vec<_> = sys_locale::get_locales().collect();
        let language = Language::choose(setting, system.iter().cloned());
        let region = system.into_iter().find(|locale| Language::of_locale(locale) == Some(language));
        Self::with(language, Formats::new(language, region.as_deref()))
    }

    /// The texts in this language, with numbers and dates as most of its readers write them.
    pub fn of(language: Language) -> Self {
        Self::with(language, Formats::new(language, None))
    }

    fn with(language: Language, formats: Formats) -> Self {
        let identifier =
            |language: Language| language.code().parse::<LanguageIdentifier>().unwrap_or_default();
        let loader = FluentLanguageLoader::new("windlass", identifier(Language::English));
        // The files are part of the program and a test reads every one of them; without them every
        // text would say which key it is missing.
        let written = if language == Language::Pseudo { Language::English } else { language };
        let _ = loader.load_languages(&Files, &[identifier(written)]);
        // The marks around values show as boxes in some fonts and end up in what people copy.
        loader.set_use_isolating(false);
        loader.with_bundles_mut(|bundle| {
            bundle.set_formatter(Some(format::number));
            if language == Language::Pseudo {
                bundle.set_transform(Some(pseudo::transform));
            }
        });
        Self { loader, language, formats }
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
