//! Looks at a file on its server, for who wants to know what it is before it is got.

use tokio_util::task::AbortOnDropHandle;

use super::actor::timeouts;
use super::start::at_its_site;
use super::{Error, Session, secrets};
use crate::download::Probed;
use crate::net::Wishes;
use crate::transfer::{DownloadRequest, ErrorKind, Failure, Job};

impl Session {
    /// Asks the server once what it says of the file that `request` is for, on the way on which a download would
    /// get it. Nothing is started, and nothing is written. Dropped, it ends at once.
    ///
    /// # Errors
    /// If no answer comes, or none with which a download could begin.
    pub async fn probe(&self, request: DownloadRequest) -> Result<Probed, Error> {
        let settings = self.settings().await?.sane();
        let mut job = at_its_site(Job::Download { request, partial: None }, &self.address_book().await?);
        let keyring = self.inner.options.secrets.clone();
        let net = self.inner.net.upgrade().ok_or(Error::Closed)?;
        let looking = self.runtime().spawn(async move {
            secrets::find(&mut job, None, keyring.as_ref()).await?;
            let Job::Download { request, .. } = job else { return Err(Failure::new(ErrorKind::Io)) };
            let wishes = Wishes::of(&request.headers, &request.terms, &settings.proxy);
            let net = net.for_transfer(&wishes).await?;
            Probed::ask(&net, &request, timeouts(&settings, request.terms.timeout)).await
        });
        Ok(AbortOnDropHandle::new(looking).await.map_err(|_| Error::Closed)??)
    }
}
