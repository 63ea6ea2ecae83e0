//! What people keep under an address and use again and again: places that files are sent to, and sites.

use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::headers::Headers;
use super::secret::SecretKey;

/// An entry of an address book. Written down it has no secrets; those are in a keyring.
pub trait AddressBookEntry: Clone + Serialize + DeserializeOwned + Send + 'static {
    /// What a file of them is called.
    const FILE: &'static str;

    /// What it is called; no other one is.
    fn name(&self) -> &str;

    /// Where its secrets are kept.
    fn key(&self) -> SecretKey;

    /// Its headers.
    fn headers(&self) -> &Headers;

    /// The same, to be changed.
    fn headers_mut(&mut self) -> &mut Headers;

    /// Its secrets as they are kept; nothing if it has none.
    fn secrets(&self) -> Option<SecretString> {
        self.headers().secret_lines(|_| true)
    }

    /// Takes over what was kept of its secrets, as far as they are not known here.
    fn take_secrets(&mut self, kept: &SecretString) {
        self.headers_mut().restore_lines(kept, |_| true);
    }
}
