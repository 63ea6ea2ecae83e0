//! Reads a Metalink over the network, for who wants to start downloads by it.

use super::Options;
use super::actor::timeouts;
use crate::download::{Metalink, read_metalink};
use crate::net::{Net, Wishes, trust};
use crate::store::Settings;
use crate::transfer::{DownloadRequest, Failure};

/// Gets the Metalink that `request` is for, on the way that it names or else the settings of the profile in
/// `options`; what the request says of a file is of no interest. Needs no session, and starts no transfer.
///
/// # Errors
/// If it does not come, or is none.
pub async fn metalink(request: &DownloadRequest, options: &Options) -> Result<Metalink, Failure> {
    let settings = Settings::load(&options.profile.settings).unwrap_or_default().sane();
    let tls = trust(&options.authorities).map_err(|none| Failure::from_io(&none.source, &none.about))?;
    let wishes = Wishes::of(&request.headers, &request.terms, &settings.proxy);
    let net = Net::new(&tls, options.proxies.clone()).for_transfer(&wishes).await?;
    read_metalink(&net, &request.url, &request.headers, timeouts(&settings, request.terms.timeout)).await
}
