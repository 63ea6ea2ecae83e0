//! The bytes of a file that come over SFTP. Many pieces are asked for ahead, so that a long way does
//! not slow it down, and handed over in their order.

use std::collections::VecDeque;
use std::io;

use bytes::{Buf as _, Bytes};
use futures_util::future::BoxFuture;

use super::Sftp;
use super::link::Link;
use super::packet::{Reply, Request, Stat, Status};
use crate::net::body::Foreign;
use crate::transfer::{ErrorKind, Failure};

/// How much is asked for at once; servers give less if that is too much for them.
const PIECE: u32 = 128 * 1024;
/// How much is asked for ahead.
const AHEAD: u64 = 4 * 1024 * 1024;

/// See the module.
pub(super) struct Body {
    /// Until it is given back.
    link: Option<Link>,
    handle: Bytes,
    /// What the file was before.
    stat: Stat,
    /// Pieces that were asked for, in their order.
    pieces: VecDeque<Piece>,
    /// The next byte to ask for, and the one behind the last.
    next: u64,
    end: u64,
    /// The longest piece that the server is known to give.
    piece: u32,
    /// The question whether the file is still the same, asked behind the last piece.
    last_look: Look,
    home: Sftp,
}

struct Piece {
    number: u32,
    offset: u64,
    length: u32,
    bytes: Option<Bytes>,
}

enum Look {
    NotYet,
    Asked(u32),
    Same,
}

impl Body {
    /// The bytes from `next` to `end` of the file that is open as `handle`.
    pub(super) fn new(link: Link, (handle, stat): (Bytes, Stat), next: u64, end: u64, home: Sftp) -> Self {
        let (pieces, last_look) = (VecDeque::new(), Look::NotYet);
        Self { link: Some(link), handle, stat, pieces, next, end, piece: PIECE, last_look, home }
    }

    /// The last piece is kept back until the server
    /// has said that the file is still the same.
    async fn read_on(&mut self, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        let room = limit.min(buffer.capacity() - buffer.len());
        loop {
            self.ask_ahead();
            let is_last = self.next == self.end && self.pieces.len() == 1;
            let may_go = !is_last || matches!(self.last_look, Look::Same);
            let Some(first) = self.pieces.front_mut() else {
                self.give_back();
                return Ok(0);
            };
            if let (Some(bytes), true) = (&mut first.bytes, may_go) {
                let now = bytes.len().min(room);
                buffer.extend_from_slice(&bytes[..now]);
                bytes.advance(now);
                if bytes.is_empty() {
                    self.pieces.pop_front();
                }
                return Ok(now);
            }
            let Some(link) = &mut self.link else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            let reply = link.reply().await?;
            self.take(reply)?;
        }
    }

    /// Asks for as much as may be on its way.
    fn ask_ahead(&mut self) {
        let Some(link) = &mut self.link else { return };
        let first = self.pieces.front().map_or(self.next, |piece| piece.offset);
        while self.next < self.end && self.next - first < AHEAD {
            let length = (self.end - self.next).min(u64::from(self.piece));
            let length = u32::try_from(length).unwrap_or(self.piece);
            let request = Request::Read { handle: &self.handle, offset: self.next, length };
            let number = link.request(&request);
            self.pieces.push_back(Piece { number, offset: self.next, length, bytes: None });
            self.next += u64::from(length);
        }
        if self.next == self.end && matches!(self.last_look, Look::NotYet) {
            self.last_look = Look::Asked(link.request(&Request::Stat { handle: &self.handle }));
        }
    }

    fn take(&mut self, reply: Reply) -> io::Result<()> {
        let waits = |number: u32| self.pieces.iter().position(|piece| piece.number == number);
        match (reply, &self.last_look) {
            (Reply::Data(number, bytes), _) => {
                if let Some(place) = waits(number) {
                    return self.put(place, bytes);
                }
            }
            (Reply::Stat(number, stat), Look::Asked(asked)) if number == *asked => {
                if stat != self.stat {
                    let changed = Failure::new(ErrorKind::Truncated).because("the file changed meanwhile");
                    return Err(io::Error::other(changed));
                }
                self.last_look = Look::Same;
            }
            (Reply::Status(number, status, _), look) => {
                let is_ours =
                    waits(number).is_some() || matches!(look, Look::Asked(asked) if *asked == number);
                if is_ours {
                    // The end of the file, where there should be none.
                    let early = status == Status::End;
                    let kind =
                        if early { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::ConnectionAborted };
                    return Err(kind.into());
                }
            }
            // The rest of what somebody before us asked for.
            _ => {}
        }
        Ok(())
    }

    /// Puts bytes where they were asked for. If they are fewer, the others are asked for anew.
    fn put(&mut self, place: usize, bytes: Bytes) -> io::Result<()> {
        let (Some(piece), Some(link)) = (self.pieces.get_mut(place), &mut self.link) else { return Ok(()) };
        let came = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if came == 0 || came > piece.length {
            return Err(io::Error::other(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse)));
        }
        let (offset, length) = (piece.offset + u64::from(came), piece.length - came);
        piece.bytes = Some(bytes);
        piece.length = came;
        if length > 0 {
            self.piece = self.piece.min(came);
            let number = link.request(&Request::Read { handle: &self.handle, offset, length });
            self.pieces.insert(place + 1, Piece { number, offset, length, bytes: None });
        }
        Ok(())
    }

    /// Closes the file, and lets others use the connection.
    fn give_back(&mut self) {
        if let Some(mut link) = self.link.take() {
            link.request(&Request::Close { handle: &self.handle });
            self.home.keep(link);
        }
    }
}

impl Foreign for Body {
    fn read<'a>(&'a mut self, buffer: &'a mut Vec<u8>, limit: usize) -> BoxFuture<'a, io::Result<usize>> {
        Box::pin(self.read_on(buffer, limit))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        // What is on its way to nobody is not worth waiting for if it is much.
        if self.pieces.iter().filter(|piece| piece.bytes.is_none()).count() <= 2 {
            self.give_back();
        }
    }
}
