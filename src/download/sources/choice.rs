//! Which source gets the next connection, and which one loses them. Pure.

/// A source is slow whose connections bring less than this part of what those of another one do.
const SLOW: f64 = 0.25;

/// How a source stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// Connections to it, and how many there may be; none to one that was dropped.
    pub open: usize,
    pub allowed: usize,
    /// Whether it had a connection ever.
    pub tried: bool,
    /// Bytes a second that one of its connections brings, where that is known.
    pub rate: Option<f64>,
}

/// The one of those with room that gets the next connection: each of them once in turn, then the one
/// whose connections are fastest. What is not known yet is taken to be as fast as is usual.
pub(super) fn next(sources: &[Standing]) -> Option<usize> {
    let has_room = |number: &usize| sources[*number].open < sources[*number].allowed;
    let with_room = || (0..sources.len()).filter(has_room);
    if let Some(untried) = with_room().find(|number| !sources[*number].tried) {
        return Some(untried);
    }
    let known: Vec<f64> = sources.iter().filter_map(|source| source.rate).collect();
    #[expect(clippy::cast_precision_loss, reason = "there are few sources")]
    let usual = known.iter().sum::<f64>() / known.len().max(1) as f64;
    with_room().min_by(|a, b| {
        let (a, b) = (&sources[*a], &sources[*b]);
        let faster = b.rate.unwrap_or(usual).total_cmp(&a.rate.unwrap_or(usual));
        faster.then(a.open.cmp(&b.open))
    })
}

/// Whether the connections to this one are better spent on another one, which is much faster and has room.
pub(super) fn is_slow(sources: &[Standing], number: usize) -> bool {
    let Some(rate) = sources[number].rate else { return false };
    let with_room = sources.iter().filter(|source| source.open < source.allowed);
    with_room.filter_map(|source| source.rate).any(|faster| rate < faster * SLOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn standing() -> impl Strategy<Value = Standing> {
        (0_usize..6, 0_usize..6, any::<bool>(), prop::option::of(0.0..1e9_f64)).prop_map(
            |(open, allowed, tried, rate)| {
                let tried = tried || open > 0 || rate.is_some();
                Standing { open, allowed, tried, rate }
            },
        )
    }

    proptest! {
        #[test]
        fn whoever_is_chosen_has_room_and_somebody_is_if_anybody_has(
            sources in prop::collection::vec(standing(), 0..8)
        ) {
            let anybody = sources.iter().any(|source| source.open < source.allowed);
            match next(&sources) {
                Some(number) => prop_assert!(sources[number].open < sources[number].allowed),
                None => prop_assert!(!anybody),
            }
        }

        #[test]
        fn each_is_tried_once_and_then_nobody_with_room_is_faster(
            sources in prop::collection::vec(standing(), 1..8)
        ) {
            let Some(number) = next(&sources) else { return Ok(()) };
            let others = sources.iter().filter(|source| source.open < source.allowed);
            if sources[number].tried {
                for other in others {
                    prop_assert!(other.tried);
                    if let (Some(rate), Some(chosen)) = (other.rate, sources[number].rate) {
                        prop_assert!(rate <= chosen);
                    }
                }
            }
        }

        #[test]
        fn whoever_is_slow_does_not_get_the_next_connection_if_all_were_tried(
            sources in prop::collection::vec(standing(), 1..8)
        ) {
            let slow: Vec<_> = (0..sources.len()).filter(|number| is_slow(&sources, *number)).collect();
            prop_assert!(slow.len() < sources.len());
            if let Some(number) = next(&sources).filter(|number| sources[*number].tried) {
                prop_assert!(!slow.contains(&number));
            }
        }

        #[test]
        fn all_connections_together_fill_all_room(mut sources in prop::collection::vec(standing(), 0..8)) {
            let room: usize = sources.iter().map(|it| it.allowed.saturating_sub(it.open)).sum();
            let mut opened = 0;
            while let Some(number) = next(&sources) {
                sources[number].open += 1;
                sources[number].tried = true;
                opened += 1;
            }
            prop_assert_eq!(opened, room);
        }
    }

    #[test]
    fn those_of_which_nothing_is_known_share_evenly() {
        let mut sources = [Standing { allowed: 9, ..Standing::default() }; 3];
        for _ in 0..9 {
            let number = next(&sources).unwrap();
            sources[number].open += 1;
            sources[number].tried = true;
        }
        assert_eq!(sources.map(|source| source.open), [3, 3, 3]);
    }
}
