//! A link as the browser hands it over, and the request that it becomes. Pure.

use std::path::PathBuf;

use serde::Deserialize;

use super::cookie::Cookie;
use crate::{Address, Destination, DownloadRequest, Headers, harmless};

/// Headers that are not taken from a browser: they hold for one connection or for parts of a file, or are logins and
/// cookies, which go their own way. The extension leaves them out as well.
const NOT_TAKEN: [&str; 21] = [
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "cookie2",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];
/// The same, by how their names begin.
const KINDS_NOT_TAKEN: [&str; 3] = ["proxy-", "if-", "sec-"];

/// Something that the browser would have downloaded. It may have secrets in it, so it cannot be shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    /// What was clicked.
    url: String,
    /// Where that led to.
    #[serde(default, rename = "final")]
    found_at: Option<String>,
    /// What the browser would call the file.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    referrer: Option<String>,
    /// Who the browser says to be.
    #[serde(default)]
    agent: Option<String>,
    #[serde(default)]
    cookies: Vec<Cookie>,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

/// What a link asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The request, which goes nowhere yet.
    pub request: DownloadRequest,
    /// What the file is called; a harmless name.
    name: Option<String>,
}

impl Link {
    /// What it asks for.
    ///
    /// # Errors
    /// Why it cannot be had, in one sentence.
    pub(super) fn wanted(self) -> Result<Wanted, String> {
        let address = self.address()?;
        let mut request = DownloadRequest::new(&address).map_err(|failure| failure.to_string())?;
        request.headers.take_over(self.headers_for(&request.url)?);
        let name = self.name.filter(|name| !name.trim().is_empty()).map(|name| harmless(&name));
        Ok(Wanted { request, name })
    }

    /// Which address is asked. What was clicked can be asked again when that to which it led has expired. But headers
    /// and cookies go to one server alone, and those of the browser may be for the other one.
    fn address(&self) -> Result<String, String> {
        let parse = |text: &str| Address::parse(text).map_err(|failure| failure.to_string());
        let (clicked, _) = parse(&self.url)?;
        let Some(found) = &self.found_at else { return Ok(self.url.clone()) };
        let (found_at, _) = parse(found)?;
        let needs = |cookie: &Cookie| cookie.belongs_to(&found_at) && !cookie.is_of_host(&clicked);
        Ok(if self.cookies.iter().any(needs) { found.clone() } else { self.url.clone() })
    }

    /// The headers for it.
    fn headers_for(&self, address: &Address) -> Result<Headers, String> {
        let mut headers = Headers::default();
        let own = [("Referer", &self.referrer), ("User-Agent", &self.agent)];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let others = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(others.filter(|(name, _)| is_taken(name))) {
            headers.add(name, value).map_err(|error| error.to_string())?;
        }
        let cookies = self.cookies.iter().filter(|cookie| cookie.belongs_to(address)).map(Cookie::pair);
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            headers.add("Cookie", &cookies).map_err(|error| error.to_string())?;
        }
        Ok(headers)
    }
}

fn is_taken(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !NOT_TAKEN.contains(&name.as_str()) && !KINDS_NOT_TAKEN.iter().any(|kind| name.starts_with(kind))
}

impl Wanted {
    /// The request, with its file in the folder that is usual for its address.
    pub(super) fn into_request(self, folder: impl FnOnce(&Address) -> PathBuf) -> DownloadRequest {
        let destination = self.name.map(|name| Destination::File(folder(&self.request.url).join(name)));
        DownloadRequest { destination, ..self.request }
    }

    /// As text for the dialog: an address, or where there is more to say than that, a command of curl, which the dialog
    /// reads as well.
    pub(super) fn text(&self) -> String {
        let url = self.request.url.expose();
        if self.request.headers.is_empty() && self.name.is_none() {
            return url.to_owned();
        }
        let mut words = vec!["curl".to_owned(), url.to_owned()];
        for (name, value) in self.request.headers.expose() {
            words.extend(["-H".to_owned(), format!("{name}: {value}")]);
        }
        if let Some(name) = &self.name {
            words.extend(["-o".to_owned(), name.clone()]);
        }
        shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| url.to_owned())
    }
}

/// See [`fuzz`](super::fuzz).
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(link: Link) {
    let Ok(wanted) = link.wanted() else { return };
    let text = wanted.text();
    assert_eq!(crate::gather(&text).entries.len(), 1, "one link is one download");
    let folder = std::path::Path::new("/folder");
    let request = wanted.into_request(|_| folder.to_owned());
    for (name, value) in request.headers.expose() {
        assert!(!name.contains(['\r', '\n', ':']) && !value.contains(['\r', '\n']));
        assert!(name == "Cookie" || name == "Authorization" || is_taken(name));
    }
    if let Some(Destination::File(path)) = &request.destination {
        assert_eq!(path.parent(), Some(folder));
    }
}

#[cfg(test)]
#[path = "link/tests.rs"]
mod tests;
