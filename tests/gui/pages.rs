//! The pages that the menu of the window leads to.

use iced::keyboard::key::Named::{self, Enter, Space, Tab};
use windlass::gui::desktop::Picked;
use windlass::gui::{Command, FirstOpen, Message, Reach};
use windlass::ipc::{Afterwards, Fault, Request, Update, WhenDone};
use windlass::{Appearance, GroupView, Settings, Statistics};

use crate::sample::{download, running};
use crate::ui::Ui;

/// Opens what the menu of the window leads to.
pub fn go(ui: &mut Ui, whither: &str) {
    ui.press("main-menu");
    ui.press(&format!("menu {whither}"));
}

pub fn moved() -> Statistics {
    let today = jiff::Zoned::now().date();
    let days = [(0, 4_200_000_000_u64, 310_000_000_u64), (1, 900_000_000, 0), (3, 12_000_000, 1_500_000_000)];
    let days =
        days.into_iter().chain((6..29).map(|ago| (ago, ago * 97_000_000 % 2_000_000_000, ago * 7_000_000)));
    let days: serde_json::Map<_, _> = days
        .map(|(ago, down, up)| {
            let day = today.checked_sub(jiff::Span::new().days(i64::try_from(ago).unwrap())).unwrap();
            (day.to_string(), serde_json::json!({"down": down, "up": up, "completed": 3, "failed": ago % 2}))
        })
        .collect();
    let ever = serde_json::json!({"down": 812_000_000_000_u64, "up": 33_000_000_000_u64, "completed": 1234, "failed": 17});
    serde_json::from_value(serde_json::json!({"since": "2026-03-14", "ever": ever, "days": days})).unwrap()
}

#[test]
fn the_menu_of_the_window_is_opened_walked_and_left_with_keys() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::MainMenu));
    assert!(ui.shows("Statistics") && ui.shows("Quit"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Statistics"));
    ui.send(Message::Key(Command::MainMenu));
    for _ in 0..5 {
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
    ui.send(Message::Key(Command::Open));
    assert!(ui.shows("Nothing has been moved yet."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::MainMenu));
    ui.send(Message::Key(Command::Up(Reach::Only)));
    ui.send(Message::Key(Command::Open));
    assert!(ui.exited, "the last entry quits");
}

#[test]
fn what_was_saved_elsewhere_is_gone_on_with_from_the_menu() {
    let mut ui = Ui::with(vec![]);
    ui.desktop.will_pick(Picked::Paths(vec!["/nowhere/notes.txt".into()]));
    go(&mut ui, "resume-from");
    assert!(!ui.shows("Resume from a file"), "the menu is gone");
    // It is read where a disk may take its time.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !ui.shows("notes.txt") {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        std::thread::yield_now();
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
}

#[test]
fn what_happens_when_all_is_done_is_chosen_told_and_stopped() {
    let mut ui = Ui::with(vec![download("a")]);
    go(&mut ui, "when-done");
    assert!(ui.shows("Quit Windlass") && !ui.shows("Power off the computer"), "{:?}", ui.texts());
    ui.shoot("when-done-menu.png");
    ui.press("menu when-suspend");
    let chosen = |asked: &[Request]| match asked {
        [Request::WhenDone { then: Some(then) }] => Some(*then),
        _ => None,
    };
    assert_eq!(chosen(&ui.asked()), Some(Afterwards::Suspend));
    let told = |then, seconds| Message::Update(Update::WhenDone(WhenDone { then, seconds, can: vec![] }));
    ui.send(told(Afterwards::Suspend, None));
    assert!(ui.shows("When all is done: Suspend the computer"), "{:?}", ui.texts());
    ui.send(told(Afterwards::Suspend, Some(60)));
    assert!(ui.shows("The computer is suspended in 60 s."), "{:?}", ui.texts());
    ui.shoot("when-done-notice.png");
    ui.resize(640.0, 480.0);
    let row = running(download("b.iso"), 1_000_000, 9_000_000, 400_000);
    ui.send(Message::Update(Update::All(vec![row])));
    ui.shoot("when-done-notice-small.png");
    ui.press("stay");
    assert_eq!(chosen(&ui.asked()), Some(Afterwards::Nothing));
    ui.send(told(Afterwards::Nothing, None));
    assert!(!ui.shows("suspended"));
}

#[test]
fn keys_are_looked_up_by_what_they_do() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::Shortcuts));
    assert!(ui.shows("Keyboard shortcuts") && ui.shows("Pause all"), "{:?}", ui.texts());
    ui.write("search-keys", "queue");
    assert!(ui.shows("Move up or down in the queue") && !ui.shows("Pause all"), "{:?}", ui.texts());
    ui.write("search-keys", " coffee");
    assert!(ui.shows("No key does anything with “queue coffee”."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert!(ui.shows("Pause all"), "escape leaves the search first");
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Keyboard shortcuts"));
}

#[test]
fn a_page_is_left_by_its_button_and_by_a_press_beside_it() {
    let mut ui = Ui::with(vec![]);
    for page in ["shortcuts", "statistics", "groups", "about"] {
        go(&mut ui, page);
        assert!(ui.controls() < 10, "what is below is out of reach");
        ui.press("close");
        assert!(!ui.texts().iter().any(|text| text == "Keyboard shortcuts"), "{:?}", ui.texts());
    }
}

#[test]
fn what_somebody_needs_for_a_report_is_copied() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "about");
    assert!(
        ui.shows(env!("CARGO_PKG_VERSION")) && ui.shows("/home/me/windlass/settings.ron"),
        "{:?}",
        ui.texts()
    );
    ui.click("Copy for a report");
    assert!(ui.clipboard.as_deref().unwrap().contains("log: /home/me/windlass/log"));
    assert!(ui.shows("Copied"));
    // The way out, then what it is made of.
    ui.keys(&tabs(2, Space));
    assert!(ui.shows("Apache-2.0 OR MIT"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("/home/me/windlass/settings.ron"));
}

#[test]
fn how_much_was_moved_is_told_as_the_session_counted_it() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "statistics");
    assert!(ui.shows("Nothing has been moved yet."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    ui.link.has_moved(moved());
    go(&mut ui, "statistics");
    for words in ["4.2 GB", "310.0 MB", "812.0 GB", "1,234", "Since 2026-03-14"] {
        assert!(ui.shows(words), "{words}: {:?}", ui.texts());
    }
    ui.keys(&[Enter]);
    assert!(!ui.shows("812.0 GB"), "the way out is where the keyboard begins");
}

pub fn groups() -> Vec<GroupView> {
    let night = serde_json::json!({
        "name": "Night", "serial": true, "limit": 500_000, "folder": "/home/me/Night",
        "all": 12, "completed": 4, "failed": 1, "cancelled": 0
    });
    let photos = serde_json::json!({"name": "Photos", "all": 0, "completed": 0, "failed": 0, "cancelled": 0});
    let other = serde_json::json!({"name": "Work", "all": 3, "completed": 3, "failed": 0, "cancelled": 0});
    [night, photos, other].map(|view| serde_json::from_value(view).unwrap()).into()
}

#[test]
fn a_group_is_made_changed_and_removed() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "groups");
    assert!(ui.shows("A group keeps transfers together"), "{:?}", ui.texts());
    ui.press("add-group");
    ui.write("group-name", "Night");
    ui.click("One after another");
    ui.desktop.will_pick(Picked::Paths(vec!["/elsewhere".into()]));
    ui.click("Choose…");
    ui.link.has_groups(groups());
    ui.write("group-limit", "500K\n\n");
    let [Request::SetGroup(group)] = &ui.asked()[..] else { panic!() };
    assert!(group.serial && group.limit == Some(500_000) && group.folder == Some("/elsewhere".into()));
    for words in ["One after another · at most 500.0 kB/s · /home/me/Night", "4 of 12 done", "1 failed"] {
        assert!(ui.shows(words), "{words}: {:?}", ui.texts());
    }
    ui.press("edit Night");
    ui.write("group-limit", "fast");
    ui.press("save-group");
    assert!(ui.shows("This is not a speed.") && ui.asked().is_empty(), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    ui.press("remove Work");
    assert!(ui.shows("Remove the group “Work”? Its transfers stay."), "{:?}", ui.texts());
    ui.press("really-remove");
    assert!(matches!(&ui.asked()[..], [Request::RemoveGroup { name }] if name.as_str() == "Work"));
    ui.press("times");
    assert!(ui.shows("Add a time"), "the times of the day are in the settings: {:?}", ui.texts());
}

#[test]
fn what_the_session_does_not_do_with_a_group_is_told() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "groups");
    ui.press("add-group");
    ui.write("group-name", "Night");
    ui.link.refuse(Fault::new("The disk is full."));
    ui.press("save-group");
    assert!(ui.shows("The disk is full.") && ui.shows("New group"), "{:?}", ui.texts());
}

#[test]
fn the_empty_window_says_what_can_be_done_and_changes_the_folder() {
    let mut ui = Ui::with(vec![]);
    for words in ["Paste a link", "Ctrl+V", "Drop links or files", "Downloads go to"] {
        assert!(ui.shows(words), "{words}: {:?}", ui.texts());
    }
    ui.desktop.will_pick(Picked::Paths(vec!["/elsewhere".into()]));
    ui.press("change-folder");
    assert_eq!(ui.link.settings().download_folder, std::path::Path::new("/elsewhere"));
    ui.press("change-folder");
    assert!(
        ui.shows("Folder for downloads"),
        "without a dialog to choose from it is written: {:?}",
        ui.texts()
    );
}

#[test]
fn where_nothing_is_listed_one_press_leads_back() {
    let mut ui = Ui::with(vec![download("a.iso")]);
    ui.send(Message::Key(Command::Place(4)));
    assert!(ui.shows("Nothing has failed.") && !ui.shows("a.iso"), "{:?}", ui.texts());
    ui.press("nothing-back");
    assert!(ui.shows("a.iso"));
    ui.write("search", "zzz");
    assert!(ui.shows("Nothing found for “zzz”."), "{:?}", ui.texts());
    ui.press("nothing-back");
    assert!(ui.shows("a.iso") && !ui.shows("zzz"));
}

#[test]
fn every_page_can_be_drawn() {
    for (language, appearance, size) in [
        ("en", Appearance::Light, (960.0, 700.0)),
        ("en", Appearance::Dark, (640.0, 480.0)),
        ("ja", Appearance::Light, (640.0, 480.0)),
        ("zh-CN", Appearance::Dark, (960.0, 700.0)),
    ] {
        let settings = Settings { language: language.to_owned(), appearance, ..Settings::default() };
        let mut ui = Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, settings);
        ui.link.has_moved(moved());
        ui.resize(size.0, size.1);
        let name = format!("{language}-{appearance:?}").to_lowercase();
        ui.shoot(&format!("page-empty-{name}"));
        ui.send(Message::Key(Command::MainMenu));
        ui.shoot(&format!("page-menu-{name}"));
        ui.send(Message::Key(Command::Escape));
        for page in ["shortcuts", "statistics", "groups", "about"] {
            go(&mut ui, page);
            ui.shoot(&format!("page-{page}-{name}"));
            ui.send(Message::Key(Command::Escape));
        }
        go(&mut ui, "about");
        ui.keys(&tabs(2, Space));
        ui.shoot(&format!("page-parts-{name}"));
        ui.send(Message::Key(Command::Escape));
        ui.send(Message::Key(Command::Escape));
        ui.link.has_groups(groups());
        go(&mut ui, "groups");
        ui.press("remove Photos");
        ui.shoot(&format!("page-groups-some-{name}"));
        ui.press("edit Night");
        ui.write("group-limit", "x");
        ui.press("save-group");
        ui.shoot(&format!("page-group-{name}"));
        for _ in 0..2 {
            ui.send(Message::Key(Command::Escape));
        }
        ui.send(Message::Update(Update::All(vec![download("a.iso")])));
        ui.send(Message::Key(Command::Place(4)));
        ui.shoot(&format!("page-nothing-{name}"));
    }
}

/// Tab so often, and then a key.
fn tabs(times: usize, then: Named) -> Vec<Named> {
    std::iter::repeat_n(Tab, times).chain([then]).collect()
}
