//! Removing with the file.

use windlass::gui::{Command, Message};
use windlass::ipc::{Request, Update};
use windlass::{Failure, Snapshot};

use crate::flows::{done, ids};
use crate::sample::{download, failed, running};
use crate::ui::Ui;

fn broken() -> Snapshot {
    Snapshot { path: Some("/broken/x.iso".into()), ..done(download("x.iso")) }
}

#[test]
fn what_has_arrived_moves_to_the_trash_as_soon_as_it_cannot_be_taken_back() {
    let whole = Snapshot { path: Some("/here/whole.iso".into()), ..done(download("whole.iso")) };
    let missing = failed(download("missing.iso"), &Failure::from_status(404));
    let mut ui = Ui::with(vec![whole.clone(), broken(), missing.clone()]);
    ui.send(Message::Key(Command::SelectAll));
    ui.send(Message::Key(Command::Trash));
    assert!(!ui.shows("whole.iso") && ui.shows("What has arrived moves to the trash."));
    ui.send(Message::Key(Command::Undo));
    assert!(ui.shows("whole.iso") && ui.desktop.trashed().is_empty());
    ui.send(Message::Key(Command::SelectAll));
    ui.send(Message::Key(Command::Trash));
    ui.press("dismiss 1");
    let mut moved = ui.desktop.trashed();
    moved.sort();
    assert_eq!(moved, [broken().path.unwrap(), whole.path.unwrap()]);
    let asked = ui.asked();
    let [Request::Remove { which, delete_file: false }] = &asked[..] else { panic!("{asked:?}") };
    let mut removed = ids(which);
    removed.sort();
    assert_eq!(removed, [whole.id.to_string(), missing.id.to_string()], "the others are not");
    assert!(ui.shows("“x.iso” could not be moved to the trash.") && ui.shows("x.iso"));
}

#[test]
fn a_file_on_another_computer_stays_where_it_is() {
    let whole = done(download("whole.iso"));
    let mut ui = Ui::far_from_its_session();
    ui.send(Message::Update(Update::All(vec![whole.clone()])));
    ui.choose(&whole, "move-to-trash");
    ui.press("dismiss 0");
    assert!(ui.desktop.trashed().is_empty() && ui.asked().is_empty());
    assert!(ui.shows("could not be moved to the trash. It stays where it is."));
}

#[test]
fn what_is_not_finished_has_no_file_to_move_and_is_asked_about_first() {
    let part = running(download("part.iso"), 5, 10, 1);
    let mut ui = Ui::with(vec![part]);
    ui.send(Message::Key(Command::SelectAll));
    ui.send(Message::Key(Command::Trash));
    assert!(ui.shows("Remove “part.iso”?") && ui.asked().is_empty() && ui.desktop.trashed().is_empty());
}
