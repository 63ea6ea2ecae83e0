//! What stands in the cells of a row.

use crate::gui::icon::Icon;
use crate::gui::screen::list::words;
use crate::gui::theme::text::Tone;
use crate::i18n::{Texts, t};
use crate::{Kind, Phase, Snapshot};

use super::columns::{Column, Laid};

/// The words of a cell, and how they are meant. Where there is nothing to say there are none.
pub fn words(column: Column, row: &Snapshot, texts: &Texts) -> Option<(String, Tone)> {
    let muted = |words: String| (words, Tone::Muted);
    match column {
        Column::Name => Some((row.name.clone(), Tone::Plain)),
        Column::Progress => percent(row, texts).map(muted),
        Column::Size => words::amount(row, texts).map(muted),
        Column::Speed => {
            let rate = row.progress.rate.filter(|_| row.state == Phase::Running)?;
            Some((texts.speed(rate), Tone::Plain))
        }
        Column::TimeLeft => {
            let eta = row.progress.eta.filter(|_| row.state == Phase::Running)?;
            Some(muted(texts.duration(eta)))
        }
        Column::Status => Some(words::state(row, texts)),
        Column::Added => Some(muted(texts.date(row.added))),
        Column::Priority => Some(muted(words::priority(row.priority, texts))),
    }
}

/// Where it comes from or goes to, in a few words.
pub fn site(row: &Snapshot) -> String {
    row.destination.clone().unwrap_or_else(|| row.url.host())
}

/// What stands below its name: where it comes from or goes to, or how it stands where no column says that.
pub fn below(row: &Snapshot, columns: &[Laid], texts: &Texts) -> (String, Tone) {
    if columns.iter().any(|laid| laid.column == Column::Status) {
        return (site(row), Tone::Muted);
    }
    let (state, tone) = words::state(row, texts);
    let speed = row.progress.rate.filter(|_| row.state == Phase::Running).map(|rate| texts.speed(rate));
    let done = percent(row, texts).filter(|_| row.state != Phase::Completed);
    (words::joined([Some(state), done, speed], texts), tone)
}

/// The sign at the beginning of a row.
pub fn sign(row: &Snapshot) -> Icon {
    match row.kind {
        Kind::Download => Icon::Download,
        Kind::Upload | Kind::Leftover => Icon::Upload,
    }
}

/// How much of it is done, beside its bar.
fn percent(row: &Snapshot, texts: &Texts) -> Option<String> {
    row.progress.total.filter(|total| *total > 0)?;
    let fraction = words::fraction(row)?;
    // What is not complete is never said to be.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = ((fraction * 100.0).floor() as u32).min(99);
    Some(t!(texts, "percent", number = percent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::sample::{download, running};
    use crate::i18n::Language;

    fn said(column: Column, row: &Snapshot) -> Option<String> {
        words(column, row, &Texts::of(Language::English)).map(|(words, _)| words)
    }

    #[test]
    fn a_running_row_says_how_far_how_fast_and_how_long() {
        let row = running(download("a"), 12_300_000, 98_000_000, 2_100_000);
        assert_eq!(said(Column::Progress, &row).unwrap(), "12 %");
        assert_eq!(said(Column::Size, &row).unwrap(), "12.3 of 98.0 MB");
        assert_eq!(said(Column::Speed, &row).unwrap(), "2.1 MB/s");
        assert_eq!(said(Column::TimeLeft, &row).unwrap(), "40 s");
        assert_eq!(site(&row), "example.org");
    }

    #[test]
    fn at_rest_it_says_nothing_about_speed() {
        let row = Snapshot { state: Phase::Paused, ..running(download("a"), 1, 2, 3) };
        assert_eq!((said(Column::Speed, &row), said(Column::TimeLeft, &row)), (None, None));
    }

    #[test]
    fn nearly_done_is_not_done() {
        let row = running(download("a"), 999_999, 1_000_000, 1);
        assert_eq!(said(Column::Progress, &row).unwrap(), "99 %");
    }
}
