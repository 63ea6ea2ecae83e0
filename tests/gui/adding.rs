//! What somebody does who adds downloads.

use windlass::gui::{Command, Message, Reach};
use windlass::ipc::Request;
use windlass::{Address, DownloadRequest, IfExists, Probed, Snapshot};

use crate::flows::ids;
use crate::sample::download;
use crate::ui::Ui;

/// The dialog with this on the clipboard.
fn adding(rows: Vec<Snapshot>, text: &str) -> Ui {
    adding_with(rows, text, Ok(iso()))
}

fn adding_with(rows: Vec<Snapshot>, text: &str, probed: Result<Probed, windlass::ipc::Fault>) -> Ui {
    let mut ui = Ui::with(rows);
    ui.link.will_say(probed);
    ui.clipboard = Some(text.to_owned());
    ui.send(Message::Key(Command::AddDownload));
    ui
}

/// The same with all that it can be told, in a window that has room for it.
fn telling_more(text: &str) -> Ui {
    let mut ui = adding(vec![], text);
    ui.resize(960.0, 1200.0);
    ui.press("more");
    ui
}

fn iso() -> Probed {
    Probed { name: "debian.iso".to_owned(), size: Some(698_000_000), resumable: true, page: false }
}

/// What the session was asked to start.
fn started(ui: &Ui) -> Vec<DownloadRequest> {
    let asked = ui.asked().pop();
    let Some(Request::Downloads(packed)) = asked else { panic!("{asked:?}") };
    packed.into_iter().map(windlass::ipc::WithSecrets::unpack).collect()
}

#[test]
fn one_link_shows_what_its_server_says_and_asks_it_once() {
    let mut ui = adding(vec![], "https://example.org/get?id=7");
    assert!(ui.shows("debian.iso") && ui.shows("698.0 MB · can be resumed"), "{:?}", ui.texts());
    ui.press("more");
    ui.press("more");
    assert_eq!(ui.link.probes(), 1);
    ui.click("Start");
    assert_eq!(started(&ui)[0].url.expose(), "https://example.org/get?id=7");
    assert!(!ui.shows("Folder"));
}

#[test]
fn a_server_that_does_not_answer_is_told_and_holds_nothing_up() {
    let failure = windlass::Failure::from_status(404).about("example.org");
    let mut ui = adding_with(vec![], "https://example.org/a.iso", Err(failure.into()));
    assert!(ui.shows("The server has no such file (example.org, HTTP 404)."), "{:?}", ui.texts());
    ui.click("Start");
    assert_eq!(started(&ui).len(), 1);
}

#[test]
fn of_several_links_each_can_be_left_out() {
    let mut ui = adding(vec![], "https://example.org/[1-3].iso and https://example.org/1.iso");
    assert!(ui.shows("4 links.") && ui.shows("3 of 4 chosen"), "{:?}", ui.texts());
    assert!(ui.shows("Twice in the text") && ui.shows("2.1 GB"), "{:?}", ui.texts());
    ui.press("tick 1");
    assert!(ui.shows("2 of 4 chosen"));
    ui.click("Start");
    let urls: Vec<_> = started(&ui).iter().map(|request| request.url.expose().to_owned()).collect();
    assert_eq!(urls, ["https://example.org/1.iso", "https://example.org/3.iso"]);
}

#[test]
fn of_thousands_only_those_in_sight_are_built_and_no_server_is_asked() {
    let mut ui = adding(vec![], "https://example.org/[0001-9999].iso");
    assert!(ui.shows("9,999 of 9,999 chosen"));
    let built = ui.texts().iter().filter(|text| text.len() == 8 && text.get(4..) == Some(".iso")).count();
    assert!((5..15).contains(&built), "{built} rows");
    assert_eq!(ui.link.probes(), 0);
    ui.click("Choose none");
    ui.click("Start");
    assert!(ui.asked().is_empty());
}

#[test]
fn a_link_that_is_there_already_is_shown_or_got_again() {
    let there = download("a.iso");
    let text = there.url.expose().to_owned();
    let mut ui = adding(vec![there.clone()], &text);
    assert!(ui.shows("This link is already in the list."));
    ui.click("Start");
    assert!(ui.asked().is_empty(), "nothing is got twice unasked");
    ui.click("Get it again");
    ui.click("Start");
    assert_eq!(started(&ui).len(), 1);
    let mut ui = adding(vec![there.clone(), download("b.iso")], &text);
    ui.send(Message::Key(Command::Escape));
    ui.write("search", "b.iso");
    ui.send(Message::Key(Command::AddDownload));
    ui.click("Show it");
    assert!(ui.shows("Address") && !ui.shows("Folder"), "{:?}", ui.texts());
    assert!(ui.shows("a.iso") && ui.shows("b.iso"), "the search is over: {:?}", ui.texts());
    ui.send(Message::Key(Command::Toggle));
    let asked = ui.asked();
    assert!(
        matches!(&asked[..], [Request::Pause(which)] if ids(which) == [there.id.to_string()]),
        "{asked:?}"
    );
}

const TAKEN: &str = "There is a file of this name in the folder.";

/// The dialog in this window, with a link to what is in `folder` already.
fn adding_again(mut ui: Ui, folder: &std::path::Path) -> Ui {
    std::fs::File::create_new(folder.join("debian.iso")).unwrap();
    ui.link.will_say(Ok(iso()));
    ui.desktop.will_pick(windlass::gui::desktop::Picked::Paths(vec![folder.to_owned()]));
    ui.clipboard = Some("https://example.org/get".to_owned());
    ui.send(Message::Key(Command::AddDownload));
    ui.click("Choose…");
    ui
}

#[test]
fn a_taken_name_is_told_with_what_can_be_done() {
    let dir = tempfile::tempdir().unwrap();
    let mut ui = adding_again(Ui::with(vec![]), dir.path());
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !ui.shows(TAKEN) {
        assert!(std::time::Instant::now() < end, "{:?}", ui.texts());
        std::thread::yield_now();
        ui.send(Message::Key(Command::Down(Reach::Only)));
    }
    ui.click("Replace it");
    ui.click("Start");
    assert_eq!(started(&ui)[0].if_exists, IfExists::Overwrite);
}

#[test]
fn of_a_disk_that_is_elsewhere_nothing_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut ui = adding_again(Ui::far_from_its_session(), dir.path());
    for _ in 0..50 {
        std::thread::yield_now();
        ui.send(Message::Key(Command::Down(Reach::Only)));
        assert!(!ui.shows(TAKEN) && !ui.shows("free"), "{:?}", ui.texts());
    }
    ui.click("Start");
    assert_eq!(started(&ui)[0].if_exists, IfExists::default());
}

#[test]
fn a_command_of_a_browser_brings_its_headers_and_one_that_sends_is_left_to_it() {
    let mut ui = adding(vec![], "curl 'https://example.org/a' \\\n  -H 'X-Kind: report' -b 'id=1'");
    assert!(ui.shows("1 link."), "{:?}", ui.texts());
    ui.click("Start");
    let request = started(&ui).remove(0);
    assert_eq!(request.headers.expose().collect::<Vec<_>>(), [("X-Kind", "report"), ("Cookie", "id=1")]);
    let mut ui = Ui::with(vec![]);
    ui.press("add-download");
    ui.write("links", "curl -d x=1 https://example.org/a");
    assert!(ui.shows("This command sends something to the server."), "{:?}", ui.texts());
}

#[test]
fn a_bad_value_is_told_under_its_field_and_a_good_one_goes_along() {
    let mut ui = telling_more("https://example.org/a");
    ui.write("limit", "fast");
    ui.click("Start");
    assert!(ui.shows("This is not a speed.") && ui.asked().is_empty(), "{:?}", ui.texts());
    let mut ui = telling_more("https://example.org/a");
    ui.write("limit", "2M");
    ui.click("High");
    ui.click("Start");
    let request = started(&ui).remove(0);
    assert_eq!(request.terms.limit, Some(2_000_000));
    assert!(request.terms.priority > windlass::Priority::default());
    assert_eq!(request.url, Address::parse("https://example.org/a").unwrap().0);
}
