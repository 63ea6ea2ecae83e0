//! How others look at the connections of a task while it works. As long as nobody does, it costs nothing.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::transfer::{Connection, Ranges};

/// What can be looked at.
pub(crate) trait Seen: Send + Sync {
    /// What has arrived of a file, and who gets the rest.
    fn seen(&self) -> (Ranges, Vec<Connection>);
}

/// Where a task lets others look. Clones look at the same.
#[derive(Clone, Default)]
pub(crate) struct Sight(Arc<Mutex<Option<Weak<dyn Seen>>>>);

impl Sight {
    /// From now on this is seen, for as long as it lives.
    pub(crate) fn show<T: Seen + 'static>(&self, work: &Arc<T>) {
        let work: Weak<T> = Arc::downgrade(work);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(work);
    }

    /// What there is to see now.
    pub(crate) fn look(&self) -> Option<(Ranges, Vec<Connection>)> {
        let work = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        work.and_then(|work| work.upgrade()).map(|work| work.seen())
    }
}
