//! Looks at the beginning of a body before any of it is written.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use tokio::time::timeout;

use super::judge::Grant;
use super::segment::cut_off;
use crate::attempt::{Attempt, Outcome};
use crate::net::Answer;
use crate::transfer::{ErrorKind, Failure};

/// How many bytes are asked for a second time to see whether they are the same as before.
pub(super) const OVERLAP: u64 = 64 * 1024;
/// How many bytes tell a web page.
const PAGE: usize = 256;

/// How a body begins that overlaps with what is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlap {
    /// With the same bytes; what comes next is new.
    Same,
    /// With others.
    Differs,
    /// With the same bytes, but it is to end before there are new ones.
    TooShort,
}

/// Compares what of the body belongs before `until` with the bytes of `file`. The grant then begins
/// behind that.
pub(super) async fn overlap(
    answer: &mut Answer,
    grant: &mut Grant,
    (file, until): (&File, u64),
    attempt: &Attempt,
) -> Result<Overlap, Outcome> {
    let wanted = until.saturating_sub(grant.offset);
    let length = grant.length.map_or(wanted, |length| length.min(wanted));
    if length == 0 {
        return Ok(Overlap::Same);
    }
    let bytes = beginning(answer, usize::try_from(length).unwrap_or(usize::MAX), attempt).await?;
    let (file, offset) = (file.try_clone(), grant.offset);
    let count = bytes.len();
    attempt.meter.add_known(count as u64);
    let same = super::blocking(move || {
        let mut known = vec![0; bytes.len()];
        file?.read_exact_at(&mut known, offset)?;
        Ok(known == bytes)
    });
    match same.await {
        Ok(true) if (count as u64) < length => {
            Err(Outcome::Failed(Failure::new(ErrorKind::Truncated).about(answer.url.host())))
        }
        Ok(true) => {
            grant.offset += length;
            grant.length = grant.length.map(|all| all - length);
            Ok(if grant.length == Some(0) { Overlap::TooShort } else { Overlap::Same })
        }
        Ok(false) => Ok(Overlap::Differs),
        // What is not on the disk any more cannot be the same.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Overlap::Differs),
        Err(error) => Err(Outcome::Failed(Failure::new(ErrorKind::Io).because(&error.kind().to_string()))),
    }
}

/// Whether a body begins as only a web page does. All of it is still to be read afterwards.
pub(super) async fn is_page(answer: &mut Answer, attempt: &Attempt) -> Result<bool, Outcome> {
    let bytes = beginning(answer, PAGE, attempt).await?;
    let page = super::kind::begins_as_a_page(&bytes);
    answer.put_back(&bytes);
    Ok(page)
}

/// Reads this many bytes, or all if the body has fewer.
async fn beginning(answer: &mut Answer, length: usize, attempt: &Attempt) -> Result<Vec<u8>, Outcome> {
    let host = answer.url.host();
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let left = length - bytes.len();
        let read = tokio::select! {
            () = attempt.stop.cancelled() => return Err(Outcome::Stopped),
            read = timeout(attempt.timeouts.silence, answer.read(&mut bytes, left)) => read,
        };
        match read {
            Ok(Ok(0)) => break,
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(Outcome::Failed(cut_off(&error, answer))),
            Err(_) => return Err(Outcome::Failed(Failure::new(ErrorKind::Timeout).about(host))),
        }
    }
    Ok(bytes)
}
