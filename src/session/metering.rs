//! Counts what goes over networks that cost something.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::Date;

use super::running::Running;
use crate::store::Usage;
use crate::transfer::TransferId;

/// How often the count is kept, which a crash may lose so much of.
const KEEP: Duration = Duration::from_secs(15);

/// See the module.
pub(super) struct Metering {
    folder: PathBuf,
    usage: Usage,
    /// How far each running transfer has been counted.
    counted: HashMap<TransferId, u64>,
    kept: (Instant, Usage),
}

impl Metering {
    pub(super) fn new(folder: PathBuf) -> Self {
        let usage = Usage::load(&folder);
        Self { folder, usage, counted: HashMap::new(), kept: (Instant::now(), usage) }
    }

    /// What was counted so far.
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// It runs no more.
    pub(super) fn forget(&mut self, id: TransferId) {
        self.counted.remove(&id);
    }

    /// Takes note of what a running transfer has moved, and counts it if that `costs` something. What comes
    /// back is how much it was since the last time.
    pub(super) fn note(&mut self, id: TransferId, running: &Running, costs: Option<Date>) -> u64 {
        let moved = running.meter.fetched();
        let before = self.counted.insert(id, moved).unwrap_or_default();
        let more = moved.saturating_sub(before);
        if let Some(since) = costs {
            self.usage.count(more, since);
        }
        more
    }

    /// Writes the count down when it is time to, or `now`.
    pub(super) fn keep(&mut self, now: bool) {
        let (when, what) = self.kept;
        if what == self.usage || !now && when.elapsed() < KEEP {
            return;
        }
        self.kept = (Instant::now(), self.usage);
        let (usage, folder) = (self.usage, self.folder.clone());
        let keep = move || {
            if let Err(error) = usage.save(&folder) {
                tracing::warn!(%error, "what was used of the data plan could not be kept");
            }
        };
        // At the end nobody waits for other threads any more.
        if now { keep() } else { _ = tokio::task::spawn_blocking(keep) }
    }
}
