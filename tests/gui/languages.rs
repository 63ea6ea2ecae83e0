//! Every language has room: no text is cut off, none lies on another, in small windows and in large ones.

use windlass::Appearance;
use windlass::gui::{Command, Message, Reach};
use windlass::i18n::Language;
use windlass::ipc::Update;

use crate::pages::{go, groups, moved};
use crate::shots::{busy, window};
use crate::ui::Ui;

/// The smallest window, where room is scarce, for all; the others for those with the longest words.
fn sizes(language: &str) -> &'static [(f32, f32)] {
    let all = &[(720.0, 480.0), (1280.0, 800.0), (3840.0, 2160.0)];
    if ["de", "ar", "en-XA"].contains(&language) { all } else { &all[..1] }
}

/// Looks at what is on the screen, where `name` names it.
fn look(ui: &mut Ui, name: &str, wrong: &mut Vec<String>) {
    ui.shoot(name);
    wrong.extend(ui.cut().into_iter().map(|text| format!("{name}: {text} is cut off")));
}

/// The same, where no dialog lies on the screen.
fn look_close(ui: &mut Ui, name: &str, wrong: &mut Vec<String>) {
    look(ui, name, wrong);
    wrong.extend(ui.on_each_other().into_iter().map(|pair| format!("{name}: {pair} overlap")));
}

fn main_screen(ui: &mut Ui, name: &str, wrong: &mut Vec<String>) {
    look_close(ui, &format!("lang-empty-{name}"), wrong);
    ui.send(Message::Update(Update::All(busy())));
    look_close(ui, &format!("lang-list-{name}"), wrong);
    ui.send(Message::Key(Command::Down(Reach::Only)));
    ui.send(Message::Key(Command::Details));
    for page in ["overview", "segments", "speed", "attempts", "answer"] {
        ui.press(&format!("tab-{page}"));
        look_close(ui, &format!("lang-panel-{page}-{name}"), wrong);
    }
    ui.send(Message::Key(Command::Details));
    ui.send(Message::Key(Command::Menu));
    look(ui, &format!("lang-menu-{name}"), wrong);
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::MainMenu));
    look(ui, &format!("lang-main-menu-{name}"), wrong);
    ui.send(Message::Key(Command::Escape));
}

fn dialogs(ui: &mut Ui, name: &str, wrong: &mut Vec<String>) {
    for open in ["add-download", "add-upload"] {
        ui.press(open);
        ui.send(Message::Key(Command::Details));
        look(ui, &format!("lang-{open}-{name}"), wrong);
        ui.send(Message::Key(Command::Escape));
    }
    ui.link.has_moved(moved());
    ui.link.has_groups(groups());
    for page in ["shortcuts", "statistics", "groups", "about"] {
        go(ui, page);
        look(ui, &format!("lang-{page}-{name}"), wrong);
        ui.send(Message::Key(Command::Escape));
    }
    ui.press("preferences");
    for section in ["general", "transfers", "speed", "data", "desktop", "appearance", "advanced"] {
        ui.press(&format!("section {section}"));
        look(ui, &format!("lang-settings-{section}-{name}"), wrong);
    }
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::Quit));
    look(ui, &format!("lang-quit-{name}"), wrong);
    ui.send(Message::Key(Command::Escape));
}

#[test]
fn a_text_without_room_is_found() {
    let mut ui = window("de", Appearance::Light);
    ui.resize(200.0, 480.0);
    assert!(!ui.cut().is_empty());
    ui.send(Message::Update(Update::All(busy())));
    assert!(!ui.cut().is_empty());
    assert!(!ui.on_each_other().is_empty());
}

#[test]
fn no_text_is_cut_off_in_any_language() {
    let mut wrong = Vec::new();
    for language in Language::ALL.map(Language::code).into_iter().chain(["en-XA"]) {
        for &(width, height) in sizes(language) {
            let mut ui = window(language, Appearance::Light);
            ui.resize(width, height);
            let name = format!("{language}-{width}");
            main_screen(&mut ui, &name, &mut wrong);
            dialogs(&mut ui, &name, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}
