//! What a transfer needs from somebody, asked for where it stands.

use windlass::gui::desktop::Picked;
use windlass::gui::{Command, Message};
use windlass::ipc::Request;
use windlass::{AddressBookEntry as _, ErrorKind, Failure, Phase, Reason, Snapshot};

use crate::sample::{download, failed, running};
use crate::ui::Ui;

fn full() -> Snapshot {
    let row = failed(download("a.iso"), &Failure::new(ErrorKind::DiskFull).about("/downloads"));
    Snapshot { state: Phase::Waiting, reason: Some(Reason::DiskSpace), finished: None, ..row }
}

#[test]
fn what_waits_for_room_goes_into_another_folder_or_tries_again() {
    let row = full();
    let mut ui = Ui::with(vec![row.clone()]);
    ui.choose(&row, "new-folder");
    assert!(ui.shows("folder=PATH") && ui.asked().is_empty(), "{:?}", ui.texts());
    ui.desktop.will_pick(Picked::Paths(vec!["/large".into()]));
    ui.choose(&row, "new-folder");
    let [Request::Amend { id, changes }] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    assert_eq!((id, &changes[..]), (&row.id.to_string(), &[("folder".to_owned(), "/large".to_owned())][..]));
    ui.choose(&row, "resume");
    assert!(matches!(&ui.asked()[..], [Request::Resume(_)]));
}

#[test]
fn a_server_of_which_nothing_is_known_is_trusted_when_somebody_has_looked_at_its_key() {
    let key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    let said = format!("it shows ssh-ed25519 {key}, and known_hosts does not know it");
    let row = failed(download("a.iso"), &Failure::new(ErrorKind::HostKeyNotTrusted).because(&said));
    let mut ui = Ui::with(vec![row.clone()]);
    ui.choose(&row, "trust-server");
    assert!(ui.shows(key) && ui.shows("somebody else could be in between"), "{:?}", ui.texts());
    ui.shoot("prompt-trust");
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("somebody else could be in between") && ui.asked().is_empty());
    ui.choose(&row, "trust-server");
    ui.send(Message::Key(Command::Open));
    assert!(ui.asked().is_empty(), "not by a slip of a finger");
    ui.press("start");
    let [Request::KeepSite(site), Request::Amend { changes, .. }] = &ui.asked()[..] else { panic!() };
    let site = site.clone().unpack();
    assert_eq!((site.url().url().path(), site.headers.host_key()), ("/", Some(key)));
    assert!(row.url.expose().starts_with(site.name().trim_end_matches('/')));
    assert_eq!(changes[..], [("host-key".to_owned(), key.to_owned())]);
    assert!(!ui.shows("somebody else could be in between"), "it is done");
}

#[test]
fn of_a_file_that_has_changed_what_is_here_is_opened_or_it_begins_again() {
    let part = running(download("a.iso"), 5, 10, 1);
    let row = Snapshot { state: Phase::Paused, reason: Some(Reason::Changed), ..part };
    let mut ui = Ui::with(vec![row.clone()]);
    ui.choose(&row, "restart");
    assert!(matches!(&ui.asked()[..], [Request::Restart(_)]));
    ui.choose(&row, "open-part");
}
