//! WebDAV (RFC 4918): the bytes go into a file beside the one that it shall be, which is moved there when
//! the server has all of it. So what is there already is never damaged, and no half file has the name.
//!
//! Most servers take a file only as a whole, and get all of it again after a cut. Where parts can be
//! written ([`probe`]), it goes on where it stands.

use std::ops::Range;

use http::Method;

use super::desk::{Desk, Message, unanswered, value};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, HASTY, Trouble};
use crate::transfer::{Address, ErrorKind, Failure, Partly, Ranges, Remote, Verified, Webdav};

mod multistatus;
pub(super) mod place;
mod probe;
pub(super) mod store;

/// How much goes into one request that carries a part. Some servers, and what stands before them, keep
/// nothing of a request that was cut; so much is sent again then.
const CHUNK: u64 = 32 * 1024 * 1024;
const LEAST_CHUNK: u64 = 1024 * 1024;
/// From which size on it is worth to find out whether parts can be written.
pub(super) const LARGE: u64 = 4 * 1024 * 1024;
/// Most characters of the name that stand in that of the file beside it.
const NAME: usize = 50;

/// See the module.
pub(super) struct Upload {
    at: Webdav,
    /// It was found at its place.
    placed: bool,
}

impl From<Webdav> for Upload {
    fn from(at: Webdav) -> Self {
        Self { at, placed: false }
    }
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let target = desk.request.stored_at();
        place::check(desk, &target).await?;
        let part = beside(&target, &desk.attempt.mark(), "partial");
        let mut partly = None;
        if desk.source().size >= LARGE {
            let scratch = beside(&target, &desk.attempt.mark(), "try");
            partly = probe::partly(desk, &scratch).await?;
            // What cannot be done in the end is better known now than when all of it was sent.
            let message = Message::ruled(place::move_method()).with("overwrite", value("T"));
            if let Err(trouble) = place::rename(desk, &scratch, &part, &message).await {
                let _ = store::remove(desk, &scratch).await;
                return Err(trouble);
            }
        }
        // Also to see now whether it may be written there at all. What is written in parts is there from
        // the beginning, as Apache keeps what came of a part only in a file that it has.
        store::create(desk, &part, "").await?;
        Ok(Opened::empty(Webdav { part, target, partly, chunk: CHUNK, moving: false }))
    }

    fn remote(&self) -> Remote {
        Remote::Webdav(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let (size, at) = (desk.source().size, &self.at);
        let has = store::size(desk, &at.part).await?;
        match (has, at.partly) {
            (Some(has), _) if has == size && at.moving => Ok(Ranges::up_to(size)),
            (Some(has), Some(_)) if has <= size => Ok(Ranges::up_to(has)),
            (None, _) if at.moving && store::size(desk, &at.target).await? == Some(size) => {
                self.placed = true;
                Ok(Ranges::up_to(size))
            }
            // As long as it should be, or not: what a server makes of a file that was cut, nobody knows.
            (_, None) if size > 0 => Ok(Ranges::default()),
            _ => Err(Trouble::Gone(gone(&at.part))),
        }
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        let most = if self.at.partly.is_some() { self.at.chunk } else { u64::MAX };
        missing.start..missing.end.min(missing.start.saturating_add(most))
    }

    fn shrink(&mut self) -> bool {
        let smaller = self.at.chunk / 2;
        let can = self.at.partly.is_some() && smaller >= LEAST_CHUNK;
        if can {
            self.at.chunk = smaller;
        }
        can
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let message = writing(self.at.partly, &span, desk.source().size);
        let message = message.carrying(vec![desk.part(span.clone())]);
        let at = &self.at.part;
        let exchange = desk.send(at, &message).await?;
        let whole = exchange.whole;
        let answer = exchange.end.map_err(unanswered)?;
        match answer.response.status {
            200..=299 if whole => {}
            200..=299 => {
                return Err(refusal::nonsense(at, &answer, HASTY).into());
            }
            // The folder has gone, and the file with it.
            409 => return Err(Trouble::Gone(refusal::failure(at, &answer))),
            _ => return Err(refusal::trouble(at, &answer)),
        }
        if self.at.partly.is_none() {
            return Ok(Sent::Has(span));
        }
        match store::size(desk, at).await? {
            Some(now) if now == span.end => Ok(Sent::Has(span)),
            now => {
                // It could do it with a small file. This one has to go there as a whole.
                let why = counted(now, span.end);
                let failure = refusal::nonsense(at, &answer, &why);
                self.at.partly = None;
                Err(Trouble::Resync(failure))
            }
        }
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let verified = Verified::Length;
        if self.placed {
            return Ok(Finished { response: None, verified });
        }
        let size = desk.source().size;
        let has = store::size(desk, &self.at.part).await?;
        if has != Some(size) {
            let failure = Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(self.at.part.host());
            return Err(failure.because(&counted(has, size)).into());
        }
        let message = Message::ruled(place::move_method());
        loop {
            self.at.moving = true;
            desk.attempt.begun(self.remote()).await?;
            match place::put(desk, &self.at.part, &self.at.target, &message).await? {
                place::Placed::There(response) => {
                    return Ok(Finished { response: Some(response), verified });
                }
                place::Placed::Taken(failure) => {
                    self.at.target = place::next(desk, &self.at.target).ok_or(failure)?;
                }
            }
        }
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        store::remove(desk, &self.at.part).await
    }
}

/// A file beside `target`, of this upload alone. There are servers that refuse
/// names with a dot before them, and Nextcloud refuses `.part`.
fn beside(target: &Address, mark: &str, ending: &str) -> Address {
    let name: String = target.file_name().chars().take(NAME).collect();
    let part = target.folder().file_in_folder(format!("{name}.{mark}.{ending}").as_ref());
    part.unwrap_or_else(|| unreachable!("a folder ends with /"))
}

/// The request that writes these bytes of so many, but for the bytes.
fn writing(partly: Option<Partly>, span: &Range<u64>, size: u64) -> Message {
    let (first, last) = (span.start, span.end.saturating_sub(1));
    match partly {
        None => Message::ruled(Method::PUT),
        Some(Partly::Put) => {
            let range = value(format!("bytes {first}-{last}/{size}"));
            Message::ruled(Method::PUT).with("content-range", range)
        }
        Some(Partly::Patch) => Message::ruled(Method::PATCH)
            .with("content-type", value("application/x-sabredav-partialupdate"))
            .with("x-update-range", value(format!("bytes={first}-{last}"))),
    }
}

fn counted(has: Option<u64>, sent: u64) -> String {
    match has {
        Some(has) => format!("it has {has} bytes of {sent}"),
        None => format!("it has nothing of {sent} bytes"),
    }
}

fn gone(at: &Address) -> Failure {
    Failure::new(ErrorKind::Gone).about(at.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_beside_is_short_enough_whatever_the_name_is() {
        let mark = "0123456789ab-2";
        let part = |url: &str| beside(&Address::parse(url).unwrap().0, mark, "partial");
        assert_eq!(
            part("http://a.example/x/b%20c.txt?key=1").expose(),
            format!("http://a.example/x/b%20c.txt.{mark}.partial?key=1")
        );
        let long = part(&format!("http://a.example/{}", "%F0%9F%98%80".repeat(60)));
        assert!(long.file_name().len() <= 255, "{}", long.file_name().len());
        assert_eq!(part("http://a.example/a%2Fb").folder().expose(), "http://a.example/");
    }
}
