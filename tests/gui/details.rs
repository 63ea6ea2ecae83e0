//! The panel with all about the chosen transfer.

use iced::keyboard::key::Named::{self, ArrowRight, Space, Tab};
use iced::{Point, Vector};
use jiff::Timestamp;
use windlass::gui::desktop::Picked;
use windlass::gui::{Command, Message, Reach};
use windlass::ipc::Update;
use windlass::{
    Bound, Connection, Ended, ErrorKind, Event, Failure, Happened, History, Past, Phase, Progress, Response,
    Segments, Snapshot,
};

use crate::flows::done;
use crate::sample::{download, running, upload};
use crate::ui::Ui;

/// A file of which some is here, and who gets the rest.
pub fn half_way() -> Segments {
    let parts = |until: usize| (0..400).map(|part| if part < until { 100 } else { 0 }).collect::<Vec<u8>>();
    let mut here = parts(180);
    here[200..240].fill(100);
    here[300..330].fill(100);
    let mut safe = here.clone();
    safe[170..180].fill(0);
    safe[238..240].fill(0);
    (here[180], safe[180]) = (40, 0);
    let total = 698_000_000;
    let at = |part: u64| part * total / 400;
    let connection = |from, to, until| Connection {
        host: "cdn.example.org".to_owned(),
        from: at(from),
        at: at(to),
        until: Some(at(until)),
        rate: Some(3_000_000 + from * 1000),
    };
    let connections = vec![connection(100, 180, 200), connection(200, 240, 300), connection(300, 330, 400)];
    Segments { total: Some(total), beginning: at(170), here, safe, connections, limit: None }
}

/// A transfer that did not go well at once.
pub fn tried() -> History {
    let at = |second: i64| Timestamp::from_second(1_763_800_000 + second).unwrap();
    let failed = Failure::new(ErrorKind::Timeout).about("example.org");
    let entries = vec![
        Past {
            at: at(0),
            what: Happened::Attempted { until: at(95), moved: 61_000_000, ended: Ended::Failed(failed) },
        },
        Past { at: at(96), what: Happened::NetworkLost },
        Past { at: at(300), what: Happened::Attempted { until: at(420), moved: 0, ended: Ended::Stopped } },
        Past { at: at(420), what: Happened::Paused },
        Past { at: at(900), what: Happened::StartedOver(Some(ErrorKind::FileMissing)) },
    ];
    History { before: 2, entries }
}

fn looking(rows: Vec<Snapshot>) -> Ui {
    let mut ui = Ui::with(rows);
    ui.send(Message::Key(Command::Down(Reach::Only)));
    ui
}

fn times(count: usize, key: Named) -> Vec<Named> {
    vec![key; count]
}

#[test]
fn a_key_opens_it_the_same_key_and_escape_close_it() {
    let mut ui = looking(vec![download("a.iso")]);
    for (open, close) in [
        (Command::Details, Command::Details),
        (Command::Open, Command::Open),
        (Command::Details, Command::Escape),
    ] {
        ui.send(Message::Key(open));
        assert!(ui.shows("Overview") && ui.shows("https://example.org/a.iso"), "{:?}", ui.texts());
        ui.send(Message::Key(close));
        assert!(!ui.shows("Overview"), "{close:?}");
    }
    // What was chosen is still chosen.
    ui.send(Message::Key(Command::Details));
    ui.press("close-details");
    assert!(!ui.shows("Overview") && ui.asked().is_empty());
}

#[test]
fn return_opens_a_finished_file_whether_it_is_open_or_not() {
    let mut ui = looking(vec![done(download("a.iso"))]);
    ui.send(Message::Key(Command::Details));
    ui.send(Message::Key(Command::Open));
    assert_eq!(ui.desktop.opened(), [std::path::PathBuf::from("/downloads/a.iso")]);
    assert!(ui.shows("Overview"));
}

#[test]
fn it_follows_the_chosen_row_and_says_so_where_none_is() {
    let rows = vec![download("a.iso"), download("b.iso")];
    let mut ui = looking(rows.clone());
    ui.send(Message::Key(Command::Details));
    assert!(ui.shows("https://example.org/b.iso"));
    ui.send(Message::Key(Command::Down(Reach::Only)));
    assert!(ui.shows("https://example.org/a.iso") && !ui.shows("https://example.org/b.iso"));
    ui.send(Message::Update(Update::Event(Event::Removed { id: rows[0].id })));
    assert!(ui.shows("https://example.org/b.iso"), "its neighbour is chosen");
    ui.send(Message::Update(Update::Event(Event::Removed { id: rows[1].id })));
    ui.send(Message::Update(Update::All(vec![download("c.iso")])));
    assert!(ui.shows("Choose a transfer to see all about it here."), "{:?}", ui.texts());
}

#[test]
fn pages_are_reached_by_keys() {
    let row = running(download("a.iso"), 300_000_000, 698_000_000, 1_000_000);
    let mut ui = looking(vec![row]);
    ui.link.map(half_way());
    ui.link.remember(tried());
    ui.send(Message::Key(Command::Details));
    ui.send(Message::Key(Command::NextTab(true)));
    assert!(ui.shows("3 connections") && ui.shows("On the disk"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::NextTab(true)));
    assert!(ui.shows("Its speed is drawn here in a moment."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::NextTab(true)));
    assert!(ui.shows("The server took too long") && ui.shows("61.0 MB"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::NextTab(false)));
    ui.press("tab-overview");
    assert!(ui.shows("Address"));
    // With the keyboard alone: to the first page by Tab, on by an arrow, and there by Space.
    let reached = (1..60).any(|steps| {
        ui.press("tab-overview");
        ui.keys(&[times(steps, Tab), vec![ArrowRight, Space]].concat());
        ui.shows("3 connections")
    });
    assert!(reached, "{:?}", ui.texts());
}

#[test]
fn closed_it_asks_for_nothing_and_open_only_for_what_it_shows() {
    let row = running(download("a.iso"), 300_000_000, 698_000_000, 1_000_000);
    let moved = |done| {
        let progress = Progress { done, ..row.progress };
        Message::Update(Update::Progress([(row.id, progress)].into()))
    };
    let mut ui = looking(vec![row.clone()]);
    ui.send(moved(310_000_000));
    assert_eq!(ui.link.looks(), 0);
    ui.send(Message::Key(Command::Details));
    ui.send(moved(320_000_000));
    assert_eq!(ui.link.looks(), 0, "all of that stands in the row");
    ui.press("tab-segments");
    assert_eq!(ui.link.looks(), 1);
    ui.press("tab-speed");
    ui.send(moved(330_000_000));
    assert_eq!(ui.link.looks(), 1);
    assert!(ui.shows("Highest") && ui.shows("1.0 MB/s"), "{:?}", ui.texts());
}

#[test]
fn what_holds_it_up_is_said_in_a_sentence() {
    let row = running(download("a.iso"), 300_000_000, 698_000_000, 500_000);
    let progress = Progress { bound: Some(Bound::Limit), ..row.progress };
    let mut ui = looking(vec![Snapshot { progress, ..row }]);
    ui.link.map(Segments { limit: Some(500_000), ..Segments::default() });
    ui.send(Message::Key(Command::Details));
    let said = "The speed limit of this transfer, 500.0 kB/s, holds it at this speed.";
    assert!(ui.shows(said), "{:?}", ui.texts());
}

#[test]
fn the_beginning_of_a_file_is_opened_if_it_is_there() {
    let row = running(download("film.mkv"), 300_000_000, 698_000_000, 500_000);
    let mut ui = looking(vec![row]);
    ui.send(Message::Key(Command::Details));
    ui.press("details open-part");
    assert!(ui.shows("The beginning of “film.mkv” is not here yet.") && ui.desktop.opened().is_empty());
    ui.link.map(half_way());
    ui.press("details open-part");
    assert_eq!(ui.desktop.opened(), [std::path::PathBuf::from("/downloads/film.mkv.part")]);
}

#[test]
fn the_whole_answer_of_a_server_is_there_and_can_be_copied() {
    let body = "{\n  \"id\": 4711\n}".to_owned();
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let link = Some("https://files.example.org/4711".to_owned());
    let response = Some(Response { status: 201, headers, body });
    let row = Snapshot { response, link, ..done(upload("a.pdf")) };
    let mut ui = looking(vec![row.clone()]);
    ui.link.knows(row.clone());
    ui.send(Message::Key(Command::Details));
    ui.press("tab-answer");
    assert!(ui.shows("Content-Type: application/json\n\n{\n  \"id\": 4711\n}"), "{:?}", ui.texts());
    ui.press("copy answer");
    let whole = "HTTP 201\nContent-Type: application/json\n\n{\n  \"id\": 4711\n}";
    assert_eq!(ui.clipboard.as_deref(), Some(whole));
    ui.press("copy link");
    assert_eq!(ui.clipboard, row.link);
}

#[test]
fn rows_stay_in_sight_in_a_small_window() {
    let rows: Vec<_> =
        (0..3).map(|n| Snapshot { state: Phase::Paused, ..download(&format!("{n}.iso")) }).collect();
    let mut ui = looking(rows);
    ui.resize(640.0, 480.0);
    ui.send(Message::Key(Command::Details));
    ui.click("0.iso");
    assert!(ui.shows("https://example.org/0.iso"), "{:?}", ui.texts());
}

#[test]
fn a_file_that_is_no_resume_data_is_named() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::ResumeFrom));
    assert!(ui.shows("The desktop offers no dialog to choose from."), "{:?}", ui.texts());
    ui.desktop.will_pick(Picked::Paths(vec!["/nowhere/notes.txt".into()]));
    ui.send(Message::Key(Command::ResumeFrom));
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !ui.shows("“notes.txt” is not resume data") {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        std::thread::yield_now();
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
}

/// Where the panel begins, by the first of its tabs.
fn begins(ui: &mut Ui) -> Point {
    let tab = ui.laid_out().into_iter().find(|(text, ..)| text == "Overview");
    tab.unwrap_or_else(|| panic!("{:?}", ui.texts())).1.position()
}

#[test]
fn the_panel_is_made_larger_with_keys_and_by_its_edge_and_stays_so() {
    let rows = || vec![download("a.iso"), download("b.iso")];
    let mut ui = looking(rows());
    ui.resize(1280.0, 800.0);
    ui.send(Message::Key(Command::Details));
    let first = begins(&mut ui).x;
    ui.send(Message::Key(Command::Panel(true)));
    assert!((begins(&mut ui).x - (first - 24.0)).abs() < 1.0);
    ui.send(Message::Key(Command::Panel(false)));
    assert!((begins(&mut ui).x - first).abs() < 1.0);
    // The edge is at the left of what is in the panel.
    let edge = Point::new(1280.0 - 435.0 + 2.0, 400.0);
    ui.hands(|hands| hands.drag(edge, edge - Vector::new(100.0, 0.0)));
    let pulled = begins(&mut ui).x;
    assert!((pulled - (first - 100.0)).abs() < 1.0, "{first} {pulled}");
    ui.resize(960.0, 640.0);
    let below = begins(&mut ui).y;
    ui.send(Message::Key(Command::Panel(false)));
    assert!((begins(&mut ui).y - (below + 24.0)).abs() < 1.0, "it has a size of its own below");
    ui.send(Message::Key(Command::Quit));
    let mut ui = ui.again(rows());
    ui.resize(1280.0, 800.0);
    ui.click("a.iso");
    assert!((begins(&mut ui).x - pulled).abs() < 1.0);
}

#[test]
fn where_room_is_scarce_the_panel_takes_the_place_of_the_list_and_there_is_a_way_back() {
    let mut ui = looking(vec![download("a.iso"), download("b.iso")]);
    ui.resize(320.0, 240.0);
    ui.send(Message::Key(Command::Details));
    assert!(ui.shows("Overview") && ui.shows("b.iso") && !ui.texts().contains(&"a.iso".to_owned()));
    ui.press("close-details");
    assert!(!ui.shows("Overview") && ui.shows("a.iso"));
}
