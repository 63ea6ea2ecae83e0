//! What the host needs around it: sessions, and a window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::Profile;
use crate::ipc::{Client, Control as _, Fault, InWindow, Link, Request, connect_or_start, launch};

/// How long a window may take to open.
const OPENING: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// See the module. Each waits, but not for ever.
pub(super) trait Outside: Send + Sync {
    /// The session that runs; nothing if none does.
    fn running(&self) -> BoxFuture<'static, Result<Option<Link>, Fault>>;

    /// The same; if none runs, one is started.
    fn started(&self) -> BoxFuture<'static, Result<Link, Fault>>;

    /// Shows these links in the window, which is opened if need be.
    fn show(&self, links: Vec<String>) -> BoxFuture<'static, Result<(), Fault>>;
}

/// This computer.
#[derive(Clone)]
pub(super) struct Here {
    profile: Profile,
    /// The folder of the profile, if it is not the usual one.
    named: Option<PathBuf>,
}

impl Here {
    /// The profile of the user, or that which the environment of the browser names.
    ///
    /// # Errors
    /// If the user has none.
    pub(super) fn new() -> Result<Self, Fault> {
        let named = std::env::var_os("WINDLASS_PROFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        let profile = named.as_ref().map(Profile::at).or_else(Profile::standard);
        let profile = profile.ok_or_else(|| Fault::new("There is no home folder."))?;
        Ok(Self { profile, named })
    }
}

impl Outside for Here {
    fn running(&self) -> BoxFuture<'static, Result<Option<Link>, Fault>> {
        let here = self.clone();
        Box::pin(async move {
            Ok(Client::connect(&here.profile, false).await?.map(|session| Arc::new(session) as Link))
        })
    }

    fn started(&self) -> BoxFuture<'static, Result<Link, Fault>> {
        let here = self.clone();
        Box::pin(async move {
            Ok(Arc::new(connect_or_start(&here.profile, here.named.as_deref()).await?) as Link)
        })
    }

    fn show(&self, links: Vec<String>) -> BoxFuture<'static, Result<(), Fault>> {
        let here = self.clone();
        Box::pin(async move {
            let session = here.with_window().await?;
            session.ask(Request::OpenWindow(InWindow { links, ..InWindow::default() })).await?;
            Ok(())
        })
    }
}

impl Here {
    /// A session to which a window is attached. What is to be shown in it goes through the socket: others could read
    /// the arguments of a program.
    async fn with_window(&self) -> Result<Client, Fault> {
        let cannot = || Fault::new("The window could not be opened.");
        let find = || async { Client::connect(&self.profile, false).await.ok().flatten() };
        let has_window = |session: &Client| session.has_window();
        if let Some(session) = find().await.filter(has_window) {
            return Ok(session);
        }
        let mut window = launch(self.named.as_deref(), "open").map_err(|_| cannot())?;
        let opened = tokio::time::timeout(OPENING, async {
            loop {
                if let Some(session) = find().await.filter(has_window) {
                    return Some(session);
                }
                if window.try_wait().is_ok_and(|ended| ended.is_some()) {
                    return None;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        opened.await.ok().flatten().ok_or_else(cannot)
    }
}
