//! The languages that there are texts in.

use unic_langid::LanguageIdentifier;

/// A language that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, which every other one falls back to.
    English,
    German,
    Spanish,
    French,
    Italian,
    Polish,
    /// As in Brazil.
    Portuguese,
    Russian,
    Turkish,
    Ukrainian,
    Arabic,
    /// In simplified letters.
    Chinese,
    /// In traditional letters.
    TraditionalChinese,
    Japanese,
    Korean,
    /// English with long words and strange letters, to see what has no room or no translation. Nobody is offered it.
    Pseudo,
}

/// The letters of a language, which not every font has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// And Cyrillic and Greek, which the same fonts have.
    Latin,
    Arabic,
    SimplifiedChinese,
    TraditionalChinese,
    Japanese,
    Korean,
}

impl Language {
    /// All that people can choose, by their names.
    pub const ALL: [Self; 15] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::French,
        Self::Italian,
        Self::Polish,
        Self::Portuguese,
        Self::Turkish,
        Self::Russian,
        Self::Ukrainian,
        Self::Arabic,
        Self::Chinese,
        Self::TraditionalChinese,
        Self::Japanese,
        Self::Korean,
    ];

    /// As it stands in the settings and names its folder.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Polish => "pl",
            Self::Portuguese => "pt-BR",
            Self::Russian => "ru",
            Self::Turkish => "tr",
            Self::Ukrainian => "uk",
            Self::Arabic => "ar",
            Self::Chinese => "zh-CN",
            Self::TraditionalChinese => "zh-TW",
            Self::Japanese => "ja",
            Self::Korean => "ko",
            Self::Pseudo => "en-XA",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::Italian => "Italiano",
            Self::Polish => "Polski",
            Self::Portuguese => "Português (Brasil)",
            Self::Russian => "Русский",
            Self::Turkish => "Türkçe",
            Self::Ukrainian => "Українська",
            Self::Arabic => "العربية",
            Self::Chinese => "简体中文",
            Self::TraditionalChinese => "繁體中文",
            Self::Japanese => "日本語",
            Self::Korean => "한국어",
            Self::Pseudo => "Pseudo",
        }
    }

    /// Its letters.
    pub fn script(self) -> Script {
        match self {
            Self::Arabic => Script::Arabic,
            Self::Chinese => Script::SimplifiedChinese,
            Self::TraditionalChinese => Script::TraditionalChinese,
            Self::Japanese => Script::Japanese,
            Self::Korean => Script::Korean,
            _ => Script::Latin,
        }
    }

    /// Whether it is read from right to left.
    pub fn is_from_right(self) -> bool {
        self.script() == Script::Arabic
    }

    /// The language that a setting means: itself, or with `system` the first one of the system's
    /// that there are texts in, whatever its region.
    pub fn choose(setting: &str, system: impl IntoIterator<Item = String>) -> Self {
        if setting == Self::Pseudo.code() {
            return Self::Pseudo;
        }
        Self::of_locale(setting)
            .or_else(|| system.into_iter().find_map(|locale| Self::of_locale(&locale)))
            .unwrap_or(Self::English)
    }

    /// The one that people read who have set this locale; nothing if there is none.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let locale: LanguageIdentifier = locale.parse().ok()?;
        let is_traditional = match locale.script {
            Some(script) => script.as_str() == "Hant",
            None => locale.region.is_some_and(|region| ["TW", "HK", "MO"].contains(&region.as_str())),
        };
        if locale.language.as_str() == "zh" && is_traditional {
            return Some(Self::TraditionalChinese);
        }
        Self::ALL
            .into_iter()
            .find(|language| language.code().split('-').next() == Some(locale.language.as_str()))
    }
}
