//! Whom we trust: the system's certificates and those the user names, for both directions alike.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_platform_verifier::Verifier;

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

/// The TLS settings for every connection: the platform's trust, and besides it the authorities in
/// these PEM files. There is no way to switch the checks off.
///
/// # Errors
/// If a file cannot be read or is not PEM, or the platform has no certificates at all.
pub(crate) fn trust(authorities: &[PathBuf]) -> Result<Arc<ClientConfig>, NoTrust> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = verifier(authorities, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(NoTrust::in_general)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // One connection for each segment is the point; and with HTTP/2 interim answers would be lost.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
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
