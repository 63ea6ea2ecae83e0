//! The address books of a profile: named places, and sites. They are in files of their own and their secrets in a
//! keyring, so they can be changed whether a session runs or not.

use std::io;
use std::sync::Arc;

use super::secrets::{NoSecrets, Secrets};
use super::{Error, Session};
use crate::store::{AddressBook, Profile};
use crate::transfer::AddressBookEntry;

/// Adds an entry, in place of the one that was called so before, and keeps its secrets. Those that are not
/// known here stay as they are kept. What comes back is why the secrets are not kept, if they are not.
///
/// # Errors
/// If it cannot be written down.
pub async fn keep<T: AddressBookEntry>(
    mut entry: T,
    profile: &Profile,
    keyring: Option<&Arc<dyn Secrets>>,
) -> io::Result<Option<NoSecrets>> {
    let key = entry.key();
    if let (Some(keyring), true) = (keyring, entry.headers().missing().is_some() && entry.secrets().is_some())
        && let Ok(Some(kept)) = keyring.get(key.clone()).await
    {
        entry.take_secrets(&kept);
    }
    let secrets = entry.secrets();
    let mut book = AddressBook::load(profile)?;
    let before = book.put(entry).map(|before| before.key()).filter(|before| *before != key);
    book.save(profile)?;
    let Some(keyring) = keyring else { return Ok(secrets.map(|_| NoSecrets::Absent)) };
    if let Some(before) = before
        && let Err(error) = keyring.remove(before).await
    {
        tracing::warn!(%error, "secrets of what is another one now");
    }
    Ok(match secrets {
        Some(secrets) => keyring.set(key, secrets).await.err(),
        None => None,
    })
}

/// Forgets the entry of this name with its secrets. What comes back is whether there was one, and why its secrets may
/// still be kept.
///
/// # Errors
/// If that cannot be written down.
pub async fn forget<T: AddressBookEntry>(
    name: &str,
    profile: &Profile,
    keyring: Option<&Arc<dyn Secrets>>,
) -> io::Result<Option<Result<(), NoSecrets>>> {
    let mut book = AddressBook::<T>::load(profile)?;
    let Some(entry) = book.remove(name) else { return Ok(None) };
    book.save(profile)?;
    let has_secrets = entry.headers().secret_names().next().is_some();
    Ok(Some(match keyring {
        Some(keyring) if has_secrets => keyring.remove(entry.key()).await,
        _ => Ok(()),
    }))
}

impl Session {
    /// An address book of its profile.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn address_book<T: AddressBookEntry>(&self) -> Result<AddressBook<T>, Error> {
        let profile = self.inner.options.profile.clone();
        let loading = self.inner.handle.spawn_blocking(move || AddressBook::load(&profile));
        loading
            .await
            .map_err(|_| Error::Closed)?
            .map_err(|error| Error::NotRead(format!("{}: {error}", T::FILE)))
    }

    /// Adds a named place or a site; see [`keep`].
    ///
    /// # Errors
    /// If it cannot be written down.
    pub async fn keep<T: AddressBookEntry>(&self, entry: T) -> Result<Option<NoSecrets>, Error> {
        let options = self.inner.options.clone();
        // Rare, and small: the file holds nobody up.
        let keeping = self
            .inner
            .handle
            .spawn(async move { keep(entry, &options.profile, options.secrets.as_ref()).await });
        keeping.await.map_err(|_| Error::Closed)?.map_err(|error| Error::NotSaved(error.to_string()))
    }

    /// Forgets a named place or a site; see [`forget`].
    ///
    /// # Errors
    /// If that cannot be written down.
    pub async fn forget<T: AddressBookEntry>(
        &self,
        name: String,
    ) -> Result<Option<Result<(), NoSecrets>>, Error> {
        let options = self.inner.options.clone();
        let forgetting = self
            .inner
            .handle
            .spawn(async move { forget::<T>(&name, &options.profile, options.secrets.as_ref()).await });
        forgetting.await.map_err(|_| Error::Closed)?.map_err(|error| Error::NotSaved(error.to_string()))
    }
}
