//! Is it right? What a complete file is checked against, and what becomes of one that is wrong.
//!
//! What the user knows of the file outranks what the server says of it. A file that is wrong is never
//! given its name: of one whose pieces are known the wrong ones are fetched again, [twice](TRIES) at most,
//! any other one is fetched again as a whole, once. After that it has failed, and its part file is kept.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::doubts::Doubts;
use super::judge::Grant;
use super::{Download, Open, blocking, failed, read_metalink};
use crate::attempt::{Outcome, Report};
use crate::net::Answer;
use crate::transfer::{
    Algorithm, Checksum, ErrorKind, Expected, Failure, Headers, Partial, Pieces, Verified,
};

mod digests;
mod follower;
pub(super) mod listing;
mod pieces;
mod sibling;
mod sums;

pub(super) use follower::Follower;

/// How often a piece that is wrong is fetched again.
const TRIES: u32 = 2;

/// What was found wrong in one attempt.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// The file as a whole.
    whole: bool,
    /// How often each piece was, by its first byte.
    pieces: HashMap<u64, u32>,
}

/// The checksums that the file must have.
fn wanted<'a>(expected: &'a Expected, partial: &'a Partial) -> &'a [Checksum] {
    let nothing = expected.checksums.is_empty() && expected.pieces.is_none();
    if nothing { &partial.digests } else { &expected.checksums }
}

/// Whether a file can be shown to be the right one, of which the server has stated these checksums.
pub(super) fn is_provable(expected: &Expected, stated: &[Checksum]) -> bool {
    !expected.checksums.is_empty() || expected.pieces.is_some() || !stated.is_empty()
}

/// What a file that has its name was checked against.
pub(super) fn proof(expected: &Expected, partial: &Partial) -> Verified {
    let strongest = wanted(expected, partial).iter().map(Checksum::algorithm).max();
    let strongest = strongest.or(expected.pieces.as_ref().map(Pieces::algorithm));
    match (strongest, &partial.validator, partial.resumable) {
        (Some(algorithm), ..) => Verified::Checksum(algorithm),
        // The server has not said how long it is.
        _ if partial.verified == Some(Verified::None) => Verified::None,
        (None, Some(_), true) => Verified::Etag,
        _ if partial.total.is_some() => Verified::Length,
        _ => Verified::None,
    }
}

impl Download {
    /// What the server says that the file amounts to, and what is said of it beside it.
    pub(super) fn digests(&self, grant: &Grant, answer: &Answer) -> Vec<Checksum> {
        let is_whole = grant.offset == 0 && grant.length.is_none_or(|length| grant.total == Some(length));
        let mut stated = digests::stated(answer.headers(), is_whole);
        stated.retain(|checksum| self.found.iter().all(|found| found.algorithm() != checksum.algorithm()));
        stated.extend_from_slice(&self.found);
        stated
    }

    /// That a file of this length is the one that is wanted.
    pub(super) fn check_length(&self, total: Option<u64>) -> Result<(), Outcome> {
        match (self.request.expected.size, total) {
            (Some(expected), Some(total)) if expected != total => {
                let reason = format!("it has {total} bytes and not {expected}");
                Err(self.mismatch(&reason))
            }
            _ => Ok(()),
        }
    }

    /// All bytes are durable: is it all of them, and are they right? If not, something is to be fetched
    /// again: what is missing now, or everything.
    pub(super) async fn check(&mut self, whole: &mut Option<Open>) -> Result<bool, Outcome> {
        let Some(open) = whole else {
            return Err(Outcome::Failed(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse)));
        };
        self.attempt.report(Report::Verifying).await;
        let total = open.partial.total.unwrap_or(0);
        if open.intake.durable().prefix() != total || open.intake.durable().len() != total {
            return Err(Outcome::Failed(Failure::new(ErrorKind::Truncated).about(self.request.url.host())));
        }
        self.check_length(Some(total))?;
        let Some(checker) = &open.checker else { return Ok(true) };
        let found = tokio::select! {
            () = self.attempt.stop.cancelled() => return Err(Outcome::Stopped),
            found = checker.check(total) => found.map_err(|error| failed(&error, &open.partial.path))?,
        };
        match found {
            Found::Right => return Ok(true),
            Found::Pieces(wrong) => self.mend(open, wrong).await?,
            Found::Whole(reason) if self.faults.whole => return Err(self.mismatch(&reason)),
            Found::Whole(reason) => {
                let wrong = self.described(open, total).await?;
                if !wrong.is_empty() {
                    self.mend(open, wrong).await?;
                } else if self.sources.is_single() {
                    self.faults.whole = true;
                    self.attempt.report(Report::Fetching).await;
                    self.start_over(whole, ErrorKind::ChecksumMismatch).await?;
                } else {
                    return Err(self.mismatch(&reason));
                }
            }
        }
        Ok(false)
    }

    /// The pieces that are wrong by the Metalink that the server has named, if there is one that describes
    /// this very file. It only helps to find them; what the whole must amount to, it does not change.
    async fn described(&self, open: &mut Open, total: u64) -> Result<Vec<Range<u64>>, Outcome> {
        let (Some(checker), Some(url)) = (&mut open.checker, &open.partial.description) else {
            return Ok(Vec::new());
        };
        if checker.pieces.is_some() {
            return Ok(Vec::new());
        }
        let nobody = Headers::default();
        let at_home = url.origin() == self.request.url.origin();
        let headers = if at_home { &self.request.headers } else { &nobody };
        let read = read_metalink(&self.shared.net, url, headers, self.attempt.timeouts);
        let files = tokio::select! {
            () = self.attempt.stop.cancelled() => return Err(Outcome::Stopped),
            read = read => read.map(|metalink| metalink.files).unwrap_or_default(),
        };
        let is_it = |known: &Expected| known.checksums.iter().any(|sum| checker.wanted.contains(sum));
        let pieces = files.into_iter().map(|file| file.expected).find(is_it).and_then(|known| known.pieces);
        let Some(pieces) = pieces.filter(|pieces| pieces.fit(total)) else { return Ok(Vec::new()) };
        checker.pieces = Some(pieces.clone());
        tokio::select! {
            () = self.attempt.stop.cancelled() => Err(Outcome::Stopped),
            wrong = checker.wrong(pieces, total) => wrong.map_err(|error| failed(&error, &open.partial.path)),
        }
    }

    /// Drops the pieces that are wrong, so that they are fetched again, and not where they came from if
    /// they can be had elsewhere.
    async fn mend(&mut self, open: &mut Open, wrong: Vec<Range<u64>>) -> Result<(), Outcome> {
        if self.sources.punish(&open.intake.origins().blame(&wrong)) {
            self.faults.pieces.clear();
            self.doubts = Doubts::new(self.attempt.on_change);
        }
        let mut is_hopeless = false;
        for piece in wrong {
            let times = self.faults.pieces.entry(piece.start).or_default();
            *times += 1;
            is_hopeless |= *times > TRIES;
            open.intake.forget(piece);
        }
        open.partial.durable = open.intake.durable().clone();
        self.attempt.report(Report::Durable(open.partial.durable.clone())).await;
        if is_hopeless {
            return Err(self.mismatch("some of its pieces come out wrong again and again"));
        }
        if let Some(checker) = &mut open.checker {
            checker.begin_again();
            open.intake.follow(checker.follower());
        }
        self.attempt.report(Report::Fetching).await;
        Ok(())
    }

    fn mismatch(&self, reason: &str) -> Outcome {
        let failure = Failure::new(ErrorKind::ChecksumMismatch).about(self.request.url.host());
        Outcome::Failed(failure.because(reason))
    }
}

/// Checks one file. Dropped, it stops whatever it is doing.
#[derive(Debug)]
pub(super) struct Checker {
    file: Arc<File>,
    stop: Arc<AtomicBool>,
    wanted: Vec<Checksum>,
    pieces: Option<Pieces>,
    follower: Option<Follower>,
}

/// What is wrong with a file.
enum Found {
    Right,
    /// These pieces, in order.
    Pieces(Vec<Range<u64>>),
    /// It as a whole, for this reason.
    Whole(String),
}

impl Checker {
    /// For `file`, which will be that of `partial`; nothing if there is nothing to check it against.
    pub(super) fn new(file: &File, expected: &Expected, partial: &Partial) -> io::Result<Option<Self>> {
        let wanted = wanted(expected, partial).to_vec();
        if wanted.is_empty() && expected.pieces.is_none() {
            return Ok(None);
        }
        let (file, stop) = (Arc::new(file.try_clone()?), Arc::default());
        let mut checker = Self { file, stop, wanted, pieces: expected.pieces.clone(), follower: None };
        checker.begin_again();
        Ok(Some(checker))
    }

    /// Forgets what was read so far: it has changed.
    fn begin_again(&mut self) {
        let algorithms = self.wanted.iter().map(Checksum::algorithm);
        let follower = || Follower::new(self.file.clone(), self.stop.clone(), algorithms);
        self.follower = (!self.wanted.is_empty()).then(follower);
    }

    /// Who wants to be told how far the file is on the disk.
    pub(super) fn follower(&self) -> Option<Follower> {
        self.follower.clone()
    }

    /// Checks the file, which is all there and `total` bytes long.
    async fn check(&self, total: u64) -> io::Result<Found> {
        let reason = match &self.follower {
            Some(follower) => differs(&self.wanted, &follower.sums(total).await?),
            None => None,
        };
        let pieces = self.pieces.as_ref().filter(|pieces| pieces.fit(total));
        Ok(match (reason, pieces) {
            (None, _) if !self.wanted.is_empty() => Found::Right,
            (reason, None) => Found::Whole(reason.unwrap_or_else(|| "it has another length".to_owned())),
            (reason, Some(pieces)) => match (self.wrong(pieces.clone(), total).await?, reason) {
                (wrong, _) if !wrong.is_empty() => Found::Pieces(wrong),
                // Each piece is what it must be, but all of them together are not.
                (_, Some(reason)) => Found::Whole(reason),
                _ => Found::Right,
            },
        })
    }

    async fn wrong(&self, pieces: Pieces, total: u64) -> io::Result<Vec<Range<u64>>> {
        let (file, stop) = (self.file.clone(), self.stop.clone());
        blocking(move || pieces::wrong(&file, &pieces, total, &stop)).await
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
    }
}

/// In what way a file that amounts to `sums` is not the one that is wanted.
fn differs(wanted: &[Checksum], sums: &[Checksum]) -> Option<String> {
    let wrong = wanted.iter().find(|wanted| !sums.contains(wanted))?;
    let algorithm = wrong.algorithm();
    let found = sums.iter().find(|sum| sum.algorithm() == algorithm).map(beginning).unwrap_or_default();
    Some(format!("its {} is {found} and not {}", name(algorithm), beginning(wrong)))
}

fn name(algorithm: Algorithm) -> String {
    algorithm.name().to_uppercase()
}

/// As much of a checksum as people compare.
fn beginning(checksum: &Checksum) -> String {
    let hex = checksum.hex();
    if hex.len() > 32 { format!("{}…", &hex[..16]) } else { hex }
}

#[cfg(test)]
#[path = "verify/tests.rs"]
mod tests;
