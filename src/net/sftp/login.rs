//! Logging in to an SSH server: with the password, if there is one, else with the keys of the user's
//! agent, else with those in `~/.ssh` that no passphrase guards.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{AuthResult, Handle, Handler, KeyboardInteractiveAuthResponse as Asks};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, load_secret_key};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use crate::transfer::Credentials;

/// Keys that are tried at most; servers hang up after a few.
const KEYS: usize = 5;
/// Questions of a server that are answered with the password.
const ROUNDS: usize = 3;
/// How long the end of a connection may take to be known.
const NOTICE: Duration = Duration::from_millis(200);

/// Whether the server lets us in.
///
/// # Errors
/// If the connection breaks.
pub(super) async fn log_in<H: Handler>(
    server: &mut Handle<H>,
    login: &Credentials,
    ssh: Option<&Path>,
) -> Result<bool, russh::Error> {
    if !login.password.expose_secret().is_empty() {
        return with_password(server, login).await;
    }
    if with_agent(server, &login.user).await? {
        return Ok(true);
    }
    for key in keys(ssh).await.into_iter().take(KEYS) {
        let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
        match server.authenticate_publickey(&login.user, key).await? {
            AuthResult::Success => return Ok(true),
            // A connection that ended is told like a server that knows no other way in; one that said goodbye
            // did refuse.
            AuthResult::Failure { remaining_methods, .. } if remaining_methods.is_empty() => {
                if matches!(timeout(NOTICE, &mut *server).await, Ok(Err(_))) {
                    return Err(russh::Error::Disconnect);
                }
            }
            AuthResult::Failure { .. } => {}
        }
    }
    Ok(false)
}

async fn with_password<H: Handler>(
    server: &mut Handle<H>,
    login: &Credentials,
) -> Result<bool, russh::Error> {
    let password = login.password.expose_secret();
    if server.authenticate_password(&login.user, password).await?.success() {
        return Ok(true);
    }
    // Many ask for the password in a conversation only.
    let mut asks = server.authenticate_keyboard_interactive_start(&login.user, None).await?;
    for _ in 0..ROUNDS {
        match asks {
            Asks::Success => return Ok(true),
            Asks::Failure { .. } => break,
            Asks::InfoRequest { prompts, .. } => {
                let answers = vec![password.to_owned(); prompts.len()];
                asks = server.authenticate_keyboard_interactive_respond(answers).await?;
            }
        }
    }
    Ok(false)
}

async fn with_agent<H: Handler>(server: &mut Handle<H>, user: &str) -> Result<bool, russh::Error> {
    let Ok(mut agent) = AgentClient::connect_env().await else { return Ok(false) };
    let Ok(identities) = agent.request_identities().await else { return Ok(false) };
    for identity in identities.into_iter().take(KEYS) {
        let AgentIdentity::PublicKey { key, .. } = identity else { continue };
        let hash =
            if key.algorithm().is_rsa() { server.best_supported_rsa_hash().await?.flatten() } else { None };
        match server.authenticate_publickey_with(user, key, hash, &mut agent).await {
            Ok(result) if result.success() => return Ok(true),
            // An agent may refuse a key, and offer others.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(false)
}

/// The user's own keys, as far as they can be read without a word.
async fn keys(ssh: Option<&Path>) -> Vec<PrivateKey> {
    let Some(folder) = ssh.map(Path::to_owned) else { return Vec::new() };
    let read = tokio::task::spawn_blocking(move || {
        let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        let paths = files.into_iter().map(|file| file.path());
        let private = paths.filter(|path| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            name.starts_with(b"id_") && path.extension().is_none_or(|ending| ending != "pub")
        });
        private.filter_map(|path| load_secret_key(path, None).ok()).collect()
    });
    read.await.unwrap_or_default()
}
