//! A place of a file, as slow as a test wants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use windlass::Address;

use crate::server::{Reply, Request, Server, serve_with};

/// A place that sends so many bytes a second over each connection, and counts them.
pub struct Place {
    pub server: Server,
    sent: Arc<AtomicUsize>,
}

impl Place {
    pub fn new(content: &Arc<[u8]>, tag: &'static str, pace: usize) -> Self {
        Self::faltering(content, tag, pace, |_| usize::MAX)
    }

    /// The same, but the answer to a request breaks off behind so many bytes, none if there are none.
    pub fn faltering(
        content: &Arc<[u8]>,
        tag: &'static str,
        pace: usize,
        length: impl Fn(&Request) -> usize + Send + Sync + 'static,
    ) -> Self {
        let (content, sent) = (content.clone(), Arc::new(AtomicUsize::new(0)));
        let count = sent.clone();
        let server = Server::start(move |request, reply| match length(request) {
            0 => reply.reset(),
            length => serve_with(&content, tag, request, reply, |reply, body| {
                let whole = body.len() <= length;
                send(reply, &body[..body.len().min(length)], pace, &count);
                if !whole {
                    reply.reset();
                }
            }),
        });
        Self { server, sent }
    }

    pub fn sent(&self) -> usize {
        self.sent.load(SeqCst)
    }

    pub fn url(&self) -> Address {
        Address::parse(&self.server.url("a.bin")).unwrap().0
    }
}

fn send(reply: &mut Reply, body: &[u8], pace: usize, count: &AtomicUsize) {
    let (began, mut sent) = (Instant::now(), 0);
    for piece in body.chunks(20_000) {
        if !reply.send(piece) {
            return;
        }
        sent += piece.len();
        count.fetch_add(piece.len(), SeqCst);
        let due = Duration::from_micros((sent * 1_000_000 / pace) as u64);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
    }
}
