//! Who may run now. Pure: a function of what waits, what runs, and the limits.

use crate::transfer::TransferId;

/// What the desktop knows that matters to transfers. Whoever knows it tells the session; a session
/// that is told nothing takes it that all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditions {
    /// Whether there is any network.
    pub online: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { online: true }
    }
}

/// Those of `queued`, oldest first, that may start while `running` others run.
pub(super) fn next(
    queued: impl Iterator<Item = TransferId>,
    running: usize,
    limit: usize,
    conditions: Conditions,
) -> Vec<TransferId> {
    let room = if conditions.online { limit.saturating_sub(running) } else { 0 };
    queued.take(room).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_oldest_start_first_and_never_more_than_the_limit(waiting in 0..50_usize, running in 0..50_usize, limit in 1..20_usize) {
            let queued: Vec<_> = (0..waiting).map(|_| TransferId::new()).collect();
            let started = next(queued.iter().copied(), running, limit, Conditions::default());
            prop_assert_eq!(&queued[..started.len()], started.as_slice());
            prop_assert_eq!(started.len(), waiting.min(limit.saturating_sub(running)));
        }
    }

    #[test]
    fn without_a_network_nothing_starts() {
        let queued = [TransferId::new()];
        assert!(next(queued.into_iter(), 0, 5, Conditions { online: false }).is_empty());
    }
}
