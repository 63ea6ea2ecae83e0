use std::sync::Arc;

use super::*;
use crate::DownloadRequest;
use crate::gui::sample::{download, upload};

fn ids(store: &Store) -> Vec<TransferId> {
    store.rows().iter().map(|row| row.id).collect()
}

#[test]
fn rows_are_newest_first_however_they_came() {
    let (a, b, c) = (download("a"), download("b"), download("c"));
    let mut store = Store::default();
    store.replace(vec![a.clone(), c.clone()]);
    store.apply(Event::Added { transfer: Arc::new(b.clone()) });
    assert_eq!(ids(&store), [c.id, b.id, a.id]);
    assert_eq!(store.index(b.id), Some(1));
    assert_eq!(store.get(a.id).map(|row| row.name.as_str()), Some("a"));
}

#[test]
fn a_transfer_that_is_added_twice_is_there_once() {
    let a = download("a");
    let mut store = Store::default();
    store.apply(Event::Added { transfer: Arc::new(a.clone()) });
    store.apply(Event::Added { transfer: Arc::new(a.clone()) });
    assert_eq!(store.rows().len(), 1);
    store.replace(vec![a.clone(), a]);
    assert_eq!(store.rows().len(), 1);
}

#[test]
fn progress_of_somebody_unknown_is_nobodys() {
    let a = download("a");
    let mut store = Store::default();
    store.replace(vec![a.clone()]);
    let step = Progress { done: 7, ..Progress::default() };
    store.advance(&[(TransferId::new(), step), (a.id, step)]);
    assert_eq!(store.rows().iter().map(|row| row.progress.done).collect::<Vec<_>>(), [7]);
}

#[test]
fn what_is_removed_is_gone_and_removing_it_again_is_nothing() {
    let a = download("a");
    let mut store = Store::default();
    store.replace(vec![a.clone()]);
    store.apply(Event::Removed { id: a.id });
    store.apply(Event::Removed { id: a.id });
    assert!(store.rows().is_empty());
}

#[test]
fn totals_count_what_runs_and_add_its_speed_by_direction() {
    let mut down = download("a");
    down.state = Phase::Running;
    down.progress.rate = Some(3);
    let mut up = upload("b");
    up.state = Phase::Running;
    up.progress.rate = Some(5);
    let mut resting = download("c");
    resting.state = Phase::Paused;
    resting.progress.rate = Some(100);
    let mut done = download("d");
    done.state = Phase::Completed;
    let mut store = Store::default();
    store.replace(vec![down, up, resting, done.clone(), download("e")]);
    let totals = store.totals();
    assert_eq!((totals.running, totals.down, totals.up), (2, 3, 5));
    assert_eq!((totals.all, totals.alive, totals.stopped, totals.completed), (5, 3, 1, 1));
    assert_eq!(store.completed(), [done.id]);
}

#[test]
fn a_sample_is_what_a_session_would_show() {
    let request = DownloadRequest::new("https://example.org/a").unwrap();
    assert_eq!(download("a").url, request.url);
    assert_eq!(download("a").state, Phase::Queued);
}

#[test]
fn of_an_answer_only_what_a_row_shows_is_kept() {
    let headers = vec![("Server".to_owned(), "x".repeat(1000))];
    let body = format!("\n  {}\nmore\n", "w".repeat(300));
    let response = Some(Response { status: 201, headers, body });
    let (down, up) = (download("a"), upload("b"));
    let mut store = Store::default();
    store.replace(vec![Snapshot { response: response.clone(), ..down.clone() }]);
    store.apply(Event::Added { transfer: Arc::new(Snapshot { response, ..up.clone() }) });
    assert_eq!(store.get(down.id).and_then(|row| row.response.as_ref()), None);
    let short = Response { status: 201, headers: vec![], body: "w".repeat(200) };
    assert_eq!(store.get(up.id).and_then(|row| row.response.as_ref()), Some(&short));
}
