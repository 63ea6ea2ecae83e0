//! Every language has room: no text is cut off, none lies on another, in small windows and in large ones.

use std::collections::BTreeSet;
use windlass::{Appearance, Phase, Reason, Snapshot};

use iced::advanced::Text;
use iced::advanced::text::{self, Paragraph as _};
use iced::{Font, Rectangle, Size};
use windlass::gui::{Command, Message, Reach};
use windlass::i18n::Language;
use windlass::ipc::Update;

use crate::pages::{go, groups, moved};
use crate::sample::{download, running};
use crate::shots::{busy, window};
use crate::ui::Ui;

/// The smallest window, also as it is with letters twice as large, for all; the others for those with the longest
/// words.
fn sizes(language: &str) -> &'static [(f32, f32)] {
    let all = &[(320.0, 240.0), (640.0, 480.0), (1280.0, 800.0), (3840.0, 2160.0)];
    if ["de", "ar", "en-XA"].contains(&language) { all } else { &all[..2] }
}

/// Texts of one line that have less room than they need, and those that lie beside the window.
fn cut(ui: &mut Ui, font: Font) -> BTreeSet<String> {
    let width = ui.size().width;
    let is_cut = |text: &str, bounds: Rectangle, seen: Rectangle| {
        let is_beside = bounds.x < -0.5 || bounds.x + bounds.width > width + 0.5;
        is_beside || seen.width < bounds.width - 0.5 || is_tight(text, bounds, font)
    };
    let texts = ui.laid_out().into_iter().filter(|(text, bounds, seen)| is_cut(text, *bounds, *seen));
    texts.map(|(text, bounds, _)| format!("{text:?} in {:.0} × {:.0}", bounds.width, bounds.height)).collect()
}

/// Whether a text that has room for one line is wider than that. Fonts differ: a little does not count.
fn is_tight(content: &str, room: Rectangle, font: Font) -> bool {
    type Paragraph = <iced::Renderer as text::Renderer>::Paragraph;
    let line_height = text::LineHeight::default();
    let size = room.height / line_height.to_absolute(1.0.into()).0;
    if !(11.0..20.0).contains(&size) {
        return false;
    }
    let text = Text {
        content,
        bounds: Size::INFINITE,
        size: size.into(),
        line_height,
        font,
        align_x: text::Alignment::Default,
        align_y: iced::alignment::Vertical::Top,
        shaping: text::Shaping::Advanced,
        wrapping: text::Wrapping::None,
    };
    Paragraph::with_text(text).min_width() > room.width * 1.08 + 2.0
}

/// Texts that lie on each other.
fn on_each_other(ui: &mut Ui) -> Vec<String> {
    let texts = ui.laid_out();
    let pairs =
        texts.iter().enumerate().flat_map(|(n, one)| texts[..n].iter().map(move |other| (one, other)));
    let touching = pairs.filter(|(one, other)| one.2.shrink(0.5).intersects(&other.2.shrink(0.5)));
    touching.map(|(one, other)| format!("{:?} and {:?}", one.0, other.0)).collect()
}

/// What is wrong with the screens so far, and what is always short on the one below: names and states of rows end
/// in dots.
#[derive(Default)]
struct Wrong {
    font: Font,
    short: BTreeSet<String>,
    found: Vec<String>,
}

impl Wrong {
    /// Looks at a screen with a dialog.
    fn look(&mut self, ui: &mut Ui, name: &str) {
        ui.shoot(name);
        let cut = cut(ui, self.font);
        self.look_around(ui, name);
        self.found.extend(cut.difference(&self.short).map(|text| format!("{name}: {text}")));
    }

    /// Looks beside the window.
    fn look_around(&mut self, ui: &mut Ui, name: &str) {
        self.found
            .extend(ui.out_of_reach().into_iter().map(|what| format!("{name}: {what} is out of reach")));
    }

    /// Looks at a screen without one.
    fn look_below(&mut self, ui: &mut Ui, name: &str) {
        ui.shoot(name);
        self.short = cut(ui, self.font);
        self.look_around(ui, name);
        self.found.extend(on_each_other(ui).into_iter().map(|pair| format!("{name}: {pair}")));
    }
}

fn main_screen(ui: &mut Ui, name: &str, wrong: &mut Wrong) {
    wrong.look_below(ui, &format!("lang-empty-{name}"));
    ui.send(Message::Update(Update::All(busy())));
    wrong.look_below(ui, &format!("lang-list-{name}"));
    ui.send(Message::Key(Command::Down(Reach::Only)));
    ui.send(Message::Key(Command::Details));
    for page in ["overview", "segments", "speed", "attempts", "answer"] {
        ui.press(&format!("tab-{page}"));
        wrong.look_below(ui, &format!("lang-panel-{page}-{name}"));
    }
    ui.send(Message::Key(Command::Details));
    ui.send(Message::Key(Command::Menu));
    wrong.look(ui, &format!("lang-menu-{name}"));
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::MainMenu));
    wrong.look(ui, &format!("lang-main-menu-{name}"));
    ui.send(Message::Key(Command::Escape));
}

fn dialogs(ui: &mut Ui, name: &str, wrong: &mut Wrong) {
    for (open, key) in [("add-download", Command::AddDownload), ("add-upload", Command::AddUpload)] {
        ui.send(Message::Key(key));
        ui.send(Message::Key(Command::Details));
        wrong.look(ui, &format!("lang-{open}-{name}"));
        ui.send(Message::Key(Command::Escape));
    }
    ui.link.has_moved(moved());
    ui.link.has_groups(groups());
    for page in ["shortcuts", "statistics", "groups", "destinations", "sites", "about"] {
        // Where room is scarce, an entry of the menu may be out of sight.
        let size = ui.size();
        ui.resize(1280.0, 800.0);
        go(ui, page);
        ui.resize(size.width, size.height);
        wrong.look(ui, &format!("lang-{page}-{name}"));
        ui.send(Message::Key(Command::Escape));
    }
    ui.send(Message::Key(Command::Preferences));
    wrong.look(ui, &format!("lang-settings-{name}"));
    ui.press("section general");
    for section in ["general", "transfers", "speed", "data", "desktop", "appearance", "advanced"] {
        wrong.look(ui, &format!("lang-settings-{section}-{name}"));
        ui.send(Message::Key(Command::PageDown(Reach::Only)));
    }
    ui.send(Message::Key(Command::Escape));
    ui.send(Message::Key(Command::Quit));
    wrong.look(ui, &format!("lang-quit-{name}"));
    ui.send(Message::Key(Command::Escape));
}

/// What is asked when bytes would be lost or something is missing.
fn questions(ui: &mut Ui, name: &str, wrong: &mut Wrong) {
    let paused =
        |name: &str, reason| Snapshot { state: Phase::Paused, reason: Some(reason), ..download(name) };
    let (login, link) = (paused("login.iso", Reason::NeedsLogin), paused("link.iso", Reason::NeedsLink));
    let begun = running(download("a-name-that-is-rather-long.iso"), 1_000_000, 2_000_000, 1);
    ui.send(Message::Update(Update::All(vec![login.clone(), link.clone(), begun])));
    ui.send(Message::Key(Command::First(Reach::Only)));
    wrong.short = cut(ui, wrong.font);
    ui.send(Message::Key(Command::Remove));
    wrong.look(ui, &format!("lang-loss-{name}"));
    ui.send(Message::Key(Command::Escape));
    for (row, verb) in [(link, "new-link"), (login, "log-in")] {
        ui.send(Message::Key(Command::Down(Reach::Only)));
        ui.press(&format!("{verb} {}", row.id));
        wrong.look(ui, &format!("lang-{verb}-{name}"));
        ui.send(Message::Key(Command::Escape));
    }
}

#[test]
fn a_text_without_room_is_found() {
    let mut ui = window("de", Appearance::Light);
    ui.resize(720.0, 30.0);
    assert!(!ui.out_of_reach().is_empty());
    ui.resize(640.0, 480.0);
    ui.send(Message::Update(Update::All(busy())));
    let room = Rectangle { width: 60.0, height: 18.0, ..Rectangle::default() };
    assert!(is_tight("Übertragungen", room, Font::DEFAULT) && !is_tight("Über", room, Font::DEFAULT));
    assert!(on_each_other(&mut ui).is_empty());
    ui.send(Message::Key(Command::Quit));
    assert!(!on_each_other(&mut ui).is_empty(), "a dialog lies on the list");
}

#[test]
fn no_text_is_cut_off_in_any_language() {
    let mut wrong = Wrong::default();
    for language in Language::ALL.map(Language::code).into_iter().chain(["en-XA"]) {
        // Fonts with the letters of East Asia have Latin ones of another width.
        let is_east_asian = ["ja", "ko", "zh-CN", "zh-TW"].contains(&language);
        wrong.font = if is_east_asian { Font::with_name("Noto Sans CJK JP") } else { Font::DEFAULT };
        for &(width, height) in sizes(language) {
            let mut ui = window(language, Appearance::Light);
            ui.resize(width, height);
            let name = format!("{language}-{width}");
            main_screen(&mut ui, &name, &mut wrong);
            dialogs(&mut ui, &name, &mut wrong);
            questions(&mut ui, &name, &mut wrong);
        }
    }
    assert!(wrong.found.is_empty(), "{} wrong: {:#?}", wrong.found.len(), wrong.found);
}
