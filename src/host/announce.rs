//! Tells the user on the desktop when a transfer has ended, window or not.

use std::collections::{HashMap, HashSet};

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::i18n::{Texts, t};
use crate::system::notify::{Notice, Notify};
use crate::{Event, GroupView, Kind, Phase, Reason, Session, Snapshot, TransferId};

/// Listens to a session from a moment on.
pub(super) struct Announcer {
    session: Session,
    events: Receiver<Event>,
    /// What had ended before is old news.
    known: HashMap<TransferId, Phase>,
    groups: HashMap<String, GroupView>,
    series: Series,
}

impl Announcer {
    /// Listens to `session` from now on.
    pub(super) async fn listen(session: Session) -> Self {
        let events = session.subscribe();
        let list = session.list().await.unwrap_or_default();
        let groups = session.groups().await.unwrap_or_default();
        let groups = groups.into_iter().map(|group| (group.group.name.to_string(), group)).collect();
        let mut series = Series::default();
        for transfer in &list {
            series.follow(transfer, &groups);
        }
        let known = list.into_iter().map(|transfer| (transfer.id, transfer.state)).collect();
        Self { session, events, known, groups, series }
    }

    /// Tells `desktop` of every end, until the session is gone.
    pub(super) async fn announce(self, desktop: impl Notify) {
        let Self { session, mut events, mut known, mut groups, mut series } = self;
        loop {
            match events.recv().await {
                Ok(Event::Added { transfer }) => {
                    series.follow(&transfer, &groups);
                    known.insert(transfer.id, transfer.state);
                }
                Ok(Event::Changed { transfer }) => {
                    series.follow(&transfer, &groups);
                    let before = known.insert(transfer.id, transfer.state);
                    if before != Some(transfer.state) && !is_told_with_others(&transfer, &groups) {
                        tell(&session, &transfer, series.place(&transfer), &desktop).await;
                    }
                }
                Ok(Event::Removed { id }) => {
                    series.alive.remove(&id);
                    known.remove(&id);
                }
                Ok(Event::Group { group }) => {
                    let name = group.group.name.to_string();
                    let was_over = groups.get(&name).is_some_and(|group| group.standing.is_over());
                    if group.standing.is_over() && !was_over {
                        tell_group(&session, &group, &desktop).await;
                    }
                    groups.insert(name, *group);
                }
                Ok(Event::Ungrouped { name }) => _ = groups.remove(name.as_str()),
                Ok(Event::Settings { .. } | Event::Destinations | Event::Sites) => {}
                // The ends among what was missed are seen in the list.
                Err(RecvError::Lagged(_)) => {
                    let Ok(list) = session.list().await else { return };
                    series.alive.clear();
                    for transfer in &list {
                        series.follow(transfer, &groups);
                    }
                    for transfer in list {
                        if known.insert(transfer.id, transfer.state) != Some(transfer.state) {
                            tell(&session, &transfer, series.place(&transfer), &desktop).await;
                        }
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Good news of one after the other, while others go on: one notice has room for all of them.
#[derive(Default)]
struct Series {
    /// Those that are going to be told of like that.
    alive: HashSet<TransferId>,
    /// How many were, in this series.
    done: usize,
    number: u64,
}

/// Which one of a series it is.
struct Place {
    series: u64,
    done: usize,
    all: usize,
}

impl Series {
    fn follow(&mut self, transfer: &Snapshot, groups: &HashMap<String, GroupView>) {
        let is_alive = match transfer.state {
            Phase::Queued | Phase::Running | Phase::Verifying => true,
            // What waits for a time or for a better network may wait for long.
            Phase::Waiting => {
                matches!(transfer.reason, Some(Reason::Retry | Reason::Group | Reason::HostLimit))
            }
            _ => false,
        };
        if is_alive && is_told_of_with_number(transfer) && !has_a_word_for_all(transfer, groups) {
            self.alive.insert(transfer.id);
        } else {
            self.alive.remove(&transfer.id);
        }
    }

    /// The place of one that has just ended well; nothing where it is the only one.
    fn place(&mut self, transfer: &Snapshot) -> Option<Place> {
        if transfer.state != Phase::Completed || !is_told_of_with_number(transfer) {
            return None;
        }
        self.done += 1;
        let place = Place { series: self.number, done: self.done, all: self.done + self.alive.len() };
        if self.alive.is_empty() {
            (self.done, self.number) = (0, self.number + 1);
        }
        Some(place).filter(|place| place.all > 1)
    }
}

impl Place {
    fn put_on(self, notice: &mut Notice, transfer: &Snapshot, texts: &Texts) {
        notice.title = t!(texts, "notice-series", done = self.done, all = self.all);
        notice.body.clone_from(&transfer.name);
        notice.series = Some(self.series);
    }
}

/// Whether nobody has wished for silence or for words of their own.
fn is_told_of_with_number(transfer: &Snapshot) -> bool {
    let wish = &transfer.notify;
    transfer.kind != Kind::Leftover
        && !wish.quiet
        && wish.success.is_none()
        && transfer.relative_path.is_none()
}

/// Whether its group says a word for all of it, and this is no failure.
fn is_told_with_others(transfer: &Snapshot, groups: &HashMap<String, GroupView>) -> bool {
    transfer.state == Phase::Completed && has_a_word_for_all(transfer, groups)
}

fn has_a_word_for_all(transfer: &Snapshot, groups: &HashMap<String, GroupView>) -> bool {
    let group = transfer.group.as_ref().and_then(|name| groups.get(name));
    group.is_some_and(|group| group.group.notify.is_some())
}

async fn tell_group(session: &Session, view: &GroupView, desktop: &impl Notify) {
    let (Some(wish), Some(success)) = (&view.group.notify, view.standing.success()) else { return };
    let Ok(settings) = session.settings().await else { return };
    if !settings.notifications || wish.quiet {
        return;
    }
    let texts = Texts::new(&settings.language);
    let name = view.group.name.as_str();
    let title = if success {
        t!(texts, "notice-group-done", name = name)
    } else {
        t!(texts, "notice-group-failed", name = name, count = view.standing.failed)
    };
    let own_words = if success { &wish.success } else { &wish.failure };
    desktop.show(Notice {
        title,
        body: own_words.clone().unwrap_or_default(),
        success,
        file: None,
        open_label: t!(texts, "notice-open"),
        show_label: t!(texts, "notice-show"),
        series: None,
    });
}

async fn tell(session: &Session, transfer: &Snapshot, place: Option<Place>, desktop: &impl Notify) {
    if !matches!(transfer.state, Phase::Completed | Phase::Failed | Phase::Paused) {
        return;
    }
    let Ok(settings) = session.settings().await else { return };
    if settings.notifications
        && let Some(mut notice) = notice(transfer, &Texts::new(&settings.language))
    {
        if let Some(place) = place {
            place.put_on(&mut notice, transfer, &Texts::new(&settings.language));
        }
        desktop.show(notice);
    }
}

/// What to say about a transfer in this state; nothing if the user wants quiet, or knows already.
fn notice(transfer: &Snapshot, texts: &Texts) -> Option<Notice> {
    let wish = &transfer.notify;
    if wish.quiet {
        return None;
    }
    let name = transfer.name.as_str();
    let success = transfer.state == Phase::Completed;
    // Of a tree nobody wants to hear file by file that all is well.
    if success && transfer.relative_path.is_some() && wish.success.is_none() {
        return None;
    }
    let title = match (transfer.kind, &transfer.error) {
        (Kind::Download, _) if success => t!(texts, "notice-download-done", name = name),
        (Kind::Upload, _) if success => t!(texts, "notice-upload-done", name = name),
        (_, Some(error)) => {
            let reason = match transfer.reason {
                Some(Reason::RestartNeeded) => t!(texts, "state-restart-needed"),
                _ => texts.sentence(error),
            };
            t!(texts, "notice-failed", name = name, reason = reason)
        }
        // The user has paused it, and knows.
        (_, None) => return None,
    };
    let own_words = if success { &wish.success } else { &wish.failure };
    Some(Notice {
        title,
        body: own_words.clone().unwrap_or_default(),
        success,
        file: transfer.path.clone().filter(|_| success && transfer.kind == Kind::Download),
        open_label: t!(texts, "notice-open"),
        show_label: t!(texts, "notice-show"),
        series: None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::i18n::Language;
    use crate::system::notify::Remembered;
    use crate::{DownloadRequest, Options, Profile};

    #[test]
    fn a_failure_is_told_once_with_its_reason_and_a_pause_of_the_user_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let session = Session::open(&Options::new(Profile::at(dir.path()))).unwrap();
        let desktop = Remembered::default();
        let shown = desktop.clone();
        session.runtime().block_on(async {
            tokio::spawn(Announcer::listen(session.clone()).await.announce(desktop));
            let mut request =
                DownloadRequest::new("http://127.0.0.1:9/a.iso").unwrap().into_folder(dir.path());
            request.terms.retries = Some(0);
            request.terms.notify.failure = Some("Look after it".to_owned());
            session.start_download(request).await.unwrap().settled().await.unwrap();
            let mut request =
                DownloadRequest::new("http://127.0.0.1:9/quiet").unwrap().into_folder(dir.path());
            request.terms.retries = Some(0);
            request.terms.notify.quiet = true;
            session.start_download(request).await.unwrap().settled().await.unwrap();
            let told = async {
                while shown.shown().is_empty() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
        });
        let notices = shown.shown();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(!notices[0].success && notices[0].title.contains("a.iso"), "{notices:?}");
        assert_eq!(notices[0].body, "Look after it");
    }

    #[test]
    fn many_that_end_well_one_after_the_other_are_one_series() {
        let transfer = |state| {
            let request = DownloadRequest::new("http://example.org/a.iso").unwrap();
            let transfer = crate::Transfer::new(crate::Job::Download { request, partial: None });
            Snapshot { state, ..Snapshot::of(&transfer, None) }
        };
        let three = [(); 3].map(|()| transfer(Phase::Running));
        let mut series = Series::default();
        for transfer in &three {
            series.follow(transfer, &HashMap::new());
        }
        let mut ends = |transfer: &Snapshot| {
            let ended = Snapshot { state: Phase::Completed, ..transfer.clone() };
            series.follow(&ended, &HashMap::new());
            series.place(&ended).map(|place| (place.series, place.done, place.all))
        };
        let told = three.each_ref().map(&mut ends);
        assert_eq!(told, [Some((0, 1, 3)), Some((0, 2, 3)), Some((0, 3, 3))]);
        assert_eq!(ends(&three[0]), None);
    }

    #[test]
    fn every_end_has_words_in_every_language() {
        let request = DownloadRequest::new("http://example.org/a.iso").unwrap();
        let mut transfer = crate::Transfer::new(crate::Job::Download { request, partial: None });
        transfer.state = crate::State::Completed;
        let snapshot = Snapshot::of(&transfer, None);
        for language in Language::ALL {
            let notice = notice(&snapshot, &Texts::of(language)).unwrap();
            assert!(notice.title.contains("a.iso") && notice.success);
        }
    }
}
