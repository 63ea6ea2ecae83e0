//! Servers of other kinds answer in the terms of HTTP, as a gateway to them would (RFC 9110 §3.7): so
//! whoever judges, splits and continues downloads need not know how a file comes. Pure.

use std::ops::Range;
use std::time::SystemTime;

use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, DATE, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::get::Get;
use crate::transfer::{Address, ErrorKind, Failure};

/// What a server says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// How many bytes it has, if that is known.
    pub size: Option<u64>,
    /// When it was changed last, if that is known.
    pub modified: Option<SystemTime>,
    /// Whether it can be had from the middle on.
    pub ranges: bool,
}

/// Which bytes an answer consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// None.
    Nothing,
    /// These.
    Sized(Range<u64>),
    /// All there are, however many.
    Endless,
}

/// Why a server does not give a file.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It said so, and in HTTP would have said this.
    Status(StatusCode),
    /// There is no answer.
    Failed(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Answers `get` for a file like this at this moment: status, headers and what the body is to be.
pub(super) fn answer(get: &Get<'_>, file: &File, now: SystemTime) -> (StatusCode, HeaderMap, Part) {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(DATE, httpdate::fmt_http_date(now));
    let modified = file.modified.map(httpdate::fmt_http_date);
    if let Some(modified) = modified.clone() {
        set(LAST_MODIFIED, modified);
    }
    let Some(size) = file.size else {
        return (StatusCode::OK, headers, Part::Endless);
    };
    // Of another version, the whole one is given (RFC 9110 §13.1.5).
    let is_other = get.offset > 0 && get.version.is_some_and(|known| modified.as_deref() != Some(known));
    if !file.ranges || is_other {
        set(CONTENT_LENGTH, size.to_string());
        if file.ranges {
            set(ACCEPT_RANGES, "bytes".to_owned());
        }
        let part = if size == 0 { Part::Nothing } else { Part::Sized(0..size) };
        return (StatusCode::OK, headers, part);
    }
    let part = get.offset..get.end.unwrap_or(size).min(size);
    if part.is_empty() {
        set(CONTENT_RANGE, format!("bytes */{size}"));
        set(CONTENT_LENGTH, "0".to_owned());
        return (StatusCode::RANGE_NOT_SATISFIABLE, headers, Part::Nothing);
    }
    set(CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1));
    set(CONTENT_LENGTH, (part.end - part.start).to_string());
    (StatusCode::PARTIAL_CONTENT, headers, Part::Sized(part))
}

/// The path that an address names, with the bytes it stands for and without its first slash.
///
/// # Errors
/// If it is that of a folder, or holds what no path may hold and some servers would take for the end
/// of a command.
pub(super) fn path(url: &Address) -> Result<Vec<u8>, Failure> {
    let path: Vec<u8> = percent_encoding::percent_decode_str(&url.url().path()[1..]).collect();
    if path.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        let failure = Failure::new(ErrorKind::InvalidUrl).about(url.host());
        return Err(failure.because("a line break or an empty character is hidden in it"));
    }
    if path.is_empty() || path.ends_with(b"/") {
        let failure = Failure::new(ErrorKind::UnexpectedStatusCode).about(url.host());
        return Err(failure.because("the address is that of a folder"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::attempt::Timeouts;
    use crate::transfer::Headers;

    const DAY: &str = "Thu, 01 Jan 1970 00:00:10 GMT";

    fn ask(offset: u64, end: Option<u64>, version: Option<&str>, file: &File) -> (u16, Option<String>, Part) {
        let (url, _) = Address::parse("ftp://a.example/x").unwrap();
        let timeouts = Timeouts { connect: Duration::ZERO, silence: Duration::ZERO };
        let headers = Headers::default();
        let get = Get { url: &url, headers: &headers, offset, end, version, timeouts };
        let (status, headers, part) = answer(&get, file, SystemTime::now());
        assert!(headers.contains_key(DATE));
        let range = headers.get(CONTENT_RANGE).map(|range| range.to_str().unwrap().to_owned());
        (status.as_u16(), range, part)
    }

    fn file() -> File {
        let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(10));
        File { size: Some(100), modified, ranges: true }
    }

    #[test]
    fn a_part_is_answered_as_a_web_server_would() {
        let range = |text: &str| Some(text.to_owned());
        assert_eq!(ask(0, None, None, &file()), (206, range("bytes 0-99/100"), Part::Sized(0..100)));
        assert_eq!(ask(5, Some(9), Some(DAY), &file()), (206, range("bytes 5-8/100"), Part::Sized(5..9)));
        assert_eq!(ask(5, Some(999), None, &file()), (206, range("bytes 5-99/100"), Part::Sized(5..100)));
        assert_eq!(ask(100, None, Some(DAY), &file()), (416, range("bytes */100"), Part::Nothing));
        let empty = File { size: Some(0), ..file() };
        assert_eq!(ask(0, None, None, &empty), (416, range("bytes */0"), Part::Nothing));
    }

    #[test]
    fn of_another_version_nothing_but_the_whole_is_given() {
        for modified in [None, Some(SystemTime::now())] {
            let other = File { modified, ..file() };
            assert_eq!(ask(5, None, Some(DAY), &other), (200, None, Part::Sized(0..100)));
            assert_eq!(ask(100, None, Some(DAY), &other), (200, None, Part::Sized(0..100)));
        }
    }

    #[test]
    fn what_cannot_be_had_from_the_middle_on_comes_whole() {
        let whole = File { ranges: false, ..file() };
        assert_eq!(ask(5, Some(9), Some(DAY), &whole), (200, None, Part::Sized(0..100)));
        assert_eq!(ask(5, None, None, &File { size: None, ..file() }), (200, None, Part::Endless));
    }

    #[test]
    fn a_path_that_could_end_a_command_is_refused() {
        let path = |text: &str| path(&Address::parse(text).unwrap().0);
        assert_eq!(path("ftp://h/a%20b/%C3%A4;type=i").unwrap(), "a b/ä".as_bytes());
        assert_eq!(path("ftp://h/%2Fetc/x").unwrap(), b"/etc/x");
        for bad in ["ftp://h/a%0D%0ADELE%20b", "ftps://h/a%0ab", "sftp://h/a%00b", "ftpes://h/%0d/x"] {
            assert_eq!(path(bad).unwrap_err().kind, ErrorKind::InvalidUrl, "{bad}");
        }
        assert!(path("ftp://h/").is_err() && path("sftp://h/a/").is_err());
    }
}
