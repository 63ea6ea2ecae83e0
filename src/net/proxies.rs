//! Which proxy leads to which server. Pure: a function of an address and of what was said about proxies.

use std::net::IpAddr;

use url::Host;

use super::way::Way;
use crate::transfer::{Address, Credentials, Failure, Proxy, Scheme, basic};

/// The proxies that somebody else than the user of this program has named: as a rule the environment,
/// in `http_proxy`, `https_proxy`, `ftp_proxy`, `all_proxy` and `no_proxy`. A plain value, so that whoever knows
/// better, such as a desktop, can make another one.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<Named>,
    https: Option<Named>,
    ftp: Option<Named>,
    all: Option<Named>,
    never: Vec<Exception>,
}

/// A proxy as it was named. One that makes no sense fails what would have gone through it, as the
/// straight way may be just what nobody wanted.
type Named = Result<(Proxy, Option<Credentials>), Failure>;

/// Servers that are reached without a proxy.
#[derive(Clone, Debug, PartialEq)]
enum Exception {
    /// All of them.
    Everywhere,
    /// This name and all below it, at this port or at any.
    Name(String, Option<u16>),
    /// The addresses that begin with this many bits of this one, at this port or at any.
    Network(IpAddr, u32, Option<u16>),
}

impl Proxies {
    /// No proxies at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What the environment of this process says now.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::of_variables(|name| std::env::var(name).ok())
    }

    /// What these variables say. Names are known in lower case and in capitals, and the former go first.
    /// `HTTP_PROXY` is not heard in a web server's script: there it is a header of the request.
    #[must_use]
    pub fn of_variables(read: impl Fn(&str) -> Option<String>) -> Self {
        let of_request = read("REQUEST_METHOD").is_some();
        let value = |name: &str| {
            let capitals = name.to_ascii_uppercase();
            let capitals = Some(capitals).filter(|name| !(of_request && name == "HTTP_PROXY"));
            let said = read(name).or_else(|| read(&capitals?));
            said.map(|said| said.trim().to_owned()).filter(|said| !said.is_empty())
        };
        let proxy = |name: &str| value(name).map(|text| Proxy::parse(&text));
        let never = value("no_proxy").unwrap_or_default();
        let never = never.split([',', ' ', '\t']).filter_map(|entry| Exception::parse(entry.trim()));
        Self {
            http: proxy("http_proxy"),
            https: proxy("https_proxy"),
            ftp: proxy("ftp_proxy"),
            all: proxy("all_proxy"),
            never: never.collect(),
        }
    }

    /// The way to the server of `to`; nothing means straight there. This computer itself is always
    /// reached straight.
    ///
    /// # Errors
    /// If the proxy for it was named by something that is no address.
    pub(crate) fn way(&self, to: &Address) -> Result<Option<Way>, Failure> {
        let named = match to.scheme() {
            Scheme::Http => self.http.as_ref(),
            Scheme::Https => self.https.as_ref(),
            Scheme::Ftp | Scheme::Ftps | Scheme::Ftpes => self.ftp.as_ref(),
            Scheme::Sftp => None,
        };
        let Some(named) = named.or(self.all.as_ref()) else { return Ok(None) };
        let (host, port) = (to.server(), to.port());
        if to.is_here() || self.never.iter().any(|exception| exception.holds(&host, port)) {
            return Ok(None);
        }
        let (proxy, login) = named.clone()?;
        Ok(Some(Way { proxy, login: login.map(|login| basic(&login)) }))
    }
}

fn ip(host: &Host) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => Some(ip.to_canonical()),
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::Everywhere);
        }
        let (host, port) = match entry.rsplit_once(':') {
            // With more than one colon and no bracket it is an address alone.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse().ok()?))
            }
            _ => (entry, None),
        };
        let host = host.trim_matches(['[', ']']);
        let (network, bits) = match host.split_once('/') {
            Some((network, bits)) => (network, Some(bits.parse().ok()?)),
            None => (host, None),
        };
        if let Ok(ip) = network.trim_matches(['[', ']']).parse::<IpAddr>() {
            let whole = if ip.is_ipv4() { 32 } else { 128 };
            return Some(Self::Network(ip, bits.unwrap_or(whole).min(whole), port));
        }
        let name = host.trim_start_matches('*').trim_matches('.').to_ascii_lowercase();
        (!name.is_empty() && bits.is_none()).then_some(Self::Name(name, port))
    }

    fn holds(&self, host: &Host, port: u16) -> bool {
        let fits = |wanted: &Option<u16>| wanted.is_none_or(|wanted| wanted == port);
        match (self, host) {
            (Self::Everywhere, _) => true,
            (Self::Name(name, wanted), Host::Domain(host)) => {
                let rest = host.trim_end_matches('.').strip_suffix(name.as_str());
                fits(wanted) && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            (Self::Network(network, bits, wanted), host) => {
                fits(wanted) && ip(host).is_some_and(|ip| same_beginning(*network, ip, *bits))
            }
            _ => false,
        }
    }
}

/// Whether two addresses are the same in their first `bits`.
fn same_beginning(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (one.to_bits() ^ other.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            (one.to_bits() ^ other.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "proxies/tests.rs"]
mod tests;
