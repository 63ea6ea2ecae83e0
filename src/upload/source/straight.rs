//! Parts of files that go straight to a socket, without coming into our own memory.
//!
//! What is on its way like this is what the file has now, so it is looked at once more when the server has
//! answered. The last bytes are read first all the same, and wait for a look.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use super::{PIECE, Part, broken, open, read_at};
use crate::attempt::Limits;
use crate::net::Outlet;
use crate::transfer::{Failure, Source};

/// How many bytes at the end of a file are read.
const LAST: u64 = 64 * 1024;

/// Sends everything, or as much as is wanted.
pub(super) fn send(parts: &[Part], limits: &Limits, outlet: &mut Outlet) -> Result<(), Failure> {
    for part in parts {
        let goes_on = match part {
            Part::Bytes(bytes) => send_bytes(bytes, limits, outlet),
            Part::File { path, source, range } => {
                let file = open(path, source)?;
                let last = range.end.saturating_sub(LAST).max(range.start);
                send_file((&file, path, source), range.start..last, limits, outlet)? && {
                    let mut bytes = vec![0; usize::try_from(range.end - last).unwrap_or_default()];
                    read_at(&file, &mut bytes, last, (path, source))?;
                    send_bytes(&bytes, limits, outlet)
                }
            }
        };
        if !goes_on {
            return Ok(());
        }
    }
    outlet.wait_for_answer();
    parts.iter().try_for_each(|part| match part {
        Part::Bytes(_) => Ok(()),
        Part::File { path, source, .. } => source.check(path),
    })
}

/// The answer is whether more is wanted.
fn send_file(
    (file, path, source): (&File, &Path, &Source),
    range: Range<u64>,
    limits: &Limits,
    outlet: &mut Outlet,
) -> Result<bool, Failure> {
    let mut at = range.start;
    while at < range.end {
        let left = range.end - at;
        let Some(now) = pay(left.min(PIECE as u64), limits, outlet) else { return Ok(false) };
        let sent = outlet.send_file(file, at..at + now);
        if !sent.map_err(|error| broken(&error, path))? {
            return Ok(false);
        }
        source.check(path)?;
        at += now;
    }
    Ok(true)
}

/// The same of bytes.
fn send_bytes(mut bytes: &[u8], limits: &Limits, outlet: &mut Outlet) -> bool {
    while !bytes.is_empty() {
        let Some(now) = pay(bytes.len() as u64, limits, outlet) else { return false };
        let (first, rest) = bytes.split_at(usize::try_from(now).unwrap_or(bytes.len()));
        if !outlet.send(first) {
            return false;
        }
        bytes = rest;
    }
    true
}

/// How many of these bytes may be sent now; nothing if none of them is wanted any more.
fn pay(bytes: u64, limits: &Limits, outlet: &mut Outlet) -> Option<u64> {
    let Some(turn) = limits.turn(1) else { return Some(bytes) };
    let now = bytes.min(turn);
    outlet.wait_for(limits.pay(now)).then_some(now)
}
