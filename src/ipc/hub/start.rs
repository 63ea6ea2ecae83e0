//! Requests that bring transfers into the session or take them out of it.

use std::path::Path;

use futures_util::future::join_all;

use super::Hub;
use crate::ipc::{Fault, Reply, WithSecrets};
use crate::{Destination, DownloadRequest, Error, ResumeData, TransferId, UploadRequest};

/// A request that names files.
trait HasPaths {
    /// All of them.
    fn paths(&self) -> impl Iterator<Item = &Path>;
}

impl HasPaths for DownloadRequest {
    fn paths(&self) -> impl Iterator<Item = &Path> {
        let destination = self.destination.as_ref().map(|destination| match destination {
            Destination::Folder(path) | Destination::File(path) => path.as_path(),
        });
        destination.into_iter().chain(self.terms.cookie_file.as_deref())
    }
}

impl HasPaths for UploadRequest {
    fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files().chain(self.terms.cookie_file.as_deref())
    }
}

/// The same request, if its paths mean the same to everybody: where a session is at home nobody else knows.
fn whole<R: HasPaths>(request: R) -> Result<R, Fault> {
    if let Some(path) = request.paths().find(|path| !path.is_absolute()) {
        let path = path.display();
        return Err(Fault::new(format!("“{path}” is not a whole path, which begins with /.")));
    }
    Ok(request)
}

impl Hub {
    pub(super) async fn probe(&self, request: WithSecrets<DownloadRequest>) -> Result<Reply, Fault> {
        Ok(Reply::Probed(self.session.probe(whole(request.unpack())?).await?))
    }

    pub(super) async fn downloads(
        &self,
        requests: Vec<WithSecrets<DownloadRequest>>,
    ) -> Result<Reply, Fault> {
        let requests = requests.into_iter().map(|packed| whole(packed.unpack()));
        let started = self.session.start_downloads(requests.collect::<Result<_, _>>()?).await?.into_iter();
        let started = started.map(|download| async { Ok(download?.snapshot().await?) });
        Ok(Reply::Started(join_all(started).await))
    }

    pub(super) async fn uploads(&self, requests: Vec<WithSecrets<UploadRequest>>) -> Result<Reply, Fault> {
        let requests = requests.into_iter().map(|packed| whole(packed.unpack()));
        let started = self.session.start_uploads(requests.collect::<Result<_, _>>()?).await?.into_iter();
        let started = started.map(|upload| async { Ok(upload?.snapshot().await?) });
        Ok(Reply::Started(join_all(started).await))
    }

    pub(super) async fn hand_over(&self, id: TransferId) -> Result<Reply, Fault> {
        let data = self.session.hand_over(id).await?;
        let text = data.to_text().map_err(|error| Error::NotSaved(error.to_string()))?;
        Ok(Reply::ResumeData(text))
    }

    pub(super) async fn resume_download(
        &self,
        data: &str,
        request: WithSecrets<DownloadRequest>,
    ) -> Result<Reply, Fault> {
        let data = ResumeData::parse(data.as_bytes()).map_err(Error::from)?;
        let download = self.session.resume_download(&data, whole(request.unpack())?).await?;
        Ok(Reply::Transfer(Box::new(download.snapshot().await?)))
    }

    pub(super) async fn resume_upload(
        &self,
        data: &str,
        request: WithSecrets<UploadRequest>,
    ) -> Result<Reply, Fault> {
        let data = ResumeData::parse(data.as_bytes()).map_err(Error::from)?;
        let upload = self.session.resume_upload(&data, whole(request.unpack())?).await?;
        Ok(Reply::Transfer(Box::new(upload.snapshot().await?)))
    }
}
