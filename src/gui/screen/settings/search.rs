//! Finding settings by words that are in their names or descriptions, in the reader's language.

use unicode_normalization::UnicodeNormalization as _;

use crate::i18n::Texts;

use super::catalog::{Section, Setting};

/// The settings in which all of `words` are, by their sections.
pub fn found(words: &str, texts: &Texts) -> Vec<(Section, Vec<&'static Setting>)> {
    let words = folded(words);
    let words: Vec<_> = words.split_whitespace().collect();
    let has = |section: Section, setting: &Setting| {
        let there = said(section, setting, texts);
        words.iter().all(|word| there.contains(word))
    };
    let sections = Section::ALL.into_iter().map(|section| {
        (section, section.settings().iter().filter(|setting| has(section, setting)).collect::<Vec<_>>())
    });
    sections.filter(|(_, settings)| !settings.is_empty()).collect()
}

/// Everything that is said about a setting, and its name for the command line.
fn said(section: Section, setting: &Setting, texts: &Texts) -> String {
    let mut said =
        vec![section.title(texts), setting.title(texts), setting.about(texts), setting.name.to_owned()];
    said.extend(setting.choices().iter().map(|word| setting.word(word, texts)));
    folded(&said.join("\n"))
}

/// Without the differences that nobody means: capitals, and letters that are only wider.
fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn names(words: &str, language: Language) -> Vec<&'static str> {
        let found = found(words, &Texts::of(language));
        found.into_iter().flat_map(|(_, settings)| settings).map(|setting| setting.name).collect()
    }

    #[test]
    fn a_setting_is_found_by_its_name_its_description_and_its_choices() {
        assert_eq!(names("PROXY", Language::English), ["proxy"]);
        assert_eq!(names("max_running", Language::English), ["max_running"]);
        assert!(names("dark", Language::English).contains(&"appearance"));
        assert!(names("日本語", Language::English).contains(&"language"));
        assert!(names("battery percent", Language::English).contains(&"pause_below_percent"));
        assert_eq!(names("nonsense", Language::English), [""; 0]);
    }

    #[test]
    fn it_is_found_in_the_readers_language() {
        assert!(names("プロキシ", Language::Japanese).contains(&"proxy"));
        assert!(names("ﾌﾟﾛｷｼ", Language::Japanese).contains(&"proxy"));
        assert!(names("代理", Language::Chinese).contains(&"proxy"));
        assert!(!names("プロキシ", Language::English).contains(&"proxy"));
    }

    #[test]
    fn nothing_finds_everything() {
        let all: usize = Section::ALL.iter().map(|section| section.settings().len()).sum();
        assert_eq!(names(" ", Language::English).len(), all);
    }
}
