//! The rules of the house, checked: who may know whom, how long a file may be, and what lies at the
//! top level.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LONGEST_FILE: usize = 400;

/// Rooms of the library, and which others each of them may know.
const LIBRARY: [(&str, &[&str]); 8] = [
    ("transfer", &[]),
    ("attempt", &["transfer"]),
    ("store", &["transfer"]),
    ("net", &["transfer", "attempt"]),
    ("download", &["transfer", "attempt", "net", "store"]),
    ("upload", &["transfer", "attempt", "net"]),
    ("gather", &["transfer", "download"]),
    ("session", &["transfer", "attempt", "store", "net", "download", "upload"]),
];

/// Rooms of the application, and which others of the application each of them may know. Of the
/// library they know only what `lib.rs` gives out.
const APPLICATION: [(&str, &[&str]); 9] = [
    ("system", &[]),
    ("i18n", &[]),
    ("install", &["system"]),
    ("ipc", &["system"]),
    ("browser", &["ipc"]),
    ("cli", &["browser", "ipc", "i18n", "install"]),
    ("gui", &["ipc", "i18n", "system"]),
    ("host", &["ipc", "i18n", "install", "system"]),
    ("program", &["browser", "cli", "gui", "host", "ipc", "system"]),
];

/// Exceptions, each with its reason: private folders are made in one way everywhere.
const ALLOWED: [(&str, &str); 2] = [("ipc", "store"), ("host", "store")];

/// What may lie at the top level.
const TOP: [&str; 10] = [
    "CHANGELOG.md",
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    "README.md",
    "assets",
    "i18n",
    "i18n.toml",
    "src",
    "tests",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() && !entry.ends_with("target") {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            found.push(entry);
        }
    }
    found
}

fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names after `crate::`, comments left out.
fn known_by(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rest[name.len()..].starts_with("::") {
                rooms.insert(name);
            }
        }
    }
    rooms
}

#[test]
fn every_room_knows_only_whom_it_may() {
    let rooms: Vec<&str> = LIBRARY.iter().chain(&APPLICATION).map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for path in sources(&Path::new(ROOT).join("src")) {
        let room = room_of(&path);
        let Some((_, may)) = LIBRARY.iter().chain(&APPLICATION).find(|(known, _)| *known == room) else {
            continue;
        };
        for other in known_by(&path) {
            let known = other == room
                || may.contains(&other.as_str())
                || !rooms.contains(&other.as_str())
                || ALLOWED.contains(&(room.as_str(), other.as_str()));
            if !known {
                wrong.push(format!("{} knows {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_is_on_the_map() {
    let known: BTreeSet<_> = LIBRARY.iter().chain(&APPLICATION).map(|(room, _)| (*room).to_owned()).collect();
    let there: BTreeSet<_> = sources(&Path::new(ROOT).join("src")).iter().map(|path| room_of(path)).collect();
    let doors = ["lib".to_owned(), "main".to_owned()].into();
    assert_eq!(there.difference(&doors).cloned().collect::<BTreeSet<_>>(), known);
}

#[test]
fn no_file_is_longer_than_a_head_can_hold() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for path in sources(&Path::new(ROOT).join(folder)) {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            if lines > LONGEST_FILE {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_unplanned_lies_at_the_top_level() {
    let tracked = std::fs::read_dir(ROOT).unwrap().map(|entry| entry.unwrap().file_name());
    let names = tracked.map(|name| name.to_string_lossy().into_owned());
    let planned = |name: &String| name.starts_with('.') || TOP.contains(&name.as_str());
    // What is never checked in is no part of the house.
    let ignored = std::fs::read_to_string(Path::new(ROOT).join(".gitignore")).unwrap();
    let ignored = |name: &String| ignored.lines().any(|line| line.trim_end_matches('/') == name);
    let extra: Vec<_> = names.filter(|name| !planned(name) && !ignored(name)).collect();
    assert!(extra.is_empty(), "{extra:?}");
}

#[test]
fn nobody_speaks_of_the_library_by_its_rooms_from_outside() {
    let rooms: Vec<&str> = LIBRARY.iter().map(|(room, _)| *room).collect();
    let text = std::fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    for room in rooms {
        assert!(!text.contains(&format!("pub mod {room};")), "{room} is open to everybody");
    }
}

/// What stands between the first `before` and the first `after` behind it.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

#[test]
fn all_who_tell_the_version_tell_the_same() {
    let read = |name: &str| std::fs::read_to_string(Path::new(ROOT).join(name)).ok();
    let changes = read("CHANGELOG.md").unwrap();
    let newest = between(&changes, "\n## [", "\n").and_then(|line| line.split_once("] - "));
    let (version, date) = newest.expect("the newest version stands first, with its date");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    if let Some(description) = read("assets/org.windlass.Windlass.metainfo.xml") {
        let released = between(&description, "<release ", ">").unwrap();
        assert_eq!(released, format!("version=\"{version}\" date=\"{date}\""));
    }
    if let Some(extension) = read("assets/browser/build.py") {
        assert_eq!(between(&extension, "\nVERSION = \"", "\""), Some(version));
    }
}
