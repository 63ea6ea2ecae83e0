//! A proxy, and the choice of one. What is written down of either holds no login.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::address::{Credentials, decoded};
use super::error::{ErrorKind, Failure};

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyKind {
    /// HTTP; encrypted servers are reached through a tunnel (RFC 9110 §9.3.6).
    Http,
    /// The same, and the way to the proxy is encrypted.
    Https,
    /// SOCKS 5 (RFC 1928); names are looked up on this computer.
    Socks5,
    /// SOCKS 5; names are looked up by the proxy.
    Socks5h,
}

/// A proxy, without the login for it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// How it is spoken to.
    pub kind: ProxyKind,
    host: Host<String>,
    port: u16,
}

/// Through which proxy. The choice of a request goes before that of the settings, and theirs before
/// what the environment says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ProxyChoice {
    /// No word about it; written as nothing.
    #[default]
    Unset,
    /// Through none; written as `direct` or `none`.
    Direct,
    /// Through this one, wherever the server is; written as its address.
    Through(Proxy),
}

impl ProxyKind {
    const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Socks5, Self::Socks5h];

    fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }
}

impl Proxy {
    /// Reads the address of a proxy, such as `http://proxy.example:3128`; without a scheme it is HTTP.
    /// A name and password in it are given back apart.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidProxy`], about the text behind any login in it.
    pub fn parse(text: &str) -> Result<(Self, Option<Credentials>), Failure> {
        let text = text.trim();
        let shown = || {
            let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
            Failure::new(ErrorKind::InvalidProxy).about(host.chars().take(80).collect::<String>())
        };
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&with_scheme).map_err(|_| shown())?;
        let scheme = match url.scheme() {
            // As desktops write it; it says nothing about who looks up names, so they stay unknown here.
            "socks" => "socks5h",
            scheme => scheme,
        };
        let kind = ProxyKind::ALL.into_iter().find(|kind| kind.scheme() == scheme).ok_or_else(shown)?;
        // Only web addresses have their hosts read by the parser.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(shown)?;
        let host = Host::parse(host).map_err(|_| shown())?;
        let login = (!url.username().is_empty() || url.password().is_some()).then(|| Credentials {
            user: decoded(url.username()),
            password: SecretString::from(decoded(url.password().unwrap_or_default())),
        });
        Ok((Self { kind, host, port: url.port().unwrap_or(kind.usual_port()) }, login))
    }

    /// Its host and port, as people are told and as it is connected to.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Its host alone, as its certificate names it.
    #[must_use]
    pub fn name(&self) -> String {
        self.host.to_string().trim_matches(['[', ']']).to_owned()
    }

    /// Whether it speaks SOCKS.
    #[must_use]
    pub fn is_socks(&self) -> bool {
        matches!(self.kind, ProxyKind::Socks5 | ProxyKind::Socks5h)
    }
}

impl ProxyChoice {
    /// Reads a choice as somebody typed it. A login in it is given back apart.
    ///
    /// # Errors
    /// As for [`Proxy::parse`].
    pub fn parse(text: &str) -> Result<(Self, Option<Credentials>), Failure> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" => Ok((Self::Unset, None)),
            "direct" | "none" => Ok((Self::Direct, None)),
            _ => Proxy::parse(text).map(|(proxy, login)| (Self::Through(proxy), login)),
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.kind.scheme(), self.host())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for ProxyChoice {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Failure> {
        Self::parse(&text).map(|(choice, _)| choice)
    }
}

impl From<ProxyChoice> for String {
    fn from(choice: ProxyChoice) -> Self {
        match choice {
            ProxyChoice::Unset => Self::new(),
            ProxyChoice::Direct => "direct".to_owned(),
            ProxyChoice::Through(proxy) => proxy.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_proxy_is_read_with_the_usual_port_of_its_kind() {
        for (text, expected) in [
            ("proxy.example", "http://proxy.example:80"),
            ("localhost:3128", "http://localhost:3128"),
            ("HTTPS://Proxy.Example/", "https://proxy.example:443"),
            ("socks5://10.0.0.1", "socks5://10.0.0.1:1080"),
            ("socks5h://[2001:db8::1]:9050", "socks5h://[2001:db8::1]:9050"),
            ("socks://proxy.example:1", "socks5h://proxy.example:1"),
        ] {
            let (proxy, login) = Proxy::parse(text).unwrap();
            assert_eq!(proxy.to_string(), expected);
            assert!(login.is_none());
        }
        for text in ["socks4://a:1", "ftp://a", "http://", "a b", "http://a:99999", ""] {
            assert_eq!(Proxy::parse(text).unwrap_err().kind, ErrorKind::InvalidProxy, "{text}");
        }
    }

    #[test]
    fn the_login_of_a_proxy_is_taken_out_at_the_door() {
        for scheme in ["http", "socks5h"] {
            let (choice, login) = ProxyChoice::parse(&format!("{scheme}://me:S3%20CR3T@proxy:1")).unwrap();
            let login = login.unwrap();
            assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me", "S3 CR3T"));
            assert_eq!(ron::to_string(&choice).unwrap(), format!("\"{scheme}://proxy:1\""));
        }
    }

    #[test]
    fn a_choice_is_read_as_it_is_written() {
        for text in ["", "direct", "http://a:1", "socks5://a:2"] {
            assert_eq!(String::from(ProxyChoice::parse(text).unwrap().0), text);
        }
        assert_eq!(ProxyChoice::parse(" None ").unwrap().0, ProxyChoice::Direct);
    }

    proptest! {
        #[test]
        fn whatever_is_refused_or_taken_shows_no_password(text in "([a-z0-9]{0,6}://)?u:S3CR3T@[a-z.:/?#@\\[\\]]{0,20}") {
            let shown = match Proxy::parse(&text) {
                Ok((proxy, _)) => format!("{proxy:?}"),
                Err(failure) => failure.to_string(),
            };
            prop_assert!(!shown.contains("S3CR3T"), "{}", shown);
        }
    }
}
