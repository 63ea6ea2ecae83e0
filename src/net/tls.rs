//! Whom we trust: the system's certificates and those the user names, for both directions alike.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// The TLS settings for every connection: the platform's trust, and besides it the authorities in
/// these PEM files. There is no way to switch the checks off.
///
/// # Errors
/// If a file cannot be read or is not PEM, or the platform has no certificates at all.
pub(crate) fn trust(authorities: &[PathBuf]) -> Result<Arc<ClientConfig>, std::io::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = verifier(authorities, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn verifier(authorities: &[PathBuf], provider: &Arc<CryptoProvider>) -> Result<Verifier, std::io::Error> {
    let mut roots = Vec::new();
    for file in authorities {
        let certificates = CertificateDer::pem_file_iter(file).map_err(std::io::Error::other)?;
        for certificate in certificates {
            roots.push(certificate.map_err(std::io::Error::other)?);
        }
    }
    Verifier::new_with_extra_roots(roots, provider.clone()).map_err(std::io::Error::other)
}
