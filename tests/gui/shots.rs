//! Every state of the window once, drawn where somebody wants to look at it.

use jiff::Timestamp;
use windlass::gui::{FirstOpen, Message, desktop};
use windlass::ipc::Update;
use windlass::{Appearance, ErrorKind, Failure, Phase, Reason, Response, Settings, Snapshot};

use crate::sample::{download, failed, running, upload};
use crate::ui::Ui;

fn busy() -> Vec<Snapshot> {
    let mut rows = vec![
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
    ];
    rows.iter_mut().for_each(|row| row.priority = 0.5);
    rows
}

fn window(language: &str, appearance: Appearance) -> Ui {
    let settings = Settings { language: language.to_owned(), appearance, ..Settings::default() };
    Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, settings)
}

#[test]
fn every_state_can_be_drawn_in_every_language() {
    for language in ["en", "zh-CN", "ja"] {
        for (appearance, name) in [(Appearance::Light, "light"), (Appearance::Dark, "dark")] {
            let mut ui = window(language, appearance);
            ui.resize(720.0, 480.0);
            ui.shoot(&format!("empty-{language}-{name}"));
            ui.send(Message::Update(Update::All(busy())));
            ui.shoot(&format!("small-{language}-{name}"));
            ui.resize(1280.0, 800.0);
            ui.shoot(&format!("large-{language}-{name}"));
            ui.resize(960.0, 640.0);
            ui.clipboard = Some("https://example.org/a.iso https://example.org/b.iso".to_owned());
            ui.press("add-download");
            ui.shoot(&format!("download-{language}-{name}"));
            ui.send(Message::Key(windlass::gui::Command::Escape));
            ui.resize(720.0, 480.0);
            ui.press("add-upload");
            ui.shoot(&format!("upload-{language}-{name}"));
            ui.send(Message::Key(windlass::gui::Command::Escape));
            ui.press("preferences");
            ui.shoot(&format!("preferences-{language}-{name}"));
            ui.send(Message::Key(windlass::gui::Command::Escape));
            ui.send(Message::Key(windlass::gui::Command::Quit));
            ui.shoot(&format!("quit-{language}-{name}"));
            ui.send(Message::Key(windlass::gui::Command::Escape));
            ui.send(Message::Desktop(desktop::Event::Hover));
            ui.shoot(&format!("drop-{language}-{name}"));
        }
    }
}
