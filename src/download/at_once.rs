//! The short way of a small file whose bytes come at once: it never has a part file.
//!
//! They are written to a file without a name and synced, while the session writes down which file that
//! is; only then it gets its name. A crash before that leaves nothing, one afterwards leaves a whole file
//! that the session knows. Whatever does not come at once takes the long way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::described::Described;
use super::judge::Grant;
use super::open::Fresh;
use super::together::Target;
use super::{Download, failed, place, verify};
use crate::attempt::{Outcome, committed};
use crate::net::Answer;

/// The largest file that goes this way, in bytes: its content is held in memory.
const LARGEST: u64 = 256 * 1024;
/// How long it may take to come; a crash costs no more than that.
const AT_ONCE: Duration = Duration::from_millis(500);

impl Download {
    /// All of a small file, if that is what the answer brings, and soon. Otherwise it is as if nothing had
    /// been read of it.
    pub(super) async fn all_at_once(
        &self,
        answer: &mut Answer,
        grant: &Grant,
        described: &Described,
    ) -> Option<Vec<u8>> {
        let known = &self.request.expected;
        // What has to be checked is read from the disk, where it may have to be mended.
        let is_checked =
            !described.digests.is_empty() || !known.checksums.is_empty() || known.pieces.is_some();
        let is_whole = grant.offset == 0 && grant.length == grant.total;
        let total = grant.total.filter(|total| is_whole && !is_checked && *total <= LARGEST)?;
        if !self.sources.first().url.is_web() || self.attempt.limits.turn(1).is_some() {
            return None;
        }
        let total = usize::try_from(total).ok()?;
        let mut bytes = Vec::with_capacity(total);
        let _open = self.attempt.meter.connection();
        let end = Instant::now() + AT_ONCE;
        while bytes.len() < total {
            let left = total - bytes.len();
            let read = tokio::select! {
                biased;
                () = self.attempt.stop.cancelled() => None,
                read = timeout_at(end, answer.read(&mut bytes, left)) => read.ok(),
            };
            if !matches!(read, Some(Ok(1..))) {
                answer.put_back(&bytes);
                return None;
            }
        }
        self.attempt.meter.begin(0, grant.total);
        self.attempt.meter.add(total as u64);
        Some(bytes)
    }

    /// Makes a file of `bytes`, which are all of it.
    pub(super) async fn keep(
        &self,
        bytes: Vec<u8>,
        grant: Grant,
        described: Described,
    ) -> Result<Outcome, Outcome> {
        self.check_length(grant.total)?;
        let path = described.path.clone();
        let failed = |error| failed(&error, &path);
        let folder = path.parent().unwrap_or(Path::new("/"));
        let (wanted, commit) = (self.wanted(grant, described), self.attempt.committer());
        let made = self.shared.together.run(folder, move || {
            let Fresh { reservation, unnamed, partial } = wanted.make()?;
            let file = unnamed.fill(&bytes)?;
            // It is written down while the bytes are synced. Both have to be before it gets its name.
            let written_down = commit(partial.clone());
            Ok(((reservation, unnamed, partial, written_down), Target::File(file)))
        });
        let (reservation, unnamed, mut partial, written_down) = made.await.map_err(failed)?;
        committed(written_down).await?;
        let (path, if_exists): (PathBuf, _) = (reservation.path().to_owned(), self.request.if_exists);
        let placed = self.shared.together.run(folder, move || {
            let placed = place::link(unnamed, &path, if_exists)?;
            let folder = Target::Folder(place::folder(&placed).to_owned());
            Ok((placed, folder))
        });
        partial.path = placed.await.map_err(failed)?;
        drop(reservation);
        partial.durable = partial.total.map(|total| 0..total).into_iter().collect();
        partial.verified = Some(verify::proof(&self.request.expected, &partial));
        Ok(Outcome::Completed(Some(Box::new(partial))))
    }
}

#[cfg(test)]
#[path = "at_once/tests.rs"]
mod tests;
