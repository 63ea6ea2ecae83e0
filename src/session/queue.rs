//! Who may run now. Pure: a function of what waits, what runs, and the limits.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::transfer::{GroupName, Priority, Rank, TransferId};

/// Those that wait for room, in the order in which they start: the one with the highest priority first, and of
/// equal ones the oldest, or as somebody has moved them.
#[derive(Debug, Default)]
pub(super) struct Queue {
    order: BTreeSet<(Reverse<Priority>, Rank, TransferId)>,
    known: HashMap<TransferId, (Priority, Rank)>,
}

impl Queue {
    pub(super) fn insert(&mut self, id: TransferId, priority: Priority, rank: Rank) {
        self.remove(id);
        self.order.insert((Reverse(priority), rank, id));
        self.known.insert(id, (priority, rank));
    }

    pub(super) fn remove(&mut self, id: TransferId) {
        if let Some((priority, rank)) = self.known.remove(&id) {
            self.order.remove(&(Reverse(priority), rank, id));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = TransferId> + '_ {
        self.order.iter().map(|(_, _, id)| *id)
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

/// One that waits for its turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub id: TransferId,
    /// The server that it speaks to.
    pub host: &'a str,
    /// Its group, if one runs after the other there.
    pub chain: Option<&'a GroupName>,
}

/// What those that run have taken: places at servers, and the one place of a chain.
#[derive(Debug, Default)]
pub(super) struct Taken<'a> {
    hosts: HashMap<&'a str, usize>,
    chains: HashSet<&'a GroupName>,
}

impl<'a> Taken<'a> {
    /// One that runs.
    pub(super) fn take(&mut self, running: Candidate<'a>) {
        *self.hosts.entry(running.host).or_default() += 1;
        self.chains.extend(running.chain);
    }

    fn is_free(&self, candidate: Candidate<'_>, per_host: usize) -> bool {
        let at_host = self.hosts.get(candidate.host).copied().unwrap_or_default();
        at_host < per_host && candidate.chain.is_none_or(|chain| !self.chains.contains(chain))
    }
}

/// Those of `waiting`, in its order, that may start where there is room for so many, and for so many at each server.
/// One that has to wait for its server or its chain keeps nobody else waiting.
pub(super) fn next<'a>(
    waiting: impl Iterator<Item = Candidate<'a>>,
    room: usize,
    per_host: usize,
    mut taken: Taken<'a>,
) -> Vec<TransferId> {
    let mut started = Vec::new();
    for candidate in waiting {
        if started.len() == room {
            break;
        }
        if taken.is_free(candidate, per_host) {
            taken.take(candidate);
            started.push(candidate.id);
        }
    }
    started
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    proptest! {
        #[test]
        fn the_first_of_the_highest_priority_start_first_and_never_more_than_there_is_room_for(
            asked in prop::collection::vec((0..4_u8, any::<bool>()), 0..50),
            room in 0..50_usize,
        ) {
            let mut queue = Queue::default();
            let mut expected = Vec::new();
            for (priority, moved) in &asked {
                let priority = Priority::try_from(f32::from(*priority) / 4.0).unwrap();
                let id = TransferId::new();
                let first = expected.iter().map(|(_, rank, _)| *rank).min();
                let rank = first.filter(|_| *moved).and_then(|first| Rank::between(None, Some(first)));
                let rank = rank.unwrap_or_else(|| Rank::of(id));
                // It may have had another place before.
                queue.insert(id, Priority::default(), Rank::of(id));
                queue.insert(id, priority, rank);
                expected.push((Reverse(priority), rank, id));
            }
            expected.sort();
            let free = |id| Candidate { id, host: "", chain: None };
            let started = next(queue.iter().map(free), room, usize::MAX, Taken::default());
            prop_assert_eq!(started.len(), asked.len().min(room));
            prop_assert!(started.iter().eq(expected[..started.len()].iter().map(|(_, _, id)| id)));
            for (_, _, id) in expected {
                queue.remove(id);
            }
            prop_assert!(queue.is_empty());
        }

        #[test]
        fn every_server_has_so_many_and_every_chain_one_and_nobody_waits_without_need(
            asked in prop::collection::vec((0..4_usize, 0..4_usize), 0..60),
            running in prop::collection::vec((0..4_usize, 0..4_usize), 0..6),
            room in 0..60_usize,
            per_host in 1..4_usize,
        ) {
            let hosts = ["a", "b", "c", "d"];
            let chains: Vec<GroupName> = ["x", "y", "z"].iter().map(|name| name.parse().unwrap()).collect();
            let of = |(host, chain): &(usize, usize)| Candidate {
                id: TransferId::new(),
                host: hosts[*host],
                chain: chains.get(*chain),
            };
            let mut taken = Taken::default();
            let mut seen = Taken::default();
            for one in &running {
                taken.take(of(one));
                seen.take(of(one));
            }
            let waiting: Vec<_> = asked.iter().map(of).collect();
            let started = next(waiting.iter().copied(), room, per_host, taken);
            prop_assert!(started.len() <= room);
            // Whoever was left waiting had to, at that moment.
            let mut left = started.iter();
            let mut expected = left.next();
            for candidate in waiting {
                if Some(&candidate.id) == expected {
                    prop_assert!(seen.is_free(candidate, per_host));
                    seen.take(candidate);
                    expected = left.next();
                } else if expected.is_some() || started.len() < room {
                    prop_assert!(!seen.is_free(candidate, per_host));
                }
            }
            prop_assert!(expected.is_none(), "in their order");
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
