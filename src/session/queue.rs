//! Who may run now. Pure: a function of what waits, what runs, and the limits.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::transfer::{Priority, TransferId};

/// Those that wait for room, in the order in which they start: the one with the highest priority first, and of
/// equal ones the oldest.
#[derive(Debug, Default)]
pub(super) struct Queue {
    order: BTreeSet<(Reverse<Priority>, TransferId)>,
    known: HashMap<TransferId, Priority>,
}

impl Queue {
    pub(super) fn insert(&mut self, id: TransferId, priority: Priority) {
        self.remove(id);
        self.order.insert((Reverse(priority), id));
        self.known.insert(id, priority);
    }

    pub(super) fn remove(&mut self, id: TransferId) {
        if let Some(priority) = self.known.remove(&id) {
            self.order.remove(&(Reverse(priority), id));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.order.iter().map(|(_, id)| *id)
    }
}

/// What ends sooner than this was a small thing.
const SMALL: Duration = Duration::from_secs(1);
/// As many small things run at once, for each that may run otherwise.
const THRONG: usize = 10;
/// How many more there may be for each that turned out to be small.
const MORE: usize = 2;

/// How many may run at once: as many as the settings say, and more as long as one after the other turns
/// out to be small. A thousand small files would otherwise spend their time waiting for answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    extra: usize,
}

impl Room {
    /// A transfer has ended after so long.
    pub(super) fn ended(&mut self, after: Duration, limit: usize) {
        if after < SMALL {
            self.extra = (self.extra + MORE).min(limit * (THRONG - 1));
        }
    }

    /// How many more may start beside those that have run for so long.
    pub(super) fn left(&mut self, running: impl Iterator<Item = Duration>, limit: usize) -> usize {
        let (all, large) =
            running.fold((0, 0), |(all, large), time| (all + 1, large + usize::from(time >= SMALL)));
        if large >= limit {
            self.extra = 0;
            return 0;
        }
        (limit + self.extra).saturating_sub(all)
    }
}

/// Those of `queued`, in its order, that may start where there is room for so many.
pub(super) fn next(queued: impl Iterator<Item = TransferId>, room: usize) -> Vec<TransferId> {
    queued.take(room).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    proptest! {
        #[test]
        fn the_oldest_of_the_highest_priority_start_first_and_never_more_than_there_is_room_for(
            priorities in prop::collection::vec(0..4_u8, 0..50),
            room in 0..50_usize,
        ) {
            let mut queue = Queue::default();
            let mut expected = Vec::new();
            for priority in &priorities {
                let priority = Priority::try_from(f32::from(*priority) / 4.0).unwrap();
                let id = TransferId::new();
                // It may have had another one before.
                queue.insert(id, Priority::default());
                queue.insert(id, priority);
                expected.push((Reverse(priority), id));
            }
            expected.sort_by_key(|(priority, _)| *priority);
            let started = next(queue.iter(), room);
            prop_assert_eq!(started.len(), priorities.len().min(room));
            prop_assert!(started.iter().eq(expected[..started.len()].iter().map(|(_, id)| id)));
            for (_, id) in expected {
                queue.remove(id);
            }
            prop_assert!(queue.is_empty());
        }

        #[test]
        fn no_more_large_ones_are_added_than_the_limit(running in 0..50_usize, limit in 1..20_usize, small in 0..100) {
            let mut room = Room::default();
            for _ in 0..small {
                room.ended(SHORT, limit);
            }
            let left = room.left((0..running).map(|_| LONG), limit);
            prop_assert!(running < limit || left == 0);
            prop_assert!(left == 0 || running + left <= limit * THRONG);
        }
    }

    #[test]
    fn many_small_ones_run_at_once_and_large_ones_as_the_settings_say() {
        let mut room = Room::default();
        assert_eq!(room.left([SHORT; 3].into_iter(), 5), 2);
        for _ in 0..1000 {
            room.ended(SHORT, 5);
        }
        assert_eq!(room.left([SHORT; 10].into_iter(), 5), 40);
        assert_eq!(room.left([LONG; 5].into_iter(), 5), 0);
        assert_eq!(room.left([SHORT; 3].into_iter(), 5), 2, "it begins anew");
    }
}
