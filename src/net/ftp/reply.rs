//! What servers of FTP say: replies of one line or many (RFC 959 §4.2), and what stands in them. Pure.

use std::time::{Duration, SystemTime};

/// Longest reply that is taken, in bytes.
pub(super) const LONGEST: usize = 128 * 1024;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub code: u16,
    /// Its lines, without the code on the first and the last one.
    pub lines: Vec<String>,
}

/// What was said is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

impl Reply {
    /// The first reply in `bytes`, and how many of them it takes; nothing if more has to come.
    ///
    /// # Errors
    /// If no reply begins like this, or it is too long.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, Nonsense> {
        let mut lines = Vec::new();
        let mut first = None;
        let mut at = 0;
        while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            let line = &bytes[at..at + length];
            at += length + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (code, is_last, text) = match (coded(line), first) {
                (Some((code, is_last, text)), None) => (code, is_last, text),
                (Some((code, true, text)), Some(first)) if code == first => (code, true, text),
                (_, Some(first)) => (first, false, line),
                (None, None) => return Err(Nonsense),
            };
            lines.push(String::from_utf8_lossy(text).into_owned());
            if is_last {
                return if at > LONGEST { Err(Nonsense) } else { Ok(Some((Self { code, lines }, at))) };
            }
            first = Some(code);
        }
        let could_be_one = first.is_some() || bytes.iter().take(3).all(u8::is_ascii_digit);
        if bytes.len() > LONGEST || !could_be_one { Err(Nonsense) } else { Ok(None) }
    }

    /// What it says, in one line.
    pub(super) fn text(&self) -> &str {
        self.lines.last().map_or("", String::as_str).trim()
    }

    /// Whether what was asked for is done.
    pub(super) fn is_done(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the server has too much to do, as far as its words tell.
    pub(super) fn is_too_busy(&self) -> bool {
        let text = self.lines.join(" ").to_ascii_lowercase();
        let words = ["too many", "maximum", "max ", "limit", "already logged in", "later"];
        self.code / 100 == 4 && self.code != 430 || words.iter().any(|word| text.contains(word))
    }

    /// Whether it is about what is allowed rather than about what is there.
    pub(super) fn is_forbidding(&self) -> bool {
        let text = self.text().to_ascii_lowercase();
        ["permission", "denied", "not allowed", "forbidden", "access"].iter().any(|word| text.contains(word))
    }

    /// The number that answers SIZE (RFC 3659 §4).
    pub(super) fn size(&self) -> Option<u64> {
        (self.code == 213).then(|| number(self.text()))?
    }

    /// The moment that answers MDTM (RFC 3659 §3).
    pub(super) fn modified(&self) -> Option<SystemTime> {
        (self.code == 213).then(|| moment(self.text()))?
    }

    /// The port that answers EPSV: `(|||6446|)` with any sign for the bars (RFC 2428 §3).
    pub(super) fn extended_port(&self) -> Option<u16> {
        let inside = self.text().split_once('(')?.1.split_once(')')?.0;
        let bar = inside.chars().next().filter(|bar| !bar.is_ascii_digit())?;
        let mut parts = inside.split(bar).skip(3);
        let port = u16::try_from(number(parts.next()?)?).ok()?;
        (self.code == 229 && port > 0).then_some(port)
    }

    /// The port that answers PASV: the last two of six numbers. Where the other four lead is not believed.
    pub(super) fn port(&self) -> Option<u16> {
        let text = self.text();
        let mut runs = text.split(|c: char| !c.is_ascii_digit() && c != ',');
        let six = runs.find(|run| run.matches(',').count() == 5)?;
        let mut bytes = six.split(',').map(str::parse::<u8>).skip(4);
        let port = u16::from_be_bytes([bytes.next()?.ok()?, bytes.next()?.ok()?]);
        (self.code == 227 && port > 0).then_some(port)
    }
}

/// A line that begins with a code: the code, whether a space follows it, and what else it says.
fn coded(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (code, rest) = line.split_at_checked(3)?;
    if !(b'1'..=b'6').contains(&code[0]) || !code.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = code.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match rest {
        [] => Some((code, true, rest)),
        [b' ', text @ ..] => Some((code, true, text)),
        [b'-', text @ ..] => Some((code, false, text)),
        _ => None,
    }
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `YYYYMMDDHHMMSS`, and a fraction behind a dot.
fn moment(text: &str) -> Option<SystemTime> {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if digits.len() != 14 {
        return None;
    }
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(number).and_then(|n| i8::try_from(n).ok());
    let year = digits.get(..4).and_then(number).and_then(|year| i16::try_from(year).ok())?;
    let date = jiff::civil::DateTime::new(
        year,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?.min(59),
        0,
    );
    let seconds = date.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    let nanos = format!("{:0<9.9}", number(fraction).map(|_| fraction)?).parse().ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(u64::try_from(seconds).ok()?, nanos))
}

/// What a server can do, as far as it says (RFC 2389).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Features {
    /// Whether it can continue in the middle; nothing if it does not say what it can do.
    pub rest: Option<bool>,
    /// Whether it says that it tells sizes.
    pub size: bool,
    /// Whether it says that it tells what is at a path.
    pub mlst: bool,
    /// Whether it has to be told that names are UTF-8.
    pub utf8: bool,
}

impl Features {
    /// From the reply to FEAT.
    pub(super) fn of(reply: &Reply) -> Self {
        if reply.code != 211 {
            return Self::default();
        }
        let has = |wanted: &str| {
            let named = |line: &String| line.trim().to_ascii_uppercase().starts_with(wanted);
            reply.lines.iter().any(named)
        };
        Self { rest: Some(has("REST STREAM")), size: has("SIZE"), mlst: has("MLST"), utf8: has("UTF8") }
    }
}

#[cfg(test)]
#[path = "reply/tests.rs"]
mod tests;
