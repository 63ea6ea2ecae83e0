//! What named places and resume data need of headers: to be written down in parts, taken over and put together
//! again; and the secret fields of forms, which are kept like secret headers.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{Headers, is_legal, is_secret};

/// What stands before the name of a secret that goes into a form. No header can be called so.
const FIELD: &str = "field:";

/// Which of a request's headers have their values in a keyring, kept there for a [site](crate::transfer::Site).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromSite {
    /// The address of the site.
    pub name: String,
    /// The names of the headers.
    pub secrets: Vec<String>,
}

/// Whether this is the name of a secret field of a form, and of no header.
pub(super) fn is_field(name: &str) -> bool {
    name.starts_with(FIELD)
}

impl Headers {
    /// Those that are no secret, with their values.
    pub fn plain(&self) -> impl Iterator<Item = (&str, &str)> {
        self.plain.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of those whose values are secret.
    pub fn secret_names(&self) -> impl Iterator<Item = &str> {
        self.secret.iter().map(|(name, _)| name.as_str())
    }

    /// Adds those of others that are not here yet, and gives the names of the secret ones among them.
    pub(in crate::transfer) fn add_from(&mut self, others: &Self) -> Vec<String> {
        let known: Vec<_> = self.plain().map(|(name, _)| name).chain(self.secret_names()).collect();
        let known: Vec<_> = known.into_iter().map(str::to_ascii_lowercase).collect();
        let is_new = |name: &str| !known.contains(&name.to_ascii_lowercase());
        if let (None, Some(site)) = (&self.site, &others.site) {
            let secrets = site.secrets.iter().filter(|name| is_new(name)).cloned().collect();
            self.site = Some(Box::new(FromSite { secrets, ..(**site).clone() }));
        }
        self.plain.extend(others.plain.iter().filter(|(name, _)| is_new(name)).cloned());
        let secret: Vec<_> = others.secret.iter().filter(|(name, _)| is_new(name)).cloned().collect();
        let names = secret.iter().map(|(name, _)| name.clone()).collect();
        self.secret.extend(secret);
        self.user = self.user.take().or_else(|| others.user.clone());
        self.host_key = self.host_key.take().or_else(|| others.host_key.clone());
        names
    }

    /// Adds those that a site has for all requests to it and that are not here yet. The values of secret ones stay
    /// where they are kept.
    pub(in crate::transfer) fn add_from_site(&mut self, name: &str, others: &Self) {
        let mut others = others.clone();
        others.forget_secrets();
        let secrets = self.add_from(&others);
        if !secrets.is_empty() {
            self.site = Some(Box::new(FromSite { name: name.to_owned(), secrets }));
        }
    }

    /// The site for which the values of some are kept that are missing here.
    pub(in crate::transfer) fn lost_of_site(&self) -> Option<&str> {
        let site = self.site.as_ref()?;
        self.lost().any(|name| self.is_of_site(name)).then_some(site.name.as_str())
    }

    /// Whether the value of this secret header is kept for a site.
    pub(in crate::transfer) fn is_of_site(&self, name: &str) -> bool {
        self.site.as_ref().is_some_and(|site| site.secrets.iter().any(|kept| kept == name))
    }

    /// A secret of this name is said for the request itself, whatever a site has.
    pub(super) fn is_own(&mut self, name: &str) {
        if let Some(site) = &mut self.site {
            site.secrets.retain(|kept| !kept.eq_ignore_ascii_case(name));
        }
    }

    /// Adds a field of a form whose name says that its value is a secret. It stands among the headers as it is
    /// treated like them, but goes into the form. False if it is no secret, or none that is a line of text.
    pub(in crate::transfer) fn add_field(&mut self, name: &str, value: &str) -> bool {
        let is_line =
            ![name, value].iter().any(|text| text.contains(char::is_control)) && !name.contains(": ");
        if !is_line || !is_secret(name) {
            return false;
        }
        // A form may have several fields of one name.
        self.secret.push((format!("{FIELD}{name}"), Some(SecretString::from(value))));
        true
    }

    /// The secret fields of a form.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.secrets().filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)))
    }

    /// The same without secret fields of these names.
    pub(in crate::transfer) fn without_fields(&self, names: &[(String, String)]) -> Self {
        let is_there = |name: &str| {
            name.strip_prefix(FIELD).is_some_and(|name| names.iter().any(|known| known.0 == name))
        };
        let mut rest = self.clone();
        rest.secret.retain(|(name, _)| !is_there(name));
        rest
    }

    /// Keeps only the names of those whose values are secret.
    pub(in crate::transfer) fn forget_secrets(&mut self) {
        self.secret.iter_mut().for_each(|(_, value)| *value = None);
    }

    /// Takes over others in place of those that are called alike here.
    pub fn take_over(&mut self, mut others: Self) {
        others.add_from(self);
        *self = others;
    }

    /// Whether all that was read of them could have been [added](Self::add).
    pub(in crate::transfer) fn are_legal(&self) -> bool {
        let is_plain = |(name, value): &(String, String)| {
            is_legal(name) && !is_secret(name) && http::HeaderValue::from_str(value).is_ok()
        };
        let is_key = |key: &str| Self::default().set_host_key(key).is_ok();
        let is_line = |text: &str| !text.contains(char::is_control);
        self.plain.iter().all(is_plain)
            && self.secret_names().all(|name| is_legal(name) || is_field(name) && is_line(name))
            && self.host_key.as_deref().is_none_or(is_key)
            && self.user.as_deref().is_none_or(is_line)
    }

    /// Puts the secret ones among the plain ones where they belong; what others have written down may have some.
    pub fn hide_secrets(&mut self) {
        for (name, value) in self.plain.extract_if(.., |(name, _)| is_secret(name)) {
            self.secret.push((name, Some(SecretString::from(value))));
        }
    }

    /// Those of the secrets that are `chosen` by their names and whose values are known, one `NAME: VALUE` on each
    /// line; nothing if there are none.
    pub(in crate::transfer) fn secret_lines(&self, chosen: impl Fn(&str) -> bool) -> Option<SecretString> {
        let lines =
            self.secrets().filter(|(name, _)| chosen(name)).map(|(name, value)| format!("{name}: {value}\n"));
        let lines = lines.collect::<Vec<_>>().concat();
        (!lines.is_empty()).then(|| SecretString::from(lines))
    }

    /// Takes over such lines, as far as they are `chosen` by their names and are missing here.
    pub(in crate::transfer) fn restore_lines(&mut self, lines: &SecretString, chosen: impl Fn(&str) -> bool) {
        let lines = lines.expose_secret().lines().filter_map(|line| line.split_once(": "));
        let chosen = lines.filter(|(name, _)| chosen(name));
        let found: Vec<_> =
            chosen.map(|(name, value)| (name.to_owned(), SecretString::from(value))).collect();
        self.restore(found);
    }

    /// The secret ones alone.
    pub(in crate::transfer) fn secret_ones(&self) -> Self {
        Self { secret: self.secret.clone(), ..Self::default() }
    }

    /// Adds the secrets of others that `stay` by their names and of which there are none here.
    pub fn keep_secrets(&mut self, others: &Self, stay: impl Fn(&str) -> bool) {
        let mut kept = others.secret_ones();
        kept.secret.retain(|(name, _)| stay(name));
        self.add_from(&kept);
    }

    /// Makes room for a secret that is [restored](Self::restore) later.
    pub(in crate::transfer) fn expect(&mut self, name: &str) {
        self.secret.push((name.to_owned(), None));
    }

    /// The name to log in with where no password goes with it.
    pub(in crate::transfer) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(in crate::transfer) fn set_user(&mut self, user: &str) {
        self.user = Some(user.to_owned());
    }
}
