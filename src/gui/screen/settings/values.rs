//! Values as people write them, and as they are written for people. Nothing here knows what they are for.

use jiff::civil::Time;
use unicode_normalization::UnicodeNormalization as _;

use crate::i18n::Texts;

/// More than this nobody moves, in bytes or bytes a second.
const MOST: u128 = 1_000_000_000_000_000;
/// More digits than this say nothing any more.
const DIGITS: usize = 20;
const UNITS: [&str; 5] = ["", "k", "M", "G", "T"];

/// What was written, in plain letters: some keyboards write digits as wide as other letters, or those of Arabic.
fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        '٠'..='٩' => digit(letter, '٠'),
        '۰'..='۹' => digit(letter, '۰'),
        '٫' => '.',
        other => other,
    };
    text.nfkc().map(plain).collect::<String>().trim().to_owned()
}

/// The plain digit for one of those that begin with this zero.
fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}

/// A whole number from `least` to `most`.
pub fn number(text: &str, least: u64, most: u64) -> Option<u64> {
    plain(text).parse().ok().filter(|number| (least..=most).contains(number))
}

/// Bytes with their unit, as in `2.5 MB`, `500k`, `256 KiB` or `2,5 MB/s`. Without one it could be anything.
pub fn bytes(text: &str) -> Option<u64> {
    let text = plain(text).to_lowercase();
    let text = text.strip_suffix("/s").unwrap_or(&text);
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
    let (number, unit) = text.split_at(unit);
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    if number.len() > DIGITS || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let digits = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<u128>().ok() };
    let ten = 10_u128.pow(u32::try_from(part.len()).ok()?);
    let unit = factor(unit.trim())?;
    let bytes = digits(whole)? * unit + digits(part)? * unit / ten;
    u64::try_from(bytes).ok().filter(|_| bytes < MOST)
}

/// How many bytes a unit is, in small letters.
fn factor(unit: &str) -> Option<u128> {
    let unit = unit.strip_suffix('b').unwrap_or(unit);
    let (unit, base) = unit.strip_suffix('i').map_or((unit, 1000_u128), |unit| (unit, 1024));
    let power = UNITS.iter().position(|known| known.eq_ignore_ascii_case(unit))?;
    let known = base == 1000 || power > 0;
    known.then(|| base.pow(u32::try_from(power).unwrap_or(0)))
}

/// `bytes` exactly, in the unit in which that is shortest, with the decimal sign of whoever reads it.
pub fn shown_bytes(bytes: u64, texts: &Texts) -> String {
    shortest(bytes).replace('.', &texts.decimal_sign())
}

fn shortest(bytes: u64) -> String {
    let (decimal, binary) = (exact(bytes, 1000), exact(bytes, 1024));
    if binary.len() < decimal.len() { binary } else { decimal }
}

fn exact(bytes: u64, base: u64) -> String {
    let power = (1..UNITS.len()).rev().find(|power| bytes >= base.pow(to_power(*power))).unwrap_or(0);
    let unit = base.pow(to_power(power));
    let mut text = (bytes / unit).to_string();
    let mut rest = u128::from(bytes % unit);
    if rest > 0 {
        text.push('.');
    }
    while rest > 0 {
        rest *= 10;
        text.push_str(&(rest / u128::from(unit)).to_string());
        rest %= u128::from(unit);
    }
    let name = match (power, base) {
        (0, _) => "B".to_owned(),
        (_, 1000) => format!("{}B", UNITS[power]),
        _ => format!("{}iB", UNITS[power].to_uppercase()),
    };
    format!("{text} {name}")
}

fn to_power(power: usize) -> u32 {
    u32::try_from(power).unwrap_or(0)
}

/// From when to when, as in `22:00–6:00`, `22-6` or `0:00-24:00`.
pub fn hours(text: &str) -> Option<(Time, Time)> {
    let text = plain(text);
    let (from, to) = text.split_once(['-', '–', '—', '−', '~', '〜'])?;
    Some((time(from.trim())?, time(to.trim())?))
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let is_plain = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let two = |text: &str| text.parse::<i8>().ok().filter(|_| is_plain(text));
    match (two(hour)?, two(minute)?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    }
}

/// `22:00–06:00`.
pub fn shown_hours((from, to): (Time, Time)) -> String {
    format!("{}–{}", from.strftime("%H:%M"), to.strftime("%H:%M"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn bytes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2.5 MB/s", Some(2_500_000)),
            ("2,5 mb", Some(2_500_000)),
            ("500K", Some(500_000)),
            ("256 KiB", Some(262_144)),
            (".5 GB", Some(500_000_000)),
            ("12 b", Some(12)),
            ("0 B", Some(0)),
            ("５００ｋＢ", Some(500_000)),
            ("٢٫٥ MB", Some(2_500_000)),
            ("۵۰۰ kB", Some(500_000)),
            ("5", None),
            ("5 ib", None),
            ("5 parsecs", None),
            ("-5 MB", None),
            ("1.2.3 MB", None),
            (". MB", None),
            ("", None),
            ("1000 TB", None),
        ] {
            assert_eq!(bytes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_are_shown_in_the_unit_that_is_shortest() {
        let texts = Texts::of(Language::English);
        for (bytes, shown) in [
            (2_500_000, "2.5 MB"),
            (262_144, "256 KiB"),
            (4096, "4 KiB"),
            (999, "999 B"),
            (1_234_567, "1.234567 MB"),
            (5_000_000_000, "5 GB"),
        ] {
            assert_eq!(shown_bytes(bytes, &texts), shown);
        }
    }

    #[test]
    fn fractions_are_written_as_the_reader_writes_them_and_whole_numbers_have_none() {
        for (language, shown) in [(Language::German, "2,5 MB"), (Language::Japanese, "2.5 MB")] {
            let texts = Texts::of(language);
            assert_eq!(shown_bytes(2_500_000, &texts), shown);
            assert_eq!(shown_bytes(500_000, &texts), "500 kB");
            assert_eq!(shown_bytes(2_000_000, &texts), "2 MB");
        }
    }

    #[test]
    fn in_every_language_what_is_shown_is_read_as_the_same() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            for amount in [0, 500_000, 2_500_000, 1_234_567, 3 << 19, 999_999_999_999] {
                let shown = shown_bytes(amount, &texts);
                assert_eq!(bytes(&shown), Some(amount), "{language:?} {shown}");
            }
        }
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, shown) in [
            ("22:00-06:00", "22:00–06:00"),
            ("22 – 6", "22:00–06:00"),
            ("6:30~24:00", "06:30–00:00"),
            ("２２：００～６：００", "22:00–06:00"),
        ] {
            assert_eq!(hours(text).map(shown_hours).as_deref(), Some(shown), "{text:?}");
        }
        for text in ["", "22:00", "25-26", "1:60-2", "a-b", "1-2-3", "22:000-6", "+1-2"] {
            assert_eq!(hours(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_of_bytes_is_read_as_the_same(
            amount in prop_oneof![0_u64..1_000_000_000_000_000, 0_u64..10_000_000, (0_u64..4096).prop_map(|n| n << 18)],
        ) {
            let shown = shortest(amount);
            prop_assert_eq!(bytes(&shown), Some(amount), "{}", shown);
            prop_assert_eq!(bytes(&shown.replace('.', ",")), Some(amount));
            prop_assert_eq!(bytes(&format!("{shown}/s")), Some(amount));
        }

        #[test]
        fn what_is_shown_of_hours_is_read_as_the_same(from in 0_i8..24, to in 0_i8..24, a in 0_i8..60, b in 0_i8..60) {
            let time = |hour, minute| Time::new(hour, minute, 0, 0).unwrap();
            let both = (time(from, a), time(to, b));
            prop_assert_eq!(hours(&shown_hours(both)), Some(both));
        }

        #[test]
        fn nothing_that_is_written_breaks_anything(text in ".*") {
            let _ = (bytes(&text), hours(&text), number(&text, 0, 5));
        }
    }
}
