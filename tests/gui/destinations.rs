//! Destinations in the window: chosen, kept, and their links copied.

use std::sync::Arc;

use windlass::gui::Message;
use windlass::ipc::{Request, Update};
use windlass::{Event, IfExists, Method, Protocol};

use crate::sample::{running, upload};
use crate::ui::Ui;
use crate::{Address, Phase, Place, Snapshot};

fn place(name: &str, url: &str) -> Place {
    let mut place = Place::new(name, Address::parse(url).unwrap().0).unwrap();
    place.headers.add("X-One", "1").unwrap();
    place
}

fn dialog(ui: &mut Ui) {
    // High enough for all of it, and without the sidebar.
    ui.resize(800.0, 1300.0);
    ui.press("add-upload");
    ui.write("file", "/home/me/a.txt");
}

#[test]
fn a_destination_fills_the_dialog_and_its_name_goes_with_the_request() {
    let used = Snapshot { destination: Some("Last".to_owned()), ..upload("a") };
    let mut ui = Ui::with(vec![used]);
    let mut form = place("Last", "https://b.example/up");
    form.protocol = Protocol::Form;
    form.fields = vec![("name".to_owned(), "{filename}".to_owned())];
    form.limit = Some(500_000);
    form.headers.add("X-Api-Key", "S3CR3T").unwrap();
    ui.link.know(place("First", "https://a.example/in"));
    ui.link.know(form);
    dialog(&mut ui);
    let shown = ui.texts();
    let at = |name: &str| shown.iter().position(|text| text == name).unwrap();
    assert!(at("Last") < at("First"), "{shown:?}");
    ui.click("Last");
    ui.click("Start");
    let Some(Request::Uploads(mut packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    let request = packed.pop().unwrap().unpack();
    assert_eq!((request.url.expose(), request.protocol), ("https://b.example/up", Protocol::Form));
    assert_eq!(request.form.fields, [("name".to_owned(), "a.txt".to_owned())]);
    assert_eq!((request.terms.limit, request.headers.expose().count()), (Some(500_000), 2));
    let place = request.place.unwrap();
    assert_eq!((place.name.as_str(), place.secrets), ("Last", vec!["X-Api-Key".to_owned()]));
}

#[test]
fn what_goes_elsewhere_than_the_destination_has_nothing_of_it() {
    let mut ui = Ui::with(vec![]);
    let mut known = place("Mine", "https://a.example/in");
    known.headers.add("X-Api-Key", "S3CR3T").unwrap();
    ui.link.know(known);
    dialog(&mut ui);
    ui.click("Mine");
    ui.write("address", "/more");
    ui.click("Start");
    let Some(Request::Uploads(mut packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    let request = packed.pop().unwrap().unpack();
    assert!(request.place.is_none() && request.headers.secrets().next().is_none());
}

#[test]
fn what_the_dialog_says_can_be_kept_under_a_name() {
    let mut ui = Ui::with(vec![]);
    dialog(&mut ui);
    ui.write("address", "https://a.example/in/");
    ui.click("More");
    ui.click("PUT");
    ui.write("headers", "X-Api-Key: S3CR3T");
    ui.write("limit", "fast");
    ui.write("destination-name", "Mine");
    ui.press("keep");
    assert!(ui.shows("This is not a speed."), "{:?}", ui.texts());
    assert!(ui.asked().is_empty());
}

#[test]
fn what_becomes_of_a_taken_name_can_be_said_where_it_is_seen() {
    let mut ui = Ui::with(vec![]);
    dialog(&mut ui);
    ui.write("address", "https://a.example/in/");
    ui.click("More");
    ui.click("Replace it");
    ui.write("destination-name", "Mine");
    ui.press("keep");
    let Some(Request::KeepDestination(packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    assert_eq!(packed.unpack().if_exists, Some(IfExists::Overwrite));
    ui.click("Start");
    let Some(Request::Uploads(mut packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    assert_eq!(packed.pop().unwrap().unpack().if_exists, IfExists::Overwrite);
    let mut ui = Ui::with(vec![]);
    dialog(&mut ui);
    ui.click("More");
    ui.click("PUT");
    assert!(!ui.shows("Replace it"));
}

#[test]
fn a_kept_destination_has_all_that_was_said() {
    let mut ui = Ui::with(vec![]);
    dialog(&mut ui);
    ui.write("address", "https://a.example/in/");
    ui.click("More");
    ui.click("PUT");
    ui.write("headers", "X-Api-Key: S3CR3T");
    ui.write("limit", "2M");
    ui.write("destination-name", "Mine");
    ui.press("keep");
    let Some(Request::KeepDestination(packed)) = ui.asked().pop() else { panic!("{:?}", ui.texts()) };
    let place = packed.unpack();
    assert_eq!((place.name.as_str(), place.url.expose()), ("Mine", "https://a.example/in/"));
    assert_eq!(
        (place.protocol, place.method, place.limit),
        (Protocol::Raw, Some(Method::Put), Some(2_000_000))
    );
    assert_eq!(place.headers.secrets().count(), 1);
    assert!(ui.shows("Saved."), "{:?}", ui.texts());
}

#[test]
fn a_link_is_copied_where_that_is_wanted_and_else_when_it_is_asked_for() {
    let link = Some("https://x.example/1".to_owned());
    for copy_link in [true, false] {
        let row = running(Snapshot { copy_link, ..upload("a") }, 1, 2, 1);
        let mut ui = Ui::with(vec![row.clone()]);
        let transfer = Snapshot { state: Phase::Completed, link: link.clone(), ..row.clone() };
        let changed = Event::Changed { transfer: Arc::new(transfer) };
        ui.send(Message::Update(Update::Event(changed.clone())));
        assert_eq!(ui.clipboard, link.clone().filter(|_| copy_link));
        ui.clipboard = None;
        ui.send(Message::Update(Update::Event(changed)));
        assert_eq!(ui.clipboard, None, "it is told once");
        ui.press(&format!("copy-link {}", row.id));
        assert_eq!(ui.clipboard, link);
    }
}
