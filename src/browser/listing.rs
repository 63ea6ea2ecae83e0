//! What the popup of the extension lists: everything that is not over, the newest first.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ipc::Update;
use crate::{Event, Kind, Phase, Progress, Snapshot, TransferId};

/// More are only counted: a message has a bound, and nobody scrolls that far.
const MOST: usize = 100;
/// Longest name and sentence, in letters.
const LONGEST: usize = 200;

/// The list of what runs.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct List {
    /// The newest.
    pub transfers: Vec<Row>,
    /// How many others there are.
    pub more: usize,
}

/// One transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    id: String,
    name: String,
    state: Phase,
    done: u64,
    total: Option<u64>,
    rate: Option<u64>,
    eta: Option<u64>,
    error: Option<String>,
}

impl Row {
    fn of(transfer: &Snapshot) -> Self {
        let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
        let mut row = Self {
            id: transfer.id.to_string(),
            name: cut(&transfer.name),
            state: transfer.state,
            done: 0,
            total: None,
            rate: None,
            eta: None,
            error: transfer.error.as_ref().map(|error| cut(&error.message)),
        };
        row.moved(&transfer.progress);
        row
    }

    fn moved(&mut self, progress: &Progress) {
        (self.done, self.total) = (progress.done, progress.total);
        (self.rate, self.eta) = (progress.rate, progress.eta);
    }
}

/// See the module. Names sort by the time they were given.
#[derive(Debug, Default)]
pub(super) struct Listing(BTreeMap<TransferId, Row>);

impl Listing {
    /// Takes what a session tells.
    pub(super) fn apply(&mut self, update: &Update) {
        match update {
            Update::All(transfers) => {
                self.0.clear();
                for transfer in transfers {
                    self.put(transfer);
                }
            }
            Update::Event(Event::Added { transfer } | Event::Changed { transfer }) => self.put(transfer),
            Update::Event(Event::Removed { id }) => drop(self.0.remove(id)),
            Update::Progress(moved) => {
                for (id, progress) in moved.iter() {
                    if let Some(row) = self.0.get_mut(id) {
                        row.moved(progress);
                    }
                }
            }
            Update::Gone => self.0.clear(),
            Update::Event(_) | Update::OpenWindow(_) | Update::WhenDone(_) => {}
        }
    }

    fn put(&mut self, transfer: &Snapshot) {
        let is_over = matches!(transfer.state, Phase::Completed | Phase::Cancelled);
        if is_over || transfer.kind == Kind::Leftover {
            self.0.remove(&transfer.id);
        } else {
            self.0.insert(transfer.id, Row::of(transfer));
        }
    }

    /// As it is said.
    pub(super) fn list(&self) -> List {
        let transfers: Vec<_> = self.0.values().rev().take(MOST).cloned().collect();
        List { more: self.0.len() - transfers.len(), transfers }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{DownloadRequest, Job, Transfer};

    fn snapshot(state: Phase) -> Snapshot {
        let request = DownloadRequest::new("https://a.example/f.iso").unwrap();
        let transfer = Transfer::new(Job::Download { request, partial: None });
        Snapshot { state, ..Snapshot::of(&transfer, None) }
    }

    #[test]
    fn what_is_over_is_not_listed() {
        let mut listing = Listing::default();
        let states = [Phase::Running, Phase::Completed, Phase::Paused, Phase::Cancelled, Phase::Failed];
        listing.apply(&Update::All(states.map(snapshot).to_vec()));
        let states: Vec<_> = listing.list().transfers.iter().map(|row| row.state).collect();
        assert_eq!(states, [Phase::Failed, Phase::Paused, Phase::Running]);
    }

    #[test]
    fn a_transfer_is_listed_as_it_goes_and_until_it_ends() {
        let mut listing = Listing::default();
        let mut transfer = snapshot(Phase::Running);
        listing.apply(&Update::Event(Event::Added { transfer: Arc::new(transfer.clone()) }));
        let progress = Progress { done: 7, total: Some(9), ..Progress::default() };
        listing.apply(&Update::Progress([(transfer.id, progress), (TransferId::new(), progress)].into()));
        let list = listing.list();
        assert_eq!((list.transfers[0].done, list.transfers[0].total, list.transfers.len()), (7, Some(9), 1));
        transfer.state = Phase::Completed;
        listing.apply(&Update::Event(Event::Changed { transfer: Arc::new(transfer) }));
        assert_eq!(listing.list(), List::default());
    }

    #[test]
    fn a_long_list_fits_into_a_message() {
        let mut long = snapshot(Phase::Failed);
        long.name = "ä".repeat(10_000);
        let all = (0..5000).map(|_| Snapshot { id: TransferId::new(), ..long.clone() });
        let mut listing = Listing::default();
        listing.apply(&Update::All(all.collect()));
        let list = listing.list();
        assert_eq!((list.transfers.len(), list.more), (MOST, 4900));
        assert!(serde_json::to_vec(&list).unwrap().len() < super::super::frame::LONGEST / 2);
    }
}
