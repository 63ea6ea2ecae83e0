//! Certificates, and encryption in front of a server that has none.

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::PrivatePkcs8KeyDer;

use crate::proxy::relay;

/// What a server needs to be `localhost` and `there.test`; and the file of the authority
/// that says so, in `dir`.
pub fn certificate(dir: &Path) -> (Arc<ServerConfig>, PathBuf) {
    let names = ["localhost", "there.test", "127.0.0.1"].map(str::to_owned);
    let params = rcgen::CertificateParams::new(names).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let authority = dir.join("authority.pem");
    std::fs::File::create_new(&authority).unwrap().write_all(certificate.pem().as_bytes()).unwrap();
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .unwrap();
    (Arc::new(server), authority)
}

/// The same, for a server that speaks only this over it (RFC 7301).
pub fn speaking(tls: &Arc<ServerConfig>, protocol: &str) -> Arc<ServerConfig> {
    let mut tls = ServerConfig::clone(tls);
    tls.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Arc::new(tls)
}

/// A port where the server on loopback's `behind` is reached with encryption.
pub fn front(tls: &Arc<ServerConfig>, behind: u16) -> u16 {
    let tls = tls.clone();
    front_with(behind, move || tls.clone())
}

/// The same, with encryption that may be another one for each connection.
pub fn front_with(behind: u16, encryption: impl Fn() -> Arc<ServerConfig> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let tls = encryption();
            std::thread::spawn(move || {
                let server = std::net::TcpStream::connect(("127.0.0.1", behind))?;
                let session = ServerConnection::new(tls).map_err(io::Error::other)?;
                let mut wire = StreamOwned::new(session, socket.try_clone()?);
                // A server that speaks first could not be heard before this.
                wire.conn.complete_io(&mut wire.sock)?;
                relay(Box::new(wire), &socket, server)
            });
        }
    });
    port
}
