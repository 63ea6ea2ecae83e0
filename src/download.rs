//! One attempt at a download: find → ask → open → fetch → verify → place.
//!
//! The first request is a real one and its body the beginning of the file. What the server may have
//! written where, [`judge`] alone decides; what is durable, [`intake`](Intake) alone knows.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};

use crate::attempt::{Attempt, Outcome, Report, committed};
use crate::net::{Answer, Get, Net};
use crate::transfer::{
    Destination, DownloadRequest, ErrorKind, Failure, Headers, Partial, Ranges, Validator, Verified,
};

mod fetch;
mod filler;
mod growth;
mod intake;
mod judge;
mod name;
mod partial;
mod place;
mod plan;
mod segment;
mod writer;

use fetch::Fetched;
use intake::Intake;
use judge::{Asked, Grant, Verdict, judge};
use partial::{Found, Reservation, Unnamed};
pub(crate) use partial::{Reserved, discard, discard_completed};
use plan::{Plan, Sharing};
use segment::Work;
pub(crate) use writer::Writers;

/// The shortest slice that is worth a request, in bytes.
const LEAST: u64 = 256 * 1024;
/// How often one attempt may begin again from the first byte.
const RESTARTS: u32 = 3;

/// What all downloads of a session share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub net: Arc<Net>,
    pub writers: Writers,
    pub reserved: Reserved,
}

/// Makes one attempt. `partial` is what earlier ones have left.
pub(crate) async fn run(
    attempt: Attempt,
    request: DownloadRequest,
    partial: Option<Partial>,
    shared: Shared,
) -> Outcome {
    let mut download = Download { attempt, request, shared, restarts: 0 };
    match download.run(partial).await {
        Ok(outcome) | Err(outcome) => outcome,
    }
}

struct Download {
    attempt: Attempt,
    request: DownloadRequest,
    shared: Shared,
    restarts: u32,
}

/// A download whose file is open.
struct Open {
    partial: Partial,
    intake: Intake,
    _reservation: Option<Reservation>,
}

impl Download {
    async fn run(&mut self, partial: Option<Partial>) -> Result<Outcome, Outcome> {
        let mut open = match partial {
            Some(partial) => match self.find(partial).await? {
                Left::Placed(partial) => return Ok(Outcome::Completed(Some(Box::new(partial)))),
                Left::Open(open) => Some(*open),
                Left::Nothing => None,
            },
            None => None,
        };
        loop {
            let asked = open.as_ref().map(Open::asked).unwrap_or_default();
            if asked.total == Some(asked.offset) {
                break;
            }
            let answer = self.ask(&asked).await?;
            match judge(&asked, answer.status().as_u16(), answer.headers()) {
                Verdict::Refuse(failure) => return Err(Outcome::Failed(about_host(failure, &answer))),
                Verdict::StartOver => self.start_over(&mut open).await?,
                Verdict::Complete { total } => {
                    if open.is_none() {
                        let grant = Grant {
                            offset: 0,
                            length: Some(0),
                            total: Some(0),
                            version: None,
                            resumable: false,
                            splittable: false,
                        };
                        open = Some(self.open(&grant, self.wanted_path(&answer)).await?);
                    }
                    if let Some(open) = &mut open {
                        open.partial.total = Some(total);
                    }
                    break;
                }
                Verdict::Write(grant) => {
                    if grant.offset != asked.offset {
                        self.start_over(&mut open).await?;
                    }
                    if open.is_none() {
                        open = Some(self.open(&grant, self.wanted_path(&answer)).await?);
                    }
                    let Some(whole) = &mut open else { continue };
                    match self.fetch(answer, grant, whole).await? {
                        Next::Finish => break,
                        Next::StartOver => self.start_over(&mut open).await?,
                    }
                }
            }
        }
        match open {
            Some(open) => self.finish(open).await,
            None => Err(Outcome::Failed(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse))),
        }
    }

    /// Looks for what earlier attempts have left on the disk.
    async fn find(&self, mut partial: Partial) -> Result<Left, Outcome> {
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
                if !partial.resumable {
                    partial.durable = Ranges::default();
                }
                let durable = partial.durable.clone();
                let intake = Intake::new(file, durable, &self.shared.writers)
                    .map_err(|error| failed(&error, &partial.path))?;
                Ok(Left::Open(Box::new(Open { partial, intake, _reservation: None })))
            }
            Found::Nothing => {
                if !partial.durable.is_empty() {
                    self.attempt.report(Report::StartedOver).await;
                }
                Ok(Left::Nothing)
            }
        }
    }

    async fn ask(&self, asked: &Asked) -> Result<Answer, Outcome> {
        let get = Get {
            url: &self.request.url,
            headers: &self.request.headers,
            offset: asked.offset,
            end: None,
            version: asked.version.as_ref().map(Validator::as_header),
            timeouts: self.attempt.timeouts,
        };
        self.attempt.meter.begin(asked.offset, asked.total);
        tokio::select! {
            () = self.attempt.stop.cancelled() => Err(Outcome::Stopped),
            answer = self.shared.net.get(&get) => answer.map_err(Outcome::Failed),
        }
    }

    /// Drops what there is. Bounded, so that a server that changes its mind all the time is a failure.
    async fn start_over(&mut self, open: &mut Option<Open>) -> Result<(), Outcome> {
        self.restarts += 1;
        if self.restarts > RESTARTS {
            return Err(Outcome::Failed(Failure::new(ErrorKind::Changed).about(self.request.url.host())));
        }
        if let Some(Open { mut partial, mut intake, .. }) = open.take() {
            // The writer must be through with the old bytes before the file goes.
            let _ = intake.finish().await;
            partial.durable = Ranges::default();
            let path = partial.path.clone();
            blocking(move || discard(&partial)).await.map_err(|error| failed(&error, &path))?;
        }
        self.attempt.report(Report::StartedOver).await;
        Ok(())
    }

    /// Makes the file for what the server is about to send.
    async fn open(&self, grant: &Grant, wanted: PathBuf) -> Result<Open, Outcome> {
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
            resumable: grant.resumable,
            identity: Some(identity),
            durable: Ranges::default(),
            verified: None,
        };
        committed(self.attempt.commit(partial.clone()).await).await?;
        let file = blocking(move || unnamed.name()).await.map_err(|error| failed(&error, &partial.path))?;
        let intake = Intake::new(file, Ranges::default(), &self.shared.writers)
            .map_err(|error| failed(&error, &partial.path))?;
        Ok(Open { partial, intake, _reservation: Some(reservation) })
    }

    fn wanted_path(&self, answer: &Answer) -> PathBuf {
        let folder = match &self.request.destination {
            Some(Destination::File(file)) => {
                return std::path::absolute(file).unwrap_or_else(|_| file.clone());
            }
            Some(Destination::Folder(folder)) => folder,
            None => &self.attempt.folder,
        };
        let disposition = answer.headers().get(http::header::CONTENT_DISPOSITION);
        let disposition = disposition.map(http::HeaderValue::as_bytes).filter(|value| value.len() <= 8192);
        let name = name::suggest(disposition, self.request.url.url(), answer.url.url());
        let path = folder.join(name);
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Gets what is missing, beginning with what was granted.
    async fn fetch(&self, answer: Answer, grant: Grant, open: &mut Open) -> Result<Next, Outcome> {
        let there = open.intake.durable().clone();
        self.attempt.meter.begin(there.len(), grant.total);
        let sharing = Sharing { least: LEAST, step: None };
        let mut plan = Plan::new(grant.total.unwrap_or(u64::MAX), &there, sharing);
        let Some((first, _)) = plan.take(None) else { return Ok(Next::Finish) };
        let work = Arc::new(self.work(&answer, &grant, plan));
        let end = fetch::fetch(work, &mut open.intake, &self.attempt, (first, answer, grant)).await;
        // Hand in what has arrived, whatever the end was.
        let durable = open.intake.finish().await;
        let ranges = durable.cloned().map_err(|error| failed(&error, &open.partial.path));
        let end = match end {
            // The error of the write itself says more than that of the sync behind it.
            Fetched::Disk(error) => return Err(failed(&error, &open.partial.path)),
            end => end,
        };
        open.partial.durable = ranges?;
        if let Fetched::Whole(total) = end {
            open.partial.total = total.or(open.partial.total);
            return Ok(Next::Finish);
        }
        self.attempt.report(Report::Durable(open.partial.durable.clone())).await;
        match end {
            Fetched::Stopped => Err(Outcome::Stopped),
            Fetched::Failed(failure) => Err(Outcome::Failed(failure)),
            _ => Ok(Next::StartOver),
        }
    }

    /// What the connections to this file have in common. What is said to the first address is said to no
    /// other.
    fn work(&self, answer: &Answer, grant: &Grant, plan: Plan) -> Work {
        Work {
            net: self.shared.net.clone(),
            url: answer.url.clone(),
            headers: if answer.at_home { self.request.headers.clone() } else { Headers::default() },
            timeouts: self.attempt.timeouts,
            meter: self.attempt.meter.clone(),
            limits: self.attempt.limits.clone(),
            waited_for_disk: AtomicU64::default(),
            waited_for_limit: AtomicU64::default(),
            stop: self.attempt.stop.child_token(),
            version: grant.version.clone(),
            total: grant.total,
            flowing: AtomicUsize::default(),
            delay: AtomicU64::default(),
            surplus: AtomicUsize::default(),
            plan: Mutex::new(plan),
        }
    }

    /// All bytes are durable: check that it is all of them, and give the file its name.
    async fn finish(&self, open: Open) -> Result<Outcome, Outcome> {
        let Open { mut partial, intake, _reservation } = open;
        self.attempt.report(Report::Verifying).await;
        let total = partial.total.unwrap_or(0);
        if intake.durable().prefix() != total || intake.durable().len() != total {
            return Err(Outcome::Failed(Failure::new(ErrorKind::Truncated).about(self.request.url.host())));
        }
        drop(intake);
        let (path, if_exists) = (partial.path.clone(), self.request.if_exists);
        let placed = blocking(move || place::place(&path, if_exists)).await;
        let placed = placed.map_err(|error| failed(&error, &partial.path))?;
        partial.path = placed;
        partial.verified = Some(verified(&partial));
        Ok(Outcome::Completed(Some(Box::new(partial))))
    }
}

/// What to do after what could be got was got.
enum Next {
    Finish,
    StartOver,
}

enum Left {
    Placed(Partial),
    Open(Box<Open>),
    Nothing,
}

impl Open {
    fn asked(&self) -> Asked {
        Asked {
            offset: self.intake.durable().prefix(),
            end: None,
            version: self.partial.validator.clone(),
            total: self.partial.total,
        }
    }
}

fn verified(partial: &Partial) -> Verified {
    match (&partial.validator, partial.resumable) {
        (Some(_), true) => Verified::Etag,
        _ if partial.total.is_some() => Verified::Length,
        _ => Verified::None,
    }
}

/// A file that cannot fit is better not begun.
fn check_space(folder: &Path, needed: Option<u64>) -> io::Result<()> {
    let volume = rustix::fs::statvfs(folder)?;
    let free = volume.f_bavail.saturating_mul(volume.f_frsize);
    if needed.is_some_and(|needed| needed > free) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// Runs file system calls where they hold nobody up.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn failed(error: &io::Error, path: &Path) -> Outcome {
    Outcome::Failed(Failure::from_io(error, path))
}

fn about_host(failure: Failure, answer: &Answer) -> Failure {
    failure.about(answer.url.host()).not_before(answer.again())
}

#[cfg(test)]
#[path = "download/tests.rs"]
mod tests;
