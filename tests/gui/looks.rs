//! How the window looks as the desktop and the settings want it, while it is open.

use windlass::gui::desktop::{Scheme, Wishes};
use windlass::gui::{Command, FirstOpen, Message};
use windlass::{Motion, Settings};

use crate::ui::Ui;

#[test]
fn what_the_desktop_wishes_is_seen_at_once() {
    let mut ui = Ui::with(vec![]);
    let light = ui.theme();
    assert!(!light.extended_palette().is_dark && !ui.is_still());
    ui.send(Message::Wishes(Wishes { scheme: Scheme::Dark, ..Wishes::default() }));
    let dark = ui.theme();
    assert!(dark.extended_palette().is_dark);
    ui.send(Message::Wishes(Wishes {
        scheme: Scheme::Dark,
        contrast: true,
        still: true,
        ..Wishes::default()
    }));
    assert_ne!(ui.theme(), dark);
    assert!(ui.is_still());
    ui.send(Message::Wishes(Wishes { accent: Some([200, 30, 90]), ..Wishes::default() }));
    assert_ne!(ui.theme().palette().primary, light.palette().primary);
    ui.send(Message::Wishes(Wishes { scheme: Scheme::Light, ..Wishes::default() }));
    assert_eq!(ui.theme(), light);
}

#[test]
fn whether_things_move_is_the_users_word_before_the_desktops() {
    let open = || FirstOpen { visible: true, ..FirstOpen::default() };
    for (motion, still) in [(Motion::System, true), (Motion::Full, false), (Motion::Reduced, true)] {
        let mut ui = Ui::starting(open(), Settings { motion, ..Settings::default() });
        ui.send(Message::Wishes(Wishes { gnome_still: true, ..Wishes::default() }));
        assert_eq!(ui.is_still(), still, "{motion:?}");
    }
}

#[test]
fn everything_becomes_larger_and_smaller_and_that_is_kept() {
    let mut ui = Ui::with(vec![]);
    let scale = |ui: &Ui| (ui.scale() * 100.0).round();
    ui.send(Message::Key(Command::Larger));
    ui.send(Message::Key(Command::Larger));
    assert!((scale(&ui) - 120.0).abs() < 0.1);
    assert_eq!(ui.link.settings().text_scale, 120);
    for _ in 0..20 {
        ui.send(Message::Key(Command::Smaller));
    }
    assert!((scale(&ui) - 80.0).abs() < 0.1, "there is an end");
    ui.send(Message::Key(Command::AddDownload));
    ui.send(Message::Key(Command::UsualSize));
    assert_eq!((scale(&ui), ui.link.settings().text_scale), (100.0, 100));
    assert!(ui.shows("Folder"), "in dialogs as well");
}

#[test]
fn letters_are_as_large_as_the_desktop_wants_them_until_somebody_chooses() {
    let mut ui = Ui::with(vec![]);
    let scale = |ui: &Ui| (ui.scale() * 100.0).round();
    let wish = |percent| Message::Wishes(Wishes { text_scale: Some(percent), ..Wishes::default() });
    for percent in [125_u16, 150, 110] {
        ui.send(wish(percent));
        assert!((scale(&ui) - f32::from(percent)).abs() < 0.1);
    }
    ui.send(Message::Key(Command::Smaller));
    assert_eq!(ui.link.settings().text_scale, 90, "100 would be what the desktop wants");
    ui.send(Message::Key(Command::Larger));
    ui.send(wish(150));
    assert!((scale(&ui) - 110.0).abs() < 0.1, "somebody has chosen");
    ui.send(Message::Key(Command::UsualSize));
    assert!((scale(&ui) - 150.0).abs() < 0.1);
}

#[test]
fn the_settings_say_how_large_letters_are_where_they_follow_the_desktop() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Wishes(Wishes { text_scale: Some(125), ..Wishes::default() }));
    ui.resize(1280.0, 1400.0);
    ui.send(Message::Key(Command::Preferences));
    ui.press("section appearance");
    assert!(ui.shows("which is 125 % now") && ui.texts().contains(&"125".to_owned()), "{:?}", ui.texts());
    ui.shoot("settings-follow");
    ui.press("more text_scale");
    assert_eq!(ui.link.settings().text_scale, 126, "it goes on from where it is");
    assert!(!ui.shows("which is 125 % now"));
}
