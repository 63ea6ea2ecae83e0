//! The folders among the files of the dialog. What is in them is found in the background, slice by slice; a
//! folder that is left out is looked at no further.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use iced::futures::{Stream, stream};
use iced::task::Handle;
use tokio::task::spawn_blocking;

use crate::gui::look::Look;
use crate::i18n::t;
use crate::{Failure, Folders, Found, LeftOut, Tally, Tree};

/// How much is found before it is told.
const SLICE: usize = 512;

/// Something new of a folder.
#[derive(Clone, Debug)]
pub enum News {
    /// This is in it too.
    Found(Vec<Found>),
    /// That was all of it.
    End,
    /// It cannot be looked into.
    Closed(Failure),
}

/// The folders.
#[derive(Debug, Default)]
pub struct Trees {
    folders: HashMap<PathBuf, Folder>,
    /// Whatever it is, it is no folder that is new.
    seen: HashSet<PathBuf>,
}

/// What is known of a folder.
#[derive(Debug, Default)]
struct Folder {
    tally: Tally,
    files: Vec<(PathBuf, Folders)>,
    left_out: Vec<LeftOut>,
    /// Dropping it ends the looking.
    looking: Option<Handle>,
}

impl Trees {
    /// Which of these are folders that nobody looks into yet. The next time they are not.
    pub fn unseen(&mut self, files: &[PathBuf]) -> Vec<PathBuf> {
        files.iter().filter(|file| self.seen.insert((*file).clone()) && file.is_dir()).cloned().collect()
    }

    /// Whether there are such.
    pub fn has_unseen(&self, files: &[PathBuf]) -> bool {
        files.iter().any(|file| !self.seen.contains(file) && file.is_dir())
    }

    /// Somebody looks into this one.
    pub fn look(&mut self, folder: PathBuf, looking: Handle) {
        self.folders.insert(folder, Folder { looking: Some(looking), ..Folder::default() });
    }

    /// Whether not all is known yet.
    pub fn is_looking(&self) -> bool {
        self.folders.values().any(|folder| folder.looking.is_some())
    }

    /// Takes in what was found. A folder that was left out meanwhile stays so.
    ///
    /// # Errors
    /// If the folder cannot be looked into.
    pub fn hear(&mut self, path: &Path, news: News) -> Result<(), Failure> {
        let Some(folder) = self.folders.get_mut(path) else { return Ok(()) };
        match news {
            News::Found(found) => found.into_iter().for_each(|found| folder.add(found)),
            News::End => folder.looking = None,
            News::Closed(failure) => {
                folder.looking = None;
                return Err(failure);
            }
        }
        Ok(())
    }

    /// A folder is left out.
    pub fn leave_out(&mut self, path: &Path) {
        self.seen.remove(path);
        self.folders.remove(path);
    }

    /// What is to be sent of this: the file, or all that is in the folder.
    pub fn files<'a>(
        &'a self,
        path: &'a PathBuf,
    ) -> impl Iterator<Item = (&'a PathBuf, Option<&'a Folders>)> {
        let folder = self.folders.get(path);
        let inside = folder.into_iter().flat_map(|folder| &folder.files);
        let single = folder.is_none().then_some((path, None));
        single.into_iter().chain(inside.map(|(path, folders)| (path, Some(folders))))
    }

    /// Keeps only these of what is to be sent. The answer is whether anything of this is among them.
    pub fn keep(&mut self, path: &Path, only: &HashSet<PathBuf>) -> bool {
        let Some(folder) = self.folders.get_mut(path) else { return only.contains(path) };
        folder.files.retain(|(path, _)| only.contains(path));
        folder.tally = Tally { files: folder.files.len() as u64, ..folder.tally };
        !folder.files.is_empty()
    }

    /// What is known of a folder, in words; nothing of a file.
    pub fn words(&self, path: &Path, look: &Look) -> Option<String> {
        let folder = self.folders.get(path)?;
        let Tally { files, folders, bytes } = folder.tally;
        let size = look.texts.size(bytes);
        let tally = t!(look.texts, "folder-tally", files = files, folders = folders, size = size);
        let Some(first) = folder.left_out.first() else { return Some(tally) };
        let (count, why) = (folder.left_out.len(), first.why.name());
        let which = first.path.strip_prefix(path).unwrap_or(&first.path).display().to_string();
        let left_out = t!(look.texts, "folder-left-out", count = count, which = which, why = why);
        Some(format!("{tally}{}{left_out}", t!(look.texts, "separator")))
    }
}

impl Folder {
    fn add(&mut self, found: Found) {
        self.tally.add(&found);
        match found {
            Found::File { path, folders, .. } => self.files.push((path, folders)),
            Found::Folder(_) => {}
            Found::LeftOut(left_out) => self.left_out.push(left_out),
        }
    }
}

/// Where a walk stands.
enum Walk {
    Before(PathBuf),
    At(Tree),
    Over,
}

/// What is in a folder, found on threads that may wait for a disk.
pub fn news(folder: PathBuf) -> impl Stream<Item = News> + Send + 'static {
    stream::unfold(Walk::Before(folder), |walk| async {
        spawn_blocking(move || step(walk)).await.unwrap_or(Some((News::End, Walk::Over)))
    })
}

fn step(walk: Walk) -> Option<(News, Walk)> {
    let mut tree = match walk {
        Walk::Before(folder) => match Tree::of(&folder) {
            Ok(tree) => tree,
            Err(failure) => return Some((News::Closed(failure), Walk::Over)),
        },
        Walk::At(tree) => tree,
        Walk::Over => return None,
    };
    let found: Vec<_> = tree.by_ref().take(SLICE).collect();
    if found.is_empty() {
        return Some((News::End, Walk::Over));
    }
    Some((News::Found(found), Walk::At(tree)))
}
