//! The columns of the table: which are shown, and how wide they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// How wide a name is at least, in pixels, before other columns give way.
const NAME: f32 = 220.0;
/// How much of what is left goes to the others until each is as wide as it has use for.
const OTHERS: f32 = 0.5;
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
            Self::Size => 136.0,
            Self::Speed | Self::Priority => 90.0,
            Self::TimeLeft => 92.0,
            Self::Status => 168.0,
            Self::Progress => 120.0,
            Self::Added => 148.0,
        }
    }

    /// How wide it becomes by itself where there is room: more than its longest words need would be empty.
    fn roomy_width(self) -> f32 {
        match self {
            Self::Name => f32::INFINITY,
            Self::Progress => 220.0,
            Self::Size => 170.0,
            Self::Speed | Self::TimeLeft | Self::Priority => 120.0,
            // What went wrong is a sentence.
            Self::Status => 640.0,
            Self::Added => 190.0,
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
    pub(super) fn begins_descending(self) -> bool {
        !matches!(self, Self::Name | Self::Status | Self::TimeLeft)
    }
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

    /// How much wider a column would become: not at all if somebody has given it a width.
    fn more(&self, column: Column) -> f32 {
        let is_usual = (self.widths[column as usize] - column.usual_width()).abs() <= 0.5;
        if is_usual { column.roomy_width() - column.usual_width() } else { 0.0 }
    }

    /// Where the columns stand in so much room. Names get what the others leave, and where that is too little the
    /// least important columns go. Where much is left, those become wider that nobody has given a width.
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
        let more = |column: Column| self.more(column);
        let wanted: f32 = shown.iter().skip(1).map(|column| more(*column)).sum();
        let part = if wanted > 0.0 { (spare * OTHERS / wanted).min(1.0) } else { 0.0 };
        let name = (room - others(&shown) - wanted * part).max(0.0);
        let mut x = 0.0;
        let place = |column| {
            let width = if column == Column::Name { name } else { width(column) + more(column) * part };
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

    #[test]
    fn much_room_is_for_names_and_for_others_as_far_as_they_have_use_for_it() {
        let mut columns = Columns::default();
        let width = |columns: &Columns, room, column| {
            columns.laid_out(room).into_iter().find(|laid| laid.column == column).unwrap().width
        };
        for room in [1400.0, 1900.0, 2500.0, 3800.0] {
            let others = Column::ALL[1..7].iter().map(|column| width(&columns, room, *column));
            assert!(others.clone().zip(&Column::ALL[1..]).all(|(is, column)| is <= column.roomy_width()));
            assert!(width(&columns, room, Column::Name) > others.fold(0.0, f32::max), "{room}");
        }
        columns.resize(Column::Status, 240.0);
        assert!((width(&columns, 3800.0, Column::Status) - 240.0).abs() < 0.5, "as somebody made it");
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
    }
}
