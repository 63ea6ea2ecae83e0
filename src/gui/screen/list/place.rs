//! What the sidebar offers: parts of the list, each with how many are in it.

use std::collections::BTreeMap;

use crate::{Kind, Phase, Snapshot};

/// A part of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Everything.
    #[default]
    All,
    /// What moves or would move as soon as it can.
    Active,
    /// What somebody has to resume.
    Paused,
    /// What is done.
    Finished,
    /// What went wrong.
    Failed,
    /// What comes.
    Downloads,
    /// What goes.
    Uploads,
    /// Files of one kind.
    Files(FileKind),
    /// Those of a group.
    Group(String),
    /// Those that go to a named place.
    Destination(String),
}

/// What a file is, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Something to look at.
    Picture,
    /// Something to listen to.
    Music,
    /// Something to watch.
    Video,
    /// Something to read.
    Document,
    /// Something to unpack.
    Archive,
    /// Something to install or to boot.
    Program,
}

const ENDINGS: [(FileKind, &[&str]); 6] = [
    (
        FileKind::Picture,
        &["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "heic", "tif", "tiff", "bmp", "raw", "jxl"],
    ),
    (FileKind::Music, &["mp3", "flac", "ogg", "opus", "m4a", "wav", "aac", "wma", "aiff"]),
    (FileKind::Video, &["mp4", "mkv", "webm", "mov", "avi", "m4v", "mpg", "mpeg", "wmv", "ts", "flv"]),
    (
        FileKind::Document,
        &[
            "pdf", "txt", "md", "epub", "doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp",
            "csv", "html", "json", "tex", "rtf", "mobi",
        ],
    ),
    (FileKind::Archive, &["zip", "tar", "gz", "tgz", "xz", "bz2", "zst", "7z", "rar", "lz4", "lzma", "cab"]),
    (
        FileKind::Program,
        &[
            "iso", "img", "deb", "rpm", "appimage", "flatpak", "exe", "msi", "dmg", "apk", "jar", "run",
            "snap",
        ],
    ),
];

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Picture, Self::Music, Self::Video, Self::Document, Self::Archive, Self::Program];

    /// What a file that is called so is.
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        ENDINGS.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(kind, _)| *kind)
    }
}

impl Place {
    /// Whether this transfer is there.
    pub fn has(&self, row: &Snapshot) -> bool {
        match self {
            Self::All => true,
            Self::Active => is_active(row.state),
            Self::Paused => row.state == Phase::Paused,
            Self::Finished => row.state == Phase::Completed,
            Self::Failed => row.state == Phase::Failed,
            Self::Downloads => row.kind == Kind::Download,
            Self::Uploads => row.kind != Kind::Download,
            Self::Files(kind) => FileKind::of(&row.name) == Some(*kind),
            Self::Group(name) => row.group.as_ref() == Some(name),
            Self::Destination(name) => row.destination.as_ref() == Some(name),
        }
    }
}

fn is_active(state: Phase) -> bool {
    matches!(state, Phase::Queued | Phase::Running | Phase::Waiting | Phase::Verifying)
}

/// How many there are in each place; places where there is nothing are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Place, usize>);

impl Counts {
    /// Of nothing.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Counts these.
    pub fn of<'a>(rows: impl Iterator<Item = &'a Snapshot>) -> Self {
        let mut counts = BTreeMap::new();
        for row in rows {
            for place in places(row) {
                *counts.entry(place).or_default() += 1;
            }
        }
        Self(counts)
    }

    /// How many are there.
    pub fn at(&self, place: &Place) -> usize {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// All places with something in them, in their order.
    pub fn places(&self) -> impl Iterator<Item = (&Place, usize)> {
        self.0.iter().map(|(place, count)| (place, *count))
    }
}

/// All places where a transfer is.
fn places(row: &Snapshot) -> impl Iterator<Item = Place> {
    let state = match row.state {
        state if is_active(state) => Some(Place::Active),
        Phase::Paused => Some(Place::Paused),
        Phase::Completed => Some(Place::Finished),
        Phase::Failed => Some(Place::Failed),
        _ => None,
    };
    let way = if row.kind == Kind::Download { Place::Downloads } else { Place::Uploads };
    [
        Some(Place::All),
        state,
        Some(way),
        FileKind::of(&row.name).map(Place::Files),
        row.group.clone().map(Place::Group),
        row.destination.clone().map(Place::Destination),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::sample::{download, upload};

    #[test]
    fn a_transfer_is_counted_where_it_is_found() {
        let mut all = Vec::new();
        let states = [Phase::Queued, Phase::Running, Phase::Paused, Phase::Completed, Phase::Failed];
        for (number, state) in states.into_iter().chain([Phase::Cancelled, Phase::Waiting]).enumerate() {
            let names = ["a.ISO", "b.tar.zst", "c", "d.jpg", "e.pdf"];
            let row = if number % 2 == 0 { download } else { upload };
            let group = (number % 3 == 0).then(|| "Night".to_owned());
            all.push(Snapshot { state, group, ..row(names[number % names.len()]) });
        }
        let counts = Counts::of(all.iter());
        for (place, count) in counts.places() {
            assert_eq!(all.iter().filter(|row| place.has(row)).count(), count, "{place:?}");
        }
        assert_eq!((counts.at(&Place::All), counts.at(&Place::Group("Night".to_owned()))), (7, 3));
        assert_eq!(counts.at(&Place::Files(FileKind::Video)), 0);
    }

    #[test]
    fn the_ending_tells_what_a_file_is() {
        assert_eq!(FileKind::of("debian.ISO"), Some(FileKind::Program));
        assert_eq!(FileKind::of("linux.tar.xz"), Some(FileKind::Archive));
        assert_eq!(FileKind::of("README"), None);
        assert_eq!(FileKind::of("x.unheard-of"), None);
    }
}
