//! Finds out, on a file of our own, whether a server can write a part of a file. What servers say about it
//! is worth nothing: some take a part, say that all is well, and keep the part alone.

use http::Method;

use super::{store, writing};
use crate::net::transport::Answer;
use crate::transfer::{Address, Partly};
use crate::upload::desk::{Desk, Message, few};
use crate::upload::refusal::{self, Trouble};

/// How parts can be written into files that are where `scratch` is, if they can be. The file is left there
/// with whatever came of it.
pub(super) async fn partly(desk: &Desk<'_>, scratch: &Address) -> Result<Option<Partly>, Trouble> {
    for way in [Partly::Put, Partly::Patch] {
        if way == Partly::Patch && !promises_patch(desk, scratch).await? {
            break;
        }
        if works(desk, scratch, way).await? {
            return Ok(Some(way));
        }
    }
    Ok(None)
}

/// Writes a second byte behind a first one, and looks whether there are both.
async fn works(desk: &Desk<'_>, scratch: &Address, way: Partly) -> Result<bool, Trouble> {
    store::create(desk, scratch, "A").await?;
    let (asked, answer) = desk.ask(scratch, &writing(Some(way), &(1..2), 2).carrying(few("B"))).await?;
    if !says_yes(&asked, &answer)? {
        return Ok(false);
    }
    let (asked, answer) = desk.ask(scratch, &Message::ruled(Method::GET)).await?;
    Ok(says_yes(&asked, &answer)? && answer.response.body == "AB")
}

async fn promises_patch(desk: &Desk<'_>, scratch: &Address) -> Result<bool, Trouble> {
    let (_, answer) = desk.ask(scratch, &Message::ruled(Method::OPTIONS)).await?;
    let classes = answer.headers.get_all("dav").iter().filter_map(|value| value.to_str().ok());
    Ok(classes.flat_map(|value| value.split(',')).any(|class| class.trim() == "sabredav-partialupdate"))
}

/// A server that has no time now has said neither.
fn says_yes(asked: &Address, answer: &Answer) -> Result<bool, Trouble> {
    match answer.response.status {
        401 | 407 | 423 | 429 | 503 => Err(refusal::failure(asked, answer).into()),
        status => Ok((200..300).contains(&status)),
    }
}
