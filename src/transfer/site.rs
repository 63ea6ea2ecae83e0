//! What is to be known of a server, so that nobody has to say it with every transfer from there or to it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::address_book::AddressBookEntry;
use super::completion::Completion;
use super::request::add_login;
use super::secret::{Purpose, SecretKey};
use super::{Address, Credentials, Destination, Headers, Job, Terms};

mod written;

/// See the module. Written down it is words in quotes, as they are typed on the command line, and has no secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "written::Written", into = "written::Written")]
#[non_exhaustive]
pub struct Site {
    /// Its address: it holds for what is on this server in this folder, and nowhere else.
    url: Address,
    /// Where downloads go that say nothing else.
    pub folder: Option<PathBuf>,
    /// Headers to send there, but for such as a request has itself.
    pub headers: Headers,
    /// What holds for those transfers that say nothing else; never when they start, or what is to be run.
    pub terms: Terms,
    /// Fields of other versions.
    other: BTreeMap<String, ron::Value>,
}

impl Site {
    /// A site at this address, of which nothing is known.
    #[must_use]
    pub fn new(url: &Address) -> Self {
        Self {
            url: url.without_secrets().as_folder(),
            folder: None,
            headers: Headers::default(),
            terms: Terms::default(),
            other: BTreeMap::new(),
        }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(self, url: &Address) -> Self {
        Self { url: Self::new(url).url, ..self }
    }

    /// Its address, that of a folder.
    #[must_use]
    pub fn url(&self) -> &Address {
        &self.url
    }

    /// Logs in there with this.
    pub fn log_in(&mut self, login: &Credentials) {
        add_login(&mut self.headers, &self.url, login);
    }

    /// Whether it holds for what is at this address: on the same server, as the same scheme and port speak to it,
    /// and in its folder or below.
    #[must_use]
    pub fn covers(&self, url: &Address) -> bool {
        let inside = || url.as_folder().url().path().starts_with(self.url.url().path());
        url.origin() == self.url.origin() && inside()
    }

    /// The one of these that holds for an address: the one that says most closely where.
    pub fn of<'a>(url: &Address, sites: impl IntoIterator<Item = &'a Self>) -> Option<&'a Self> {
        let covering = sites.into_iter().filter(|site| site.covers(url));
        covering.max_by_key(|site| site.url.url().path().len())
    }

    /// Gives a job what holds for the site and it says nothing else about.
    pub(crate) fn complete(&self, job: &mut Job) {
        if let Job::Download { request, .. } = job
            && request.destination.is_none()
        {
            request.destination = self.folder.clone().map(Destination::Folder);
        }
        job.headers_mut().add_from_site(self.name(), &self.headers);
        let terms = Terms { start_at: None, completion: Completion::default(), ..self.terms.clone() };
        job.terms_mut().fill_in(&terms);
    }
}

impl AddressBookEntry for Site {
    const FILE: &'static str = "sites.ron";

    fn name(&self) -> &str {
        self.url.expose()
    }

    fn key(&self) -> SecretKey {
        SecretKey::new(Purpose::Site, self.name(), &self.url)
    }

    fn headers(&self) -> &Headers {
        &self.headers
    }

    fn headers_mut(&mut self) -> &mut Headers {
        &mut self.headers
    }
}

#[cfg(test)]
mod tests;
