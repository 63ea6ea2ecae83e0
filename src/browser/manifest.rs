//! The file in which a browser finds the program, and who may speak to it.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The name by which the extension calls the program.
pub const NAME: &str = "org.windlass.windlass";
/// Who the extension is in Firefox.
pub(super) const FIREFOX_ID: &str = "windlass@windlass.org";
/// The public half of the extension's key, as its manifest for Chromium has it.
const KEY: &str = include_str!("../../assets/browser/key.txt");

/// Who the extension is in Chromium and its kin: the beginning of a digest of its key, in the letters a to p.
pub(super) fn origin() -> String {
    let key = BASE64_STANDARD.decode(KEY.trim()).unwrap_or_default();
    let digest = Sha256::digest(key);
    let halves = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    format!("chrome-extension://{}/", halves.map(|half| char::from(b'a' + half)).collect::<String>())
}

/// Which kind of browser a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Chromium,
    Firefox,
}

/// What the file says. Firefox takes no other fields than its own, and neither does Chromium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    name: String,
    description: String,
    path: PathBuf,
    #[serde(rename = "type")]
    spoken: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowed_origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowed_extensions: Vec<String>,
}

impl Manifest {
    /// The one that leads to this program.
    pub(super) fn new(kind: Kind, program: &Path) -> Self {
        let mut manifest = Self {
            name: NAME.to_owned(),
            description: "Windlass, a download and upload manager".to_owned(),
            path: program.to_owned(),
            spoken: "stdio".to_owned(),
            allowed_origins: Vec::new(),
            allowed_extensions: Vec::new(),
        };
        match kind {
            Kind::Chromium => manifest.allowed_origins.push(origin()),
            Kind::Firefox => manifest.allowed_extensions.push(FIREFOX_ID.to_owned()),
        }
        manifest
    }

    /// The one in a file; nothing if it is none of ours.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.name == NAME)
    }

    /// As it stands in a file.
    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// The program that it leads to.
    pub(super) fn program(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_known_by_its_key() {
        let id = origin();
        let letters = id.strip_prefix("chrome-extension://").and_then(|id| id.strip_suffix('/')).unwrap();
        assert!(letters.len() == 32 && letters.bytes().all(|letter| (b'a'..=b'p').contains(&letter)), "{id}");
        assert!(BASE64_STANDARD.decode(KEY.trim()).is_ok());
    }

    #[test]
    fn a_manifest_has_the_fields_of_its_browser() {
        let program = Path::new("/usr/bin/windlass");
        for (kind, has, has_not) in [
            (Kind::Chromium, "allowed_origins", "allowed_extensions"),
            (Kind::Firefox, "allowed_extensions", "allowed_origins"),
        ] {
            let manifest = Manifest::new(kind, program);
            let text = manifest.text();
            assert!(text.contains(has) && !text.contains(has_not), "{text}");
            assert_eq!(Manifest::read(text.as_bytes()), Some(manifest));
        }
        let others = Manifest { name: "org.other".into(), ..Manifest::new(Kind::Firefox, program) };
        for text in ["", "{}", "[]", others.text().as_str()] {
            assert_eq!(Manifest::read(text.as_bytes()), None);
        }
    }
}
