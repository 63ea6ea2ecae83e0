//! Logins of transfers that have not ended: another session finds them in the keyring, and they go from there at
//! the end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use windlass::{
    Address, Change, DownloadRequest, ErrorKind, Options, Phase, Profile, Purpose, Reason, Secrets, Session,
    Settings, UploadRequest,
};

use super::keyring::Fake;
use super::server::Server;
use super::{assert_complete, assert_without, write};

const LOGIN: &str = "Basic bWU6UzNDUjNU";

/// A session whose secrets are kept there, and that tries nothing twice.
pub fn open(dir: &Path, keyring: &Arc<Fake>) -> Session {
    let secrets = Some(keyring.clone() as Arc<dyn Secrets>);
    let profile = Profile::at(dir.join("profile"));
    Settings { retries: 0, ..Settings::default() }.save(&profile.settings).unwrap();
    Session::open(&Options { secrets, ..Options::new(profile) }).unwrap()
}

/// One that wants a login.
pub fn guarded() -> Server {
    Server::start(|request, reply| {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body(length);
        let (status, body) = match request.header("authorization") {
            Some(LOGIN) => ("200 OK", "content"),
            _ => ("401 Unauthorized", ""),
        };
        reply.head(status, &[("Content-Length", body.len().to_string())]);
        reply.send(body);
    })
}

fn request(server: &Server, name: &str, dir: &Path) -> DownloadRequest {
    let url = server.url(name).replace("http://", "http://me:S3CR3T@");
    DownloadRequest::new(&url).unwrap().into_folder(dir)
}

/// One that waits until somebody wants it.
fn later(server: &Server, name: &str, dir: &Path) -> DownloadRequest {
    let mut request = request(server, name, dir);
    request.terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
    request
}

#[test]
fn a_download_with_a_login_goes_on_in_the_next_session_without_asking() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::default());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        session.start_download(later(&server, "a", dir.path())).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let kept: Vec<_> = keyring.kept.lock().unwrap().keys().cloned().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].purpose, Purpose::Transfer);
    assert!(server.url("").starts_with(&kept[0].origin), "{kept:?}");
    assert_without(&dir.path().join("profile"), &["S3CR3T", "bWU6UzNDUjNU"]);

    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let download = session.downloads().await.unwrap().remove(0);
        download.resume().await.unwrap();
        assert_complete(&download.settled().await.unwrap(), b"content");
        session.close().await.unwrap();
    });
    assert!(keyring.kept.lock().unwrap().is_empty(), "nobody needs it any more");
    assert_without(&dir.path().join("profile"), &["S3CR3T", "bWU6UzNDUjNU"]);
}

#[test]
fn a_login_given_again_while_the_keyring_is_asked_for_it_is_taken() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::default());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        session.start_download(later(&server, "a", dir.path())).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    keyring.silent.store(true, SeqCst);
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let mut events = session.subscribe();
        let download = session.downloads().await.unwrap().remove(0);
        download.resume().await.unwrap();
        while download.snapshot().await.unwrap().state != Phase::Running {
            events.recv().await.unwrap();
        }
        session.renew_download(download.id(), request(&server, "a", dir.path())).await.unwrap();
        assert_complete(&download.settled().await.unwrap(), b"content");
    });
}

#[test]
fn so_does_an_upload() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::default());
    let file = dir.path().join("a.txt");
    write(&file, b"content");
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let url = server.url("in").replace("http://", "http://me:S3CR3T@");
        let mut request = UploadRequest::new(&file, &url).unwrap().by(windlass::Method::Put);
        request.terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
        session.start_upload(request).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let upload = session.uploads().await.unwrap().remove(0);
        upload.resume().await.unwrap();
        assert_eq!(upload.settled().await.unwrap().state, Phase::Completed);
        session.close().await.unwrap();
    });
    assert!(keyring.kept.lock().unwrap().is_empty());
}

#[test]
fn many_that_say_the_same_to_one_server_share_an_entry_that_goes_with_the_last_of_them() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::default());
    let (session, other) = (open(dir.path(), &keyring), guarded());
    session.runtime().clone().block_on(async {
        let mut started = Vec::new();
        for name in ["a", "b", "c"] {
            started.push(session.start_download(later(&server, name, dir.path())).await.unwrap());
        }
        let stranger = session.start_download(later(&other, "a", dir.path())).await.unwrap();
        session.close().await.unwrap();
        assert_eq!(keyring.kept.lock().unwrap().len(), 2, "no server gets what is for another");
        drop((started, stranger));
    });
    drop(session);
    for left in [2, 2, 2, 1, 0] {
        let session = open(dir.path(), &keyring);
        session.runtime().clone().block_on(async {
            assert_eq!(keyring.kept.lock().unwrap().len(), left);
            let mut open = session.downloads().await.unwrap().into_iter();
            if let Some(first) = open.next() {
                // One way to be done with it or the other.
                if left == 1 {
                    first.cancel().await.unwrap();
                } else {
                    session.remove(Some(vec![first.id()]), false).await.unwrap();
                }
            }
            session.close().await.unwrap();
        });
    }
}

#[test]
fn another_login_takes_the_place_of_the_one_before() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::<Fake>::default());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let url = server.url("a").replace("http://", "http://me:wrong@");
        let download = session
            .start_download(DownloadRequest::new(&url).unwrap().into_folder(dir.path()))
            .await
            .unwrap();
        assert_eq!(download.settled().await.unwrap().reason, Some(Reason::NeedsLogin));
        let (url, _) = Address::parse(&server.url("a")).unwrap();
        let headers = request(&server, "a", dir.path()).headers;
        download.amend(Change::StartAt(Some("2400-01-01T00:00:00Z".parse().unwrap()))).await.unwrap();
        download.amend(Change::Url(url, headers)).await.unwrap();
        session.pause(None).await.unwrap();
        session.close().await.unwrap();
    });
    let kept = keyring.kept.lock().unwrap();
    assert_eq!(kept.values().collect::<Vec<_>>(), [&format!("Authorization: {LOGIN}\n")]);
}

#[test]
fn where_the_keyring_is_locked_it_asks_for_the_login_and_says_why() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::<Fake>::default());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        session.start_download(later(&server, "a", dir.path())).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    keyring.locked.store(true, SeqCst);
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let download = session.downloads().await.unwrap().remove(0);
        download.resume().await.unwrap();
        let shown = download.settled().await.unwrap();
        assert_eq!((shown.state, shown.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
        let error = shown.error.unwrap();
        assert_eq!(error.kind, ErrorKind::SecretNotFound);
        assert!(error.message.contains("locked"), "{}", error.message);
    });
    assert!(server.seen().is_empty());
}
