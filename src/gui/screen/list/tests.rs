use super::*;
use crate::gui::sample::download;
use crate::{Phase, Snapshot};

fn store(count: usize) -> Store {
    let mut store = Store::default();
    store.replace((0..count).map(|n| download(&format!("file-{n}"))).collect());
    store
}

fn press(list: &mut List, command: Command, store: &Store) -> Action {
    list.update(Message::Key(command), store, Instant::now())
}

#[test]
fn only_the_rows_in_sight_are_built() {
    assert_eq!(in_sight(10_000, 0.0, ROW * 8.0), 0..8);
    assert_eq!(in_sight(10_000, ROW * 5000.0, ROW * 8.0), 5000..5008);
    assert_eq!(in_sight(3, 0.0, ROW * 8.0), 0..3);
    assert_eq!(in_sight(0, 0.0, 640.0), 0..0);
}

#[test]
fn a_list_that_became_short_is_not_empty() {
    assert_eq!(in_sight(4, ROW * 900.0, ROW * 8.0), 0..4);
    assert_eq!(in_sight(20, ROW * 900.0, ROW * 8.0), 12..20);
}

#[test]
fn the_arrow_keys_walk_and_stop_at_the_ends() {
    let store = store(3);
    let mut list = List::default();
    for (command, at) in [
        (Command::Down(Reach::Only), 0),
        (Command::Down(Reach::Only), 1),
        (Command::Last(Reach::Only), 2),
        (Command::Down(Reach::Only), 2),
        (Command::First(Reach::Only), 0),
        (Command::Up(Reach::Only), 0),
    ] {
        let _ = press(&mut list, command, &store);
        assert_eq!(list.chosen(&store), [store.rows()[at].id], "{command:?}");
    }
    let _ = press(&mut list, Command::Escape, &store);
    assert!(list.chosen(&store).is_empty());
}

#[test]
fn walking_out_of_sight_scrolls() {
    let store = store(100);
    let mut list = List::default();
    let _ = list.update(Message::Scrolled { offset: 0.0, height: ROW * 5.0 }, &store, Instant::now());
    let _ = press(&mut list, Command::First(Reach::Only), &store);
    let Action::ScrollTo(offset) = press(&mut list, Command::Last(Reach::Only), &store) else {
        panic!("it stayed")
    };
    assert!((offset - ROW * 95.0).abs() < 0.1);
    assert!(matches!(press(&mut list, Command::Up(Reach::Only), &store), Action::None));
}

#[test]
fn two_presses_open_and_a_slow_second_one_does_not() {
    let store = store(1);
    let id = store.rows()[0].id;
    let now = Instant::now();
    let mut list = List::default();
    assert!(matches!(list.update(Message::Pressed(id, Reach::Only), &store, now), Action::None));
    let late = now + Duration::from_secs(2);
    assert!(matches!(list.update(Message::Pressed(id, Reach::Only), &store, late), Action::None));
    let soon = late + Duration::from_millis(100);
    assert!(matches!(
        list.update(Message::Pressed(id, Reach::Only), &store, soon),
        Action::Do(Verb::Details, _)
    ));
}

#[test]
fn enter_opens_a_finished_download() {
    let done = Snapshot { state: Phase::Completed, ..download("a") };
    let mut store = Store::default();
    store.replace(vec![done]);
    let mut list = List::default();
    assert!(matches!(press(&mut list, Command::Open, &store), Action::None));
    let _ = press(&mut list, Command::Down(Reach::Only), &store);
    assert!(matches!(press(&mut list, Command::Open, &store), Action::Do(Verb::Open, _)));
}

#[test]
fn what_is_to_be_shown_is_chosen_and_scrolled_to_wherever_one_is() {
    let store = store(100);
    let mut list = List::default();
    let id = store.rows()[99].id;
    let _ = list.update(Message::Scrolled { offset: 0.0, height: ROW * 5.0 }, &store, Instant::now());
    let _ = list.update(Message::Go(Place::Finished), &store, Instant::now());
    let _ = list.update(Message::Search("file-1".to_owned()), &store, Instant::now());
    let far = ROW * 95.0;
    assert!(matches!(list.show(id, &store), Action::ScrollTo(offset) if (offset - far).abs() < 0.1));
    assert_eq!((list.chosen(&store), list.search.as_str()), (vec![id], ""));
    let _ = list.update(Message::Scrolled { offset: 0.0, height: ROW * 5.0 }, &store, Instant::now());
    assert!(matches!(list.show(id, &store), Action::ScrollTo(_)), "it was chosen, but out of sight");
    let _ = press(&mut list, Command::SelectAll, &store);
    let chosen = list.chosen(&store).len();
    let _ = list.show(id, &store);
    assert_eq!((chosen, list.looked_at()), (100, Some(id)));
}
