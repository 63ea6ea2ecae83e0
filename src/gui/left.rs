//! How the window was left, kept for the next time in a file of its own.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::screen::{details, list};
use super::window;

/// The file, in the folder of the transfers.
const NAME: &str = "window.ron";

/// See the module. What a file does not say is as usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Left {
    /// The table.
    pub list: list::Left,
    /// The panel of particulars.
    pub details: details::Left,
    /// The window itself.
    pub window: window::Left,
}

impl Left {
    /// What is kept in `folder`. What cannot be read counts as nothing: it is no reason not to open a window.
    pub fn of(folder: &Path) -> Self {
        crate::load_document(&folder.join(NAME)).unwrap_or_default()
    }
}

/// What lies on the disk, and from which time on.
#[derive(Debug, Default)]
struct Disk {
    number: u64,
    left: Left,
}

/// Keeps how the window is left, when somebody says so.
#[derive(Debug, Default)]
pub struct Keeper {
    disk: Arc<Mutex<Disk>>,
    /// How often it was told what to keep.
    number: u64,
    /// What it was told of last.
    seen: Left,
    /// Whether it waits for the window to rest.
    waits: bool,
}

impl Keeper {
    /// A keeper of what was read.
    pub fn of(left: Left) -> Self {
        let disk = Disk { number: 0, left: left.clone() };
        Self { disk: Arc::new(Mutex::new(disk)), seen: left, ..Self::default() }
    }

    /// The window is like this now. Whether it should be waited for a moment, and the keeper then be told.
    pub fn see(&mut self, left: Left) -> bool {
        if self.waits || self.seen == left {
            return false;
        }
        self.seen = left;
        self.waits = true;
        true
    }

    /// The moment is over. Whether the window has rested, and is to be kept as it is.
    pub fn rest(&mut self, left: &Left) -> bool {
        self.waits = false;
        self.seen == *left
    }

    /// How to keep this in `folder`; it takes as long as the disk does. What comes after something newer is not kept.
    pub fn keep(&mut self, left: Left, folder: &Path) -> impl FnOnce() + Send + 'static {
        self.number += 1;
        self.seen = left.clone();
        let (number, path, disk) = (self.number, folder.join(NAME), Arc::clone(&self.disk));
        move || {
            let mut disk = disk.lock().unwrap_or_else(PoisonError::into_inner);
            if number < disk.number || disk.left == left {
                return;
            }
            // It is told once, not at every change.
            if let Err(error) = crate::save_document(&left, &path) {
                tracing::warn!(%error, "how the window was left is not kept");
            }
            *disk = Disk { number, left };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn left(text: &str) -> Left {
        ron::from_str(text).unwrap()
    }

    fn by(column: &str) -> Left {
        left(&format!("(list: (sort: (by: {column}, descending: false)))"))
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("state");
        assert_eq!(Left::of(&folder), Left::default());
        let left = left(
            "(list: (columns: (hidden: [Size], widths: {Status: 240}), sidebar: false), \
             details: (is_open: true, tab: Speed), window: (width: 1200, height: 800, is_maximised: true))",
        );
        assert!(left.list != list::Left::default() && left.details.is_open && left.window.width == 1200);
        Keeper::default().keep(left.clone(), &folder)();
        assert_eq!(Left::of(&folder), left);
    }

    #[test]
    fn what_is_damaged_or_from_elsewhere_is_as_usual_and_set_aside() {
        for text in
            ["(list: ", "[1, 2]", "(list: (sort: (by: Colour, descending: true)))", "(window: (width: -5))"]
        {
            let dir = tempfile::tempdir().unwrap();
            let mut file = std::fs::File::create_new(dir.path().join(NAME)).unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
            let mut keeper = Keeper::of(Left::of(dir.path()));
            assert_eq!(Left::of(dir.path()), Left::default(), "{text}");
            keeper.keep(by("Name"), dir.path())();
            assert_eq!(Left::of(dir.path()), by("Name"));
            let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
            let aside = names.filter(|name| name.to_string_lossy().starts_with("window.ron.unreadable-"));
            assert_eq!(aside.count(), 1, "{text}");
        }
    }

    #[test]
    fn what_another_version_says_besides_does_no_harm() {
        let left = left("(list: (sidebar: false, colour: \"red\"), weather: 5)");
        assert_eq!(
            left,
            Left { list: list::Left { sidebar: false, ..list::Left::default() }, ..Left::default() }
        );
    }

    #[test]
    fn it_is_kept_once_the_window_rests_and_never_over_something_newer() {
        let dir = tempfile::tempdir().unwrap();
        let mut keeper = Keeper::of(Left::default());
        assert!(!keeper.see(Left::default()), "nothing has changed");
        assert!(keeper.see(by("Name")) && !keeper.see(by("Size")), "one moment at a time");
        assert!(!keeper.rest(&by("Size")), "it went on changing");
        assert!(keeper.see(by("Size")) && keeper.rest(&by("Size")));
        let older = keeper.keep(by("Size"), dir.path());
        let newer = keeper.keep(by("Speed"), dir.path());
        newer();
        older();
        assert_eq!(Left::of(dir.path()), by("Speed"));
    }
}
