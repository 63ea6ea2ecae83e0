//! Nextcloud's own way for large files, version 2 (Nextcloud's developer manual, "chunked file upload"): a
//! folder of chunks, which the server puts together when that folder's `.file` is moved to where the file
//! shall be.

use std::ops::Range;

use http::{HeaderValue, Method};

use super::desk::{Desk, Message, unanswered, value};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{self, Trouble};
use super::webdav::{place, store};
use crate::transfer::{Address, ErrorKind, Failure, Nextcloud, Ranges, Remote, Verified};

const MIB: u64 = 1024 * 1024;
/// How much goes into a chunk, and the least that a server takes in one that is not the last.
const CHUNK: u64 = 10 * MIB;
const LEAST_CHUNK: u64 = 5 * MIB;
/// How many chunks there are rather at most: what the server tells about them shall fit into an answer.
const FEW: u64 = 200;
/// How many there may be.
const MOST: u64 = 10_000;

const FILES: &str = "/remote.php/dav/files/";
const UPLOADS: &str = "/remote.php/dav/uploads/";

/// See the module.
pub(super) struct Upload {
    at: Nextcloud,
    /// It was found at its place.
    placed: bool,
}

impl From<Nextcloud> for Upload {
    fn from(at: Nextcloud) -> Self {
        Self { at, placed: false }
    }
}

/// Whether it is worth to send the file like this, and there is a Nextcloud.
pub(super) fn suits(desk: &Desk<'_>) -> bool {
    desk.source().size > CHUNK && uploads(&desk.request.stored_at()).is_some()
}

/// The folder of the folders of chunks of whoever has the file at `target`.
fn uploads(target: &Address) -> Option<Address> {
    let (before, behind) = target.url().path().split_once(FILES)?;
    let (user, _) = behind.split_once('/').filter(|(user, file)| !user.is_empty() && !file.is_empty())?;
    target.join(&format!("{before}{UPLOADS}{user}/")).ok()
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let target = desk.request.stored_at();
        place::check(desk, &target).await?;
        store::folders(desk, &target).await?;
        let name = format!("windlass-{}/", desk.attempt.mark());
        let folder = uploads(&target).and_then(|uploads| uploads.join(&name).ok());
        let nowhere = || Failure::new(ErrorKind::InvalidUrl).about(target.host());
        let at = Nextcloud {
            folder: folder.ok_or_else(nowhere)?,
            target,
            chunk: CHUNK.max(desk.source().size.div_ceil(FEW).next_multiple_of(MIB)),
            moving: false,
        };
        let made = Self::from(at);
        let message = made.about(store::method(b"MKCOL"), desk);
        let (asked, mut answer) = desk.ask(&made.at.folder, &message).await?;
        if answer.response.status == 405 {
            // It is there from an earlier beginning, with chunks of what may have been another file.
            store::remove(desk, &made.at.folder).await?;
            (_, answer) = desk.ask(&made.at.folder, &message).await?;
        }
        match answer.response.status {
            200..=299 => Ok(Opened::empty(made)),
            _ => Err(refusal::failure(&asked, &answer).into()),
        }
    }

    fn remote(&self) -> Remote {
        Remote::Nextcloud(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let size = desk.source().size;
        if let Some(members) = store::members(desk, &self.at.folder, "1").await? {
            let whole = members.iter().filter_map(|member| {
                let number = member.name.parse::<u64>().ok()?.checked_sub(1)?;
                let chunk = self.chunk(number, size);
                (member.name == name(number) && member.size == Some(chunk.end - chunk.start)).then_some(chunk)
            });
            return Ok(whole.collect());
        }
        // It goes when the file was put together.
        if self.at.moving && store::size(desk, &self.at.target).await? == Some(size) {
            self.placed = true;
            return Ok(Ranges::up_to(size));
        }
        Err(Trouble::Gone(Failure::new(ErrorKind::Gone).about(self.at.folder.host())))
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        let chunk = self.chunk(missing.start / self.at.chunk, missing.end);
        missing.start..chunk.end
    }

    fn shrink(&mut self) -> bool {
        // Those that are there stay: chunks are put together in the order of their names, and one of
        // another size is sent anew after a cut.
        let smaller = self.at.chunk / 2;
        let can = smaller >= LEAST_CHUNK && self.at.chunk.is_multiple_of(2);
        if can {
            self.at.chunk = smaller;
        }
        can
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let number = span.start / self.at.chunk;
        if number >= MOST {
            return Err(Failure::new(ErrorKind::RequestEntityTooLarge).about(self.at.folder.host()).into());
        }
        let message = self.about(Method::PUT, desk).carrying(vec![desk.part(span.clone())]);
        let at = self.at.folder.join(&name(number))?;
        let answer = desk.send(&at, &message).await?.end.map_err(unanswered)?;
        match answer.response.status {
            200 | 201 | 204 => Ok(Sent::Has(span)),
            // Folders of chunks go after a day.
            404 | 409 | 410 => Err(Trouble::Gone(refusal::failure(&at, &answer))),
            _ => Err(refusal::trouble(&at, &answer)),
        }
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let size = desk.source().size;
        let mut response = None;
        while !self.placed {
            self.at.moving = true;
            desk.attempt.begun(self.remote()).await?;
            let message = self.about(place::move_method(), desk);
            let seconds = desk.source().modified.div_euclid(1_000_000_000);
            let message = message.with("x-oc-mtime", HeaderValue::from(seconds));
            let file = self.at.folder.join(".file")?;
            match place::put(desk, &file, &self.at.target, &message).await? {
                place::Placed::There(answer) => (self.placed, response) = (true, Some(answer)),
                place::Placed::Taken(failure) => {
                    self.at.target = place::next(desk, &self.at.target).ok_or(failure)?;
                }
            }
        }
        match store::size(desk, &self.at.target).await? {
            Some(has) if has == size => Ok(Finished { response, verified: Verified::Length }),
            has => {
                let has = has.unwrap_or_default();
                let failure = Failure::new(ErrorKind::ErrorHttpInvalidServerResponse);
                let failure = failure.about(self.at.target.host());
                Err(failure.because(&format!("it has {has} bytes of {size}")).into())
            }
        }
    }

    async fn abort(self, desk: &Desk<'_>) -> Result<(), Trouble> {
        store::remove(desk, &self.at.folder).await
    }
}

impl Upload {
    /// A request about the upload: each says where the file shall be and how long it is.
    fn about(&self, method: Method, desk: &Desk<'_>) -> Message {
        Message::ruled(method)
            .with("destination", value(self.at.target.expose()))
            .with("oc-total-length", desk.source().size)
    }

    /// Which bytes are in the chunk of this number, counted from zero, of a file of this size.
    fn chunk(&self, number: u64, size: u64) -> Range<u64> {
        let at = |number: u64| number.saturating_mul(self.at.chunk).min(size);
        at(number)..at(number.saturating_add(1))
    }
}

/// What the chunk of this number, counted from zero, is called.
fn name(number: u64) -> String {
    format!("{:05}", number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nextcloud_is_known_by_the_paths_of_its_files() {
        for (target, expected) in [
            (
                "https://a.example/remote.php/dav/files/me/b",
                Some("https://a.example/remote.php/dav/uploads/me/"),
            ),
            (
                "https://a.example/nc/remote.php/dav/files/me%40b/c/d",
                Some("https://a.example/nc/remote.php/dav/uploads/me%40b/"),
            ),
            ("https://a.example/remote.php/dav/files/me/", None),
            ("https://a.example/remote.php/webdav/b", None),
            ("https://a.example/dav/b", None),
        ] {
            let uploads = uploads(&Address::parse(target).unwrap().0);
            assert_eq!(uploads.as_ref().map(Address::expose), expected, "{target}");
        }
    }
}
