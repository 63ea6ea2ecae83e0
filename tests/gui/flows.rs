//! What a user does and what the session is asked for it.

use std::sync::Arc;

use iced::keyboard::key::Named;
use windlass::gui;
use windlass::gui::desktop::{Event as Happening, Picked};
use windlass::gui::{Command, FirstOpen, Message, Reach};
use windlass::ipc::{Fault, InWindow, Request, Update, Which};
use windlass::{Destination, ErrorKind, Failure, Method, OpenError, Phase, Settings, Snapshot};

use crate::sample::{download, failed, running};
use crate::ui::Ui;

pub fn ids(which: &Which) -> Vec<String> {
    match which {
        Which::All => vec!["all".to_owned()],
        Which::Ids(ids) => ids.clone(),
    }
}

pub fn done(row: Snapshot) -> Snapshot {
    Snapshot { state: Phase::Completed, ..row }
}

#[test]
fn an_empty_window_says_what_to_do_and_offers_it() {
    let mut ui = Ui::with(vec![]);
    assert!(ui.shows("Nothing here yet"));
    ui.press("empty-upload");
    assert!(ui.shows("No file chosen yet."));
}

#[test]
fn a_window_that_is_there_before_the_list_does_not_call_it_empty() {
    let mut ui = Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, Settings::default());
    assert!(!ui.shows("Nothing here yet") && !ui.shows("Nothing found"), "{:?}", ui.texts());
    ui.send(Message::Update(Update::All(vec![])));
    assert!(ui.shows("Nothing here yet"));
}

#[test]
fn a_session_that_cannot_be_opened_is_explained_and_nothing_else_can_be_done() {
    let hidden = FirstOpen { visible: false, ..FirstOpen::default() };
    for open in [hidden, FirstOpen { visible: true, ..FirstOpen::default() }] {
        let mut ui = Ui::starting(open, Settings::default());
        ui.send(Message::Opened(Err(Arc::new(OpenError::Newer { found: 9 }))));
        assert!(ui.shows("Windlass cannot start"), "{:?}", ui.texts());
        ui.keys(&[Named::Escape]);
        assert!(ui.shows("Windlass cannot start") && !ui.exited);
        ui.keys(&[Named::Enter]);
        assert!(ui.exited && ui.asked().is_empty());
    }
}

#[test]
fn two_links_are_started_in_their_order_and_the_dialog_goes() {
    let mut ui = Ui::with(vec![]);
    ui.press("add-download");
    ui.write("links", "https://example.org/a.iso\nhttps://example.org/b.iso");
    assert!(ui.shows("2 links."), "{:?}", ui.texts());
    ui.click("Start");
    let asked = ui.asked();
    let [Request::Downloads(packed)] = &asked[..] else { panic!("{asked:?}") };
    let urls: Vec<_> = packed.iter().map(|packed| packed.clone().unpack().url.expose().to_owned()).collect();
    assert_eq!(urls, ["https://example.org/a.iso", "https://example.org/b.iso"]);
    assert!(!ui.shows("Folder"));
}

#[test]
fn links_on_the_clipboard_are_already_there() {
    let mut ui = Ui::with(vec![]);
    ui.clipboard = Some("look: https://example.org/a.iso\n".to_owned());
    ui.send(Message::Key(Command::AddDownload));
    assert!(ui.shows("1 link."), "{:?}", ui.texts());
    ui.write("file-name", "b.iso");
    ui.click("Start");
    let Some(Request::Downloads(mut packed)) = ui.asked().pop() else { panic!("nothing was asked") };
    let Some(Destination::File(file)) = packed.remove(0).unpack().destination else {
        panic!("no name was taken")
    };
    assert!(file.to_string_lossy().ends_with("b.iso"), "{file:?}");
}

#[test]
fn a_line_that_is_no_address_is_named_and_left_out() {
    let mut ui = Ui::with(vec![]);
    ui.press("add-download");
    ui.write("links", "https://example.org/a.iso\nnot an address");
    assert!(ui.shows("This is not an address and is left out: “not an address”"), "{:?}", ui.texts());
    ui.click("Start");
    assert_eq!(ui.asked().len(), 1);
}

#[test]
fn what_the_session_refuses_stays_in_the_dialog() {
    let mut ui = Ui::with(vec![]);
    ui.press("add-download");
    ui.write("links", "https://example.org/a.iso");
    ui.link.refuse(Fault::from(Failure::new(ErrorKind::PermissionDenied).about("/downloads")));
    ui.click("Start");
    assert!(
        ui.shows("Writing there is not allowed (/downloads). Choose another folder."),
        "{:?}",
        ui.texts()
    );
    ui.click("Start");
    assert!(!ui.shows("Folder"));
}

#[test]
fn a_desktop_without_dialogs_is_said_in_one_line() {
    let mut ui = Ui::with(vec![]);
    ui.press("add-download");
    ui.click("Choose…");
    assert!(ui.shows("Type the path instead."));
    ui.desktop.will_pick(Picked::Paths(vec!["/elsewhere".into()]));
    ui.click("Choose…");
    assert!(ui.shows("/elsewhere") && !ui.shows("Type the path instead."));
}

#[test]
fn a_file_is_sent_where_and_how_it_was_said() {
    let mut ui = Ui::with(vec![]);
    // High enough for all of it.
    ui.resize(960.0, 1000.0);
    ui.press("add-upload");
    ui.desktop.will_pick(Picked::Paths(vec!["/home/me/report.pdf".into()]));
    ui.click("Choose files…");
    ui.write("address", "https://example.org/in");
    ui.click("More");
    ui.click("PUT");
    ui.write("headers", "X-Kind: report");
    ui.click("Start");
    let Some(Request::Uploads(mut packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    let request = packed.pop().unwrap().unpack();
    assert_eq!(request.file, std::path::Path::new("/home/me/report.pdf"));
    assert_eq!((request.url.expose(), request.method), ("https://example.org/in", Method::Put));
    assert_eq!(request.headers.expose().collect::<Vec<_>>(), [("X-Kind", "report")]);
}

#[test]
fn a_dropped_folder_is_counted_and_sent_as_a_tree() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("photos");
    std::fs::create_dir_all(folder.join("2024")).unwrap();
    for name in ["a", "2024/b"] {
        std::fs::File::create_new(folder.join(name)).unwrap().set_len(1_000_000).unwrap();
    }
    std::os::unix::fs::symlink(dir.path(), folder.join("up")).unwrap();
    let mut ui = Ui::with(vec![]);
    ui.press("add-upload");
    ui.desktop.will_pick(Picked::Paths(vec![folder.clone()]));
    ui.click("Choose folder…");
    ui.write("address", "https://example.org/in/");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let words = "2 files in 2 folders, 2.0 MB · not sent: up (a link to a folder)";
    while !ui.shows(words) {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        std::thread::yield_now();
        ui.send(Message::Update(Update::All(vec![])));
    }
    // That this was all of it may come a moment later.
    let packed = loop {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        ui.send(Message::Key(Command::Open));
        if let Some(Request::Uploads(packed)) = ui.asked().pop() {
            break packed;
        }
        std::thread::yield_now();
    };
    let sent: Vec<_> = packed.into_iter().map(|packed| packed.unpack().relative_path()).collect();
    assert_eq!(sent, ["photos/2024/b", "photos/a"].map(std::path::PathBuf::from));
}

#[test]
fn dropped_files_open_the_upload_dialog_and_dropped_links_the_download_dialog() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Desktop(Happening::Hover));
    assert!(ui.shows("Drop links to download"));
    let files = vec!["/tmp/a.txt".into(), "/tmp/b.txt".into()];
    ui.send(Message::Desktop(Happening::Dropped { links: vec![], files }));
    assert!(ui.shows("/tmp/a.txt") && ui.shows("/tmp/b.txt") && !ui.shows("Drop links to download"));
    let links = vec!["https://example.org/a".to_owned()];
    ui.send(Message::Desktop(Happening::Dropped { links: links.clone(), files: vec![] }));
    ui.send(Message::Desktop(Happening::Dropped { links, files: vec![] }));
    assert!(ui.shows("1 link."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert!(ui.shows("/tmp/a.txt"), "the first dialog waits below");
}

#[test]
fn buttons_ask_for_what_they_say() {
    let row = running(download("a.iso"), 5, 10, 1);
    let mut ui = Ui::with(vec![row.clone()]);
    ui.press(&format!("pause {}", row.id));
    assert!(matches!(&ui.asked()[..], [Request::Pause(which)] if ids(which) == [row.id.to_string()]));
    ui.choose(&row, "cancel");
    assert!(matches!(&ui.asked()[..], [Request::Cancel(_)]));
    let stopped = failed(row, &Failure::from_status(404));
    ui.send(Message::Update(Update::All(vec![stopped.clone()])));
    ui.press(&format!("resume {}", stopped.id));
    ui.choose(&stopped, "restart");
    assert!(matches!(&ui.asked()[..], [Request::Resume(_)]));
    assert!(ui.shows("5 B that already arrived will be fetched again."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Open));
    assert!(matches!(&ui.asked()[..], [Request::Restart(_)]));
    ui.press("chosen-resume");
    assert!(matches!(&ui.asked()[..], [Request::Resume(which)] if ids(which) == [stopped.id.to_string()]));
    ui.send(Message::Key(Command::Escape));
    ui.press("resume-all");
    assert!(matches!(&ui.asked()[..], [Request::Resume(Which::All)]));
}

#[test]
fn removing_asks_only_where_bytes_would_be_lost() {
    let part = failed(running(download("part.iso"), 5_000_000, 10_000_000, 0), &Failure::from_status(500));
    let whole = done(download("whole.iso"));
    let mut ui = Ui::with(vec![part.clone(), whole.clone()]);
    ui.choose(&whole, "remove");
    assert!(!ui.shows("whole.iso"));
    ui.press("dismiss 0");
    assert!(matches!(&ui.asked()[..], [Request::Remove { delete_file: false, .. }]));
    ui.choose(&part, "remove");
    assert!(ui.asked().is_empty());
    assert!(ui.shows("5.0 MB that already arrived will be deleted."));
    ui.click("Back");
    assert!(ui.asked().is_empty());
    ui.choose(&part, "remove");
    ui.click("Remove");
    assert!(
        matches!(&ui.asked()[..], [Request::Remove { which, .. }] if ids(which) == [part.id.to_string()])
    );
}

#[test]
fn return_does_what_the_main_button_of_a_dialog_does() {
    let part = failed(running(download("part.iso"), 5, 10, 0), &Failure::from_status(500));
    let mut ui = Ui::with(vec![part.clone()]);
    ui.choose(&part, "remove");
    ui.send(Message::Key(Command::Open));
    assert!(
        matches!(&ui.asked()[..], [Request::Remove { which, .. }] if ids(which) == [part.id.to_string()])
    );

    let mut ui = Ui::starting(
        FirstOpen { visible: true, wanted: InWindow { files: vec!["/a".into()], ..InWindow::default() } },
        Settings { language: "en".to_owned(), ..Settings::default() },
    );
    ui.write("address", "https://example.org/in");
    ui.click("More");
    ui.click("PUT");
    ui.send(Message::Key(Command::Open));
    assert!(matches!(&ui.asked()[..], [Request::Uploads(_)]), "{:?}", ui.texts());
}

#[test]
fn clearing_removes_what_is_done_and_nothing_else() {
    let (part, whole) = (download("part.iso"), done(download("whole.iso")));
    let mut ui = Ui::with(vec![part, whole.clone()]);
    ui.press("clear-finished");
    assert!(ui.shows("Removed one transfer from the list.") && ui.asked().is_empty());
    ui.press("dismiss 0");
    assert!(
        matches!(&ui.asked()[..], [Request::Remove { which, .. }] if ids(which) == [whole.id.to_string()])
    );
}

#[test]
fn a_finished_file_opens_and_a_broken_one_is_told() {
    let whole = done(download("whole.iso"));
    let broken = Snapshot { path: Some("/broken/x.iso".into()), ..done(download("x.iso")) };
    let mut ui = Ui::with(vec![whole.clone(), broken.clone()]);
    ui.press(&format!("open {}", whole.id));
    ui.choose(&whole, "show-in-folder");
    assert_eq!(ui.desktop.opened().len(), 2);
    ui.press(&format!("open {}", broken.id));
    assert!(ui.shows("“x.iso” could not be opened."));
    ui.press("dismiss 0");
    assert!(!ui.shows("could not be opened"));
}

#[test]
fn the_keyboard_does_what_the_buttons_do() {
    let rows = vec![running(download("old"), 0, 10, 1), running(download("new"), 0, 10, 1)];
    let newest = rows[1].id.to_string();
    let mut ui = Ui::with(rows);
    ui.send(Message::Key(Command::Toggle));
    assert!(ui.asked().is_empty(), "nothing is selected");
    ui.send(Message::Key(Command::Down(Reach::Only)));
    ui.send(Message::Key(Command::Toggle));
    assert!(matches!(&ui.asked()[..], [Request::Pause(which)] if ids(which) == [newest.clone()]));
    ui.send(Message::Key(Command::Remove));
    let asked = ui.asked();
    assert!(matches!(&asked[..], [Request::Pause(which)] if ids(which) == [newest.clone()]), "{asked:?}");
    assert!(!ui.shows("new"));
    ui.send(Message::Key(Command::Undo));
    assert!(ui.shows("new") && ui.asked().is_empty());
}

#[test]
fn quitting_while_transfers_run_asks_first() {
    let mut ui = Ui::with(vec![running(download("a"), 1, 10, 1)]);
    ui.send(Message::Key(Command::Quit));
    assert!(ui.shows("A transfer is running") && ui.asked().is_empty());
    ui.click("Back");
    ui.send(Message::Key(Command::Quit));
    ui.click("Keep running in the background");
    assert!(!ui.exited && ui.asked().is_empty());
    ui.send(Message::Key(Command::Quit));
    ui.click("Pause and quit");
    assert!(ui.desktop.was_detached(), "the window is let go before the end");
    assert!(ui.exited && matches!(&ui.asked()[..], [Request::Quit]));
}

#[test]
fn quitting_while_nothing_runs_just_quits() {
    let mut ui = Ui::with(vec![done(download("a"))]);
    ui.send(Message::Key(Command::Quit));
    assert!(ui.exited && matches!(&ui.asked()[..], [Request::Quit]));
}

#[test]
fn another_language_changes_every_text_and_is_kept() {
    let row = failed(download("a"), &Failure::from_status(404).about("example.org"));
    let mut ui = Ui::with(vec![row]);
    assert!(ui.shows("The server has no such file (example.org, HTTP 404). Check the link."));
    ui.press("preferences");
    ui.click("日本語");
    assert!(ui.shows("サーバーにそのファイルはありません"), "{:?}", ui.texts());
    assert!(ui.shows("ダウンロードを追加") && !ui.shows("Add download"));
    ui.press("section appearance");
    ui.click("ダーク");
    let kept = ui.link.settings();
    assert_eq!((kept.language.as_str(), kept.appearance), ("ja", windlass::Appearance::Dark));
    assert!(ui.desktop.menus().pop().unwrap().items.iter().any(|item| {
        matches!(item, gui::desktop::TrayItem::Action { label, .. } if label == "Windlass を開く")
    }));
}

#[test]
fn of_ten_thousand_rows_only_those_in_sight_are_built() {
    let rows: Vec<_> = (0..10_000).map(|n| download(&format!("file-{n}.bin"))).collect();
    let mut ui = Ui::with(rows);
    let built = ui.texts().iter().filter(|text| text.starts_with("file-")).count();
    assert!((5..40).contains(&built), "{built} rows");
    assert!(ui.shows("file-9999.bin") && ui.shows("10,000 transfers"));
}

#[test]
fn the_end_of_a_session_elsewhere_is_told() {
    let mut ui = Ui::on_a_session_elsewhere();
    ui.send(Message::Update(Update::Gone));
    assert!(ui.shows("The session has ended") && !ui.exited);
    ui.send(Message::Key(Command::Escape));
    assert!(ui.shows("The session has ended"));
    ui.click("Quit");
    assert!(ui.exited && ui.asked().is_empty());
}

#[test]
fn a_window_ends_with_the_session_of_its_own_process() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Update(Update::Gone));
    assert!(ui.exited);
}

#[test]
fn a_window_without_anybody_looking_ends_with_the_session() {
    let mut ui = Ui::starting(FirstOpen::default(), Settings::default());
    ui.send(Message::Update(Update::Gone));
    assert!(ui.exited);
}
