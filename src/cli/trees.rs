//! The files that a command line names: files as they are, and those of folders.

use std::path::{Path, PathBuf};

use super::Wrong;
use super::output::{self, Printable};
use crate::{Folders, Found, LeftOut, Tally, Tree, Why};

/// What there is to send.
#[derive(Default)]
pub(super) struct Named {
    /// Each file; of one of a tree, the folders that lead to it.
    pub files: Vec<(PathBuf, Option<Folders>)>,
    /// How much it is, if there is a folder among it.
    tally: Option<Tally>,
    left_out: Vec<LeftOut>,
}

impl Named {
    /// What these arguments mean `here`.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub(super) fn of(arguments: &[PathBuf], here: &Path) -> Result<Self, Wrong> {
        let mut named = Self::default();
        for argument in arguments {
            let path = here.join(argument);
            if path.is_dir() {
                named.add(if means_inside(argument) { Tree::inside(&path)? } else { Tree::of(&path)? });
            } else {
                named.files.push((path, None));
            }
        }
        if let Some(tally) = &mut named.tally {
            let single = named.files.iter().filter(|(_, folders)| folders.is_none());
            for size in single.filter_map(|(path, _)| Some(path.metadata().ok()?.len())) {
                tally.files += 1;
                tally.bytes = tally.bytes.saturating_add(size);
            }
        }
        Ok(named)
    }

    /// These files, which are on another computer. Folders cannot be looked into there.
    pub(super) fn elsewhere(files: &[PathBuf]) -> Self {
        Self { files: files.iter().map(|file| (file.clone(), None)).collect(), ..Self::default() }
    }

    fn add(&mut self, tree: Tree) {
        let tally = self.tally.get_or_insert_default();
        for found in tree {
            tally.add(&found);
            match found {
                Found::File { path, folders, .. } => self.files.push((path, Some(folders))),
                Found::Folder(_) => {}
                Found::LeftOut(left_out) => self.left_out.push(left_out),
            }
        }
    }

    /// Whether there is a folder among it.
    pub(super) fn has_folder(&self) -> bool {
        self.tally.is_some()
    }

    /// Tells how much it is, unless that is not wanted, and what is not sent. The answer is whether everything
    /// could be read.
    pub(super) fn tell(&self, quiet: bool) -> bool {
        for left_out in &self.left_out {
            output::note(format_args!("windlass: {}", Printable(&left_out.to_string())));
        }
        if let Some(tally) = self.tally.filter(|_| !quiet) {
            output::note(said(tally));
        }
        !self.left_out.iter().any(|left_out| left_out.why == Why::Unreadable)
    }
}

/// Whether what is in the folder is meant, and not the folder: as with rsync, if it ends with `/`.
fn means_inside(argument: &Path) -> bool {
    let text = argument.as_os_str().as_encoded_bytes();
    let last = text.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    matches!(last, b"" | b"." | b"..") || argument.file_name().is_none()
}

/// `12 files in 3 folders, 45 MB`.
fn said(tally: Tally) -> String {
    let counted = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let (files, folders) = (counted(tally.files, "file"), counted(tally.folders, "folder"));
    format!("{files} in {folders}, {}", output::size(tally.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_ends_with_a_slash_means_what_is_in_it() {
        for (argument, inside) in
            [("a", false), ("a/", true), ("a/.", true), (".", true), ("..", true), ("/", true), (".a", false)]
        {
            assert_eq!(means_inside(Path::new(argument)), inside, "{argument}");
        }
    }

    #[test]
    fn how_much_there_is_is_told_in_words() {
        assert_eq!(
            said(Tally { files: 12, folders: 3, bytes: 45_000_000 }),
            "12 files in 3 folders, 45.0 MB"
        );
        assert_eq!(said(Tally { files: 1, folders: 1, bytes: 0 }), "1 file in 1 folder, 0 B");
    }

    #[test]
    fn files_stand_as_they_are_beside_those_of_folders() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("f/g")).unwrap();
        for name in ["f/g/1", "2"] {
            std::fs::File::create_new(dir.path().join(name)).unwrap().set_len(5).unwrap();
        }
        let named = Named::of(&["2".into(), "f".into(), "none".into()], dir.path()).unwrap();
        let inside = |folders: &Option<Folders>| folders.as_ref().map(|folders| folders.as_path().to_owned());
        let found: Vec<_> = named.files.iter().map(|(_, folders)| inside(folders)).collect();
        assert_eq!(found, [None, Some("f/g".into()), None]);
        assert_eq!(named.tally, Some(Tally { files: 2, folders: 2, bytes: 10 }));
        assert!(!Named::of(&["2".into()], dir.path()).unwrap().has_folder());
    }
}
