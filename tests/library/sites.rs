//! Sites: what is known of a server holds for every transfer from there and to it, and for no other server.

use std::sync::Arc;

use windlass::{
    Address, AddressBookEntry as _, Credentials, DownloadRequest, Error, ErrorKind, Method, Phase, Purpose,
    Reason, Site, UploadRequest,
};

use super::keeping::{guarded, open};
use super::keyring::Fake;
use super::server::Server;
use super::{assert_complete, assert_without, write};

fn address(url: &str) -> Address {
    Address::parse(url).unwrap().0
}

/// What is known of a server: how to log in, and a header.
fn site(server: &Server) -> Site {
    let mut site = Site::new(&address(&server.url("")));
    site.log_in(&Credentials { user: "me".to_owned(), password: "S3CR3T".into() });
    site.headers.add("X-Client", "one").unwrap();
    site
}

fn request(server: &Server, name: &str) -> DownloadRequest {
    DownloadRequest::new(&server.url(name)).unwrap()
}

#[test]
fn a_login_is_given_once_and_serves_every_transfer_there_also_in_the_next_session() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::default());
    let other = guarded();
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        assert_eq!(session.keep(site(&server)).await.unwrap(), None);
        assert!(keyring.kept.lock().unwrap().keys().all(|key| key.purpose == Purpose::Site));
        let download = session.start_download(request(&server, "a").into_folder(dir.path())).await.unwrap();
        assert_complete(&download.settled().await.unwrap(), b"content");
        let probed = session.probe(request(&server, "a")).await.unwrap();
        assert_eq!((probed.name.as_str(), probed.size), ("a", Some(7)));
        let file = dir.path().join("up.txt");
        write(&file, b"content");
        let upload = UploadRequest::new(&file, &server.url("in")).unwrap().by(Method::Put);
        let sent = session.start_upload(upload).await.unwrap().settled().await.unwrap();
        assert_eq!(sent.state, Phase::Completed);
        let stranger = session.start_download(request(&other, "a").into_folder(dir.path())).await.unwrap();
        assert_ne!(stranger.settled().await.unwrap().state, Phase::Completed);
        let mut later = request(&server, "b").into_folder(dir.path());
        later.terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
        session.start_download(later).await.unwrap();
        session.close().await.unwrap();
    });
    drop(session);
    assert_eq!(keyring.kept.lock().unwrap().len(), 1, "no transfer has a login of its own");
    assert_without(&dir.path().join("profile"), &["S3CR3T", "bWU6UzNDUjNU"]);
    assert!(server.seen().iter().all(|request| request.header("x-client") == Some("one")));
    assert!(other.seen().iter().all(|request| {
        request.header("authorization").is_none() && request.header("x-client").is_none()
    }));

    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let waiting = session.downloads().await.unwrap();
        let waits =
            async |download: &windlass::Download| download.snapshot().await.unwrap().state == Phase::Waiting;
        for download in &waiting {
            if waits(download).await {
                download.resume().await.unwrap();
                assert_complete(&download.settled().await.unwrap(), b"content");
                return;
            }
        }
        panic!("nothing waits");
    });
}

#[test]
fn a_request_goes_before_the_site_and_a_closer_site_before_one_further_up() {
    let (dir, keyring) = (tempfile::tempdir().unwrap(), Arc::default());
    let server = Server::with_file(b"content".to_vec());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let mut all = Site::new(&address(&server.url("")));
        all.headers.add("X-Client", "all").unwrap();
        all.terms.retries = Some(9);
        let mut some = Site::new(&address(&server.url("some")));
        some.headers.add("X-Client", "some").unwrap();
        some.folder = Some(dir.path().join("some"));
        some.terms.group = Some("work".parse().unwrap());
        for site in [all, some] {
            session.keep(site).await.unwrap();
        }
        let get = async |wanted: DownloadRequest| {
            session.start_download(wanted).await.unwrap().settled().await.unwrap()
        };
        let done = get(request(&server, "some/a")).await;
        assert_eq!(done.path.unwrap(), dir.path().join("some/a"));
        assert_eq!(done.group.unwrap().as_str(), "work");
        let mut own = request(&server, "some/b").into_folder(dir.path());
        own.headers.add("X-Client", "own").unwrap();
        assert_eq!(get(own).await.path.unwrap(), dir.path().join("b"));
        get(request(&server, "c").into_folder(dir.path())).await;
        session.forget::<Site>(Site::new(&address(&server.url(""))).name().to_owned()).await.unwrap();
        get(request(&server, "d").into_folder(dir.path())).await;
    });
    let said: Vec<_> = server.seen().iter().map(|it| it.header("x-client").map(str::to_owned)).collect();
    assert_eq!(said, [Some("some"), Some("own"), Some("all"), None].map(|said| said.map(str::to_owned)));
}

#[test]
fn without_the_secrets_of_its_site_a_transfer_asks_for_them() {
    let (dir, server, keyring) = (tempfile::tempdir().unwrap(), guarded(), Arc::<Fake>::default());
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        session.keep(site(&server)).await.unwrap();
        keyring.kept.lock().unwrap().clear();
        let download = session.start_download(request(&server, "a").into_folder(dir.path())).await.unwrap();
        let stopped = download.settled().await.unwrap();
        assert_eq!((stopped.state, stopped.reason), (Phase::Paused, Some(Reason::NeedsLogin)));
        assert_eq!(stopped.error.unwrap().kind, ErrorKind::SecretNotFound);
        assert!(server.seen().is_empty(), "nothing was asked without the login");
        // Changed without the password, a site keeps what the keyring has; said anew, it goes on.
        session.keep(site(&server)).await.unwrap();
        download.resume().await.unwrap();
        assert_complete(&download.settled().await.unwrap(), b"content");
        let name = site(&server).name().to_owned();
        assert_eq!(session.forget::<Site>(name.clone()).await.unwrap(), Some(Ok(())));
        assert_eq!(session.forget::<Site>(name).await.unwrap(), None);
        assert!(keyring.kept.lock().unwrap().is_empty());
    });
}

#[test]
fn two_sites_that_are_kept_while_the_keyring_takes_its_time_are_both_there() {
    let (dir, keyring) = (tempfile::tempdir().unwrap(), Arc::<Fake>::default());
    *keyring.meeting.lock().unwrap() = Some(Arc::new(tokio::sync::Barrier::new(2)));
    let session = open(dir.path(), &keyring);
    session.runtime().clone().block_on(async {
        let keep = |url| {
            let mut site = Site::new(&address(url));
            site.log_in(&Credentials { user: "me".to_owned(), password: "S3CR3T".into() });
            session.keep(site)
        };
        let (one, two) = tokio::join!(keep("https://one.example/"), keep("https://two.example/"));
        assert_eq!((one.unwrap(), two.unwrap()), (None, None));
        let book = session.address_book::<Site>().await.unwrap();
        assert_eq!(book.iter().count(), 2);
    });
}

#[test]
fn sites_that_cannot_be_read_are_said_and_not_passed_over() {
    let (dir, keyring) = (tempfile::tempdir().unwrap(), Arc::default());
    let server = Server::with_file(b"content".to_vec());
    let session = open(dir.path(), &keyring);
    let file = dir.path().join("profile/sites.ron");
    write(&file, b"(proxy: ");
    session.runtime().clone().block_on(async {
        let refused = session.start_download(request(&server, "a").into_folder(dir.path())).await;
        let Err(Error::NotRead(why)) = refused.map(drop) else { panic!("not refused") };
        assert!(why.starts_with("sites.ron: "), "{why}");
        assert!(session.list().await.unwrap().is_empty() && server.seen().is_empty());
    });
}
