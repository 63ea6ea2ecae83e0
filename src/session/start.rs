//! Starting transfers: what was asked for is looked at and written down, and begins when its turn comes.

use futures_util::future::join_all;

use super::command::Command;
use super::handle::{Download, Handle, Upload};
use super::{Error, Session};
use crate::store::Sites;
use crate::transfer::{Delivery, DownloadRequest, Failure, Job, Site, TransferId, UploadRequest};
use crate::upload;

impl Session {
    /// Starts a download. It is written down, and begins when its turn comes.
    ///
    /// # Errors
    /// If it cannot be written down, or what holds for its site cannot be read.
    pub async fn start_download(&self, request: DownloadRequest) -> Result<Download, Error> {
        self.start_downloads(vec![request]).await?.pop().unwrap_or(Err(Error::Closed))
    }

    /// Starts downloads in this order. They are written down together, so that many take little longer than one.
    /// What is refused is one of them, as for [`Self::start_download`]; the others start all the same.
    ///
    /// # Errors
    /// If the session has ended, or what holds for sites cannot be read.
    pub async fn start_downloads(
        &self,
        requests: Vec<DownloadRequest>,
    ) -> Result<Vec<Result<Download, Error>>, Error> {
        let sites = self.address_book().await?;
        let jobs = requests.into_iter().map(|request| Job::Download { request, partial: None });
        let starting = jobs.map(|job| async { Ok(Download(self.add(at_its_site(job, &sites)).await?)) });
        Ok(join_all(starting).await)
    }

    /// Continues a download that is not complete with this request for the same file: with its
    /// secrets, which are never on the disk, and its bounds.
    ///
    /// # Errors
    /// If there is no such download, or it cannot be written down.
    pub async fn renew_download(&self, id: TransferId, request: DownloadRequest) -> Result<(), Error> {
        let job = at_its_site(Job::Download { request, partial: None }, &self.address_book().await?);
        self.ask(|reply| Command::Renew(id, Box::new(job), reply)).await?
    }

    /// Starts an upload. It is written down, and begins when its turn comes.
    ///
    /// # Errors
    /// If nothing can be sent to such an address, the file is not there, is not a file or cannot be read, or
    /// it cannot be written down.
    pub async fn start_upload(&self, request: UploadRequest) -> Result<Upload, Error> {
        self.start_uploads(vec![request]).await?.pop().unwrap_or(Err(Error::Closed))
    }

    /// Starts uploads in this order. They are written down together, so that many take little longer than one.
    /// What is refused is one of them, as for [`Self::start_upload`]; the others start all the same.
    ///
    /// # Errors
    /// If the session has ended, or what holds for sites cannot be read.
    pub async fn start_uploads(
        &self,
        requests: Vec<UploadRequest>,
    ) -> Result<Vec<Result<Upload, Error>>, Error> {
        let (jobs, sites) = (self.look(requests).await?, self.address_book().await?);
        let starting =
            jobs.into_iter().map(|job| async { Ok(Upload(self.add(at_its_site(job?, &sites)).await?)) });
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
        let job = at_its_site(job, &self.address_book().await?);
        self.ask(|reply| Command::Renew(id, Box::new(job), reply)).await?
    }

    /// What there is to do, on a thread that may wait for a disk.
    async fn look(&self, requests: Vec<UploadRequest>) -> Result<Vec<Result<Job, Failure>>, Error> {
        let look = move || requests.into_iter().map(job).collect();
        self.runtime().spawn_blocking(look).await.map_err(|_| Error::Closed)
    }

    async fn add(&self, job: Job) -> Result<Handle, Error> {
        let snapshot = self.ask(|reply| Command::Add(Box::new(job), reply)).await??;
        Ok(Handle { session: self.clone(), id: snapshot.id })
    }
}

/// A job with what holds for its site and it says nothing else about.
pub(super) fn at_its_site(mut job: Job, sites: &Sites) -> Job {
    if let Some(site) = Site::of(&job.url().clone(), sites.iter()) {
        site.complete(&mut job);
    }
    job
}

fn job(request: UploadRequest) -> Result<Job, Failure> {
    let (request, delivery) = ready(request)?;
    Ok(Job::Upload { request, delivery: Box::new(delivery) })
}

/// What is to be sent, with the files as they are now.
pub(super) fn ready(mut request: UploadRequest) -> Result<(UploadRequest, Delivery), Failure> {
    request.check()?;
    for file in std::iter::once(&mut request.file).chain(&mut request.form.others) {
        *file = std::path::absolute(&file).unwrap_or_default();
    }
    let sources = upload::ready(&request)?;
    Ok((request, Delivery::of(sources)))
}
