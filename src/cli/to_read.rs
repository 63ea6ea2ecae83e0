//! A keyring that a command reads and writes nothing into: what it was told it is told again if it is given again, and
//! nobody would take it away once it is not.

use std::future::ready;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::{NoSecrets, SecretKey, Secrets};

/// See the module.
#[derive(Debug)]
pub(super) struct ToRead(pub Arc<dyn Secrets>);

impl Secrets for ToRead {
    fn get(&self, key: SecretKey) -> BoxFuture<'static, Result<Option<SecretString>, NoSecrets>> {
        self.0.get(key)
    }

    fn set(&self, _: SecretKey, _: SecretString) -> BoxFuture<'static, Result<(), NoSecrets>> {
        Box::pin(ready(Err(NoSecrets::Absent)))
    }

    fn remove(&self, _: SecretKey) -> BoxFuture<'static, Result<(), NoSecrets>> {
        Box::pin(ready(Ok(())))
    }
}
