//! What has become of a transfer so far, as `show` tells it.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::output::{self, Printable};
use crate::{Ended, ErrorKind, ErrorView, Happened, History, Past, Segments, Snapshot};

/// A transfer with all that is known of it, as JSON.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    #[serde(flatten)]
    transfer: &'a Snapshot,
    history: Vec<Entry>,
    /// How many entries there were before these; they are forgotten.
    history_before: u64,
    /// Which parts of its file are here.
    segments: &'a Segments,
}

/// One entry. Of what says nothing here, nothing is said.
#[derive(Default, Serialize)]
struct Entry {
    at: Timestamp,
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<ErrorKind>,
}

impl<'a> Whole<'a> {
    pub(super) fn of(transfer: &'a Snapshot, history: &History, segments: &'a Segments) -> Self {
        Self {
            transfer,
            history: history.entries.iter().map(Entry::from).collect(),
            history_before: history.before,
            segments,
        }
    }
}

impl From<&Past> for Entry {
    fn from(past: &Past) -> Self {
        let entry = |what| Self { at: past.at, what, ..Self::default() };
        match &past.what {
            Happened::Attempted { until, moved, ended } => {
                let (ended, error) = match ended {
                    Ended::Completed => ("completed", None),
                    Ended::Stopped => ("stopped", None),
                    Ended::Skipped => ("skipped", None),
                    Ended::Failed(failure) => ("failed", Some(ErrorView::from(failure))),
                };
                let (until, moved) = (Some(*until), Some(*moved));
                Self { until, moved, ended: Some(ended), error, ..entry("attempted") }
            }
            Happened::StartedOver(why) => Self { why: *why, ..entry("started-over") },
            Happened::Paused => entry("paused"),
            Happened::LinkChanged => entry("link-changed"),
            Happened::NetworkLost => entry("network-lost"),
        }
    }
}

/// One line for each entry.
pub(super) fn lines(history: &History) -> impl Iterator<Item = String> {
    let forgotten = (history.before > 0).then(|| format!("{} before these", history.before));
    let entry = |past: &Past| format!("{:.0}  {}", past.at, Printable(&Told(&past.what).to_string()));
    forgotten.into_iter().chain(history.entries.iter().map(entry))
}

struct Told<'a>(&'a Happened);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Happened::Attempted { until, moved, ended } => {
                write!(f, "tried until {until:.0}, {}", output::size(*moved))?;
                match ended {
                    Ended::Completed => f.write_str(": completed"),
                    Ended::Stopped => f.write_str(": stopped"),
                    Ended::Skipped => f.write_str(": skipped, as the name is taken"),
                    Ended::Failed(failure) => write!(f, ": {failure}"),
                }
            }
            Happened::StartedOver(None) => f.write_str("started over, as somebody wanted"),
            Happened::StartedOver(Some(why)) => write!(f, "started over: {}", why.what()),
            Happened::Paused => f.write_str("paused by somebody"),
            Happened::LinkChanged => f.write_str("got another address"),
            Happened::NetworkLost => f.write_str("waited for the network"),
        }
    }
}
