//! Request headers, of which some are secret and never written down.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, Engine as _};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::address::Credentials;

mod kept;
mod written;

pub use kept::FromSite;
pub(super) use written::Written;

/// Headers to send with a request. The values of those that may carry a secret are kept in memory
/// only: written down and read back, their names are known and their values missing.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Headers {
    #[serde(default)]
    plain: Vec<(String, String)>,
    #[serde(default, with = "names")]
    secret: Vec<(String, Option<SecretString>)>,
    /// The name to log in with where no password goes with it, as with the keys of SSH.
    #[serde(default)]
    user: Option<String>,
    /// The key that the server has to show, where that is SSH's: `SHA256:` and its digest in base64.
    #[serde(default)]
    host_key: Option<String>,
    /// From which site some of them are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<Box<FromSite>>,
}

/// A header that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a header. It should look like “Name: value”.")]
pub struct NotAHeader(String);

/// Something that is not the fingerprint of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not the fingerprint of a key. It should look like SHA256: and 43 more characters.")]
pub struct NotAFingerprint;

/// Headers that are ours to set; taking them from outside would break the transfer.
const OURS: [&str; 14] = [
    "host",
    "range",
    "if-range",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "te",
    "upgrade",
    "expect",
    "content-range",
    "keep-alive",
    "trailer",
    "proxy-connection",
];

/// The header that is for the proxy alone.
pub(crate) const PROXY_LOGIN: &str = "Proxy-Authorization";

/// Parts of a name that make its value a secret.
const SECRET: [&str; 11] = [
    "auth",
    "cookie",
    "token",
    "key",
    "secret",
    "session",
    "password",
    "passwd",
    "credential",
    "signature",
    "csrf",
];

impl Headers {
    /// Adds one header, `name: value`.
    ///
    /// # Errors
    /// If it is not a legal header (RFC 9110 §5) or one that the transfer has to set itself.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), NotAHeader> {
        let (name, value) = (name.trim(), value.trim());
        if !is_legal(name) || http::HeaderValue::from_str(value).is_err() {
            return Err(NotAHeader(name.chars().filter(|c| !c.is_control()).take(60).collect()));
        }
        if is_secret(name) {
            self.is_own(name);
            self.secret.push((name.to_owned(), Some(SecretString::from(value))));
        } else {
            self.plain.push((name.to_owned(), value.to_owned()));
        }
        Ok(())
    }

    /// Adds one header as somebody typed it.
    ///
    /// # Errors
    /// As for [`Headers::add`].
    pub fn add_line(&mut self, line: &str) -> Result<(), NotAHeader> {
        // Of a line without a colon all may be a secret.
        let (name, value) = line.split_once(':').ok_or_else(|| NotAHeader("…".to_owned()))?;
        self.add(name, value)
    }

    /// Adds a login as Basic authentication (RFC 7617). A server that wants another kind gets the same
    /// login in that.
    pub fn add_login(&mut self, login: &Credentials) {
        self.set_secret("Authorization", basic(login));
    }

    /// Adds a login for the proxy on the way. It stands among the headers, but the server never gets it.
    pub fn add_proxy_login(&mut self, login: &Credentials) {
        self.set_secret(PROXY_LOGIN, basic(login));
    }

    fn set_secret(&mut self, name: &str, value: SecretString) {
        self.secret.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.is_own(name);
        self.secret.push((name.to_owned(), Some(value)));
    }

    /// The login for the server, if it is one with a name and password, or with a name alone.
    #[must_use]
    pub fn login(&self) -> Option<Credentials> {
        let name = || self.user.clone().map(|user| Credentials { user, password: SecretString::default() });
        self.secret("Authorization").and_then(from_basic).or_else(name)
    }

    /// What the proxy is told, as its header has it.
    #[must_use]
    pub fn proxy_login(&self) -> Option<&SecretString> {
        self.secret(PROXY_LOGIN)
    }

    fn secret(&self, name: &str) -> Option<&SecretString> {
        self.secret.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_ref()
    }

    /// Takes over those of `others` that are no secrets and that it has none of that name of.
    pub(crate) fn fill_in(&mut self, others: &Self) {
        let names = self.plain.iter().map(|(name, _)| name).chain(self.secret.iter().map(|(name, _)| name));
        let known: Vec<_> = names.map(|name| name.to_ascii_lowercase()).collect();
        let is_new = |name: &str| !known.contains(&name.to_ascii_lowercase());
        self.plain.extend(others.plain.iter().filter(|(name, _)| is_new(name)).cloned());
    }

    /// Whether nothing is said in them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.secret.is_empty() && self.user.is_none() && self.host_key.is_none()
    }

    /// Adds a login for a server that wants a name, and perhaps no password. Without one, the name is no
    /// secret.
    pub fn add_user(&mut self, login: &Credentials) {
        if login.password.expose_secret().is_empty() {
            self.user = Some(login.user.clone());
        } else {
            self.add_login(login);
        }
    }

    /// Names the one key that an SSH server may have, whatever else is known about it.
    ///
    /// # Errors
    /// If it is not a fingerprint as `ssh-keygen -l` shows it.
    pub fn set_host_key(&mut self, fingerprint: &str) -> Result<(), NotAFingerprint> {
        let digest = fingerprint.strip_prefix("SHA256:").map(|digest| digest.trim_end_matches('='));
        match digest.and_then(|digest| BASE64_STANDARD_NO_PAD.decode(digest).ok()) {
            Some(digest) if digest.len() == 32 => {
                self.host_key = Some(format!("SHA256:{}", BASE64_STANDARD_NO_PAD.encode(digest)));
                Ok(())
            }
            _ => Err(NotAFingerprint),
        }
    }

    /// The fingerprint of the one key that an SSH server may have.
    #[must_use]
    pub fn host_key(&self) -> Option<&str> {
        self.host_key.as_deref()
    }

    /// The name of a header whose secret value is no longer known.
    #[must_use]
    pub fn missing(&self) -> Option<&str> {
        self.lost().next()
    }

    /// The names of all headers whose secret values are not known here.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.secret.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str())
    }

    /// Everything with its values, for the wire to the origin they are meant for.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.plain()
            .chain(self.secrets())
            .filter(|(name, _)| !name.eq_ignore_ascii_case(PROXY_LOGIN) && !kept::is_field(name))
    }

    /// The secret ones with their values, for a channel between processes of one user.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.secret
            .iter()
            .filter_map(|(name, value)| value.as_ref().map(|value| (name.as_str(), value.expose_secret())))
    }

    /// The same without a login, and without those that are `left_out` by their names.
    pub(crate) fn without_login(&self, left_out: impl Fn(&str) -> bool) -> Self {
        let mut rest = self.clone();
        rest.plain.retain(|(name, _)| !left_out(name));
        rest.secret.retain(|(name, _)| !name.eq_ignore_ascii_case("Authorization") && !left_out(name));
        rest.user = None;
        rest
    }

    /// Fills in secret values that went another way.
    pub fn restore(&mut self, secrets: impl IntoIterator<Item = (String, SecretString)>) {
        for (name, value) in secrets {
            let slot = self.secret.iter_mut().find(|(known, value)| *known == name && value.is_none());
            if let Some(slot) = slot {
                slot.1 = Some(value);
            }
        }
    }
}

/// Whether a header can be called so.
fn is_legal(name: &str) -> bool {
    http::HeaderName::from_bytes(name.as_bytes()).is_ok()
        && !OURS.contains(&name.to_ascii_lowercase().as_str())
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// A login as a header has it (RFC 7617).
pub(crate) fn basic(login: &Credentials) -> SecretString {
    let pair = format!("{}:{}", login.user, login.password.expose_secret());
    SecretString::from(format!("Basic {}", BASE64_STANDARD.encode(pair)))
}

/// The login in a header of the kind Basic.
pub(crate) fn from_basic(value: &SecretString) -> Option<Credentials> {
    let (kind, coded) = value.expose_secret().split_once(' ')?;
    let coded = kind.eq_ignore_ascii_case("basic").then_some(coded.trim())?;
    let pair = String::from_utf8(BASE64_STANDARD.decode(coded).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some(Credentials { user: user.to_owned(), password: SecretString::from(password) })
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.plain.iter().map(|(name, _)| name).chain(self.secret.iter().map(|(name, _)| name));
        f.debug_list().entries(names).finish()
    }
}

/// Secret headers are written as their names alone.
mod names {
    use secrecy::SecretString;
    use serde::{Deserialize, Deserializer, Serializer};

    type Secrets = Vec<(String, Option<SecretString>)>;

    pub(super) fn serialize<S: Serializer>(secrets: &Secrets, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(secrets.iter().map(|(name, _)| name))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secrets, D::Error> {
        Ok(Vec::<String>::deserialize(from)?.into_iter().map(|name| (name, None)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_value_is_neither_written_nor_shown() {
        let mut headers = Headers::default();
        headers.add("Authorization", "Bearer S3CR3T").unwrap();
        headers.add("X-Api-Key", "S3CR3T").unwrap();
        headers.add("Accept", "text/plain").unwrap();
        let written = ron::to_string(&headers).unwrap();
        assert!(!format!("{written} {headers:?}").contains("S3CR3T"));

        let mut read: Headers = ron::from_str(&written).unwrap();
        assert_eq!(read.missing(), Some("Authorization"));
        read.restore(headers.secrets().map(|(n, v)| (n.to_owned(), SecretString::from(v))));
        assert_eq!(read.missing(), None);
        assert_eq!(read.expose().count(), 3);
    }

    #[test]
    fn headers_that_would_break_the_transfer_or_the_message_are_refused() {
        let mut headers = Headers::default();
        for line in ["Range: bytes=0-1", "no colon", "X: a\r\nY: b", "bad name: x", ": x"] {
            assert!(headers.add_line(line).is_err(), "{line:?}");
        }
        for line in ["Authorization Bearer S3CR3T", "S3CR3T", "X-Key: S3CR3T\u{7}"] {
            assert!(!headers.add_line(line).unwrap_err().to_string().contains("S3CR3T"), "{line:?}");
        }
    }

    #[test]
    fn a_login_can_be_read_again_and_a_name_without_a_password_is_no_secret() {
        let login = |user: &str, password: &str| Credentials {
            user: user.to_owned(),
            password: SecretString::from(password),
        };
        let mut headers = Headers::default();
        assert!(headers.login().is_none());
        headers.add_user(&login("me", ""));
        let mut read: Headers = ron::from_str(&ron::to_string(&headers).unwrap()).unwrap();
        assert_eq!((read.missing(), read.login().unwrap().user.as_str()), (None, "me"));
        read.add_user(&login("you", "S3:CR3T"));
        let read_again = read.login().unwrap();
        assert_eq!((read_again.user.as_str(), read_again.password.expose_secret()), ("you", "S3:CR3T"));
        assert!(!ron::to_string(&read).unwrap().contains("S3"));
    }

    #[test]
    fn only_a_fingerprint_is_taken_for_one() {
        let mut headers = Headers::default();
        for text in ["", "SHA256:", "MD5:00", "SHA256:AAAA", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"] {
            assert!(headers.set_host_key(text).is_err(), "{text}");
        }
        headers.set_host_key("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").unwrap();
        assert_eq!(headers.host_key(), Some("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));
    }

    #[test]
    fn a_login_is_written_as_the_standard_says() {
        // RFC 7617 §2
        let login = Credentials { user: "Aladdin".to_owned(), password: SecretString::from("open sesame") };
        let written = basic(&login);
        assert_eq!(written.expose_secret(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        let read = from_basic(&written).unwrap();
        assert_eq!((read.user.as_str(), read.password.expose_secret()), ("Aladdin", "open sesame"));
        for other in ["Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic ???", "Basic", ""] {
            assert!(from_basic(&SecretString::from(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn a_login_for_the_proxy_is_kept_from_the_server() {
        let mut headers = Headers::default();
        headers.add_line("proxy-authorization: Bearer S3CR3T").unwrap();
        assert_eq!(headers.expose().count(), 0);
        assert_eq!(headers.secrets().count(), 1);
        let login = Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") };
        headers.add_proxy_login(&login);
        assert_eq!(headers.secrets().count(), 1);
        assert_eq!(headers.proxy_login().unwrap().expose_secret(), basic(&login).expose_secret());
    }
}
