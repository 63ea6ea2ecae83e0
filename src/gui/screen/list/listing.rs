//! What the table lists, and in which order: a part of the transfers, those in which some words are found.

use std::cell::{Ref, RefCell};
use std::collections::HashSet;

use crate::gui::store::Store;
use crate::{Snapshot, TransferId};

use super::place::{Counts, Place};
use super::sort::Sort;

/// See the module. The order is made when somebody asks for it and something has changed, however much that was.
#[derive(Debug, Default)]
pub struct Listing {
    place: Place,
    words: Vec<String>,
    sort: Sort,
    /// Those that are about to be removed.
    leaving: HashSet<TransferId>,
    made: RefCell<Option<Made>>,
}

/// The list as it was made.
#[derive(Debug)]
pub struct Made {
    /// The rows from top to bottom.
    pub order: Vec<TransferId>,
    /// How many there are in each place, whatever words are looked for.
    pub counts: Counts,
}

impl Listing {
    /// Something has changed that may be listed.
    pub fn changed(&mut self) {
        self.made = RefCell::default();
    }

    /// Some have moved on.
    pub fn moved(&mut self) {
        if self.sort.moves() {
            self.changed();
        }
    }

    /// The list as it is now.
    pub fn of(&self, store: &Store) -> Ref<'_, Made> {
        if self.made.borrow().is_none() {
            *self.made.borrow_mut() = Some(self.make(store));
        }
        Ref::map(self.made.borrow(), |made| made.as_ref().unwrap_or(&NOTHING))
    }

    fn make(&self, store: &Store) -> Made {
        let staying = || store.rows().iter().filter(|row| !self.leaving.contains(&row.id));
        let mut rows: Vec<&Snapshot> =
            staying().filter(|row| self.place.has(row) && self.finds(row)).collect();
        // They come in the order that this is.
        if self.sort != Sort::default() {
            rows.sort_by(|a, b| self.sort.compare(a, b));
        }
        Made { order: rows.iter().map(|row| row.id).collect(), counts: Counts::of(staying()) }
    }

    /// Whether all words are found somewhere in what a row says, and a link in where it comes from or goes to.
    fn finds(&self, row: &Snapshot) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let group = row.group.as_deref().unwrap_or_default();
        let destination = row.destination.as_deref().unwrap_or_default();
        let text = format!("{} {} {group} {destination}", row.name, row.url.host()).to_lowercase();
        // Parts of paths would be found where nobody sees them.
        let is_there = |link: &String| row.url.expose().to_lowercase().contains(link);
        self.words.iter().all(|word| text.contains(word.as_str()) || word.contains("://") && is_there(word))
    }

    /// Which part of the transfers is listed.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Lists another part.
    pub fn go(&mut self, place: Place) {
        self.place = place;
        self.changed();
    }

    /// How the rows are ordered.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Orders them in another way.
    pub fn order_by(&mut self, sort: Sort) {
        self.sort = sort;
        self.changed();
    }

    /// Lists only those in which all of these words are found.
    pub fn look_for(&mut self, words: &str) {
        self.words = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
        self.changed();
    }

    /// Whether some words are looked for.
    pub fn is_searched(&self) -> bool {
        !self.words.is_empty()
    }

    /// Does not list these, as they are about to be removed.
    pub fn hide(&mut self, ids: impl IntoIterator<Item = TransferId>) {
        self.leaving.extend(ids);
        self.changed();
    }

    /// They stay after all, or are gone.
    pub fn unhide(&mut self, ids: &[TransferId]) {
        self.leaving.retain(|id| !ids.contains(id));
        self.changed();
    }
}

static NOTHING: Made = Made { order: Vec::new(), counts: Counts::NONE };

#[cfg(test)]
mod tests {
    use super::super::columns::Column;
    use super::*;
    use crate::gui::sample::{download, upload};

    fn names(listing: &Listing, store: &Store) -> Vec<String> {
        let order = listing.of(store).order.clone();
        order.iter().map(|id| store.get(*id).unwrap().name.clone()).collect()
    }

    #[test]
    fn it_lists_a_part_in_its_order_and_finds_words() {
        let mut store = Store::default();
        store.replace(vec![download("b.iso"), upload("a.iso"), download("C of B.pdf")]);
        let mut listing = Listing::default();
        assert_eq!(names(&listing, &store), ["C of B.pdf", "a.iso", "b.iso"]);
        listing.order_by(Sort::default().chosen(Column::Name));
        assert_eq!(names(&listing, &store), ["a.iso", "b.iso", "C of B.pdf"]);
        listing.go(Place::Downloads);
        listing.look_for(" B  EXAMPLE ");
        assert_eq!(names(&listing, &store), ["b.iso", "C of B.pdf"]);
        assert_eq!(listing.of(&store).counts.at(&Place::All), 3);
    }

    #[test]
    fn a_link_finds_what_comes_from_there_and_a_part_of_its_path_nothing() {
        let mut store = Store::default();
        store.replace(vec![download("b.iso"), download("c.iso")]);
        let mut listing = Listing::default();
        listing.look_for("HTTPS://example.org/b.iso");
        assert_eq!(names(&listing, &store), ["b.iso"]);
        listing.look_for("example.org/b.iso");
        assert!(names(&listing, &store).is_empty());
    }

    #[test]
    fn what_is_about_to_be_removed_is_not_listed() {
        let mut store = Store::default();
        store.replace(vec![download("a"), download("b")]);
        let id = store.rows()[0].id;
        let mut listing = Listing::default();
        listing.hide([id]);
        assert_eq!(names(&listing, &store), ["a"]);
        assert_eq!(listing.of(&store).counts.at(&Place::All), 1);
        listing.unhide(&[id]);
        assert_eq!(names(&listing, &store), ["b", "a"]);
    }
}
