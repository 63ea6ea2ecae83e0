//! Every setting there is, where it stands and what it takes. Its words are in the texts, under its name.

use std::sync::LazyLock;

use crate::Settings;
use crate::i18n::{Language, Texts, t};

/// A part of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    General,
    Transfers,
    Speed,
    Data,
    Desktop,
    Appearance,
    Advanced,
}

/// One setting.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// As it is called in the settings.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether a new group begins with it.
    pub apart: bool,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// A number.
    Number(Number),
    /// Bytes a second; nothing is no limit.
    Speed,
    /// Bytes; nothing where that means something.
    Size {
        /// At least so many.
        least: u64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A folder; nothing is the desktop's own.
    Folder,
    /// How the network is reached.
    Proxy,
    /// The day on which the data plan begins anew.
    Begins,
    /// Times of the day.
    Windows,
}

/// A whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The least it can be.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// Whether zero is written as nothing, and has words of its own.
    pub or_none: bool,
    /// Whether it has a unit.
    pub unit: bool,
}

/// Those of [`Language::ALL`].
const LANGUAGES: &[&str] = &[
    "system", "en", "de", "es", "fr", "it", "pl", "pt-BR", "tr", "ru", "uk", "ar", "zh-CN", "zh-TW", "ja",
    "ko",
];
const DAYS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];

const fn setting(name: &'static str, kind: Kind) -> Setting {
    Setting { name, kind, apart: false }
}

const fn switch(name: &'static str) -> Setting {
    setting(name, Kind::Switch)
}

const fn number(name: &'static str, least: u64, most: u64) -> Setting {
    setting(name, Kind::Number(Number { least, most, or_none: false, unit: false }))
}

const fn or_none(name: &'static str, most: u64, unit: bool) -> Setting {
    setting(name, Kind::Number(Number { least: 0, most, or_none: true, unit }))
}

const fn seconds(name: &'static str, most: u64) -> Setting {
    setting(name, Kind::Number(Number { least: 1, most, or_none: false, unit: true }))
}

const fn percent(name: &'static str, least: u64, most: u64) -> Setting {
    setting(name, Kind::Number(Number { least, most, or_none: false, unit: true }))
}

const fn choice(name: &'static str, words: &'static [&'static str]) -> Setting {
    setting(name, Kind::Choice(words))
}

static GENERAL: [Setting; 3] = [
    setting("download_folder", Kind::Folder),
    choice("language", LANGUAGES).apart(),
    switch("autostart").apart(),
];
static TRANSFERS: [Setting; 5] = [
    number("max_running", 1, 1000),
    or_none("max_per_host", 1000, false),
    number("retries", 0, 10_000).apart(),
    choice("on_change", &["pause", "restart"]),
    switch("find_checksums"),
];
static SPEED: [Setting; 4] = [
    setting("download_limit", Kind::Speed),
    setting("upload_limit", Kind::Speed),
    setting("speed_limit", Kind::Speed),
    setting("windows", Kind::Windows).apart(),
];
static DATA: [Setting; 5] = [
    setting("data_plan", Kind::Size { least: 0 }),
    choice("data_plan_period", &["day", "week", "month"]),
    setting("data_plan_begins", Kind::Begins),
    switch("keep_to_data_plan"),
    setting("proxy", Kind::Proxy).apart(),
];
static DESKTOP: [Setting; 6] = [
    switch("notifications"),
    switch("recent_files"),
    switch("inhibit_sleep").apart(),
    switch("pause_on_battery"),
    or_none("pause_below_percent", 100, true),
    switch("pause_in_power_saver"),
];
static APPEARANCE: [Setting; 5] = [
    choice("appearance", &["system", "light", "dark"]),
    choice("contrast", &["system", "normal", "high"]),
    choice("accent", &["system", "own"]),
    choice("motion", &["system", "full", "reduced"]),
    percent("text_scale", 80, 200),
];
static ADVANCED: [Setting; 4] = [
    seconds("connect_timeout", 300),
    seconds("silence_timeout", 120),
    setting("min_split", Kind::Size { least: 4096 }),
    switch("hardware_acceleration").apart(),
];

/// The values of the settings, as they are typed, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(Vec<(String, String)>);

static DEFAULTS: LazyLock<Values> = LazyLock::new(|| Values::of(&Settings::default()));

impl Values {
    /// Those of `settings`.
    pub fn of(settings: &Settings) -> Self {
        Self(settings.entries())
    }

    /// Those that hold unless something else is said.
    pub fn defaults() -> &'static Self {
        &DEFAULTS
    }

    /// The value of one of them.
    pub fn get(&self, setting: &Setting) -> &str {
        let found = self.0.iter().find(|(name, _)| name == setting.name);
        found.map_or("", |(_, value)| value)
    }

    /// Whether this one is as it is unless something else is said.
    pub fn is_default(&self, setting: &Setting) -> bool {
        self.get(setting) == Self::defaults().get(setting)
    }
}

impl Section {
    /// All of them, in their order.
    pub const ALL: [Self; 7] = [
        Self::General,
        Self::Transfers,
        Self::Speed,
        Self::Data,
        Self::Desktop,
        Self::Appearance,
        Self::Advanced,
    ];

    /// What is in it, in its order.
    pub fn settings(self) -> &'static [Setting] {
        match self {
            Self::General => &GENERAL,
            Self::Transfers => &TRANSFERS,
            Self::Speed => &SPEED,
            Self::Data => &DATA,
            Self::Desktop => &DESKTOP,
            Self::Appearance => &APPEARANCE,
            Self::Advanced => &ADVANCED,
        }
    }

    /// What it is called.
    pub fn title(self, texts: &Texts) -> String {
        match self {
            Self::General => t!(texts, "settings-general"),
            Self::Transfers => t!(texts, "settings-transfers"),
            Self::Speed => t!(texts, "settings-speed"),
            Self::Data => t!(texts, "settings-data"),
            Self::Desktop => t!(texts, "settings-desktop"),
            Self::Appearance => t!(texts, "settings-appearance"),
            Self::Advanced => t!(texts, "settings-advanced"),
        }
    }

    /// The one that is `by` further, as long as there is one.
    pub fn further(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|section| *section == self).unwrap_or(0);
        Self::ALL[at.saturating_add_signed(by).min(Self::ALL.len() - 1)]
    }

    /// A name for it that is no text.
    pub fn id(self) -> String {
        format!("section {self:?}").to_lowercase()
    }
}

impl Setting {
    const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Section::ALL.iter().flat_map(|section| section.settings()).find(|setting| setting.name == name)
    }

    fn key(&self) -> String {
        format!("setting-{}", self.name.replace('_', "-"))
    }

    /// What it is called.
    pub fn title(&self, texts: &Texts) -> String {
        texts.loader().get(&self.key())
    }

    /// What it does.
    pub fn about(&self, texts: &Texts) -> String {
        self.word("about", texts)
    }

    /// A word that belongs to it: one that can be chosen, `none` or `unit`.
    pub fn word(&self, word: &str, texts: &Texts) -> String {
        let language = Language::ALL.into_iter().find(|language| language.code() == word);
        match language {
            Some(language) if self.name == "language" => language.name().to_owned(),
            _ if DAYS.contains(&word) => weekday(word.parse().unwrap_or(1), texts),
            _ => texts.loader().get_attr(&self.key(), word),
        }
    }

    /// The words that can be chosen.
    pub fn choices(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Choice(words) => words,
            Kind::Proxy => &["system", "direct", "own"],
            _ => &[],
        }
    }

    /// What it takes while the others are as they are; nothing if it means nothing then.
    pub fn kind(&self, values: &Values) -> Option<Kind> {
        if self.kind != Kind::Begins {
            return Some(self.kind);
        }
        let period = Self::named("data_plan_period").map_or("", |period| values.get(period));
        match period {
            "day" => None,
            "week" => Some(Kind::Choice(&DAYS)),
            _ => Some(Kind::Number(Number { least: 1, most: 31, or_none: false, unit: false })),
        }
    }
}

/// The short name of a day, 1 (Monday) to 7 (Sunday).
pub fn weekday(day: usize, texts: &Texts) -> String {
    t!(texts, "weekday", day = day)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> impl Iterator<Item = &'static Setting> {
        Section::ALL.iter().flat_map(|section| section.settings())
    }

    #[test]
    fn every_setting_has_its_place() {
        let there: BTreeSet<_> = Settings::default().entries().into_iter().map(|(name, _)| name).collect();
        let shown: BTreeSet<_> = all().map(|setting| setting.name.to_owned()).collect();
        assert_eq!(shown, there);
        assert_eq!(all().count(), there.len(), "one is there twice");
    }

    #[test]
    fn every_setting_has_its_words_in_every_language() {
        for texts in Language::ALL.map(Texts::of) {
            let mut words: Vec<_> = Section::ALL.iter().map(|section| section.title(&texts)).collect();
            for setting in all() {
                words.extend([setting.title(&texts), setting.about(&texts)]);
                words.extend(setting.choices().iter().map(|word| setting.word(word, &texts)));
                if let Kind::Number(number) = setting.kind {
                    words.extend(number.or_none.then(|| setting.word("none", &texts)));
                    words.extend(number.unit.then(|| setting.word("unit", &texts)));
                }
            }
            for word in words {
                assert!(!word.is_empty() && !word.contains("No localization"), "{word}");
            }
        }
    }

    #[test]
    fn every_language_can_be_chosen() {
        let language = Setting::named("language").unwrap();
        let codes = Language::ALL.map(Language::code);
        assert_eq!(language.choices()[1..], codes);
    }

    #[test]
    fn what_can_be_chosen_and_the_ends_of_numbers_are_taken() {
        let settings = Settings::default();
        for setting in all() {
            if let Kind::Choice(words) = setting.kind {
                assert!(words.iter().all(|word| settings.with(setting.name, word).is_ok()), "{setting:?}");
            }
            let (least, most) = match setting.kind {
                Kind::Number(Number { least, most, .. }) => (least, most),
                Kind::Size { least } => (least, 999_999_999_999_999),
                Kind::Speed => (0, 999_999_999_999_999),
                _ => continue,
            };
            for value in [least, most] {
                assert!(settings.with(setting.name, &value.to_string()).is_ok(), "{setting:?} {value}");
            }
            let below = least.checked_sub(1).map(|below| settings.with(setting.name, &below.to_string()));
            assert!(below.is_none_or(|below| below.is_err()), "{setting:?}");
        }
    }

    #[test]
    fn the_day_of_a_plan_is_a_day_of_its_period() {
        let begins = Setting::named("data_plan_begins").unwrap();
        let kind =
            |period| begins.kind(&Values::of(&Settings::default().with("data_plan_period", period).unwrap()));
        assert_eq!(kind("day"), None);
        assert!(matches!(kind("week"), Some(Kind::Choice(days)) if days.len() == 7));
        assert!(matches!(kind("month"), Some(Kind::Number(Number { most: 31, .. }))));
    }
}
