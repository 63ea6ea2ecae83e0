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

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc as blocking;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::attempt::Limits;
use crate::transfer::{ErrorKind, Failure, FileIdentity, Source};

/// Size of a piece, and how many of them one upload uses, again and again: one is being sent while
/// one is being read. Smaller ones cost more, as each goes from one processor to another.
const PIECE: usize = 1024 * 1024;
const PIECES: usize = 2;

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

/// Parts of files and what stands between them as the body of a request, read ahead by a few pieces on a
/// thread that may block, and handed on as fast as the limits allow.
pub(super) struct Content {
    pieces: mpsc::Receiver<Result<Bytes, Failure>>,
    /// What came and was not handed on yet.
    piece: Bytes,
    left: u64,
    limits: Limits,
    /// What was handed on is being paid for.
    payment: Option<BoxFuture<'static, ()>>,
}

impl Content {
    /// Begins to read.
    ///
    /// # Errors
    /// If a file cannot be opened or is not the one any more that it was.
    pub(super) async fn open(parts: Vec<Part>, limits: Limits) -> Result<Self, Failure> {
        let left = parts.iter().map(Part::len).sum();
        let opened = tokio::task::spawn_blocking(move || {
            for part in &parts {
                if let Part::File { path, source, .. } = part {
                    open(path, source)?;
                }
            }
            Ok(parts)
        });
        let parts = opened.await.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))?;
        let (pieces, taken) = mpsc::channel(1);
        // Detached, but not lost: it ends when nobody takes its pieces any more.
        tokio::task::spawn_blocking(move || {
            if let Err(failure) = read(parts, &pieces) {
                let _ = pieces.blocking_send(Err(failure));
            }
        });
        Ok(Self { pieces: taken, piece: Bytes::new(), left, limits, payment: None })
    }
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
    let (back, free) = blocking::channel();
    let mut buffers = Buffers { back, free, made: 0 };
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
        file.read_exact_at(&mut buffer, at).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => changed(path),
            _ => unreadable(&error, path),
        })?;
        source.check(path)?;
        at += length as u64;
        if pieces.blocking_send(Ok(buffers.piece(buffer))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The buffers of one body.
struct Buffers {
    back: blocking::Sender<Vec<u8>>,
    free: blocking::Receiver<Vec<u8>>,
    made: usize,
}

impl Buffers {
    /// One that was used before, or a new one, or the next that comes back.
    fn next(&mut self) -> Option<Vec<u8>> {
        if let Ok(buffer) = self.free.try_recv() {
            return Some(buffer);
        }
        if self.made < PIECES {
            self.made += 1;
            return Some(Vec::new());
        }
        self.free.recv().ok()
    }

    fn piece(&self, buffer: Vec<u8>) -> Bytes {
        Bytes::from_owner(Piece { buffer, back: self.back.clone() })
    }
}

/// A buffer that goes back to its reader when it was sent.
struct Piece {
    buffer: Vec<u8>,
    back: blocking::Sender<Vec<u8>>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // If the reader is through, nobody needs it.
        let _ = self.back.send(std::mem::take(&mut self.buffer));
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if let Some(payment) = &mut self.payment {
            ready!(payment.as_mut().poll(cx));
            self.payment = None;
        }
        if self.piece.is_empty() {
            match ready!(self.pieces.poll_recv(cx)) {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(failure)) => return Poll::Ready(Some(Err(failure))),
                None => return Poll::Ready(None),
            }
        }
        let turn = self.limits.turn(1);
        let most = turn.and_then(|turn| usize::try_from(turn).ok()).unwrap_or(usize::MAX);
        let length = self.piece.len().min(most);
        let piece = self.piece.split_to(length);
        self.left = self.left.saturating_sub(length as u64);
        if turn.is_some() {
            let limits = self.limits.clone();
            self.payment = Some(Box::pin(async move { limits.pay(length as u64).await }));
        }
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

fn unreadable(error: &io::Error, path: &Path) -> Failure {
    let failure = Failure::from_io(error, path);
    if failure.kind == ErrorKind::PermissionDenied { failure.because("it may not be read") } else { failure }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_is_taken_and_buffers_are_used_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
        file.set_len(20 * PIECE as u64 + 1).unwrap();
        let part = Part::whole(&path, Source::of(&path).unwrap());
        let mut content = Content::open(vec![part], Limits::default()).await.unwrap();

        let mut held = Vec::new();
        while let Ok(frame) = tokio::time::timeout(Duration::from_millis(100), content.frame()).await {
            held.push(frame.unwrap().unwrap().into_data().unwrap());
        }
        assert_eq!(held.len(), PIECES);
        let mut places: Vec<_> = held.iter().map(|piece| piece.as_ptr()).collect();
        let mut length: usize = held.drain(..).map(|piece| piece.len()).sum();
        while let Some(frame) = content.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            length += piece.len();
            places.push(piece.as_ptr());
        }
        assert_eq!(length, 20 * PIECE + 1);
        assert!(content.is_end_stream());
        places.sort();
        places.dedup();
        assert_eq!(places.len(), PIECES);
    }

    #[test]
    fn only_an_ordinary_file_is_a_source() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Source::of(dir.path()).unwrap_err();
        assert_eq!((folder.kind, folder.reason.as_deref()), (ErrorKind::FileMissing, Some("it is a folder")));
        assert_eq!(Source::of(&dir.path().join("none")).unwrap_err().kind, ErrorKind::FileMissing);
        assert_eq!(Source::of(Path::new("/dev/null")).unwrap_err().kind, ErrorKind::FileMissing);
    }

    #[test]
    fn a_source_knows_another_file_of_the_same_length_by_its_inode_or_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
        io::Write::write_all(&mut file, b"one").unwrap();
        let source = Source::of(&path).unwrap();
        assert_eq!(source.size, 3);
        assert!(source.check(&path).is_ok());

        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(source.check(&path).unwrap_err().kind, ErrorKind::FileChanged);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(source.check(&path).unwrap_err().kind, ErrorKind::FileMissing);
    }
}
