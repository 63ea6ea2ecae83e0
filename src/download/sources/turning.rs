//! When to turn to another source, and with what.

use crate::attempt::{Outcome, Report};
use crate::download::doubts::{Doubts, Turn};
use crate::download::judge::Asked;
use crate::download::open::Open;
use crate::download::{Download, OVERLAP, verify};
use crate::transfer::{ErrorKind, Failure};

impl Download {
    /// After this outcome, turns to another source if there is one that may do better. It goes on with the
    /// bytes at hand if a checksum can prove the whole in the end; if it has shown that they are wrong, it
    /// begins anew, from one source at a time.
    ///
    /// # Errors
    /// If what is wrong cannot be dropped.
    pub(in crate::download) async fn turn(
        &mut self,
        outcome: &Outcome,
        open: &mut Option<Open>,
    ) -> Result<bool, Outcome> {
        let is_known = verify::is_provable(&self.request.expected, &[]);
        // What a person had to decide about this source is of no matter if the user knows the file.
        let is_to_blame = is_to_blame(outcome) || is_known && matches!(outcome, Outcome::Paused(_));
        let has_bytes = open.as_ref().is_some_and(|open| !open.intake.durable().is_empty());
        let may_mix = self.is_provable(open.as_ref()) || !has_bytes && !self.has_begun;
        if !is_to_blame || !may_mix || self.sources.is_single() {
            return Ok(false);
        }
        let is_wrong = matches!(outcome, Outcome::Failed(Failure { kind: ErrorKind::ChecksumMismatch, .. }));
        let wrong = open.as_ref().filter(|open| is_wrong && open.is_whole());
        if let Some(wrong) = wrong {
            let all = 0..wrong.intake.durable().len();
            let blame = wrong.intake.origins().blame(std::slice::from_ref(&all));
            self.sources.accuse(&blame);
        } else {
            self.sources.drop_first();
        }
        let begins_anew = wrong.is_some();
        // What the address itself has said that it amounts to, a mirror has not.
        if !self.sources.turn() || begins_anew && !is_known && !self.sources.is_at_home() {
            return Ok(false);
        }
        (self.doubts, self.overlap) = (Doubts::new(self.attempt.on_change), OVERLAP);
        self.attempt.report(Report::Fetching).await;
        if begins_anew {
            self.start_over(open, ErrorKind::ChecksumMismatch).await?;
        }
        Ok(true)
    }

    /// Whether a checksum can show in the end that it is one file.
    pub(in crate::download) fn is_provable(&self, open: Option<&Open>) -> bool {
        let stated = open.map(|open| open.partial.digests.as_slice()).unwrap_or_default();
        verify::is_provable(&self.request.expected, stated)
    }

    /// The bytes at hand are not those of the source that was asked first, although that is what it says
    /// they are. Among several sources it is another one that has brought wrong ones: known pieces will
    /// show which, otherwise it begins anew.
    pub(in crate::download) fn differs(&mut self, host: &str, asked: &Asked, open: &Open) -> Turn {
        if asked.elsewhere {
            return Turn::End(self.failed(Failure::new(ErrorKind::Changed)));
        }
        if self.sources.is_single() || !self.is_provable(Some(open)) {
            return self.doubts.is_another(host);
        }
        if self.request.expected.pieces.is_none() {
            return Turn::StartOver;
        }
        self.overlap = 0;
        Turn::AskAgain
    }

    /// What to ask the source for that is asked first. One that goes on with what another one has brought
    /// has another name for the same version.
    pub(in crate::download) fn asked(&self, open: Option<&Open>) -> Asked {
        let asked = open.map(|open| open.asked(self.overlap)).unwrap_or_default();
        let elsewhere = asked.held && !self.sources.is_at_home() && self.is_provable(open);
        if elsewhere { Asked { version: None, modified: None, elsewhere, ..asked } } else { asked }
    }
}

/// Whether it is the source that failed, and another one may do better.
pub(in crate::download) fn is_to_blame(outcome: &Outcome) -> bool {
    let Outcome::Failed(failure) = outcome else { return false };
    !matches!(
        failure.kind,
        ErrorKind::Io
            | ErrorKind::DiskFull
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnly
            | ErrorKind::FileExists
            | ErrorKind::FileMissing
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_not_the_fault_of_the_server() {
        let failed = |kind| Outcome::Failed(Failure::new(kind));
        assert!(is_to_blame(&failed(ErrorKind::NotFound)));
        assert!(!is_to_blame(&failed(ErrorKind::DiskFull)));
        assert!(!is_to_blame(&Outcome::Stopped));
    }
}
