use secrecy::SecretString;

use super::destinations::{self, DestinationForm};
use super::sites::{self, SiteForm};
use super::*;
use crate::gui::form::{login, terms};
use crate::{Place, Protocol, ProxyChoice, Site};

fn url(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn login() -> Credentials {
    Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") }
}

/// As the session tells it.
fn told<E: AddressBookEntry>(entry: &E) -> E {
    serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap()
}

fn book<F: Form>(entries: &[F::Entry]) -> Book<F> {
    let mut book = Book::default();
    let _ = book.update(Happening::Told(Ok(entries.iter().map(told).collect())));
    book
}

fn site(book: &mut Book<SiteForm>, changes: &[(sites::Field, &str)]) -> Action {
    for (field, text) in changes {
        let _ = book.update(Happening::Form(sites::Message::Write(*field, (*text).to_owned())));
    }
    book.update(Happening::Save)
}

fn place(book: &mut Book<DestinationForm>, changes: &[(destinations::Field, &str)]) -> Action {
    for (field, text) in changes {
        let _ = book.update(Happening::Form(destinations::Message::Write(*field, (*text).to_owned())));
    }
    book.update(Happening::Save)
}

fn known_site() -> Site {
    let mut site = Site::new(&url("https://a.example/pub"));
    site.log_in(&login());
    site.headers.add("X-Client", "one").unwrap();
    site.terms.proxy = ProxyChoice::parse("http://proxy.example:3128").unwrap().0;
    site.headers.add_proxy_login(&login());
    (site.terms.limit, site.terms.timeout) = (Some(1_234_567), Some(9));
    site.terms.pause_on = vec![crate::ErrorKind::NotFound];
    site
}

#[test]
fn a_site_is_made_of_what_is_written() {
    let mut book = book::<SiteForm>(&[]);
    assert!(matches!(book.update(Happening::New), Action::Focus("site-url")));
    assert!(matches!(site(&mut book, &[(sites::Field::Url, " ")]), Action::None));
    let _ = book.update(Happening::Form(sites::Message::Login(login::Message::User("me".into()))));
    let _ = book.update(Happening::Form(sites::Message::Login(login::Message::Password("pw".into()))));
    let limit = terms::Message::Write(terms::Field::Limit, "2M".to_owned());
    let _ = book.update(Happening::Form(sites::Message::Terms(limit)));
    let changes = [
        (sites::Field::Url, "a.example/pub"),
        (sites::Field::Folder, "/in"),
        (sites::Field::Retries, "0"),
        (sites::Field::Proxy, "direct"),
    ];
    let Action::Ask(Request::KeepSite(packed)) = site(&mut book, &changes) else { panic!("{book:?}") };
    let site = packed.unpack();
    assert_eq!((site.name(), site.headers.login().unwrap().user.as_str()), ("https://a.example/pub/", "me"));
    assert_eq!(site.folder.as_deref(), Some(std::path::Path::new("/in")));
    let terms = &site.terms;
    assert_eq!((terms.limit, terms.retries, &terms.proxy), (Some(2_000_000), Some(0), &ProxyChoice::Direct));
    assert!(matches!(book.update(Happening::Done(Ok(()))), Action::Read));
    assert!(book.edit.is_none());
}

#[test]
fn what_nobody_changes_of_a_site_stays_with_its_secrets_in_another_folder_too() {
    let mut book = book::<SiteForm>(&[known_site()]);
    let _ = book.update(Happening::Edit("https://a.example/pub/".to_owned()));
    let Action::Ask(Request::KeepSite(packed)) = site(&mut book, &[]) else { panic!("{book:?}") };
    let same = packed.unpack();
    assert_eq!(ron::to_string(&told(&known_site())).unwrap(), ron::to_string(&same).unwrap());
    let moved = site(&mut book, &[(sites::Field::Url, "https://a.example/")]);
    let Action::Ask(Request::ChangeSite { url: before, to }) = moved else { panic!("{book:?}") };
    assert_eq!(before, url("https://a.example/pub/"));
    assert_eq!(to.unpack().headers.secret_names().count(), 2);
}

#[test]
fn neither_another_server_nor_another_proxy_gets_what_is_kept() {
    let mut book = book::<SiteForm>(&[known_site()]);
    let edit = Happening::Edit("https://a.example/pub/".to_owned());
    let _ = book.update(edit.clone());
    let other = site(&mut book, &[(sites::Field::Url, "https://b.example/")]);
    let Action::Ask(Request::ChangeSite { to, .. }) = other else { panic!("{book:?}") };
    assert_eq!(to.unpack().headers.secret_names().collect::<Vec<_>>(), ["Proxy-Authorization"]);
    let _ = book.update(edit);
    let other = site(&mut book, &[(sites::Field::Proxy, "http://other.example")]);
    let Action::Ask(Request::KeepSite(packed)) = other else { panic!("{book:?}") };
    assert_eq!(packed.unpack().headers.secret_names().collect::<Vec<_>>(), ["Authorization"]);
}

#[test]
fn what_is_no_value_is_said_and_shown() {
    let mut book = book::<SiteForm>(&[known_site()]);
    let _ = book.update(Happening::New);
    assert!(matches!(site(&mut book, &[(sites::Field::Url, "https://a.example/pub")]), Action::None));
    assert!(!book.edit.as_ref().unwrap().more, "what is wrong can be seen");
    let wrong = [(sites::Field::Url, "https://b.example"), (sites::Field::Timeout, "0")];
    assert!(matches!(site(&mut book, &wrong), Action::None));
    assert!(book.edit.as_ref().unwrap().more, "what is wrong is shown");
    let right = [(sites::Field::Timeout, "5")];
    assert!(matches!(site(&mut book, &right), Action::Ask(_)));
}

#[test]
fn a_destination_is_renamed_and_keeps_what_the_form_does_not_show() {
    let mut before = Place::new("Work", url("https://a.example/in?k=1")).unwrap();
    (before.protocol, before.method) = (Protocol::Raw, Some(crate::Method::Patch));
    before.headers.add("X-Api-Key", "S3CR3T").unwrap();
    before.if_exists = Some(crate::IfExists::Fail);
    let mut book = book::<DestinationForm>(&[before.clone(), before.called("Home").unwrap()]);
    let _ = book.update(Happening::Edit("Work".to_owned()));
    let taken = place(&mut book, &[(destinations::Field::Name, "Home")]);
    assert!(matches!(taken, Action::None));
    let renamed = place(&mut book, &[(destinations::Field::Name, "Office")]);
    let Action::Ask(Request::ChangeDestination { name, to }) = renamed else { panic!("{book:?}") };
    let place = to.unpack();
    assert_eq!(
        (name.as_str(), place.name.as_str(), place.url.expose()),
        ("Work", "Office", "https://a.example/in?k=1")
    );
    assert_eq!((place.protocol, place.method), (Protocol::Raw, Some(crate::Method::Patch)));
    assert_eq!(place.headers.secret_names().collect::<Vec<_>>(), ["X-Api-Key"]);
}

#[test]
fn what_cannot_be_sent_to_is_said_before_a_file_is() {
    let mut book = book::<DestinationForm>(&[]);
    let _ = book.update(Happening::New);
    let tus = crate::gui::form::way::Way::ALL[6];
    let _ = book.update(Happening::Form(destinations::Message::Way(tus)));
    let wrong = [(destinations::Field::Name, "nas"), (destinations::Field::Url, "sftp://nas.example/in/")];
    assert!(matches!(place(&mut book, &wrong), Action::None));
    assert!(matches!(
        place(&mut book, &[(destinations::Field::Url, "https://nas.example/in/")]),
        Action::Ask(_)
    ));
}

#[test]
fn an_uploader_of_sharex_is_looked_at_before_it_is_kept_with_its_secrets() {
    let sxcu = br#"{"Version": "14.0.0", "Name": "Pics", "RequestMethod": "POST",
        "RequestURL": "https://a.example/up", "Headers": {"X-Api-Key": "S3CR3T"},
        "Body": "MultipartFormData", "FileFormName": "f", "URL": "{json:url}"}"#;
    let mut book = book::<DestinationForm>(&[]);
    assert!(matches!(book.update(Happening::Import), Action::Import));
    let read = |bytes: &[u8]| Happening::Imported(Import::Read("a.sxcu".to_owned(), bytes.to_vec()));
    let _ = book.update(read(b"{}"));
    assert!(matches!(book.problem, Some(Problem::NotOne(_))));
    assert!(matches!(book.update(read(sxcu)), Action::Focus(_)));
    assert!(book.problem.is_none());
    let Action::Ask(Request::KeepDestination(packed)) = place(&mut book, &[]) else { panic!("{book:?}") };
    let place = packed.unpack();
    assert_eq!(
        (place.name.as_str(), place.file_field.as_deref(), place.copy_link),
        ("Pics", Some("f"), true)
    );
    assert_eq!(place.headers.secrets().collect::<Vec<_>>(), [("X-Api-Key", "S3CR3T")]);
}

#[test]
fn an_entry_goes_when_that_was_meant() {
    let mut book = book::<SiteForm>(&[known_site()]);
    let name = "https://a.example/pub/".to_owned();
    let _ = book.update(Happening::Remove(name.clone()));
    assert!(matches!(book.update(Happening::Escape), Action::None));
    assert!(book.going.is_none());
    let _ = book.update(Happening::Remove(name.clone()));
    let gone = book.update(Happening::ReallyRemove(name));
    assert!(matches!(gone, Action::Ask(Request::ForgetSite { .. })));
    assert!(matches!(book.update(Happening::Done(Ok(()))), Action::Read));
    assert!(matches!(book.update(Happening::Escape), Action::Close));
}
