//! Whom we trust: the system's certificates and those the user names.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
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

    fn in_general(error: Error) -> Self {
        Self::about(Path::new("certificates"))(io::Error::other(error))
    }
}

/// The TLS settings for every connection: the platform's trust, and besides it the authorities in
/// these PEM files. There is no way to switch the checks off.
///
/// # Errors
/// If a file cannot be read or is not PEM.
pub(crate) fn trust(authorities: &[PathBuf]) -> Result<Arc<ClientConfig>, NoTrust> {
    let mut named = Vec::new();
    for file in authorities {
        named.extend(certificates(file).map_err(NoTrust::about(file))?);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let platform = Platform { named, provider: provider.clone(), verifier: OnceLock::new() };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(NoTrust::in_general)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(platform))
        .with_no_client_auth();
    Ok(Arc::new(config))
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

/// The platform's verifier, made when the first connection is encrypted: reading all certificates of a
/// system takes longer than many a command.
#[derive(Debug)]
struct Platform {
    named: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Result<Verifier, Error>>,
}

impl Platform {
    fn verifier(&self) -> Result<&Verifier, Error> {
        let make = || Verifier::new_with_extra_roots(self.named.clone(), self.provider.clone());
        self.verifier.get_or_init(make).as_ref().map_err(Error::clone)
    }
}

impl ServerCertVerifier for Platform {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?.verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
