use super::*;
use crate::{ErrorKind, Failure, Method};

fn dialog() -> AddUpload {
    let mut dialog = AddUpload::new(vec!["/a".into(), "/b".into()]);
    let _ = dialog.update(Message::Address("https://example.org/in/".to_owned()));
    dialog
}

fn write_headers(dialog: &mut AddUpload, text: &str) {
    let paste = text_editor::Edit::Paste(std::sync::Arc::new(text.to_owned()));
    let _ = dialog.update(Message::Login(login::Message::Headers(text_editor::Action::Edit(paste))));
}

#[test]
fn every_file_becomes_a_request_with_method_and_headers() {
    let mut dialog = dialog();
    let _ = dialog.update(Message::Way(Way::ALL[2]));
    write_headers(&mut dialog, "X-One: 1\n\nAuthorization: Bearer x");
    let Action::Start(requests) = dialog.update(Message::Start) else { panic!("{dialog:?}") };
    assert_eq!(
        requests.iter().map(|(file, _)| file.clone()).collect::<Vec<_>>(),
        ["/a", "/b"].map(PathBuf::from)
    );
    assert!(requests.iter().all(|(_, r)| r.method == Method::Put && r.headers.expose().count() == 2));
}

#[test]
fn a_line_that_is_no_header_is_named_without_its_value() {
    let mut dialog = dialog();
    write_headers(&mut dialog, "Range: S3CR3T");
    assert!(matches!(dialog.update(Message::Start), Action::None));
    let Some(Problem::Login(login::Wrong::Header(name))) = &dialog.problem else { panic!("{dialog:?}") };
    assert_eq!(name, "Range");
}

#[test]
fn an_address_that_is_none_stays_in_the_dialog() {
    let mut dialog = dialog();
    let _ = dialog.update(Message::Address("nowhere".to_owned()));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    assert!(matches!(dialog.problem, Some(Problem::Session(_))));
}

#[test]
fn a_typed_path_counts_when_starting() {
    let mut dialog = AddUpload::new(vec![]);
    let _ = dialog.update(Message::Address("https://example.org/in".to_owned()));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    let _ = dialog.update(Message::Typed("c".to_owned()));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    assert!(matches!(dialog.problem, Some(Problem::File)));
    let _ = dialog.update(Message::Typed("/c".to_owned()));
    let Action::Start(requests) = dialog.update(Message::Start) else { panic!("{dialog:?}") };
    assert_eq!(requests[0].0, PathBuf::from("/c"));
}

#[test]
fn files_that_would_take_each_others_place_are_not_sent() {
    let mut dialog = dialog();
    let _ = dialog.update(Message::Way(Way::ALL[2]));
    let _ = dialog.update(Message::Address("https://example.org/in".to_owned()));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    assert!(matches!(dialog.problem, Some(Problem::Clash(_))));
}

#[test]
fn a_file_dropped_twice_is_there_once() {
    let mut dialog = dialog();
    dialog.add(vec!["/b".into(), "/c".into()]);
    let _ = dialog.update(Message::LeaveOut("/a".into()));
    assert_eq!(dialog.files, ["/b", "/c"].map(PathBuf::from));
}

#[test]
fn what_the_session_refuses_stays_with_the_reason() {
    let mut dialog = dialog();
    let _ = dialog.update(Message::Start);
    let fault = Fault::from(Failure::new(ErrorKind::FileMissing));
    assert!(matches!(dialog.update(Message::Answered(vec![("/b".into(), fault)])), Action::None));
    assert_eq!(dialog.files, [PathBuf::from("/b")]);
    let _ = dialog.update(Message::Start);
    assert!(matches!(dialog.update(Message::Answered(vec![])), Action::Close));
}

#[test]
fn what_more_offers_holds_for_every_file() {
    let mut dialog = dialog();
    assert!(matches!(dialog.update(Message::More), Action::Groups));
    for (field, text) in [
        (terms::Field::Group, "Night"),
        (terms::Field::Limit, "2M"),
        (terms::Field::Start, "2400-01-01T00:00:00Z"),
        (terms::Field::Connections, "3"),
    ] {
        let _ = dialog.update(Message::Terms(terms::Message::Write(field, text.to_owned())));
    }
    for message in [
        terms::Message::Urgency(terms::Urgency::High),
        terms::Message::Cost(crate::CostPolicy::UnrestrictedOnly),
        terms::Message::Telling(terms::Telling::Nothing),
    ] {
        let _ = dialog.update(Message::Terms(message));
    }
    for said in [login::Message::User("me".to_owned()), login::Message::Password("pw".to_owned())] {
        let _ = dialog.update(Message::Login(said));
    }
    let Action::Start(requests) = dialog.update(Message::Start) else { panic!("{dialog:?}") };
    assert_eq!(requests.len(), 2);
    for (_, request) in requests {
        let terms = &request.terms;
        assert_eq!(terms.group.as_ref().unwrap().as_str(), "Night");
        assert_eq!((terms.limit, terms.connections.unwrap().get()), (Some(2_000_000), 3));
        assert!(terms.start_at.is_some() && terms.priority > crate::Priority::default());
        assert_eq!(terms.cost_policy, crate::CostPolicy::UnrestrictedOnly);
        assert!(terms.notify.quiet && request.headers.login().unwrap().user == "me");
    }
}

#[test]
fn a_value_that_makes_no_sense_is_shown_where_it_is() {
    let mut dialog = dialog();
    let soon = terms::Message::Write(terms::Field::Start, "soon".to_owned());
    let _ = dialog.update(Message::Terms(soon));
    assert!(matches!(dialog.update(Message::Start), Action::None));
    assert!(matches!(dialog.problem, Some(Problem::Terms(terms::Field::Start))) && dialog.more);
}
