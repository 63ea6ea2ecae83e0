//! The settings, as somebody changes them.

use windlass::gui::desktop::Picked;
use windlass::gui::{Command, FirstOpen, Message, Reach};
use windlass::ipc::{Fault, Request, Update};
use windlass::{Appearance, Event, Settings};

use crate::ui::Ui;

/// The window with its settings open.
fn open() -> Ui {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::Preferences));
    ui
}

/// The settings that the session was asked to keep since the last time, the newest.
fn kept(ui: &Ui) -> Option<Settings> {
    ui.asked().into_iter().rev().find_map(|request| match request {
        Request::Configure(kept) => Some(*kept),
        _ => None,
    })
}

#[test]
fn a_setting_is_found_changed_and_kept_at_once() {
    let mut ui = open();
    assert!(ui.shows("Folder for downloads") && !ui.shows("Transfers at once"), "{:?}", ui.texts());
    ui.write("search-settings", "at once server");
    assert!(ui.shows("Transfers at once from the same server") && !ui.shows("Folder for downloads"));
    ui.press("more max_per_host");
    assert_eq!(kept(&ui).unwrap().max_per_host, 1);
    ui.press("back max_per_host");
    assert_eq!(kept(&ui).unwrap().max_per_host, 0);
    ui.send(Message::Key(Command::Escape));
    assert!(ui.shows("Folder for downloads"), "escape leaves the search first");
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Folder for downloads"));
}

#[test]
fn where_there_is_little_room_escape_leads_back_to_the_sections_first() {
    let mut ui = open();
    ui.resize(400.0, 300.0);
    ui.press("section general");
    assert!(ui.shows("Folder for downloads"));
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Folder for downloads") && ui.shows("Advanced"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Advanced"));
}

#[test]
fn what_is_searched_for_in_vain_is_said() {
    let mut ui = open();
    ui.write("search-settings", "coffee");
    assert!(ui.shows("No setting matches “coffee”."), "{:?}", ui.texts());
    ui.press("section general");
    assert!(ui.shows("Folder for downloads"));
}

#[test]
fn everything_else_in_the_settings_stays_as_the_session_has_it() {
    let mut ui = Ui::with(vec![]);
    let elsewhere = Settings { retries: 3, language: "en".to_owned(), ..Settings::default() };
    ui.link.keep(elsewhere.clone());
    ui.press("preferences");
    ui.press("section transfers");
    ui.press("find_checksums");
    assert_eq!(kept(&ui).unwrap(), Settings { find_checksums: true, ..elsewhere });
    assert!(ui.texts().contains(&"3".to_owned()), "{:?}", ui.texts());
}

#[test]
fn a_value_that_cannot_be_is_told_below_its_field_and_not_kept() {
    let mut ui = open();
    ui.press("section speed");
    ui.write("download_limit", "5\n\n");
    assert!(ui.shows("Write a number and its unit"), "{:?}", ui.texts());
    assert_eq!(kept(&ui), None);
    ui.write("download_limit", " mb\n\n");
    assert!(!ui.shows("Write a number and its unit") && ui.shows("5 MB/s"), "{:?}", ui.texts());
    assert_eq!(kept(&ui).unwrap().download_limit, 5_000_000);
}

#[test]
fn what_the_session_does_not_keep_is_told_and_shown_as_it_was() {
    let mut ui = open();
    ui.press("section desktop");
    ui.link.refuse(Fault::new("The disk is full."));
    ui.press("notifications");
    assert!(ui.shows("This was not kept: The disk is full."), "{:?}", ui.texts());
    ui.press("notifications");
    assert!(!ui.shows("This was not kept"));
    assert!(!ui.link.settings().notifications, "it was shown as on again");
}

#[test]
fn the_folder_can_be_chosen() {
    let mut ui = open();
    ui.click("Choose…");
    assert!(ui.shows("Type the path instead."));
    ui.desktop.will_pick(Picked::Paths(vec!["/elsewhere".into()]));
    ui.click("Choose…");
    assert_eq!(kept(&ui).unwrap().download_folder, std::path::Path::new("/elsewhere"));
    assert!(!ui.shows("Type the path instead."));
}

#[test]
fn a_time_of_the_day_is_made_by_hand() {
    let mut ui = open();
    ui.resize(1200.0, 1600.0);
    ui.press("section speed");
    ui.press("add window");
    assert!(ui.shows("Every day, 22:00–06:00") && ui.shows("Nothing runs"), "{:?}", ui.texts());
    ui.press("day 0 6");
    ui.press("limits 0");
    ui.write("limit 0 uploads", "100 kB/s\n\n");
    assert!(ui.shows("Mon–Sat, 22:00–06:00") && ui.shows("Uploads at most 100 kB/s"), "{:?}", ui.texts());
    let windows = kept(&ui).unwrap().windows;
    assert_eq!(windows[0].to_string(), "mon,tue,wed,thu,fri,sat 22:00-06:00 up 100000");
    ui.press("remove window 0");
    assert_eq!(kept(&ui).unwrap().windows, []);
}

#[test]
fn with_the_keyboard_alone_a_setting_is_found_and_changed() {
    let mut ui = open();
    ui.send(Message::Key(Command::PageDown(Reach::Only)));
    assert!(ui.shows("Transfers at once"), "{:?}", ui.texts());
    ui.write("retries", "2");
    ui.send(Message::Key(Command::PageDown(Reach::Only)));
    assert_eq!(kept(&ui).unwrap().retries, 102, "what was written holds when the page is turned");
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Download speed"));
}

#[test]
fn every_section_can_be_drawn() {
    for (language, appearance, size) in [
        ("en", Appearance::Light, (960.0, 700.0)),
        ("en", Appearance::Dark, (640.0, 480.0)),
        ("ja", Appearance::Light, (640.0, 480.0)),
        ("zh-CN", Appearance::Dark, (960.0, 700.0)),
    ] {
        let windows =
            vec!["22:00-06:00 stop".parse().unwrap(), "mon-fri 8:00-18:00 down 2M up 500K".parse().unwrap()];
        let settings = Settings {
            language: language.to_owned(),
            appearance,
            windows,
            retries: 3,
            ..Settings::default()
        };
        let mut ui = Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, settings);
        ui.resize(size.0, size.1);
        ui.press("preferences");
        let name = format!("{language}-{appearance:?}").to_lowercase();
        for section in ["general", "transfers", "speed", "data", "desktop", "appearance", "advanced"] {
            ui.press(&format!("section {section}"));
            ui.shoot(&format!("settings-{section}-{name}"));
        }
        ui.press("section speed");
        ui.write("download_limit", "5\n\n");
        ui.resize(size.0, 1200.0);
        ui.press("edit window 1");
        ui.shoot(&format!("settings-times-{name}"));
        ui.resize(size.0, size.1);
        ui.write("search-settings", "limit");
        ui.shoot(&format!("settings-search-{name}"));
    }
}

#[test]
fn what_is_set_elsewhere_is_followed_while_somebody_writes() {
    let mut ui = open();
    ui.press("section speed");
    ui.write("download_limit", "5 M");
    let elsewhere = Settings {
        language: "ja".to_owned(),
        appearance: Appearance::Dark,
        download_limit: 1_000_000,
        upload_limit: 2_000_000,
        ..ui.link.settings()
    };
    ui.link.keep(elsewhere.clone());
    let light = ui.theme();
    ui.send(Message::Update(Update::Event(Event::Settings { settings: Box::new(elsewhere) })));
    assert!(ui.theme() != light && ui.shows("設定"), "{:?}", ui.texts());
    assert!(ui.shows("2 MB/s") && ui.shows("5 M") && !ui.shows("1 MB/s"), "{:?}", ui.texts());
    ui.keys(&[iced::keyboard::key::Named::Enter]);
    let _ = ui.asked();
    ui.write("download_limit", "B\n\n");
    assert_eq!((ui.link.settings().download_limit, ui.link.settings().upload_limit), (5_000_000, 2_000_000));
}

#[test]
fn where_room_is_scarce_the_sections_and_what_is_in_one_take_turns() {
    let mut ui = Ui::with(vec![]);
    ui.resize(320.0, 240.0);
    ui.send(Message::Key(Command::Preferences));
    assert!(ui.shows("Appearance") && !ui.shows("Folder for downloads"), "{:?}", ui.texts());
    ui.press("section general");
    assert!(ui.shows("Folder for downloads") && !ui.shows("Appearance"), "{:?}", ui.texts());
    ui.press("sections");
    ui.write("search-settings", "proxy");
    assert!(
        ui.shows("Preferences") && !ui.shows("Transfers"),
        "what is found stands below: {:?}",
        ui.texts()
    );
}
