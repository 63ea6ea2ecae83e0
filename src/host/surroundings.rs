//! The session and the computer it runs on: what the desktop knows is passed on, a sleep is got ready for, and
//! put off while transfers run.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::i18n::{Texts, t};
use crate::system::awake::keep_awake;
use crate::system::conditions;
use crate::system::sleep::{self, Sleep};
use crate::{Conditions, Event, Phase, Session, Snapshot, TransferId};

/// How long the computer is still kept awake after the last transfer: the next one, or the next try, is often
/// not far.
const LINGER: Duration = Duration::from_secs(3);
/// How often to ask once more, while transfers run, where nobody could keep it awake.
const AGAIN: Duration = Duration::from_secs(10);

/// Starts all of that. It ends with the session.
pub fn watch(session: &Session) {
    let runtime = session.runtime();
    runtime.spawn(pass_on(session.clone()));
    runtime.spawn(sleep_well(session.clone()));
    let awake = session.clone();
    runtime.spawn(stay_awake(session.clone(), async move || {
        let settings = awake.settings().await.ok()?;
        keep_awake(&t!(Texts::new(&settings.language), "awake-reason")).await
    }));
}

async fn pass_on(session: Session) {
    let (conditions, mut now) = watch::channel(Conditions::default());
    tokio::spawn(conditions::watch(conditions));
    while now.changed().await.is_ok() {
        let conditions = *now.borrow_and_update();
        tracing::info!(?conditions, "the surroundings have changed");
        if session.set_conditions(conditions).await.is_err() {
            return;
        }
    }
}

async fn sleep_well(session: Session) {
    let Ok(settings) = session.settings().await else { return };
    let why = t!(Texts::new(&settings.language), "sleep-delay-reason");
    let told = |sleep| {
        let session = session.clone();
        async move {
            // A session that has ended has nothing to do with it any more.
            _ = match sleep {
                Sleep::Near => session.suspend().await,
                Sleep::Over => session.wake_up().await,
            };
        }
    };
    sleep::watch(&why, told).await;
}

/// Holds what `take` gives for as long as anything runs and the settings say so.
async fn stay_awake<L>(session: Session, take: impl AsyncFn() -> Option<L>) {
    let mut events = session.subscribe();
    let Ok(list) = session.list().await else { return };
    let mut busy = Busy::of(&list);
    let mut was_busy = false;
    let mut held = None;
    let mut next = Instant::now();
    loop {
        let is_busy = !busy.0.is_empty();
        if is_busy != was_busy {
            next = Instant::now() + if is_busy { Duration::ZERO } else { LINGER };
            was_busy = is_busy;
        }
        if Instant::now() >= next {
            if is_busy {
                let Ok(settings) = session.settings().await else { return };
                if !settings.inhibit_sleep {
                    held = None;
                } else if held.is_none() {
                    held = take().await;
                }
                next = Instant::now() + AGAIN;
            } else {
                held = None;
            }
        }
        let heard = if is_busy || held.is_some() {
            timeout_at(next, events.recv()).await.ok()
        } else {
            Some(events.recv().await)
        };
        match heard {
            Some(Ok(Event::Settings { .. })) if is_busy => next = Instant::now(),
            Some(Ok(event)) => busy.take(event),
            Some(Err(RecvError::Lagged(_))) => {
                let Ok(list) = session.list().await else { return };
                busy = Busy::of(&list);
            }
            Some(Err(RecvError::Closed)) => return,
            None => {}
        }
    }
}

/// The transfers that are at work.
struct Busy(HashSet<TransferId>);

impl Busy {
    fn of(list: &[Snapshot]) -> Self {
        Self(list.iter().filter(|transfer| is_at_work(transfer)).map(|transfer| transfer.id).collect())
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Added { transfer } | Event::Changed { transfer } if is_at_work(&transfer) => {
                self.0.insert(transfer.id);
            }
            Event::Added { transfer } | Event::Changed { transfer } => _ = self.0.remove(&transfer.id),
            Event::Removed { id } => _ = self.0.remove(&id),
            Event::Group { .. }
            | Event::Ungrouped { .. }
            | Event::Settings { .. }
            | Event::Destinations
            | Event::Sites => {}
        }
    }
}

fn is_at_work(transfer: &Snapshot) -> bool {
    matches!(transfer.state, Phase::Running | Phase::Verifying)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::time::Instant as Clock;

    use super::*;
    use crate::{DownloadRequest, Options, Profile, Settings};

    /// Waits for a condition, by the clock on the wall: that of the test runs ahead.
    async fn until(what: &str, condition: impl Fn() -> bool) {
        let began = Clock::now();
        while !condition() {
            assert!(began.elapsed() < Duration::from_secs(20), "{what}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_is_put_off_while_something_runs_and_only_if_that_is_wanted() {
        let dir = tempfile::tempdir().unwrap();
        // A server that takes calls and says nothing.
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let session = Session::open(&Options::new(Profile::at(dir.path()))).unwrap();
        let lock = Arc::new(());
        let is_held = || Arc::strong_count(&lock) > 2;
        let given = lock.clone();
        tokio::spawn(stay_awake(session.clone(), async move || Some(given.clone())));
        let address = format!("http://{}/a", server.local_addr().unwrap());
        let request = DownloadRequest::new(&address).unwrap().into_folder(dir.path());
        let download = session.start_download(request).await.unwrap();
        until("it runs", is_held).await;
        download.pause().await.unwrap();
        until("nothing runs any more", || !is_held()).await;
        download.resume().await.unwrap();
        until("it runs again", is_held).await;
        let settings = session.settings().await.unwrap();
        session.configure(Settings { inhibit_sleep: false, ..settings.clone() }).await.unwrap();
        until("it is no longer wanted", || !is_held()).await;
        session.configure(settings).await.unwrap();
        until("it is wanted again", is_held).await;
        download.pause().await.unwrap();
        for limit in 1..=10 {
            let settings = session.settings().await.unwrap();
            session.configure(Settings { speed_limit: limit, ..settings }).await.unwrap();
            tokio::time::sleep(LINGER / 2).await;
        }
        assert!(!is_held(), "what is none of its business does not put the end off");
        session.close().await.unwrap();
    }
}
