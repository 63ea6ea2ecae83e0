//! Whether an SSH server is the one it should be: its key is the one the user named, or one of those
//! that `known_hosts` lists for it. There is no other way in.

use std::path::{Path, PathBuf};

use russh::Preferred;
use russh::keys::known_hosts::known_host_keys_path;
use russh::keys::{Algorithm, HashAlg, PublicKey, PublicKeyBase64 as _};

use crate::transfer::{Address, ErrorKind, Failure, UNKNOWN_KEY};

/// Where the keys of all users are.
const OF_ALL: &str = "/etc/ssh/ssh_known_hosts";

/// What is known about a server before it shows its key.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    host: String,
    /// The fingerprint of the only key that it may have, if the user says so.
    named: Option<String>,
    known: Vec<PublicKey>,
    /// Keys that nobody may have any more, in base64.
    revoked: Vec<String>,
}

impl Trust {
    /// What is known about the server of `url`. Reads files.
    ///
    /// # Errors
    /// If a list is there and makes no sense.
    pub(super) fn read(url: &Address, named: Option<&str>, ssh: Option<&Path>) -> Result<Self, Failure> {
        let files = ssh.map(|ssh| ssh.join("known_hosts")).into_iter().chain([PathBuf::from(OF_ALL)]);
        let host = url.url().host_str().unwrap_or_default().trim_matches(['[', ']']);
        let mut trust = Self {
            host: url.host(),
            named: named.map(str::to_owned),
            known: Vec::new(),
            revoked: Vec::new(),
        };
        for file in files {
            let keys = known_host_keys_path(host, url.port(), &file).map_err(|_| {
                let failure = Failure::new(ErrorKind::HostKeyNotTrusted).about(url.host());
                failure.because(&format!("what {} says about it makes no sense", file.display()))
            })?;
            trust.known.extend(keys.into_iter().map(|(_, key)| key));
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let revoked = text.lines().filter(|line| line.starts_with("@revoked"));
            trust
                .revoked
                .extend(revoked.filter_map(|line| line.split_whitespace().nth(3)).map(str::to_owned));
        }
        Ok(trust)
    }

    /// Whether a server with this key is the right one.
    ///
    /// # Errors
    /// With its fingerprint, if not.
    pub(super) fn check(&self, key: &PublicKey) -> Result<(), Failure> {
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let shown = format!("it shows {} {fingerprint}", key.algorithm());
        let reason = if self.revoked.contains(&key.public_key_base64()) {
            format!("{shown}, which known_hosts says was revoked")
        } else if let Some(named) = &self.named {
            if *named == fingerprint {
                return Ok(());
            }
            format!("{shown} and not the one that was named")
        } else if self.known.iter().any(|known| known.key_data() == key.key_data()) {
            return Ok(());
        } else if self.known.is_empty() {
            format!("{shown}{UNKNOWN_KEY}")
        } else {
            format!("{shown}, and known_hosts knows another one: somebody may be in between")
        };
        Err(Failure::new(ErrorKind::HostKeyNotTrusted).about(&*self.host).because(&reason))
    }

    /// In which order kinds of keys are asked for: first those of which one is known.
    pub(super) fn preferred(&self) -> Preferred {
        let is_known = |kind: &Algorithm| self.known.iter().any(|key| key.algorithm() == *kind);
        let usual = Preferred::DEFAULT.key.iter().filter(|kind| !matches!(kind, Algorithm::Rsa { .. }));
        let (mut first, others): (Vec<_>, Vec<_>) = usual.cloned().partition(is_known);
        first.extend(others);
        Preferred { key: first.into(), ..Preferred::DEFAULT }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::transfer::ErrorView;

    const ED: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINQChsJNTFd9tiQ6aZXL94k/IgH1e8gdSWQW8uvyYsMO";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMSCztKRTG543pRCNYT22WiK1e7nf0LhLbNuWo6jC/XF";

    fn key(text: &str) -> PublicKey {
        PublicKey::from_openssh(text).unwrap()
    }

    fn trust(known_hosts: &str, url: &str, named: Option<&str>) -> Trust {
        let dir = tempfile::tempdir().unwrap();
        let file =
            std::fs::OpenOptions::new().create_new(true).write(true).open(dir.path().join("known_hosts"));
        file.unwrap().write_all(known_hosts.as_bytes()).unwrap();
        Trust::read(&Address::parse(url).unwrap().0, named, Some(dir.path())).unwrap()
    }

    #[test]
    fn only_a_key_that_is_listed_for_this_server_is_trusted() {
        let url = "sftp://host.example/a";
        assert!(trust(&format!("host.example {ED}\n"), url, None).check(&key(ED)).is_ok());
        assert!(
            trust(&format!("a,host.example,b {ED}\n"), "sftp://HOST.example:22/", None)
                .check(&key(ED))
                .is_ok()
        );
        for (known, words) in [
            (String::new(), "does not know it"),
            (format!("other.example {ED}\n"), "does not know it"),
            (format!("# host.example {ED}\n"), "does not know it"),
            (format!("host.example {OTHER}\n"), "somebody may be in between"),
            (format!("[host.example]:2222 {ED}\n"), "does not know it"),
            (format!("@revoked * {ED}\nhost.example {ED}\n"), "revoked"),
        ] {
            let failure = trust(&known, url, None).check(&key(ED)).unwrap_err();
            assert_eq!(failure.kind, ErrorKind::HostKeyNotTrusted);
            let fingerprint = key(ED).fingerprint(HashAlg::Sha256).to_string();
            let text = failure.to_string();
            assert!(text.contains(words) && text.contains(&fingerprint), "{text}");
            let unknown = words == "does not know it";
            assert_eq!(ErrorView::from(&failure).unknown_key(), unknown.then_some(fingerprint.as_str()));
        }
        assert!(trust(&format!("[::1]:2222 {ED}\n"), "sftp://[::1]:2222/a", None).check(&key(ED)).is_ok());
    }

    #[test]
    fn hidden_names_are_recognised() {
        // As ssh-keygen -H has written it for host.example.
        let hidden = "|1|HiDtfpSbINRvVyYp1TdKYtW3jGE=|/rx9ZwFxm8mFIDbbF6MhWqGXApw=";
        assert!(trust(&format!("{hidden} {ED}\n"), "sftp://host.example/", None).check(&key(ED)).is_ok());
        assert!(trust(&format!("{hidden} {ED}\n"), "sftp://other.example/", None).check(&key(ED)).is_err());
    }

    #[test]
    fn a_key_that_the_user_named_is_the_only_one() {
        let named = key(ED).fingerprint(HashAlg::Sha256).to_string();
        let both = format!("host.example {OTHER}\n");
        let trust = trust(&both, "sftp://host.example/", Some(&named));
        assert!(trust.check(&key(ED)).is_ok());
        assert!(trust.check(&key(OTHER)).is_err());
    }

    #[test]
    fn the_kind_of_key_that_is_known_is_asked_for_first() {
        let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLLdqpoQ5CLWxrG9lmbJuFmcDyz1OZooNegmKyYqxxWmpTopopd/zt5NToV3hdy5ElaM7iUFHZ/kFEpaTFbSAS0=";
        let line = format!("host.example {ecdsa}\n");
        let first = |known: &str| trust(known, "sftp://host.example/", None).preferred().key[0].to_string();
        assert_eq!(first(&line), "ecdsa-sha2-nistp256");
        assert_eq!(first(""), "ssh-ed25519");
    }
}
