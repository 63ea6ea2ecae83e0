//! What a server allows (`Upload-Limit`, a dictionary of RFC 9651 §3.2).

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use crate::transfer::{Address, ErrorKind, Failure, Resumable};

/// See the module. What is not named is not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// Bytes of a whole file.
    pub most: Option<u64>,
    pub least: Option<u64>,
    /// Bytes of one request.
    pub most_at_once: Option<u64>,
    pub least_at_once: Option<u64>,
    /// Seconds for which the upload is kept.
    pub age: Option<u64>,
}

impl Limits {
    /// Those that an answer names; nothing if it names none, or in a way that makes no sense.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all("upload-limit").iter().map(|line| line.to_str().ok());
        let lines = lines.collect::<Option<Vec<_>>>().filter(|lines| !lines.is_empty())?;
        let mut limits = Self::default();
        for member in members(&lines.join(","))? {
            let (key, value) = member.split_once('=').unwrap_or((member, "?1"));
            let place = match key.trim() {
                "max-size" => &mut limits.most,
                "min-size" => &mut limits.least,
                "max-append-size" => &mut limits.most_at_once,
                "min-append-size" => &mut limits.least_at_once,
                // What it was called in earlier drafts.
                "max-age" | "expires" => &mut limits.age,
                _ => continue,
            };
            let number = value.split(';').next().unwrap_or_default().trim();
            *place = Some(number.parse().ok()?);
        }
        Some(limits)
    }

    /// Whether a file of this size is allowed.
    ///
    /// # Errors
    /// With the limit that it breaks.
    pub(super) fn allow(&self, target: &Address, size: u64) -> Result<(), Failure> {
        let failure = Failure::new(ErrorKind::RequestEntityTooLarge).about(target.host());
        match (self.most, self.least) {
            (Some(most), _) if size > most => {
                Err(failure.because(&format!("it takes files of at most {most} bytes")))
            }
            (_, Some(least)) if size < least => {
                let failure = Failure { kind: ErrorKind::UnexpectedClientError, ..failure };
                Err(failure.because(&format!("it takes files of at least {least} bytes")))
            }
            _ => Ok(()),
        }
    }

    /// Takes them over for an upload. What is not named stays as it was.
    pub(super) fn apply(self, upload: &mut Resumable) {
        if let Some(most) = self.most_at_once.filter(|most| *most > 0) {
            upload.chunks.most = Some(upload.chunks.most.unwrap_or(u64::MAX).min(most));
        }
        upload.least = self.least_at_once.unwrap_or(upload.least);
        let seconds = self.age.and_then(|age| i64::try_from(age).ok()).map(SignedDuration::from_secs);
        let end = seconds.and_then(|age| Timestamp::now().checked_add(age).ok());
        upload.expires = end.or(upload.expires);
    }
}

/// The members of a dictionary; commas within texts and lists separate none.
fn members(text: &str) -> Option<Vec<&str>> {
    let (mut found, mut start, mut quoted, mut escaped, mut depth) = (Vec::new(), 0, false, false, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.checked_sub(1)?,
            ',' if !quoted && depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    (!quoted && depth == 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn limits(value: &str) -> Option<Limits> {
        let name = http::HeaderName::from_static("upload-limit");
        Limits::of(&HeaderMap::from_iter([(name, HeaderValue::from_str(value).ok()?)]))
    }

    #[test]
    fn limits_are_those_that_are_known_and_numbers() {
        assert_eq!(Limits::of(&HeaderMap::new()), None);
        assert_eq!(limits("min-size=0").unwrap().least, Some(0));
        let all =
            limits("max-size=10, min-size=1;x=\"a,b\",max-append-size=5 , min-append-size=2, max-age=60");
        let expected = Limits {
            most: Some(10),
            least: Some(1),
            most_at_once: Some(5),
            least_at_once: Some(2),
            age: Some(60),
        };
        assert_eq!(all, Some(expected));
        let unknown = limits("new=(1 2, 3);a, other=\"max-size=1, \\\"\", flag, max-size=7");
        assert_eq!(unknown, Some(Limits { most: Some(7), ..Limits::default() }));
        assert_eq!(limits("expires=60").unwrap().age, Some(60));
    }

    #[test]
    fn a_limit_that_is_no_number_makes_nonsense_of_all() {
        for nonsense in ["max-size=a", "max-size", "max-size=-1", "min-size=1, max-age=\"5\"", "a=\"", "a=)"]
        {
            assert_eq!(limits(nonsense), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_server_says_breaks_it(value in "[ -~]{0,60}") {
            let _ = limits(&value);
        }
    }
}
