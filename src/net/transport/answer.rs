//! What is kept of a server's answer: enough to show, never more than there is room for.

use http::HeaderMap;
use http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::transfer::Response;

use super::Answer;

/// Most bytes of an answer's body that are kept.
const LONGEST_BODY: usize = 64 * 1024;

/// Reads the beginning of the body into `kept`; says whether that was all of it. Whatever ends it early, what
/// came is there.
pub(super) async fn read(body: &mut Incoming, kept: &mut Vec<u8>) -> bool {
    while kept.len() < LONGEST_BODY {
        let frame = match body.frame().await {
            Some(Ok(frame)) => frame,
            end => return end.is_none(),
        };
        if let Some(data) = frame.data_ref() {
            let room = LONGEST_BODY - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
        }
    }
    false
}

/// The same headers, but no library shows what sets cookies.
fn without_showing_cookies(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for (name, value) in &mut headers {
        if name == SET_COOKIE {
            value.set_sensitive(true);
        }
    }
    headers
}

/// The answer with this head and this beginning of a body.
pub(super) fn keep(head: &http::response::Parts, body: &[u8]) -> Answer {
    let text =
        |name| head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let headers = head.headers.iter().filter(|(name, _)| *name != SET_COOKIE).map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let mut shown = String::from_utf8_lossy(body).into_owned();
    // What is not text has grown by being made into text.
    while shown.len() > LONGEST_BODY {
        shown.pop();
    }
    Answer {
        response: Response { status: head.status.as_u16(), headers: headers.collect(), body: shown },
        headers: without_showing_cookies(&head.headers),
        location: text(LOCATION),
        media_type: text(CONTENT_TYPE)
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()),
    }
}
