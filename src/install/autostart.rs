//! Starting at login: an entry among those that the desktop starts by itself (XDG Autostart).
//!
//! The setting is what counts, and the entry follows it when it changes and when a session begins. An entry that a
//! tool of the desktop's has switched off stays off until the setting is switched on anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::mark::Format;
use super::{line, mark};
use crate::Profile;

/// The entry of one profile.
#[derive(Clone, Debug)]
pub struct Autostart {
    entry: PathBuf,
    text: Vec<u8>,
}

impl Autostart {
    /// That of `profile`; nothing where it cannot be written down.
    #[must_use]
    pub fn of(profile: &Profile) -> Option<Self> {
        let folder = directories::BaseDirs::new()?.config_dir().join("autostart");
        let is_own = Profile::standard().as_ref() == Some(profile);
        let other = if is_own { None } else { profile.settings.parent() };
        Self::in_folder(&folder, &super::program().ok()?, other)
    }

    /// For the program there and, if there is one, for a profile that is not the user's own.
    fn in_folder(folder: &Path, program: &Path, profile: Option<&Path>) -> Option<Self> {
        let mut words = vec![line::word(program.to_str()?).ok()?];
        let mut name = "org.windlass.Windlass".to_owned();
        if let Some(profile) = profile {
            let profile = profile.to_str()?;
            words.extend(["--profile".to_owned(), line::word(profile).ok()?]);
            name = format!("{name}-{:08x}", crc32fast::hash(profile.as_bytes()));
        }
        let text = format!(
            "[Desktop Entry]\nType=Application\nVersion=1.4\nName=Windlass\nIcon=org.windlass.Windlass\n\
             Exec={} --hidden\nTerminal=false\nX-GNOME-Autostart-enabled=true\n",
            words.join(" ")
        );
        let text = mark::marked(text.as_bytes(), Format::Lines);
        Some(Self { entry: folder.join(name + ".desktop"), text })
    }

    /// Writes the entry or removes it. One of somebody else's stays as it is.
    ///
    /// # Errors
    /// Any of the file system's.
    pub fn set(&self, on: bool) -> io::Result<()> {
        let there = match fs::read(&self.entry) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        match (on, there) {
            (false, None) => Ok(()),
            (true, Some(there)) if there == self.text || is_off(&there) => Ok(()),
            (_, Some(there)) if !mark::is_marked(&there) => Ok(()),
            (false, Some(_)) => fs::remove_file(&self.entry),
            (true, _) => {
                fs::create_dir_all(self.entry.parent().unwrap_or(&self.entry))?;
                crate::replace(&self.entry, &self.text)
            }
        }
    }
}

/// As tools of desktops switch an entry off.
fn is_off(entry: &[u8]) -> bool {
    let text = String::from_utf8_lossy(entry);
    text.lines().any(|line| ["Hidden=true", "X-GNOME-Autostart-enabled=false"].contains(&line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(autostart: &Autostart) -> Option<String> {
        fs::read_to_string(&autostart.entry).ok()
    }

    #[test]
    fn it_starts_hidden_at_login_and_not_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("autostart");
        let autostart = Autostart::in_folder(&folder, Path::new("/opt/w"), None).unwrap();
        autostart.set(false).unwrap();
        assert!(!folder.exists());
        for _ in 0..2 {
            autostart.set(true).unwrap();
            assert!(text(&autostart).unwrap().contains("\nExec=/opt/w --hidden\n"));
        }
        let moved = Autostart::in_folder(&folder, Path::new("/home/me/w"), None).unwrap();
        moved.set(true).unwrap();
        assert!(text(&autostart).unwrap().contains("\nExec=/home/me/w --hidden\n"));
        autostart.set(false).unwrap();
        assert_eq!(text(&autostart), None);
    }

    #[test]
    fn each_profile_has_an_entry_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let of = |profile| Autostart::in_folder(dir.path(), Path::new("/w"), profile).unwrap();
        let (own, other) = (of(None), of(Some(Path::new("/p q"))));
        assert_ne!(own.entry, other.entry);
        other.set(true).unwrap();
        assert!(text(&other).unwrap().contains("\nExec=/w --profile \"/p q\" --hidden\n"));
    }

    #[test]
    fn what_was_switched_off_elsewhere_and_what_is_not_ours_stays() {
        let dir = tempfile::tempdir().unwrap();
        let autostart = Autostart::in_folder(dir.path(), Path::new("/w"), None).unwrap();
        autostart.set(true).unwrap();
        let off = text(&autostart).unwrap().replace("enabled=true", "enabled=false");
        for (kept, on) in [(off.as_str(), true), ("[Desktop Entry]\n", true), ("[Desktop Entry]\n", false)] {
            crate::replace(&autostart.entry, kept.as_bytes()).unwrap();
            autostart.set(on).unwrap();
            assert_eq!(text(&autostart).as_deref(), Some(kept));
        }
    }
}
