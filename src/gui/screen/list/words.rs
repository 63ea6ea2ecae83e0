//! What a row says: where the transfer stands, how much there is, how fast it goes.

use crate::gui::theme::text::Tone;
use crate::i18n::{Texts, t};
use crate::ipc::Afterwards;
use crate::{Kind, Phase, Reason, Response, Snapshot};

/// The key of the name of what happens when all is done.
pub fn when_done(then: Afterwards) -> &'static str {
    match then {
        Afterwards::Nothing => "when-nothing",
        Afterwards::Quit => "when-quit",
        Afterwards::Suspend => "when-suspend",
        Afterwards::PowerOff => "when-power-off",
    }
}

/// Where it stands, with the reason, and how that is meant.
pub fn state(row: &Snapshot, texts: &Texts) -> (String, Tone) {
    if row.kind == Kind::Leftover {
        return leftover(row, texts);
    }
    match row.state {
        Phase::Queued => (t!(texts, "state-queued"), Tone::Muted),
        Phase::Running => match row.kind {
            Kind::Download => (t!(texts, "state-downloading"), Tone::Accent),
            Kind::Upload | Kind::Leftover => (t!(texts, "state-uploading"), Tone::Accent),
        },
        Phase::Verifying => (t!(texts, "state-verifying"), Tone::Accent),
        Phase::Completed => (completed(row, texts), Tone::Success),
        Phase::Cancelled if row.reason == Some(Reason::Skipped) => (t!(texts, "state-skipped"), Tone::Muted),
        Phase::Cancelled => (t!(texts, "state-cancelled"), Tone::Muted),
        Phase::Failed => (problem(row, texts).unwrap_or_else(|| t!(texts, "state-failed")), Tone::Danger),
        Phase::Paused => paused(row, texts),
        Phase::Waiting => waiting(row, texts),
    }
}

/// What is left at a server, and why it is still there.
fn leftover(row: &Snapshot, texts: &Texts) -> (String, Tone) {
    let why = match row.state {
        Phase::Waiting => waiting(row, texts).0,
        Phase::Paused => paused(row, texts).0,
        Phase::Failed => problem(row, texts).unwrap_or_default(),
        _ => return (t!(texts, "leftover-removing"), Tone::Muted),
    };
    (joined([Some(t!(texts, "leftover")), Some(why)], texts), Tone::Warning)
}

fn completed(row: &Snapshot, texts: &Texts) -> String {
    match &row.response {
        Some(response) if row.kind == Kind::Upload => t!(texts, "state-answer", status = answer(response)),
        _ => t!(texts, "state-completed"),
    }
}

/// A server's answer in short: its status and its first words.
fn answer(response: &Response) -> String {
    format!("{} {}", response.status, response.body).trim_end().to_owned()
}

fn paused(row: &Snapshot, texts: &Texts) -> (String, Tone) {
    let stopped = match row.reason {
        Some(Reason::RestartNeeded) => t!(texts, "state-restart-needed"),
        Some(Reason::Changed) => t!(texts, "state-changed"),
        Some(Reason::NeedsLink) => t!(texts, "state-needs-link"),
        Some(Reason::NeedsLogin) => t!(texts, "state-needs-login"),
        Some(Reason::Recoverable) => {
            let what = row.error.as_ref().map(|error| texts.what(error));
            joined([Some(t!(texts, "state-paused")), what], texts)
        }
        _ => return (t!(texts, "state-paused"), Tone::Muted),
    };
    (stopped, Tone::Warning)
}

fn waiting(row: &Snapshot, texts: &Texts) -> (String, Tone) {
    let why = match (row.reason, row.retry_at) {
        (Some(Reason::Network), _) => t!(texts, "state-network"),
        (Some(Reason::Metered), _) => t!(texts, "state-metered"),
        (Some(Reason::Roaming), _) => t!(texts, "state-roaming"),
        (Some(Reason::DataLimit), _) => t!(texts, "state-data-limit"),
        (Some(Reason::Battery), _) => t!(texts, "state-battery"),
        (Some(Reason::DiskSpace), _) => t!(texts, "state-disk-space"),
        (Some(Reason::Schedule), Some(at)) => {
            return (t!(texts, "state-schedule", time = texts.date(at)), Tone::Muted);
        }
        (_, Some(at)) => t!(texts, "state-retry", time = texts.clock(at)),
        _ => t!(texts, "state-waiting"),
    };
    let what = row.error.as_ref().map(|error| texts.what(error));
    (joined([Some(why), what], texts), Tone::Warning)
}

/// What went wrong, as a sentence.
fn problem(row: &Snapshot, texts: &Texts) -> Option<String> {
    row.error.as_ref().map(|error| texts.sentence(error))
}

/// How much of how much, where either is known.
pub fn amount(row: &Snapshot, texts: &Texts) -> Option<String> {
    let done = row.progress.done;
    match row.progress.total {
        Some(_) if row.kind == Kind::Leftover => Some(texts.size(done)),
        Some(total) if row.state == Phase::Completed => Some(texts.size(total)),
        Some(total) => Some(texts.size_of(done.min(total), total)),
        None if done > 0 => Some(texts.size(done)),
        None => None,
    }
}

/// How much of it is done, 0.0 to 1.0, where there is a bar to show.
#[expect(clippy::cast_precision_loss, reason = "a bar has few pixels")]
pub fn fraction(row: &Snapshot) -> Option<f32> {
    let over = matches!(row.state, Phase::Completed | Phase::Cancelled) || row.kind == Kind::Leftover;
    let untouched = row.progress.done == 0 && !matches!(row.state, Phase::Running);
    match row.progress.total {
        _ if over || untouched => None,
        Some(0) | None => Some(0.0),
        Some(total) => Some((row.progress.done as f32 / total as f32).clamp(0.0, 1.0)),
    }
}

/// Its place among those that wait, in a word.
pub fn priority(priority: f32, texts: &Texts) -> String {
    match priority {
        high if high > 0.6 => t!(texts, "priority-high"),
        low if low < 0.4 => t!(texts, "priority-low"),
        _ => t!(texts, "priority-normal"),
    }
}

/// Particulars in one line.
pub fn joined(words: impl IntoIterator<Item = Option<String>>, texts: &Texts) -> String {
    words.into_iter().flatten().collect::<Vec<_>>().join(&t!(texts, "separator"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::gui::sample::{download, failed, running, upload};
    use crate::i18n::Language;
    use crate::{ErrorKind, Failure};

    fn english() -> Texts {
        Texts::of(Language::English)
    }

    #[test]
    fn a_failure_is_told_in_the_readers_language() {
        let row = failed(download("a"), &Failure::from_status(404).about("example.org"));
        let (words, tone) = state(&row, &Texts::of(Language::Chinese));
        assert_eq!(words, "服务器上没有这个文件（example.org，HTTP 404）。请检查链接。");
        assert_eq!(tone, Tone::Danger);
    }

    #[test]
    fn waiting_for_the_next_try_says_when_and_why() {
        let row = Snapshot {
            state: Phase::Waiting,
            reason: Some(Reason::Retry),
            retry_at: Some(Timestamp::UNIX_EPOCH),
            ..failed(download("a"), &Failure::new(ErrorKind::Timeout))
        };
        let (words, _) = state(&row, &english());
        assert!(words.starts_with("Trying again at ") && words.contains("took too long"), "{words}");
    }

    #[test]
    fn what_was_wished_for_a_case_is_told_with_its_cause() {
        let refused = failed(download("a"), &Failure::from_status(403).about("example.org"));
        let paused = Snapshot { state: Phase::Paused, reason: Some(Reason::Recoverable), ..refused };
        let (words, tone) = state(&paused, &english());
        assert!(words.starts_with("Paused") && words.contains("refuses access"), "{words}");
        assert_eq!(tone, Tone::Warning);
        let skipped = Snapshot { state: Phase::Cancelled, reason: Some(Reason::Skipped), ..download("a") };
        assert_eq!(state(&skipped, &english()).0, "Skipped: there is such a file already");
    }

    #[test]
    fn an_upload_shows_what_the_server_said() {
        let row = Snapshot {
            state: Phase::Completed,
            response: Some(Response { status: 201, headers: vec![], body: "Created".to_owned() }),
            ..upload("a")
        };
        assert_eq!(state(&row, &english()).0, "Done, the server said 201 Created");
    }

    #[test]
    fn a_length_that_is_not_known_shows_what_is_there() {
        let mut row = running(download("a"), 5_000, 1, 10);
        row.progress.total = None;
        assert_eq!(amount(&row, &english()).unwrap(), "5.0 kB");
        assert_eq!(fraction(&row), Some(0.0));
        assert_eq!(fraction(&download("b")), None);
    }
}
