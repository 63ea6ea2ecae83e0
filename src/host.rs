//! A session with everything that stands beside it, window or not: the control socket, the log, the
//! word on the desktop when something has ended, and what the desktop knows of network, battery and sleep.

use std::sync::Arc;

use crate::ipc::{Bounds, Hub, Link, Server};
use crate::system::files;
use crate::system::notify::{NoticeAction, Notifier};
use crate::{Claim, OpenError, Options, Profile, Session};

mod afterwards;
mod announce;
mod dock;
mod home;
mod job;
mod log;
mod overall;
mod recent;
mod surroundings;

/// See the module.
pub struct Host {
    hub: Arc<Hub>,
    server: Server,
}

impl Host {
    /// Opens the session and serves it.
    ///
    /// # Errors
    /// If the profile cannot be opened, or its socket.
    pub fn start(options: &Options) -> Result<Self, OpenError> {
        let hub = open(Session::claim(&options.profile)?, options)?;
        Self::serve(hub, &options.profile)
    }

    /// The same for a profile that was claimed, and a window in this process: whoever asks from outside is told from
    /// the first moment on that there is one.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with_window(claim: Claim, options: &Options) -> Result<(Self, Link), OpenError> {
        let hub = open(claim, options)?;
        let window = hub.window();
        Ok((Self::serve(hub, &options.profile)?, window))
    }

    fn serve(hub: Arc<Hub>, profile: &Profile) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Io { path: profile.run.clone(), source };
        let server = Server::start(&hub, profile, Bounds::default()).map_err(failed)?;
        Ok(Self { hub, server })
    }

    /// The session, for requests.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Writes everything down and ends. Safe to call when somebody has said quit already.
    pub async fn finish(&self) {
        // It may have ended by itself.
        _ = self.hub.session().close().await;
        self.server.finish().await;
    }
}

/// Opens the session, with all that stands beside it.
fn open(claim: Claim, options: &Options) -> Result<Arc<Hub>, OpenError> {
    // What the desktop knows is said as soon as it has been asked.
    let options = Options { conditions: None, ..options.clone() };
    let session = Session::open_claimed(claim, &options)?;
    for notice in session.notices() {
        tracing::warn!(?notice, "at the opening");
    }
    let notifier = session.runtime().block_on(stand_by(&session));
    let settings = session.runtime().block_on(session.settings()).unwrap_or_default();
    let hub = Hub::on(session, home::Home::of(&options.profile, &settings));
    hub.session().runtime().spawn(afterwards::watch(hub.clone(), notifier));
    Ok(hub)
}

/// Starts what listens to the desktop and tells the user there, and does what a click asks for; who tells can tell
/// more.
async fn stand_by(session: &Session) -> Notifier {
    surroundings::watch(session);
    tokio::spawn(dock::show(session.clone()));
    tokio::spawn(recent::keep(session.clone()));
    let (clicks, mut clicked) = tokio::sync::mpsc::unbounded_channel();
    let notifier = Notifier::start(clicks);
    tokio::spawn(announce::Announcer::listen(session.clone()).await.announce(notifier.clone()));
    tokio::spawn(async move {
        while let Some(action) = clicked.recv().await {
            let done = match action {
                NoticeAction::Open(file) => files::open(file).await,
                NoticeAction::Show(file) => files::show_in_folder(file).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "a click on a notification");
            }
        }
    });
    notifier
}

/// Tells a session what the desktop knows of network and battery, gets it ready for a sleep, and keeps the computer
/// awake for it.
pub use surroundings::watch as watch_surroundings;

/// Begins to log: warnings into the profile's log folder, and more to standard error if asked for.
pub use log::start as start_log;
