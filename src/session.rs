//! The session: the one owner of all transfers of a profile.
//!
//! One task holds everything (see `actor`); what callers hold are handles that send it messages. A
//! command is answered only when what it did is on the disk. The session has a runtime of its own,
//! so its transfers go on whatever becomes of the caller's tasks; they end with [`Session::close`]
//! or with the last handle.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::runtime::Runtime;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

use crate::net::Net;
use crate::store::Settings;
use crate::transfer::{
    Change, Conditions, Failure, GroupName, IllegalMove, Kind, NotResumeData, Snapshot, TransferId,
};

mod actor;
mod acts;
mod address_books;
mod amending;
mod batch;
mod command;
mod commands;
mod events;
mod grouping;
mod groups;
mod handle;
mod hold;
mod journal;
mod keeping;
mod launch;
mod leftovers;
mod limits;
mod looking;
mod metalink;
mod metering;
mod once;
mod opening;
mod options;
mod order;
mod probe;
mod queue;
mod reader;
mod record;
mod reports;
mod resume;
mod retry;
mod route;
mod running;
mod secrets;
mod sleep;
mod sleeping;
mod start;
mod tallying;
mod turns;

pub use address_books::{forget, keep};
use command::{Act, Command, Target};
pub use events::{Event, Moved};
pub use handle::{Download, Handle, Upload};
pub use metalink::metalink;
pub use opening::Claim;
pub use options::Options;
pub use reader::{Arrived, Reader};
pub use resume::save_resume_data;
pub use secrets::{NoSecrets, Secrets};

/// Events that a slow listener may fall behind before it has to take a fresh list.
const BACKLOG: usize = 1024;
/// Readings of the progress that it may fall behind; those that it missed are of no interest.
const READINGS: usize = 8;

/// Something the user should know about the opening of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The list of transfers was damaged and is rebuilt from what was whole; a copy was kept here.
    StateDamaged(PathBuf),
    /// The settings could not be read, so the defaults hold; the file is as it was.
    SettingsUnreadable(PathBuf),
}

/// Why a session did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such transfer.
    #[error("there is no transfer {0}")]
    Unknown(TransferId),
    /// Its state does not allow that.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// The request cannot be carried out.
    #[error(transparent)]
    Refused(#[from] Failure),
    /// Something of it is in a folder already, or about to be.
    #[error(
        "only a download of which nothing is here yet can go into another folder; remove it, and add it again with that"
    )]
    Placed,
    /// It cannot be gone on with as resume data.
    #[error(transparent)]
    NotResumeData(#[from] NotResumeData),
    /// It could not be written down, so it was not done.
    #[error("it could not be written down ({0}), so nothing was changed")]
    NotSaved(String),
    /// There is no such group.
    #[error("there is no group “{0}”")]
    UnknownGroup(GroupName),
    /// A group has no secrets, as its transfers may go anywhere.
    #[error(
        "a group cannot have secret headers, as its transfers may go anywhere; give them with each transfer"
    )]
    SecretInGroup,
    /// Nothing can be moved there.
    #[error("there is no room between those two; move it somewhere else")]
    NoRoom,
    /// It could not be read.
    #[error("it could not be read ({0})")]
    NotRead(String),
    /// The session has ended.
    #[error("the session has ended")]
    Closed,
}

/// A handle on a session. Clones are the same session.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    commands: mpsc::Sender<Command>,
    events: broadcast::Sender<Event>,
    progress: broadcast::Sender<Moved>,
    listened: Arc<Notify>,
    notices: Vec<Notice>,
    runtime: Mutex<Option<Runtime>>,
    handle: tokio::runtime::Handle,
    options: Options,
    /// Its connections end inside the runtime, so the actor alone keeps them.
    net: Weak<Net>,
    /// Held for as long as the session lives: nobody else opens the profile meanwhile.
    lock: crate::store::Lock,
}

impl Session {
    /// What the user should know about the opening.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.inner.notices
    }

    /// The runtime that the session lives on, for a program that has none of its own.
    #[must_use]
    pub fn runtime(&self) -> &tokio::runtime::Handle {
        &self.inner.handle
    }

    /// Writes into the lock file where the session can be reached, for other processes of the user.
    ///
    /// # Errors
    /// Any of the file system's.
    pub fn announce(&self, socket: &Path) -> io::Result<()> {
        let mut lock = &*self.inner.lock;
        lock.set_len(0)?;
        lock.write_all(socket.as_os_str().as_encoded_bytes())
    }

    /// Changes what was asked for, also while it runs: all of it, or nothing. A download with a new address continues there
    /// with the bytes at hand, if it is the same file.
    ///
    /// # Errors
    /// If there is no such transfer, a change makes no sense for it, or it cannot be written down.
    pub async fn amend(&self, id: TransferId, changes: Vec<Change>) -> Result<(), Error> {
        self.ask(|reply| Command::Amend(id, changes, reply)).await?
    }

    /// All transfers, oldest first.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn list(&self) -> Result<Vec<Snapshot>, Error> {
        self.ask(Command::List).await
    }

    /// All downloads, oldest first; those of earlier runs are among them.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn downloads(&self) -> Result<Vec<Download>, Error> {
        let ids = self.ids(Kind::Download).await?;
        Ok(ids.map(|id| Download(Handle { session: self.clone(), id })).collect())
    }

    /// All uploads, oldest first; those of earlier runs are among them.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn uploads(&self) -> Result<Vec<Upload>, Error> {
        let ids = self.ids(Kind::Upload).await?;
        Ok(ids.map(|id| Upload(Handle { session: self.clone(), id })).collect())
    }

    /// One transfer.
    ///
    /// # Errors
    /// If there is no such transfer.
    pub async fn show(&self, id: TransferId) -> Result<Snapshot, Error> {
        self.ask(|reply| Command::Show(id, reply)).await?
    }

    async fn arrived(&self, id: TransferId) -> Result<Arrived, Error> {
        self.ask(|reply| Command::Arrived(id, reply)).await?
    }

    /// Stops transfers for now; every byte is kept. Without names, all that can be.
    ///
    /// # Errors
    /// If one of the named ones is unknown or has ended; the others are paused.
    pub async fn pause(&self, ids: Option<Vec<TransferId>>) -> Result<(), Error> {
        self.act(Act::Pause, ids).await
    }

    /// Lets transfers go on.
    ///
    /// # Errors
    /// If one of the named ones is unknown or cannot go on by itself.
    pub async fn resume(&self, ids: Option<Vec<TransferId>>) -> Result<(), Error> {
        self.act(Act::Resume, ids).await
    }

    /// Ends transfers without an error. What came is kept until they are removed; what an unfinished upload
    /// has at its server goes from there, see [`Session::leftovers`].
    ///
    /// # Errors
    /// If one of the named ones is unknown or has ended.
    pub async fn cancel(&self, ids: Option<Vec<TransferId>>) -> Result<(), Error> {
        self.act(Act::Cancel, ids).await
    }

    /// Drops the bytes and begins again. This is the consent that a POST cut off midway asks for.
    ///
    /// # Errors
    /// If one of the named ones is unknown.
    pub async fn restart(&self, ids: Option<Vec<TransferId>>) -> Result<(), Error> {
        self.act(Act::Restart, ids).await
    }

    /// Forgets transfers and drops their part files; completed files stay unless `delete_file`.
    ///
    /// # Errors
    /// If one of the named ones is unknown.
    pub async fn remove(&self, ids: Option<Vec<TransferId>>, delete_file: bool) -> Result<(), Error> {
        self.act(Act::Remove { delete_file }, ids).await
    }

    /// The settings.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn settings(&self) -> Result<Settings, Error> {
        self.ask(Command::Settings).await
    }

    /// Changes the settings. They are on the disk when this returns.
    ///
    /// # Errors
    /// If they cannot be written.
    pub async fn configure(&self, settings: Settings) -> Result<(), Error> {
        self.ask(|reply| Command::Configure(Box::new(settings), reply)).await?
    }

    /// Says what the desktop knows.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn set_conditions(&self, conditions: Conditions) -> Result<(), Error> {
        self.ask(|reply| Command::Conditions(conditions, reply)).await
    }

    /// Everything that happens from now on. Take [`Session::list`] after this, and again when the
    /// receiver reports that it lagged.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// How far running transfers are, at most ten times a second, however many run. As long as nobody
    /// listens, nobody counts.
    #[must_use]
    pub fn progress(&self) -> broadcast::Receiver<Moved> {
        let readings = self.inner.progress.subscribe();
        self.inner.listened.notify_one();
        readings
    }

    /// Stops everything, writes down where it stands, and ends the session. The next one goes on.
    ///
    /// # Errors
    /// If the session has ended already.
    pub async fn close(&self) -> Result<(), Error> {
        self.ask(Command::Close).await
    }

    async fn ids(&self, kind: Kind) -> Result<impl Iterator<Item = TransferId>, Error> {
        Ok(self
            .list()
            .await?
            .into_iter()
            .filter(move |transfer| transfer.kind == kind)
            .map(|transfer| transfer.id))
    }

    async fn act(&self, act: Act, ids: Option<Vec<TransferId>>) -> Result<(), Error> {
        let target = ids.map_or(Target::All, Target::These);
        self.ask(|reply| Command::Act(act, target, reply)).await?
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Error> {
        let (reply, mut answer) = oneshot::channel();
        let commands = &self.inner.commands;
        commands.send(command(reply)).await.map_err(|_| Error::Closed)?;
        tokio::select! {
            biased;
            answer = &mut answer => answer.map_err(|_| Error::Closed),
            // What was sent in the very moment in which the last one listened may lie there for ever.
            () = commands.closed() => answer.try_recv().map_err(|_| Error::Closed),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            // Dropping it would wait for its tasks, which is not allowed inside another runtime.
            runtime.shutdown_background();
        }
    }
}
