//! Which rows are chosen, as in every file manager: with the mouse, with Shift and Ctrl, and with the arrow keys.

use std::collections::HashSet;

use crate::TransferId;
use crate::gui::keys::Reach;

/// See the module. Rows are named by their ids, so they stay chosen wherever they move to.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    chosen: HashSet<TransferId>,
    /// From where a row is chosen [through](Reach::Through).
    anchor: Option<TransferId>,
    /// The row that the arrow keys start from.
    cursor: Option<TransferId>,
}

impl Selection {
    /// Whether this one is chosen.
    pub fn has(&self, id: TransferId) -> bool {
        self.chosen.contains(&id)
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether more than one is.
    pub fn has_several(&self) -> bool {
        self.chosen.len() > 1
    }

    /// The row that the arrow keys start from.
    pub fn cursor(&self) -> Option<TransferId> {
        self.cursor
    }

    /// The chosen ones, in the order of the list.
    pub fn in_order<'a>(&'a self, order: &'a [TransferId]) -> impl Iterator<Item = TransferId> + 'a {
        order.iter().copied().filter(|id| self.has(*id))
    }

    /// Chooses a row.
    pub fn choose(&mut self, id: TransferId, reach: Reach, order: &[TransferId]) {
        self.cursor = Some(id);
        match reach {
            Reach::Only => {
                self.chosen = HashSet::from([id]);
                self.anchor = Some(id);
            }
            Reach::Toggle => {
                if !self.chosen.remove(&id) {
                    self.chosen.insert(id);
                }
                self.anchor = Some(id);
            }
            Reach::Through => {
                let at = |id| order.iter().position(|known| *known == id);
                let Some((from, to)) = self.anchor.and_then(at).zip(at(id)) else {
                    return self.choose(id, Reach::Only, order);
                };
                self.chosen = order[from.min(to)..=from.max(to)].iter().copied().collect();
            }
        }
    }

    /// Chooses the row that is `by` rows further; what comes back is where that is.
    pub fn step(&mut self, by: isize, reach: Reach, order: &[TransferId]) -> Option<usize> {
        let last = order.len().checked_sub(1)?;
        let to = match self.cursor.and_then(|id| order.iter().position(|known| *known == id)) {
            Some(at) => at.saturating_add_signed(by).min(last),
            None if by > 1 => last,
            None => 0,
        };
        match reach {
            // The cursor alone moves, for Ctrl and Space to choose what is not beside each other.
            Reach::Toggle => self.cursor = Some(order[to]),
            reach => self.choose(order[to], reach, order),
        }
        Some(to)
    }

    /// Chooses all.
    pub fn all(&mut self, order: &[TransferId]) {
        self.chosen = order.iter().copied().collect();
        self.cursor = self.cursor.or_else(|| order.first().copied());
    }

    /// Chooses none.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Lets go of a row that is about to leave the list, and chooses its neighbour if it was the only one.
    pub fn forget(&mut self, id: TransferId, order: &[TransferId]) {
        let was_only = self.chosen.remove(&id) && self.chosen.is_empty();
        if self.anchor == Some(id) {
            self.anchor = None;
        }
        if !was_only && self.cursor != Some(id) {
            return;
        }
        let at = order.iter().position(|known| *known == id);
        let neighbour = |at: usize| order.get(at + 1).or_else(|| order.get(at.checked_sub(1)?));
        self.cursor = at.and_then(neighbour).copied();
        if was_only && let Some(next) = self.cursor {
            self.choose(next, Reach::Only, order);
        }
    }

    /// Keeps only those that are still listed.
    pub fn retain(&mut self, is_listed: impl Fn(TransferId) -> bool) {
        self.chosen.retain(|id| is_listed(*id));
        self.anchor = self.anchor.filter(|id| is_listed(*id));
        self.cursor = self.cursor.filter(|id| is_listed(*id));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order(count: usize) -> Vec<TransferId> {
        std::iter::repeat_with(TransferId::new).take(count).collect()
    }

    fn chosen(selection: &Selection, order: &[TransferId]) -> Vec<usize> {
        (0..order.len()).filter(|at| selection.has(order[*at])).collect()
    }

    #[test]
    fn shift_chooses_through_and_ctrl_one_more_or_less() {
        let order = order(6);
        let mut selection = Selection::default();
        selection.choose(order[1], Reach::Only, &order);
        selection.choose(order[3], Reach::Through, &order);
        assert_eq!(chosen(&selection, &order), [1, 2, 3]);
        selection.choose(order[0], Reach::Through, &order);
        assert_eq!(chosen(&selection, &order), [0, 1]);
        selection.choose(order[4], Reach::Toggle, &order);
        selection.choose(order[0], Reach::Toggle, &order);
        assert_eq!(chosen(&selection, &order), [1, 4]);
        selection.choose(order[2], Reach::Only, &order);
        assert_eq!(chosen(&selection, &order), [2]);
    }

    #[test]
    fn arrow_keys_begin_at_an_edge_and_stop_there() {
        let order = order(3);
        let mut selection = Selection::default();
        assert_eq!(selection.step(1, Reach::Only, &order), Some(0));
        assert_eq!(selection.step(-5, Reach::Only, &order), Some(0));
        assert_eq!(selection.step(isize::MAX, Reach::Through, &order), Some(2));
        assert_eq!(chosen(&selection, &order), [0, 1, 2]);
        assert_eq!(Selection::default().step(isize::MAX, Reach::Only, &order), Some(2));
        assert_eq!(Selection::default().step(1, Reach::Only, &[]), None);
    }

    #[test]
    fn when_the_only_chosen_row_goes_its_neighbour_is_chosen() {
        let order = order(3);
        let mut selection = Selection::default();
        selection.choose(order[2], Reach::Only, &order);
        selection.forget(order[2], &order);
        assert_eq!(chosen(&selection, &order), [1]);
        selection.choose(order[0], Reach::Toggle, &order);
        selection.forget(order[0], &order);
        assert_eq!(chosen(&selection, &order), [1]);
    }

    proptest! {
        #[test]
        fn whatever_is_done_only_listed_rows_are_chosen(
            acts in prop::collection::vec((0..5_u8, 0..8_usize, -9..9_isize), 0..30),
        ) {
            let order = order(8);
            let mut selection = Selection::default();
            for (act, at, by) in acts {
                let reach = [Reach::Only, Reach::Toggle, Reach::Through][at % 3];
                match act {
                    0 | 1 => selection.choose(order[at], reach, &order),
                    2 => _ = selection.step(by, reach, &order),
                    3 => selection.all(&order),
                    _ => selection.retain(|id| id != order[at]),
                }
            }
            prop_assert_eq!(selection.in_order(&order).count(), chosen(&selection, &order).len());
            prop_assert!(selection.cursor().is_none_or(|id| order.contains(&id)));
            selection.retain(|_| false);
            prop_assert!(selection.is_empty());
        }
    }
}
