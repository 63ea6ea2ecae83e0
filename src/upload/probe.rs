//! Finding out how a server takes a file best, by a question that changes nothing there (OPTIONS, RFC 9110
//! §9.3.7). What was found out is remembered for the folder of the address.

use std::time::Duration;

use tokio::time::timeout;

use super::desk::{Desk, words};
use super::refusal::Trouble;
use super::resumable;
use crate::attempt::Outcome;
use crate::net::transport::Answer;
use crate::transfer::Protocol;

/// A server that has not answered by then gets the file in one request, as every server takes it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How to send the file.
///
/// # Errors
/// If it was told to stop.
pub(super) async fn protocol(desk: &Desk<'_>) -> Result<Protocol, Outcome> {
    let url = &desk.request.url;
    if let Some(known) = Protocol::of(url.scheme()).or_else(|| desk.net.protocol(url)) {
        return Ok(known);
    }
    let asking = desk.net.asking(url);
    let (_turn, is_first) = if let Ok(turn) = asking.try_lock() {
        (turn, true)
    } else {
        tokio::select! {
            turn = asking.lock() => (turn, false),
            () = desk.attempt.stop.cancelled() => return Err(Outcome::Stopped),
        }
    };
    match desk.net.protocol(url) {
        Some(known) => return Ok(known),
        // Another one has just asked, and got no answer.
        None if !is_first => return Ok(Protocol::Raw),
        None => {}
    }
    let found = match timeout(PATIENCE, desk.ask(url, &resumable::question())).await {
        Ok(Ok((_, answer))) => spoken(&answer),
        Ok(Err(Trouble::Over(Outcome::Stopped))) => return Err(Outcome::Stopped),
        // Whatever is wrong, the upload itself will tell.
        Ok(Err(_)) | Err(_) => return Ok(Protocol::Raw),
    };
    desk.net.remember_protocol(url, found);
    Ok(found)
}

/// What a server says that it speaks.
fn spoken(answer: &Answer) -> Protocol {
    if words(&answer.headers, "tus-version").any(|version| version == "1.0.0") {
        Protocol::Tus
    } else if resumable::is_spoken(answer) {
        Protocol::Resumable
    } else if words(&answer.headers, "dav").any(|class| class == "1") {
        Protocol::Webdav
    } else {
        Protocol::Raw
    }
}
