//! One request with a streamed body, and its answer.
//!
//! The usual clients lose what a server says early: it answers "too large", closes, and the next
//! write fails before the answer was read. Here a failed write only ends the writing
//! ([`keep`](super::keep)). And they cannot say how much of the body was really out when the answer came, which
//! decides whether "200 OK" is true; [`ledger`] counts that at the socket. What a file has goes past the
//! HTTP library where nothing lies between it and the socket ([`payload`]).
//!
//! Nothing is followed or repeated here. A connection over which everything came to its proper end is kept
//! for the next request to the same server.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::FusedFuture as _;
use http::header::EXPECT;
use http::{HeaderMap, HeaderValue, Request, Response as Heading, StatusCode};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::transfer::{Address, ErrorKind, Failure, Meter, Response};

use super::body::stays_open;
use super::connect::{Connected, Dial, connect};
use super::connection::Pool;
use super::failure::is_cut;
use super::from_error;
use super::http2;
use super::keep::{Kept, Lost};
use super::stream::Stream;
pub(crate) use gate::LARGE;
use ledger::{Counted, Ledger};
use message::Message;
pub(crate) use payload::Payload;
use payload::{Carried, Sending, load};

mod answer;
mod gate;
mod ledger;
mod message;
mod payload;

/// How long another thread may take to say what it has just been told.
const TELLING: Duration = Duration::from_millis(50);
/// Most bytes of an answer's head that are taken.
const LONGEST_HEAD: usize = 64 * 1024;

/// What every exchange of one attempt has in common.
pub(crate) struct Line<'a> {
    /// How to connect, and how long to wait.
    pub dial: Dial<'a>,
    /// Connections that were kept.
    pub idle: &'a Pool<Standing>,
    /// Whether none of them may be used: if one turned out to be closed, the request could not be repeated.
    pub fresh: bool,
    /// Whether the body waits until the server wants it, which is worth it for a [`LARGE`] one. Of some servers it
    /// is known that they say nothing.
    pub expect: bool,
    /// Where the body's bytes are counted when the socket takes them, and the connection too.
    pub meter: &'a Meter,
    /// Ends the exchange at once.
    pub stop: &'a CancellationToken,
    /// Who is told of interim answers; nothing if nobody is.
    pub interim: Option<&'a Interim>,
}

/// Interim answers (1xx, RFC 9110 §15.2) of one status, as their headers, in the order in which they came. What
/// nobody takes in time is dropped, so that a server can send as many as it likes. Of HTTP/2 none are heard.
#[derive(Clone, Debug)]
pub(crate) struct Interim {
    /// The status of those that are of interest.
    pub status: u16,
    /// Where they go.
    pub told: mpsc::Sender<HeaderMap>,
}

/// A connection that can be used again.
pub(crate) struct Standing {
    stream: Stream,
    lost: Lost,
}

/// The connection was a kept one, and closed before anything came back over it: the same is to be done once
/// more over a fresh one (RFC 9112 §9.3.1).
#[derive(Debug)]
pub(crate) struct Stale;

/// How an exchange ended, and how far it had come by then.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// The server may have seen something of the body, or, if that is empty, of the request.
    pub begun: bool,
    /// Every byte had left this program before the first byte of the answer came, or before it broke.
    pub whole: bool,
    /// The body waited for a word of the server, and none came.
    pub unheard: bool,
    /// What came of it.
    pub end: Result<Answer, Broken>,
}

/// A final answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What is kept of it: no cookies, and of the body the beginning.
    pub response: Response,
    /// Where a redirect leads, as the server wrote it.
    pub location: Option<String>,
    /// The kind of the body, in lower case and without parameters.
    pub media_type: Option<String>,
    /// All headers as they came; those that set cookies are secrets.
    pub headers: HeaderMap,
}

impl Answer {
    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.response.status).unwrap_or_default()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Broken {
    /// It was told to stop.
    Stopped,
    /// Something went wrong; about the server's host, unless the body itself failed.
    Failed(Failure),
}

/// Sends `request`, which is for the server of `to`, and waits for the final answer.
///
/// # Errors
/// If a connection that was kept is none any more.
pub(crate) async fn exchange<B: Payload>(
    line: &Line<'_>,
    to: &Address,
    mut request: Request<B>,
) -> Result<Exchange, Stale> {
    let size = request.body().size_hint().exact().unwrap_or(u64::MAX);
    let take = || line.idle.take(&to.origin(), |kept: &mut Standing| &mut kept.stream);
    let kept = if line.fresh { None } else { take() };
    let (is_kept, lost) = (kept.is_some(), kept.as_ref().map(|kept| kept.lost.clone()).unwrap_or_default());
    let ledger = Arc::new(Ledger::new(line.meter.clone(), size, lost.clone()));
    let connected = if let Some(Standing { stream, .. }) = kept {
        Ok(Connected { stream, http2: false })
    } else {
        tokio::select! {
            connected = connect(to, line.dial, |socket| Kept::new(socket, lost.clone())) => connected,
            () = line.stop.cancelled() => return Ok(ledger.close(Err(Broken::Stopped))),
        }
    };
    let Connected { stream, http2 } = match connected {
        Ok(connected) => connected,
        Err(failure) => return Ok(ledger.close(Err(Broken::Failed(failure)))),
    };
    let open = line.meter.connection();
    let end = if http2 {
        let stream = Counted::new(stream, ledger.clone(), Message::new(http2));
        converse_in_http2(line, to, stream, request, &ledger).await
    } else {
        if line.expect {
            request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
        }
        converse(line, to, stream, request, &ledger).await.map(|(answer, stream)| {
            if let Some(stream) = stream {
                line.idle.put(&to.origin(), Standing { stream, lost });
            }
            answer
        })
    };
    // The connection may not have noticed yet that it is over.
    ledger.answered();
    drop(open);
    if is_kept && ledger.heard_nothing() && matches!(&end, Err(Broken::Failed(failure)) if is_cut(failure)) {
        return Err(Stale);
    }
    Ok(ledger.close(end))
}

/// The answer, and the connection if it can be used again.
async fn converse<B: Payload>(
    line: &Line<'_>,
    to: &Address,
    stream: Stream,
    request: Request<B>,
    ledger: &Arc<Ledger>,
) -> Result<(Answer, Option<Stream>), Broken> {
    let (parts, body) = request.into_parts();
    let (is_asked, is_bare) = (parts.headers.contains_key(EXPECT), body.size_hint().exact() == Some(0));
    let (body, mut sending) = load(&stream, body, is_asked, ledger).map_err(Broken::Failed)?;
    let mut request = Request::from_parts(parts, body);
    let (noted, interim) = (ledger.clone(), line.interim.cloned());
    hyper::ext::on_informational(&mut request, move |answer| {
        noted.answer_is_still_to_come();
        noted.word.go_on();
        if let Some(interim) = interim.as_ref().filter(|wanted| answer.status() == wanted.status) {
            // One after the other is as good as all of them.
            let _ = interim.told.try_send(answer.headers().clone());
        }
    });
    let broken = |error: hyper::Error| Broken::Failed(ledger.explain(from_error(&error, &to.host())));

    let stream = Counted::new(stream, ledger.clone(), Message::new(false));
    let mut http = http1::Builder::new();
    http.max_buf_size(LONGEST_HEAD);
    // Dropping it, on whatever way out of here, closes the socket.
    let (mut requests, mut connection) = http.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut silence = pin!(ledger.silence(line.dial.timeouts.silence));
    let mut alive = true;
    let answer = {
        let mut answer = pin!(requests.send_request(request));
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => match answer {
                    Ok(answer) => break answer,
                    Err(error) => {
                        // Of a reset, the thread that sends may be told instead.
                        ledger.answered();
                        if !sending.is_terminated() {
                            _ = tokio::time::timeout(TELLING, &mut sending).await;
                        }
                        return Err(broken(error));
                    }
                },
                () = line.stop.cancelled() => return Err(Broken::Stopped),
                // Before the connection: where interim answers never end, that leaves no turn to a clock behind it.
                () = &mut silence => return Err(Broken::Failed(Failure::new(ErrorKind::Timeout).about(to.host()))),
                // How it ended is told to whoever waits for the answer.
                _ = &mut connection, if alive => alive = false,
                sent = &mut sending, if !sending.is_terminated() => sent.map_err(Broken::Failed)?,
            }
        }
    };
    ledger.answered();
    let heard = Heard { answer, is_bare, alive };
    heard.end(line, connection, sending, ledger).await
}

/// The head of an answer, and whether it came to a request without a body, over a connection that goes on.
struct Heard {
    answer: Heading<Incoming>,
    is_bare: bool,
    alive: bool,
}

impl Heard {
    /// Reads on to the end of the answer.
    async fn end<B: Payload>(
        self,
        line: &Line<'_>,
        mut connection: http1::Connection<TokioIo<Counted>, Carried<B>>,
        sending: Sending,
        ledger: &Ledger,
    ) -> Result<(Answer, Option<Stream>), Broken> {
        let Self { answer, is_bare, alive } = self;
        let stays_open = stays_open(&answer);
        let (head, mut body) = answer.into_parts();
        let mut kept = Vec::new();
        let patience = tokio::time::sleep(line.dial.timeouts.silence);
        let is_all = tokio::select! {
            is_all = answer::read(&mut body, &mut kept) => is_all,
            // What came before is in `body` still.
            () = async { if alive { let _ = (&mut connection).await; } std::future::pending().await } => false,
            () = line.stop.cancelled() => false,
            () = patience => false,
        };
        let answer = answer::keep(&head, &kept);
        let is_through = ledger.is_through();
        if is_through && !sending.is_terminated() {
            // It looks at the file once more.
            let sent = sending.await;
            if answer.status().is_success() {
                sent.map_err(Broken::Failed)?;
            }
        }
        // One that refuses a body may be about to close.
        let is_taken = is_bare || answer.status().is_success();
        if !(alive && is_all && stays_open && is_through && is_taken) {
            return Ok((answer, None));
        }
        let parts = connection.into_parts();
        let stream = parts.read_buf.is_empty().then(|| parts.io.into_inner().into_stream());
        Ok((answer, stream))
    }
}

async fn converse_in_http2<B: Payload>(
    line: &Line<'_>,
    to: &Address,
    stream: Counted,
    request: Request<B>,
    ledger: &Arc<Ledger>,
) -> Result<Answer, Broken> {
    let request = http2::addressed(request, to).map_err(Broken::Failed)?;
    let broken = |error: hyper::Error| Broken::Failed(ledger.explain(from_error(&error, &to.host())));
    let silence = ledger.silence(line.dial.timeouts.silence);
    let (answer, _driver) = tokio::select! {
        biased;
        answer = http2::send(stream, request) => answer.map_err(broken)?,
        () = line.stop.cancelled() => return Err(Broken::Stopped),
        () = silence => return Err(Broken::Failed(Failure::new(ErrorKind::Timeout).about(to.host()))),
    };
    ledger.answered();
    let (head, mut body) = answer.into_parts();
    let mut kept = Vec::new();
    tokio::select! {
        _ = answer::read(&mut body, &mut kept) => {}
        () = line.stop.cancelled() => {}
        () = tokio::time::sleep(line.dial.timeouts.silence) => {}
    }
    Ok(answer::keep(&head, &kept))
}
