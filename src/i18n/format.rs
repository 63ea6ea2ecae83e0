//! Numbers and dates as people write them where they are.

use fluent_bundle::FluentValue;
use icu_datetime::fieldsets::{T, YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::options::{TimePrecision, YearStyle};
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use intl_memoizer::concurrent::IntlLangMemoizer;
use jiff::Zoned;
use unic_langid::LanguageIdentifier;

use super::Language;

/// See the module.
#[derive(Debug)]
pub(super) struct Formats {
    decimal: Option<DecimalFormatter>,
    moment: Option<DateTimeFormatter<YMDT>>,
    day: Option<DateTimeFormatter<YMD>>,
    time: Option<NoCalendarFormatter<T>>,
}

impl Formats {
    /// Those of a locale of this language, or of the language where that says nothing else.
    pub(super) fn new(language: Language, locale: Option<&str>) -> Self {
        // Of English alone nobody knows in which order days and months stand; that of the standard is clear to all.
        let of_dates = match language {
            Language::English | Language::Pseudo => "en-SE",
            other => other.code(),
        };
        let locale = locale
            .and_then(|locale| locale.parse::<LanguageIdentifier>().ok())
            .filter(|it| it.region.is_some());
        let (numbers, dates) = match locale {
            Some(locale) => (locale.to_string(), locale.to_string()),
            None => (language.code().to_owned(), of_dates.to_owned()),
        };
        Self { decimal: decimal(&numbers), moment: moment(&dates), day: day(&dates), time: time(&dates) }
    }

    /// `12.3`: so many tenths.
    pub(super) fn tenths(&self, tenths: u64) -> String {
        let mut number = Decimal::from(tenths);
        number.multiply_pow10(-1);
        self.decimal
            .as_ref()
            .map_or_else(|| number.to_string(), |decimal| decimal.format(&number).to_string())
    }

    /// A day and the time of the day, to the minute.
    pub(super) fn moment(&self, at: &Zoned) -> String {
        let (year, month, day) = parts(at.date());
        match (&self.moment, Date::try_new_iso(year, month, day), time_of(at)) {
            (Some(moment), Ok(date), Some(time)) => moment.format(&DateTime { date, time }).to_string(),
            _ => at.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// A day.
    pub(super) fn day(&self, date: jiff::civil::Date) -> String {
        let (year, month, day) = parts(date);
        match (&self.day, Date::try_new_iso(year, month, day)) {
            (Some(formatter), Ok(day)) => formatter.format(&day).to_string(),
            _ => date.to_string(),
        }
    }

    /// The time of the day, to the second.
    pub(super) fn time(&self, at: &Zoned) -> String {
        match (&self.time, time_of(at)) {
            (Some(formatter), Some(time)) => formatter.format(&time).to_string(),
            _ => at.strftime("%H:%M:%S").to_string(),
        }
    }
}

/// Year, month and day.
fn parts(day: jiff::civil::Date) -> (i32, u8, u8) {
    (day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

fn time_of(at: &Zoned) -> Option<Time> {
    let [hour, minute, second] = [at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
    Time::try_new(hour, minute, second, 0).ok()
}

/// With what all of them are written, so that numbers in texts and in amounts look alike.
fn locale(name: &str) -> Option<Locale> {
    format!("{name}-u-ca-gregory-nu-latn").parse().ok()
}

fn decimal(name: &str) -> Option<DecimalFormatter> {
    DecimalFormatter::try_new(locale(name)?.into(), DecimalFormatterOptions::default()).ok()
}

fn moment(name: &str) -> Option<DateTimeFormatter<YMDT>> {
    let fields = YMDT::short().with_year_style(YearStyle::Full).with_time_precision(TimePrecision::Minute);
    DateTimeFormatter::try_new(locale(name)?.into(), fields).ok()
}

fn day(name: &str) -> Option<DateTimeFormatter<YMD>> {
    DateTimeFormatter::try_new(locale(name)?.into(), YMD::short().with_year_style(YearStyle::Full)).ok()
}

fn time(name: &str) -> Option<NoCalendarFormatter<T>> {
    let fields = T::short().with_time_precision(TimePrecision::Second);
    NoCalendarFormatter::try_new(locale(name)?.into(), fields).ok()
}

/// Whole numbers within texts.
struct Count(DecimalFormatter);

impl Memoizable for Count {
    type Args = ();
    type Error = ();

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, ()> {
        decimal(&language.to_string()).map(Self).ok_or(())
    }
}

/// A number within a text, as Fluent asks for it; nothing where it may write it as it is.
pub(super) fn number(value: &FluentValue<'_>, known: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let whole = format!("{:.0}", number.value);
    // What has a fraction has been written by somebody else already.
    let whole: Decimal = (number.value.fract() == 0.0).then(|| whole.parse().ok())??;
    known.with_try_get::<Count, _, _>((), |count| count.0.format(&whole).to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Texts, t};

    #[test]
    fn numbers_in_texts_and_amounts_are_written_as_people_do() {
        for (language, count, size) in [
            (Language::English, "12,345", "999.9 kB"),
            (Language::German, "12.345", "999,9 kB"),
            (Language::French, "12\u{202f}345", "999,9 kB"),
            (Language::Russian, "12\u{a0}345", "999,9 kB"),
            (Language::Japanese, "12,345", "999.9 kB"),
            (Language::Arabic, "12,345", "\u{2066}999.9 kB\u{2069}"),
        ] {
            let texts = Texts::of(language);
            assert_eq!(
                (texts.count(12_345).as_str(), texts.size(999_949).as_str()),
                (count, size),
                "{language:?}"
            );
        }
        assert_eq!(t!(Texts::of(Language::German), "status-running", count = 1234), "1.234 laufen");
    }

    #[test]
    fn dates_are_those_of_the_language_or_of_the_region_of_the_system() {
        let at: Zoned = "2026-11-02T14:05:09[UTC]".parse().unwrap();
        for (language, locale, moment, time, day) in [
            (Language::English, None, "2026-11-02, 14:05", "14:05:09", "2026-11-02"),
            (Language::English, Some("en-US"), "11/2/2026, 2:05\u{202f}PM", "2:05:09\u{202f}PM", "11/2/2026"),
            (Language::English, Some("en-GB"), "02/11/2026, 14:05", "14:05:09", "02/11/2026"),
            (Language::German, None, "02.11.2026, 14:05", "14:05:09", "02.11.2026"),
            (Language::French, Some("fr-CA"), "2026-11-02 14 h 05", "14 h 05 min 09 s", "2026-11-02"),
            (Language::Chinese, None, "2026/11/2 14:05", "14:05:09", "2026/11/2"),
            (Language::Japanese, None, "2026/11/02 14:05", "14:05:09", "2026/11/02"),
            (Language::Korean, None, "2026/11/2 오후 2:05", "오후 2:05:09", "2026/11/2"),
        ] {
            let formats = Formats::new(language, locale);
            assert_eq!(
                (formats.moment(&at).as_str(), formats.time(&at).as_str(), formats.day(at.date()).as_str()),
                (moment, time, day),
                "{language:?}"
            );
        }
    }
}
