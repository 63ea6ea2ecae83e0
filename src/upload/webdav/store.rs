//! What is asked of a server of WebDAV, and made there, in a few words.

use http::Method;
use http::header::CONTENT_LENGTH;

use super::multistatus::{self, Member};
use crate::transfer::{Address, Failure};
use crate::upload::desk::{Desk, Message, few, value};
use crate::upload::refusal::{self, Trouble};

const SIZE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <propfind xmlns=\"DAV:\"><prop><getcontentlength/></prop></propfind>";

/// Something that is there.
pub(in crate::upload) struct Found {
    /// How many bytes it has, if it has any.
    pub size: Option<u64>,
}

/// Looks what is there.
pub(in crate::upload) async fn look(desk: &Desk<'_>, at: &Address) -> Result<Option<Found>, Trouble> {
    let (asked, answer) = desk.ask(at, &Message::ruled(Method::HEAD)).await?;
    let said = answer.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match (answer.response.status, said) {
        (200, Some(size)) => return Ok(Some(Found { size: Some(size) })),
        (404 | 410, _) => return Ok(None),
        // Not every server has an answer to this, or tells the size.
        (200 | 204 | 405 | 501, _) => {}
        _ => return Err(refusal::failure(&asked, &answer).into()),
    }
    let found = members(desk, at, "0").await?;
    Ok(found.map(|members| Found { size: members.first().and_then(|member| member.size) }))
}

/// How many bytes a file has, if it is there.
pub(in crate::upload) async fn size(desk: &Desk<'_>, at: &Address) -> Result<Option<u64>, Trouble> {
    match look(desk, at).await? {
        None => Ok(None),
        Some(Found { size: Some(size) }) => Ok(Some(size)),
        Some(Found { size: None }) => {
            let failure = Failure::new(crate::transfer::ErrorKind::ErrorHttpInvalidServerResponse);
            Err(failure.about(at.host()).because("it does not say how long the file is").into())
        }
    }
}

/// What is there, and with the depth `1` what is in it (RFC 4918 §9.1); nothing if nothing is.
pub(in crate::upload) async fn members(
    desk: &Desk<'_>,
    at: &Address,
    depth: &'static str,
) -> Result<Option<Vec<Member>>, Trouble> {
    let message = Message::ruled(method(b"PROPFIND"))
        .with("depth", value(depth))
        .with("content-type", value("application/xml; charset=utf-8"))
        .carrying(few(SIZE));
    let (asked, answer) = desk.ask(at, &message).await?;
    match answer.response.status {
        207 => Ok(Some(multistatus::read(&answer.response.body))),
        404 | 410 => Ok(None),
        _ => Err(refusal::failure(&asked, &answer).into()),
    }
}

/// Makes a file with this in it, and the folders that it needs.
pub(super) async fn create(desk: &Desk<'_>, at: &Address, content: &'static str) -> Result<(), Trouble> {
    let body = if content.is_empty() { Vec::new() } else { few(content) };
    let message = Message::ruled(Method::PUT).carrying(body);
    let (asked, mut answer) = desk.ask(at, &message).await?;
    // The last one is what nginx says when there is no such folder.
    if matches!(answer.response.status, 404 | 409 | 500) {
        folders(desk, at).await?;
        (_, answer) = desk.ask(at, &message).await?;
    }
    match answer.response.status {
        200..=299 => Ok(()),
        _ => Err(refusal::failure(&asked, &answer).into()),
    }
}

/// Makes the folder that `at` shall be in, and those that it is in itself, as far as they are missing.
pub(in crate::upload) async fn folders(desk: &Desk<'_>, at: &Address) -> Result<(), Trouble> {
    let message = Message::ruled(method(b"MKCOL"));
    let mut missing = Vec::new();
    let mut folder = at.folder();
    loop {
        let (asked, answer) = desk.ask(&folder, &message).await?;
        match answer.response.status {
            // Made, or there already.
            200..=299 | 405 => break,
            404 | 409 if folder.folder() != folder => {
                let above = folder.folder();
                missing.push(std::mem::replace(&mut folder, above));
            }
            _ => return Err(refusal::failure(&asked, &answer).into()),
        }
    }
    for folder in missing.iter().rev() {
        let (asked, answer) = desk.ask(folder, &message).await?;
        // Another upload may have been faster.
        if !matches!(answer.response.status, 200..=299 | 405) {
            return Err(refusal::failure(&asked, &answer).into());
        }
    }
    Ok(())
}

/// Removes a file, or a folder with all that is in it.
pub(in crate::upload) async fn remove(desk: &Desk<'_>, at: &Address) -> Result<(), Trouble> {
    let (asked, answer) = desk.ask(at, &Message::ruled(Method::DELETE)).await?;
    match answer.response.status {
        200..=206 | 404 | 410 => Ok(()),
        _ => Err(refusal::failure(&asked, &answer).into()),
    }
}

/// A method of WebDAV.
pub(in crate::upload) fn method(name: &'static [u8]) -> Method {
    Method::from_bytes(name).unwrap_or_else(|_| unreachable!("letters"))
}
