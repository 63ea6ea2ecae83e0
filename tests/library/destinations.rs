//! Named places: their secrets are found again by another session, and are nowhere but in the keyring.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use secrecy::{ExposeSecret as _, SecretString};
use windlass::{
    Address, AddressBookEntry as _, Credentials, ErrorKind, Options, Phase, Place, Profile, Protocol, Reason,
    Secrets, Session,
};

use super::keyring::Fake;
use super::server::Server;
use super::{assert_without, write};

fn open(dir: &Path, keyring: Option<&Arc<Fake>>) -> Session {
    let secrets = keyring.map(|fake| fake.clone() as Arc<dyn Secrets>);
    Session::open(&Options { secrets, ..Options::new(Profile::at(dir.join("profile"))) }).unwrap()
}

/// A place that knows its secrets, and a keyring that does.
fn place(server: &Server) -> (Place, Arc<Fake>) {
    let (url, _) = Address::parse(&server.url("in")).unwrap();
    let mut place = Place::new("Photos", url).unwrap();
    place.protocol = Protocol::Form;
    place.log_in(&Credentials { user: "me".to_owned(), password: SecretString::from("CANARY") });
    place.headers.add("X-Api-Key", "CANARY").unwrap();
    let keyring = Arc::new(Fake::default());
    let secret = place.secrets().unwrap().expose_secret().to_owned();
    keyring.kept.lock().unwrap().insert(place.key(), secret);
    (place, keyring)
}

/// The place as a file has it.
fn written(place: &Place) -> Place {
    serde_json::from_str(&serde_json::to_string(place).unwrap()).unwrap()
}

fn answering() -> Server {
    Server::start(|request, reply| {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body(length);
        let (status, body) = match request.header("x-api-key") {
            Some("CANARY") => ("200 OK", r#"{"url": "https://x.example/1"}"#),
            _ => ("401 Unauthorized", ""),
        };
        reply.head(status, &[("Content-Length", body.len().to_string())]);
        reply.send(body);
    })
}

#[test]
fn another_session_finds_the_secrets_of_a_destination_in_the_keyring_and_nowhere_else() {
    let (dir, server) = (tempfile::tempdir().unwrap(), answering());
    let file = dir.path().join("a.txt");
    write(&file, b"content");
    let (place, keyring) = place(&server);
    keyring.locked.store(true, SeqCst);
    let session = open(dir.path(), Some(&keyring));
    session.runtime().clone().block_on(async {
        let waiting = session.start_upload(written(&place).request(&file).unwrap()).await.unwrap();
        let shown = waiting.settled().await.unwrap();
        assert_eq!((shown.state, shown.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
        let error = shown.error.unwrap();
        assert_eq!(error.kind, ErrorKind::SecretNotFound);
        assert!(error.message.contains("locked"), "{}", error.message);
        session.close().await.unwrap();
    });
    drop(session);
    assert!(server.seen().is_empty());

    keyring.locked.store(false, SeqCst);
    let session = open(dir.path(), Some(&keyring));
    session.runtime().clone().block_on(async {
        let upload = session.uploads().await.unwrap().remove(0);
        upload.resume().await.unwrap();
        let shown = upload.settled().await.unwrap();
        assert_eq!(shown.state, Phase::Completed, "{shown:?}");
        assert_eq!(shown.destination.as_deref(), Some("Photos"));
        session.close().await.unwrap();
    });
    let seen = server.seen();
    assert_eq!(seen.last().unwrap().header("authorization"), Some("Basic bWU6Q0FOQVJZ"));
    assert_without(&dir.path().join("profile"), &["CANARY", "bWU6Q0FOQVJZ"]);
}

#[test]
fn without_a_keyring_or_for_another_server_a_destination_asks_for_its_login() {
    let (dir, server, other) = (tempfile::tempdir().unwrap(), answering(), answering());
    let file = dir.path().join("a.txt");
    write(&file, b"content");
    let (place, keyring) = place(&server);
    let mut moved = written(&place);
    moved.url = Address::parse(&other.url("in")).unwrap().0;
    for (place, keyring) in [(written(&place), None), (moved, Some(&keyring))] {
        let session = open(dir.path(), keyring);
        session.runtime().clone().block_on(async {
            let upload = session.start_upload(place.request(&file).unwrap()).await.unwrap();
            let shown = upload.settled().await.unwrap();
            assert_eq!(shown.reason, Some(Reason::NeedsLogin), "{shown:?}");
            session.close().await.unwrap();
        });
    }
    assert!(server.seen().is_empty() && other.seen().is_empty());
}

#[test]
fn a_keyring_that_does_not_answer_holds_up_nobody_else() {
    let (dir, server) = (tempfile::tempdir().unwrap(), answering());
    let file = dir.path().join("a.txt");
    write(&file, b"content");
    let (place, keyring) = place(&server);
    keyring.silent.store(true, SeqCst);
    let session = open(dir.path(), Some(&keyring));
    session.runtime().clone().block_on(async {
        let held = session.start_upload(written(&place).request(&file).unwrap()).await.unwrap();
        // With its secrets at hand nobody has to be asked.
        let free = session.start_upload(place.request(&file).unwrap()).await.unwrap();
        assert_eq!(free.settled().await.unwrap().state, Phase::Completed);
        held.pause().await.unwrap();
        assert_eq!(held.settled().await.unwrap().state, Phase::Paused);
        session.close().await.unwrap();
    });
}

#[test]
fn the_link_to_what_was_sent_is_kept() {
    let (dir, server) = (tempfile::tempdir().unwrap(), answering());
    let file = dir.path().join("a.txt");
    write(&file, b"content");
    let (mut place, _) = place(&server);
    place.link = Some(windlass::LinkRule::parse("{json:url}").unwrap());
    place.copy_link = true;
    let session = open(dir.path(), None);
    session.runtime().clone().block_on(async {
        let upload = session.start_upload(place.request(&file).unwrap()).await.unwrap();
        let shown = upload.settled().await.unwrap();
        assert_eq!(
            (shown.link.as_deref(), shown.copy_link),
            (Some("https://x.example/1"), true),
            "{shown:?}"
        );
        session.close().await.unwrap();
    });
}

#[test]
fn by_another_name_a_destination_has_its_secrets_and_for_another_server_none() {
    let (dir, server, other) = (tempfile::tempdir().unwrap(), answering(), answering());
    let (place, keyring) = place(&server);
    let session = open(dir.path(), Some(&keyring));
    session.runtime().clone().block_on(async {
        assert_eq!(session.keep(place.clone()).await.unwrap(), None);
        let renamed = written(&place).called("Pictures").unwrap();
        assert_eq!(session.keep_instead("Photos".to_owned(), renamed.clone()).await.unwrap(), None);
        let book = session.address_book::<Place>().await.unwrap();
        assert_eq!(book.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["Pictures"]);
        let kept = keyring.kept.lock().unwrap().clone();
        assert_eq!(kept.keys().collect::<Vec<_>>(), [&renamed.key()]);
        assert_eq!(kept[&renamed.key()].lines().count(), 2);
        // Nothing is lost while nobody can reach them, and no other one is lost to the name.
        keyring.locked.store(true, SeqCst);
        let again = renamed.clone().called("Photos").unwrap();
        assert!(session.keep_instead("Pictures".to_owned(), again.clone()).await.is_err());
        keyring.locked.store(false, SeqCst);
        session.keep(again.clone()).await.unwrap();
        assert!(session.keep_instead("Pictures".to_owned(), again).await.is_err());
        let mut moved = renamed.clone();
        moved.url = Address::parse(&other.url("in")).unwrap().0;
        session.keep_instead("Pictures".to_owned(), moved.clone()).await.unwrap();
        assert!(!keyring.kept.lock().unwrap().contains_key(&moved.key()));
    });
}

#[test]
fn a_secret_that_a_destination_no_longer_has_is_forgotten_and_the_others_stay() {
    let (dir, server) = (tempfile::tempdir().unwrap(), answering());
    let (place, keyring) = place(&server);
    let session = open(dir.path(), Some(&keyring));
    let without = |names: &[&str]| {
        let mut said = serde_json::to_value(&place).unwrap();
        let left = said["secret_headers"].as_array_mut().unwrap();
        left.retain(|name| !names.contains(&name.as_str().unwrap()));
        serde_json::from_value::<Place>(said).unwrap()
    };
    session.runtime().clone().block_on(async {
        session.keep(place.clone()).await.unwrap();
        session.keep(without(&["Authorization"])).await.unwrap();
        let kept = keyring.kept.lock().unwrap().get(&place.key()).cloned().unwrap();
        assert_eq!(kept, "X-Api-Key: CANARY\n");
        session.keep(without(&["Authorization", "X-Api-Key"])).await.unwrap();
        assert!(keyring.kept.lock().unwrap().is_empty());
    });
}
