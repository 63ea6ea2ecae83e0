//! Files that are sent over SFTP. Many pieces are on their way at once, each with its place in the file, so
//! that a long way does not slow it down.

use std::collections::VecDeque;

use bytes::{Buf as _, Bytes};

use super::Sftp;
use super::link::Link;
use super::packet::{Reply, Request, Status};
use crate::net::place::{Place, folders};
use crate::transfer::{Address, ErrorKind, Failure};

/// What every server takes at once (§3), and most that is given to those that take more.
const PIECE: u64 = 32 * 1024;
const LARGEST_PIECE: u64 = 256 * 1024;
/// How much may be on its way.
const AHEAD: u64 = 4 * 1024 * 1024;

/// A connection over which files are sent, one after the other.
pub(crate) struct Sender {
    link: Link,
    piece: usize,
    file: Option<File>,
    home: Sftp,
}

/// The file that is open.
struct File {
    handle: Bytes,
    /// Where the next piece goes.
    next: u64,
    /// In the order of their places.
    on_way: VecDeque<OnWay>,
}

struct OnWay {
    number: u32,
    offset: u64,
    is_there: bool,
}

impl Sender {
    /// Servers may write pieces in any order, so what is this far from the end of a file that was broken
    /// off, and nothing before it, may never have been written.
    pub(crate) const UNSURE: u64 = AHEAD;

    /// The path that an address names.
    ///
    /// # Errors
    /// If it is that of a folder.
    pub(crate) fn path(url: &Address) -> Result<Vec<u8>, Failure> {
        super::path(url)
    }

    /// Over this connection, which answers.
    pub(super) async fn over(mut link: Link, home: Sftp) -> Result<Self, Failure> {
        let mut piece = PIECE;
        if link.extensions.limits {
            if let Reply::Extended(_, mut limits) = link.call(&Request::Limits).await? {
                // Those of a packet, of reading and of writing, where zero means that there is none.
                let limit = limits
                    .try_get_u64()
                    .and_then(|_| limits.try_get_u64())
                    .and_then(|_| limits.try_get_u64());
                piece = limit.map_or(PIECE, |most| if most == 0 { PIECE } else { most.min(LARGEST_PIECE) });
            }
        } else {
            link.call(&Request::Look { path: b"." }).await?;
        }
        let piece = usize::try_from(piece).unwrap_or_default().max(1);
        Ok(Self { link, piece, file: None, home })
    }

    /// What is at `path`.
    ///
    /// # Errors
    /// If the server does not say.
    pub(crate) async fn look(&mut self, path: &[u8]) -> Result<Place, Failure> {
        match self.link.call(&Request::Look { path }).await? {
            Reply::Stat(_, stat) => Ok(match stat.size {
                Some(size) if stat.is_file() => Place::File(size),
                _ => Place::Other,
            }),
            Reply::Status(_, Status::NoSuchFile, _) => Ok(Place::Nothing),
            other => Err(self.refused(&other)),
        }
    }

    /// Begins to write to the file at `path`, from `offset` on; at 0, it is emptied. It is made if it is not
    /// there, and so are its folders.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn begin(&mut self, path: &[u8], offset: u64) -> Result<(), Failure> {
        let create = Request::Create { path, anew: offset == 0 };
        let mut reply = self.link.call(&create).await?;
        if matches!(reply, Reply::Status(_, Status::NoSuchFile, _)) {
            for path in folders(path) {
                // Whether it is there now will show.
                self.link.call(&Request::MakeFolder { path }).await?;
            }
            reply = self.link.call(&create).await?;
        }
        let Reply::Handle(_, handle) = reply else { return Err(self.refused(&reply)) };
        self.file = Some(File { handle, next: offset, on_way: VecDeque::new() });
        Ok(())
    }

    /// Sends these bytes. The answer is how much of the file the server is known to have.
    ///
    /// # Errors
    /// If it refuses some of them, or the connection breaks.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<u64, Failure> {
        for bytes in bytes.chunks(self.piece) {
            let end = self.next() + bytes.len() as u64;
            while end > self.confirmed() + AHEAD {
                self.step().await?;
            }
            let Some(file) = &mut self.file else { break };
            let offset = std::mem::replace(&mut file.next, end);
            let number = self.link.request(&Request::Write { handle: &file.handle, offset, bytes });
            file.on_way.push_back(OnWay { number, offset, is_there: false });
            while !self.link.has_sent() {
                self.step().await?;
            }
        }
        Ok(self.confirmed())
    }

    /// Waits until everything is there and on the disk.
    ///
    /// # Errors
    /// If it is not.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        while self.file.as_ref().is_some_and(|file| !file.on_way.is_empty()) {
            self.step().await?;
        }
        let Some(File { handle, .. }) = self.file.take() else { return Ok(()) };
        if self.link.extensions.sync {
            let synced = self.link.call(&Request::Sync { handle: &handle }).await?;
            self.done(&synced)?;
        }
        let closed = self.link.call(&Request::Close { handle: &handle }).await?;
        self.done(&closed)
    }

    /// Gives the file at `from` another name; `replace` asks to put it in place of what is there. Not every
    /// server can do that.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn rename(&mut self, from: &[u8], to: &[u8], replace: bool) -> Result<(), Failure> {
        let request = if replace && self.link.extensions.replace {
            Request::Replace { from, to }
        } else {
            Request::Rename { from, to }
        };
        let renamed = self.link.call(&request).await?;
        self.done(&renamed)
    }

    /// Removes the file at `path`.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn remove(&mut self, path: &[u8]) -> Result<(), Failure> {
        let removed = self.link.call(&Request::Remove { path }).await?;
        self.done(&removed)
    }

    /// Keeps the connection for the next file.
    pub(crate) fn keep(self) {
        if self.file.is_none() {
            self.home.keep(self.link);
        }
    }

    async fn step(&mut self) -> Result<(), Failure> {
        let reply = self.link.step().await?;
        let (Some(Reply::Status(number, status, _)), Some(file)) = (&reply, &mut self.file) else {
            return Ok(());
        };
        let Some(piece) = file.on_way.iter_mut().find(|piece| piece.number == *number) else { return Ok(()) };
        if *status != Status::Done {
            return reply.map_or(Ok(()), |reply| Err(self.refused(&reply)));
        }
        piece.is_there = true;
        while file.on_way.front().is_some_and(|piece| piece.is_there) {
            file.on_way.pop_front();
        }
        Ok(())
    }

    fn next(&self) -> u64 {
        self.file.as_ref().map_or(0, |file| file.next)
    }

    fn confirmed(&self) -> u64 {
        let first = self.file.as_ref().and_then(|file| file.on_way.front());
        first.map_or_else(|| self.next(), |piece| piece.offset)
    }

    fn done(&self, reply: &Reply) -> Result<(), Failure> {
        match reply {
            Reply::Status(_, Status::Done, _) => Ok(()),
            other => Err(self.refused(other)),
        }
    }

    fn refused(&self, reply: &Reply) -> Failure {
        let Reply::Status(_, status, words) = reply else { return self.link.nonsense() };
        let is_full = ["space", "quota"].iter().any(|word| words.to_ascii_lowercase().contains(word));
        let kind = match status {
            Status::NoSuchFile => ErrorKind::NotFound,
            Status::PermissionDenied => ErrorKind::Forbidden,
            _ if is_full => ErrorKind::InsufficientStorage,
            _ => ErrorKind::Ftp,
        };
        Failure::new(kind).about(self.link.host()).because(words)
    }
}
