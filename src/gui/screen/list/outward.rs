//! Files that are dragged out of the window: those of finished downloads.

use std::path::PathBuf;

use crate::gui::store::Store;
use crate::{Kind, Phase, Snapshot, TransferId};

use super::{Action, List};

/// The file that a row stands for, if all of it has arrived.
pub fn file(row: &Snapshot) -> Option<&PathBuf> {
    row.path.as_ref().filter(|_| row.kind == Kind::Download && row.state == Phase::Completed)
}

impl List {
    /// The row was pulled away: its file comes along, and those of the other chosen rows if it is one of them.
    pub(super) fn pull(&mut self, id: TransferId, store: &Store) -> Action {
        // The press that began this and one after it are not a double one.
        self.last_press = None;
        let pulled = if self.selection.has(id) { self.chosen(store) } else { vec![id] };
        let files: Vec<_> = pulled.into_iter().filter_map(|id| file(store.get(id)?).cloned()).collect();
        if files.is_empty() { Action::None } else { Action::DragOut(files) }
    }

    /// Files are being dragged out, and would be welcome or not where the pointer is; or they are not any more.
    pub fn drag_outward(&mut self, welcome: Option<bool>) {
        self.outward = welcome;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::gui::keys::Reach;
    use crate::gui::sample::{download, upload};
    use crate::gui::screen::list::Message;

    fn list(rows: Vec<Snapshot>) -> (List, Store, Vec<TransferId>) {
        let mut store = Store::default();
        let ids = rows.iter().map(|row| row.id).collect();
        store.replace(rows);
        (List::default(), store, ids)
    }

    fn finished(name: &str) -> Snapshot {
        Snapshot { state: Phase::Completed, path: Some(format!("/got/{name}").into()), ..download(name) }
    }

    fn pulled(list: &mut List, id: TransferId, store: &Store) -> Vec<PathBuf> {
        match list.update(Message::Pulled(id), store, Instant::now()) {
            Action::DragOut(files) => files,
            Action::None => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_row_gives_its_own_file_and_a_chosen_one_those_of_all_that_are_finished() {
        let waits = download("waits");
        let sent = Snapshot { state: Phase::Completed, path: Some("/mine".into()), ..upload("sent") };
        let (mut list, store, ids) = list(vec![finished("a"), waits, finished("b"), sent, finished("c")]);
        for (at, reach) in [(0, Reach::Only), (1, Reach::Toggle), (2, Reach::Toggle), (3, Reach::Toggle)] {
            let _ = list.update(Message::Pressed(ids[at], reach), &store, Instant::now());
        }
        let mut together = pulled(&mut list, ids[0], &store);
        together.sort();
        assert_eq!(together, [PathBuf::from("/got/a"), "/got/b".into()]);
        assert_eq!(pulled(&mut list, ids[4], &store), [PathBuf::from("/got/c")]);
    }

    #[test]
    fn a_press_that_began_a_drag_makes_no_double_one_of_the_next() {
        let (mut list, store, ids) = list(vec![finished("a")]);
        let now = Instant::now();
        let press = || Message::Pressed(ids[0], Reach::Only);
        for drag in [Message::Pulled(ids[0]), Message::Carried { to: None }] {
            let _ = list.update(press(), &store, now);
            let _ = list.update(drag, &store, now);
            assert!(matches!(list.update(press(), &store, now), Action::None));
            assert!(matches!(list.update(press(), &store, now), Action::Do(..)), "these are one");
        }
    }

    #[test]
    fn what_has_no_file_of_its_own_yet_gives_none() {
        let begun = Snapshot { state: Phase::Running, ..finished("a") };
        let nowhere = Snapshot { path: None, ..finished("b") };
        let (mut list, store, ids) = list(vec![begun, nowhere]);
        for id in ids {
            assert!(pulled(&mut list, id, &store).is_empty());
        }
    }
}
