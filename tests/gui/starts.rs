//! The program is started again while its window is there, or in the background.

use windlass::Settings;
use windlass::gui::{FirstOpen, Message, desktop};
use windlass::ipc::{InWindow, New, Update};

use crate::ui::Ui;

#[test]
fn a_second_start_raises_the_window_with_its_links() {
    let mut ui = Ui::starting(FirstOpen::default(), Settings::default());
    assert_eq!(ui.opened, 0, "it started hidden");
    let wanted = InWindow { links: vec!["https://example.org/a.iso".to_owned()], ..InWindow::default() };
    ui.send(Message::Update(Update::OpenWindow(wanted.clone())));
    ui.send(Message::Update(Update::OpenWindow(wanted)));
    assert_eq!(ui.opened, 1);
    assert!(ui.shows("1 link."));
}

#[test]
fn an_open_window_comes_to_the_front_by_the_word_that_the_desktop_gave_the_second_start() {
    let mut ui = Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, Settings::default());
    let wanted = |token: &str| InWindow { token: Some(token.to_owned()), ..InWindow::default() };
    ui.send(Message::Update(Update::OpenWindow(wanted("first"))));
    assert_eq!(ui.desktop.activated(), ["first"]);
    ui.send(Message::Update(Update::OpenWindow(InWindow::default())));
    assert!(ui.desktop.activated().is_empty(), "a word is good for once");
    ui.send(Message::Desktop(desktop::Event::Asked(desktop::Asked::Token("second".to_owned()))));
    ui.send(Message::Desktop(desktop::Event::Asked(desktop::Asked::NewDownload)));
    assert_eq!(ui.desktop.activated(), ["second"]);
}

#[test]
fn a_second_start_can_ask_for_a_blank_dialog() {
    for (new, words) in [(New::Download, "Links"), (New::Upload, "No file chosen yet.")] {
        let mut ui = Ui::starting(FirstOpen::default(), Settings::default());
        ui.send(Message::Update(Update::OpenWindow(InWindow { new: Some(new), ..InWindow::default() })));
        assert!(ui.opened == 1 && ui.shows(words), "{words}");
    }
}
