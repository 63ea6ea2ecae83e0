//! Handles on single transfers.

use tokio::sync::broadcast::error::RecvError;

use super::{Error, Event, Session};
use crate::transfer::{Change, Phase, Snapshot, TransferId};

/// What downloads and uploads have in common.
#[derive(Clone)]
pub struct Handle {
    pub(super) session: Session,
    pub(super) id: TransferId,
}

/// A handle on one download. Dropping it does not stop the download.
#[derive(Clone)]
pub struct Download(pub(super) Handle);

/// A handle on one upload. Dropping it does not stop the upload.
#[derive(Clone)]
pub struct Upload(pub(super) Handle);

impl std::ops::Deref for Download {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.0
    }
}

impl std::ops::Deref for Upload {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.0
    }
}

impl Handle {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// How it stands now.
    ///
    /// # Errors
    /// If it was removed.
    pub async fn snapshot(&self) -> Result<Snapshot, Error> {
        self.session.show(self.id).await
    }

    /// Stops it for now.
    ///
    /// # Errors
    /// As for [`Session::pause`].
    pub async fn pause(&self) -> Result<(), Error> {
        self.session.pause(Some(vec![self.id])).await
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// As for [`Session::resume`].
    pub async fn resume(&self) -> Result<(), Error> {
        self.session.resume(Some(vec![self.id])).await
    }

    /// Ends it without an error.
    ///
    /// # Errors
    /// As for [`Session::cancel`].
    pub async fn cancel(&self) -> Result<(), Error> {
        self.session.cancel(Some(vec![self.id])).await
    }

    /// Drops its bytes and begins again.
    ///
    /// # Errors
    /// As for [`Session::restart`].
    pub async fn restart(&self) -> Result<(), Error> {
        self.session.restart(Some(vec![self.id])).await
    }

    /// Changes what was asked for.
    ///
    /// # Errors
    /// As for [`Session::amend`].
    pub async fn amend(&self, change: Change) -> Result<(), Error> {
        self.session.amend(self.id, vec![change]).await
    }

    /// Waits until it has ended or needs a person: completed, failed, cancelled, or paused.
    ///
    /// # Errors
    /// If it was removed, or the session has ended.
    pub async fn settled(&self) -> Result<Snapshot, Error> {
        let mut events = self.session.subscribe();
        loop {
            let snapshot = self.snapshot().await?;
            if !matches!(snapshot.state, Phase::Queued | Phase::Running | Phase::Waiting | Phase::Verifying) {
                return Ok(snapshot);
            }
            loop {
                match events.recv().await {
                    Ok(Event::Changed { transfer }) if transfer.id == self.id => break,
                    Ok(Event::Removed { id }) if id == self.id => return Err(Error::Unknown(id)),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return Err(Error::Closed),
                }
            }
        }
    }
}
