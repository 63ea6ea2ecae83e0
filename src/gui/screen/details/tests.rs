//! What the panel asks for, and what it makes of the answers.

use jiff::Timestamp;

use super::map::{Part, parts};
use super::*;
use crate::gui::sample::{download, running, upload};
use crate::i18n::{Language, Texts};
use crate::{Connection, Ended, ErrorKind, Failure, Happened, Past};

fn looking(tab: Tab, row: &Snapshot) -> (Details, Store) {
    let mut store = Store::default();
    store.replace(vec![row.clone()]);
    let mut details = Details::default();
    details.open();
    let _ = details.update(Message::Tab(tab));
    (details, store)
}

fn answered(details: &mut Details, id: TransferId) {
    let _ = details.update(Message::Told(id, Ok(Reply::Segments(Segments::default()))));
}

#[test]
fn closed_or_without_a_choice_it_asks_for_nothing() {
    let row = running(download("a"), 1, 10, 1);
    let (mut details, store) = looking(Tab::Segments, &row);
    let now = Instant::now();
    assert!(details.attend(None, &store, now).is_none());
    details.close();
    assert!(details.attend(Some(row.id), &store, now).is_none());
    details.open();
    assert!(matches!(details.attend(Some(row.id), &store, now), Some((_, Request::Segments { .. }))));
}

#[test]
fn the_map_is_asked_for_when_bytes_have_come_and_not_too_often() {
    let mut row = running(download("a"), 1, 1000, 1);
    let (mut details, mut store) = looking(Tab::Segments, &row);
    let now = Instant::now();
    assert!(details.attend(Some(row.id), &store, now).is_some());
    row.progress.done = 2;
    store.replace(vec![row.clone()]);
    let later = now + PACE * 2;
    assert!(details.attend(Some(row.id), &store, later).is_none(), "the answer has not come");
    answered(&mut details, row.id);
    assert!(details.attend(Some(row.id), &store, now + PACE / 2).is_none(), "too soon");
    assert!(details.attend(Some(row.id), &store, later).is_some());
    answered(&mut details, row.id);
    assert!(details.attend(Some(row.id), &store, later).is_none(), "nothing has moved");
    // What happens is not kept waiting.
    details.happened(&Event::Changed { transfer: row.clone().into() });
    assert!(details.attend(Some(row.id), &store, later).is_some());
}

#[test]
fn only_what_is_shown_is_asked_for() {
    let row = running(download("a"), 1, 10, 1);
    let asked = |tab| {
        let (mut details, store) = looking(tab, &row);
        details.attend(Some(row.id), &store, Instant::now()).map(|(_, request)| request)
    };
    assert!(matches!(asked(Tab::Attempts), Some(Request::History { .. })));
    assert!(matches!(asked(Tab::Answer), Some(Request::Show { .. })));
    for quiet in [Tab::Overview, Tab::Speed] {
        assert!(asked(quiet).is_none(), "{quiet:?}");
    }
    let sent = running(upload("a"), 1, 10, 1);
    let (mut details, store) = looking(Tab::Segments, &sent);
    assert!(details.attend(Some(sent.id), &store, Instant::now()).is_none());
}

#[test]
fn an_answer_about_another_one_is_not_shown() {
    let (one, other) = (running(download("a"), 1, 10, 1), running(download("b"), 1, 10, 1));
    let (mut details, mut store) = looking(Tab::Segments, &one);
    store.replace(vec![one.clone(), other.clone()]);
    let now = Instant::now();
    assert!(details.attend(Some(one.id), &store, now).is_some());
    assert!(details.attend(Some(other.id), &store, now).is_none(), "one question at a time");
    let map = Segments { beginning: 7, ..Segments::default() };
    let _ = details.update(Message::Told(one.id, Ok(Reply::Segments(map))));
    assert_eq!(details.map, Segments::default());
    let asked = details.attend(Some(other.id), &store, now);
    assert_eq!(asked.map(|(id, _)| id), Some(other.id));
}

#[test]
fn speeds_are_of_the_shown_one_and_begin_anew_with_another() {
    let (one, other) = (running(download("a"), 1, 10, 500), running(download("b"), 1, 10, 900));
    let (mut details, mut store) = looking(Tab::Speed, &one);
    store.replace(vec![one.clone(), other.clone()]);
    let now = Instant::now();
    let moved = [(other.id, other.progress), (one.id, one.progress)];
    details.moved(&moved, now);
    assert_eq!(speed::figures(&details.speeds), None, "nothing was shown yet");
    let _ = details.attend(Some(one.id), &store, now);
    details.moved(&moved, now);
    assert_eq!(speed::figures(&details.speeds), Some((500, 500)));
    let _ = details.attend(Some(other.id), &store, now);
    assert_eq!(speed::figures(&details.speeds), None);
}

#[test]
fn pages_are_turned_in_a_circle_and_the_last_one_stays_for_the_next_time() {
    let mut details = Details::default();
    details.open();
    details.turn(false);
    assert_eq!(details.tab, Tab::Answer);
    details.turn(true);
    details.turn(true);
    details.close();
    assert_eq!((details.tab, details.is_open()), (Tab::Segments, false));
}

#[test]
fn a_part_is_shown_as_what_has_become_of_it() {
    let connection = Connection { host: "a".to_owned(), from: 0, at: 250, until: Some(400), rate: None };
    let map = Segments {
        total: Some(1000),
        here: vec![100, 100, 50, 0, 100, 3, 0, 0, 0, 0],
        safe: vec![100, 40, 0, 0, 0, 3, 0, 0, 0, 0],
        connections: vec![connection],
        ..Segments::default()
    };
    let shown = parts(&map, false);
    let expected =
        [Part::Safe(100), Part::Arrived, Part::Coming, Part::Missing, Part::Arrived, Part::Safe(3)];
    assert_eq!(&shown[..6], expected);
    let whole = Segments { here: vec![100; 4], safe: vec![100; 4], ..Segments::default() };
    assert_eq!(parts(&whole, true), [Part::Checked; 4]);
}

#[test]
fn what_was_tried_is_told_in_plain_words() {
    let texts = Texts::of(Language::English);
    let said = |what| {
        let told = attempts::told(&Past { at: Timestamp::UNIX_EPOCH, what }, &texts);
        (told.words, told.more)
    };
    let until = Timestamp::UNIX_EPOCH + Duration::from_secs(90);
    let failed = Ended::Failed(Failure::new(ErrorKind::Timeout).about("example.org"));
    let (words, more) = said(Happened::Attempted { until, moved: 5_000_000, ended: failed });
    assert!(words.starts_with("The server took too long (example.org)"), "{words}");
    assert!(more.contains("1 min 30 s") && more.contains("5.0 MB"), "{more}");
    let (words, more) = said(Happened::StartedOver(Some(ErrorKind::FileMissing)));
    assert!(words.starts_with("Started over: ") && more.is_empty(), "{words}");
    for what in [Happened::Paused, Happened::LinkChanged, Happened::NetworkLost, Happened::StartedOver(None)]
    {
        assert!(said(what).0.ends_with('.'));
    }
}
