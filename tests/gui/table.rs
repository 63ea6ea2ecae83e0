//! The table, its sidebar and what is done with several rows.

use std::path::PathBuf;

use windlass::gui::{Command, Message};
use windlass::ipc::Request;
use windlass::{Phase, Position, Reason, Snapshot};

use crate::flows::{done, ids};
use crate::sample::{download, running, upload};
use crate::ui::Ui;

#[test]
fn what_was_removed_goes_for_good_when_the_window_is_put_away() {
    let rows = vec![done(download("a")), done(download("b"))];
    let mut ui = Ui::with(rows);
    ui.send(Message::Key(Command::SelectAll));
    ui.send(Message::Key(Command::Remove));
    assert!(ui.shows("Removed 2 transfers from the list.") && ui.asked().is_empty());
    ui.send(Message::Key(Command::Quit));
    let asked = ui.asked();
    assert!(
        matches!(&asked[..], [Request::Remove { which, .. }, Request::Quit] if ids(which).len() == 2),
        "{asked:?}"
    );
}

#[test]
fn several_rows_are_paused_or_lost_with_one_question() {
    let rows: Vec<_> = ["a", "b", "c"].map(|name| running(download(name), 1_000_000, 10_000_000, 1)).into();
    let mut ui = Ui::with(rows);
    ui.send(Message::Key(Command::SelectAll));
    ui.send(Message::Key(Command::Toggle));
    assert!(matches!(&ui.asked()[..], [Request::Pause(which)] if ids(which).len() == 3));
    ui.send(Message::Key(Command::Remove));
    assert!(ui.shows("Remove 3 transfers?") && ui.shows("3.0 MB"), "{:?}", ui.texts());
    ui.click("Remove");
    assert!(matches!(&ui.asked()[..], [Request::Remove { which, .. }] if ids(which).len() == 3));
}

#[test]
fn the_sidebar_and_a_search_list_a_part_and_a_head_orders_it() {
    let rows = vec![done(download("b.iso")), upload("a.pdf"), download("c.iso")];
    let mut ui = Ui::with(rows);
    ui.resize(1280.0, 800.0);
    ui.click("Name");
    let names = |ui: &mut Ui| {
        let texts = ui.texts();
        texts
            .into_iter()
            .filter(|text| [".iso", ".pdf"].iter().any(|end| text.ends_with(end)))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&mut ui), ["a.pdf", "b.iso", "c.iso"]);
    ui.click("Downloads");
    assert_eq!(names(&mut ui), ["b.iso", "c.iso"]);
    ui.write("search", "C.");
    assert_eq!(names(&mut ui), ["c.iso"]);
    ui.click("Finished");
    assert!(ui.shows("Nothing found for “C.”."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert_eq!(names(&mut ui), ["b.iso"]);
    ui.send(Message::Key(Command::Place(0)));
    assert_eq!(names(&mut ui).len(), 3);
}

#[test]
fn the_speed_limit_is_switched_on_and_off() {
    let mut ui = Ui::with(vec![download("a")]);
    ui.press("speed-limit");
    assert_eq!(ui.link.settings().speed_limit, 1_000_000);
    assert!(ui.shows("1.0 MB/s"));
    ui.send(Message::Key(Command::Limit));
    assert!(ui.shows("No limit") && ui.link.settings().speed_limit == 0);
}

#[test]
fn rows_are_moved_among_those_that_wait() {
    let rows = vec![download("first"), download("second")];
    let (first, second) = (rows[0].id.to_string(), rows[1].id.to_string());
    let mut ui = Ui::with(rows.clone());
    ui.click("second");
    ui.send(Message::Key(Command::Move(Position::First)));
    assert!(matches!(&ui.asked()[..], [Request::Move { id, to: Position::First }] if *id == second));
    ui.choose(&rows[1], "move-up");
    let asked = ui.asked();
    assert!(
        matches!(&asked[..], [Request::Move { id, to: Position::Before(before) }] if *id == second && *before == first),
        "{asked:?}"
    );
}

#[test]
fn a_login_and_another_link_are_asked_for_and_the_transfer_goes_on() {
    let paused = |reason| Snapshot { state: Phase::Paused, reason: Some(reason), ..download("a.iso") };
    let row = paused(Reason::NeedsLogin);
    let mut ui = Ui::with(vec![row.clone()]);
    ui.press(&format!("log-in {}", row.id));
    assert!(ui.shows("example.org wants to know who you are."));
    ui.write("renewed", "me");
    ui.write("renewed-password", "S3CR3T");
    ui.click("Start");
    let asked = ui.asked();
    assert!(matches!(&asked[..], [Request::Amend { id, changes }]
            if *id == row.id.to_string() && changes[0] == ("login".to_owned(), "me:S3CR3T".to_owned())));
    assert!(!ui.shows("wants to know"));

    let row = paused(Reason::NeedsLink);
    let mut ui = Ui::with(vec![row.clone()]);
    ui.press(&format!("new-link {}", row.id));
    ui.write("renewed", "no link");
    ui.send(Message::Key(Command::Open));
    assert!(ui.shows("This is not an address.") && ui.asked().is_empty());
    ui.write("renewed", "https://b.example/");
    ui.send(Message::Key(Command::Escape));
    assert!(ui.asked().is_empty() && !ui.shows("The link has expired."));
}

#[test]
fn the_window_comes_back_as_it_was_left() {
    let rows = || vec![done(download("a.iso")), upload("b.pdf")];
    let mut ui = Ui::with(rows());
    let order = |ui: &mut Ui| ui.texts().into_iter().filter(|text| text.contains('.')).collect::<Vec<_>>();
    ui.resize(1280.0, 800.0);
    assert_eq!(ui.texts().iter().filter(|text| *text == "Downloads").count(), 1);
    ui.click("Name");
    ui.click("a.iso");
    ui.send(Message::Key(Command::Details));
    ui.send(Message::Key(Command::NextTab(true)));
    ui.send(Message::Key(Command::NextTab(true)));
    ui.send(Message::Key(Command::Sidebar));
    let before = order(&mut ui);
    ui.send(Message::Key(Command::Quit));
    let mut ui = ui.again(rows());
    ui.resize(1280.0, 800.0);
    assert!(!ui.shows("Downloads"), "the sidebar was away");
    ui.click("a.iso");
    assert_eq!(order(&mut ui), before);
}

#[test]
fn a_finished_row_is_pulled_out_of_the_window_and_a_waiting_one_to_another_place() {
    let rows = vec![done(download("a.iso")), download("b.iso"), done(download("c.iso"))];
    let mut ui = Ui::with(rows);
    ui.pull("a.iso", 3.0);
    ui.pull("b.iso", 30.0);
    assert!(ui.desktop.dragged().is_empty());
    ui.pull("a.iso", 30.0);
    assert_eq!(ui.desktop.dragged(), [PathBuf::from("/downloads/a.iso")]);
    ui.send(Message::Key(Command::SelectAll));
    ui.pull("c.iso", 30.0);
    assert_eq!(ui.desktop.dragged().len(), 2);
    assert!(ui.shows("3 selected"), "{:?}", ui.texts());
    ui.click("c.iso");
    ui.pull("c.iso", 30.0);
    assert_eq!(ui.desktop.dragged(), [PathBuf::from("/downloads/c.iso")]);
    assert!(ui.asked().is_empty());

    // That orders the rows by their priority.
    ui.send(Message::Key(Command::Move(Position::First)));
    ui.asked();
    ui.pull("b.iso", 30.0);
    ui.pull("c.iso", 30.0);
    assert!(matches!(&ui.asked()[..], [Request::Move { .. }]));
    assert_eq!(ui.desktop.dragged(), [PathBuf::from("/downloads/c.iso")]);
}

#[test]
fn two_presses_open_a_file_whether_others_are_chosen_or_not() {
    let mut ui = Ui::with(vec![done(download("a.iso")), done(download("b.iso"))]);
    ui.send(Message::Key(Command::SelectAll));
    ui.click("b.iso");
    ui.click("b.iso");
    assert_eq!(ui.desktop.opened(), [PathBuf::from("/downloads/b.iso")]);
}

#[test]
fn where_there_is_no_room_for_the_places_they_come_when_they_are_wanted_and_go_when_one_is_chosen() {
    for (width, height) in [(640.0, 480.0), (320.0, 240.0)] {
        let mut ui = Ui::with(vec![done(download("a.iso")), download("b.iso")]);
        ui.resize(width, height);
        assert!(!ui.shows("Paused"), "{:?}", ui.texts());
        for key in [Command::Sidebar, Command::Escape] {
            ui.send(Message::Key(key));
            assert_eq!(ui.shows("Paused"), key == Command::Sidebar);
        }
        ui.press("sidebar");
        ui.click("Finished");
        assert!(ui.shows("a.iso") && !ui.shows("b.iso") && !ui.shows("Paused"), "{:?}", ui.texts());
    }
}
