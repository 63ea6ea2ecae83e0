//! This computer: how the session of a profile may leave it, and whether it is started on it at login.

use std::io;

use futures_util::future::BoxFuture;

use crate::i18n::{Texts, t};
use crate::install::Autostart;
use crate::ipc::Computer;
use crate::system::leave::{CannotLeave, Leave};
use crate::system::{background, sandbox};
use crate::{Profile, Settings};

/// See the module.
pub(super) struct Home {
    /// Nothing in a sandbox, where the desktop is asked instead.
    autostart: Option<Autostart>,
    /// What somebody reads whom the desktop asks in turn.
    why: String,
}

impl Home {
    /// For the session of `profile`. What starts it at login is put right, as far as that lies here.
    pub(super) fn of(profile: &Profile, settings: &Settings) -> Self {
        let autostart = if sandbox::is_sandboxed() { None } else { Autostart::of(profile) };
        if let Some(Err(error)) = autostart.as_ref().map(|entry| entry.set(settings.autostart)) {
            tracing::warn!(%error, "the start at login");
        }
        Self { autostart, why: t!(Texts::new(&settings.language), "autostart-reason") }
    }
}

impl Computer for Home {
    fn ways(&self) -> BoxFuture<'static, Vec<Leave>> {
        Box::pin(Leave::possible())
    }

    fn leave(&self, how: Leave) -> BoxFuture<'static, Result<(), CannotLeave>> {
        Box::pin(how.carry_out())
    }

    fn start_at_login(&self, on: bool) -> BoxFuture<'static, io::Result<()>> {
        let (autostart, why) = (self.autostart.clone(), self.why.clone());
        Box::pin(async move {
            match autostart {
                Some(entry) => tokio::task::spawn_blocking(move || entry.set(on)).await?,
                None if background::ask_for_autostart(on, &why).await => Ok(()),
                None => Err(io::Error::other("nobody here can be asked for that")),
            }
        })
    }
}
