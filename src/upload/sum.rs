//! What a part of a file amounts to, where a server looks whether that has come.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use sha2::Digest;

use super::desk::Desk;
use crate::transfer::{Algorithm, ErrorKind, Failure};

const PIECE: usize = 256 * 1024;

/// The checksum of a part of the file.
///
/// # Errors
/// If it cannot be read, or there is no such way to compute one here.
pub(super) async fn of(desk: &Desk<'_>, range: Range<u64>, algorithm: Algorithm) -> Result<Vec<u8>, Failure> {
    let path = desk.request.file.clone();
    let summing = tokio::task::spawn_blocking(move || {
        let failed = |error: io::Error| Failure::from_io(&error, &path);
        match algorithm {
            Algorithm::Sha1 => read::<sha1::Sha1>(&path, range).map_err(failed),
            Algorithm::Sha256 => read::<sha2::Sha256>(&path, range).map_err(failed),
            _ => Err(Failure::new(ErrorKind::Io).about(algorithm.name())),
        }
    });
    summing.await.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))
}

fn read<D: Digest>(path: &Path, range: Range<u64>) -> io::Result<Vec<u8>> {
    let (file, mut at, mut sum) = (File::open(path)?, range.start, D::new());
    let mut piece = vec![0; PIECE];
    while at < range.end {
        let length = usize::try_from(range.end - at).unwrap_or(PIECE).min(PIECE);
        file.read_exact_at(&mut piece[..length], at)?;
        sum.update(&piece[..length]);
        at += length as u64;
    }
    Ok(sum.finalize().to_vec())
}
