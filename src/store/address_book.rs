//! Address books: named places that files are sent to, and sites. Each is one RON file beside the settings, written
//! by hand or by the program. Their secrets are not in it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Profile, document, lock};
use crate::transfer::{AddressBookEntry, Place, Site};

/// All entries of one kind. What this version does not know is kept as it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, bound = "T: AddressBookEntry")]
pub struct AddressBook<T> {
    entries: Vec<T>,
    #[serde(flatten)]
    other: BTreeMap<String, ron::Value>,
}

/// The named places that files are sent to.
pub type Places = AddressBook<Place>;

/// The servers of which something is known.
pub type Sites = AddressBook<Site>;

impl<T> Default for AddressBook<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), other: BTreeMap::new() }
    }
}

impl<T: AddressBookEntry> AddressBook<T> {
    /// Reads that of a profile; without a file nothing is in it.
    ///
    /// # Errors
    /// If the file cannot be read, or says what makes no sense. It is left as it is.
    pub fn load(profile: &Profile) -> io::Result<Self> {
        document::load(&path::<T>(profile))
    }

    /// Writes it down. A file there that could not be read is kept beside it.
    ///
    /// # Errors
    /// Any of the file system's; the old file then stands.
    pub fn save(&self, profile: &Profile) -> io::Result<()> {
        document::save(self, &path::<T>(profile))
    }

    /// Reads that of a profile, changes it, and writes it down if something comes back. Others who change it, in this
    /// process or in another one, wait meanwhile, so nothing of theirs is lost.
    ///
    /// # Errors
    /// As the three of them, and if somebody else does not come to an end.
    pub(crate) fn change<R>(
        profile: &Profile,
        how: impl FnOnce(&mut Self) -> io::Result<Option<R>>,
    ) -> io::Result<Option<R>> {
        let _turn = lock::turn(&profile.common, T::FILE)?;
        let mut book = Self::load(profile)?;
        let changed = how(&mut book)?;
        if changed.is_some() {
            book.save(profile)?;
        }
        Ok(changed)
    }

    /// Each of them, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter()
    }

    /// The one that is called so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.entries.iter().find(|entry| entry.name() == name)
    }

    /// Adds one, in place of the one that was called so before, which comes back.
    pub fn put(&mut self, entry: T) -> Option<T> {
        if let Some(known) = self.entries.iter_mut().find(|known| known.name() == entry.name()) {
            return Some(std::mem::replace(known, entry));
        }
        self.entries.push(entry);
        None
    }

    /// Puts one where the one is that is called `name`, or at the end.
    pub(crate) fn put_instead(&mut self, name: &str, entry: T) {
        match self.entries.iter_mut().find(|known| known.name() == name) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// Forgets the one that is called so, which comes back.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let at = self.entries.iter().position(|entry| entry.name() == name)?;
        Some(self.entries.remove(at))
    }
}

fn path<T: AddressBookEntry>(profile: &Profile) -> PathBuf {
    profile.settings.parent().unwrap_or(Path::new("")).join(T::FILE)
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
        let by_hand = r#"{ "from_the_future": 1, "entries": [
            { "name": "a", "url": "https://b.example/", "protocol": "webdav", "headers": ["X: 1"], "new": [2] },
        ] }"#;
        crate::store::replace(&path::<Place>(&profile), by_hand.as_bytes()).unwrap();
        let mut places = Places::load(&profile).unwrap();
        assert!(places.put(place("b")).is_none() && places.put(place("b")).is_some());
        places.save(&profile).unwrap();
        let text = std::fs::read_to_string(path::<Place>(&profile)).unwrap();
        assert!(!text.contains("S3CR3T") && text.contains("X-Api-Key"), "{text}");
        assert!(text.contains("from_the_future") && text.contains("\"new\""), "{text}");
        assert_eq!(path::<Place>(&profile).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let mut again = Places::load(&profile).unwrap();
        assert_eq!(again.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(again.get("a").unwrap().protocol, crate::transfer::Protocol::Webdav);
        assert!(again.remove("a").is_some() && again.remove("a").is_none());
    }

    #[test]
    fn what_is_changed_by_several_at_once_is_all_there() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        let names: Vec<_> = ('a'..='h').map(String::from).collect();
        std::thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| {
                    Places::change(&profile, |places| Ok(Some(places.put(place(name))))).unwrap();
                });
            }
        });
        let places = Places::load(&profile).unwrap();
        let mut there: Vec<_> = places.iter().map(|place| place.name.clone()).collect();
        there.sort();
        assert_eq!(there, names);
        let file = std::fs::metadata(path::<Place>(&profile)).unwrap().modified().unwrap();
        assert!(Places::change(&profile, |places| Ok(places.remove("nobody"))).unwrap().is_none());
        assert_eq!(std::fs::metadata(path::<Place>(&profile)).unwrap().modified().unwrap(), file);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_kept_beside_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        let wrong = r#"{ "entries": [{ "name": "a", "url": "nowhere" }] }"#;
        crate::store::replace(&path::<Place>(&profile), wrong.as_bytes()).unwrap();
        assert!(Places::load(&profile).is_err());
        Places::default().save(&profile).unwrap();
        let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = names.filter(|name| *name != path::<Place>(&profile)).collect();
        assert_eq!(std::fs::read_to_string(&kept[0]).unwrap(), wrong);
    }
}
