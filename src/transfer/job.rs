//! What a transfer does: one of the two directions, or what is left of one.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    Address, Change, Completion, Credentials, Delivery, Destination, DownloadRequest, ErrorKind, Failure,
    Headers, Kind, Partial, ProxyChoice, Purpose, Remote, SecretKey, Terms, UploadRequest,
};

/// The two directions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// From an address to a file.
    Download {
        /// What was asked for.
        request: DownloadRequest,
        /// The file on disk, once a server has said what it will be.
        #[serde(default)]
        partial: Option<Box<Partial>>,
    },
    /// From a file to an address.
    Upload {
        /// What was asked for.
        request: UploadRequest,
        /// How far it has come.
        delivery: Box<Delivery>,
    },
    /// Of an unfinished upload that nobody wants any more, what is at its server: it goes from there.
    Leftover {
        /// What had been asked for.
        request: UploadRequest,
        /// How far it had come.
        delivery: Box<Delivery>,
    },
}

impl Job {
    /// What has to go from the server when this upload is given up as it stands.
    #[must_use]
    pub(crate) fn leftover(&self) -> Option<Self> {
        let Self::Upload { request, delivery } = self else { return None };
        if !delivery.remote.as_ref().is_some_and(Remote::is_there) {
            return None;
        }
        let delivery = Delivery { response: None, verified: None, ..(**delivery).clone() };
        // It belongs to no group, nothing is to be run when it is gone, and it need not wait.
        let terms = &request.terms;
        let terms = Terms {
            pause_on: Vec::new(),
            start_at: None,
            group: None,
            completion: Completion::default(),
            ..terms.clone()
        };
        Some(Self::Leftover {
            request: UploadRequest { terms, ..request.clone() },
            delivery: Box::new(delivery),
        })
    }

    /// Its direction.
    #[must_use]
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Download { .. } => Kind::Download,
            Self::Upload { .. } => Kind::Upload,
            Self::Leftover { .. } => Kind::Leftover,
        }
    }

    /// The address that was asked for.
    #[must_use]
    pub fn url(&self) -> &Address {
        match self {
            Self::Download { request, .. } => &request.url,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.url,
        }
    }

    /// The headers that are meant for the address.
    pub(crate) fn headers(&self) -> &Headers {
        match self {
            Self::Download { request, .. } => &request.headers,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.headers,
        }
    }

    /// The same, to be changed.
    pub(crate) fn headers_mut(&mut self) -> &mut Headers {
        match self {
            Self::Download { request, .. } => &mut request.headers,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &mut request.headers,
        }
    }

    /// Whether the value of this secret header was given for it alone, and is not kept for its place or site.
    fn is_own(&self, name: &str) -> bool {
        !self.is_of_place(name) && !self.headers().is_of_site(name)
    }

    fn is_of_place(&self, name: &str) -> bool {
        match self {
            Self::Download { .. } => false,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.is_kept(name),
        }
    }

    /// The name of a header whose secret value is not known any more, and is kept nowhere.
    #[must_use]
    pub fn missing_secret(&self) -> Option<&str> {
        self.headers().lost().find(|name| self.is_own(name))
    }

    /// Its secrets, one `NAME: VALUE` on each line, but for those that are kept for its place or site; nothing if it
    /// has none, or does not know all of them any more.
    pub(crate) fn own_secrets(&self) -> Option<SecretString> {
        if self.missing_secret().is_some() {
            return None;
        }
        self.headers().secret_lines(|name| self.is_own(name))
    }

    /// Where the secrets are kept that it lacks and that its site has; nothing if it lacks none of those.
    pub(crate) fn kept_for_site(&self) -> Option<SecretKey> {
        let site = self.headers().lost_of_site()?;
        Some(SecretKey::new(Purpose::Site, site, self.url()))
    }

    /// Takes over what was kept of its secrets for this purpose, and no others.
    pub(crate) fn take_secrets(&mut self, purpose: Purpose, kept: &SecretString) {
        let is_meant = |name: &&str| match purpose {
            Purpose::Transfer => self.is_own(name),
            Purpose::Destination => self.is_of_place(name),
            Purpose::Site => self.headers().is_of_site(name),
        };
        let meant: Vec<_> = self.headers().lost().filter(is_meant).map(str::to_owned).collect();
        self.headers_mut().restore_lines(kept, |name| meant.iter().any(|meant| meant == name));
    }

    /// Whether it may begin again after a cut without asking: nothing is done twice by that.
    #[must_use]
    pub(crate) fn is_repeatable(&self) -> bool {
        match self {
            Self::Download { .. } | Self::Leftover { .. } => true,
            Self::Upload { request, delivery } => delivery.remote.is_some() || request.is_repeatable(),
        }
    }

    /// On what terms it was asked for.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        match self {
            Self::Download { request, .. } => &request.terms,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &request.terms,
        }
    }

    /// The same, to be changed.
    pub(crate) fn terms_mut(&mut self) -> &mut Terms {
        match self {
            Self::Download { request, .. } => &mut request.terms,
            Self::Upload { request, .. } | Self::Leftover { request, .. } => &mut request.terms,
        }
    }

    /// The server that it speaks to.
    pub(crate) fn host(&self) -> &str {
        self.url().url().host_str().unwrap_or_default()
    }

    /// Whether all whom it speaks to are on this computer, where the settings name this proxy.
    #[must_use]
    pub(crate) fn stays_here(&self, settings: &ProxyChoice) -> bool {
        let proxy = match &self.terms().proxy {
            ProxyChoice::Unset => settings,
            own => own,
        };
        let mirrors = match self {
            Self::Download { request, .. } => &request.mirrors[..],
            Self::Upload { .. } | Self::Leftover { .. } => &[],
        };
        // One that somebody named stands between us and every server.
        !matches!(proxy, ProxyChoice::Through(_))
            && self.url().is_here()
            && mirrors.iter().all(|mirror| mirror.url.is_here())
    }

    /// How many bytes of it are still to be moved, as far as that is known or expected.
    #[must_use]
    pub(crate) fn needed(&self) -> u64 {
        match self {
            Self::Download { request, partial } => {
                let total = partial.as_ref().and_then(|partial| partial.total).or(request.expected.size);
                let here = partial.as_ref().map_or(0, |partial| partial.durable.len());
                total.unwrap_or_default().saturating_sub(here)
            }
            Self::Upload { delivery, .. } => delivery.size().saturating_sub(delivery.confirmed),
            Self::Leftover { .. } => 0,
        }
    }

    /// Whether what there is of it can go on as this; nothing if this goes the other way.
    #[must_use]
    pub(crate) fn goes_on_with(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Download { .. }, Self::Download { .. }) => Some(true),
            (Self::Upload { request, delivery }, Self::Upload { request: now, delivery: files }) => {
                let is_sent_alike = request.protocol == now.protocol && request.method == now.method;
                Some(is_sent_alike && request.form == now.form && delivery.sources == files.sources)
            }
            _ => None,
        }
    }

    /// Takes over a change to what was asked for.
    ///
    /// # Errors
    /// If it makes no sense for this transfer.
    pub(crate) fn amend(&mut self, change: Change) -> Result<(), Failure> {
        match change {
            Change::Url(url, headers) => return self.point_at(url, headers),
            Change::Login(login) => self.log_in(&login),
            Change::Limit(limit) => self.terms_mut().limit = limit.filter(|limit| *limit > 0),
            Change::Priority(priority) => self.terms_mut().priority = priority,
            Change::StartAt(at) => self.terms_mut().start_at = at,
            Change::CostPolicy(policy) => self.terms_mut().cost_policy = policy,
            // What is left of an upload belongs to none.
            Change::Group(_) if self.kind() == Kind::Leftover => {}
            Change::Group(group) => self.terms_mut().group = group,
            Change::Folder(folder) => self.go_into(folder),
            Change::HostKey(key) => {
                return self
                    .headers_mut()
                    .set_host_key(&key)
                    .map_err(|error| Failure::new(ErrorKind::HostKeyNotTrusted).because(&error.to_string()));
            }
        }
        Ok(())
    }

    fn log_in(&mut self, login: &Credentials) {
        match self {
            Self::Download { request, .. } => request.log_in(login),
            Self::Upload { request, .. } | Self::Leftover { request, .. } => request.log_in(login),
        }
    }

    /// Whether it can be given no other folder: something of it is in one, or it has none.
    #[must_use]
    pub(crate) fn is_placed(&self) -> bool {
        !matches!(self, Self::Download { partial: None, .. })
    }

    fn go_into(&mut self, folder: PathBuf) {
        let Self::Download { request, .. } = self else { return };
        let name = match &request.destination {
            Some(Destination::File(file)) => file.file_name(),
            _ => None,
        };
        request.destination = Some(match name {
            Some(name) => Destination::File(folder.join(name)),
            None => Destination::Folder(folder),
        });
    }

    fn point_at(&mut self, url: Address, headers: Headers) -> Result<(), Failure> {
        match self {
            Self::Download { request, .. } => request.point_at(url, headers),
            Self::Upload { request, .. } | Self::Leftover { request, .. } => {
                request.point_at(&url, &headers)?;
            }
        }
        Ok(())
    }

    /// Whether such a failure pauses it instead of ending it. What may have been done is never just to go on.
    #[must_use]
    pub(crate) fn pauses_on(&self, kind: ErrorKind) -> bool {
        kind != ErrorKind::ResultUnknown && self.terms().pause_on.contains(&kind)
    }
}
