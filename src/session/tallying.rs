//! Counts how much is moved, and what becomes of it, for whoever wants to know that later.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::civil::Date;

use super::command::Command;
use super::{Error, Session};
use crate::store::{load_statistics, save_statistics};
use crate::transfer::{Count, Job, State, Statistics, Transfer};

/// How often the count is kept, which a crash may lose so much of.
const KEEP: Duration = Duration::from_secs(60);

/// See the module.
pub(super) struct Tallying {
    folder: PathBuf,
    statistics: Statistics,
    /// Whether something was counted since it was kept.
    changed: bool,
    kept: Instant,
}

impl Session {
    /// How much was moved, day by day and in all.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn statistics(&self) -> Result<Statistics, Error> {
        self.ask(Command::Statistics).await
    }
}

impl Tallying {
    pub(super) fn new(folder: PathBuf) -> Self {
        let statistics = load_statistics(&folder);
        Self { folder, statistics, changed: false, kept: Instant::now() }
    }

    /// What was counted so far.
    pub(super) fn statistics(&self) -> Statistics {
        self.statistics.clone()
    }

    /// A transfer has moved so many bytes more.
    pub(super) fn moved(&mut self, transfer: &Transfer, bytes: u64, today: Date) {
        let none = Count::default();
        self.count(
            today,
            match transfer.job {
                Job::Download { .. } => Count { down: bytes, ..none },
                Job::Upload { .. } | Job::Leftover { .. } => Count { up: bytes, ..none },
            },
        );
    }

    /// A transfer is about to become this.
    pub(super) fn becomes(&mut self, transfer: &Transfer, state: &State) {
        if transfer.is_leftover() || transfer.state == *state {
            return;
        }
        let none = Count::default();
        match state {
            State::Completed => self.count(Zoned::now().date(), Count { completed: 1, ..none }),
            State::Failed(_) => self.count(Zoned::now().date(), Count { failed: 1, ..none }),
            _ => {}
        }
    }

    fn count(&mut self, today: Date, more: Count) {
        if more != Count::default() {
            self.statistics.count(today, more);
            self.changed = true;
        }
    }

    /// When it is to be counted and kept again, if `something` runs or was counted.
    pub(super) fn due(&self, something: bool) -> Option<Duration> {
        (something || self.changed).then(|| KEEP.saturating_sub(self.kept.elapsed()))
    }

    /// Writes the count down when it is time to, or `now`.
    pub(super) fn keep(&mut self, now: bool) {
        if !now && self.kept.elapsed() < KEEP {
            return;
        }
        self.kept = Instant::now();
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let (statistics, folder) = (self.statistics.clone(), self.folder.clone());
        let keep = move || {
            if let Err(error) = save_statistics(&statistics, &folder) {
                tracing::warn!(%error, "how much was moved could not be kept");
            }
        };
        // At the end nobody waits for other threads any more.
        if now { keep() } else { _ = tokio::task::spawn_blocking(keep) }
    }
}
