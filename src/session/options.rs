//! How to open a session.

use std::path::PathBuf;
use std::sync::Arc;

use super::secrets::Secrets;
use crate::net::Proxies;
use crate::store::Profile;

/// How to open a session.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it keeps its things.
    pub profile: Profile,
    /// PEM files of authorities to trust besides the system's.
    pub authorities: Vec<PathBuf>,
    /// The proxies that hold where neither a request nor the settings name one.
    pub proxies: Proxies,
    /// Where secrets are kept; without it they live as long as the session.
    pub secrets: Option<Arc<dyn Secrets>>,
}

impl Options {
    /// A session on this profile that trusts whom the system trusts and uses the proxies that the
    /// environment names now.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile, authorities: Vec::new(), proxies: Proxies::of_environment(), secrets: None }
    }
}
