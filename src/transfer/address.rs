//! Addresses that can be shown: a URL whose `Display` and `Debug` leave out what may be secret.

use std::ffi::OsStr;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Origin, Position, Url};

use super::error::{ErrorKind, Failure};

/// Longest address that is taken, in bytes.
const LONGEST: usize = 16 * 1024;

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// HTTP in the open.
    Http,
    /// HTTP over TLS.
    Https,
    /// FTP in the open (RFC 959).
    Ftp,
    /// FTP over TLS from the first byte on, as curl and most others mean it.
    Ftps,
    /// FTP that turns to TLS before the login (RFC 4217).
    Ftpes,
    /// The file transfer of SSH.
    Sftp,
}

impl Scheme {
    const ALL: [Self; 6] = [Self::Http, Self::Https, Self::Ftp, Self::Ftps, Self::Ftpes, Self::Sftp];

    /// As it stands in an address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Ftp => "ftp",
            Self::Ftps => "ftps",
            Self::Ftpes => "ftpes",
            Self::Sftp => "sftp",
        }
    }

    /// The port of an address that names none.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Ftp | Self::Ftpes => 21,
            Self::Ftps => 990,
            Self::Sftp => 22,
        }
    }

    /// The scheme of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }
}

/// An address of one of the [`Scheme`]s without a user name or password in it. Shown, it keeps host and
/// path and leaves out the values of its query, which may be a signature or a key.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

/// A name and password for a server.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password, perhaps empty.
    pub password: SecretString,
}

impl Address {
    /// Reads an address as somebody typed or pasted it. A name and password in it are taken out and
    /// given back apart, so that they are never stored or shown.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`] or [`ErrorKind::UnsupportedScheme`], about the text as given up to
    /// its first secret.
    pub fn parse(text: &str) -> Result<(Self, Option<Credentials>), Failure> {
        let text = text.trim();
        let shown = || harmless(text).chars().take(80).collect::<String>();
        if text.len() > LONGEST {
            return Err(Failure::new(ErrorKind::InvalidUrl).about(shown()));
        }
        let mut url = Url::parse(text).map_err(|_| Failure::new(ErrorKind::InvalidUrl).about(shown()))?;
        let Some(scheme) = Scheme::named(url.scheme()) else {
            return Err(Failure::new(ErrorKind::UnsupportedScheme).about(url.scheme()));
        };
        if url.host_str().is_none_or(str::is_empty) || tidy(&mut url, scheme).is_none() {
            return Err(Failure::new(ErrorKind::InvalidUrl).about(shown()));
        }
        let credentials = (!url.username().is_empty() || url.password().is_some()).then(|| Credentials {
            user: decoded(url.username()),
            password: SecretString::from(decoded(url.password().unwrap_or_default())),
        });
        // Both calls fail only for addresses without a host, which were sent away above.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        Ok((Self(url), credentials))
    }

    /// The address that `location` means when it is read here (RFC 3986 §5); a name and password in
    /// it are dropped.
    ///
    /// # Errors
    /// As for [`Address::parse`].
    pub fn join(&self, location: &str) -> Result<Self, Failure> {
        let url =
            self.0.join(location).map_err(|_| Failure::new(ErrorKind::RedirectFailed).about(self.host()))?;
        Self::parse(url.as_str()).map(|(address, _)| address)
    }

    /// The address of a file called `name` in this folder; nothing if this is not the address of one,
    /// which ends with `/`.
    #[must_use]
    pub fn file_in_folder(&self, name: &OsStr) -> Option<Self> {
        // What a part of a path may not hold as it is (RFC 3986 §3.3).
        const AS_IS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
        let folder = Some(self.0.path()).filter(|path| path.ends_with('/'))?;
        let path = format!("{folder}{}", percent_encode(name.as_encoded_bytes(), AS_IS));
        let mut url = self.0.clone();
        url.set_path(&path);
        Some(Self(url))
    }

    /// Whether it is the address of a folder, which ends with `/`.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.0.path().ends_with('/')
    }

    /// The same as the address of a folder.
    #[must_use]
    pub fn as_folder(&self) -> Self {
        let mut url = self.0.clone();
        if !self.is_folder() {
            url.set_path(&format!("{}/", self.0.path()));
        }
        Self(url)
    }

    /// The same with this in its query, if nothing is called so there.
    #[must_use]
    pub fn asking(&self, name: &str, value: &str) -> Self {
        let mut url = self.0.clone();
        if !url.query_pairs().any(|(known, _)| known == name) {
            url.query_pairs_mut().append_pair(name, value);
        }
        Self(url)
    }

    /// The folder that this file, or this folder, is in; of the topmost one, that one.
    #[must_use]
    pub fn folder(&self) -> Self {
        let path = self.0.path();
        let inside = path.strip_suffix('/').unwrap_or(path);
        let end = inside.rfind('/').map_or(0, |slash| slash + 1);
        let folder = if end == 0 { "/" } else { &inside[..end] }.to_owned();
        let mut url = self.0.clone();
        url.set_path(&folder);
        Self(url)
    }

    /// The last part of its path, as people read it; nothing if that ends with `/`.
    #[must_use]
    pub fn file_name(&self) -> String {
        decoded(self.0.path().rsplit('/').next().unwrap_or_default())
    }

    /// All of it, for the wire and for the state on disk.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// The same without what may be a secret in it: its query, and what stands before the server.
    pub(crate) fn without_secrets(&self) -> Self {
        let mut url = self.0.clone();
        url.set_query(None);
        url.set_fragment(None);
        _ = url.set_username("");
        _ = url.set_password(None);
        Self(url)
    }

    /// The parsed URL, for the wire.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Path and query, as they stand in a request (RFC 9112 §3.2.1).
    #[must_use]
    pub fn target(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }

    /// The host, and the port if it is not the scheme's own.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The host as what it is, a name or an address. The parser tells them apart only for the web and `ftp`.
    #[must_use]
    pub fn server(&self) -> Host {
        let host = self.0.host_str().unwrap_or_default();
        Host::parse(host).unwrap_or_else(|_| Host::Domain(host.to_owned()))
    }

    /// Whether it leads to this computer by what it says: `localhost` or a name below (RFC 6761 §6.3), or a loopback
    /// address.
    #[must_use]
    pub fn is_here(&self) -> bool {
        match self.server() {
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.to_canonical().is_loopback(),
        }
    }

    /// The port, whether it is the scheme's own or not.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port().unwrap_or(self.scheme().port())
    }

    /// Scheme, host and port: who may see the secrets meant for this address (RFC 6454).
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::Tuple(self.scheme().name().to_owned(), self.server(), self.port())
    }

    /// How its server is spoken to.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        Scheme::named(self.0.scheme()).unwrap_or(Scheme::Http)
    }

    /// Whether it is the address of a web server.
    #[must_use]
    pub fn is_web(&self) -> bool {
        matches!(self.scheme(), Scheme::Http | Scheme::Https)
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme() == Scheme::Https
    }
}

/// What can be shown of something that is no address: neither a query nor, up to the last `@`, a login.
fn harmless(text: &str) -> &str {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    match text.rfind('@') {
        Some(at) if at < end => &text[at + 1..end],
        // A password that nobody has encoded may look like a query.
        Some(_) => {
            text.split_once("://").and_then(|(scheme, _)| Scheme::named(scheme)).map_or("…", Scheme::name)
        }
        None => &text[..end],
    }
}

/// Brings an address into the one form in which it means the same: only of the web's schemes and of
/// `ftp` does the parser know that they have hosts, ports and paths like each other. What an address of
/// FTP says about the type of its file behind the path is no part of that (RFC 1738 §3.2.2).
fn tidy(url: &mut Url, scheme: Scheme) -> Option<()> {
    let host = percent_encoding::percent_decode_str(url.host_str()?).decode_utf8().ok()?;
    let host = Host::parse(&host).ok()?.to_string();
    if url.host_str() != Some(host.as_str()) {
        url.set_host(Some(&host)).ok()?;
    }
    if url.port() == Some(scheme.port()) {
        url.set_port(None).ok()?;
    }
    if url.path().is_empty() {
        url.set_path("/");
    }
    if matches!(scheme, Scheme::Ftp | Scheme::Ftps | Scheme::Ftpes)
        && let Some((path, kind)) = url.path().rsplit_once(';')
        && kind.to_ascii_lowercase().strip_prefix("type=").is_some_and(|kind| kind.len() <= 1)
    {
        let path = path.to_owned();
        url.set_path(&path);
    }
    Some(())
}

pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.0.scheme(), self.host(), self.0.path())?;
        if self.0.query().is_some() { f.write_str("?…") } else { Ok(()) }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Address {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map(|(address, _)| address)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0.into()
    }
}

#[cfg(test)]
mod tests;
