//! An object of S3, at Amazon or wherever its language is spoken
//! (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>): a small
//! one goes in one request; a larger one in parts, which the server keeps and lists until it is told to put
//! them together.
//!
//! Every request is signed by its address ([`sign`], [`store`]). The keys themselves go nowhere.

use std::collections::BTreeMap;
use std::ops::Range;

use http::header::{CONTENT_TYPE, HeaderMap};
use http::{HeaderName, HeaderValue, Method};

use super::desk::{Desk, Message, few, value};
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::{HASTY, Trouble};
use crate::attempt::Outcome;
use crate::transfer::{Algorithm, ErrorKind, Failure, Ranges, Remote, S3, Verified};
use sign::TOKEN;
use store::Store;
use sums::Sum;

mod sign;
mod store;
mod sums;
mod words;

/// What is not larger goes in one request.
const SMALL: u64 = 16 * 1024 * 1024;
/// The least size of a part, and most parts of an object; S3 allows from 5 MiB on, and 10,000.
const LEAST_PART: u64 = 8 * 1024 * 1024;
const MOST_PARTS: u64 = 9000;
/// How many parts are on their way at once, if nobody has said how many.
const LANES: usize = 4;
/// Parts on one page of a list, so that a page is kept as a whole.
const ON_A_PAGE: &str = "200";

/// See the module.
pub(super) struct Upload {
    at: S3,
    store: Store,
    /// The parts that the server has.
    parts: BTreeMap<u64, Stored>,
    /// It was all there already.
    done: Option<Finished>,
}

/// A part that the server has.
struct Stored {
    /// What the server calls what it has.
    tag: String,
    /// What was sent, if that was just now.
    sum: Option<Sum>,
}

/// Headers of the user that are about the object are said once, where it is made, and those of S3 are signed.
pub(super) fn is_for_the_object(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-amz-") || name.starts_with("if-")
}

impl Protocol for Upload {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let size = desk.source().size;
        let mut upload = Self::of(desk, S3 { id: None, part: part_size(size), tags: BTreeMap::new() })?;
        if size > SMALL {
            let message = about_object(desk, Method::POST);
            let said = upload.store.say(desk, &message, &[("uploads", "")]).await?;
            if said.answer.response.status != 200 {
                return Err(said.refusal().failure.into());
            }
            let id = words::upload_id(&said.answer.response.body);
            upload.at.id = Some(id.ok_or_else(|| said.nonsense("it does not name the upload"))?);
        }
        Ok(Opened::empty(upload))
    }

    fn remote(&self) -> Remote {
        let tags = self.parts.iter().map(|(number, part)| (*number, part.tag.clone())).collect();
        Remote::S3(S3 { id: self.at.id.clone(), part: self.at.part, tags })
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let Some(id) = self.at.id.clone() else { return Ok(Ranges::default()) };
        let (mut has, mut after, size) = (Ranges::default(), 0, desk.source().size);
        let known = std::mem::take(&mut self.parts);
        loop {
            let from = after.to_string();
            let query = [("max-parts", ON_A_PAGE), ("part-number-marker", &from), ("uploadId", &id)];
            let said = self.store.say(desk, &Message::ruled(Method::GET), &query).await?;
            match said.answer.response.status {
                200 => {}
                // Not everybody who may write may look, and some servers have no list: the tags will do.
                403 | 405 | 501
                    if !known.is_empty() && said.refusal().failure.kind != ErrorKind::Unauthorized =>
                {
                    self.parts = known;
                    let all = self.parts.keys().map(|number| sums::bytes_of(*number, self.at.part, size));
                    return Ok(all.collect());
                }
                _ => {
                    self.parts = known;
                    return self.unless_done(desk, said.trouble()).await;
                }
            }
            let page = words::page(&said.answer.response.body);
            let page = page.ok_or_else(|| said.nonsense("it does not say what it has"))?;
            for part in page.parts {
                let bytes = sums::bytes_of(part.number, self.at.part, size);
                if !bytes.is_empty() && part.size == bytes.end - bytes.start {
                    has.insert(bytes);
                    self.parts.insert(part.number, Stored { tag: part.tag, sum: None });
                }
            }
            match page.next {
                None => return Ok(has),
                Some(next) if next > after => after = next,
                Some(_) => return Err(said.nonsense("its list has no end").into()),
            }
        }
    }

    fn span(&self, missing: Range<u64>) -> Range<u64> {
        match self.at.id {
            // What is there are parts, so what is missing begins with one.
            Some(_) => missing.start..missing.end.min(missing.start.saturating_add(self.at.part)),
            None => missing,
        }
    }

    fn lanes(&self, desk: &Desk<'_>) -> usize {
        desk.request.terms.connections.map_or(LANES, |count| usize::from(count.get()))
    }

    fn lane(&self) -> Option<Self> {
        let (store, parts) = (self.store.clone(), BTreeMap::new());
        self.at.id.is_some().then(|| Self { at: self.at.clone(), store, parts, done: None })
    }

    fn join(&mut self, lane: Self) {
        self.store = lane.store;
        self.parts.extend(lane.parts);
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        let Some(id) = self.at.id.clone() else { return self.put(desk).await.map(Sent::All) };
        let number = span.start / self.at.part + 1;
        let sum = sums::of(desk, span.clone()).await?;
        let message = Message::ruled(Method::PUT)
            .with("content-md5", value(sum.in_header()))
            .carrying(vec![desk.part(span.clone())]);
        let query = [("partNumber", &*number.to_string()), ("uploadId", &id)];
        let said = self.store.say(desk, &message, &query).await?;
        if said.answer.response.status != 200 {
            return Err(said.trouble());
        }
        let tag = said.tag().filter(|_| said.whole);
        let tag = tag.ok_or_else(|| said.nonsense("it does not name the part"))?;
        self.parts.insert(number, Stored { tag, sum: Some(sum) });
        Ok(Sent::Has(span))
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        if let Some(finished) = self.done.take() {
            return Ok(finished);
        }
        // Of an empty file nothing was missing.
        let Some(id) = self.at.id.clone() else { return self.put(desk).await };
        self.check_parts(desk).await?;
        let parts = self.parts.iter().map(|(number, part)| (*number, part.tag.as_str()));
        let mut message = Message::ruled(Method::POST).carrying(few(words::assembly(parts)));
        message.headers = object_words(desk, "if-");
        let message = message.with("content-type", HeaderValue::from_static("application/xml"));
        let said = self.store.say(desk, &message, &[("uploadId", &id)]).await?;
        if said.answer.response.status != 200 || words::is_error(&said.answer) {
            self.unless_done(desk, said.trouble()).await?;
            return self.done.take().ok_or_else(|| said.trouble());
        }
        if !words::is_complete(&said.answer.response.body) {
            // It may take minutes and end in a failure that is only told then.
            let failure = Failure::new(ErrorKind::Timeout).about(said.at.host());
            return Err(failure.because("it does not say whether it has put the parts together").into());
        }
        let tag = words::tag(&said.answer.response.body).unwrap_or_default();
        let verified = self.verified(desk, &tag).await?;
        Ok(Finished { response: Some(said.answer.response), verified })
    }

    async fn abort(mut self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let Some(id) = self.at.id.clone() else { return Ok(()) };
        let said = self.store.say(desk, &Message::ruled(Method::DELETE), &[("uploadId", &id)]).await?;
        match said.answer.response.status {
            200..=299 | 404 => Ok(()),
            _ => Err(said.refusal().failure.into()),
        }
    }
}

impl Upload {
    /// One that stands there.
    ///
    /// # Errors
    /// If it cannot be signed for.
    pub(super) fn of(desk: &Desk<'_>, mut at: S3) -> Result<Self, Failure> {
        let parts = std::mem::take(&mut at.tags).into_iter();
        let parts = parts.map(|(number, tag)| (number, Stored { tag, sum: None })).collect();
        Ok(Self { at, store: Store::of(desk.request)?, parts, done: None })
    }

    /// Makes sure that what earlier attempts have sent is what the file has there now, where the server's tags
    /// are sums: a file that was changed in place, and its time put back, is found before it is put together.
    async fn check_parts(&mut self, desk: &Desk<'_>) -> Result<(), Trouble> {
        if !self.parts.values().any(|part| part.sum.is_some_and(|sum| sum.is(&part.tag))) {
            return Ok(());
        }
        for (number, part) in self.parts.iter_mut().filter(|(_, part)| part.sum.is_none()) {
            let sum = sums::of(desk, sums::bytes_of(*number, self.at.part, desk.source().size)).await?;
            if !sum.is(&part.tag) {
                let failure = Failure::new(ErrorKind::FileChanged);
                return Err(failure.about(desk.request.file.display().to_string()).into());
            }
            part.sum = Some(sum);
        }
        Ok(())
    }

    /// Sends all of it in one request.
    async fn put(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let all = 0..desk.source().size;
        let sum = sums::of(desk, all.clone()).await?;
        let mut message = about_object(desk, Method::PUT)
            .with("content-md5", value(sum.in_header()))
            .carrying(vec![desk.part(all)]);
        message.headers.extend(object_words(desk, "if-"));
        let said = self.store.say(desk, &message, &[]).await?;
        match said.answer.response.status {
            200..=299 if said.whole => {}
            200..=299 => {
                return Err(said.nonsense(HASTY).into());
            }
            _ => {
                self.unless_done(desk, said.trouble()).await?;
                return self.done.take().ok_or_else(|| said.trouble());
            }
        }
        let tag = said.tag().unwrap_or_default();
        let verified = if sum.is(&tag) { md5() } else { self.verified(desk, &tag).await? };
        Ok(Finished { response: Some(said.answer.response), verified })
    }

    /// Looks whether the object is what an earlier attempt has made of this very file, whose answer was lost:
    /// the server knows nothing of the upload any more then, or says that the name is taken.
    async fn unless_done(&mut self, desk: &Desk<'_>, trouble: Trouble) -> Result<Ranges, Trouble> {
        let taken = matches!(&trouble, Trouble::Over(over) if is_taken(over));
        if !taken && !matches!(trouble, Trouble::Gone(_)) {
            return Err(trouble);
        }
        let size = desk.source().size;
        match self.store.look(desk).await? {
            Some(object) if object.size == size && self.is_proved(desk, &object.tag).await? => {
                self.done = Some(Finished { response: Some(object.response), verified: md5() });
                Ok(Ranges::up_to(size))
            }
            _ => Err(trouble),
        }
    }

    /// What can be said of an object that the server has taken with this tag.
    async fn verified(&mut self, desk: &Desk<'_>, tag: &str) -> Result<Verified, Trouble> {
        if self.is_proved(desk, tag).await? {
            return Ok(md5());
        }
        match self.store.look(desk).await {
            Ok(Some(object)) if object.size == desk.source().size => Ok(Verified::Length),
            Ok(Some(_)) => Err(Failure::new(ErrorKind::Changed).about(desk.request.url.host()).into()),
            // Not everybody who may write may look.
            Ok(None) | Err(_) => Ok(Verified::None),
        }
    }

    /// Whether an object with this tag is the file.
    async fn is_proved(&self, desk: &Desk<'_>, tag: &str) -> Result<bool, Trouble> {
        let size = desk.source().size;
        if self.parts.values().any(|part| part.sum.is_some_and(|sum| !sum.is(&part.tag))) {
            // Its tags are no sums.
            return Ok(false);
        }
        match sums::counted(tag) {
            Some(0) => Ok(sums::of(desk, 0..size).await?.is(tag)),
            Some(count) if count == size.div_ceil(self.at.part) => {
                let mut all = Vec::new();
                for number in 1..=count {
                    let known = self.parts.get(&number).and_then(|part| part.sum);
                    let bytes = sums::bytes_of(number, self.at.part, size);
                    all.push(if let Some(sum) = known { sum } else { sums::of(desk, bytes).await? });
                }
                Ok(sums::is_of_parts(tag, &all))
            }
            _ => Ok(false),
        }
    }
}

fn is_taken(over: &Outcome) -> bool {
    matches!(over, Outcome::Failed(failure) if failure.kind == ErrorKind::FileExists)
}

fn md5() -> Verified {
    Verified::Checksum(Algorithm::Md5)
}

/// How many bytes the parts of a file of this size have.
fn part_size(size: u64) -> u64 {
    const MIB: u64 = 1024 * 1024;
    size.div_ceil(MOST_PARTS).next_multiple_of(MIB).max(LEAST_PART)
}

/// The request that makes the object, with what the user says about it.
fn about_object(desk: &Desk<'_>, method: Method) -> Message {
    let mut headers = object_words(desk, "x-amz-");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Message { headers, ruled: false, ..Message::ruled(method) }
}

/// The user's headers that begin like this.
fn object_words(desk: &Desk<'_>, prefix: &str) -> HeaderMap {
    let words = desk.request.headers.expose().filter_map(|(name, value)| {
        let name: HeaderName = name.to_ascii_lowercase().parse().ok()?;
        let mut value: HeaderValue = value.parse().ok()?;
        value.set_sensitive(true);
        (name.as_str().starts_with(prefix) && name.as_str() != TOKEN).then_some((name, value))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_as_large_and_as_few_as_s3_allows(size in 0_u64..40_000_000_000_000) {
            let part = part_size(size);
            prop_assert!((LEAST_PART..=5 * 1024 * 1024 * 1024).contains(&part));
            prop_assert!(size.div_ceil(part) <= MOST_PARTS);
        }
    }
}
