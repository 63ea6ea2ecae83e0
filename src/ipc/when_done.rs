//! What happens when all transfers are done, as somebody has chosen it for this time.

use std::io;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

use super::fault::Fault;
use crate::system::leave::{CannotLeave, Leave};

/// What happens then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Afterwards {
    /// Nothing.
    #[default]
    Nothing,
    /// The session ends, and the window with it.
    Quit,
    /// The computer sleeps.
    Suspend,
    /// The computer is switched off.
    PowerOff,
}

/// What was chosen, and how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhenDone {
    /// What happens.
    pub then: Afterwards,
    /// In how many seconds, once all is done.
    pub seconds: Option<u64>,
    /// What can be chosen, where somebody has asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub can: Vec<Afterwards>,
}

/// The computer, as far as it can be left.
pub trait Computer: Send + Sync + 'static {
    /// How it can be left without asking somebody.
    fn ways(&self) -> BoxFuture<'static, Vec<Leave>>;

    /// Leaves it.
    fn leave(&self, how: Leave) -> BoxFuture<'static, Result<(), CannotLeave>>;

    /// Starts the session at login from now on, or not any more.
    fn start_at_login(&self, on: bool) -> BoxFuture<'static, io::Result<()>> {
        _ = on;
        Box::pin(std::future::ready(Ok(())))
    }
}

/// This one.
pub(super) struct Here;

impl Computer for Here {
    fn ways(&self) -> BoxFuture<'static, Vec<Leave>> {
        Box::pin(Leave::possible())
    }

    fn leave(&self, how: Leave) -> BoxFuture<'static, Result<(), CannotLeave>> {
        Box::pin(how.carry_out())
    }
}

impl Afterwards {
    /// How the computer is left for it, if it is.
    #[must_use]
    pub fn leaves(self) -> Option<Leave> {
        match self {
            Self::Nothing | Self::Quit => None,
            Self::Suspend => Some(Leave::Suspend),
            Self::PowerOff => Some(Leave::PowerOff),
        }
    }
}

impl From<Leave> for Afterwards {
    fn from(leave: Leave) -> Self {
        match leave {
            Leave::Suspend => Self::Suspend,
            Leave::PowerOff => Self::PowerOff,
        }
    }
}

/// A choice, and when it happens, once that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What happens.
    pub then: Afterwards,
    /// When.
    pub at: Option<Instant>,
}

impl From<Choice> for WhenDone {
    fn from(Choice { then, at }: Choice) -> Self {
        // A second that has begun is counted.
        let left = |at: Instant| at.saturating_duration_since(Instant::now()) + Duration::from_millis(999);
        Self { then, seconds: at.map(|at| left(at).as_secs()), can: Vec::new() }
    }
}

/// The choice of a session, and who can carry it out.
pub(super) struct Chosen {
    choice: watch::Sender<Choice>,
    pub(super) computer: Box<dyn Computer>,
}

impl Chosen {
    pub(super) fn new(computer: Box<dyn Computer>) -> Self {
        Self { choice: watch::Sender::new(Choice::default()), computer }
    }

    /// The choice, and its changes: the first one at once, if there is any.
    pub(super) fn follow(&self) -> watch::Receiver<Choice> {
        let mut choice = self.choice.subscribe();
        if *choice.borrow() != Choice::default() {
            choice.mark_changed();
        }
        choice
    }

    /// Sets when it happens, or that nothing makes it happen now.
    pub(super) fn set_moment(&self, at: Option<Instant>) {
        self.choice.send_if_modified(|choice| std::mem::replace(&mut choice.at, at) != at);
    }

    /// Takes what was chosen, which is only for this time.
    pub(super) fn take(&self) -> Afterwards {
        self.choice.send_replace(Choice::default()).then
    }

    /// Chooses, if something is to be chosen, and tells what holds.
    pub(super) async fn choose(&self, then: Option<Afterwards>) -> Result<WhenDone, Fault> {
        let ways = self.computer.ways().await.into_iter().map(Afterwards::from);
        let can: Vec<_> = [Afterwards::Nothing, Afterwards::Quit].into_iter().chain(ways).collect();
        if let Some(then) = then {
            if !can.contains(&then) {
                return Err(Fault::new("This computer does not do that without asking somebody."));
            }
            let chosen = Choice { then, at: None };
            self.choice.send_if_modified(|choice| {
                choice.then != then && std::mem::replace(choice, chosen) != chosen
            });
        }
        Ok(WhenDone { can, ..(*self.choice.borrow()).into() })
    }
}
