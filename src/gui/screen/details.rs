//! All about the chosen transfer, in a panel beside the table.
//!
//! It follows the table and asks the session for what it shows, and only for that: closed, it asks for nothing.
//! It has no clock; what is new comes with the word of the session that something has changed or moved.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::gui::store::Store;
use crate::gui::verb::Verb;
use crate::gui::widget::dock::{Dock, Sizes};
use crate::gui::widget::spark::Spark;
use crate::ipc::{Fault, Reply, Request};
use crate::{Bound, Event, History, Progress, Segments, Snapshot, TransferId};

mod answer;
mod attempts;
mod bound;
mod graph;
mod map;
mod overview;
mod parts;
mod segments;
mod speed;
#[cfg(test)]
mod tests;
mod view;

/// The map is asked for at most this often while bytes come.
const PACE: Duration = Duration::from_millis(400);
/// So many moments of a transfer are kept: five minutes.
const MOMENTS: usize = 300;

/// A page of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    /// What there is to know first.
    #[default]
    Overview,
    /// Which parts of the file are here.
    Segments,
    /// How fast it went.
    Speed,
    /// What was tried so far.
    Attempts,
    /// What was asked and what the server said.
    Answer,
}

impl Tab {
    /// All of them, from left to right.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Segments, Self::Speed, Self::Attempts, Self::Answer];

    /// The key of its name among the texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::Overview => "tab-overview",
            Self::Segments => "tab-segments",
            Self::Speed => "tab-speed",
            Self::Attempts => "tab-attempts",
            Self::Answer => "tab-answer",
        }
    }

    /// The one after it, or before, in a circle.
    fn beside(self, forward: bool) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or_default();
        let by = if forward { 1 } else { Self::ALL.len() - 1 };
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// The state of the panel.
#[derive(Debug)]
pub struct Details {
    is_open: bool,
    tab: Tab,
    sizes: Sizes,
    shown: Option<TransferId>,
    /// How fast the shown one went while it was shown.
    speeds: Spark,
    map: Segments,
    history: History,
    /// The whole of it, as it was when the session was asked.
    whole: Option<Box<Snapshot>>,
    /// How often it has changed since it is shown.
    changes: u64,
    /// For what was asked last, when, and whether the answer has yet to come.
    asked: Option<(Want, Instant)>,
    is_asking: bool,
}

/// How it was left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Left {
    /// Whether it was there.
    pub is_open: bool,
    /// Which page it showed.
    pub tab: Tab,
    /// How large somebody had made it.
    pub sizes: Sizes,
}

/// What is wanted of the session, with all that makes it new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Want {
    of: TransferId,
    what: Particular,
    changes: u64,
    /// What moves while bytes come.
    moved: Option<(u64, u32)>,
    bound: Option<Bound>,
}

/// What a page shows that no row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Particular {
    Map,
    History,
    Answer,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another page is to be shown.
    Tab(Tab),
    /// It is to go.
    Close,
    /// It is to be as large as this.
    Pulled(Dock),
    /// Something is to be done with the shown transfer.
    Do(Verb),
    /// This is to go onto the clipboard.
    Copy(String),
    /// What the session says of a transfer.
    Told(TransferId, Result<Reply, Fault>),
}

/// What it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Do this with the transfer.
    Do(Verb, TransferId),
    /// Copy this.
    Copy(String),
}

impl Default for Details {
    fn default() -> Self {
        Self {
            is_open: false,
            tab: Tab::default(),
            sizes: Sizes::default(),
            shown: None,
            speeds: Spark::of(MOMENTS),
            map: Segments::default(),
            history: History::default(),
            whole: None,
            changes: 0,
            asked: None,
            is_asking: false,
        }
    }
}

impl Details {
    /// Whether it is there.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// How it is now.
    pub fn left(&self) -> Left {
        Left { is_open: self.is_open, tab: self.tab, sizes: self.sizes }
    }

    /// Makes it as it was left.
    pub fn recall(&mut self, Left { is_open, tab, sizes }: Left) {
        (self.is_open, self.tab, self.sizes) = (is_open, tab, sizes);
    }

    /// How large somebody has made it.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// Shows it.
    pub fn open(&mut self) {
        self.is_open = true;
    }

    /// Lets it go. The page and its sizes stay for the next time.
    pub fn close(&mut self) {
        *self = self.emptied(false);
    }

    /// Shows the page after the shown one, or before.
    pub fn turn(&mut self, forward: bool) {
        self.tab = self.tab.beside(forward);
    }

    /// Makes it as large as this.
    pub fn resize(&mut self, dock: Dock) {
        self.sizes = self.sizes.with(dock);
    }

    /// Without anything about a transfer.
    fn emptied(&self, is_open: bool) -> Self {
        Self { is_open, tab: self.tab, sizes: self.sizes, is_asking: self.is_asking, ..Self::default() }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Tab(tab) => self.tab = tab,
            Message::Close => self.close(),
            Message::Pulled(dock) => self.resize(dock),
            Message::Do(verb) => return self.shown.map_or(Action::None, |id| Action::Do(verb, id)),
            Message::Copy(words) => return Action::Copy(words),
            Message::Told(id, told) => self.told(id, told),
        }
        Action::None
    }

    fn told(&mut self, id: TransferId, told: Result<Reply, Fault>) {
        self.is_asking = false;
        // The answer to a question about another one, or of a transfer that has gone meanwhile.
        let Some(told) = told.ok().filter(|_| self.shown == Some(id)) else { return };
        match told {
            Reply::Segments(map) => self.map = map,
            Reply::History(history) => self.history = history,
            Reply::Transfer(whole) => self.whole = Some(whole),
            _ => {}
        }
    }

    /// Something has happened to a transfer.
    pub fn happened(&mut self, event: &Event) {
        if let Event::Changed { transfer } = event
            && self.shown == Some(transfer.id)
        {
            self.changes += 1;
        }
    }

    /// Some transfers have moved on.
    pub fn moved(&mut self, moved: &[(TransferId, Progress)], now: Instant) {
        let shown = self.shown.filter(|_| self.is_open);
        if let Some((_, progress)) = moved.iter().find(|(id, _)| shown == Some(*id)) {
            self.speeds.note(progress.rate.unwrap_or_default(), 0, now);
        }
    }

    /// Looks at the transfer that is chosen now; what comes back is what to ask the session for that.
    pub fn attend(
        &mut self,
        chosen: Option<TransferId>,
        store: &Store,
        now: Instant,
    ) -> Option<(TransferId, Request)> {
        if !self.is_open {
            return None;
        }
        if self.shown != chosen {
            *self = self.emptied(true);
            self.shown = chosen;
        }
        let want = self.want(store.get(chosen?)?)?;
        if self.is_asking
            || self.asked.is_some_and(|(asked, at)| asked == want || can_wait(asked, at, want, now))
        {
            return None;
        }
        (self.asked, self.is_asking) = (Some((want, now)), true);
        let id = want.of.to_string();
        let request = match want.what {
            Particular::Map => Request::Segments { id },
            Particular::History => Request::History { id },
            Particular::Answer => Request::Show { id },
        };
        Some((want.of, request))
    }

    /// What the shown page needs of the session.
    fn want(&self, row: &Snapshot) -> Option<Want> {
        let (of, changes) = (row.id, self.changes);
        let want = Want { of, what: Particular::Map, changes, moved: None, bound: None };
        match self.tab {
            Tab::Segments => {
                let moved = Some((row.progress.done, row.progress.connections));
                (row.kind == crate::Kind::Download).then_some(Want { moved, ..want })
            }
            // Whose limit it is that holds it up.
            Tab::Overview => {
                let bound = row.progress.bound.filter(|bound| *bound == Bound::Limit);
                bound.map(|_| Want { bound, ..want })
            }
            Tab::Attempts => Some(Want { what: Particular::History, ..want }),
            Tab::Answer => Some(Want { what: Particular::Answer, ..want }),
            Tab::Speed => None,
        }
    }
}

/// Whether only bytes have come since it was asked, a moment ago.
fn can_wait(asked: Want, at: Instant, want: Want, now: Instant) -> bool {
    asked == Want { moved: asked.moved, ..want } && now.duration_since(at) < PACE
}
