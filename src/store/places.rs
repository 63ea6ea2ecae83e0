//! The named places that files are sent to: one RON file beside the settings, written by hand or by the
//! program. Their secrets are not in it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Profile, document};
use crate::transfer::Place;

/// All of them. What this version does not know is kept as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Places {
    destinations: Vec<Place>,
    #[serde(flatten)]
    other: BTreeMap<String, ron::Value>,
}

impl Places {
    /// Reads those of a profile; without a file there are none.
    ///
    /// # Errors
    /// If the file cannot be read, or says what makes no sense. It is left as it is.
    pub fn load(profile: &Profile) -> io::Result<Self> {
        document::load(&path(profile))
    }

    /// Writes them down. A file there that could not be read is kept beside it.
    ///
    /// # Errors
    /// Any of the file system's; the old file then stands.
    pub fn save(&self, profile: &Profile) -> io::Result<()> {
        document::save(self, &path(profile))
    }

    /// Each of them, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.destinations.iter()
    }

    /// The one that is called so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Place> {
        self.destinations.iter().find(|place| place.name == name)
    }

    /// Adds one, in place of the one that was called so before, which comes back.
    pub fn put(&mut self, place: Place) -> Option<Place> {
        if let Some(known) = self.destinations.iter_mut().find(|known| known.name == place.name) {
            return Some(std::mem::replace(known, place));
        }
        self.destinations.push(place);
        None
    }

    /// Forgets the one that is called so, which comes back.
    pub fn remove(&mut self, name: &str) -> Option<Place> {
        let at = self.destinations.iter().position(|place| place.name == name)?;
        Some(self.destinations.remove(at))
    }
}

fn path(profile: &Profile) -> PathBuf {
    profile.settings.parent().unwrap_or(Path::new("")).join("destinations.ron")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::transfer::Address;

    fn place(name: &str) -> Place {
        let (url, _) = Address::parse("https://a.example/in/").unwrap();
        let mut place = Place::new(name, url).unwrap();
        place.headers.add("X-Api-Key", "S3CR3T").unwrap();
        place
    }

    #[test]
    fn what_is_written_is_private_and_has_no_secret_and_keeps_what_is_not_known() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        let by_hand = r#"{ "from_the_future": 1, "destinations": [
            { "name": "a", "url": "https://b.example/", "protocol": "webdav", "headers": ["X: 1"], "new": [2] },
        ] }"#;
        crate::store::replace(&path(&profile), by_hand.as_bytes()).unwrap();
        let mut places = Places::load(&profile).unwrap();
        assert!(places.put(place("b")).is_none() && places.put(place("b")).is_some());
        places.save(&profile).unwrap();
        let text = std::fs::read_to_string(path(&profile)).unwrap();
        assert!(!text.contains("S3CR3T") && text.contains("X-Api-Key"), "{text}");
        assert!(text.contains("from_the_future") && text.contains("\"new\""), "{text}");
        assert_eq!(path(&profile).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let mut again = Places::load(&profile).unwrap();
        assert_eq!(again.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(again.get("a").unwrap().protocol, crate::transfer::Protocol::Webdav);
        assert!(again.remove("a").is_some() && again.remove("a").is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_kept_beside_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        let wrong = r#"{ "destinations": [{ "name": "a", "url": "nowhere" }] }"#;
        crate::store::replace(&path(&profile), wrong.as_bytes()).unwrap();
        assert!(Places::load(&profile).is_err());
        Places::default().save(&profile).unwrap();
        let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = names.filter(|name| *name != path(&profile)).collect();
        assert_eq!(std::fs::read_to_string(&kept[0]).unwrap(), wrong);
    }
}
