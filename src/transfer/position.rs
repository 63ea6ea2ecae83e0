//! Where a transfer stands among those of its priority.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::TransferId;

/// A place in the order of those of the same priority, lowest first. That of a transfer that nobody has moved is its
/// name, which is later than those of older ones (RFC 9562 §5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(Uuid);

/// Where a transfer is moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position<I = TransferId> {
    /// Before all others of its priority.
    First,
    /// Behind all others of its priority.
    Last,
    /// Right before this one, with its priority.
    Before(I),
    /// Right behind this one, with its priority.
    After(I),
    /// Before all others of its group; where one runs after the other it runs now, and the one that did waits.
    Current,
}

impl Rank {
    /// That of a transfer that nobody has moved.
    #[must_use]
    pub fn of(id: TransferId) -> Self {
        Self(id.0)
    }

    /// One between these, as far from both as may be; nothing if there is none. Without one of them it is a good
    /// way before or behind the other.
    #[must_use]
    pub fn between(before: Option<Self>, after: Option<Self>) -> Option<Self> {
        /// As much as the names of about a minute.
        const FAR: u128 = 1 << 96;
        let number = |rank: Self| rank.0.as_u128();
        let middle = match (before.map(number), after.map(number)) {
            (Some(before), Some(after)) => before.checked_add(after.checked_sub(before)? / 2)?,
            (Some(before), None) => before.saturating_add(FAR),
            (None, Some(after)) => after.saturating_sub(FAR),
            (None, None) => return None,
        };
        let middle = Self(Uuid::from_u128(middle));
        (before.is_none_or(|before| before < middle) && after.is_none_or(|after| middle < after))
            .then_some(middle)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rank(number: u128) -> Rank {
        Rank(Uuid::from_u128(number))
    }

    #[test]
    fn there_is_room_between_the_names_of_two_transfers() {
        let (one, two) = (Rank::of(TransferId::new()), Rank::of(TransferId::new()));
        let mut last = two;
        // Each time into the same gap: it halves.
        for _ in 0..20 {
            let between = Rank::between(Some(one), Some(last)).unwrap();
            assert!(one < between && between < last);
            last = between;
        }
    }

    proptest! {
        #[test]
        fn what_is_between_is_between(a in any::<u128>(), b in any::<u128>()) {
            let (low, high) = (a.min(b), a.max(b));
            match Rank::between(Some(rank(low)), Some(rank(high))) {
                Some(middle) => prop_assert!(rank(low) < middle && middle < rank(high)),
                None => prop_assert!(high - low < 2),
            }
            prop_assert!(Rank::between(Some(rank(low)), None).is_none_or(|it| rank(low) < it));
            prop_assert!(Rank::between(None, Some(rank(low))).is_none_or(|it| it < rank(low)));
        }
    }
}
