//! The one place that prints. What servers and files say reaches a terminal only through
//! [`Printable`].

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

use crate::{Bound, Phase, Progress, Snapshot};

/// Text that cannot steer a terminal: controls and what turns text around are written out.
pub(super) struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
            if c.is_control() || turns {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// The same of several lines, the later ones indented.
pub(super) struct PrintableLines<'a>(pub &'a str);

impl fmt::Display for PrintableLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.trim_end().lines().enumerate() {
            f.write_str(if number == 0 { "" } else { "\n    " })?;
            Printable(line).fmt(f)?;
        }
        Ok(())
    }
}

/// Prints a result. A reader that has gone away is not our concern.
pub(super) fn result(line: impl fmt::Display) {
    _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints something besides the result.
pub(super) fn note(line: impl fmt::Display) {
    _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints a transfer as JSON, on one line.
pub(super) fn json(transfer: &impl serde::Serialize) {
    if let Ok(line) = serde_json::to_string(transfer) {
        result(line);
    }
}

/// Whether somebody watches standard error.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// `12.3 MB`; decimal, as file managers show it.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `4:05` or `1:02:03`.
pub(super) fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The word for where a transfer stands, with its reason.
pub(super) fn state(snapshot: &Snapshot) -> String {
    let word = |value: &dyn erased::Word| value.word();
    match snapshot.reason {
        Some(reason) => format!("{} ({})", word(&snapshot.state), word(&reason)),
        None => word(&snapshot.state),
    }
}

/// The words of the contract are the ones that serde writes.
mod erased {
    pub(super) trait Word {
        fn word(&self) -> String;
    }

    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            match serde_json::to_value(self) {
                Ok(serde_json::Value::String(word)) => word,
                _ => String::new(),
            }
        }
    }
}

/// What makes a transfer no faster.
pub(super) fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Limit => "the speed limit that was set",
        Bound::Disk => "this disk, which takes no more",
        Bound::Connection => "the server, which gives each connection only so much",
        Bound::Host => "the server, which wants no more connections",
        Bound::Proxy => "the way to the server, or the proxy on it",
        _ => "the way to the server: more connections bring no more",
    }
}

/// How far a transfer is: `12.3 MB of 98.0 MB`.
pub(super) fn amount(progress: &Progress) -> String {
    match progress.total {
        Some(total) if total == progress.done => size(total),
        Some(total) => format!("{} of {}", size(progress.done), size(total)),
        None => size(progress.done),
    }
}

/// One line of a list; `id` is as much of the name as tells it from the others.
pub(super) fn line(snapshot: &Snapshot, id: &str) -> String {
    let arrow = if snapshot.kind == crate::Kind::Download { '↓' } else { '↑' };
    let speed = match (snapshot.state, snapshot.progress.rate) {
        (Phase::Running, Some(rate)) => format!("{}/s", size(rate)),
        _ => String::new(),
    };
    format!(
        "{id}  {arrow} {:<24} {:>22} {speed:>12}  {}",
        state(snapshot),
        amount(&snapshot.progress),
        Printable(&snapshot.name)
    )
}

/// One line about what is left at a server: how much, where, and why it is still there.
pub(super) fn leftover(snapshot: &Snapshot, id: &str) -> String {
    let why = snapshot.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
    format!(
        "{id}  {:<24} {:>10}  {}  {}",
        state(snapshot),
        size(snapshot.progress.done),
        Printable(&snapshot.url.to_string()),
        Printable(&why)
    )
}

/// For each id, the shortest beginning (of at least eight letters) that no other one has.
pub(super) fn short_ids(list: &[Snapshot]) -> Vec<String> {
    let ids: Vec<String> = list.iter().map(|transfer| transfer.id.to_string()).collect();
    let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // They are sorted, so only neighbours can share a long beginning.
    let shared = |index: usize| {
        let before = index.checked_sub(1).map_or(0, |before| common(&ids[before], &ids[index]));
        let after = ids.get(index + 1).map_or(0, |after| common(after, &ids[index]));
        before.max(after)
    };
    let length = (0..ids.len()).map(|index| shared(index) + 1).max().unwrap_or(0).max(8);
    ids.iter().map(|id| id.chars().take(length).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_cannot_steer_the_terminal() {
        let shown = Printable("a\u{1b}[2Jb\u{202e}c\n").to_string();
        assert_eq!(shown, "a\\u{1b}[2Jb\\u{202e}c\\u{a}");
    }

    #[test]
    fn several_lines_stay_lines_and_steer_nothing() {
        let shown = PrintableLines("<html>\r\n<p>\u{1b}[2J</p>\r\n\r\n").to_string();
        assert_eq!(shown, "<html>\n    <p>\\u{1b}[2J</p>");
        assert_eq!(PrintableLines("").to_string(), "");
    }

    #[test]
    fn sizes_are_shown_with_one_decimal() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_960, "1.0 MB"),
            (12_345_678, "12.3 MB"),
            (u64::MAX, "18446.7 PB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!((duration(5), duration(3723)), ("0:05".to_owned(), "1:02:03".to_owned()));
    }
}
