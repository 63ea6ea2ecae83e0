//! The cookies of one transfer (RFC 6265): those that servers set on the way, and those of a file. They
//! are secrets, kept in memory only, and each goes back only to where it came from or was meant for.
//!
//! Two rules are stricter than the standard. A cookie that a server sets goes back to the port that it
//! came from, as another port may be somebody else. And the name of a whole registry (`org`) is no place
//! for a cookie; of longer such names (`co.uk`) no list is kept, as a jar never outlives its transfer.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret as _, SecretString};
use url::Host;

use crate::transfer::Address;

/// Most cookies, and most bytes of one, that are kept.
const MOST: usize = 300;
const LONGEST: usize = 4096;

/// See the module.
#[derive(Default)]
pub(super) struct Jar(Mutex<Vec<Cookie>>);

#[derive(Clone)]
struct Cookie {
    name: String,
    value: SecretString,
    /// The host, or with `below` also all hosts below it.
    domain: String,
    below: bool,
    port: Port,
    path: String,
    secure: bool,
    expires: Option<SystemTime>,
}

/// To which ports a cookie goes.
#[derive(Clone, Copy, PartialEq)]
enum Port {
    /// To all of them, as a file does not say.
    Any,
    /// To that which the scheme has, encrypted or not.
    Usual,
    /// To this one.
    This(u16),
}

impl Port {
    fn of(address: &Address) -> Self {
        address.url().port().map_or(Self::Usual, Self::This)
    }
}

/// That a text is not a file of cookies.
#[derive(Debug)]
pub(super) struct NoCookies;

impl Jar {
    /// The cookies in a file of Netscape's format: seven fields a line, with tabs between them.
    pub(super) fn of_file(text: &str) -> Result<Self, NoCookies> {
        let lines = text.lines().map(|line| line.strip_prefix("#HttpOnly_").unwrap_or(line));
        let lines = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let cookies: Option<Vec<_>> = lines.map(Cookie::of_line).collect();
        cookies.map(|cookies| Self(Mutex::new(cookies))).ok_or(NoCookies)
    }

    /// Takes what an answer from `from` sets.
    pub(super) fn take<'a>(&self, from: &Address, set: impl Iterator<Item = &'a http::HeaderValue>) {
        let now = SystemTime::now();
        for line in set.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()) {
            let Some(cookie) = Cookie::set(from, line, now) else { continue };
            let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            jar.retain(|known| !known.is_replaced_by(&cookie));
            if jar.len() < MOST && !cookie.is_over(now) {
                jar.push(cookie);
            }
        }
    }

    /// The cookies that a request to `to` carries, as pairs of name and value; longer paths first.
    pub(super) fn for_request(&self, to: &Address) -> Vec<(String, SecretString)> {
        let now = SystemTime::now();
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fitting: Vec<_> =
            jar.iter().filter(|cookie| !cookie.is_over(now) && cookie.belongs_to(to)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        fitting.into_iter().map(|cookie| (cookie.name.clone(), cookie.value.clone())).collect()
    }
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jar")
    }
}

impl Cookie {
    /// The cookie of a `Set-Cookie` (RFC 6265 §5.2, §5.3), if it may be set from there.
    fn set(from: &Address, line: &str, now: SystemTime) -> Option<Self> {
        if line.len() > LONGEST || line.contains(|c: char| c.is_control() && c != '\t') {
            return None;
        }
        let mut parts = line.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let host = from.url().host_str()?.to_owned();
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: SecretString::from(value.trim()),
            domain: host,
            below: false,
            port: Port::of(from),
            path: default_path(from.url().path()).to_owned(),
            secure: false,
            expires: None,
        };
        let mut lasts = None;
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => cookie.widen(from, value)?,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "expires" => cookie.expires = cookie.expires.or_else(|| date(value)),
                "max-age" => lasts = value.parse::<i64>().ok().or(lasts),
                _ => {}
            }
        }
        if let Some(seconds) = lasts {
            let seconds = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            // One that would last longer than time can be counted lasts.
            cookie.expires = now.checked_add(seconds);
        }
        (cookie.is_honest(from) && !cookie.name.is_empty()).then_some(cookie)
    }

    /// Lets all hosts of this domain have it, if it is a domain of the host that says so.
    fn widen(&mut self, from: &Address, domain: &str) -> Option<()> {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        if domain == self.domain {
            // An address, or a name of one word, has nothing below it.
            self.below = matches!(from.url().host(), Some(Host::Domain(name)) if name.contains('.'));
            return Some(());
        }
        let is_name = matches!(from.url().host(), Some(Host::Domain(_)));
        if !is_name || !domain.trim_end_matches('.').contains('.') || !is_below(&self.domain, &domain) {
            return None;
        }
        self.domain = domain;
        self.below = true;
        Some(())
    }

    /// What secure cookies and the prefixes of names promise (RFC 6265bis §4.1.3).
    fn is_honest(&self, from: &Address) -> bool {
        let name = self.name.to_ascii_lowercase();
        let secure = self.secure && from.is_https();
        if name.starts_with("__host-") {
            return secure && !self.below && self.path == "/";
        }
        secure || !self.secure && !name.starts_with("__secure-")
    }

    /// The cookie of a line of a file.
    fn of_line(line: &str) -> Option<Self> {
        let mut fields = line.splitn(7, '\t');
        let mut next = || fields.next();
        let (domain, below, path, secure) = (next()?, next()?, next()?, next()?);
        let (expires, name, value) = (next()?.parse::<u64>().ok()?, next()?, next()?.trim_end_matches('\r'));
        let sound = !domain.is_empty() && path.starts_with('/') && !name.is_empty();
        let sendable =
            http::HeaderValue::from_str(name).is_ok() && http::HeaderValue::from_str(value).is_ok();
        (sound && sendable).then(|| Self {
            name: name.to_owned(),
            value: SecretString::from(value),
            domain: domain.trim_start_matches('.').to_ascii_lowercase(),
            below: below.eq_ignore_ascii_case("true"),
            port: Port::Any,
            path: path.to_owned(),
            secure: secure.eq_ignore_ascii_case("true"),
            // Zero means as long as the browser is open.
            expires: (expires > 0).then(|| UNIX_EPOCH.checked_add(Duration::from_secs(expires))).flatten(),
        })
    }

    fn is_replaced_by(&self, other: &Self) -> bool {
        let key = |cookie: &Self| (cookie.name.clone(), cookie.domain.clone(), cookie.path.clone());
        key(self) == key(other)
    }

    fn is_over(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    fn belongs_to(&self, to: &Address) -> bool {
        let host = to.url().host_str().unwrap_or_default();
        let here = host == self.domain
            || self.below && matches!(to.url().host(), Some(Host::Domain(_))) && is_below(host, &self.domain);
        let port = self.port == Port::Any || self.port == Port::of(to);
        here && port && (!self.secure || to.is_https()) && covers(&self.path, to.url().path())
    }
}

/// Whether a name is below another one.
fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
}

/// The folder of a path, without a slash at its end (RFC 6265 §5.1.4).
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

/// Whether a cookie's path holds for this one (RFC 6265 §5.1.4).
fn covers(path: &str, asked: &str) -> bool {
    let rest = asked.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// A date as servers write it, also with dashes in it as the first of them did.
fn date(text: &str) -> Option<SystemTime> {
    let spaced = || {
        let (day, rest) = text.split_once(',')?;
        httpdate::parse_http_date(&format!("{day},{}", rest.replace('-', " "))).ok()
    };
    httpdate::parse_http_date(text).ok().or_else(spaced)
}

/// The value of a `Cookie`: what the user gave, and what a jar gives besides. What a server has set goes
/// before what the user said under the same name.
pub(super) fn line(given: Option<&str>, jar: &[(String, SecretString)]) -> Option<String> {
    let name_of = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
    let given = given.into_iter().flat_map(|line| line.split(';')).map(str::trim);
    let given = given.filter(|pair| !pair.is_empty() && !jar.iter().any(|(name, _)| *name == name_of(pair)));
    let jar = jar.iter().map(|(name, value)| format!("{name}={}", value.expose_secret()));
    let pairs: Vec<_> = given.map(str::to_owned).chain(jar).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

#[cfg(test)]
#[path = "cookies/tests.rs"]
mod tests;
