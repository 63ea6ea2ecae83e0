//! A keyring in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Barrier;
use windlass::{NoSecrets, SecretKey, Secrets};

/// See the module.
#[derive(Debug, Default)]
pub struct Fake {
    pub kept: Mutex<HashMap<SecretKey, String>>,
    pub locked: AtomicBool,
    pub silent: AtomicBool,
    /// Where everybody who wants something kept is waited for.
    pub meeting: Mutex<Option<Arc<Barrier>>>,
}

impl Secrets for Fake {
    fn get(&self, key: SecretKey) -> BoxFuture<'static, Result<Option<SecretString>, NoSecrets>> {
        let found = self.kept.lock().unwrap().get(&key).cloned().map(SecretString::from);
        let (locked, silent) = (self.locked.load(SeqCst), self.silent.load(SeqCst));
        Box::pin(async move {
            if silent {
                std::future::pending::<()>().await;
            }
            if locked { Err(NoSecrets::Locked) } else { Ok(found) }
        })
    }

    fn set(&self, key: SecretKey, secret: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>> {
        self.kept.lock().unwrap().insert(key, secret.expose_secret().to_owned());
        let meeting = self.meeting.lock().unwrap().clone();
        Box::pin(async move {
            if let Some(meeting) = meeting {
                meeting.wait().await;
            }
            Ok(())
        })
    }

    fn remove(&self, key: SecretKey) -> BoxFuture<'static, Result<(), NoSecrets>> {
        self.kept.lock().unwrap().remove(&key);
        Box::pin(async { Ok(()) })
    }
}
