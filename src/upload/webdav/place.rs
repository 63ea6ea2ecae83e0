//! From where the bytes of an upload are to the name that it was meant for. Nothing that has the name is
//! touched unless somebody wished that.

use url::Position;

use super::store::{self, Found};
use crate::attempt::Outcome;
use crate::transfer::{Address, ErrorKind, Failure, IfExists, Response};
use crate::upload::desk::{Desk, Message, value};
use crate::upload::refusal::{self, Trouble};

/// Names that are tried.
const MOST: u32 = 1000;

/// What came of trying a name.
pub(in crate::upload) enum Placed {
    /// The file has it.
    There(Response),
    /// Something else has it.
    Taken(Failure),
}

/// Makes sure, before anything is sent, that the file can have its name.
///
/// # Errors
/// [`ErrorKind::FileExists`], or that it is to be left alone then.
pub(in crate::upload) async fn check(desk: &Desk<'_>, target: &Address) -> Result<(), Trouble> {
    let wish = desk.request.if_exists;
    if !matches!(wish, IfExists::Fail | IfExists::Skip) {
        return Ok(());
    }
    match store::look(desk, target).await? {
        None => Ok(()),
        // A folder has no size.
        Some(Found { size: Some(_) }) if wish == IfExists::Skip => Err(Outcome::Skipped.into()),
        Some(_) => Err(taken(target).into()),
    }
}

/// Moves what is at `from` to `to` (RFC 4918 §9.9), with what stands in `message` already.
pub(in crate::upload) async fn put(
    desk: &Desk<'_>,
    from: &Address,
    to: &Address,
    message: &Message,
) -> Result<Placed, Trouble> {
    let overwrite = desk.request.if_exists == IfExists::Overwrite;
    // Asked first, as not every server heeds what is said about overwriting.
    if !overwrite && store::look(desk, to).await?.is_some() {
        return Ok(Placed::Taken(taken(to)));
    }
    rename(desk, from, to, &message.clone().with("overwrite", value(if overwrite { "T" } else { "F" }))).await
}

/// The same as `message` says it, whatever is there.
pub(super) async fn rename(
    desk: &Desk<'_>,
    from: &Address,
    to: &Address,
    message: &Message,
) -> Result<Placed, Trouble> {
    let url = &to.url()[..Position::AfterPath];
    let (asked, mut answer) = desk.ask(from, &message.clone().with("destination", value(url))).await?;
    // A server behind a proxy that ends TLS may not know its own address: it gets the path alone (RFC 4918
    // §10.3).
    if matches!(answer.response.status, 400 | 502) {
        let message = message.clone().with("destination", value(to.url().path()));
        (_, answer) = desk.ask(from, &message).await?;
    }
    match answer.response.status {
        200 | 201 | 204 => Ok(Placed::There(answer.response)),
        412 => Ok(Placed::Taken(taken(to))),
        404 | 410 => Err(Trouble::Gone(refusal::failure(&asked, &answer))),
        207 => Err(refusal::nonsense(&asked, &answer, "it could not move the file").into()),
        405 | 501 => Err(refusal::failure(&asked, &answer).because("it cannot rename files").into()),
        _ => Err(refusal::failure(&asked, &answer).into()),
    }
}

/// The name to try after this one, if another will do.
pub(in crate::upload) fn next(desk: &Desk<'_>, target: &Address) -> Option<Address> {
    if desk.request.if_exists != IfExists::Rename {
        return None;
    }
    let first = desk.request.stored_at();
    let names = (0..MOST).map(|number| numbered(&first, number));
    names.skip_while(|name| name != target).nth(1)
}

/// `NAME (1).ending`, as downloads are called when a name is taken.
fn numbered(first: &Address, number: u32) -> Address {
    if number == 0 {
        return first.clone();
    }
    let name = first.file_name();
    let (stem, ending) =
        name.rfind('.').filter(|dot| *dot > 0).map_or((name.as_str(), ""), |dot| name.split_at(dot));
    let name = format!("{stem} ({number}){ending}");
    first.folder().file_in_folder(name.as_ref()).unwrap_or_else(|| first.clone())
}

/// The method that moves.
pub(in crate::upload) fn move_method() -> http::Method {
    store::method(b"MOVE")
}

fn taken(target: &Address) -> Failure {
    Failure::new(ErrorKind::FileExists).about(target.to_string())
}
