//! The window without a mouse: every dialog is opened, gone through and answered with keys.

use iced::keyboard::key::Named::{self, ArrowLeft, ArrowRight, Enter, Space, Tab};
use windlass::gui::{Command, Message};
use windlass::ipc::{Request, Update};
use windlass::{Appearance, Failure};

use crate::sample::{download, failed, running};
use crate::ui::Ui;

/// Tab so often, and then a key.
fn tabs(times: usize, then: Named) -> Vec<Named> {
    std::iter::repeat_n(Tab, times).chain([then]).collect()
}

#[test]
fn the_toolbar_is_gone_through_in_reading_order() {
    let mut ui = Ui::with(vec![running(download("a"), 1, 10, 1)]);
    ui.keys(&tabs(2, Space));
    assert!(ui.shows("Folder"), "after the sidebar comes to add a download");
    ui.send(Message::Key(Command::Escape));
    ui.keys(&tabs(3, Enter));
    assert!(ui.shows("No file chosen yet."), "then to add an upload");
    ui.send(Message::Key(Command::Escape));
    // What cannot be pressed now is passed over: nothing can be resumed, nothing cleared.
    ui.keys(&tabs(4, Space));
    assert!(matches!(&ui.asked()[..], [Request::Pause(_)]));
    // Before the settings is the field to search in.
    ui.keys(&tabs(6, Space));
    assert!(ui.shows("Language"));
}

#[test]
fn rows_have_their_own_keys_and_are_passed_over() {
    let few = Ui::with(vec![download("a")]).controls();
    let many = Ui::with((0..20).map(|n| download(&format!("{n}"))).collect()).controls();
    assert_eq!(few, many);
}

#[test]
fn under_a_dialog_nothing_is_reached() {
    let mut ui = Ui::with(vec![running(download("a"), 1, 10, 1)]);
    ui.send(Message::Key(Command::Quit));
    assert_eq!(ui.controls(), 3);
}

#[test]
fn a_question_is_answered_by_its_main_button_until_another_is_chosen() {
    let part = failed(running(download("part.iso"), 5, 10, 0), &Failure::from_status(500));
    let mut ui = Ui::with(vec![part.clone()]);
    let ask = |ui: &mut Ui| {
        ui.choose(&part, "remove");
        assert!(ui.shows("already arrived will be deleted"));
    };
    ask(&mut ui);
    // One Tab leads from the last answer to the first, which leads back.
    ui.keys(&tabs(1, Space));
    assert!(ui.asked().is_empty() && !ui.shows("already arrived will be deleted"));
    ask(&mut ui);
    ui.keys(&tabs(0, Space));
    assert!(matches!(&ui.asked()[..], [Request::Remove { .. }]));
    ask(&mut ui);
    ui.keys(&tabs(2, Enter));
    assert!(matches!(&ui.asked()[..], [Request::Remove { .. }]));
}

#[test]
fn quitting_is_answered_with_each_answer() {
    let mut ui = Ui::with(vec![running(download("a"), 1, 10, 1)]);
    ui.send(Message::Key(Command::Quit));
    ui.keys(&tabs(1, Space));
    assert!(!ui.shows("A transfer is running"), "back");
    ui.send(Message::Key(Command::Quit));
    ui.keys(&tabs(0, Enter));
    assert!(!ui.exited && ui.asked().is_empty(), "kept running");
    ui.send(Message::Key(Command::Quit));
    ui.keys(&tabs(2, Space));
    assert!(ui.exited && matches!(&ui.asked()[..], [Request::Quit]));
}

#[test]
fn the_download_dialog_begins_in_its_links_and_ends_with_its_answers() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::AddDownload));
    ui.write("links", "https://example.org/a.iso");
    // Links, name, folder, choose, more, leave, start.
    ui.keys(&tabs(3, Space));
    assert!(ui.shows("Type the path instead."), "{:?}", ui.texts());
    ui.keys(&tabs(6, Space));
    assert!(matches!(&ui.asked()[..], [Request::Downloads(_)]));
    ui.send(Message::Key(Command::AddDownload));
    // Nothing is written, so there is no name and nothing to start: the last leads away.
    ui.keys(&tabs(4, Enter));
    assert!(!ui.shows("Folder"));
}

#[test]
fn the_upload_dialog_begins_in_its_address_and_shows_more() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::AddUpload));
    ui.keys(&tabs(1, Space));
    assert!(ui.shows("Headers"), "{:?}", ui.texts());
    // The first of the ways is automatic; the arrows go from there.
    ui.keys(&[Tab, Tab, ArrowRight, Space]);
    assert!(ui.shows("Sent twice, it may be there twice."), "{:?}", ui.texts());
}

#[test]
fn settings_are_found_turned_and_chosen_with_keys() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::Preferences));
    // The search, and then the sections, of which the sixth is about looks.
    ui.keys(&tabs(6, Space));
    assert!(ui.shows("High"), "{:?}", ui.texts());
    // Behind the sections is what closes the settings.
    let first_choice = 9;
    ui.keys(&[tabs(first_choice, ArrowRight), vec![ArrowRight, Space]].concat());
    assert_eq!(ui.link.settings().appearance, Appearance::Dark);
    // What differs from the default can be set back, which stands before it.
    ui.keys(&[tabs(first_choice + 1, ArrowLeft), vec![ArrowLeft, Enter]].concat());
    assert_eq!(ui.link.settings().appearance, Appearance::Light, "they go in a circle");
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Style"));
}

#[test]
fn the_last_word_is_left_with_space() {
    let mut ui = Ui::on_a_session_elsewhere();
    ui.send(Message::Update(Update::Gone));
    ui.keys(&[Space]);
    assert!(ui.exited);
}
