//! A request at a server of resumable uploads, and what the server says while it comes: 104 Upload Resumption
//! Supported, with the address of the upload or with how much of it is there.
//!
//! Some proxies (nginx 1.22 among them) take that for the last answer and wait for its body; the last one
//! never comes. Where that may be, nobody waits for it once everything was sent: the server can be asked.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::HeaderMap;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::VERSION;
use crate::attempt::Outcome;
use crate::net::transport::{Exchange, Interim};
use crate::transfer::{Address, Meter};
use crate::upload::desk::{Desk, Message};

/// The status of such an answer.
const SUPPORTED: u16 = 104;
/// Most of them that wait to be heard.
const MOST_WAITING: usize = 16;
/// How long the last answer may take where it may never come: such a part of the time after which a silent
/// server is given up, and no less than that once everything was sent.
const PATIENCE: u32 = 6;
/// The same where it is known that it never comes.
const LITTLE_PATIENCE: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct Talk<'a> {
    exchange: BoxFuture<'a, Result<Exchange, Outcome>>,
    interim: mpsc::Receiver<HeaderMap>,
    /// Which version of the draft is spoken; answers of another one mean nothing.
    version: u8,
    meter: &'a Meter,
    /// Where the meter stands when everything was sent, and whether it stood there the last time.
    end: u64,
    sent: bool,
    patience: Duration,
    /// Since when the last answer may be missing.
    since: Option<Instant>,
    over: Option<Exchange>,
}

/// What is heard of it.
pub(super) enum Word {
    /// What the server says while bytes come.
    Interim(HeaderMap),
    /// It is over.
    Last(Exchange),
    /// Everything was sent, and no last answer comes.
    Missing,
}

impl<'a> Talk<'a> {
    /// Begins to send. It ends when it is dropped.
    pub(super) fn new(desk: &'a Desk<'_>, to: &'a Address, message: &'a Message, version: u8) -> Self {
        let (told, interim) = mpsc::channel(MOST_WAITING);
        let meter = &desk.attempt.meter;
        let exchange =
            Box::pin(
                async move { desk.send_telling(to, message, &Interim { status: SUPPORTED, told }).await },
            );
        let patience = desk.attempt.timeouts.silence / PATIENCE;
        let end = meter.done() + message.size();
        Self { exchange, interim, version, meter, end, sent: false, patience, since: None, over: None }
    }

    /// The same where it is known that no last answer may come.
    pub(super) fn muffled(mut self, muffled: bool) -> Self {
        if muffled {
            (self.since, self.patience) = (Some(Instant::now()), self.patience.min(LITTLE_PATIENCE));
        }
        self
    }

    /// What comes next. Nothing comes after the last word.
    ///
    /// # Errors
    /// If nothing could be sent at all.
    pub(super) async fn next(&mut self) -> Result<Word, Outcome> {
        loop {
            if let Some(headers) = self.waiting() {
                return Ok(Word::Interim(headers));
            }
            if let Some(exchange) = self.over.take() {
                return Ok(Word::Last(exchange));
            }
            let since = self.since;
            let missed = async {
                match since {
                    Some(since) => sleep_until(since + self.patience).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                // What it said before that is still waiting.
                exchange = &mut self.exchange => self.over = Some(exchange?),
                Some(headers) = self.interim.recv() => {
                    if self.counts(&headers) {
                        return Ok(Word::Interim(headers));
                    }
                }
                () = missed => {
                    let sent = self.meter.done() >= self.end;
                    if sent && self.sent {
                        return Ok(Word::Missing);
                    }
                    (self.sent, self.since) = (sent, Some(Instant::now()));
                }
            }
        }
    }

    /// One that came already, if the exchange is over.
    fn waiting(&mut self) -> Option<HeaderMap> {
        self.over.as_ref()?;
        loop {
            let headers = self.interim.try_recv().ok()?;
            if self.counts(&headers) {
                return Some(headers);
            }
        }
    }

    /// Whether it is of the version that is spoken here; then the last answer may be missing from now on.
    fn counts(&mut self, headers: &HeaderMap) -> bool {
        let counts = headers.get(VERSION).is_some_and(|version| version == self.version.to_string().as_str());
        if counts {
            (self.sent, self.since) = (false, Some(Instant::now()));
        }
        counts
    }
}
