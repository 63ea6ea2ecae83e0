use super::*;
use crate::{Destination, ErrorKind, Failure};

fn dialog(links: &[&str]) -> AddDownload {
    let links: Vec<_> = links.iter().map(ToString::to_string).collect();
    AddDownload::new(&links, Path::new("/downloads"))
}

fn pasted(text: &str) -> AddDownload {
    let mut dialog = dialog(&[]);
    paste(&mut dialog, text);
    dialog
}

fn paste(dialog: &mut AddDownload, text: &str) {
    let paste = Edit::Paste(std::sync::Arc::new(text.to_owned()));
    let _ = dialog.update(Message::Edit(text_editor::Action::Edit(paste)));
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn started(dialog: &mut AddDownload) -> Vec<(Key, DownloadRequest)> {
    match dialog.update(Message::Start) {
        Action::Start(requests) => requests,
        other => panic!("{other:?}, {:?}", dialog.problem),
    }
}

fn urls(requests: &[(Key, DownloadRequest)]) -> Vec<&str> {
    requests.iter().map(|(_, request)| request.url.expose()).collect()
}

fn refusal() -> Fault {
    Fault::from(Failure::new(ErrorKind::PermissionDenied))
}

#[test]
fn a_link_dropped_twice_is_added_once() {
    let mut dialog = dialog(&["https://a.example/1"]);
    dialog.add(&["https://a.example/1".to_owned(), "https://a.example/2".to_owned()]);
    assert_eq!(dialog.text.text().trim(), "https://a.example/1\nhttps://a.example/2");
}

#[test]
fn what_a_server_has_to_be_told_of_a_link_is_told_and_not_shown() {
    let link = "curl https://a.example/1 -H 'Cookie: key=S3CR3T' -o 'a b.iso'";
    let mut dialog = dialog(&[link, "https://a.example/2"]);
    dialog.add(&[link.to_owned()]);
    assert_eq!(dialog.text.text().trim(), "https://a.example/1\nhttps://a.example/2");
    let requests = started(&mut dialog);
    assert_eq!(requests[0].1.headers.expose().collect::<Vec<_>>(), [("Cookie", "key=S3CR3T")]);
    assert_eq!(requests[0].1.destination, Some(Destination::File("/downloads/a b.iso".into())));
    assert!(requests[1].1.headers.is_empty());
    // To another address nothing of it is said.
    paste(&mut dialog, "0");
    assert!(dialog.review.rows()[1].entry.request.headers.is_empty());
}

#[test]
fn several_links_go_into_the_folder_and_the_name_is_for_one_only() {
    let mut dialog = dialog(&["https://a.example/1", "https://a.example/2"]);
    let _ = dialog.update(Message::Name("x".to_owned()));
    let requests = started(&mut dialog);
    assert_eq!(requests.len(), 2);
    let folder = Destination::Folder("/downloads".into());
    assert!(requests.iter().all(|(_, request)| request.destination.as_ref() == Some(&folder)));
}

#[test]
fn one_link_can_have_a_name_and_another_link_has_its_own_again() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = dialog.update(Message::Name(" x.iso ".to_owned()));
    assert_eq!(dialog.shown_name().as_deref(), Some("x.iso"));
    let requests = started(&mut dialog);
    assert_eq!(requests[0].1.destination, Some(Destination::File("/downloads/x.iso".into())));
    let mut other = pasted("https://a.example/1");
    let _ = other.update(Message::Name("x.iso".to_owned()));
    paste(&mut other, "0");
    assert_eq!(other.shown_name().as_deref(), Some("10"));
    assert_eq!(started(&mut other)[0].1.destination, Some(Destination::Folder("/downloads".into())));
}

#[test]
fn a_name_or_folder_that_leads_elsewhere_does_not_start_until_it_is_right() {
    for (folder, name) in [("/downloads", "../x"), ("/downloads", ".."), ("downloads", "x"), ("", "x")] {
        let mut dialog = dialog(&["https://a.example/1"]);
        let _ = dialog.update(Message::Folder(folder.to_owned()));
        let _ = dialog.update(Message::Name(name.to_owned()));
        assert!(dialog.problem.is_none(), "nobody is told before it is started");
        assert!(matches!(dialog.update(Message::Start), Action::None), "{folder} {name}");
        assert!(dialog.problem.is_some());
        let _ = dialog.update(Message::Folder("/downloads".to_owned()));
        let _ = dialog.update(Message::Name("x".to_owned()));
        assert!(dialog.problem.is_none());
    }
}

#[test]
fn it_starts_once_while_the_session_thinks() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = started(&mut dialog);
    assert!(matches!(dialog.update(Message::Start), Action::None));
}

#[test]
fn what_the_session_refuses_stays_ticked_with_the_reason_and_nothing_else() {
    let mut dialog = dialog(&["https://a.example/1", "https://a.example/2"]);
    let keys: Vec<_> = started(&mut dialog).into_iter().map(|(key, _)| key).collect();
    let action = dialog.update(Message::Answered(vec![(keys[1].clone(), refusal())]));
    assert!(matches!(action, Action::None));
    assert!(matches!(dialog.problem, Some(Problem::Session(_))));
    assert_eq!(urls(&started(&mut dialog)), ["https://a.example/2"]);
    assert!(matches!(dialog.update(Message::Answered(vec![])), Action::Close));
}

#[test]
fn the_clipboard_fills_only_an_empty_dialog_and_only_with_links() {
    let mut empty = dialog(&[]);
    let _ = empty.update(Message::Clipboard(Some("just words".to_owned())));
    assert!(empty.is_blank());
    let page = "many words\nhttps://a.example/1\nand more".to_owned();
    let _ = empty.update(Message::Clipboard(Some(page)));
    assert_eq!(empty.text.text().trim(), "https://a.example/1");
    let _ = empty.update(Message::Clipboard(Some("https://a.example/2".to_owned())));
    assert_eq!(empty.text.text().trim(), "https://a.example/1");
    let mut command = dialog(&[]);
    let text = "curl https://a.example/1 -H 'X-A: b'".to_owned();
    let _ = command.update(Message::Clipboard(Some(text)));
    assert_eq!(started(&mut command)[0].1.headers.expose().next(), Some(("X-A", "b")));
}

#[test]
fn what_was_taken_from_the_clipboard_can_be_pasted_all_the_same() {
    let mut dialog = dialog(&[]);
    let link = "https://a.example/1";
    let _ = dialog.update(Message::Clipboard(Some(link.to_owned())));
    let paste = Edit::Paste(std::sync::Arc::new(link.to_owned()));
    let _ = dialog.update(Message::Edit(text_editor::Action::Edit(paste)));
    assert_eq!(dialog.text.text().trim(), link);
}

#[test]
fn a_desktop_without_dialogs_leaves_the_field() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = dialog.update(Message::Picked(Picked::Unavailable));
    assert!(matches!(dialog.problem, Some(Problem::NoPicker)));
    let _ = dialog.update(Message::Picked(Picked::Paths(vec!["/else".into()])));
    assert_eq!((dialog.folder.as_str(), dialog.problem.is_none()), ("/else", true));
}

#[test]
fn what_is_there_already_is_got_again_only_if_somebody_says_so() {
    let mut dialog = dialog(&[]);
    let id = TransferId::new();
    dialog.know(HashMap::from([(address("https://a.example/1"), id)]));
    paste(&mut dialog, "https://a.example/1\nhttps://a.example/2\nhttps://a.example/2");
    assert_eq!(dialog.review.rows()[0].there, Some(id));
    assert_eq!(urls(&started(&mut dialog)), ["https://a.example/2"]);
    dialog.asking = false;
    let _ = dialog.update(Message::Tick(0, true));
    paste(&mut dialog, "\nhttps://a.example/3");
    let expected = ["https://a.example/1", "https://a.example/2", "https://a.example/3"];
    assert_eq!(urls(&started(&mut dialog)), expected, "what was decided holds on");
    assert!(matches!(dialog.update(Message::Show(id)), Action::Show(shown) if shown == id));
}

#[test]
fn thousands_of_links_are_ticked_at_once_and_a_few_rows_of_them_are_built() {
    let mut dialog = pasted("https://a.example/[0001-5000]");
    assert_eq!(dialog.review.ticked().count(), 5000);
    let _ = dialog.update(Message::TickAll(false));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    let _ = dialog.update(Message::Tick(4999, true));
    assert_eq!(urls(&started(&mut dialog)), ["https://a.example/5000"]);
    for offset in [0.0, 4000.0, 1e9] {
        dialog.review.scroll(offset);
        let sight = dialog.review.in_sight();
        assert!(sight.len() <= 12 && sight.end <= 5000, "{sight:?}");
    }
    assert_eq!(dialog.review.in_sight().end, 5000);
}

#[test]
fn a_server_is_asked_once_for_each_link_and_for_many_not_at_all() {
    let mut dialog = pasted("https://a.example/1 https://a.example/2 https://a.example/1");
    let asked = |dialog: &mut AddDownload| dialog.unprobed().0.len();
    assert_eq!((asked(&mut dialog), asked(&mut dialog)), (2, 0));
    paste(&mut dialog, " https://a.example/3");
    assert_eq!(asked(&mut dialog), 1);
    assert!(!dialog.unprobed().1);
    let _ = dialog.update(Message::Edit(text_editor::Action::Edit(Edit::Insert('0'))));
    assert_eq!((asked(&mut dialog), dialog.unprobed().1), (1, true), "it is another link, and typed");
    assert_eq!(asked(&mut pasted("https://a.example/[1-6]")), 0);
}

#[test]
fn what_a_server_calls_the_file_is_shown_and_looked_for() {
    let mut dialog = pasted("https://a.example/get?id=1");
    let _ = dialog.unprobed();
    assert_eq!(dialog.unlooked(), Some("/downloads/get".into()));
    assert_eq!(dialog.unlooked(), None);
    let probed = Probed { name: "a.iso".to_owned(), size: Some(5), resumable: true, page: false };
    let _ = dialog.update(Message::Probed(address("https://a.example/get?id=1"), Ok(probed)));
    assert_eq!(dialog.unlooked(), Some("/downloads/a.iso".into()));
    let _ = dialog.update(Message::Looked("/downloads/get".into(), true));
    assert!(!dialog.is_taken(), "that is what was looked for before");
    let _ = dialog.update(Message::Looked("/downloads/a.iso".into(), true));
    assert!(dialog.is_taken());
    let _ = dialog.update(Message::IfExists(IfExists::Overwrite));
    assert_eq!(started(&mut dialog)[0].1.if_exists, IfExists::Overwrite);
}

#[test]
fn all_that_more_offers_goes_into_the_request() {
    let mut dialog = pasted("https://a.example/1");
    let checksum = format!("md5:{}", "0".repeat(32));
    for (field, text) in [
        (terms::Field::Group, "Night"),
        (terms::Field::Limit, "2M"),
        (terms::Field::Start, "2400-01-01T00:00:00Z"),
        (terms::Field::Connections, "3"),
    ] {
        let _ = dialog.update(Message::Terms(terms::Message::Write(field, text.to_owned())));
    }
    let _ = dialog.update(Message::Terms(terms::Message::Urgency(terms::Urgency::High)));
    let _ = dialog.update(Message::Checksum(checksum.clone()));
    let paste = Edit::Paste(std::sync::Arc::new("X-A: b".to_owned()));
    for said in [
        login::Message::User("me".to_owned()),
        login::Message::Password("S3CR3T".to_owned()),
        login::Message::Headers(text_editor::Action::Edit(paste)),
    ] {
        let _ = dialog.update(Message::Login(said));
    }
    let request = started(&mut dialog).remove(0).1;
    let terms = &request.terms;
    assert_eq!(terms.group.as_ref().unwrap().as_str(), "Night");
    assert_eq!(request.expected.checksums[0].to_string(), checksum);
    assert_eq!(request.headers.login().unwrap().user, "me");
    assert!(request.headers.expose().any(|header| header == ("X-A", "b")));
    assert_eq!((terms.limit, terms.connections.unwrap().get()), (Some(2_000_000), 3));
    assert_eq!(terms.start_at.unwrap().to_string(), "2400-01-01T00:00:00Z");
    assert!(terms.priority > crate::Priority::default());
}

#[test]
fn a_group_brings_its_folder_unless_one_was_chosen() {
    let group: crate::Group = ron::from_str("(name: \"Night\", folder: Some(\"/night\"))").unwrap();
    for (chosen, expected) in [(None, "/night"), (Some("/mine"), "/mine")] {
        let mut dialog = pasted("https://a.example/1");
        let _ = dialog.update(Message::Terms(terms::Message::Groups(vec![group.clone()])));
        if let Some(folder) = chosen {
            let _ = dialog.update(Message::Folder(folder.to_owned()));
        }
        let night = terms::Message::Write(terms::Field::Group, "Night".to_owned());
        let _ = dialog.update(Message::Terms(night));
        assert_eq!(dialog.folder, expected);
    }
}

#[test]
fn a_value_that_makes_no_sense_is_told_at_its_field_and_then_as_it_is_written() {
    let written =
        |field: terms::Field, text: &str| Message::Terms(terms::Message::Write(field, text.to_owned()));
    let password = |text: &str| Message::Login(login::Message::Password(text.to_owned()));
    let in_terms = |field, text: &str| (written(field, text), Wrong::Terms(field), written(field, ""));
    for (writes, wrong, empties) in [
        in_terms(terms::Field::Group, &"x".repeat(101)),
        in_terms(terms::Field::Limit, "fast"),
        in_terms(terms::Field::Start, "soon"),
        in_terms(terms::Field::Connections, "0"),
        (Message::Checksum("md5:1".to_owned()), Wrong::Checksum, Message::Checksum(String::new())),
        (password("alone"), Wrong::Login(login::Wrong::User), password("")),
    ] {
        let mut dialog = pasted("https://a.example/1");
        let _ = dialog.update(writes);
        assert!(matches!(dialog.update(Message::Start), Action::None));
        assert_eq!(dialog.problem, Some(Problem::Wrong(wrong)));
        assert!(dialog.shows_more, "it can be seen");
        let _ = dialog.update(empties);
        assert!(dialog.problem.is_none());
    }
}
