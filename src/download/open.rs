//! The file of a download: found again, made, and dropped.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::intake::Intake;
use super::judge::{Asked, Grant};
use super::partial::{self, Found, Reservation, Unnamed, discard};
use super::{Download, blocking, failed, name, verified};
use crate::attempt::{Outcome, Report, committed};
use crate::net::Answer;
use crate::transfer::{Destination, Partial, Ranges};

/// A download whose file is open.
pub(super) struct Open {
    pub partial: Partial,
    pub intake: Intake,
    /// The file, to read from.
    pub file: File,
    pub _reservation: Option<Reservation>,
}

/// What earlier attempts have left.
pub(super) enum Left {
    Placed(Partial),
    Open(Box<Open>),
    Nothing,
}

impl Open {
    pub(super) fn is_whole(&self) -> bool {
        self.partial.total == Some(self.intake.durable().prefix())
    }

    /// Asks for the first that is missing, and for `overlap` bytes before it.
    pub(super) fn asked(&self, overlap: u64) -> Asked {
        let there = self.intake.durable();
        let known = self.partial.validator.is_some() || there.prefix() > 0;
        if there.is_empty() || !self.partial.resumable || !known {
            return Asked::default();
        }
        // Of a file whose length is not known, an answer from its very end says that it is complete.
        let overlap = if self.partial.total.is_some() { overlap.min(there.prefix()) } else { 0 };
        Asked {
            offset: there.prefix() - overlap,
            end: None,
            held: true,
            version: self.partial.validator.clone(),
            modified: self.partial.modified.clone(),
            total: self.partial.total,
            no_page: !self.partial.page,
        }
    }
}

impl Download {
    /// Looks for what earlier attempts have left on the disk.
    pub(super) async fn find(&self, mut partial: Partial) -> Result<Left, Outcome> {
        let looked_for = partial.clone();
        let found = blocking(move || partial::find(&looked_for)).await;
        match found.map_err(|error| failed(&error, &partial.path))? {
            Found::Placed(path) => {
                partial.path = path;
                partial.verified = Some(verified(&partial));
                Ok(Left::Placed(partial))
            }
            Found::Part(file, length) => {
                partial.durable.truncate(length);
                let open = self.opened(partial, file, None)?;
                Ok(Left::Open(Box::new(open)))
            }
            Found::Nothing => {
                if !partial.durable.is_empty() {
                    self.attempt.report(Report::StartedOver).await;
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
        let durable = partial.durable.clone();
        let both =
            file.try_clone().and_then(|copy| Ok((copy, Intake::new(file, durable, &self.shared.writers)?)));
        let (file, intake) = both.map_err(|error| failed(&error, &partial.path))?;
        Ok(Open { partial, intake, file, _reservation: reservation })
    }

    pub(super) async fn discard(&self, open: &mut Option<Open>) -> Result<(), Outcome> {
        let Some(Open { partial, mut intake, .. }) = open.take() else { return Ok(()) };
        // The writer must be through with the old bytes before the file goes.
        let _ = intake.finish().await;
        let path = partial.path.clone();
        blocking(move || discard(&partial)).await.map_err(|error| failed(&error, &path))
    }

    /// Makes the file for what the server is about to send.
    pub(super) async fn open(&self, grant: &Grant, wanted: PathBuf) -> Result<Open, Outcome> {
        let (reserved, if_exists, needed) =
            (self.shared.reserved.clone(), self.request.if_exists, grant.total);
        let path = wanted.clone();
        let made = blocking(move || {
            let folder = path.parent().unwrap_or(Path::new("/"));
            std::fs::create_dir_all(folder)?;
            check_space(folder, needed)?;
            let reservation = reserved.take(&path, if_exists)?;
            let unnamed = Unnamed::create(reservation.path())?;
            let identity = unnamed.identity()?;
            Ok((reservation, unnamed, identity))
        });
        let (reservation, unnamed, identity) = made.await.map_err(|error| failed(&error, &wanted))?;
        let partial = Partial {
            path: reservation.path().to_owned(),
            total: grant.total,
            validator: grant.version.clone(),
            modified: grant.modified.clone(),
            page: grant.page,
            resumable: grant.resumable,
            identity: Some(identity),
            durable: Ranges::default(),
            verified: None,
        };
        committed(self.attempt.commit(partial.clone()).await).await?;
        let file = blocking(move || unnamed.name()).await.map_err(|error| failed(&error, &partial.path))?;
        self.opened(partial, file, Some(reservation))
    }

    pub(super) fn wanted_path(&self, answer: &Answer) -> PathBuf {
        let folder = match &self.request.destination {
            Some(Destination::File(file)) => {
                return std::path::absolute(file).unwrap_or_else(|_| file.clone());
            }
            Some(Destination::Folder(folder)) => folder,
            None => &self.attempt.folder,
        };
        let path = folder.join(self.name(answer));
        std::path::absolute(&path).unwrap_or(path)
    }

    /// What the server and the addresses call the file.
    pub(super) fn name(&self, answer: &Answer) -> String {
        let disposition = answer.headers().get(http::header::CONTENT_DISPOSITION);
        let disposition = disposition.map(http::HeaderValue::as_bytes).filter(|value| value.len() <= 8192);
        name::suggest(disposition, self.request.url.url(), answer.url.url())
    }
}

/// A file that cannot fit is better not begun.
fn check_space(folder: &Path, needed: Option<u64>) -> io::Result<()> {
    let volume = rustix::fs::statvfs(folder)?;
    let free = volume.f_bavail.saturating_mul(volume.f_frsize);
    if needed.is_some_and(|needed| needed > free) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}
