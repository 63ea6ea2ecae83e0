//! The file of a download: found again, made, and dropped.

use std::fs::File;
use std::io;
use std::path::Path;

use super::described::Described;
use super::intake::Intake;
use super::judge::{Asked, Grant};
use super::partial::{self, Found, Reservation, Reserved, Unnamed, discard};
use super::verify::{self, Checker};
use super::{Download, blocking, failed};
use crate::attempt::{Outcome, Report, committed};
use crate::transfer::{ErrorKind, IfExists, Partial, Ranges};

/// A download whose file is open.
pub(super) struct Open {
    pub partial: Partial,
    pub intake: Intake,
    /// The file, to read from.
    pub file: File,
    /// Nothing if there is nothing to check it against.
    pub checker: Option<Checker>,
    pub _reservation: Option<Reservation>,
}

/// What earlier attempts have left.
pub(super) enum Left {
    Placed(Box<Partial>),
    Open(Box<Open>),
    Nothing,
}

impl Open {
    pub(super) fn is_whole(&self) -> bool {
        self.partial.total == Some(self.intake.durable().prefix())
    }

    /// Asks for the first gap, no further if there is something behind it, and for `overlap` bytes before it.
    pub(super) fn asked(&self, overlap: u64) -> Asked {
        let there = self.intake.durable();
        let known = self.partial.validator.is_some() || there.prefix() > 0;
        if there.is_empty() || !self.partial.resumable || !known {
            return Asked::default();
        }
        let gap = self.partial.total.and_then(|total| there.missing(total).into_iter().next());
        // Of a file whose length is not known, an answer from its very end says that it is complete.
        let overlap = if self.partial.total.is_some() { overlap.min(there.prefix()) } else { 0 };
        Asked {
            offset: there.prefix() - overlap,
            end: gap.map(|gap| gap.end).filter(|end| Some(*end) != self.partial.total),
            held: true,
            version: self.partial.validator.clone(),
            modified: self.partial.modified.clone(),
            total: self.partial.total,
            no_page: !self.partial.page,
            elsewhere: false,
        }
    }
}

impl Download {
    /// Looks for what earlier attempts have left on the disk.
    pub(super) async fn find(&self, mut partial: Partial) -> Result<Left, Outcome> {
        if let Some(evidence) = partial.evidence.take() {
            return self.take_up(partial, *evidence).await;
        }
        let looked_for = partial.clone();
        let found = blocking(move || partial::find(&looked_for)).await;
        match found.map_err(|error| failed(&error, &partial.path))? {
            Found::Placed(path) => {
                partial.path = path;
                partial.verified = Some(verify::proof(&self.request.expected, &partial));
                Ok(Left::Placed(Box::new(partial)))
            }
            Found::Part(file, length) => {
                partial.durable.truncate(length);
                let open = self.opened(partial, file, None)?;
                Ok(Left::Open(Box::new(open)))
            }
            Found::Nothing => {
                if !partial.durable.is_empty() {
                    self.attempt.report(Report::StartedOver(ErrorKind::FileMissing)).await;
                }
                Ok(Left::Nothing)
            }
        }
    }

    pub(super) fn opened(
        &self,
        partial: Partial,
        file: File,
        reservation: Option<Reservation>,
    ) -> Result<Open, Outcome> {
        let opened = || {
            let checker = Checker::new(&file, &self.request.expected, &partial)?;
            let mut intake = Intake::new(file.try_clone()?, partial.durable.clone(), &self.shared.writers)?;
            intake.follow(checker.as_ref().and_then(Checker::follower));
            Ok((checker, intake))
        };
        let (checker, intake) = opened().map_err(|error| failed(&error, &partial.path))?;
        Ok(Open { partial, intake, file, checker, _reservation: reservation })
    }

    pub(super) async fn discard(&self, open: &mut Option<Open>) -> Result<(), Outcome> {
        let Some(Open { partial, mut intake, .. }) = open.take() else { return Ok(()) };
        // The writer must be through with the old bytes before the file goes.
        let _ = intake.finish().await;
        let path = partial.path.clone();
        blocking(move || discard(&partial)).await.map_err(|error| failed(&error, &path))
    }

    /// Makes the file for what the server is about to send.
    pub(super) async fn open(&self, grant: &Grant, described: Described) -> Result<Open, Outcome> {
        self.check_length(grant.total)?;
        let path = described.path.clone();
        let wanted = self.wanted(grant.clone(), described);
        let made = blocking(move || {
            let fresh = wanted.make()?;
            fresh.unnamed.reserve(fresh.partial.total.unwrap_or_default())?;
            Ok(fresh)
        });
        let Fresh { reservation, unnamed, partial } = made.await.map_err(|error| failed(&error, &path))?;
        committed(self.attempt.commit(partial.clone()).await).await?;
        let file = blocking(move || unnamed.name()).await.map_err(|error| failed(&error, &partial.path))?;
        self.opened(partial, file, Some(reservation))
    }

    /// The file that `grant` is about.
    pub(super) fn wanted(&self, mut grant: Grant, described: Described) -> Wanted {
        // What a mirror calls its version, the address itself does not know.
        let is_provable = verify::is_provable(&self.request.expected, &described.digests);
        if is_provable && !self.sources.is_at_home() {
            (grant.version, grant.modified) = (None, None);
        }
        let (reserved, if_exists) = (self.shared.reserved.clone(), self.request.if_exists);
        let size = grant.total.or(self.request.expected.size);
        Wanted { grant, size, described, reserved, if_exists }
    }
}

/// A file that is to be made.
pub(super) struct Wanted {
    grant: Grant,
    /// How long it will be, as the server says, or else as is expected.
    size: Option<u64>,
    described: Described,
    reserved: Reserved,
    if_exists: IfExists,
}

/// A file that was made. Nothing is in it, and it has no name; but one is kept for it.
pub(super) struct Fresh {
    pub reservation: Reservation,
    pub unnamed: Unnamed,
    pub partial: Partial,
}

impl Wanted {
    /// Makes it, and its folder if that is not there.
    pub(super) fn make(self) -> io::Result<Fresh> {
        let Described { path, digests, links, response, found_at } = self.described;
        let folder = path.parent().unwrap_or(Path::new("/"));
        match check_space(folder, self.size) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(folder)?;
                check_space(folder, self.size)?;
            }
            there => there?,
        }
        let reservation = self.reserved.take(&path, self.if_exists)?;
        let unnamed = Unnamed::create(reservation.path())?;
        let identity = unnamed.identity()?;
        let partial = Partial {
            path: reservation.path().to_owned(),
            total: self.grant.total,
            validator: self.grant.version,
            modified: self.grant.modified,
            page: self.grant.page,
            resumable: self.grant.resumable,
            identity: Some(identity),
            durable: Ranges::default(),
            evidence: None,
            digests,
            mirrors: links.mirrors,
            description: links.description,
            response: Some(response),
            found_at,
            verified: None,
        };
        Ok(Fresh { reservation, unnamed, partial })
    }
}

/// A file that cannot fit is better not begun.
fn check_space(folder: &Path, needed: Option<u64>) -> io::Result<()> {
    let volume = rustix::fs::statvfs(folder)?;
    let free = volume.f_bavail.saturating_mul(volume.f_frsize);
    if needed.is_some_and(|needed| needed > free) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}
