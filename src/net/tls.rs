//! Encryption of connections, for both directions alike.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::Resumption;
use url::Origin;

/// Sessions of TLS that are kept for one server of FTP.
const SESSIONS: usize = 16;

/// Encryption, with two ways to speak over it. Whom it trusts is the same for both.
#[derive(Debug)]
pub(crate) struct Tls {
    http1: Arc<ClientConfig>,
    http2: Arc<ClientConfig>,
    /// Servers that speak nothing but HTTP/2.
    modern: Mutex<HashSet<Origin>>,
}

impl Tls {
    /// Encryption with the trust of `config`.
    pub(super) fn of(config: &ClientConfig) -> Self {
        let speaking = |word: &[u8]| {
            let mut config = config.clone();
            config.alpn_protocols = vec![word.to_vec()];
            Arc::new(config)
        };
        // One connection for each segment is the point; and with HTTP/2 interim answers would be lost. So
        // that is for servers that leave no choice.
        Self { http1: speaking(b"http/1.1"), http2: speaking(b"h2"), modern: Mutex::default() }
    }

    /// For a connection that speaks HTTP/2, or HTTP/1.1.
    pub(super) fn config(&self, http2: bool) -> &Arc<ClientConfig> {
        if http2 { &self.http2 } else { &self.http1 }
    }

    /// For one control connection of FTP and those that carry its data. Some servers take data only over
    /// a session of TLS that continues the one of the same control connection, and those are not to be
    /// mixed up with others'.
    pub(super) fn for_ftp(&self) -> Arc<ClientConfig> {
        let mut config = ClientConfig::clone(&self.http1);
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        config.alpn_protocols.clear();
        Arc::new(config)
    }

    /// Whether this server is known to speak nothing but HTTP/2.
    pub(super) fn is_modern(&self, server: &Origin) -> bool {
        self.modern.lock().unwrap_or_else(PoisonError::into_inner).contains(server)
    }

    /// Remembers whether this server speaks nothing but HTTP/2.
    pub(super) fn remember(&self, server: &Origin, modern: bool) {
        let mut known = self.modern.lock().unwrap_or_else(PoisonError::into_inner);
        if modern {
            known.insert(server.clone());
        } else {
            known.remove(server);
        }
    }
}
