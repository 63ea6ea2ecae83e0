//! Which way the rows of the table are ordered.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{Phase, Snapshot};

use super::columns::Column;

/// Which way rows are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By this.
    pub by: Column,
    /// The largest, or last, first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self { by: Column::Added, descending: true }
    }
}

impl Sort {
    /// By another column, or the other way round.
    pub fn chosen(self, by: Column) -> Self {
        let descending = if self.by == by { !self.descending } else { by.begins_descending() };
        Self { by, descending }
    }

    /// Whether what progress changes changes the order.
    pub fn moves(self) -> bool {
        matches!(self.by, Column::Progress | Column::Speed | Column::TimeLeft | Column::Size)
    }

    /// Which of two rows comes first. Those that are alike stand in the order they were added in, newest first.
    pub fn compare(self, a: &Snapshot, b: &Snapshot) -> Ordering {
        let by = match self.by {
            Column::Name => natural(&a.name, &b.name),
            Column::Progress => fraction(a).total_cmp(&fraction(b)),
            Column::Size => size(a).cmp(&size(b)),
            Column::Speed => a.progress.rate.unwrap_or(0).cmp(&b.progress.rate.unwrap_or(0)),
            // What has no end in sight comes after what has.
            Column::TimeLeft => left(a).cmp(&left(b)),
            Column::Status => standing(a.state).cmp(&standing(b.state)),
            Column::Added => a.id.cmp(&b.id),
            // The one whose turn comes first is the most important one.
            Column::Priority => a.priority.total_cmp(&b.priority).then_with(|| b.rank.cmp(&a.rank)),
        };
        let by = if self.descending { by.reverse() } else { by };
        by.then_with(|| b.id.cmp(&a.id))
    }
}

#[expect(clippy::cast_precision_loss, reason = "to compare")]
fn fraction(row: &Snapshot) -> f64 {
    match row.progress.total {
        _ if row.state == Phase::Completed => 1.0,
        Some(total) if total > 0 => row.progress.done as f64 / total as f64,
        _ => 0.0,
    }
}

fn size(row: &Snapshot) -> u64 {
    row.progress.total.unwrap_or(row.progress.done)
}

fn left(row: &Snapshot) -> u64 {
    row.progress.eta.filter(|_| row.state == Phase::Running).unwrap_or(u64::MAX)
}

/// What is most of interest first.
fn standing(state: Phase) -> u8 {
    match state {
        Phase::Failed => 0,
        Phase::Running => 1,
        Phase::Verifying => 2,
        Phase::Waiting => 3,
        Phase::Queued => 4,
        Phase::Paused => 5,
        Phase::Completed => 6,
        Phase::Cancelled => 7,
    }
}

/// Names as people order them: `part 2` before `part 10`, whatever letters are large.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let (Some(&one), Some(&other)) = (a.peek(), b.peek()) else {
            return a.peek().is_some().cmp(&b.peek().is_some());
        };
        let by = if one.is_ascii_digit() && other.is_ascii_digit() {
            let (one, other) = (number(&mut a), number(&mut b));
            one.len().cmp(&other.len()).then_with(|| one.cmp(&other))
        } else {
            a.next();
            b.next();
            one.to_lowercase().cmp(other.to_lowercase())
        };
        if by.is_ne() {
            return by;
        }
    }
}

/// The digits that come, without zeros before them.
fn number(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let digits: String = std::iter::from_fn(|| letters.next_if(char::is_ascii_digit)).collect();
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gui::sample::{download, running};

    #[test]
    fn names_are_ordered_as_people_do() {
        let mut names = ["part 10", "Part 2", "part 002a", "a", "", "part"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "a", "part", "Part 2", "part 002a", "part 10"]);
    }

    #[test]
    fn a_second_choice_of_a_column_turns_the_order_round() {
        let sort = Sort::default().chosen(Column::Name);
        assert_eq!(sort, Sort { by: Column::Name, descending: false });
        assert_eq!(sort.chosen(Column::Name), Sort { by: Column::Name, descending: true });
        assert!(sort.chosen(Column::Size).descending);
    }

    #[test]
    fn what_ends_soonest_comes_first() {
        let soon = running(download("soon"), 1, 2, 1);
        let late = running(download("late"), 1, 2000, 1);
        let sort = Sort { by: Column::TimeLeft, descending: false };
        assert_eq!(sort.compare(&soon, &late), Ordering::Less);
        assert_eq!(sort.compare(&download("never"), &late), Ordering::Greater);
    }

    proptest! {
        #[test]
        fn natural_order_is_an_order(a in "[a-c0-2]{0,6}", b in "[a-c0-2]{0,6}", c in "[a-c0-2]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
