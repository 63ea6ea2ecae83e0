//! Which secret is meant, where secrets are kept for longer than a session lives.

use super::address::Address;

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// The secret headers of a [place](super::Place), one `NAME: VALUE` on each line.
    Destination,
    /// The secret headers of a [site](super::Site), likewise.
    Site,
    /// The secret headers of transfers, likewise, under a name that was made up for them.
    Transfer,
}

impl Purpose {
    /// Its name on the outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Destination => "destination",
            Self::Site => "site",
            Self::Transfer => "transfer",
        }
    }
}

/// The name of a secret. As the origin is a part of it, what was kept for one server is never found for
/// another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretKey {
    /// What it is for.
    pub purpose: Purpose,
    /// What the user calls it.
    pub name: String,
    /// Who may see it: scheme, host and port of an address.
    pub origin: String,
}

impl SecretKey {
    /// The key of what is called `name` and is meant for the server of `url`.
    #[must_use]
    pub fn new(purpose: Purpose, name: impl Into<String>, url: &Address) -> Self {
        let origin = format!("{}://{}:{}", url.scheme().name(), url.server(), url.port());
        Self { purpose, name: name.into(), origin }
    }
}
