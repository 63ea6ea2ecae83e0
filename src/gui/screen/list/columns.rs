//! The columns of the table: which are shown, how wide they are, and which of them orders the rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Phase, Snapshot};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Column {
    /// What it is called, and where it comes from or goes to.
    Name,
    /// How much of it is done.
    Progress,
    /// How large it is.
    Size,
    /// How fast it goes.
    Speed,
    /// How long that takes.
    TimeLeft,
    /// Where it stands.
    Status,
    /// When it was asked for.
    Added,
    /// Its place among those that wait.
    Priority,
}

/// Which way rows are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By this.
    pub by: Column,
    /// The largest, or last, first.
    pub descending: bool,
}

/// How wide a name is at least, in pixels, before other columns give way.
const NAME: f32 = 220.0;
/// How much of what is left goes to where a transfer stands.
const STATUS_SHARE: f32 = 0.6;
/// How narrow a column can be made.
const NARROWEST: f32 = 48.0;
/// How wide one can be made.
const WIDEST: f32 = 600.0;

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Progress,
        Self::Size,
        Self::Speed,
        Self::TimeLeft,
        Self::Status,
        Self::Added,
        Self::Priority,
    ];
    /// Which gives way first where there is no room for all.
    const DISPENSABLE: [Self; 7] =
        [Self::Priority, Self::Added, Self::TimeLeft, Self::Size, Self::Speed, Self::Progress, Self::Status];

    pub(super) fn usual_width(self) -> f32 {
        match self {
            Self::Name => NAME,
            Self::Size => 140.0,
            Self::Speed | Self::Priority => 90.0,
            Self::TimeLeft => 100.0,
            Self::Status => 180.0,
            Self::Progress => 130.0,
            Self::Added => 160.0,
        }
    }

    /// Whether what stands in it is a number, which stands at the right.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Size | Self::Speed | Self::TimeLeft)
    }

    /// The key of its name among the texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "column-name",
            Self::Progress => "column-progress",
            Self::Size => "column-size",
            Self::Speed => "column-speed",
            Self::TimeLeft => "column-time-left",
            Self::Status => "column-status",
            Self::Added => "column-added",
            Self::Priority => "column-priority",
        }
    }

    /// Which way rows are ordered when it is chosen for that.
    fn begins_descending(self) -> bool {
        !matches!(self, Self::Name | Self::Status | Self::TimeLeft)
    }
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

/// Which columns there are, and how wide somebody has made them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Columns {
    pub(super) hidden: Vec<Column>,
    pub(super) widths: [f32; Column::ALL.len()],
}

/// A column where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Laid {
    /// Which one.
    pub column: Column,
    /// Where it begins, in pixels.
    pub x: f32,
    /// How wide it is.
    pub width: f32,
}

impl Default for Columns {
    fn default() -> Self {
        Self { hidden: vec![Column::Priority], widths: Column::ALL.map(Column::usual_width) }
    }
}

impl Columns {
    /// Whether it is to be seen where there is room.
    pub fn shows(&self, column: Column) -> bool {
        !self.hidden.contains(&column)
    }

    /// Shows a column or hides it. The name is always shown.
    pub fn toggle(&mut self, column: Column) {
        if let Some(at) = self.hidden.iter().position(|hidden| *hidden == column) {
            self.hidden.remove(at);
        } else if column != Column::Name {
            self.hidden.push(column);
        }
    }

    /// Makes a column this wide.
    pub fn resize(&mut self, column: Column, width: f32) {
        self.widths[column as usize] = width.clamp(NARROWEST, WIDEST);
    }

    /// Where the columns stand in so much room. Names get what the others leave, and where that is too little the
    /// least important columns go.
    pub fn laid_out(&self, room: f32) -> Vec<Laid> {
        let mut shown: Vec<_> = Column::ALL.into_iter().filter(|column| self.shows(*column)).collect();
        let width = |column: Column| self.widths[column as usize];
        let others = |shown: &[Column]| shown.iter().skip(1).map(|column| width(*column)).sum::<f32>();
        for column in Column::DISPENSABLE {
            if others(&shown) + NAME <= room {
                break;
            }
            shown.retain(|known| *known != column);
        }
        let spare = (room - others(&shown) - NAME).max(0.0);
        let name = (room - others(&shown)).max(0.0);
        // What went wrong is a sentence, so where it stands gets something of what is left.
        let more = if shown.contains(&Column::Status) { spare * STATUS_SHARE } else { 0.0 };
        let mut x = 0.0;
        let place = |column| {
            let width = match column {
                Column::Name => name - more,
                Column::Status => width(column) + more,
                column => width(column),
            };
            let laid = Laid { column, x, width };
            x += width;
            laid
        };
        shown.into_iter().map(place).collect()
    }
}

/// The columns as they are written down: only what is not as usual, so that what is usual may change.
#[derive(Deserialize, Serialize)]
#[serde(default)]
struct Written {
    hidden: Vec<Column>,
    widths: BTreeMap<Column, u16>,
}

impl Default for Written {
    fn default() -> Self {
        Columns::default().into()
    }
}

impl From<Written> for Columns {
    fn from(written: Written) -> Self {
        let mut columns = Self::default();
        for column in Column::ALL {
            if columns.shows(column) == written.hidden.contains(&column) {
                columns.toggle(column);
            }
        }
        for (column, width) in written.widths {
            columns.resize(column, width.into());
        }
        columns
    }
}

impl From<Columns> for Written {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are within bounds")]
    fn from(columns: Columns) -> Self {
        let widths = Column::ALL.into_iter().map(|column| (column, columns.widths[column as usize]));
        let made = widths.filter(|(column, width)| (width - column.usual_width()).abs() > 0.5);
        let widths = made.map(|(column, width)| (column, width.round() as u16)).collect();
        Self { hidden: columns.hidden, widths }
    }
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

    #[test]
    fn where_there_is_little_room_the_least_important_columns_go() {
        let columns = Columns::default();
        let shown = |room| columns.laid_out(room).iter().map(|laid| laid.column).collect::<Vec<_>>();
        assert_eq!(shown(1400.0).len(), 7);
        assert_eq!(shown(420.0), [Column::Name, Column::Status]);
        assert_eq!(shown(100.0), [Column::Name]);
        let mut columns = columns;
        columns.toggle(Column::Name);
        columns.toggle(Column::Status);
        assert!(columns.shows(Column::Name) && !columns.shows(Column::Status));
    }

    proptest! {
        #[test]
        fn columns_fill_the_room_without_gaps(room in 0.0..4000.0_f32, wide in 0.0..900.0_f32, which in 0..8_usize) {
            let mut columns = Columns::default();
            columns.resize(Column::ALL[which], wide);
            let laid = columns.laid_out(room);
            let mut x = 0.0;
            for one in &laid {
                prop_assert!((one.x - x).abs() < 0.01 && one.width >= 0.0);
                x += one.width;
            }
            prop_assert!((x - room).abs() < 0.5, "{x} of {room}");
        }

        #[test]
        fn natural_order_is_an_order(a in "[a-c0-2]{0,6}", b in "[a-c0-2]{0,6}", c in "[a-c0-2]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
