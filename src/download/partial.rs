//! The part file: how it is made, found again, and dropped.
//!
//! A part file is made without a name first. Only when the session has written down which file it
//! is (its inode and its path) does it get the name `NAME.part`; so a crash at any moment leaves
//! either nothing or a file that the session knows.

use std::collections::HashSet;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, CWD, FallocateFlags, OFlags};
use rustix::io::Errno;

use super::name;
use crate::transfer::{FileIdentity, IfExists, Partial};

/// Numbers that are tried before a folder is called full.
const CANDIDATES: u32 = 10_000;
/// Files shorter than this lie together anyway.
const WORTH_RESERVING: u64 = 1024 * 1024;
/// A file system in memory (`TMPFS_MAGIC` of Linux); there, reserving costs as much as writing.
const TMPFS: rustix::fs::FsWord = 0x0102_1994;

/// `NAME.part` for `NAME`.
pub(crate) fn part_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Names that transfers of this session are about to take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reserved(Arc<Mutex<HashSet<PathBuf>>>);

/// A name that no other transfer of the session can take while this lives.
#[derive(Debug)]
pub(crate) struct Reservation {
    path: PathBuf,
    reserved: Reserved,
}

impl Reserved {
    /// The first free name: `wanted`, `wanted (1)` and so on. Under [`IfExists::Overwrite`] a file
    /// of that name is no obstacle, under [`IfExists::Fail`] it is the end.
    pub(crate) fn take(&self, wanted: &Path, if_exists: IfExists) -> io::Result<Reservation> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for candidate in candidates(wanted) {
            let in_the_way = is_there(&candidate)? && if_exists != IfExists::Overwrite;
            let free = !in_the_way && !is_there(&part_path(&candidate))? && !taken.contains(&candidate);
            if free {
                taken.insert(candidate.clone());
                return Ok(Reservation { path: candidate, reserved: self.clone() });
            }
            if if_exists != IfExists::Rename {
                break;
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Exactly this name, whatever has it on the disk; nothing if another transfer is about to take it.
    pub(crate) fn hold(&self, path: &Path) -> Option<Reservation> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = taken.insert(path.to_owned());
        free.then(|| Reservation { path: path.to_owned(), reserved: self.clone() })
    }
}

impl Reservation {
    /// The name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.reserved.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.path);
    }
}

/// `wanted` and its numbered siblings.
pub(crate) fn candidates(wanted: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    let file_name = wanted.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (0..CANDIDATES).map(move |number| match number {
        0 => wanted.to_owned(),
        number => wanted.with_file_name(name::numbered(&file_name, number)),
    })
}

fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file on its way to becoming `NAME.part`.
#[derive(Debug)]
pub(crate) struct Unnamed {
    file: File,
    path: PathBuf,
    named: bool,
}

impl Unnamed {
    /// Makes the file for `path`. Where the file system knows no files without a name, it has its
    /// name at once.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let part = part_path(path);
        #[expect(clippy::cast_possible_wrap, reason = "flags are bits")]
        let flags = OFlags::TMPFILE.bits() as i32;
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).mode(0o666).open(folder);
        if let Ok(file) = file {
            return Ok(Self { file, path: part, named: false });
        }
        // EOPNOTSUPP, EISDIR or ENOENT: not known here. Anything else will come again now.
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o666).open(&part)?;
        Ok(Self { file, path: part, named: true })
    }

    /// Makes sure that there is room for `bytes`, and lets them lie together on the disk. The file is no
    /// longer for it: what was not written is not there. Where this is not known, or the disk is
    /// memory, it is left out.
    ///
    /// # Errors
    /// If there is no room for so much.
    pub(crate) fn reserve(&self, bytes: u64) -> io::Result<()> {
        if bytes < WORTH_RESERVING || rustix::fs::fstatfs(&self.file)?.f_type == TMPFS {
            return Ok(());
        }
        match rustix::fs::fallocate(&self.file, FallocateFlags::KEEP_SIZE, 0, bytes) {
            Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::IO)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Which file it is.
    pub(crate) fn identity(&self) -> io::Result<FileIdentity> {
        Ok(FileIdentity::of(&self.file.metadata()?))
    }

    /// Writes all of its content; the answer is the file, to be synced.
    pub(crate) fn fill(&self, bytes: &[u8]) -> io::Result<File> {
        self.file.write_all_at(bytes, 0)?;
        self.file.try_clone()
    }

    /// Gives it its name, if no other file has it by now.
    pub(crate) fn name(self) -> io::Result<File> {
        if !self.named {
            self.link(&self.path)?;
        }
        Ok(self.file)
    }

    /// Whether it has its name already.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// Gives it another name than that of a part file, if no other file has it.
    pub(crate) fn link(&self, path: &Path) -> io::Result<()> {
        let proc = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        Ok(rustix::fs::linkat(CWD, proc, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

/// What is left of an earlier attempt.
#[derive(Debug)]
pub(crate) enum Found {
    /// The part file, and how many bytes it has.
    Part(File, u64),
    /// The complete file under its final name: only the record of it was lost.
    Placed(PathBuf),
    /// Nothing.
    Nothing,
}

/// The part file for `path`, whichever it is; nothing if there is none, or something that is not a file.
pub(super) fn open_part(path: &Path) -> io::Result<Option<(File, Metadata)>> {
    let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    match OpenOptions::new().read(true).write(true).custom_flags(no_follow).open(part_path(path)) {
        Ok(file) => {
            let metadata = file.metadata()?;
            Ok(metadata.is_file().then_some((file, metadata)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound || is_no_file(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks for the file of an earlier attempt. A file of the same name that is another one is left alone.
pub(crate) fn find(partial: &Partial) -> io::Result<Found> {
    let Some(identity) = partial.identity else { return Ok(Found::Nothing) };
    if let Some((file, metadata)) = open_part(&partial.path)?
        && FileIdentity::of(&metadata) == identity
    {
        return Ok(Found::Part(file, metadata.len()));
    }
    for candidate in candidates(&partial.path) {
        let Ok(metadata) = candidate.symlink_metadata() else { break };
        let ours = metadata.is_file() && FileIdentity::of(&metadata) == identity;
        if ours && partial.total.is_none_or(|total| total == metadata.size()) {
            return Ok(Found::Placed(candidate));
        }
    }
    Ok(Found::Nothing)
}

/// Whether a link or a folder is what has the name.
fn is_no_file(error: &io::Error) -> bool {
    let errno = rustix::io::Errno::from_io_error(error);
    errno.is_some_and(|errno| matches!(errno, rustix::io::Errno::LOOP | rustix::io::Errno::ISDIR))
}

/// Removes the part file, if it is ours.
pub(crate) fn discard(partial: &Partial) -> io::Result<()> {
    remove_if(&part_path(&partial.path), partial.identity)
}

/// Removes the completed file, if it is still the one that was downloaded.
pub(crate) fn discard_completed(partial: &Partial) -> io::Result<()> {
    remove_if(&partial.path, partial.identity)
}

fn remove_if(path: &Path, identity: Option<FileIdentity>) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if Some(FileIdentity::of(&metadata)) == identity => std::fs::remove_file(path),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::Ranges;

    fn partial(path: &Path, identity: FileIdentity) -> Partial {
        Partial {
            path: path.to_owned(),
            total: None,
            validator: None,
            modified: None,
            page: false,
            resumable: true,
            identity: Some(identity),
            durable: Ranges::default(),
            evidence: None,
            digests: Vec::new(),
            mirrors: Vec::new(),
            description: None,
            response: None,
            found_at: None,
            verified: None,
        }
    }

    #[test]
    fn a_part_file_has_no_name_until_it_is_given_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        let unnamed = Unnamed::create(&path).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        let identity = unnamed.identity().unwrap();
        drop(unnamed.name().unwrap());
        assert!(matches!(find(&partial(&path, identity)).unwrap(), Found::Part(_, 0)));
    }

    #[test]
    fn room_is_reserved_without_making_the_file_longer_and_not_beyond_what_there_is() {
        let dir = tempfile::tempdir().unwrap();
        let unnamed = Unnamed::create(&dir.path().join("a.iso")).unwrap();
        unnamed.reserve(8 << 20).unwrap();
        let other = tempfile::tempfile_in(dir.path()).unwrap();
        let is_memory = rustix::fs::fstatfs(&other).unwrap().f_type == TMPFS;
        let is_unknown = rustix::fs::fallocate(&other, FallocateFlags::KEEP_SIZE, 0, 1).is_err();
        let metadata = unnamed.file.metadata().unwrap();
        assert_eq!(metadata.len(), 0);
        assert!(is_memory || is_unknown || metadata.blocks() * 512 >= 8 << 20, "{}", metadata.blocks());
        let too_much = unnamed.reserve(1 << 60).map_err(|error| error.kind());
        let is_refused = matches!(too_much, Err(io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge));
        assert!(is_memory || is_unknown || is_refused, "{too_much:?}");
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        let unnamed = Unnamed::create(&path).unwrap();
        crate::store::replace(&part_path(&path), b"somebody else's").unwrap();
        assert_eq!(unnamed.name().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(part_path(&path)).unwrap(), b"somebody else's");
    }

    #[test]
    fn a_file_of_the_same_name_that_is_another_one_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        crate::store::replace(&part_path(&path), b"foreign").unwrap();
        let foreign = partial(&path, FileIdentity { inode: 1, born: 1 });
        assert!(matches!(find(&foreign).unwrap(), Found::Nothing));
        discard(&foreign).unwrap();
        assert_eq!(std::fs::read(part_path(&path)).unwrap(), b"foreign");
    }

    #[test]
    fn a_file_that_was_placed_before_the_crash_is_recognised_under_any_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        crate::store::replace(&path, b"foreign").unwrap();
        let ours = dir.path().join("a (1).iso");
        crate::store::replace(&ours, b"ours").unwrap();
        let identity = FileIdentity::of(&ours.metadata().unwrap());
        match find(&partial(&path, identity)).unwrap() {
            Found::Placed(found) => assert_eq!(found, ours),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn transfers_of_one_session_never_get_the_same_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.iso");
        let reserved = Reserved::default();
        let held: Vec<_> = (0..64).map(|_| reserved.take(&path, IfExists::Rename).unwrap()).collect();
        let names: HashSet<_> = held.iter().map(|held| held.path().to_owned()).collect();
        assert_eq!(names.len(), 64);
        assert!(names.contains(&dir.path().join("a (63).iso")));
        drop(held);
        assert_eq!(reserved.take(&path, IfExists::Fail).unwrap().path(), path);
    }
}
