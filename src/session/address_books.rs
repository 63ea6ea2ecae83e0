//! The address books of a profile: named places, and sites. They are in files of their own and their secrets in a
//! keyring, so they can be changed whether a session runs or not.

use std::io;
use std::sync::Arc;

use super::events::Event;
use super::secrets::{NoSecrets, Secrets};
use super::{Error, Session};
use crate::store::{AddressBook, Profile};
use crate::transfer::{AddressBookEntry, Place};

/// Adds an entry, in place of the one that was called so before, and keeps its secrets. Those that are not
/// known here stay as they are kept, and those that it no longer has are forgotten. What comes back is why the
/// secrets are not kept, if they are not.
///
/// # Errors
/// If it cannot be written down.
pub async fn keep<T: AddressBookEntry>(
    entry: T,
    profile: &Profile,
    keyring: Option<&Arc<dyn Secrets>>,
) -> io::Result<Option<NoSecrets>> {
    let name = entry.name().to_owned();
    keep_instead(&name, entry, profile, keyring).await
}

/// The same in place of the one that is called `name`, whose secrets it gets, if it is for the same server.
async fn keep_instead<T: AddressBookEntry>(
    name: &str,
    mut entry: T,
    profile: &Profile,
    keyring: Option<&Arc<dyn Secrets>>,
) -> io::Result<Option<NoSecrets>> {
    let book = AddressBook::load(profile)?;
    check_name(name, &entry, &book)?;
    let before: Option<T> = book.get(name).cloned();
    let (key, old) = (entry.key(), before.as_ref().map(T::key));
    let moves = old.as_ref().is_some_and(|old| *old != key && old.origin == key.origin);
    let has = |entry: &T, name: &str| entry.headers().secret_names().any(|known| known == name);
    let drops = before.as_ref().is_some_and(|it| it.headers().secret_names().any(|name| !has(&entry, name)));
    let lacks = entry.headers().missing().is_some();
    if let (Some(keyring), true) = (keyring, lacks && (moves || drops || entry.secrets().is_some())) {
        let from = old.clone().filter(|_| moves).unwrap_or_else(|| key.clone());
        match keyring.get(from).await {
            Ok(Some(kept)) => entry.take_secrets(&kept),
            Err(error) if moves => return Err(io::Error::other(error)),
            Ok(None) | Err(_) => {}
        }
    }
    let (secrets, has_none) = (entry.secrets(), entry.headers().secret_names().next().is_none());
    let Some(keyring) = keyring else {
        put_instead(name, entry, profile)?;
        return Ok(secrets.map(|_| NoSecrets::Absent));
    };
    // Whatever happens in between, they are in one place at least.
    let kept = match secrets {
        Some(secrets) => keyring.set(key.clone(), secrets).await,
        None => Ok(()),
    };
    if let (true, Err(error)) = (moves, &kept) {
        return Err(io::Error::other(error.clone()));
    }
    put_instead(name, entry, profile)?;
    if let Some(old) = old.filter(|old| *old != key || drops && has_none)
        && let Err(error) = keyring.remove(old).await
    {
        tracing::warn!(%error, "secrets of what is another one now");
    }
    Ok(kept.err())
}

/// Writes it down. A keyring may have kept us waiting, so the book may be another one by now.
fn put_instead<T: AddressBookEntry>(name: &str, entry: T, profile: &Profile) -> io::Result<()> {
    AddressBook::change(profile, |book| {
        check_name(name, &entry, book)?;
        book.put_instead(name, entry);
        Ok(Some(()))
    })
    .map(drop)
}

fn check_name<T: AddressBookEntry>(name: &str, entry: &T, book: &AddressBook<T>) -> io::Result<()> {
    if entry.name() != name && book.get(entry.name()).is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is one that is called so"));
    }
    Ok(())
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
    let forgotten = AddressBook::<T>::change(profile, |book| Ok(book.remove(name)))?;
    let Some(entry) = forgotten else { return Ok(None) };
    let has_secrets = entry.headers().secret_names().next().is_some();
    Ok(Some(match keyring {
        Some(keyring) if has_secrets => keyring.remove(entry.key()).await,
        _ => Ok(()),
    }))
}

/// What happens when one of the two changes.
fn changed<T: AddressBookEntry>() -> Event {
    if T::FILE == Place::FILE { Event::Destinations } else { Event::Sites }
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
        let name = entry.name().to_owned();
        self.keep_instead(name, entry).await
    }

    /// The same in place of the one that is called `name`, which may be another name. It gets the secrets of that
    /// one that are not known here, if it is for the same server.
    ///
    /// # Errors
    /// If it cannot be written down, if there is another one that is called so, or if its secrets cannot be moved.
    pub async fn keep_instead<T: AddressBookEntry>(
        &self,
        name: String,
        entry: T,
    ) -> Result<Option<NoSecrets>, Error> {
        let (options, events) = (self.inner.options.clone(), self.inner.events.clone());
        // Rare, and small: the file holds nobody up.
        let keeping = self.inner.handle.spawn(async move {
            let kept = keep_instead(&name, entry, &options.profile, options.secrets.as_ref()).await?;
            _ = events.send(changed::<T>());
            Ok::<_, io::Error>(kept)
        });
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
        let (options, events) = (self.inner.options.clone(), self.inner.events.clone());
        let forgetting = self.inner.handle.spawn(async move {
            let forgotten = forget::<T>(&name, &options.profile, options.secrets.as_ref()).await?;
            if forgotten.is_some() {
                _ = events.send(changed::<T>());
            }
            Ok::<_, io::Error>(forgotten)
        });
        forgetting.await.map_err(|_| Error::Closed)?.map_err(|error| Error::NotSaved(error.to_string()))
    }
}
