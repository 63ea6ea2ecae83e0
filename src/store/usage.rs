//! What has gone over metered networks since a data plan began anew.

use std::io;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{document, lock};

const NAME: &str = "usage.ron";

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// The first day of the period.
    pub since: Date,
    /// Bytes of all transfers, in both directions.
    pub bytes: u64,
}

impl Usage {
    /// What is kept in `folder`. What cannot be read counts as nothing: it is no reason not to work.
    pub(crate) fn load(folder: &Path) -> Self {
        document::load(&folder.join(NAME)).unwrap_or_default()
    }

    /// Adds it to what is kept in `folder`, and gives what that comes to: another process may have added to it.
    pub(crate) fn add_to(self, folder: &Path) -> io::Result<Self> {
        let _turn = lock::turn(folder, NAME)?;
        let sum = Self::load(folder).and(self);
        document::save(&sum, &folder.join(NAME))?;
        Ok(sum)
    }

    /// This and what came afterwards.
    #[must_use]
    pub(crate) fn and(mut self, more: Self) -> Self {
        if more.bytes > 0 {
            self.count(more.bytes, more.since);
        }
        self
    }

    /// Counts so many bytes more, in the period that began on this day.
    pub(crate) fn count(&mut self, bytes: u64, since: Date) {
        if self.since != since {
            *self = Self { since, bytes: 0 };
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(bytes: u64, day: i8) -> Usage {
        Usage { since: Date::constant(2026, 11, day), bytes }
    }

    #[test]
    fn what_several_have_used_is_added_up_and_a_new_period_begins_with_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| used(5, 1).add_to(dir.path()).unwrap());
            }
        });
        assert_eq!(Usage::load(dir.path()), used(40, 1));
        assert_eq!(Usage::default().add_to(dir.path()).unwrap(), used(40, 1), "nothing belongs to no period");
        assert_eq!(used(3, 15).add_to(dir.path()).unwrap(), used(3, 15));
    }
}
