//! Starting transfers: what was asked for is looked at and written down, and begins when its turn comes.

use futures_util::future::try_join_all;

use super::command::Command;
use super::handle::{Download, Handle, Upload};
use super::{Error, Session};
use crate::transfer::{Delivery, DownloadRequest, Failure, Job, UploadRequest};
use crate::upload;

impl Session {
    /// Starts a download. It is written down, and begins when its turn comes.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub async fn start_download(&self, request: DownloadRequest) -> Result<Download, Error> {
        Ok(Download(self.add(Job::Download { request, partial: None }).await?))
    }

    /// Starts an upload. It is written down, and begins when its turn comes.
    ///
    /// # Errors
    /// If nothing can be sent to such an address, the file is not there, is not a file or cannot be read, or
    /// it cannot be written down.
    pub async fn start_upload(&self, request: UploadRequest) -> Result<Upload, Error> {
        let mut started = self.start_uploads(vec![request]).await?;
        started.pop().ok_or(Error::Closed)
    }

    /// Starts uploads, all of them or none, in this order. They are written down together, so that many take
    /// little longer than one.
    ///
    /// # Errors
    /// Those of [`Self::start_upload`], for the first that cannot be started.
    pub async fn start_uploads(&self, requests: Vec<UploadRequest>) -> Result<Vec<Upload>, Error> {
        let looking = self.runtime().spawn_blocking(move || requests.into_iter().map(look).collect());
        let jobs: Result<Vec<_>, Failure> = looking.await.map_err(|_| Error::Closed)?;
        let handles = try_join_all(jobs?.into_iter().map(|job| self.add(job))).await?;
        Ok(handles.into_iter().map(Upload).collect())
    }

    async fn add(&self, job: Job) -> Result<Handle, Error> {
        let snapshot = self.ask(|reply| Command::Add(Box::new(job), reply)).await??;
        Ok(Handle { session: self.clone(), id: snapshot.id })
    }
}

/// What is to be done, with the files as they are now.
fn look(mut request: UploadRequest) -> Result<Job, Failure> {
    request.check()?;
    for file in std::iter::once(&mut request.file).chain(&mut request.form.others) {
        *file = std::path::absolute(&file).unwrap_or_default();
    }
    let delivery = Box::new(Delivery::of(upload::ready(&request)?));
    Ok(Job::Upload { request, delivery })
}
