//! What was found in the text, and what of it is to be got.

use std::collections::HashMap;
use std::ops::Range;

use crate::{Address, Entry, Omission, TransferId, gather};

/// How high a row is, in pixels.
pub const ROW: f32 = 32.0;
/// How many rows are in sight at most.
pub const IN_SIGHT: usize = 6;
/// Rows built above and below what is in sight.
const MARGIN: usize = 2;

/// A link and how often it was there before.
pub type Key = (Address, usize);

/// A link that was found.
#[derive(Debug)]
pub struct Row {
    /// What it is.
    pub entry: Entry,
    /// How often the same link comes before it in the text.
    pub nth: usize,
    /// The transfer that has this link already.
    pub there: Option<TransferId>,
    /// Whether it is to be got.
    pub ticked: bool,
}

impl Row {
    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.entry.request.url
    }

    /// What it is called here.
    pub fn key(&self) -> Key {
        (self.address().clone(), self.nth)
    }

    /// Whether getting it would be getting it again.
    pub fn is_again(&self) -> bool {
        self.there.is_some() || self.nth > 0
    }
}

/// All links.
#[derive(Debug, Default)]
pub struct Review {
    rows: Vec<Row>,
    left_out: Vec<Omission>,
    /// Those about which somebody has decided.
    decided: HashMap<Key, bool>,
    /// What is to be said at some of them, and nobody shall read in the text.
    told: HashMap<Address, Entry>,
    /// Pixels above what is in sight.
    offset: f32,
}

impl Review {
    /// Takes what came as one link, and gives what of it belongs into the text. A browser hands over what a server has
    /// to be told as a command of curl: cookies are not for everybody who sees the window.
    pub fn learn(&mut self, link: &str) -> String {
        match &gather(link).entries[..] {
            [entry] if entry.name.is_some() || !entry.request.headers.is_empty() => {
                let url = entry.request.url.clone();
                self.told.insert(url.clone(), entry.clone());
                url.expose().to_owned()
            }
            _ => link.to_owned(),
        }
    }

    /// Whether this link is among them.
    pub fn has(&self, address: &Address) -> bool {
        self.rows.iter().any(|row| row.address() == address)
    }

    /// Reads a text anew. What was decided about a link holds on.
    pub fn read(&mut self, text: &str, there: &HashMap<Address, TransferId>) {
        let gathered = gather(text);
        let mut seen: HashMap<Address, usize> = HashMap::with_capacity(gathered.entries.len());
        let rows = gathered.entries.into_iter().map(|entry| {
            let times = seen.entry(entry.request.url.clone()).or_default();
            let nth = *times;
            *times += 1;
            let there = there.get(&entry.request.url).copied();
            let told = self.told.get(&entry.request.url).filter(|_| entry.request.headers.is_empty());
            Row { entry: told.cloned().unwrap_or(entry), nth, there, ticked: false }
        });
        self.rows = rows.collect();
        self.left_out = gathered.left_out;
        self.decided.retain(|(address, _), _| seen.contains_key(address));
        self.settle();
    }

    fn settle(&mut self) {
        for row in &mut self.rows {
            let decided = if self.decided.is_empty() { None } else { self.decided.get(&row.key()) };
            row.ticked = decided.copied().unwrap_or(!row.is_again());
        }
    }

    /// All of them.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What was left out of the text.
    pub fn left_out(&self) -> &[Omission] {
        &self.left_out
    }

    /// The only one, if there are not several.
    pub fn only(&self) -> Option<&Row> {
        if let [only] = &self.rows[..] { Some(only) } else { None }
    }

    /// Those that are to be got.
    pub fn ticked(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.ticked)
    }

    /// Decides about one of them.
    pub fn tick(&mut self, at: usize, ticked: bool) {
        if let Some(row) = self.rows.get_mut(at) {
            row.ticked = ticked;
            self.decided.insert(row.key(), ticked);
        }
    }

    /// Decides about all of them.
    pub fn tick_all(&mut self, ticked: bool) {
        for at in 0..self.rows.len() {
            self.tick(at, ticked);
        }
    }

    /// Only these are still to be got.
    pub fn keep(&mut self, keys: &[Key]) {
        for at in 0..self.rows.len() {
            let stays = self.rows[at].ticked && keys.contains(&self.rows[at].key());
            self.tick(at, stays);
        }
    }

    /// It was scrolled.
    pub fn scroll(&mut self, offset: f32) {
        self.offset = offset;
    }

    /// The rows to build, however many there are.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "rows"
    )]
    pub fn in_sight(&self) -> Range<usize> {
        let count = self.rows.len();
        // Rows may have gone since it was last scrolled.
        let last = (count as f32 - IN_SIGHT as f32).max(0.0);
        let first = (self.offset / ROW).clamp(0.0, last) as usize;
        first.saturating_sub(MARGIN)..(first + IN_SIGHT + 1 + MARGIN).min(count)
    }
}
