//! Where is kept how much was moved.

use std::io;
use std::path::Path;

use super::document;
use crate::transfer::Statistics;

const NAME: &str = "statistics.ron";

/// What is kept in `folder`. What cannot be read counts as nothing: it is no reason not to work.
pub(crate) fn load_statistics(folder: &Path) -> Statistics {
    document::load(&folder.join(NAME)).unwrap_or_default()
}

/// Keeps it. A file that could not be read is set aside.
pub(crate) fn save_statistics(statistics: &Statistics, folder: &Path) -> io::Result<()> {
    document::save(statistics, &folder.join(NAME))
}
