//! What was paid for to go over a metered network, and whether it will be enough.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};

/// So many bytes in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataPlan {
    /// Bytes in both directions.
    pub limit: u64,
    /// After what it begins anew.
    pub period: Period,
    /// On which day that is: of a month (1 to 31), or of a week (1, Monday, to 7).
    pub begins: u8,
    /// Whether nothing may go beyond it, whatever a transfer may cost.
    pub kept_to: bool,
}

/// After what a plan begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Period {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    #[default]
    Month,
}

/// How much is left of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// It will be enough.
    OnTrack,
    /// It will not be enough if it goes on like this.
    Exceeding,
    /// It is used up.
    Spent {
        /// Whether nothing may go beyond it.
        kept_to: bool,
    },
}

impl From<Period> for &'static str {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => "day",
            Period::Week => "week",
            Period::Month => "month",
        }
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let known = [Self::Day, Self::Week, Self::Month];
        let found = known.into_iter().find(|known| word.eq_ignore_ascii_case((*known).into()));
        found.ok_or_else(|| "one of day, week, month".to_owned())
    }
}

impl DataPlan {
    /// How much is left on this day, when so many bytes of it were used and a transfer will use so many more.
    ///
    /// It will be enough if every day of the period could use as much as those until now, this one included.
    #[must_use]
    pub fn budget(&self, used: u64, needed: u64, today: Date) -> Budget {
        if used >= self.limit {
            return Budget::Spent { kept_to: self.kept_to };
        }
        let (first, next) = self.around(today);
        let days =
            |until: Date| u128::from(first.until(until).map_or(1, |span| span.get_days()).unsigned_abs());
        let (begun, all) = (days(today) + 1, days(next).max(1));
        let share = u128::from(self.limit) * begun / all;
        if u128::from(used) + u128::from(needed) <= share { Budget::OnTrack } else { Budget::Exceeding }
    }

    /// The first day of the period that this day belongs to.
    #[must_use]
    pub fn first_day(&self, today: Date) -> Date {
        self.around(today).0
    }

    /// The first day of this period, and that of the next one.
    fn around(&self, today: Date) -> (Date, Date) {
        let begins = i8::try_from(self.begins).unwrap_or(1).max(1);
        let moved = |date: Date, span: Span| date.checked_add(span).unwrap_or(date);
        match self.period {
            Period::Day => (today, moved(today, 1.day())),
            Period::Week => {
                let past = (today.weekday().to_monday_one_offset() - begins.min(7)).rem_euclid(7);
                let first = moved(today, -i64::from(past).days());
                (first, moved(first, 1.week()))
            }
            Period::Month => {
                // A month that is too short for it begins on its last day.
                let in_month = |date: Date| {
                    let day = begins.min(date.days_in_month());
                    Date::new(date.year(), date.month(), day).unwrap_or(date)
                };
                let this = in_month(today);
                let month = |count: i64| in_month(moved(today.first_of_month(), count.months()));
                if this <= today { (this, month(1)) } else { (month(-1), this) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const PLAN: DataPlan = DataPlan { limit: 3000, period: Period::Month, begins: 1, kept_to: true };

    #[test]
    fn a_period_begins_on_its_day_and_a_short_month_on_its_last() {
        let first = |period, begins, today| DataPlan { period, begins, ..PLAN }.first_day(today);
        assert_eq!(first(Period::Month, 1, date(2026, 11, 21)), date(2026, 11, 1));
        assert_eq!(first(Period::Month, 25, date(2026, 11, 21)), date(2026, 10, 25));
        assert_eq!(first(Period::Month, 21, date(2026, 11, 21)), date(2026, 11, 21));
        assert_eq!(first(Period::Month, 31, date(2026, 2, 28)), date(2026, 2, 28));
        assert_eq!(first(Period::Month, 31, date(2026, 3, 30)), date(2026, 2, 28));
        assert_eq!(first(Period::Month, 15, date(2026, 1, 3)), date(2025, 12, 15));
        // 21 November 2026 is a Saturday.
        assert_eq!(first(Period::Week, 1, date(2026, 11, 21)), date(2026, 11, 16));
        assert_eq!(first(Period::Week, 7, date(2026, 11, 21)), date(2026, 11, 15));
        assert_eq!(first(Period::Week, 6, date(2026, 11, 21)), date(2026, 11, 21));
        assert_eq!(first(Period::Day, 9, date(2026, 11, 21)), date(2026, 11, 21));
    }

    #[test]
    fn it_is_on_track_while_each_day_could_use_as_much_as_those_before() {
        let on = |day, used, needed| PLAN.budget(used, needed, date(2026, 11, day));
        assert_eq!(on(1, 0, 100), Budget::OnTrack);
        assert_eq!(on(1, 0, 101), Budget::Exceeding);
        assert_eq!(on(15, 1400, 100), Budget::OnTrack);
        assert_eq!(on(15, 1500, 1), Budget::Exceeding);
        assert_eq!(on(30, 2999, 1), Budget::OnTrack);
        assert_eq!(on(30, 3000, 0), Budget::Spent { kept_to: true });
        let lax = DataPlan { kept_to: false, ..PLAN };
        assert_eq!(lax.budget(9999, 0, date(2026, 11, 1)), Budget::Spent { kept_to: false });
    }

    proptest! {
        #[test]
        fn every_day_is_in_its_period_and_more_use_is_never_better(
            days in 0_i64..4000,
            period in prop::sample::select(vec![Period::Day, Period::Week, Period::Month]),
            begins in 1_u8..=31,
            used in 0_u64..4000,
            more in 0_u64..4000,
        ) {
            let today = date(2020, 1, 1).checked_add(days.days()).unwrap();
            let plan = DataPlan { period, begins, ..PLAN };
            let (first, next) = plan.around(today);
            prop_assert!(first <= today && today < next, "{first} {today} {next}");
            prop_assert_eq!(plan.first_day(next), next);
            let rank = |budget| match budget {
                Budget::OnTrack => 0,
                Budget::Exceeding => 1,
                Budget::Spent { .. } => 2,
            };
            let (one, two) = (plan.budget(used, 0, today), plan.budget(used + more, 0, today));
            prop_assert!(rank(one) <= rank(two));
            prop_assert!(used < plan.limit || one == (Budget::Spent { kept_to: true }), "{:?}", one);
        }
    }
}
