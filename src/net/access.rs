//! What one transfer may say, and to whom: the user's own words to the server they are meant for, cookies
//! to those they belong to, the login in the form that is asked for; and the way there.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{AUTHORIZATION, COOKIE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Origin;

use super::challenge;
use super::cookies::{self, Jar};
use super::digest::Digest;
use super::proxies::Proxies;
use super::way::Way;
use crate::transfer::{Address, ErrorKind, Failure, Headers, PROXY_LOGIN, ProxyChoice, Terms, basic};

/// Most bytes of a file of cookies that are read.
const LONGEST_FILE: u64 = 4 * 1024 * 1024;

/// What a transfer was asked to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Wishes<'a> {
    /// The user's own; the proxy's login is among them.
    pub headers: &'a Headers,
    pub proxy: &'a ProxyChoice,
    /// What the settings say about proxies, as somebody wrote it.
    pub settings: &'a str,
    pub cookie_file: Option<&'a Path>,
}

impl<'a> Wishes<'a> {
    /// What a request has to do with it, where the settings say `settings`.
    pub(crate) fn of(headers: &'a Headers, terms: &'a Terms, settings: &'a str) -> Self {
        Self { headers, proxy: &terms.proxy, settings, cookie_file: terms.cookie_file.as_deref() }
    }
}

/// Servers that want a login proved and not sent, and what they ask for. None of them is ever sent the
/// login itself again, by any transfer of the session.
pub(super) type Digests = Arc<Mutex<HashMap<Origin, Digest>>>;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Access {
    /// Through which proxy, where that was said; else the surroundings decide.
    chosen: ProxyChoice,
    login: Option<SecretString>,
    surroundings: Proxies,
    jar: Jar,
    digests: Digests,
}

impl Access {
    /// What these wishes allow among these surroundings.
    ///
    /// # Errors
    /// If the settings name a proxy that is none, or the file of cookies cannot be read.
    pub(super) async fn of(
        wishes: &Wishes<'_>,
        surroundings: &Proxies,
        digests: &Digests,
    ) -> Result<Self, Failure> {
        let mut login = wishes.headers.proxy_login().cloned();
        let chosen = match wishes.proxy {
            ProxyChoice::Unset => {
                let (chosen, known) = ProxyChoice::parse(wishes.settings)?;
                login = login.or(known.map(|known| basic(&known)));
                chosen
            }
            chosen => chosen.clone(),
        };
        let jar = match wishes.cookie_file {
            Some(path) => read(path.to_owned()).await?,
            None => Jar::default(),
        };
        let (surroundings, digests) = (surroundings.clone(), digests.clone());
        Ok(Self { chosen, login, surroundings, jar, digests })
    }

    /// The cookies for `to`, and the login for the proxy on the way there.
    pub(super) fn secrets_for(&self, to: &Address) -> Vec<SecretString> {
        let cookies = self.jar.for_request(to).into_iter().map(|(_, value)| value);
        let login = self.way(to).ok().flatten().and_then(|way| way.login);
        cookies.chain(login).collect()
    }

    /// The same way out, without a cookie.
    pub(super) fn for_strangers(&self) -> Self {
        let Self { chosen, login, surroundings, digests, .. } = self;
        let (chosen, login) = (chosen.clone(), login.clone());
        Self {
            chosen,
            login,
            surroundings: surroundings.clone(),
            jar: Jar::default(),
            digests: digests.clone(),
        }
    }

    /// The way to the server of `to`; nothing means straight there.
    ///
    /// # Errors
    /// If it should go through a proxy that is none.
    pub(super) fn way(&self, to: &Address) -> Result<Option<Way>, Failure> {
        match &self.chosen {
            ProxyChoice::Direct => Ok(None),
            ProxyChoice::Through(proxy) => Ok(Some(Way { proxy: proxy.clone(), login: self.login.clone() })),
            ProxyChoice::Unset => {
                let way = self.surroundings.way(to)?;
                Ok(way.map(|way| Way { login: self.login.clone().or(way.login), ..way }))
            }
        }
    }

    /// Writes into a request, whose method is set, where it goes: to `url` on this way, with the user's
    /// words if they are for its server.
    ///
    /// # Errors
    /// If the address or a header cannot be written into a request.
    pub(super) fn address<B>(
        &self,
        request: &mut Request<B>,
        url: &Address,
        way: Option<&Way>,
        words: Option<&Headers>,
    ) -> Result<(), Failure> {
        let unsendable = || Failure::new(ErrorKind::InvalidUrl).about(url.host());
        let relayed = way.filter(|way| way.relays(url));
        let target = if relayed.is_some() { url.expose() } else { url.target() };
        *request.uri_mut() = target.parse().map_err(|_| unsendable())?;
        let proof = words.and_then(|words| self.proof(url, words, request.method().as_str()));
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::try_from(url.host()).map_err(|_| unsendable())?);
        if let Some(login) = relayed.and_then(|way| way.login.as_ref()) {
            put(headers, PROXY_LOGIN, login.expose_secret()).ok_or_else(unsendable)?;
        }
        let mut given = Vec::new();
        for (name, value) in words.into_iter().flat_map(Headers::expose) {
            if name.eq_ignore_ascii_case(COOKIE.as_str()) {
                given.push(value);
            } else if proof.is_none() || !name.eq_ignore_ascii_case(AUTHORIZATION.as_str()) {
                put(headers, name, value).ok_or_else(unsendable)?;
            }
        }
        if let Some(proof) = proof {
            put(headers, AUTHORIZATION.as_str(), proof.expose_secret()).ok_or_else(unsendable)?;
        }
        let given = (!given.is_empty()).then(|| given.join("; "));
        if let Some(cookies) = cookies::line(given.as_deref(), &self.jar.for_request(url)) {
            put(headers, COOKIE.as_str(), &cookies).ok_or_else(unsendable)?;
        }
        Ok(())
    }

    /// The login as a server wants it that has asked for a proof.
    fn proof(&self, url: &Address, words: &Headers, method: &str) -> Option<SecretString> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = digests.get_mut(&url.origin())?;
        Some(digest.answer(&words.login()?, method, url.target()))
    }

    /// Takes the cookies that an answer from `url` sets.
    pub(super) fn take<'a>(&self, url: &Address, set: impl Iterator<Item = &'a HeaderValue>) {
        self.jar.take(url, set);
    }

    /// Whether a refusal asks for a proof of the login, which is sent the next time. `challenges` are the
    /// values of its `WWW-Authenticate`.
    pub(super) fn is_challenged<'a>(
        &self,
        (url, words): (&Address, &Headers),
        status: StatusCode,
        challenges: impl Iterator<Item = &'a str>,
    ) -> bool {
        if status != StatusCode::UNAUTHORIZED || words.login().is_none() {
            return false;
        }
        let challenges: Vec<_> = challenges.flat_map(challenge::parse).collect();
        let fresh = uuid::Uuid::now_v7().simple().to_string();
        let Some(digest) = Digest::choose(&challenges, &fresh) else { return false };
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        // Others may have begun to count for this very challenge.
        if !digests.get(&url.origin()).is_some_and(|known| known.answers_to(&digest)) {
            digests.insert(url.origin(), digest);
        }
        true
    }
}

/// The cookies in a file.
async fn read(path: PathBuf) -> Result<Jar, Failure> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        let file =
            std::fs::File::open(&path).and_then(|file| file.take(LONGEST_FILE).read_to_string(&mut text));
        let none = || {
            let failure = Failure::new(ErrorKind::FileMissing).about(path.display().to_string());
            failure.because("it is not a file of cookies")
        };
        match file {
            Ok(_) => Jar::of_file(&text).map_err(|_| none()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(none()),
            Err(error) => Err(Failure::from_io(&error, &path)),
        }
    });
    reading.await.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))
}

/// Adds a header whose value no library shall show.
fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Option<()> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    headers.append(HeaderName::try_from(name).ok()?, value);
    Some(())
}
