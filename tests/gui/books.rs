//! The pages of destinations and of sites.

use std::io::Write as _;

use iced::keyboard::key::Named::{Enter, Tab};
use windlass::gui::desktop::Picked;
use windlass::gui::{Command, FirstOpen, Message};
use windlass::ipc::{Fault, Request, Update};
use windlass::{
    Address, AddressBookEntry as _, Appearance, Credentials, Event, Place, Protocol, Settings, Site,
};

use crate::ui::Ui;

fn url(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn login() -> Credentials {
    Credentials { user: "me".to_owned(), password: "S3CR3T".into() }
}

/// As the session tells it.
fn told<E: windlass::AddressBookEntry>(entry: &E) -> E {
    serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap()
}

fn site() -> Site {
    let mut site = Site::new(&url("https://files.example.org/pub"));
    site.log_in(&login());
    site.headers.add("X-Api-Key", "S3CR3T").unwrap();
    site.folder = Some("/home/me/isos".into());
    (site.terms.limit, site.terms.group) = (Some(2_000_000), Some("Night".parse().unwrap()));
    told(&site)
}

fn place() -> Place {
    let mut place = Place::new("Photos", url("https://cloud.example.org/dav/photos/")).unwrap();
    place.protocol = Protocol::Webdav;
    place.log_in(&login());
    told(&place)
}

fn go(ui: &mut Ui, whither: &str) {
    ui.press("main-menu");
    ui.press(&format!("menu {whither}"));
}

#[test]
fn a_site_is_made_with_keys_alone_and_what_is_kept_is_never_shown() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "sites");
    assert!(ui.shows("A site is a server"), "{:?}", ui.texts());
    // The way out is first.
    ui.keys(&[Tab, Tab, Enter]);
    assert!(ui.shows("New site"), "{:?}", ui.texts());
    ui.write("site-url", "https://files.example.org/pub");
    ui.write("password", "S3CR3T");
    ui.press("save-entry");
    assert!(ui.shows("A password needs a name.") && ui.asked().is_empty(), "{:?}", ui.texts());
    ui.write("user", "me");
    ui.link.know_site(site());
    ui.write("limit", "2M\n\n");
    let [Request::KeepSite(packed)] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    let kept = packed.clone().unpack();
    assert_eq!((kept.name(), kept.terms.limit), ("https://files.example.org/pub/", Some(2_000_000)));
    assert_eq!(kept.headers.secrets().count(), 1);
    assert!(ui.shows("With login · /home/me/isos · at most 2.0 MB/s · Night"), "{:?}", ui.texts());
    ui.press("edit https://files.example.org/pub/");
    assert!(ui.shows("Leave both empty to keep them."), "{:?}", ui.texts());
    ui.press("more");
    assert!(ui.shows("X-Api-Key") && !ui.texts().iter().any(|text| text.contains("S3CR3T")));
    ui.press("save-entry");
    let [Request::KeepSite(packed)] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    assert_eq!(packed.clone().unpack().headers.lost().count(), 2, "what is left empty stays");
}

#[test]
fn what_is_kept_can_be_forgotten_and_a_site_with_it() {
    let mut ui = Ui::with(vec![]);
    ui.link.know_site(site());
    go(&mut ui, "sites");
    ui.press("edit https://files.example.org/pub/");
    ui.press("forget-login");
    assert!(!ui.shows("Leave both empty to keep them."), "{:?}", ui.texts());
    ui.resize(960.0, 1400.0);
    ui.press("more");
    ui.press("forget X-Api-Key");
    ui.press("save-entry");
    let [Request::KeepSite(packed)] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    assert_eq!(packed.clone().unpack().headers.secret_names().count(), 0);
    ui.press("remove https://files.example.org/pub/");
    assert!(ui.shows("Its login is forgotten as well."), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    assert!(!ui.shows("Its login is forgotten as well."));
    ui.press("remove https://files.example.org/pub/");
    ui.press("really-remove");
    assert!(matches!(&ui.asked()[..], [Request::ForgetSite { .. }]));
}

#[test]
fn a_destination_gets_another_name_and_another_server_nothing_of_its_login() {
    let mut ui = Ui::with(vec![]);
    ui.link.know(place());
    go(&mut ui, "destinations");
    assert!(ui.shows("https://cloud.example.org/dav/photos/ · WebDAV · With login"), "{:?}", ui.texts());
    ui.press("edit Photos");
    ui.write("place-name", " 2026");
    ui.press("save-entry");
    let [Request::ChangeDestination { name, to }] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    let changed = to.clone().unpack();
    assert_eq!((name.as_str(), changed.name.as_str()), ("Photos", "Photos 2026"));
    assert_eq!(changed.headers.secret_names().count(), 1);
    ui.press("edit Photos");
    ui.write("place-url", "\u{8}");
    assert!(!ui.shows("for the other server only"));
}

#[test]
fn an_uploader_of_sharex_is_taken_over_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "destinations");
    ui.press("import");
    assert!(ui.shows("“windlass destinations import FILE” does the same."), "{:?}", ui.texts());
    let sxcu = r#"{"Name": "Pics", "RequestMethod": "POST", "RequestURL": "https://a.example/up",
        "Headers": {"X-Api-Key": "S3CR3T"}, "Body": "MultipartFormData", "FileFormName": "f"}"#;
    for (text, words) in [("{}", "is not a custom uploader"), (sxcu, "New destination")] {
        let file = dir.path().join(format!("{}.sxcu", text.len()));
        std::fs::File::create_new(&file).unwrap().write_all(text.as_bytes()).unwrap();
        ui.desktop.will_pick(Picked::Paths(vec![file]));
        ui.press("import");
        ui.until(words);
    }
    ui.press("save-entry");
    let [Request::KeepDestination(packed)] = &ui.asked()[..] else { panic!("{:?}", ui.texts()) };
    let place = packed.clone().unpack();
    assert_eq!((place.name.as_str(), place.url.expose()), ("Pics", "https://a.example/up"));
    assert_eq!(place.headers.secrets().count(), 1);
}

#[test]
fn what_the_session_does_not_keep_is_told() {
    let mut ui = Ui::with(vec![]);
    ui.link.know(place());
    go(&mut ui, "destinations");
    ui.press("edit Photos");
    ui.link.refuse(Fault::new("The disk is full."));
    ui.press("save-entry");
    assert!(ui.shows("The disk is full.") && ui.shows("Destination “Photos”"), "{:?}", ui.texts());
}

#[test]
fn every_state_of_the_pages_can_be_drawn() {
    for (language, appearance, size) in [
        ("en", Appearance::Light, (960.0, 700.0)),
        ("en", Appearance::Dark, (640.0, 480.0)),
        ("ja", Appearance::Light, (640.0, 480.0)),
        ("zh-CN", Appearance::Dark, (960.0, 700.0)),
        ("en", Appearance::Light, (960.0, 1500.0)),
    ] {
        let settings = Settings { language: language.to_owned(), appearance, ..Settings::default() };
        let mut ui = Ui::starting(FirstOpen { visible: true, ..FirstOpen::default() }, settings);
        ui.resize(size.0, size.1);
        let name = format!("{language}-{appearance:?}-{}", size.1).to_lowercase();
        for (page, first) in [("destinations", "Photos"), ("sites", "https://files.example.org/pub/")] {
            go(&mut ui, page);
            ui.shoot(&format!("book-{page}-none-{name}"));
            ui.send(Message::Key(Command::Escape));
            if page == "sites" {
                ui.link.know_site(site());
                ui.link.know_site(Site::new(&url(
                    "sftp://nas.example/home/me/a-long-folder/for-what-comes-from-there",
                )));
            } else {
                ui.link.know(place());
                ui.link.know(Place::new("Backup", url("sftp://nas.example/b/")).unwrap());
            }
            go(&mut ui, page);
            ui.shoot(&format!("book-{page}-{name}"));
            ui.press(&format!("remove {first}"));
            ui.shoot(&format!("book-{page}-going-{name}"));
            ui.send(Message::Key(Command::Escape));
            ui.press(&format!("edit {first}"));
            ui.shoot(&format!("book-{page}-edit-{name}"));
            ui.press("more");
            ui.shoot(&format!("book-{page}-more-{name}"));

            ui.send(Message::Key(Command::Escape));
            ui.press("add-entry");
            ui.press("save-entry");
            ui.shoot(&format!("book-{page}-wrong-{name}"));
            ui.send(Message::Key(Command::Escape));
            ui.send(Message::Key(Command::Escape));
        }
    }
}

#[test]
fn a_page_that_is_open_follows_what_is_kept_elsewhere() {
    let mut ui = Ui::with(vec![]);
    go(&mut ui, "sites");
    ui.link.know_site(site());
    ui.send(Message::Update(Update::Event(Event::Destinations)));
    assert!(!ui.shows("files.example.org"), "{:?}", ui.texts());
    ui.send(Message::Update(Update::Event(Event::Sites)));
    assert!(ui.shows("files.example.org"), "{:?}", ui.texts());
    ui.send(Message::Key(Command::Escape));
    go(&mut ui, "destinations");
    ui.link.know(place());
    ui.send(Message::Update(Update::Event(Event::Destinations)));
    assert!(ui.shows("Photos"), "{:?}", ui.texts());
}

#[test]
fn an_upload_dialog_that_is_open_offers_what_is_kept_elsewhere() {
    let mut ui = Ui::with(vec![]);
    ui.send(Message::Key(Command::AddUpload));
    ui.link.know(place());
    ui.send(Message::Update(Update::Event(Event::Destinations)));
    assert!(ui.shows("Photos"), "{:?}", ui.texts());
}
