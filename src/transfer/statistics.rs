//! How much was moved, day by day and in all.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// As many days are kept apart; what was before them counts only in all.
const DAYS: usize = 400;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Statistics {
    /// The first day on which something was counted.
    pub since: Option<Date>,
    /// What was counted since then.
    pub ever: Count,
    /// What was counted on each of the last days on which there was something.
    pub days: BTreeMap<Date, Count>,
}

/// How much that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Count {
    /// Bytes that came, some of them perhaps twice.
    pub down: u64,
    /// Bytes that went.
    pub up: u64,
    /// Transfers that were completed.
    pub completed: u64,
    /// Transfers that failed for good.
    pub failed: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.down = self.down.saturating_add(more.down);
        self.up = self.up.saturating_add(more.up);
        self.completed = self.completed.saturating_add(more.completed);
        self.failed = self.failed.saturating_add(more.failed);
    }
}

impl Statistics {
    /// Counts so much more on this day.
    pub(crate) fn count(&mut self, today: Date, more: Count) {
        self.since = Some(self.since.map_or(today, |since| since.min(today)));
        self.ever += more;
        *self.days.entry(today).or_default() += more;
        while self.days.len() > DAYS {
            self.days.pop_first();
        }
    }

    /// What was counted from one day to another, both included.
    #[must_use]
    pub fn between(&self, first: Date, last: Date) -> Count {
        let days = self.days.iter().filter(|(day, _)| (first..=last).contains(day));
        let mut all = Count::default();
        days.for_each(|(_, count)| all += *count);
        all
    }

    /// What was counted today, in this week (from Monday on), and in this month.
    #[must_use]
    pub fn of(&self, today: Date) -> [Count; 3] {
        let past = i64::from(today.weekday().to_monday_zero_offset());
        let monday = today.checked_sub(past.days()).unwrap_or(today);
        [today, monday, today.first_of_month()].map(|first| self.between(first, today))
    }

    /// What was counted on each of the last `count` days, today as the last of them.
    #[must_use]
    pub fn last(&self, count: u16, today: Date) -> Vec<(Date, Count)> {
        let days = (0..i64::from(count)).rev().filter_map(|ago| today.checked_sub(ago.days()).ok());
        days.map(|day| (day, self.days.get(&day).copied().unwrap_or_default())).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn down(down: u64) -> Count {
        Count { down, ..Count::default() }
    }

    #[test]
    fn days_add_up_to_weeks_and_months() {
        let mut all = Statistics::default();
        // 22 November 2026 is a Sunday.
        for (day, bytes) in [(date(2026, 10, 31), 1), (date(2026, 11, 1), 10), (date(2026, 11, 16), 100)] {
            all.count(day, down(bytes));
        }
        all.count(date(2026, 11, 22), down(1000));
        all.count(date(2026, 11, 22), Count { up: 5, completed: 1, failed: 2, ..Count::default() });
        let [today, week, month] = all.of(date(2026, 11, 22));
        assert_eq!(today, Count { down: 1000, up: 5, completed: 1, failed: 2 });
        assert_eq!((week.down, month.down, all.ever.down), (1100, 1110, 1111));
        assert_eq!(all.since, Some(date(2026, 10, 31)));
        let last: Vec<_> = all.last(7, date(2026, 11, 22)).iter().map(|(_, count)| count.down).collect();
        assert_eq!(last, [100, 0, 0, 0, 0, 0, 1000]);
    }

    #[test]
    fn what_a_wrong_clock_counted_ahead_is_not_today() {
        let mut all = Statistics::default();
        all.count(date(2099, 1, 1), down(1));
        assert_eq!(all.of(date(2026, 11, 22)), [Count::default(); 3]);
        assert_eq!(all.ever.down, 1);
    }

    #[test]
    fn old_days_are_forgotten_but_counted_in_all() {
        let mut all = Statistics::default();
        let first = date(2020, 1, 1);
        for day in 0..1000 {
            all.count(first.checked_add(day.days()).unwrap(), down(1));
        }
        assert_eq!((all.days.len(), all.ever.down, all.since), (DAYS, 1000, Some(first)));
    }
}
