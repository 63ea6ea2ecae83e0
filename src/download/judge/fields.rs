//! What the headers of an answer say, each read as strictly as its standard has it. Pure.

use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, LAST_MODIFIED, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName};

use super::nonsense;
use crate::transfer::{Failure, Validator};

/// Age at which a date of change can no longer be shared by two versions (RFC 9110 §8.8.2.2), in seconds.
const SETTLED: u64 = 60;

/// A `Content-Range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub first: u64,
    pub last: u64,
    pub total: Option<u64>,
}

/// `bytes FIRST-LAST/TOTAL` (RFC 9110 §14.4); nothing if it contradicts itself.
pub(crate) fn content_range(text: &str) -> Option<Range> {
    let (unit, rest) = text.trim().split_once(' ')?;
    let (range, total) = rest.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = if total == "*" { None } else { Some(number(total)?) };
    // One less than the largest number, so that lengths can be counted.
    let consistent = first <= last && last < u64::MAX && total.is_none_or(|total| last < total);
    (unit.eq_ignore_ascii_case("bytes") && consistent).then_some(Range { first, last, total })
}

/// How long the body is, if the headers say it. The same length said twice is one length
/// (RFC 9110 §8.6); a body that is framed in two ways is none (RFC 9112 §6.3).
pub(super) fn content_length(headers: &HeaderMap) -> Result<Option<u64>, Failure> {
    let unclear = || nonsense("it contradicts itself about the length");
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        for text in value.to_str().map_err(|_| unclear())?.split(',') {
            let said = number(text.trim()).ok_or_else(unclear)?;
            if length.is_some_and(|known| known != said) {
                return Err(unclear());
            }
            length = Some(said);
        }
    }
    let framing = headers.get_all(TRANSFER_ENCODING).iter().map(http::HeaderValue::as_bytes);
    match framing.collect::<Vec<_>>()[..] {
        [] => Ok(length),
        [coding] if coding.eq_ignore_ascii_case(b"chunked") && length.is_none() => Ok(None),
        _ => Err(nonsense("it contradicts itself about where the file ends")),
    }
}

/// The strongest word on which version it is. A weak tag or a fresh date says nothing about bytes
/// (RFC 9110 §8.8.1, §8.8.2.2).
pub(super) fn version(headers: &HeaderMap) -> Option<Validator> {
    if headers.contains_key(ETAG) {
        let tag = single(headers, &ETAG).ok().flatten()?;
        let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
        return (!inside.contains('"')).then(|| Validator::ETag(tag.to_owned()));
    }
    modified(headers).map(Validator::LastModified)
}

/// When it was changed last, if no other version can have the same date.
pub(super) fn modified(headers: &HeaderMap) -> Option<String> {
    let text = |name| single(headers, name).ok().flatten();
    let modified = text(&LAST_MODIFIED)?;
    let age = httpdate::parse_http_date(text(&DATE)?)
        .ok()?
        .duration_since(httpdate::parse_http_date(modified).ok()?)
        .ok()?;
    (age.as_secs() >= SETTLED).then(|| modified.to_owned())
}

/// Whether the bytes are not the file's own. Some servers name codings that are none.
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    let plain: [&[u8]; 6] = [b"", b"identity", b"none", b"binary", b"utf-8", b"aws-chunked"];
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !plain.iter().any(|plain| coding.as_bytes().eq_ignore_ascii_case(plain)))
}

/// Whether it is a web page, as it calls itself.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    matches!(media_type(headers).as_str(), "text/html" | "application/xhtml+xml")
}

/// The media type without its parameters, in lower case.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The value of a header that may stand only once.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Failure> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Ok(value.to_str().ok().map(str::trim)),
        (Some(_), Some(_)) => Err(nonsense("it contradicts itself")),
    }
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}
