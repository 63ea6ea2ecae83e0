//! Whom we trust: the system's certificates and those the user names, for both directions alike.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_platform_verifier::Verifier;
use url::Origin;

/// Sessions of TLS that are kept for one server of FTP.
const SESSIONS: usize = 16;

/// Why there is nobody to trust.
#[derive(Debug)]
pub(crate) struct NoTrust {
    /// The file of an authority, or what else it is about.
    pub about: PathBuf,
    pub source: io::Error,
}

impl NoTrust {
    fn about(about: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { about: about.to_owned(), source }
    }

    fn in_general(error: rustls::Error) -> Self {
        Self::about(Path::new("certificates"))(io::Error::other(error))
    }
}

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

/// The TLS settings for every connection: the platform's trust, and besides it the authorities in
/// these PEM files. There is no way to switch the checks off.
///
/// # Errors
/// If a file cannot be read or is not PEM, or the platform has no certificates at all.
pub(crate) fn trust(authorities: &[PathBuf]) -> Result<Arc<ClientConfig>, NoTrust> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = verifier(authorities, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(NoTrust::in_general)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn verifier(authorities: &[PathBuf], provider: &Arc<CryptoProvider>) -> Result<Verifier, NoTrust> {
    let mut roots = Vec::new();
    for file in authorities {
        roots.extend(certificates(file).map_err(NoTrust::about(file))?);
    }
    Verifier::new_with_extra_roots(roots, provider.clone()).map_err(NoTrust::in_general)
}

fn certificates(file: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let certificates: Vec<_> = certificates.map_err(|error| match error {
        pem::Error::Io(error) => error,
        error => io::Error::other(error),
    })?;
    // Whoever names a file means somebody in it.
    if certificates.is_empty() {
        Err(io::Error::other("there is no certificate in it"))
    } else {
        Ok(certificates)
    }
}
