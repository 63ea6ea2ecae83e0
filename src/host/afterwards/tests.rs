use std::net::TcpListener;
use std::sync::Mutex;

use futures_util::future::{BoxFuture, ready};

use super::*;
use crate::ipc::{Computer, Reply, WhenDone};
use crate::system::leave::{CannotLeave, Leave};
use crate::system::notify::Remembered;
use crate::{DownloadRequest, Options, Profile, Session};

/// A computer that sleeps, is never switched off, and remembers what it was told.
#[derive(Clone, Default)]
struct Asleep(Arc<Mutex<Vec<Leave>>>);

impl Computer for Asleep {
    fn ways(&self) -> BoxFuture<'static, Vec<Leave>> {
        Box::pin(ready(vec![Leave::Suspend]))
    }

    fn leave(&self, how: Leave) -> BoxFuture<'static, Result<(), CannotLeave>> {
        self.0.lock().unwrap().push(how);
        Box::pin(ready(Ok(())))
    }
}

struct Scene {
    hub: Arc<Hub>,
    computer: Asleep,
    desktop: Remembered,
    folder: tempfile::TempDir,
    server: TcpListener,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let session = Session::open(&Options::new(Profile::at(folder.path()))).unwrap();
        let (computer, desktop) = (Asleep::default(), Remembered::default());
        let hub = Hub::on(session, computer.clone());
        tokio::spawn(watch(hub.clone(), desktop.clone()));
        // A server that takes calls and says nothing.
        Self { hub, computer, desktop, folder, server: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    async fn add(&self) -> crate::Download {
        let address = format!("http://{}/a", self.server.local_addr().unwrap());
        let request = DownloadRequest::new(&address).unwrap().into_folder(self.folder.path());
        self.hub.session().start_download(request).await.unwrap()
    }

    async fn ask(&self, then: Option<Afterwards>) -> WhenDone {
        match self.hub.carry_out(Request::WhenDone { then }).await {
            Ok(Reply::WhenDone(when)) => when,
            other => panic!("{other:?}"),
        }
    }

    /// Lets minutes pass.
    async fn wait(&self) {
        tokio::time::pause();
        tokio::time::sleep(2 * DELAY).await;
        tokio::time::resume();
    }

    /// Waits for a condition.
    async fn until(&self, what: &str, condition: impl Fn(&WhenDone) -> bool) {
        let began = std::time::Instant::now();
        while !condition(&self.ask(None).await) {
            assert!(began.elapsed() < Duration::from_secs(20), "{what}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn left(&self) -> Vec<Leave> {
        self.computer.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn the_computer_sleeps_once_all_is_done_and_only_this_time() {
    let scene = Scene::new();
    assert_eq!(scene.ask(Some(Afterwards::Suspend)).await.then, Afterwards::Suspend);
    scene.wait().await;
    assert!(scene.left().is_empty(), "nothing was there to be done yet");
    let download = scene.add().await;
    download.pause().await.unwrap();
    scene.until("a minute is left", |when| when.seconds.is_some()).await;
    scene.wait().await;
    scene.until("it is over", |when| when.then == Afterwards::Nothing).await;
    assert_eq!(scene.left(), [Leave::Suspend]);
    assert_eq!(scene.desktop.shown().len(), 1, "it was told in time");
    download.resume().await.unwrap();
    download.pause().await.unwrap();
    scene.wait().await;
    assert_eq!(scene.left().len(), 1, "it was for one time");
}

#[tokio::test]
async fn what_is_added_meanwhile_stops_it_and_so_does_a_word() {
    let scene = Scene::new();
    let download = scene.add().await;
    scene.ask(Some(Afterwards::Suspend)).await;
    download.pause().await.unwrap();
    scene.until("a minute is left", |when| when.seconds.is_some()).await;
    let another = scene.add().await;
    scene.until("it waits again", |when| when.seconds.is_none()).await;
    assert_eq!(scene.ask(None).await.then, Afterwards::Suspend);
    another.pause().await.unwrap();
    scene.until("a minute is left again", |when| when.seconds.is_some()).await;
    assert_eq!(scene.ask(Some(Afterwards::Nothing)).await.seconds, None);
    scene.wait().await;
    assert!(scene.left().is_empty());
}

#[tokio::test]
async fn the_session_ends_and_what_cannot_be_done_cannot_be_chosen() {
    let scene = Scene::new();
    let can = scene.ask(None).await.can;
    assert_eq!(can, [Afterwards::Nothing, Afterwards::Quit, Afterwards::Suspend]);
    let refused = scene.hub.carry_out(Request::WhenDone { then: Some(Afterwards::PowerOff) }).await;
    assert!(refused.is_err());
    let download = scene.add().await;
    scene.ask(Some(Afterwards::Quit)).await;
    download.pause().await.unwrap();
    scene.until("a minute is left", |when| when.seconds.is_some()).await;
    scene.wait().await;
    scene.hub.ended().await;
    assert!(scene.left().is_empty());
}

#[test]
fn a_minute_begins_anew_when_something_else_is_chosen() {
    let now = Instant::now();
    let mut plan = Plan::default();
    let quit = Choice { then: Afterwards::Quit, at: None };
    assert_eq!(plan.next(quit, true, now), Step::Wait);
    assert_eq!(plan.next(quit, false, now), Step::Begin(now + DELAY));
    assert_eq!(plan.next(quit, false, now), Step::Wait);
    let suspend = Choice { then: Afterwards::Suspend, at: None };
    assert_eq!(plan.next(suspend, false, now), Step::Wait, "nothing was done since");
    assert_eq!(plan.at, None);
}
