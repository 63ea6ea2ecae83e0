//! Sizes, speeds and durations as people read them. Units are decimal, as in most file managers.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Texts, t};

const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
/// What lies between these is read from left to right wherever it stands (Unicode Standard Annex #9, §2.4).
const FROM_LEFT: [&str; 2] = ["\u{2066}", "\u{2069}"];

impl Texts {
    /// `12.3 MB`.
    pub fn size(&self, bytes: u64) -> String {
        let [before, after] = self.around_amounts();
        format!("{before}{}{after}", self.amount(bytes))
    }

    fn amount(&self, bytes: u64) -> String {
        let unit = unit_for(bytes);
        t!(self, "amount", number = self.number(bytes, unit), unit = UNITS[unit])
    }

    /// What keeps a number and its unit together within words that are read from right to left.
    fn around_amounts(&self) -> [&'static str; 2] {
        if self.language.is_from_right() { FROM_LEFT } else { [""; 2] }
    }

    /// `12.3 of 98.0 MB`, both in the unit of the whole.
    pub fn size_of(&self, done: u64, total: u64) -> String {
        let unit = unit_for(total);
        let [before, after] = self.around_amounts();
        t!(
            self,
            "amount-of",
            done = self.number(done, unit),
            total = format!("{before}{}", self.number(total, unit)),
            unit = format!("{}{after}", UNITS[unit])
        )
    }

    /// What stands between a whole number and its tenths.
    pub fn decimal_sign(&self) -> String {
        self.formats.tenths(1).trim_matches(|letter: char| letter.is_ascii_digit()).to_owned()
    }

    /// `12,345`, as the reader groups digits.
    pub fn count(&self, count: usize) -> String {
        t!(self, "number", number = count)
    }

    /// `2.1 MB/s`.
    pub fn speed(&self, bytes: u64) -> String {
        let [before, after] = self.around_amounts();
        format!("{before}{}{after}", t!(self, "speed", amount = self.amount(bytes)))
    }

    /// `5 min left`, in at most two units.
    pub fn time_left(&self, seconds: u64) -> String {
        t!(self, "time-left", time = self.duration(seconds))
    }

    /// `1 h 5 min`, in at most two units.
    pub fn duration(&self, seconds: u64) -> String {
        let (s, m, h, d) = (seconds % 60, seconds / 60 % 60, seconds / 3600 % 24, seconds / 86400);
        match seconds {
            0..60 => t!(self, "time-seconds", s = s),
            60..300 if s > 0 => t!(self, "time-minutes-seconds", m = m, s = s),
            60..3600 => t!(self, "time-minutes", m = m),
            3600..86400 => t!(self, "time-hours", h = h, m = m),
            _ => t!(self, "time-days", d = d, h = h),
        }
    }

    /// A moment of today as `14:05:09`, in the time of this place and as it is written there.
    pub fn clock(&self, at: Timestamp) -> String {
        self.formats.time(&at.to_zoned(TimeZone::system()))
    }

    /// A moment as `2026-11-20 14:05`, likewise.
    pub fn date(&self, at: Timestamp) -> String {
        self.formats.moment(&at.to_zoned(TimeZone::system()))
    }

    /// A day as `2026-11-20`, likewise.
    pub fn day(&self, day: Date) -> String {
        self.formats.day(day)
    }

    /// One decimal, except for single bytes.
    fn number(&self, bytes: u64, unit: usize) -> String {
        if unit == 0 {
            return bytes.to_string();
        }
        let tenth = 1000_u128.pow(u32::try_from(unit).unwrap_or(0)) / 10;
        let tenths = (u128::from(bytes) + tenth / 2) / tenth;
        self.formats.tenths(u64::try_from(tenths).unwrap_or(u64::MAX))
    }
}

/// The largest unit of which there is at least one, counting what would be rounded up to it.
fn unit_for(bytes: u64) -> usize {
    let mut unit = 0;
    let mut limit = 1_000_u64;
    while unit + 1 < UNITS.len() && bytes >= limit - limit / 20_000 {
        unit += 1;
        limit = limit.saturating_mul(1000);
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn sizes_are_decimal_with_one_place() {
        let texts = Texts::of(Language::English);
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (12_345_678, "12.3 MB"),
            (4_294_967_296, "4.3 GB"),
            (u64::MAX, "18,446.7 PB"),
        ] {
            assert_eq!(texts.size(bytes), shown, "{bytes}");
        }
    }

    #[test]
    fn a_part_is_shown_in_the_unit_of_the_whole() {
        let texts = Texts::of(Language::English);
        assert_eq!(texts.size_of(12_345_678, 98_000_000), "12.3 of 98.0 MB");
        assert_eq!(texts.size_of(1_000, 98_000_000), "0.0 of 98.0 MB");
        assert_eq!(Texts::of(Language::Japanese).size_of(1, 2), "1 / 2 B");
    }

    #[test]
    fn within_words_from_right_to_left_a_number_stays_before_its_unit() {
        let texts = Texts::of(Language::Arabic);
        assert_eq!(texts.size(200_000_000), "\u{2066}200.0 MB\u{2069}");
        assert_eq!(texts.speed(400_500), "\u{2066}400.5 kB/s\u{2069}");
        assert_eq!(texts.size_of(1_000_000, 2_000_000), "1.0 من \u{2066}2.0 MB\u{2069}");
        for texts in Language::ALL.into_iter().filter(|language| !language.is_from_right()).map(Texts::of) {
            let amounts = [texts.size(1), texts.speed(1), texts.size_of(1, 2)].concat();
            assert!(!amounts.contains(['\u{2066}', '\u{2069}']), "{amounts}");
        }
    }

    #[test]
    fn durations_have_at_most_two_units() {
        let texts = Texts::of(Language::English);
        for (seconds, shown) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (3599, "59 min"),
            (3600, "1 h 0 min"),
            (90_000, "1 d 1 h"),
        ] {
            assert_eq!(texts.duration(seconds), shown, "{seconds}");
        }
        assert_eq!(texts.time_left(347), "5 min left");
    }
}
