//! The keyring of the desktop: whoever has the name `org.freedesktop.secrets` on the session bus (GNOME's
//! keyring, `KWallet`, `KeePassXC`). It keeps secrets from whoever gets hold of the disk, not from other
//! programs of the same user.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use secret_service::{EncryptionType, Error, Item, SecretService};
use tokio::time::timeout;

use super::{APP_NAME, bus};
use crate::{NoSecrets, Purpose, SecretKey, Secrets};

/// The longest wait for anything that no person has to answer: such services are started on demand.
const ANSWER: Duration = Duration::from_secs(10);
/// The longest wait for a person who is asked for the password of the keyring.
const PROMPT: Duration = Duration::from_secs(110);
/// What secrets are marked with as ours.
const APPLICATION: &str = "windlass";

/// See the module. Each use has a connection of its own, so nothing has to be kept alive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keyring;

impl Secrets for Keyring {
    fn get(&self, key: SecretKey) -> BoxFuture<'static, Result<Option<SecretString>, NoSecrets>> {
        Box::pin(async move {
            let service = open().await?;
            let Some(item) = find(&service, &key).await? else { return Ok(None) };
            let secret = soon(item.get_secret()).await?;
            let text =
                String::from_utf8(secret).map_err(|_| NoSecrets::Broken("it is no text".to_owned()))?;
            Ok(Some(SecretString::from(text)))
        })
    }

    fn set(&self, key: SecretKey, secret: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>> {
        Box::pin(set(key, secret, true))
    }

    fn set_quietly(&self, key: SecretKey, secret: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>> {
        Box::pin(set(key, secret, false))
    }

    fn remove(&self, key: SecretKey) -> BoxFuture<'static, Result<(), NoSecrets>> {
        Box::pin(async move {
            let service = open().await?;
            let found = soon(service.search_items(attributes(&key))).await?;
            // Nobody is asked for the password of the keyring when a transfer ends.
            if key.purpose == Purpose::Transfer && found.unlocked.is_empty() && !found.locked.is_empty() {
                return Err(NoSecrets::Locked);
            }
            match found.unlocked.into_iter().chain(found.locked).next() {
                Some(item) => asked(item.delete()).await,
                None => Ok(()),
            }
        })
    }
}

async fn set(key: SecretKey, secret: SecretString, may_ask: bool) -> Result<(), NoSecrets> {
    let service = open().await?;
    let keyring = soon(service.get_default_collection()).await?;
    if soon(keyring.is_locked()).await? {
        if !may_ask {
            return Err(NoSecrets::Locked);
        }
        asked(keyring.unlock()).await?;
    }
    let label = match key.purpose {
        Purpose::Destination => format!("{APP_NAME}: {} ({})", key.name, key.origin),
        _ => format!("{APP_NAME}: {}", key.origin),
    };
    let bytes = secret.expose_secret().as_bytes();
    asked(keyring.create_item(&label, attributes(&key), bytes, true, "text/plain")).await?;
    Ok(())
}

async fn open() -> Result<SecretService<'static>, NoSecrets> {
    let bus = bus::session().await.ok_or(NoSecrets::Absent)?;
    // On its way over the bus it is encrypted: whoever writes down what goes by does not get to know it.
    soon(SecretService::connect_with_existing(EncryptionType::Dh, bus)).await
}

/// The secret of that name, unlocked.
async fn find<'a>(service: &'a SecretService<'a>, key: &SecretKey) -> Result<Option<Item<'a>>, NoSecrets> {
    let found = soon(service.search_items(attributes(key))).await?;
    if let Some(item) = found.unlocked.into_iter().next() {
        return Ok(Some(item));
    }
    let Some(item) = found.locked.into_iter().next() else { return Ok(None) };
    asked(item.unlock()).await?;
    Ok(Some(item))
}

fn attributes(key: &SecretKey) -> HashMap<&str, &str> {
    HashMap::from([
        ("application", APPLICATION),
        ("purpose", key.purpose.name()),
        ("name", &key.name),
        ("origin", &key.origin),
    ])
}

/// What the service answers by itself.
async fn soon<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, NoSecrets> {
    let late = || Err(NoSecrets::Broken("it does not answer".to_owned()));
    timeout(ANSWER, answer).await.map_or_else(|_| late(), |answer| answer.map_err(|error| why(&error)))
}

/// What it may ask a person about.
async fn asked<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, NoSecrets> {
    let nobody = Err(NoSecrets::Locked);
    timeout(PROMPT, answer).await.map_or(nobody, |answer| answer.map_err(|error| why(&error)))
}

fn why(error: &Error) -> NoSecrets {
    match error {
        Error::Locked | Error::Prompt | Error::PromptDisconnected => NoSecrets::Locked,
        Error::Unavailable | Error::NoResult | Error::ZbusFdo(zbus::fdo::Error::ServiceUnknown(_)) => {
            NoSecrets::Absent
        }
        Error::Zbus(zbus::Error::MethodError(name, ..))
            if name.as_str() == "org.freedesktop.DBus.Error.ServiceUnknown" =>
        {
            NoSecrets::Absent
        }
        other => NoSecrets::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_is_told_from_what_is_not_there() {
        assert_eq!(why(&Error::Prompt), NoSecrets::Locked);
        assert_eq!(why(&Error::Unavailable), NoSecrets::Absent);
        let unknown = zbus::fdo::Error::ServiceUnknown("org.freedesktop.secrets".to_owned());
        assert_eq!(why(&Error::ZbusFdo(unknown)), NoSecrets::Absent);
        assert!(matches!(why(&Error::Crypto("x")), NoSecrets::Broken(_)));
    }
}
