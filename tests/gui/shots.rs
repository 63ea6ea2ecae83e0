//! Every state of the window once, drawn where somebody wants to look at it.

use iced::keyboard::key::Named::{ArrowRight, Tab};
use jiff::Timestamp;
use windlass::gui::{Command, FirstOpen, Message, Reach, desktop};
use windlass::ipc::{Fault, Update};
use windlass::{
    Address, Appearance, ErrorKind, Failure, Phase, Place, Probed, Reason, Response, Settings, Snapshot,
};

use crate::details::{half_way, tried};
use crate::sample::{download, failed, running, upload};
use crate::ui::Ui;

pub fn busy() -> Vec<Snapshot> {
    vec![
        Snapshot { state: Phase::Cancelled, ..download("old-backup.tar.zst") },
        Snapshot {
            state: Phase::Completed,
            ..running(download("photos-2026-summer.zip"), 98, 98_400_000, 0)
        },
        Snapshot {
            state: Phase::Completed,
            response: Some(Response {
                status: 201,
                headers: vec![],
                body: "{\"id\": 4711, \"name\": \"report.pdf\"}".to_owned(),
            }),
            ..upload("report.pdf")
        },
        failed(
            running(download("dataset-part-0007.parquet"), 120_000_000, 512_000_000, 0),
            &Failure::from_status(404).about("data.example.org"),
        ),
        Snapshot {
            state: Phase::Waiting,
            reason: Some(Reason::Retry),
            retry_at: Some(Timestamp::UNIX_EPOCH),
            ..failed(
                running(download("lecture-12.mp4"), 1, 2_000_000_000, 0),
                &Failure::new(ErrorKind::Timeout),
            )
        },
        Snapshot {
            state: Phase::Paused,
            reason: Some(Reason::User),
            ..running(download("kernel-6.19.tar.xz"), 61_000_000, 140_000_000, 0)
        },
        download(
            "a-file-with-a-very-long-name-that-goes-on-and-on-and-does-not-fit-into-any-window-2026-11-20.iso",
        ),
        running(upload("holiday.mov"), 310_000_000, 1_200_000_000, 1_800_000),
        running(download("debian-13.1.0-amd64-netinst.iso"), 412_300_000, 698_000_000, 12_100_000),
    ]
}

pub fn window(language: &str, appearance: Appearance) -> Ui {
    let settings = Settings { language: language.to_owned(), appearance, ..Settings::default() };
    Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, settings)
}

fn every_dialog(ui: &mut Ui, name: &str) {
    let escape = || Message::Key(Command::Escape);
    ui.resize(640.0, 480.0);
    for (press, shot) in [("add-upload", "upload"), ("preferences", "preferences")] {
        ui.press(press);
        ui.shoot(&format!("{shot}-{name}"));
        ui.send(escape());
    }
    ui.send(Message::Key(Command::Quit));
    ui.shoot(&format!("quit-{name}"));
    ui.send(escape());
    ui.send(Message::Desktop(desktop::Event::Hover));
    ui.shoot(&format!("drop-{name}"));
    ui.send(Message::Desktop(desktop::Event::Leave));
    ui.resize(960.0, 640.0);
    ui.press("add-download");
    ui.write("links", "https://example.org/a.iso\nhttps://example.org/b.iso\nmy shopping list");
    ui.link.refuse(Fault::from(Failure::new(ErrorKind::PermissionDenied).about("/downloads")));
    ui.press("start");
    ui.shoot(&format!("download-{name}"));
    ui.send(escape());
    for _ in 0..=5 {
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
    ui.send(Message::Key(Command::Remove));
    ui.shoot(&format!("remove-{name}"));
    ui.send(escape());
    ui.send(escape());
    ui.send(escape());
    ui.link.refuse(Fault::new("The session is busy."));
    ui.press("pause-all");
    ui.shoot(&format!("notice-{name}"));
}

/// The download dialog with one link and with many, and with all that it can be told.
pub fn adding(ui: &mut Ui, name: &str) {
    let size = Some(698_000_000);
    ui.link.will_say(Ok(Probed { name: "debian-13.1.0.iso".to_owned(), size, resumable: true, page: false }));
    let many = "https://example.org/photos/2026/[001-120].jpg\nhttps://cdn.example.org/a-very-long-name-that-goes-on-and-on-and-does-not-fit-2026-11-20.iso https://example.org/photos/2026/007.jpg\ncurl -d x https://example.org/";
    let there = "https://example.org/kernel-6.19.tar.xz";
    for (text, shot) in [("https://example.org/get?id=7", "one"), (many, "many"), (there, "there")] {
        ui.clipboard = Some(text.to_owned());
        ui.send(Message::Key(Command::AddDownload));
        ui.shoot(&format!("adding-{shot}-{name}"));
        ui.send(Message::Key(Command::Details));
        ui.shoot(&format!("adding-{shot}-more-{name}"));
        ui.send(Message::Key(Command::Escape));
    }
    ui.clipboard = None;
}

/// The panel of particulars: every page of a transfer that runs, and the first of others.
pub fn looking(ui: &mut Ui, name: &str) {
    ui.link.map(half_way());
    ui.link.remember(tried());
    let row = |row: &Snapshot| row.response.is_some();
    ui.link.knows(busy().into_iter().find(row).unwrap());
    ui.send(Message::Key(Command::First(Reach::Only)));
    ui.send(Message::Key(Command::Details));
    for page in ["overview", "segments", "speed", "attempts", "answer"] {
        ui.press(&format!("tab-{page}"));
        ui.shoot(&format!("panel-{page}-{name}"));
    }
    ui.press("tab-overview");
    for row in ["waiting", "failed", "sent", "done"] {
        let down = if row == "waiting" { 4 } else { 1 };
        for _ in 0..down {
            ui.send(Message::Key(Command::Down(Reach::Only)));
        }
        ui.shoot(&format!("panel-{row}-{name}"));
    }
    ui.send(Message::Key(Command::Escape));
}

/// The upload dialog, from little to everything.
pub fn uploading(ui: &mut Ui, name: &str) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("photos");
    std::fs::create_dir(&folder).unwrap();
    std::fs::File::create_new(folder.join("1.jpg")).unwrap().set_len(1_000_000).unwrap();
    std::os::unix::fs::symlink(dir.path(), folder.join("up")).unwrap();
    for (place, url) in
        [("Photos", "https://cloud.example.org/dav/photos/"), ("Backup", "sftp://nas.example/b/")]
    {
        ui.link.know(Place::new(place, Address::parse(url).unwrap().0).unwrap());
    }
    let files = vec!["/home/me/report.pdf".into(), folder];
    ui.send(Message::Desktop(desktop::Event::Dropped { links: vec![], files }));
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !ui.texts().iter().any(|text| text.contains("up") && text.contains("1.0")) {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        std::thread::yield_now();
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
    ui.click("Photos");
    ui.shoot(&format!("upload-chosen-{name}"));
    ui.press("more");
    ui.shoot(&format!("upload-more-{name}"));
    ui.send(Message::Key(Command::Escape));
}

#[test]
fn every_state_can_be_drawn_in_every_language() {
    for language in ["en", "zh-CN", "ja"] {
        for (appearance, shade) in [(Appearance::Light, "light"), (Appearance::Dark, "dark")] {
            let name = format!("{language}-{shade}");
            let mut ui = window(language, appearance);
            ui.resize(640.0, 480.0);
            ui.shoot(&format!("empty-{name}"));
            ui.send(Message::Update(Update::All(busy())));
            ui.shoot(&format!("small-{name}"));
            every_dialog(&mut ui, &name);
            let mut ui = window(language, appearance);
            ui.resize(1280.0, 800.0);
            ui.send(Message::Update(Update::All(busy())));
            ui.send(Message::Key(Command::Down(Reach::Only)));
            ui.shoot(&format!("large-{name}"));
            ui.send(Message::Key(Command::Menu));
            ui.shoot(&format!("menu-{name}"));
            ui.send(Message::Key(Command::Escape));
            looking(&mut ui, &format!("wide-{name}"));
            ui.resize(960.0, 640.0);
            looking(&mut ui, &name);
            ui.resize(640.0, 480.0);
            looking(&mut ui, &format!("small-{name}"));
            ui.resize(1280.0, 800.0);
            uploading(&mut ui, &name);
            ui.resize(1280.0, 1120.0);
            adding(&mut ui, &name);
            ui.resize(640.0, 480.0);
            adding(&mut ui, &format!("small-{name}"));
        }
    }
}

/// The smallest window with letters twice as large as usual.
#[test]
fn where_room_is_scarce_everything_can_be_drawn() {
    for (language, appearance) in
        [("en", Appearance::Light), ("de", Appearance::Dark), ("ja", Appearance::Light)]
    {
        let mut ui = window(language, appearance);
        ui.resize(320.0, 240.0);
        ui.shoot(&format!("scarce-empty-{language}"));
        ui.send(Message::Update(Update::All(busy())));
        ui.shoot(&format!("scarce-list-{language}"));
        ui.press("sidebar");
        ui.shoot(&format!("scarce-places-{language}"));
        ui.press("sidebar");
        ui.press("main-menu");
        ui.shoot(&format!("scarce-menu-{language}"));
        ui.send(Message::Key(Command::Escape));
        looking(&mut ui, &format!("scarce-{language}"));
        adding(&mut ui, &format!("scarce-{language}"));
        ui.send(Message::Key(Command::Preferences));
        ui.shoot(&format!("scarce-settings-{language}"));
        ui.press("section general");
        for section in ["general", "transfers", "speed", "data", "desktop", "appearance", "advanced"] {
            ui.shoot(&format!("scarce-settings-{section}-{language}"));
            ui.send(Message::Key(Command::PageDown(Reach::Only)));
        }
        ui.press("sections");
        ui.send(Message::Key(Command::Escape));
        ui.send(Message::Key(Command::Quit));
        ui.shoot(&format!("scarce-quit-{language}"));
    }
}

/// Large screens.
#[test]
fn where_there_is_much_room_it_is_used() {
    for (width, height) in [(1280.0, 800.0), (1920.0, 1080.0), (2560.0, 1440.0), (3840.0, 2160.0)] {
        let mut ui = window("en", Appearance::Light);
        ui.resize(width, height);
        ui.send(Message::Update(Update::All(busy())));
        ui.send(Message::Key(Command::Down(Reach::Only)));
        ui.shoot(&format!("much-{width}"));
        ui.send(Message::Key(Command::Details));
        ui.shoot(&format!("much-{width}-details"));
    }
}

/// The pictures that the README shows.
#[test]
fn the_window_can_be_shown_to_those_who_do_not_know_it() {
    for (appearance, shade) in [(Appearance::Light, "light"), (Appearance::Dark, "dark")] {
        let mut ui = window("en", appearance);
        ui.resize(1280.0, 720.0);
        ui.send(Message::Update(Update::All(busy())));
        ui.send(Message::Key(Command::Down(Reach::Only)));
        ui.send(Message::Key(Command::Details));
        ui.shoot(&format!("readme-{shade}"));
    }
}

/// Where the keyboard is, in one dialog of each sort, and what stands out where everything should.
#[test]
fn the_place_of_the_keyboard_and_every_contrast_can_be_drawn() {
    let accents = [("own", None), ("yellow", Some([0xf5, 0xc2, 0x11])), ("pink", Some([0xd5, 0x61, 0x99]))];
    for (appearance, shade) in [(Appearance::Light, "light"), (Appearance::Dark, "dark")] {
        for (contrast, (accent, color)) in [false, true].iter().flat_map(|one| accents.map(|two| (*one, two)))
        {
            let name = format!("{accent}-{}-{shade}", if contrast { "clear" } else { "calm" });
            let mut ui = window("en", appearance);
            let wishes = desktop::Wishes { contrast, accent: color, ..desktop::Wishes::default() };
            ui.send(Message::Wishes(wishes));
            ui.send(Message::Update(Update::All(busy())));
            ui.send(Message::Key(Command::Down(Reach::Only)));
            ui.shoot_after(&[Tab], &format!("keys-list-{name}"));
            ui.press("add-download");
            ui.shoot_after(&[Tab, Tab], &format!("keys-download-{name}"));
            ui.send(Message::Key(Command::Escape));
            ui.press("preferences");
            ui.shoot_after(&[Tab, ArrowRight], &format!("keys-preferences-{name}"));
            ui.send(Message::Key(Command::Escape));
            ui.send(Message::Key(Command::Quit));
            ui.shoot_after(&[Tab, Tab, Tab], &format!("keys-quit-{name}"));
        }
    }
}
