//! The file that is sent, held to be the one that was chosen.
//!
//! A [`Source`] says which file it was, how long and how old. Before every piece leaves, the path is
//! looked at again; another file, length or time means that the server would get a mixture, and
//! ends the stream. The last piece waits for the last look, so a server never has all of a file that
//! changed on the way.
//!
//! Bytes that are changed in place, with length and time put back, cannot be seen like that. Whoever sends in
//! several attempts finds it where the server has sums of what came earlier (parts of S3); sums that go along
//! with bytes (tus) prove only that those came as they were read.

use std::collections::VecDeque;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::attempt::Limits;
use crate::net::Courier;
use crate::net::transport::Payload;
use crate::transfer::{ErrorKind, Failure, FileIdentity, Source};

mod buffers;
mod straight;

use buffers::Buffers;

/// Size of a piece. Smaller ones cost more, as each goes from one processor to another.
const PIECE: usize = 1024 * 1024;
/// As much is read at once, before anything is sent.
const LITTLE: u64 = 256 * 1024;

impl Source {
    /// The file at `path` as it is now.
    ///
    /// # Errors
    /// If there is no file, or something that is not one.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(&error, path))?;
        if !metadata.is_file() {
            let kind = if metadata.is_dir() { "it is a folder" } else { "it is not an ordinary file" };
            return Err(Failure::new(ErrorKind::FileMissing).about(path.display().to_string()).because(kind));
        }
        Ok(Self::from(&metadata))
    }

    /// Says if the file at `path` is no longer this one.
    pub(super) fn check(&self, path: &Path) -> Result<(), Failure> {
        if Self::of(path)? == *self { Ok(()) } else { Err(changed(path)) }
    }
}

impl From<&Metadata> for Source {
    fn from(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
            identity: FileIdentity::of(metadata),
        }
    }
}

/// One of the things that a body consists of.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// These bytes.
    Bytes(Bytes),
    /// A part of a file, which has to be this one still.
    File { path: PathBuf, source: Source, range: Range<u64> },
}

impl Part {
    /// All of a file.
    pub(super) fn whole(path: &Path, source: Source) -> Self {
        Self::File { path: path.to_owned(), source, range: 0..source.size }
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { range, .. } => range.end - range.start,
        }
    }
}

type Pieces = mpsc::Sender<Result<Bytes, Failure>>;

/// Parts of files and what stands between them as the body of a request, handed on as fast as the limits
/// allow. Little is read at once; of much, a few pieces are read ahead on a thread that may block, or it
/// goes straight to a socket.
pub(super) struct Content {
    rest: Rest,
    /// What came and was not handed on yet.
    piece: Bytes,
    left: u64,
    limits: Limits,
    /// The next piece is being paid for; so many bytes of it.
    payment: Option<(u64, BoxFuture<'static, ()>)>,
}

/// What is left to be handed on.
enum Rest {
    /// It is here.
    Here(VecDeque<Bytes>),
    /// Nobody has begun to read it.
    There(Vec<Part>),
    /// It comes.
    Coming(mpsc::Receiver<Result<Bytes, Failure>>),
}

impl Content {
    /// Makes sure that everything is there.
    ///
    /// # Errors
    /// If a file cannot be opened or is not the one any more that it was.
    pub(super) async fn open(parts: Vec<Part>, limits: Limits) -> Result<Self, Failure> {
        let left = parts.iter().map(Part::len).sum();
        let rest = if parts.iter().all(|part| matches!(part, Part::Bytes(_))) {
            Rest::Here(all(parts)?)
        } else {
            let opened = tokio::task::spawn_blocking(move || {
                if left <= LITTLE {
                    return all(parts).map(Rest::Here);
                }
                for part in &parts {
                    if let Part::File { path, source, .. } = part {
                        open(path, source)?;
                    }
                }
                Ok(Rest::There(parts))
            });
            opened.await.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))?
        };
        Ok(Self { rest, piece: Bytes::new(), left, limits, payment: None })
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        if let Rest::There(parts) = &mut self.rest {
            let (parts, (pieces, taken)) = (std::mem::take(parts), mpsc::channel(1));
            // Detached, but not lost: it ends when nobody takes its pieces any more.
            tokio::task::spawn_blocking(move || {
                if let Err(failure) = read(parts, &pieces) {
                    let _ = pieces.blocking_send(Err(failure));
                }
            });
            self.rest = Rest::Coming(taken);
        }
        match &mut self.rest {
            Rest::Coming(pieces) => pieces.poll_recv(cx),
            Rest::Here(pieces) => Poll::Ready(pieces.pop_front().map(Ok)),
            Rest::There(_) => Poll::Ready(None),
        }
    }

    /// What sends everything straight to a socket; nothing if it is here already, or on its way.
    pub(super) fn courier(&mut self) -> Option<Courier> {
        let Rest::There(parts) = &mut self.rest else { return None };
        let (parts, limits) = (std::mem::take(parts), self.limits.clone());
        self.left = 0;
        Some(Box::new(move |outlet| straight::send(&parts, &limits, outlet)))
    }
}

impl Payload for Content {
    fn courier(&mut self) -> Option<Courier> {
        self.courier()
    }
}

/// Reads everything there is.
fn all(parts: Vec<Part>) -> Result<VecDeque<Bytes>, Failure> {
    let read = |part| match part {
        Part::Bytes(bytes) => Ok(bytes),
        Part::File { path, source, range } => {
            let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap_or_default()];
            read_at(&open(&path, &source)?, &mut bytes, range.start, (&path, &source))?;
            Ok(bytes.into())
        }
    };
    parts.into_iter().map(read).filter(|bytes| !bytes.as_ref().is_ok_and(Bytes::is_empty)).collect()
}

/// Fills `bytes` with what the file has at `offset`, if it still is the one that it was afterwards.
fn read_at(
    file: &File,
    bytes: &mut [u8],
    offset: u64,
    (path, source): (&Path, &Source),
) -> Result<(), Failure> {
    file.read_exact_at(bytes, offset).map_err(|error| broken(&error, path))?;
    source.check(path)
}

/// The path is looked at before it is opened, so that nothing but an ordinary file ever is.
fn open(path: &Path, source: &Source) -> Result<File, Failure> {
    source.check(path)?;
    // It could have been replaced by a pipe since; opening one must not wait for its other end.
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path);
    let file = file.map_err(|error| unreadable(&error, path))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error, path))?;
    if Source::from(&metadata) == *source { Ok(file) } else { Err(changed(path)) }
}

/// Reads everything piece by piece, as fast as the pieces are taken.
fn read(parts: Vec<Part>, pieces: &Pieces) -> Result<(), Failure> {
    let mut buffers = Buffers::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) => {
                if pieces.blocking_send(Ok(bytes)).is_err() {
                    return Ok(());
                }
            }
            Part::File { path, source, range } => read_file(&path, &source, range, (&mut buffers, pieces))?,
        }
    }
    Ok(())
}

/// Ends early if nobody wants the pieces any more.
fn read_file(
    path: &Path,
    source: &Source,
    range: Range<u64>,
    (buffers, pieces): (&mut Buffers, &Pieces),
) -> Result<(), Failure> {
    let file = open(path, source)?;
    let mut at = range.start;
    while at < range.end {
        let length = usize::try_from(range.end - at).unwrap_or(usize::MAX).min(PIECE);
        let Some(mut buffer) = buffers.next() else { return Ok(()) };
        buffer.resize(length, 0);
        read_at(&file, &mut buffer, at, (path, source))?;
        at += length as u64;
        if pieces.blocking_send(Ok(buffers.piece(buffer))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Body for Content {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if self.piece.is_empty() {
            match ready!(self.poll_piece(cx)) {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(failure)) => return Poll::Ready(Some(Err(failure))),
                None => return Poll::Ready(None),
            }
        }
        if self.payment.is_none()
            && let Some(turn) = self.limits.turn(1)
        {
            let (paid, limits) = (turn.min(self.piece.len() as u64), self.limits.clone());
            self.payment = Some((paid, Box::pin(async move { limits.pay(paid).await })));
        }
        let mut most = self.piece.len();
        if let Some((paid, payment)) = &mut self.payment {
            ready!(payment.as_mut().poll(cx));
            most = usize::try_from(*paid).unwrap_or(most).min(most);
            self.payment = None;
        }
        let piece = self.piece.split_to(most);
        self.left = self.left.saturating_sub(most as u64);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn changed(path: &Path) -> Failure {
    Failure::new(ErrorKind::FileChanged).about(path.display().to_string())
}

/// Why it could not be read to its end.
fn broken(error: &io::Error, path: &Path) -> Failure {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => changed(path),
        _ => unreadable(error, path),
    }
}

fn unreadable(error: &io::Error, path: &Path) -> Failure {
    let failure = Failure::from_io(error, path);
    if failure.kind == ErrorKind::PermissionDenied { failure.because("it may not be read") } else { failure }
}

#[cfg(test)]
mod tests;
