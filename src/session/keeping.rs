//! Keeps the secrets of transfers that have not ended in the keyring, so that the next session can go on with
//! them without asking anybody. Transfers that say the same to the same server share one entry.
//!
//! The keyring may be slow, so nothing waits for it: a transfer whose secrets have not got there when the session is
//! killed asks for them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::secrets::Secrets;
use crate::transfer::{Purpose, SecretKey, State, Transfer, TransferId};

/// See the module.
pub(super) struct Keeping {
    orders: mpsc::UnboundedSender<Order>,
    /// Which secrets have which name; what they are is not kept here.
    names: HashMap<blake3::Hash, Uuid>,
    users: HashMap<SecretKey, HashSet<TransferId>>,
    of: HashMap<TransferId, SecretKey>,
    /// What nobody uses any more, as soon as that is written down.
    unused: Vec<SecretKey>,
}

enum Order {
    Keep(SecretKey, SecretString),
    Forget(SecretKey),
    Say(oneshot::Sender<()>),
}

impl Keeping {
    pub(super) fn new(keyring: Arc<dyn Secrets>) -> Self {
        let (orders, ordered) = mpsc::unbounded_channel();
        tokio::spawn(carry_out(keyring, ordered));
        Self { orders, names: HashMap::new(), users: HashMap::new(), of: HashMap::new(), unused: Vec::new() }
    }

    /// Finds a name for the secrets of a transfer, and sends them on their way.
    pub(super) fn name(&mut self, transfer: &mut Transfer) {
        let has_ended = matches!(transfer.state, State::Completed | State::Cancelled);
        if has_ended || transfer.job.missing_secret().is_none() {
            transfer.kept = None;
        }
        if has_ended {
            return;
        }
        let Some(secrets) = transfer.job.own_secrets() else { return };
        let mut hasher = blake3::Hasher::new();
        let origin = SecretKey::new(Purpose::Transfer, "", transfer.job.url()).origin;
        hasher.update(origin.as_bytes()).update(b"\n").update(secrets.expose_secret().as_bytes());
        let digest = hasher.finalize();
        let known = self.names.get(&digest).copied();
        transfer.kept = Some(known.unwrap_or_else(Uuid::now_v7));
        if let (None, Some(name), Some(key)) = (known, transfer.kept, transfer.kept_under()) {
            self.names.insert(digest, name);
            _ = self.orders.send(Order::Keep(key, secrets));
        }
    }

    /// Keeps the index in step with a transfer, or with its being gone.
    pub(super) fn index(&mut self, id: TransferId, transfer: Option<&Transfer>) {
        let now = transfer.and_then(Transfer::kept_under);
        if self.of.get(&id) == now.as_ref() {
            return;
        }
        if let Some(before) = self.of.remove(&id) {
            let users = self.users.entry(before.clone()).or_default();
            users.remove(&id);
            if users.is_empty() {
                self.users.remove(&before);
                self.unused.push(before);
            }
        }
        if let Some(now) = now {
            self.users.entry(now.clone()).or_default().insert(id);
            self.of.insert(id, now);
        }
    }

    /// Forgets what nobody uses any more, now that this is written down.
    pub(super) fn tidy(&mut self) {
        for key in std::mem::take(&mut self.unused) {
            if !self.users.contains_key(&key) {
                self.names.retain(|_, name| name.to_string() != key.name);
                _ = self.orders.send(Order::Forget(key));
            }
        }
    }

    /// Waits until all of that is done.
    pub(super) async fn finish(&self) {
        let (done, is_done) = oneshot::channel();
        _ = self.orders.send(Order::Say(done));
        _ = is_done.await;
    }
}

async fn carry_out(keyring: Arc<dyn Secrets>, mut orders: mpsc::UnboundedReceiver<Order>) {
    while let Some(order) = orders.recv().await {
        let (what, done) = match order {
            Order::Keep(key, secrets) => ("kept", keyring.set_quietly(key, secrets).await),
            Order::Forget(key) => ("forgotten", keyring.remove(key).await),
            Order::Say(reply) => {
                _ = reply.send(());
                continue;
            }
        };
        if let Err(error) = done {
            tracing::debug!(%error, "the secrets of a transfer are not {what}");
        }
    }
}
