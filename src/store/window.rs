//! Times of the day at which transfers are slower than usual, or rest.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan as _, Zoned};
use serde::{Deserialize, Serialize};

use crate::transfer::speed;

/// A time of the day, on some days of the week: `mon-fri 08:00-18:00 500K`, `22:00-06:00 stop`, `sat 10:00-12:00
/// down 2M up 100K`. One that ends before it begins ends on the next day; the day is that on which it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    days: Days,
    from: Time,
    to: Time,
    /// What holds in it.
    pub pace: Pace,
}

/// What holds in a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Nothing runs.
    Stop,
    /// These limits hold instead of those of the settings, in bytes a second; 0 means none.
    Limits {
        /// Of both directions together.
        speed: u64,
        /// Of all downloads.
        download: u64,
        /// Of all uploads.
        upload: u64,
    },
}

/// It is no such time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "A time of the day looks like “22:00-06:00 stop”, “mon-fri 08:00-18:00 500K” or “sat,sun 10:00-12:00 down 2M up 100K”"
)]
pub struct NotAWindow;

/// Days of the week, Monday the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days(u8);

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const EVERY: Days = Days(0b111_1111);

impl Window {
    /// One on these days, Monday first, from and to these minutes; nothing if it is on no day.
    #[must_use]
    pub fn new(days: [bool; 7], from: Time, to: Time, pace: Pace) -> Option<Self> {
        let days = Days((0..7).filter(|day| days[*day]).fold(0, |days, day| days | 1 << day));
        (days.0 != 0).then_some(Self { days, from, to, pace })
    }

    /// The days on which it begins, Monday first.
    #[must_use]
    pub fn days(&self) -> [bool; 7] {
        std::array::from_fn(|day| self.days.0 & (1 << day) != 0)
    }

    /// From when to when it is.
    #[must_use]
    pub fn hours(&self) -> (Time, Time) {
        (self.from, self.to)
    }

    /// The first of `windows` that it is now.
    #[must_use]
    pub fn now<'a>(windows: &'a [Self], now: &Zoned) -> Option<&'a Self> {
        windows.iter().find(|window| window.holds(now))
    }

    /// The next moment at which one of `windows` begins or ends.
    #[must_use]
    pub fn next_change(windows: &[Self], now: &Zoned) -> Option<Timestamp> {
        let ends = windows.iter().flat_map(|window| {
            // One that began yesterday may still end today, and one of a single day comes again in a week.
            let days = (-1_i64..=7).filter_map(|days| now.date().checked_add(days.days()).ok());
            days.filter(|day| window.days.has(day.weekday())).filter_map(|day| window.on(day, now)).flatten()
        });
        ends.filter(|moment| *moment > now.timestamp()).min()
    }

    fn holds(&self, now: &Zoned) -> bool {
        let begins = [Some(now.date()), now.date().yesterday().ok()];
        begins
            .into_iter()
            .flatten()
            .filter(|day| self.days.has(day.weekday()))
            .any(|day| self.on(day, now).is_some_and(|[from, to]| (from..to).contains(&now.timestamp())))
    }

    /// From when to when it is if it begins on this day.
    fn on(&self, day: Date, now: &Zoned) -> Option<[Timestamp; 2]> {
        let last = if self.from < self.to { day } else { day.tomorrow().ok()? };
        let here = |day: Date, time| day.to_datetime(time).to_zoned(now.time_zone().clone()).ok();
        Some([here(day, self.from)?.timestamp(), here(last, self.to)?.timestamp()])
    }
}

impl Days {
    fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }

    fn parse(text: &str) -> Option<Self> {
        let day = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name.trim()));
        let mut days = 0;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (day(first)?, day(last)?);
            let count = (last + 7 - first) % 7;
            (0..=count).for_each(|offset| days |= 1 << ((first + offset) % 7));
        }
        Some(Self(days))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != EVERY {
            let names = (0..7).filter(|day| self.days.0 & (1 << day) != 0).map(|day| NAMES[day]);
            write!(f, "{} ", names.collect::<Vec<_>>().join(","))?;
        }
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))?;
        match self.pace {
            Pace::Stop => f.write_str(" stop"),
            Pace::Limits { speed, download, upload } => {
                let limits = [("", speed), ("down ", download), ("up ", upload)];
                limits
                    .iter()
                    .filter(|(_, rate)| *rate > 0)
                    .try_for_each(|(name, rate)| write!(f, " {name}{rate}"))?;
                if limits.iter().all(|(_, rate)| *rate == 0) { f.write_str(" none") } else { Ok(()) }
            }
        }
    }
}

impl FromStr for Window {
    type Err = NotAWindow;

    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        let mut words = text.split_whitespace().peekable();
        let mut days = EVERY;
        if words.peek().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())) {
            days = words.next().and_then(Days::parse).ok_or(NotAWindow)?;
        }
        let (from, to) = words.next().and_then(|word| word.split_once('-')).ok_or(NotAWindow)?;
        let time = |text: &str| Time::strptime("%H:%M", text).map_err(|_| NotAWindow);
        let (from, to) = (time(from)?, time(to)?);
        Ok(Self { days, from, to, pace: pace(words)? })
    }
}

fn pace<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Pace, NotAWindow> {
    let (mut both, mut down, mut up) = (0, 0, 0);
    let mut is_any = false;
    while let Some(word) = words.next() {
        let (limit, rate) = match word {
            "stop" if !is_any && words.next().is_none() => return Ok(Pace::Stop),
            "down" => (&mut down, words.next()),
            "up" => (&mut up, words.next()),
            rate => (&mut both, Some(rate)),
        };
        *limit = match rate.ok_or(NotAWindow)? {
            "none" => 0,
            rate => speed(rate).ok_or(NotAWindow)?,
        };
        is_any = true;
    }
    if is_any { Ok(Pace::Limits { speed: both, download: down, upload: up }) } else { Err(NotAWindow) }
}

impl TryFrom<String> for Window {
    type Error = NotAWindow;

    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap()
    }

    /// A moment of the week that begins on Monday, 16 November 2026, in Tokyo.
    fn at(day: i8, time: &str) -> Zoned {
        format!("2026-11-{:02}T{time}:00+09:00[Asia/Tokyo]", 15 + day).parse().unwrap()
    }

    #[test]
    fn a_window_is_written_as_it_is_read() {
        for (text, written) in [
            ("22:00-06:00 stop", "22:00-06:00 stop"),
            ("mon-fri 08:00-18:00 500K", "mon,tue,wed,thu,fri 08:00-18:00 500000"),
            ("Sat-Mon 0:00-0:00 none", "mon,sat,sun 00:00-00:00 none"),
            ("sun 10:00-12:00 up 100K down 2M", "sun 10:00-12:00 down 2000000 up 100000"),
        ] {
            assert_eq!(window(text).to_string(), written);
            assert_eq!(window(written), window(text));
        }
        for text in ["", "stop", "22:00 stop", "22:00-06:00", "22:00-24:30 stop", "day 1:00-2:00 stop"] {
            assert_eq!(text.parse::<Window>(), Err(NotAWindow), "{text}");
        }
        for text in ["1:00-2:00 stop 5K", "1:00-2:00 5K stop", "1:00-2:00 fast", "1:00-2:00 up"] {
            assert_eq!(text.parse::<Window>(), Err(NotAWindow), "{text}");
        }
    }

    #[test]
    fn a_window_is_what_it_is_made_of() {
        for text in ["22:00-06:00 stop", "mon,sat 08:00-18:30 down 500000"] {
            let window = window(text);
            let (from, to) = window.hours();
            assert_eq!(Window::new(window.days(), from, to, window.pace), Some(window));
        }
        assert_eq!(Window::new([false; 7], Time::midnight(), Time::midnight(), Pace::Stop), None);
    }

    #[test]
    fn one_that_ends_before_it_begins_belongs_to_the_day_on_which_it_begins() {
        let night = [window("mon-fri 22:00-06:00 stop")];
        let holds = |day, time| Window::now(&night, &at(day, time)).is_some();
        assert!(holds(1, "22:00") && holds(2, "05:59") && !holds(2, "06:00") && !holds(1, "05:00"));
        assert!(holds(6, "05:00") && !holds(6, "22:00") && !holds(7, "05:00"));
        let all_day = [window("wed 00:00-00:00 stop")];
        assert!(Window::now(&all_day, &at(3, "00:00")).is_some());
        assert!(Window::now(&all_day, &at(3, "23:59")).is_some());
        assert!(Window::now(&all_day, &at(4, "00:00")).is_none());
    }

    #[test]
    fn the_first_of_several_holds() {
        let windows = [window("12:00-13:00 none"), window("08:00-18:00 500K")];
        let pace = |time| Window::now(&windows, &at(2, time)).map(|window| window.pace);
        assert_eq!(pace("12:30"), Some(Pace::Limits { speed: 0, download: 0, upload: 0 }));
        assert_eq!(pace("13:00"), Some(Pace::Limits { speed: 500_000, download: 0, upload: 0 }));
        assert_eq!(pace("18:00"), None);
    }

    proptest! {
        #[test]
        fn nothing_changes_before_the_next_change(
            texts in prop::collection::vec(
                (0_u8..24, 0_u8..60, 0_u8..24, 0_u8..60, prop::sample::select(vec!["", "mon ", "tue-thu ", "sat,sun "])),
                1..4,
            ),
            start in 0_i64..60 * 24 * 14,
            later in 0_i64..60 * 24 * 8,
        ) {
            let windows: Vec<_> = texts
                .iter()
                .map(|(a, b, c, d, days)| window(&format!("{days}{a:02}:{b:02}-{c:02}:{d:02} stop")))
                .collect();
            let now = at(1, "00:00").checked_add(start.minutes()).unwrap();
            let then = now.checked_add(later.minutes()).unwrap();
            let change = Window::next_change(&windows, &now).unwrap();
            prop_assert!(change > now.timestamp());
            let in_one = |at: &Zoned| Window::now(&windows, at).is_some();
            prop_assert!(then.timestamp() >= change || in_one(&now) == in_one(&then));
        }
    }
}
