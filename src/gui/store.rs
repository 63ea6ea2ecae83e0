//! What the window knows of the transfers: the last picture of each, newest first, and pure
//! questions about them. It follows the session and never decides anything.

use crate::{Event, Kind, Phase, Progress, Reason, Response, Snapshot, TransferId};

#[cfg(test)]
mod tests;

/// So many characters of an answer are shown in a row.
const FIRST_WORDS: usize = 200;

/// The cache.
#[derive(Debug, Default)]
pub struct Store {
    /// Newest first. What is left at servers is among them if it does not go from there by itself at once.
    /// Ids sort by the time they were given, so a row is found by bisection.
    rows: Vec<Snapshot>,
    is_known: bool,
}

/// How much is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All there are.
    pub all: usize,
    /// Those that move bytes or are being checked.
    pub running: usize,
    /// Those that would go on by themselves: running, queued or waiting.
    pub alive: usize,
    /// Those that somebody has to resume.
    pub stopped: usize,
    /// Those that are done.
    pub completed: usize,
    /// The key of the words for what holds transfers up that would go on, if something does.
    pub held: Option<&'static str>,
    /// Bytes a second, down.
    pub down: u64,
    /// Bytes a second, up.
    pub up: u64,
}

impl Store {
    /// Whether the session has said what there is.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Forgets everything and takes these.
    pub fn replace(&mut self, mut all: Vec<Snapshot>) {
        self.is_known = true;
        all.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        all.dedup_by_key(|row| row.id);
        all.retain(|row| !is_going(row));
        all.iter_mut().for_each(lighten);
        self.rows = all;
    }

    /// Follows something that happened.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Added { transfer } | Event::Changed { transfer } => {
                let mut transfer = std::sync::Arc::unwrap_or_clone(transfer);
                lighten(&mut transfer);
                match self.place(transfer.id) {
                    Ok(at) => self.rows[at] = transfer,
                    Err(_) if is_going(&transfer) => {}
                    Err(at) => self.rows.insert(at, transfer),
                }
            }
            Event::Removed { id } => {
                if let Ok(at) = self.place(id) {
                    self.rows.remove(at);
                }
            }
            // What is shown of a group stands in its transfers, and the rest is of other pages.
            Event::Group { .. }
            | Event::Ungrouped { .. }
            | Event::Settings { .. }
            | Event::Destinations
            | Event::Sites => {}
        }
    }

    /// Follows what has moved.
    pub fn advance(&mut self, moved: &[(TransferId, Progress)]) {
        for (id, progress) in moved {
            if let Ok(at) = self.place(*id) {
                self.rows[at].progress = *progress;
            }
        }
    }

    fn place(&self, id: TransferId) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| id.cmp(&row.id))
    }

    /// All of them, newest first.
    pub fn rows(&self) -> &[Snapshot] {
        &self.rows
    }

    /// One of them.
    pub fn get(&self, id: TransferId) -> Option<&Snapshot> {
        self.index(id).map(|at| &self.rows[at])
    }

    /// Which row it is.
    pub fn index(&self, id: TransferId) -> Option<usize> {
        self.place(id).ok()
    }

    /// How much is going on.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for row in self.rows.iter().filter(|row| row.kind != Kind::Leftover) {
            totals.all += 1;
            match row.state {
                Phase::Running | Phase::Verifying => {
                    totals.running += 1;
                    totals.alive += 1;
                    let rate = row.progress.rate.unwrap_or(0);
                    match row.kind {
                        Kind::Download => totals.down += rate,
                        Kind::Upload | Kind::Leftover => totals.up += rate,
                    }
                }
                Phase::Queued | Phase::Waiting => {
                    totals.alive += 1;
                    totals.held = totals.held.or_else(|| held(row.reason?));
                }
                Phase::Paused | Phase::Failed => totals.stopped += 1,
                Phase::Completed => totals.completed += 1,
                Phase::Cancelled => {}
            }
        }
        totals
    }

    /// Those that are done.
    pub fn completed(&self) -> Vec<TransferId> {
        self.rows.iter().filter(|row| row.state == Phase::Completed).map(|row| row.id).collect()
    }
}

/// What holds not only one of them up, in words.
fn held(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Network => Some("held-network"),
        Reason::Metered => Some("held-metered"),
        Reason::Roaming => Some("held-roaming"),
        Reason::DataLimit => Some("held-data-limit"),
        Reason::Battery => Some("held-battery"),
        Reason::DiskSpace => Some("held-disk-space"),
        _ => None,
    }
}

/// Lets go what no row shows: of thousands of answers, each with its head, most of the memory would be. Who reads
/// one asks the session for it.
fn lighten(row: &mut Snapshot) {
    let answer = row.response.take().filter(|_| row.kind == Kind::Upload);
    row.response = answer.map(|answer| {
        let first = answer.body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let body = first.chars().take(FIRST_WORDS).collect();
        Response { status: answer.status, headers: Vec::new(), body }
    });
}

/// What is left at a server and is about to be removed there needs nobody's attention.
fn is_going(row: &Snapshot) -> bool {
    row.kind == Kind::Leftover && matches!(row.state, Phase::Queued | Phase::Running)
}
