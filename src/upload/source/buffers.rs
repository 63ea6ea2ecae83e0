//! The buffers of one body, used again and again.

use std::sync::mpsc::{Receiver, Sender, channel};

use bytes::Bytes;

/// How many there are: one is being sent while one is being read.
pub(super) const MOST: usize = 2;

/// The buffers of one body.
pub(super) struct Buffers {
    back: Sender<Vec<u8>>,
    free: Receiver<Vec<u8>>,
    made: usize,
}

impl Buffers {
    pub(super) fn new() -> Self {
        let (back, free) = channel();
        Self { back, free, made: 0 }
    }

    /// One that was used before, or a new one, or the next that comes back.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        if let Ok(buffer) = self.free.try_recv() {
            return Some(buffer);
        }
        if self.made < MOST {
            self.made += 1;
            return Some(Vec::new());
        }
        self.free.recv().ok()
    }

    pub(super) fn piece(&self, buffer: Vec<u8>) -> Bytes {
        Bytes::from_owner(Piece { buffer, back: self.back.clone() })
    }
}

/// A buffer that goes back to its reader when it was sent.
struct Piece {
    buffer: Vec<u8>,
    back: Sender<Vec<u8>>,
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
