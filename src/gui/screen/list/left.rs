//! How the table was left, as it is kept for the next time.

use serde::{Deserialize, Serialize};

use super::List;
use super::columns::Columns;
use super::sort::Sort;

/// What is kept of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Left {
    /// Which columns there are, and how wide they are.
    pub columns: Columns,
    /// How the rows are ordered.
    pub sort: Sort,
    /// Whether the sidebar is there where there is room for it.
    pub sidebar: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self { columns: Columns::default(), sort: Sort::default(), sidebar: true }
    }
}

impl List {
    /// How it is now.
    pub fn left(&self) -> Left {
        Left { columns: self.columns.clone(), sort: self.listing.sort(), sidebar: self.sidebar }
    }

    /// Makes it as it was left.
    pub fn recall(&mut self, left: Left) {
        self.columns = left.columns;
        self.listing.order_by(left.sort);
        self.sidebar = left.sidebar;
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::Column;
    use super::*;

    #[test]
    fn columns_are_written_as_far_as_they_are_not_as_usual() {
        let mut columns = Columns::default();
        columns.resize(Column::Size, 200.4);
        let text = ron::to_string(&columns).unwrap();
        assert_eq!(text, "(hidden:[Priority],widths:{Size:200})");
        columns.resize(Column::Size, 200.0);
        assert_eq!(ron::from_str::<Columns>(&text).unwrap(), columns);
    }

    #[test]
    fn whatever_is_read_there_is_a_name_and_no_column_is_too_wide() {
        let columns: Columns =
            ron::from_str("(hidden: [Name, Size, Size], widths: {Name: 0, Speed: 65535})").unwrap();
        assert!(
            columns.shows(Column::Name) && !columns.shows(Column::Size) && columns.shows(Column::Priority)
        );
        let room = 3000.0;
        let laid = columns.laid_out(room);
        assert!(laid.iter().all(|laid| laid.width > 0.0 && laid.x + laid.width <= room + 0.5), "{laid:?}");
    }
}
