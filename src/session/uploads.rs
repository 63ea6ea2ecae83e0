//! Uploads as callers start them: one, or many at once. The files are looked at on a thread that may wait for a
//! disk.

use futures_util::future::join_all;

use super::command::Command;
use super::{Error, Handle, Session, Upload};
use crate::transfer::{Delivery, Failure, Job, TransferId, UploadRequest};
use crate::upload;

impl Session {
    /// Starts an upload. It is written down, and begins when its turn comes.
    ///
    /// # Errors
    /// If nothing can be sent to such an address, the file is not there, is not a file or cannot be read, or
    /// it cannot be written down.
    pub async fn start_upload(&self, request: UploadRequest) -> Result<Upload, Error> {
        self.start_uploads(vec![request]).await?.pop().unwrap_or(Err(Error::Closed))
    }

    /// Starts several uploads, which are written down together. What is refused is one of them, as for
    /// [`Session::start_upload`]; the others start all the same.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn start_uploads(
        &self,
        requests: Vec<UploadRequest>,
    ) -> Result<Vec<Result<Upload, Error>>, Error> {
        let jobs = self.look(requests).await?;
        let starting = jobs.into_iter().map(|job| async {
            let id = self.add(job?).await?.id;
            Ok(Upload(Handle { session: self.clone(), id }))
        });
        Ok(join_all(starting).await)
    }

    /// Continues an upload with this request for the same file: with its secrets, which are never on the
    /// disk. What has begun goes on if the file is still the same, and what is complete stays so; else it is
    /// sent from the first byte on.
    ///
    /// # Errors
    /// If there is no such upload, the file cannot be sent, or it cannot be written down.
    pub async fn renew_upload(&self, id: TransferId, request: UploadRequest) -> Result<(), Error> {
        let job = self.look(vec![request]).await?.pop().ok_or(Error::Closed)??;
        self.ask(|reply| Command::Renew(id, Box::new(job), reply)).await?
    }

    async fn look(&self, requests: Vec<UploadRequest>) -> Result<Vec<Result<Job, Failure>>, Error> {
        let look = move || requests.into_iter().map(job).collect();
        self.inner.handle.spawn_blocking(look).await.map_err(|_| Error::Closed)
    }
}

/// What there is to do, if it can be done.
fn job(mut request: UploadRequest) -> Result<Job, Failure> {
    request.check()?;
    for file in std::iter::once(&mut request.file).chain(&mut request.form.others) {
        *file = std::path::absolute(&file).unwrap_or_default();
    }
    let sources = upload::ready(&request)?;
    Ok(Job::Upload { request, delivery: Box::new(Delivery::of(sources)) })
}
