//! The control socket as other processes see it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

mod bounds;
mod calls;
mod follow;
mod manual;
mod raw;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use windlass::ipc::{
    Bounds, Client, Control as _, Hub, InWindow, Reply, Request, Server, Update, Which, WithSecrets,
};
use windlass::{DownloadRequest, OpenError, Options, Phase, Profile, Session};

struct Running {
    hub: Arc<Hub>,
    _server: Server,
    profile: Profile,
}

fn start(dir: &Path) -> Running {
    start_with(dir, Bounds::default())
}

fn start_with(dir: &Path, bounds: Bounds) -> Running {
    let profile = Profile::at(dir);
    // The lock of a session that was dropped goes with the last of its threads.
    let open = |_| match Session::open(&Options::new(profile.clone())) {
        Err(OpenError::Locked) => {
            std::thread::sleep(Duration::from_millis(5));
            None
        }
        session => Some(session.unwrap()),
    };
    let hub = Hub::new((0..1000).find_map(open).unwrap());
    let server = Server::start(&hub, &profile, bounds).unwrap();
    Running { hub, _server: server, profile }
}

impl Running {
    fn run<T>(&self, steps: impl Future<Output = T>) -> T {
        let runtime = self.hub.session().runtime();
        let bounded = async { tokio::time::timeout(Duration::from_secs(20), steps).await };
        runtime.block_on(bounded).expect("the test took too long")
    }

    fn socket(&self) -> PathBuf {
        self.profile.run.join("control.sock")
    }

    async fn connect(&self) -> Client {
        Client::connect(&self.profile, false).await.unwrap().unwrap()
    }
}

/// A download that goes nowhere: nobody listens at that address.
fn request(dir: &Path) -> Request {
    let mut request = DownloadRequest::new("http://me:S3CR3T@127.0.0.1:9/a").unwrap().into_folder(dir);
    request.headers.add("Accept", "text/plain").unwrap();
    Request::Downloads(vec![*WithSecrets::pack(request)])
}

#[test]
fn a_transfer_is_added_shown_by_the_beginning_of_its_id_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let client = running.connect().await;
        let Reply::Started(mut started) = client.ask(request(dir.path())).await.unwrap() else { panic!() };
        let added = started.remove(0).unwrap();
        let beginning = added.id.to_string()[..30].to_owned();
        let Reply::Transfer(shown) = client.ask(Request::Show { id: beginning.clone() }).await.unwrap()
        else {
            panic!()
        };
        assert_eq!(shown.id, added.id);
        client.ask(Request::Pause(Which::Ids(vec![beginning]))).await.unwrap();
        client.ask(Request::Remove { which: Which::All, delete_file: false }).await.unwrap();
        let Reply::Transfers(list) = client.ask(Request::List).await.unwrap() else { panic!() };
        assert!(list.is_empty());
        let fault = client.ask(Request::Show { id: "0".into() }).await.unwrap_err();
        assert!(fault.message.contains("no transfer"), "{fault}");
    });
}

#[test]
fn a_listener_gets_everything_there_is_and_then_what_happens() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let client = running.connect().await;
        let mut updates = client.updates();
        assert!(matches!(updates.next().await, Some(Update::All(all)) if all.is_empty()));
        client.ask(request(dir.path())).await.unwrap();
        loop {
            if let Some(Update::Event(windlass::Event::Changed { transfer })) = updates.next().await
                && transfer.state == Phase::Waiting
            {
                break;
            }
        }
        client.ask(Request::Quit).await.unwrap();
        while !matches!(updates.next().await, Some(Update::Gone)) {}
        assert!(updates.next().await.is_none());
        running.hub.ended().await;
    });
}

#[test]
fn a_window_is_raised_only_where_there_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let wanted = InWindow {
            links: vec!["http://example.org/".into()],
            token: Some("of the desktop".into()),
            ..InWindow::default()
        };
        let open = || Request::OpenWindow(wanted.clone());
        assert!(running.connect().await.ask(open()).await.is_err());
        let mut window = running.hub.window().updates();
        assert!(matches!(window.next().await, Some(Update::All(_))));
        let client = running.connect().await;
        assert!(client.has_window());
        let mut heard = None;
        let listening = async {
            while let Some(update) = window.next().await {
                if let Update::OpenWindow(wanted) = update {
                    heard = Some(wanted);
                }
            }
        };
        tokio::select! {
            raised = client.ask(open()) => assert!(raised.is_ok()),
            () = listening => panic!("the session has ended"),
        }
        assert_eq!(heard.as_ref(), Some(&wanted), "it is done when the window has heard of it");
    });
}

#[test]
fn a_window_that_goes_before_it_has_heard_of_it_is_none_to_be_raised() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let here = running.hub.window();
        let mut window = here.updates();
        assert!(matches!(window.next().await, Some(Update::All(_))));
        let raising = here.ask(Request::OpenWindow(InWindow::default()));
        let (raised, ()) = tokio::join!(raising, async { drop(window) });
        assert!(raised.is_err());
        assert!(!running.connect().await.has_window());
    });
}

/// Takes so many callers at the socket of a profile, hangs up on each without a word, and goes.
fn hang_up(profile: &Profile, callers: usize) -> std::thread::JoinHandle<()> {
    let path = profile.state.join("socket");
    std::fs::create_dir_all(&profile.state).unwrap();
    let lock = profile.state.join("lock");
    let mut lock = std::fs::OpenOptions::new().write(true).create_new(true).open(lock).unwrap();
    lock.write_all(path.as_os_str().as_encoded_bytes()).unwrap();
    let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        for _ in 1..callers {
            drop(listener.accept().unwrap());
        }
        let last = listener.accept().unwrap();
        // It is gone by the time the last one knows, who would find it here once more.
        drop(listener);
        drop(last);
    })
}

#[test]
fn a_session_that_ends_just_when_it_is_called_is_none_and_who_only_hangs_up_is_a_fault() {
    for (callers, is_fault) in [(1, false), (2, false), (3, true)] {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        let other = hang_up(&profile, callers);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connected = runtime.block_on(Client::connect(&profile, false)).map(|client| client.is_some());
        assert_eq!((connected.is_err(), connected.unwrap_or_default()), (is_fault, false), "{callers}");
        other.join().unwrap();
    }
}

#[test]
fn the_socket_is_private() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&running.profile.run), 0o700);
    assert_eq!(mode(&running.profile.state), 0o700);
    assert_eq!(mode(&running.socket()), 0o600);
}

#[test]
fn a_secret_goes_through_the_socket_and_into_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let client = running.connect().await;
        let Reply::Started(mut started) = client.ask(request(dir.path())).await.unwrap() else { panic!() };
        let added = started.remove(0).unwrap();
        // It did not pause for want of its login, so the session has it.
        loop {
            let Reply::Transfer(shown) =
                client.ask(Request::Show { id: added.id.to_string() }).await.unwrap()
            else {
                panic!()
            };
            if shown.state == Phase::Waiting {
                break;
            }
            assert!(matches!(shown.state, Phase::Queued | Phase::Running), "{shown:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let mut folders = vec![dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_type().unwrap().is_file() {
                let bytes = std::fs::read(entry.path()).unwrap();
                assert!(!String::from_utf8_lossy(&bytes).contains("S3CR3T"), "{:?}", entry.path());
            }
        }
    }
}

#[test]
fn without_a_session_nobody_answers_and_a_dead_ones_socket_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    let profile = running.profile.clone();
    // Without a farewell, as in a crash: the socket and its path stay behind.
    drop(running);
    assert!(profile.run.join("control.sock").exists());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        while Client::connect(&profile, false).await.is_ok_and(|client| client.is_some()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let again = start(dir.path());
    again.run(async { assert!(Client::connect(&profile, false).await.unwrap().is_some()) });
}

#[test]
fn a_profile_in_a_very_deep_folder_can_be_reached() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("d".repeat(60)).join("e".repeat(60));
    let running = start(&deep);
    running.run(async { running.connect().await.ask(Request::List).await.unwrap() });
}
