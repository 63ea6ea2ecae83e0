//! What can be set about how the window looks; each is written as a word in quotes, like every other
//! word in the settings.

use serde::{Deserialize, Serialize};

/// Names the words that the kinds of a setting are written as.
macro_rules! words {
    ($setting:ident: $($kind:ident = $word:literal),+) => {
        impl From<$setting> for &'static str {
            fn from(setting: $setting) -> Self {
                match setting {
                    $($setting::$kind => $word,)+
                }
            }
        }

        impl TryFrom<String> for $setting {
            type Error = String;

            fn try_from(word: String) -> Result<Self, String> {
                let known = [$(Self::$kind),+];
                let found = known.into_iter().find(|known| word.eq_ignore_ascii_case((*known).into()));
                found.ok_or_else(|| format!("one of {}", [$($word),+].join(", ")))
            }
        }
    };
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Appearance {
    /// As the desktop is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

words!(Appearance: System = "system", Light = "light", Dark = "dark");

/// How clearly everything stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Contrast {
    /// As the desktop wants it.
    #[default]
    System,
    /// Calm.
    Normal,
    /// As clearly as it can be.
    High,
}

words!(Contrast: System = "system", Normal = "normal", High = "high");

/// The colour of what is to be done next, and of what moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Accent {
    /// The desktop's, if it has one.
    #[default]
    System,
    /// The program's own.
    Own,
}

words!(Accent: System = "system", Own = "own");

/// Whether things in the window move by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Motion {
    /// As the desktop wants it.
    #[default]
    System,
    /// They do.
    Full,
    /// They do not, as far as that can be.
    Reduced,
}

words!(Motion: System = "system", Full = "full", Reduced = "reduced");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Settings;

    #[test]
    fn looks_are_words_in_quotes() {
        for (text, expected) in [
            ("\"appearance\": \"Dark\"", Settings { appearance: Appearance::Dark, ..Settings::default() }),
            ("\"contrast\": \"high\"", Settings { contrast: Contrast::High, ..Settings::default() }),
            ("\"accent\": \"own\"", Settings { accent: Accent::Own, ..Settings::default() }),
            ("\"motion\": \"Reduced\"", Settings { motion: Motion::Reduced, ..Settings::default() }),
        ] {
            let settings: Settings = ron::from_str(&format!("{{ {text} }}")).unwrap();
            assert_eq!(settings, expected);
            assert_eq!(ron::from_str::<Settings>(&ron::to_string(&settings).unwrap()).unwrap(), settings);
        }
        for wrong in ["\"appearance\": \"blue\"", "\"contrast\": \"dark\"", "\"accent\": \"#123456\""] {
            assert!(ron::from_str::<Settings>(&format!("{{ {wrong} }}")).is_err());
        }
    }
}
