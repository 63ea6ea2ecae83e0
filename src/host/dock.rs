//! Shows on the program's icon, and where the desktop collects what goes on, how far all that runs is. While
//! nothing runs nobody is told anything, and nothing wakes up.

use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::job::Job;
use super::overall::Overall;
use crate::system::dock::{Badge, Dock};
use crate::{Moved, Session};

/// No more often than that anybody is told.
const EVERY: Duration = Duration::from_millis(250);

/// Shows it until the session ends, or there is nobody who could be told.
pub(super) async fn show(session: Session) {
    let mut events = session.subscribe();
    let Ok(list) = session.list().await else { return };
    let mut overall = Overall::of(&list);
    let mut icon = Icon { dock: None, shown: Badge::default(), next: Instant::now() };
    let mut job = Job::default();
    let mut progress = None;
    loop {
        let badge = overall.badge();
        // It costs the session something, so it is followed only while there is something to tell of it.
        if !overall.is_busy() || icon.dock.is_none() {
            progress = None;
        } else if progress.is_none() {
            progress = Some(session.progress());
        }
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => {
                    overall.take(&event);
                    job.take(&event);
                }
                Err(RecvError::Lagged(_)) => {
                    let Ok(list) = session.list().await else { return };
                    overall = Overall::of(&list);
                }
                Err(RecvError::Closed) => {
                    icon.show(Badge::default()).await;
                    return job.end().await;
                }
            },
            moved = next(progress.as_mut()) => overall.advance(&moved),
            wish = job.wish() => job.follow(wish, &session, &overall).await,
            () = sleep_until(icon.next), if badge != icon.shown || job.is_over(&overall) => {
                if !icon.show(badge).await {
                    return;
                }
                job.show(&session, &overall).await;
            }
        }
    }
}

/// What has moved; never, if that is not followed.
async fn next(progress: Option<&mut Receiver<Moved>>) -> Moved {
    if let Some(progress) = progress {
        loop {
            match progress.recv().await {
                Ok(moved) => return moved,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    }
    std::future::pending().await
}

/// The icon as it is shown.
struct Icon {
    /// Met when there is something to show, and let go when there is nothing any more.
    dock: Option<Dock>,
    shown: Badge,
    /// When it may be told again.
    next: Instant,
}

impl Icon {
    /// Whether there was somebody to tell.
    async fn show(&mut self, badge: Badge) -> bool {
        if badge == self.shown {
            return true;
        }
        if self.dock.is_none() {
            self.dock = Dock::meet().await;
        }
        let Some(dock) = &self.dock else { return false };
        dock.show(badge).await;
        (self.shown, self.next) = (badge, Instant::now() + EVERY);
        if badge == Badge::default() {
            self.dock = None;
        }
        true
    }
}
