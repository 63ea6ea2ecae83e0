//! How far all that runs is, taken together. What runs one after the other belongs together as long as something
//! runs, so that what is done never goes back only because one of many has ended.

use std::collections::{HashMap, HashSet};

use crate::system::dock::Badge;
use crate::system::job_view::Work;
use crate::{Event, Kind, Phase, Progress, Snapshot, TransferId};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Overall {
    running: HashSet<TransferId>,
    /// Those that run and those that are done.
    together: HashMap<TransferId, One>,
    /// Those that failed while we looked, and that nobody has done anything about.
    failed: HashSet<TransferId>,
}

/// One of them.
#[derive(Debug)]
struct One {
    name: String,
    done: u64,
    total: Option<u64>,
    rate: u64,
}

impl One {
    fn of(transfer: &Snapshot) -> Self {
        let mut one = Self { name: transfer.name.clone(), done: 0, total: None, rate: 0 };
        one.advance(&transfer.progress);
        one
    }

    fn advance(&mut self, progress: &Progress) {
        (self.done, self.total) = (progress.done, progress.total);
        self.rate = progress.rate.unwrap_or_default();
    }
}

impl Overall {
    pub(super) fn of(list: &[Snapshot]) -> Self {
        let mut overall = Self::default();
        list.iter().filter(|transfer| is_at_work(transfer)).for_each(|transfer| overall.follow(transfer));
        overall
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.running.is_empty()
    }

    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::Added { transfer } | Event::Changed { transfer } => self.follow(transfer),
            Event::Removed { id } => self.forget(*id),
            Event::Group { .. }
            | Event::Ungrouped { .. }
            | Event::Settings { .. }
            | Event::Destinations
            | Event::Sites => {}
        }
        if !self.is_busy() {
            self.together.clear();
        }
    }

    fn follow(&mut self, transfer: &Snapshot) {
        let id = transfer.id;
        if is_at_work(transfer) {
            if self.running.insert(id) {
                self.failed.clear();
            }
            self.together.insert(id, One::of(transfer));
            return;
        }
        let ran = self.running.remove(&id);
        match transfer.state {
            Phase::Completed => {
                if let Some(one) = self.together.get_mut(&id) {
                    (one.done, one.rate) = (one.total.unwrap_or(one.done), 0);
                }
            }
            Phase::Failed if ran => {
                self.together.remove(&id);
                self.failed.insert(id);
            }
            Phase::Failed => {}
            _ => self.forget(id),
        }
    }

    fn forget(&mut self, id: TransferId) {
        self.running.remove(&id);
        self.together.remove(&id);
        self.failed.remove(&id);
    }

    pub(super) fn advance(&mut self, moved: &[(TransferId, Progress)]) {
        for (id, progress) in moved {
            if let Some(one) = self.together.get_mut(id).filter(|_| self.running.contains(id)) {
                one.advance(progress);
            }
        }
    }

    /// Those that run.
    pub(super) fn running(&self) -> impl Iterator<Item = TransferId> {
        self.running.iter().copied()
    }

    /// What a view of it shows.
    pub(super) fn work(&self) -> Work {
        let all = || self.together.values();
        let mut running = self.running.iter().filter_map(|id| self.together.get(id));
        let about = running.next().filter(|_| self.running.len() == 1).map(|one| one.name.clone());
        Work {
            about: about.unwrap_or_default(),
            done: all().map(|one| one.done).fold(0, u64::saturating_add),
            total: all().map(|one| one.total).try_fold(0, |sum: u64, total| Some(sum.saturating_add(total?))),
            rate: all().map(|one| one.rate).fold(0, u64::saturating_add),
            files_done: (self.together.len() - self.running.len()) as u64,
            files: self.together.len() as u64,
            suspended: false,
        }
    }

    /// What the icon shows of it.
    pub(super) fn badge(&self) -> Badge {
        let known = self.together.values().filter_map(|one| Some((one.done, one.total?)));
        let (done, total) = known.fold((0_u64, 0_u64), |all, one| {
            (all.0.saturating_add(one.0.min(one.1)), all.1.saturating_add(one.1))
        });
        // No finer than anybody can see.
        let thousandths = (done.saturating_mul(1000)).checked_div(total);
        let progress = thousandths.filter(|_| self.is_busy()).and_then(|part| u16::try_from(part).ok());
        Badge {
            progress: progress.map(|part| f64::from(part) / 1000.0),
            count: i64::try_from(self.running.len()).unwrap_or(i64::MAX),
            urgent: !self.failed.is_empty(),
        }
    }
}

fn is_at_work(transfer: &Snapshot) -> bool {
    transfer.kind != Kind::Leftover && matches!(transfer.state, Phase::Running | Phase::Verifying)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{DownloadRequest, Job, Transfer};

    fn transfer(done: u64, total: Option<u64>) -> Snapshot {
        let request = DownloadRequest::new("http://example.org/a.iso").unwrap();
        let mut transfer = Snapshot::of(&Transfer::new(Job::Download { request, partial: None }), None);
        transfer.state = Phase::Running;
        transfer.progress = Progress { done, total, ..Progress::default() };
        transfer
    }

    fn changed(transfer: &Snapshot, state: Phase) -> Event {
        Event::Changed { transfer: Arc::new(Snapshot { state, ..transfer.clone() }) }
    }

    #[test]
    fn what_is_done_does_not_go_back_when_one_of_many_ends() {
        let (one, two) = (transfer(50, Some(100)), transfer(0, Some(100)));
        let mut overall = Overall::of(&[one.clone(), two.clone()]);
        assert_eq!(overall.badge(), Badge { progress: Some(0.25), count: 2, urgent: false });
        overall.take(&changed(&one, Phase::Completed));
        assert_eq!(overall.badge(), Badge { progress: Some(0.5), count: 1, urgent: false });
        overall.advance(&[(two.id, Progress { done: 50, total: Some(100), ..Progress::default() })]);
        assert_eq!(overall.badge().progress, Some(0.75));
        overall.take(&changed(&two, Phase::Completed));
        assert_eq!(overall.badge(), Badge::default());
    }

    #[test]
    fn a_failure_wants_a_look_until_something_is_done_about_it() {
        let one = transfer(1, None);
        let mut overall = Overall::of(std::slice::from_ref(&one));
        assert_eq!(overall.badge(), Badge { progress: None, count: 1, urgent: false });
        overall.take(&changed(&one, Phase::Failed));
        assert_eq!(overall.badge(), Badge { urgent: true, ..Badge::default() });
        overall.take(&Event::Removed { id: one.id });
        assert_eq!(overall.badge(), Badge::default());
        // What had failed long before is old news.
        overall.take(&changed(&one, Phase::Failed));
        assert!(!overall.badge().urgent);
    }

    #[test]
    fn what_is_paused_counts_no_more() {
        let (one, two) = (transfer(50, Some(100)), transfer(10, Some(100)));
        let mut overall = Overall::of(&[one.clone(), two]);
        overall.take(&changed(&one, Phase::Paused));
        assert_eq!(overall.badge(), Badge { progress: Some(0.1), count: 1, urgent: false });
    }
}
