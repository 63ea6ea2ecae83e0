//! The fields in which something is written: what they show, and what is read from them.

use crate::gui::path;
use crate::i18n::{Texts, t};
use crate::{Pace, Proxy, Settings, Window};

use super::catalog::{Kind, Number, Setting, Values};
use super::change::Change;
use super::values;

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Of a setting.
    Setting(&'static Setting),
    /// From when to when a time of the day is.
    Hours(usize),
    /// A limit in a time of the day.
    Limit(usize, Whose),
}

/// Of what a limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Of all downloads.
    Downloads,
    /// Of all uploads.
    Uploads,
    /// Of both together.
    Both,
}

/// What is being written into a field.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// It.
    pub text: String,
    /// Whether somebody wrote it; otherwise the field was only opened.
    pub written: bool,
    /// Why it is no value.
    pub problem: Option<Problem>,
}

/// Why something is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It should be a number from this to that.
    Number(u64, u64),
    /// It should be bytes a second.
    Speed,
    /// It should be bytes.
    Size,
    /// It should be at least so many bytes.
    Small(u64),
    /// It should be a whole path.
    Path,
    /// It should be the address of a proxy.
    Proxy,
    /// There is a login in it.
    Login,
    /// It should be from one time of the day to another.
    Hours,
    /// There is no dialog to choose a folder from.
    NoPicker,
}

impl Field {
    /// What makes sense of `text` in it.
    ///
    /// # Errors
    /// If it is no value.
    pub fn read(self, text: &str, settings: &Settings) -> Result<Change, Problem> {
        match self {
            Self::Setting(setting) => Ok(Change::new(setting, read(setting, text, settings)?)),
            Self::Hours(at) => {
                let (from, to) = values::hours(text).ok_or(Problem::Hours)?;
                Ok(with_window(settings, at, |window| Window::new(window.days(), from, to, window.pace)))
            }
            Self::Limit(at, whose) => {
                let rate = rate(text)?;
                Ok(with_window(settings, at, |mut window| {
                    if let Pace::Limits { speed, download, upload } = &mut window.pace {
                        *whose.of(speed, download, upload) = rate;
                    }
                    Some(window)
                }))
            }
        }
    }

    /// What it shows while nobody writes into it.
    pub fn shown(self, settings: &Settings, values: &Values, texts: &Texts) -> String {
        let window = |at: usize| settings.windows.get(at);
        match self {
            Self::Setting(setting) => shown(setting, values.get(setting), values, texts),
            Self::Hours(at) => {
                window(at).map(|window| values::shown_hours(window.hours())).unwrap_or_default()
            }
            Self::Limit(at, whose) => match window(at).map(|window| window.pace) {
                Some(Pace::Limits { mut speed, mut download, mut upload }) => {
                    shown_rate(*whose.of(&mut speed, &mut download, &mut upload), texts)
                }
                _ => String::new(),
            },
        }
    }

    /// Whether it belongs to a time of the day.
    pub fn is_of_a_window(self) -> bool {
        !matches!(self, Self::Setting(_))
    }

    /// A name for it that is no text.
    pub fn id(self) -> String {
        match self {
            Self::Setting(setting) => setting.name.to_owned(),
            Self::Hours(at) => format!("hours {at}"),
            Self::Limit(at, whose) => format!("limit {at} {whose:?}").to_lowercase(),
        }
    }
}

impl Whose {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Downloads, Self::Uploads, Self::Both];

    fn of<'a>(self, both: &'a mut u64, downloads: &'a mut u64, uploads: &'a mut u64) -> &'a mut u64 {
        match self {
            Self::Downloads => downloads,
            Self::Uploads => uploads,
            Self::Both => both,
        }
    }
}

/// The settings' times of the day with another one at this place, if it is there and there is another.
pub fn with_window(settings: &Settings, at: usize, other: impl FnOnce(Window) -> Option<Window>) -> Change {
    let mut windows = settings.windows.clone();
    if let Some(window) = windows.get_mut(at)
        && let Some(other) = other(window.clone())
    {
        *window = other;
    }
    Change::windows(&windows)
}

fn read(setting: &'static Setting, text: &str, settings: &Settings) -> Result<String, Problem> {
    let text = text.trim();
    match setting.kind(&Values::of(settings)) {
        Some(Kind::Number(Number { or_none: true, .. })) if text.is_empty() => Ok("0".to_owned()),
        Some(Kind::Number(Number { least, most, .. })) => {
            let number = values::number(text, least, most).ok_or(Problem::Number(least, most))?;
            Ok(number.to_string())
        }
        Some(Kind::Speed) => rate(text).map(|rate| rate.to_string()),
        Some(Kind::Size { least: 0 }) if is_none(text) => Ok("0".to_owned()),
        Some(Kind::Size { least }) => {
            let bytes = values::bytes(text).ok_or(Problem::Size)?;
            if bytes < least { Err(Problem::Small(least)) } else { Ok(bytes.to_string()) }
        }
        Some(Kind::Folder) if text.is_empty() => Ok(String::new()),
        Some(Kind::Folder) => {
            path::whole(text).map(|path| path.to_string_lossy().into_owned()).map_err(|_| Problem::Path)
        }
        Some(Kind::Proxy) => match Proxy::parse(text) {
            Ok((_, None)) => Ok(text.to_owned()),
            Ok((_, Some(_))) => Err(Problem::Login),
            Err(_) => Err(Problem::Proxy),
        },
        _ => Ok(text.to_owned()),
    }
}

fn shown(setting: &Setting, value: &str, values: &Values, texts: &Texts) -> String {
    let bytes = || value.parse().unwrap_or(0);
    let kind = setting.kind(values);
    let means_none =
        matches!(kind, Some(Kind::Number(Number { or_none: true, .. }) | Kind::Size { least: 0 }));
    match kind {
        _ if means_none && value == "0" => String::new(),
        Some(Kind::Speed) => shown_rate(bytes(), texts),
        Some(Kind::Size { .. }) => values::shown_bytes(bytes(), texts),
        _ => value.to_owned(),
    }
}

fn rate(text: &str) -> Result<u64, Problem> {
    if is_none(text) { Ok(0) } else { values::bytes(text).ok_or(Problem::Speed) }
}

fn shown_rate(rate: u64, texts: &Texts) -> String {
    if rate == 0 { String::new() } else { format!("{}/s", values::shown_bytes(rate, texts)) }
}

fn is_none(text: &str) -> bool {
    matches!(text.trim(), "" | "0")
}

impl Problem {
    /// The sentence for it.
    pub fn words(self, texts: &Texts) -> String {
        match self {
            Self::Number(least, most) => t!(texts, "wrong-number", least = least, most = most),
            Self::Speed => t!(texts, "wrong-speed"),
            Self::Size => t!(texts, "wrong-size"),
            Self::Small(least) => t!(texts, "wrong-small", least = values::shown_bytes(least, texts)),
            Self::Path => t!(texts, "path-not-whole"),
            Self::Proxy => t!(texts, "wrong-proxy"),
            Self::Login => t!(texts, "wrong-login"),
            Self::Hours => t!(texts, "wrong-hours"),
            Self::NoPicker => t!(texts, "no-picker"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::i18n::Language;

    /// In which `1.5` is written `1,5`.
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::of(Language::German));

    fn field(name: &str) -> Field {
        Field::Setting(Setting::named(name).unwrap())
    }

    /// What a field shows after `text` was written into it.
    fn written(name: &str, text: &str) -> Result<String, Problem> {
        let settings = Settings::default();
        let settings = field(name).read(text, &settings)?.of(&settings).unwrap();
        Ok(field(name).shown(&settings, &Values::of(&settings), &TEXTS))
    }

    #[test]
    fn what_is_written_is_shown_as_it_is_understood() {
        for (name, text, shown) in [
            ("max_running", " 7 ", "7"),
            ("max_per_host", "", ""),
            ("max_per_host", "0", ""),
            ("download_limit", "2500k", "2,5 MB/s"),
            ("download_limit", "0", ""),
            ("data_plan", "5 gb", "5 GB"),
            ("min_split", "1m", "1 MB"),
            ("download_folder", "/tmp/in", "/tmp/in"),
            ("download_folder", "", ""),
            ("proxy", "socks5h://localhost:1080", "socks5h://localhost:1080"),
        ] {
            assert_eq!(written(name, text).as_deref(), Ok(shown), "{name} {text:?}");
        }
    }

    #[test]
    fn what_is_no_value_says_why() {
        for (name, text, problem) in [
            ("max_running", "0", Problem::Number(1, 1000)),
            ("retries", "", Problem::Number(0, 10_000)),
            ("download_limit", "5", Problem::Speed),
            ("data_plan", "much", Problem::Size),
            ("min_split", "1 KiB", Problem::Small(4096)),
            ("min_split", "", Problem::Size),
            ("download_folder", "in", Problem::Path),
            ("proxy", "", Problem::Proxy),
            ("proxy", "gopher://localhost", Problem::Proxy),
            ("proxy", "http://me:S3CR3T@localhost", Problem::Login),
        ] {
            assert_eq!(written(name, text), Err(problem), "{name} {text:?}");
        }
    }

    #[test]
    fn a_time_of_the_day_changes_where_it_was_written() {
        let windows = vec!["22:00-06:00 stop".parse().unwrap(), "mon 8:00-9:00 down 5K".parse().unwrap()];
        let settings = Settings { windows, ..Settings::default() };
        let after =
            |field: Field, text| field.read(text, &settings).map(|change| change.of(&settings).unwrap());
        let changed = after(Field::Hours(0), "23–5").unwrap();
        assert_eq!(changed.windows[0].to_string(), "23:00-05:00 stop");
        let changed = after(Field::Limit(1, Whose::Uploads), "1 MB/s").unwrap();
        assert_eq!(changed.windows[1].to_string(), "mon 08:00-09:00 down 5000 up 1000000");
        assert_eq!(after(Field::Hours(0), "night"), Err(Problem::Hours));
        assert_eq!(after(Field::Limit(1, Whose::Both), "5"), Err(Problem::Speed));
        assert_eq!(after(Field::Hours(7), "1-2"), Ok(settings.clone()), "it went meanwhile");
    }

    proptest! {
        #[test]
        fn whatever_a_field_takes_the_settings_take_and_the_field_shows_as_the_same(
            text in "([0-9]{1,6}([.,][0-9]{1,3})?( ?[kKMG]?i?B?(/s)?)?|/[a-z/ ]{0,9}|[a-z]{0,6}(://)?[a-z0-9.:]{0,9})",
            section in 0_usize..7, at in 0_usize..5,
        ) {
            let texts = &*TEXTS;
            let settings = Settings::default();
            let all = super::super::catalog::Section::ALL[section].settings();
            let field = Field::Setting(&all[at.min(all.len() - 1)]);
            let Field::Setting(setting) = field else { unreachable!() };
            let is_written = !matches!(setting.kind, Kind::Switch | Kind::Choice(_) | Kind::Windows);
            if let (true, Ok(change)) = (is_written, field.read(&text, &settings)) {
                let after = change.of(&settings);
                prop_assert!(after.is_ok(), "{setting:?} {text:?} {after:?}");
                let after = after.unwrap();
                let shown = field.shown(&after, &Values::of(&after), texts);
                if setting.kind != Kind::Proxy {
                    prop_assert_eq!(field.read(&shown, &after), Ok(change), "{:?}", shown);
                }
            }
        }
    }
}
