//! Looks at a file on its server, for who wants to know what it is before it is got.

use tokio_util::task::AbortOnDropHandle;

use super::actor::timeouts;
use super::{Error, Session};
use crate::download::Probed;
use crate::net::Wishes;
use crate::transfer::DownloadRequest;

impl Session {
    /// Asks the server once what it says of the file that `request` is for, on the way on which a download would
    /// get it. Nothing is started, and nothing is written. Dropped, it ends at once.
    ///
    /// # Errors
    /// If no answer comes, or none with which a download could begin.
    pub async fn probe(&self, request: DownloadRequest) -> Result<Probed, Error> {
        let settings = self.settings().await?.sane();
        let net = self.inner.net.upgrade().ok_or(Error::Closed)?;
        let looking = self.runtime().spawn(async move {
            let wishes = Wishes {
                headers: &request.headers,
                proxy: &request.terms.proxy,
                settings: &settings.proxy,
                cookie_file: request.terms.cookie_file.as_deref(),
            };
            let net = net.for_transfer(&wishes).await?;
            Probed::ask(&net, &request, timeouts(&settings, request.terms.timeout)).await
        });
        Ok(AbortOnDropHandle::new(looking).await.map_err(|_| Error::Closed)??)
    }
}
