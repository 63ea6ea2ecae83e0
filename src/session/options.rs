//! How to open a session.

use std::path::PathBuf;
use std::sync::Arc;

use super::secrets::Secrets;
use crate::net::Proxies;
use crate::store::Profile;
use crate::transfer::Conditions;

/// How to open a session.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it keeps its things.
    pub profile: Profile,
    /// PEM files of authorities to trust besides the system's.
    pub authorities: Vec<PathBuf>,
    /// The proxies that hold where neither a request nor the settings name one.
    pub proxies: Proxies,
    /// What is known of the desktop. Nothing: somebody will say it ([`Session::set_conditions`](
    /// super::Session::set_conditions)), and until then no transfer starts.
    pub conditions: Option<Conditions>,
    /// Where secrets are kept; without it they live as long as the session.
    pub secrets: Option<Arc<dyn Secrets>>,
}

impl Options {
    /// A session on this profile that trusts whom the system trusts and uses the proxies that the
    /// environment names now.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            authorities: Vec::new(),
            proxies: Proxies::of_environment(),
            conditions: Some(Conditions::default()),
            secrets: None,
        }
    }
}
