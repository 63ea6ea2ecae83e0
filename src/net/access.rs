//! What one transfer may say, and to whom: the user's own words to the server they are meant for, and
//! the way to it.

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::proxies::Proxies;
use super::tunnel::Way;
use crate::transfer::{Address, ErrorKind, Failure, Headers, PROXY_LOGIN, ProxyChoice, basic};

/// What a transfer was asked to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Wishes<'a> {
    /// The user's own; the proxy's login is among them.
    pub headers: &'a Headers,
    pub proxy: &'a ProxyChoice,
    /// What the settings say about proxies, as somebody wrote it.
    pub settings: &'a str,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Access {
    /// Through which proxy, where that was said; else the surroundings decide.
    chosen: ProxyChoice,
    login: Option<SecretString>,
    surroundings: Proxies,
}

impl Access {
    /// What these wishes allow among these surroundings.
    ///
    /// # Errors
    /// If the settings name a proxy that is none.
    pub(super) fn of(wishes: &Wishes<'_>, surroundings: &Proxies) -> Result<Self, Failure> {
        let mut login = wishes.headers.proxy_login().cloned();
        let chosen = match wishes.proxy {
            ProxyChoice::Unset => {
                let (chosen, known) = ProxyChoice::parse(wishes.settings)?;
                login = login.or(known.map(|known| basic(&known)));
                chosen
            }
            chosen => chosen.clone(),
        };
        Ok(Self { chosen, login, surroundings: surroundings.clone() })
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
}

/// The head of a request to `url`: where it goes, and the user's words if they are for it.
///
/// # Errors
/// If the address or a header cannot be written into a request.
pub(crate) fn address<B>(
    request: &mut http::Request<B>,
    url: &Address,
    way: Option<&Way>,
    words: Option<&Headers>,
) -> Result<(), Failure> {
    let unsendable = || Failure::new(ErrorKind::InvalidUrl).about(url.host());
    let relayed = way.filter(|way| way.relays(url));
    let target = if relayed.is_some() { url.expose() } else { url.target() };
    *request.uri_mut() = target.parse().map_err(|_| unsendable())?;
    let headers = request.headers_mut();
    headers.insert(http::header::HOST, HeaderValue::try_from(url.host()).map_err(|_| unsendable())?);
    if let Some(login) = relayed.and_then(|way| way.login.as_ref()) {
        put(headers, PROXY_LOGIN, login.expose_secret()).ok_or_else(unsendable)?;
    }
    for (name, value) in words.into_iter().flat_map(Headers::expose) {
        put(headers, name, value).ok_or_else(unsendable)?;
    }
    Ok(())
}

/// Adds a header whose value no library shall show.
fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Option<()> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    headers.append(HeaderName::try_from(name).ok()?, value);
    Some(())
}
