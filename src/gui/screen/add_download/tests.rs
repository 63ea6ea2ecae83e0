use super::*;
use crate::{Destination, ErrorKind, Failure};

fn dialog(links: &[&str]) -> AddDownload {
    let links: Vec<_> = links.iter().map(ToString::to_string).collect();
    AddDownload::new(&links, Path::new("/downloads"))
}

fn started(dialog: &mut AddDownload) -> Vec<(String, DownloadRequest)> {
    match dialog.update(Message::Start) {
        Action::Start(requests) => requests,
        other => panic!("{other:?}, {:?}", dialog.problem),
    }
}

#[test]
fn a_link_dropped_twice_is_added_once() {
    let mut dialog = dialog(&["https://a.example/1"]);
    dialog.add(&["https://a.example/1".to_owned(), "https://a.example/2".to_owned()]);
    assert_eq!(dialog.text.text().trim(), "https://a.example/1\nhttps://a.example/2");
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
fn one_link_can_have_a_name() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = dialog.update(Message::Name(" x.iso ".to_owned()));
    let requests = started(&mut dialog);
    assert_eq!(requests[0].1.destination, Some(Destination::File("/downloads/x.iso".into())));
}

#[test]
fn a_name_or_folder_that_leads_elsewhere_does_not_start() {
    for (folder, name) in [("/downloads", "../x"), ("/downloads", ".."), ("downloads", "x"), ("", "x")] {
        let mut dialog = dialog(&["https://a.example/1"]);
        let _ = dialog.update(Message::Folder(folder.to_owned()));
        let _ = dialog.update(Message::Name(name.to_owned()));
        assert!(matches!(dialog.update(Message::Start), Action::None), "{folder} {name}");
        assert!(dialog.problem.is_some());
    }
}

#[test]
fn it_starts_once_while_the_session_thinks() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = started(&mut dialog);
    assert!(matches!(dialog.update(Message::Start), Action::None));
}

#[test]
fn what_the_session_refuses_stays_with_the_reason() {
    let mut dialog = dialog(&["https://a.example/1", "https://a.example/2"]);
    let _ = started(&mut dialog);
    let fault = Fault::from(Failure::new(ErrorKind::PermissionDenied));
    let action = dialog.update(Message::Answered(vec![("https://a.example/2".to_owned(), fault)]));
    assert!(matches!(action, Action::None));
    assert_eq!(dialog.text.text().trim(), "https://a.example/2");
    assert!(matches!(dialog.problem, Some(Problem::Session(_))));
    let _ = started(&mut dialog);
    assert!(matches!(dialog.update(Message::Answered(vec![])), Action::Close));
}

#[test]
fn the_clipboard_fills_only_an_empty_dialog_and_only_with_links() {
    let mut empty = dialog(&[]);
    let _ = empty.update(Message::Clipboard(Some("just words".to_owned())));
    assert!(empty.is_blank());
    let _ = empty.update(Message::Clipboard(Some("see https://a.example/1".to_owned())));
    assert_eq!(empty.text.text().trim(), "https://a.example/1");
    let _ = empty.update(Message::Clipboard(Some("https://a.example/2".to_owned())));
    assert_eq!(empty.text.text().trim(), "https://a.example/1");
}

#[test]
fn a_desktop_without_dialogs_leaves_the_field() {
    let mut dialog = dialog(&["https://a.example/1"]);
    let _ = dialog.update(Message::Picked(Picked::Unavailable));
    assert!(matches!(dialog.problem, Some(Problem::NoPicker)));
    let _ = dialog.update(Message::Picked(Picked::Paths(vec!["/else".into()])));
    assert_eq!((dialog.folder.as_str(), dialog.problem.is_none()), ("/else", true));
}
