//! A part file on its way from one transfer to another: what is taken down of it when resume data is made, and how
//! it is taken up again.
//!
//! If it still is the very file, by its identity, nothing of it is read again; it is moved to where the file shall
//! go now, if that is on the same disk. A copy is read once, and what has the right sums of it is gone on with.
//! Anything else of that name is left alone, and the file is fetched from its first byte.

use std::fs::{File, Metadata};
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::open::Left;
use super::partial::{Reserved, discard, open_part, part_path};
use super::{Download, blocking, failed};
use crate::attempt::{Outcome, Report, committed};
use crate::store::{rename_new, sync_dir};
use crate::transfer::{Evidence, FileIdentity, Partial, Sum};

/// How much is read at once.
const STEP: usize = 1024 * 1024;

/// What is durable of a download, with the evidence for it; nothing if there is nothing to go on with. Everything that
/// is durable is read for it, so it takes as long as the disk does.
///
/// # Errors
/// If it cannot be read, or `stop` has been cancelled.
pub(crate) fn take_down(mut partial: Partial, stop: &CancellationToken) -> io::Result<Option<Partial>> {
    if partial.evidence.is_some() {
        // It was handed over before anybody looked at it.
        return Ok(Some(partial));
    }
    let there = open_part(&partial.path)?;
    let Some((file, metadata)) = there.filter(|(_, there)| partial.identity == Some(FileIdentity::of(there)))
    else {
        return Ok(None);
    };
    let mut ranges = std::mem::take(&mut partial.durable);
    ranges.truncate(metadata.len());
    if ranges.is_empty() {
        // Nobody knows it any more, and nothing is in it.
        discard(&partial)?;
        return Ok(None);
    }
    let mut reader = Reader::new(&file, stop);
    let evidence = Evidence::take(partial.path.clone(), ranges, |block| reader.sum(block))?;
    partial.evidence = Some(Box::new(evidence));
    Ok(Some(partial))
}

impl Download {
    /// Takes up a part file that was handed over. Which file it is, is written down before anything is
    /// written into it.
    pub(super) async fn take_up(&self, partial: Partial, evidence: Evidence) -> Result<Left, Outcome> {
        let (path, reserved) = (partial.path.clone(), self.shared.reserved.clone());
        let stop = self.attempt.stop.clone();
        self.attempt.report(Report::Verifying).await;
        let taken_up = blocking(move || take_up(partial, &evidence, &reserved, &stop)).await;
        self.attempt.report(Report::Fetching).await;
        match taken_up {
            Ok(Some((partial, file))) => {
                committed(self.attempt.commit(partial.clone()).await).await?;
                Ok(Left::Open(Box::new(self.opened(partial, file, None)?)))
            }
            Ok(None) => Ok(Left::Nothing),
            Err(_) if self.attempt.stop.is_cancelled() => Err(Outcome::Stopped),
            Err(error) => Err(failed(&error, &path)),
        }
    }
}

/// The part file with what is proved of it; nothing if there is none, or no byte of it is proved.
fn take_up(
    mut partial: Partial,
    evidence: &Evidence,
    reserved: &Reserved,
    stop: &CancellationToken,
) -> io::Result<Option<(Partial, File)>> {
    // Without the time of birth an inode may be that of any file.
    let known = partial.identity.filter(|identity| identity.born != 0);
    let there = match (open_part(&partial.path)?, known) {
        (None, Some(known)) => moved(&partial.path, evidence, known, reserved)?,
        (there, _) => there,
    };
    let Some((file, metadata)) = there else { return Ok(None) };
    let identity = FileIdentity::of(&metadata);
    let is_known = known == Some(identity);
    partial.durable = if is_known {
        evidence.ranges.clone()
    } else {
        let mut reader = Reader::new(&file, stop);
        evidence.proved(|block| reader.sum_if_there(block))?
    };
    partial.durable.truncate(metadata.len());
    let Some(last) = partial.durable.iter().last() else { return Ok(None) };
    if !is_known && metadata.len() > last.end {
        // What lies behind may be longer than the file will be.
        file.set_len(last.end)?;
    }
    partial.identity = Some(identity);
    Ok(Some((partial, file)))
}

/// Brings the part file from where it was to where the file for `path` begins, if it still is the `known` one and
/// nothing is in the way.
fn moved(
    path: &Path,
    evidence: &Evidence,
    known: FileIdentity,
    reserved: &Reserved,
) -> io::Result<Option<(File, Metadata)>> {
    let is_known = |metadata: &Metadata| metadata.is_file() && FileIdentity::of(metadata) == known;
    let (from, to) = (part_path(&evidence.path), part_path(path));
    if !from.symlink_metadata().is_ok_and(|metadata| is_known(&metadata)) {
        return Ok(None);
    }
    let Some(_held) = reserved.hold(path) else { return Ok(None) };
    let folders = [&from, &to].map(|file| file.parent().unwrap_or(Path::new("/")));
    std::fs::create_dir_all(folders[1])?;
    match rename_new(&from, &to) {
        Ok(()) => {}
        Err(error)
            if matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::AlreadyExists) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    folders.into_iter().try_for_each(sync_dir)?;
    Ok(open_part(path)?.filter(|(_, metadata)| is_known(metadata)))
}

/// Reads a file block by block, until it is told to stop.
struct Reader<'a> {
    file: &'a File,
    stop: &'a CancellationToken,
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a File, stop: &'a CancellationToken) -> Self {
        Self { file, stop, buffer: vec![0; STEP] }
    }

    fn sum(&mut self, block: Range<u64>) -> io::Result<Sum> {
        let mut sum = blake3::Hasher::new();
        let mut at = block.start;
        while at < block.end {
            if self.stop.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = usize::try_from(block.end - at).unwrap_or(usize::MAX).min(STEP);
            let piece = &mut self.buffer[..length];
            self.file.read_exact_at(piece, at)?;
            sum.update(piece);
            at += length as u64;
        }
        Ok(*sum.finalize().as_bytes())
    }

    fn sum_if_there(&mut self, block: Range<u64>) -> io::Result<Option<Sum>> {
        match self.sum(block) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            sum => sum.map(Some),
        }
    }
}
