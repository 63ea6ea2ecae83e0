//! The computer falls asleep, and wakes up.
//!
//! Before it sleeps, whoever knows of it says so: every task hands in what it has, that is written down, and
//! nothing starts. Afterwards what ran goes on, over fresh connections: those that were kept belong to another
//! time, and often to another network. Neither counts as a failed try.
//!
//! Where nobody says so, the clocks tell afterwards: one of them stands still during sleep.

use tokio::sync::oneshot;

use super::actor::Actor;
use super::command::Command;
use super::running::Running;
use super::{Error, Session};

impl Session {
    /// Stops everything for as long as the computer sleeps. When this returns, all that came is on the disk;
    /// nothing starts until [`Session::wake_up`].
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn suspend(&self) -> Result<(), Error> {
        self.ask(Command::Suspend).await
    }

    /// The computer is awake again: what was stopped goes on, over fresh connections, and waits that have come
    /// to their end meanwhile are over.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn wake_up(&self) -> Result<(), Error> {
        self.ask(Command::WakeUp).await
    }
}

impl Actor {
    pub(super) fn fall_asleep(&mut self, reply: oneshot::Sender<()>) {
        self.sleep.fall(reply);
        self.running.values().for_each(Running::stop);
    }

    /// Says so, once everything that ran has ended and is written down.
    pub(super) fn say_when_ready_to_sleep(&mut self) {
        if self.running.is_empty() && self.unsaved.is_empty() {
            self.sleep.is_ready();
        }
    }

    pub(super) fn wake_up(&mut self, reply: oneshot::Sender<()>) {
        self.sleep.end();
        self.begin_afresh();
        _ = reply.send(());
    }

    /// Sees whether the computer has slept without a word.
    pub(super) fn look_at_the_clocks(&mut self) {
        if self.sleep.went_unseen() {
            tracing::info!("the computer has slept");
            self.begin_afresh();
        }
    }

    fn begin_afresh(&mut self) {
        self.place.net.forget_connections();
        self.wake();
    }
}
