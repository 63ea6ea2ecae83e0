//! Where secrets are kept for longer than a session lives: nowhere, unless the program that opens the
//! session brings a place, such as the keyring of the desktop.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::attempt::Outcome;
use crate::transfer::{ErrorKind, Failure, Job, Pause, SecretKey};

/// The longest wait for a keyring: somebody may have to type its password.
const PATIENCE: Duration = Duration::from_secs(120);

/// Keeps secrets. All of it may take as long as a person needs to answer a question.
pub trait Secrets: Debug + Send + Sync {
    /// The secret of this name, if there is one.
    fn get(&self, key: SecretKey) -> BoxFuture<'static, Result<Option<SecretString>, NoSecrets>>;

    /// Keeps a secret under this name, in place of the one before it.
    fn set(&self, key: SecretKey, secret: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>>;

    /// The same, unless somebody would have to be asked for that.
    fn set_quietly(&self, key: SecretKey, secret: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>> {
        self.set(key, secret)
    }

    /// Forgets the secret of this name, if there is one.
    fn remove(&self, key: SecretKey) -> BoxFuture<'static, Result<(), NoSecrets>>;
}

/// Why secrets cannot be had or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoSecrets {
    /// Nobody here keeps any.
    #[error("there is no keyring here")]
    Absent,
    /// Nobody has unlocked them.
    #[error("the keyring is locked")]
    Locked,
    /// It did not work.
    #[error("the keyring does not work ({0})")]
    Broken(String),
}

/// Fills in what is kept of the secrets of a job, before it is tried: its `own`, and those of its place and its site.
///
/// # Errors
/// If some are not to be had now: then a person has to do something. Never waits without an end.
pub(super) async fn fill(
    job: &mut Job,
    own: Option<SecretKey>,
    keyring: Option<&Arc<dyn Secrets>>,
    stop: &CancellationToken,
) -> Result<(), Outcome> {
    tokio::select! {
        filled = find(job, own, keyring) => filled.map_err(|failure| Outcome::Paused(Pause::NeedsLogin(failure))),
        () = stop.cancelled() => Err(Outcome::Stopped),
    }
}

/// The same for who has nothing to stop.
///
/// # Errors
/// If some are not to be had now.
pub(super) async fn find(
    job: &mut Job,
    own: Option<SecretKey>,
    keyring: Option<&Arc<dyn Secrets>>,
) -> Result<(), Failure> {
    let mut why = "it is not in the keyring".to_owned();
    let of_place = match job {
        Job::Upload { request, .. } | Job::Leftover { request, .. } => request.kept_under(),
        Job::Download { .. } => None,
    };
    let own = own.filter(|_| job.missing_secret().is_some());
    for key in [own, of_place, job.kept_for_site()].into_iter().flatten() {
        match get(key.clone(), keyring).await {
            Ok(Some(secrets)) => job.take_secrets(key.purpose, &secrets),
            Ok(None) => {}
            Err(error) => why = error.to_string(),
        }
    }
    match job.headers().missing() {
        None => Ok(()),
        Some(name) => Err(Failure::new(ErrorKind::SecretNotFound).about(name.to_owned()).because(&why)),
    }
}

async fn get(key: SecretKey, keyring: Option<&Arc<dyn Secrets>>) -> Result<Option<SecretString>, NoSecrets> {
    let keyring = keyring.ok_or(NoSecrets::Absent)?;
    tokio::time::timeout(PATIENCE, keyring.get(key)).await.unwrap_or(Err(NoSecrets::Locked))
}
