//! The named places of a profile. They are in a file of their own and their secrets in a keyring, so they can
//! be changed whether a session runs or not.

use std::io;
use std::sync::Arc;

use super::secrets::{NoSecrets, Secrets};
use super::{Error, Session};
use crate::store::{Places, Profile};
use crate::transfer::Place;

/// Adds a place, in place of the one that was called so before, and keeps its secrets. Those that are not
/// known here stay as they are kept. What comes back is why the secrets are not kept, if they are not.
///
/// # Errors
/// If the place cannot be written down.
pub async fn keep_place(
    mut place: Place,
    profile: &Profile,
    keyring: Option<&Arc<dyn Secrets>>,
) -> io::Result<Option<NoSecrets>> {
    let key = place.key();
    if let (Some(keyring), true) = (keyring, place.headers.missing().is_some() && place.secrets().is_some())
        && let Ok(Some(kept)) = keyring.get(key.clone()).await
    {
        place.take_secrets(&kept);
    }
    let secrets = place.secrets();
    let mut places = Places::load(profile)?;
    let before = places.put(place).map(|before| before.key()).filter(|before| *before != key);
    places.save(profile)?;
    let Some(keyring) = keyring else { return Ok(secrets.map(|_| NoSecrets::Absent)) };
    if let Some(before) = before
        && let Err(error) = keyring.remove(before).await
    {
        tracing::warn!(%error, "secrets of a destination that is another one now");
    }
    Ok(match secrets {
        Some(secrets) => keyring.set(key, secrets).await.err(),
        None => None,
    })
}

impl Session {
    /// The named places of its profile.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn places(&self) -> Result<Places, Error> {
        let profile = self.inner.options.profile.clone();
        let loading = self.inner.handle.spawn_blocking(move || Places::load(&profile));
        loading.await.map_err(|_| Error::Closed)?.map_err(|error| Error::NotRead(error.to_string()))
    }

    /// Adds a named place; see [`keep_place`].
    ///
    /// # Errors
    /// If it cannot be written down.
    pub async fn keep_place(&self, place: Place) -> Result<Option<NoSecrets>, Error> {
        let options = self.inner.options.clone();
        // Rare, and small: the file holds nobody up.
        let keeping = self
            .inner
            .handle
            .spawn(async move { keep_place(place, &options.profile, options.secrets.as_ref()).await });
        keeping.await.map_err(|_| Error::Closed)?.map_err(|error| Error::NotSaved(error.to_string()))
    }
}
