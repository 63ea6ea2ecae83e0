//! Counts what goes over networks that cost something.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    count: Arc<Count>,
    /// How far each running transfer has been counted.
    counted: HashMap<TransferId, u64>,
    kept: Instant,
}

/// What was used: as far as the disk knows, and since then.
struct Count {
    used: Mutex<[Usage; 2]>,
    /// Whoever has it writes some of that down.
    turn: Mutex<()>,
}

impl Count {
    fn used(&self) -> MutexGuard<'_, [Usage; 2]> {
        // Two numbers make sense whatever has happened.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, folder: &Path) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let [_, more] = *self.used();
        if more.bytes == 0 {
            return;
        }
        match more.add_to(folder) {
            Ok(sum) => {
                let [kept, since] = &mut *self.used();
                *kept = sum;
                // A new period has begun meanwhile if these are different ones.
                if since.since == more.since {
                    since.bytes = since.bytes.saturating_sub(more.bytes);
                }
            }
            Err(error) => tracing::warn!(%error, "what was used of the data plan could not be kept"),
        }
    }
}

impl Metering {
    /// Counts on from what is kept in `folder`, where other processes may count, too.
    pub(super) fn new(folder: PathBuf) -> Self {
        let used = Mutex::new([Usage::load(&folder), Usage::default()]);
        let count = Arc::new(Count { used, turn: Mutex::new(()) });
        Self { folder, count, counted: HashMap::new(), kept: Instant::now() }
    }

    /// What was counted so far.
    pub(super) fn usage(&self) -> Usage {
        let [kept, since] = *self.count.used();
        kept.and(since)
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
            self.count.used()[1].count(more, since);
        }
        more
    }

    /// Writes the count down when it is time to, or `now`.
    pub(super) fn keep(&mut self, now: bool) {
        if self.count.used()[1].bytes == 0 || !now && self.kept.elapsed() < KEEP {
            return;
        }
        self.kept = Instant::now();
        let (count, folder) = (self.count.clone(), self.folder.clone());
        let keep = move || count.keep(&folder);
        // At the end nobody waits for other threads any more.
        if now { keep() } else { _ = tokio::task::spawn_blocking(keep) }
    }
}
