//! May these bytes be written, and where? A pure function of what was asked, the status and the
//! headers. Nothing is written before it has said so, and nothing outside of what it granted.

use http::HeaderMap;
use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, LAST_MODIFIED,
};

use crate::transfer::{ErrorKind, Failure, Validator};

/// What a request asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The first byte.
    pub offset: u64,
    /// The byte behind the last one, if it did not ask for everything from the first one on.
    pub end: Option<u64>,
    /// The version that the bytes before it belong to.
    pub version: Option<Validator>,
    /// Length of the whole file, if it is known.
    pub total: Option<u64>,
}

/// What may be done with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Write its body, as far as granted.
    Write(Grant),
    /// There is nothing left to get.
    Complete {
        /// Length of the whole file.
        total: u64,
    },
    /// What is on the disk cannot be continued; ask anew from the first byte.
    StartOver,
    /// No byte of it is the file.
    Refuse(Failure),
}

/// Which bytes may be written, and what they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Where the first byte of the body goes. If it is not where the request asked for, the file
    /// begins again.
    pub offset: u64,
    /// How many bytes the body has; nothing if only its end will tell.
    pub length: Option<u64>,
    /// Length of the whole file.
    pub total: Option<u64>,
    /// Which version it is.
    pub version: Option<Validator>,
    /// Whether it can be continued in the middle later.
    pub resumable: bool,
    /// Whether other connections may get parts of it at the same time.
    pub splittable: bool,
}

/// The one judgement.
pub(crate) fn judge(asked: &Asked, status: u16, headers: &HeaderMap) -> Verdict {
    match status {
        200 | 203 => whole(headers),
        206 => part(asked, headers),
        416 => beyond(asked, headers),
        status => Verdict::Refuse(Failure::from_status(status)),
    }
}

/// The whole file from its first byte, whatever was asked for.
fn whole(headers: &HeaderMap) -> Verdict {
    let version = version(headers);
    let total = match single(headers, &CONTENT_LENGTH) {
        Ok(text) => text.and_then(|text| text.parse().ok()),
        Err(failure) => return Verdict::Refuse(failure),
    };
    let encoded = is_encoded(headers);
    if encoded && !is_packed(headers) {
        // We asked for the file as it is; what comes is something else under its name.
        return Verdict::Refuse(nonsense("it is compressed on the way"));
    }
    let ranges = single(headers, &ACCEPT_RANGES).ok().flatten().is_some_and(|unit| unit == "bytes");
    let resumable = version.is_some() && total.is_some() && ranges && !encoded;
    // What came without being asked for by its place may come that way again.
    Verdict::Write(Grant { offset: 0, length: total, total, version, resumable, splittable: false })
}

/// A part of the file (RFC 9110 §15.3.7): it must be exactly the part that was asked for, of
/// exactly the version whose bytes are on the disk.
fn part(asked: &Asked, headers: &HeaderMap) -> Verdict {
    let range = match single(headers, &CONTENT_RANGE) {
        Ok(Some(text)) => content_range(text),
        Ok(None) => None,
        Err(failure) => return Verdict::Refuse(failure),
    };
    let Some(ContentRange { first, last, total }) = range else {
        return Verdict::Refuse(nonsense("it does not say which part of the file it is"));
    };
    let length = last - first + 1;
    let known_end = asked.end.or(asked.total.filter(|_| total.is_none()));
    let beyond_end = known_end.is_some_and(|end| last >= end);
    let sent = single(headers, &CONTENT_LENGTH).ok().flatten();
    if beyond_end || first != asked.offset || sent.is_some_and(|sent| sent.parse() != Ok(length)) {
        return Verdict::Refuse(nonsense("it is another part of the file"));
    }
    if is_encoded(headers) {
        return Verdict::Refuse(nonsense("it is compressed on the way"));
    }
    let version = version(headers);
    if asked.offset > 0 {
        let same_version = version.is_none() || version == asked.version;
        if !same_version || (total.is_some() && total != asked.total) {
            return Verdict::StartOver;
        }
    }
    let version = version.or_else(|| asked.version.clone());
    let total = total.or(asked.total);
    let resumable = version.is_some() && total.is_some();
    let splittable = resumable;
    Verdict::Write(Grant { offset: first, length: Some(length), total, version, resumable, splittable })
}

/// Nothing at that place (RFC 9110 §15.5.17): an empty file, a complete one, or a shorter one.
fn beyond(asked: &Asked, headers: &HeaderMap) -> Verdict {
    let text = single(headers, &CONTENT_RANGE).ok().flatten();
    let total = text.and_then(|text| text.strip_prefix("bytes */")?.trim().parse::<u64>().ok());
    match total {
        Some(total) if total == asked.offset && asked.total.is_none_or(|known| known == total) => {
            Verdict::Complete { total }
        }
        _ if asked.offset > 0 => Verdict::StartOver,
        _ => Verdict::Refuse(Failure::from_status(416)),
    }
}

struct ContentRange {
    first: u64,
    last: u64,
    total: Option<u64>,
}

/// `bytes FIRST-LAST/TOTAL` (RFC 9110 §14.4); nothing if it contradicts itself.
fn content_range(text: &str) -> Option<ContentRange> {
    let (unit, rest) = text.trim().split_once(' ')?;
    let (range, total) = rest.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let (first, last) = (number(first)?, number(last)?);
    let total = if total == "*" { None } else { Some(number(total)?) };
    // One less than the largest number, so that lengths can be counted.
    let consistent = first <= last && last < u64::MAX && total.is_none_or(|total| last < total);
    (unit.eq_ignore_ascii_case("bytes") && consistent).then_some(ContentRange { first, last, total })
}

/// The strongest word on which version it is. A weak tag or a fresh date says nothing about bytes
/// (RFC 9110 §8.8.1, §8.8.2.2).
fn version(headers: &HeaderMap) -> Option<Validator> {
    let text = |name| single(headers, name).ok().flatten();
    if let Some(tag) = text(&ETAG) {
        let strong = tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"');
        return strong.then(|| Validator::ETag(tag.to_owned()));
    }
    let modified = text(&LAST_MODIFIED)?;
    let age = httpdate::parse_http_date(text(&DATE)?)
        .ok()?
        .duration_since(httpdate::parse_http_date(modified).ok()?)
        .ok()?;
    (age.as_secs() >= 60).then(|| Validator::LastModified(modified.to_owned()))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Whether the file itself is a packed one: some servers call its own packing an encoding.
fn is_packed(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "application/gzip"
            | "application/x-gzip"
            | "application/x-tar"
            | "application/x-compressed-tar"
            | "application/zstd"
            | "application/x-xz"
            | "application/octet-stream"
    )
}

/// The value of a header that may stand only once.
fn single<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Result<Option<&'a str>, Failure> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Ok(value.to_str().ok().map(str::trim)),
        (Some(_), Some(_)) => Err(nonsense("it contradicts itself")),
    }
}

fn nonsense(reason: &str) -> Failure {
    Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).because(reason)
}

#[cfg(test)]
#[path = "judge/tests.rs"]
mod tests;
