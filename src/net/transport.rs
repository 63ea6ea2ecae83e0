//! One request with a streamed body, over a connection of its own.
//!
//! The usual clients lose what a server says early: it answers "too large", closes, and the next
//! write fails before the answer was read. Here a failed write only ends the writing
//! ([`keep`]). And they cannot say how much of the body was really out when the answer came, which
//! decides whether "200 OK" is true; [`ledger`] counts that at the socket.
//!
//! Nothing is followed, repeated or pooled here: one request, one connection, one answer.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::EXPECT;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body::Body;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::transfer::{Address, ErrorKind, Failure, Meter, Response};

use super::connect::{Connected, Dial, connect};
use super::from_error;
use super::http2;
use gate::Waiting;
use keep::Kept;
use ledger::{Counted, Ledger};
use message::Message;

mod answer;
mod gate;
mod keep;
mod ledger;
mod message;

/// Most bytes of an answer's head that are taken.
const LONGEST_HEAD: usize = 64 * 1024;

/// What every exchange of one attempt has in common.
pub(crate) struct Line<'a> {
    /// How to connect, and how long to wait.
    pub dial: Dial<'a>,
    /// Whether a large body waits until the server wants it. Of some servers it is known that they say nothing.
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

/// Sends `request`, which is for the server of `to`, and waits for the final answer. A body error
/// that is a [`Failure`] comes back as it is.
pub(crate) async fn exchange<B>(line: &Line<'_>, to: &Address, mut request: Request<B>) -> Exchange
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let size = request.body().size_hint().exact().unwrap_or(u64::MAX);
    let ledger = Arc::new(Ledger::new(line.meter.clone(), size));
    let connected = tokio::select! {
        connected = connect(to, line.dial, |socket| Kept::new(socket, ledger.clone())) => connected,
        () = line.stop.cancelled() => return ledger.close(Err(Broken::Stopped)),
    };
    let Connected { stream, http2 } = match connected {
        Ok(connected) => connected,
        Err(failure) => return ledger.close(Err(Broken::Failed(failure))),
    };
    let open = line.meter.connection();
    let stream = Counted::new(stream, ledger.clone(), Message::new(http2));
    let end = if http2 {
        converse_in_http2(line, to, stream, request, &ledger).await
    } else {
        if line.expect && size > gate::LARGE {
            request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
        }
        converse(line, to, stream, request, &ledger).await
    };
    // The connection may not have noticed yet that it is over.
    ledger.answered();
    drop(open);
    ledger.close(end)
}

async fn converse<B>(
    line: &Line<'_>,
    to: &Address,
    stream: Counted,
    request: Request<B>,
    ledger: &Arc<Ledger>,
) -> Result<Answer, Broken>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let word = request.headers().contains_key(EXPECT).then(|| ledger.word.clone());
    let mut request = request.map(|body| Waiting::new(body, word));
    let (heard, interim) = (ledger.clone(), line.interim.cloned());
    hyper::ext::on_informational(&mut request, move |answer| {
        heard.answer_is_still_to_come();
        heard.word.go_on();
        if let Some(interim) = interim.as_ref().filter(|wanted| answer.status() == wanted.status) {
            // One after the other is as good as all of them.
            let _ = interim.told.try_send(answer.headers().clone());
        }
    });
    let broken = |error: hyper::Error| Broken::Failed(ledger.explain(from_error(&error, &to.host())));

    let mut http = http1::Builder::new();
    http.max_buf_size(LONGEST_HEAD);
    let (mut requests, connection) = http.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Dropping it, on whatever way out of here, closes the socket.
    let mut connection = pin!(connection);
    let mut answer = pin!(requests.send_request(request));
    let mut silence = pin!(ledger.silence(line.dial.timeouts.silence));
    let mut alive = true;
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut answer => break answer.map_err(broken)?,
            // How it ended is told to whoever waits for the answer.
            _ = &mut connection, if alive => alive = false,
            () = line.stop.cancelled() => return Err(Broken::Stopped),
            () = &mut silence => return Err(Broken::Failed(Failure::new(ErrorKind::Timeout).about(to.host()))),
        }
    };
    ledger.answered();
    let (head, mut body) = answer.into_parts();
    let mut kept = Vec::new();
    let patience = tokio::time::sleep(line.dial.timeouts.silence);
    tokio::select! {
        () = answer::read(&mut body, &mut kept) => {}
        // What came before is in `body` still.
        () = async { if alive { let _ = connection.as_mut().await; } std::future::pending().await } => {}
        () = line.stop.cancelled() => {}
        () = patience => {}
    }
    Ok(answer::keep(&head, &kept))
}

async fn converse_in_http2<B>(
    line: &Line<'_>,
    to: &Address,
    stream: Counted,
    request: Request<B>,
    ledger: &Arc<Ledger>,
) -> Result<Answer, Broken>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
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
        () = answer::read(&mut body, &mut kept) => {}
        () = line.stop.cancelled() => {}
        () = tokio::time::sleep(line.dial.timeouts.silence) => {}
    }
    Ok(answer::keep(&head, &kept))
}
