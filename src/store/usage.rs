//! What has gone over metered networks since a data plan began anew.

use std::io;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::document;

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

    /// Keeps it.
    pub(crate) fn save(self, folder: &Path) -> io::Result<()> {
        document::save(&self, &folder.join(NAME))
    }

    /// Counts so many bytes more, in the period that began on this day.
    pub(crate) fn count(&mut self, bytes: u64, since: Date) {
        if self.since != since {
            *self = Self { since, bytes: 0 };
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }
}
