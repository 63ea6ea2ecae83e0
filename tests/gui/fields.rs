//! Fields in the hands of somebody who writes with the mouse.

use windlass::gui::{Command, Message};
use windlass::ipc::Update;
use windlass::{Phase, Reason, Snapshot};

use crate::sample::download;
use crate::ui::Ui;

#[test]
fn a_field_has_a_menu() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::AddUpload));
    ui.hands(|hands| {
        assert!(hands.click_id("address"));
        hands.write("https://example.org/in/");
        assert!(hands.right_click_id("address") && hands.click_text("Select all"));
        assert!(hands.right_click_id("address") && hands.click_text("Cut"));
        assert!(!hands.click_text("Cut"), "it has gone");
        hands.write("https://");
    });
    assert!(ui.shows("https://") && !ui.shows("example.org/in"), "{:?}", ui.texts());
}

#[test]
fn its_menu_looks_like_the_others() {
    for (name, appearance) in [("light", windlass::Appearance::Light), ("dark", windlass::Appearance::Dark)] {
        for language in ["en", "ja", "ar", "de"] {
            let mut ui = crate::shots::window(language, appearance);
            ui.resize(640.0, 480.0);
            ui.send(Message::Update(Update::All(crate::shots::busy())));
            ui.send(Message::Key(Command::AddUpload));
            let theme = ui.theme();
            let file = std::env::var_os("WINDLASS_SHOTS")
                .map(|folder| std::path::Path::new(&folder).join(format!("field-menu-{name}-{language}")));
            ui.hands(|hands| {
                assert!(hands.click_id("address"));
                hands.write("https://example.org/in/");
                assert!(hands.right_click_id("address"));
                hands.tap(iced::keyboard::key::Named::ArrowDown);
                if let Some(file) = &file {
                    hands.shoot(&theme, file);
                }
            });
        }
    }
}

#[test]
fn the_dialog_for_another_link_asks_for_one() {
    let row = Snapshot { state: Phase::Paused, reason: Some(Reason::NeedsLink), ..download("a.iso") };
    let mut ui = Ui::with(vec![row.clone()]);
    ui.choose(&row, "new-link");
    assert!(ui.texts().contains(&"Link".to_owned()), "{:?}", ui.texts());
}
