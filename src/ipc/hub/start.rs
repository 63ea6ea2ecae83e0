//! Requests that bring transfers into the session or take them out of it.

use futures_util::future::join_all;

use super::Hub;
use crate::ipc::{Fault, Reply, WithSecrets};
use crate::{DownloadRequest, Error, ResumeData, TransferId, UploadRequest};

impl Hub {
    pub(super) async fn downloads(
        &self,
        requests: Vec<WithSecrets<DownloadRequest>>,
    ) -> Result<Reply, Fault> {
        let requests = requests.into_iter().map(WithSecrets::unpack).collect();
        let started = self.session.start_downloads(requests).await.into_iter();
        let started = started.map(|download| async { Ok(download?.snapshot().await?) });
        Ok(Reply::Started(join_all(started).await))
    }

    pub(super) async fn uploads(&self, requests: Vec<WithSecrets<UploadRequest>>) -> Result<Reply, Fault> {
        let requests = requests.into_iter().map(WithSecrets::unpack).collect();
        let started = self.session.start_uploads(requests).await?.into_iter();
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
        let download = self.session.resume_download(&data, request.unpack()).await?;
        Ok(Reply::Transfer(Box::new(download.snapshot().await?)))
    }

    pub(super) async fn resume_upload(
        &self,
        data: &str,
        request: WithSecrets<UploadRequest>,
    ) -> Result<Reply, Fault> {
        let data = ResumeData::parse(data.as_bytes()).map_err(Error::from)?;
        let upload = self.session.resume_upload(&data, request.unpack()).await?;
        Ok(Reply::Transfer(Box::new(upload.snapshot().await?)))
    }
}
