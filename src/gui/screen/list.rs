//! The list of transfers with its toolbar and status bar: the main screen.
//!
//! Only the rows in sight are built, however many there are. Where it is scrolled to and what is
//! selected live here, so that a window that was closed comes back as it was.

use std::ops::Range;
use std::time::{Duration, Instant};

use iced::widget::Id;

use crate::gui::keys::Command;
use crate::gui::store::Store;
use crate::gui::verb::{self, Verb};
use crate::ipc::{Request, Which};
use crate::{Kind, Phase, Snapshot, TransferId};

mod row;
#[cfg(test)]
mod tests;
mod view;
pub mod words;

/// How high every row is, in pixels.
pub const ROW: f32 = 68.0;
/// Rows built above and below what is in sight.
const MARGIN: usize = 2;
/// Two presses within this time are one double press.
const DOUBLE: Duration = Duration::from_millis(400);

/// The name of the part that scrolls.
pub fn scroll_id() -> Id {
    Id::new("transfers")
}

/// The state of the list.
#[derive(Debug)]
pub struct List {
    offset: f32,
    height: f32,
    selected: Option<TransferId>,
    last_press: Option<(TransferId, Instant)>,
}

/// What happens to the list.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// It was scrolled or resized.
    Scrolled {
        /// Pixels above what is in sight.
        offset: f32,
        /// Pixels in sight.
        height: f32,
    },
    /// A row was pressed.
    Pressed(TransferId),
    /// Something is to be done with a row.
    Do(Verb, TransferId),
    /// A key was pressed.
    Key(Command),
    /// A button of the toolbar.
    AddDownload,
    /// A button of the toolbar.
    AddUpload,
    /// A button of the toolbar.
    PauseAll,
    /// A button of the toolbar.
    ResumeAll,
    /// A button of the toolbar.
    ClearFinished,
    /// A button of the toolbar.
    Preferences,
}

/// What the list asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Open the download dialog.
    AddDownload,
    /// Open the upload dialog.
    AddUpload,
    /// Open the preferences.
    Preferences,
    /// Ask the session.
    Ask(Request),
    /// Do this with that transfer.
    Do(Verb, TransferId),
    /// Scroll so that this many pixels are above what is in sight.
    ScrollTo(f32),
}

impl Default for List {
    /// Until it is told how high it is, it takes itself for higher than most windows.
    fn default() -> Self {
        Self { offset: 0.0, height: 1000.0, selected: None, last_press: None }
    }
}

impl List {
    /// The selected transfer.
    #[cfg(test)]
    pub fn selected(&self) -> Option<TransferId> {
        self.selected
    }

    /// How many pixels are above what is in sight.
    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// Selects a neighbour of a transfer that is about to go, if it is the selected one.
    pub fn forget(&mut self, id: TransferId, store: &Store) {
        if self.selected == Some(id) {
            let at = store.index(id);
            let neighbour =
                |at: usize| store.rows().get(at + 1).or_else(|| store.rows().get(at.checked_sub(1)?));
            self.selected = at.and_then(neighbour).map(|row| row.id);
        }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message, store: &Store, now: Instant) -> Action {
        match message {
            Message::Scrolled { offset, height } => {
                (self.offset, self.height) = (offset, height);
                Action::None
            }
            Message::Pressed(id) => self.press(id, store, now),
            Message::Do(verb, id) => Action::Do(verb, id),
            Message::Key(command) => self.key(command, store),
            Message::AddDownload => Action::AddDownload,
            Message::AddUpload => Action::AddUpload,
            Message::PauseAll => Action::Ask(Request::Pause(Which::All)),
            Message::ResumeAll => Action::Ask(Request::Resume(Which::All)),
            Message::ClearFinished => {
                Action::Ask(Request::Remove { which: Which::Ids(store.completed()), delete_file: false })
            }
            Message::Preferences => Action::Preferences,
        }
    }

    fn press(&mut self, id: TransferId, store: &Store, now: Instant) -> Action {
        let double = self.last_press.is_some_and(|(last, at)| last == id && now.duration_since(at) < DOUBLE);
        self.selected = Some(id);
        self.last_press = (!double).then_some((id, now));
        if double { self.open(store) } else { Action::None }
    }

    fn key(&mut self, command: Command, store: &Store) -> Action {
        let with_selected = |verb| self.selected.map_or(Action::None, |id| Action::Do(verb, id));
        match command {
            Command::Toggle => {
                let row = self.selected.and_then(|id| store.get(id));
                row.and_then(verb::toggle).map_or(Action::None, with_selected)
            }
            Command::Remove => with_selected(Verb::Remove),
            Command::Details => with_selected(Verb::Details),
            Command::Show => with_selected(Verb::Show),
            Command::Open => self.open(store),
            Command::Escape => {
                self.selected = None;
                Action::None
            }
            Command::Up => self.step(-1, store),
            Command::Down => self.step(1, store),
            Command::PageUp => self.step(-self.page(), store),
            Command::PageDown => self.step(self.page(), store),
            Command::First => self.step(isize::MIN, store),
            Command::Last => self.step(isize::MAX, store),
            _ => Action::None,
        }
    }

    /// Opens what is there to open, and otherwise tells about it.
    fn open(&self, store: &Store) -> Action {
        let Some(row) = self.selected.and_then(|id| store.get(id)) else { return Action::None };
        let verb = if can_be_opened(row) { Verb::Open } else { Verb::Details };
        Action::Do(verb, row.id)
    }

    fn step(&mut self, by: isize, store: &Store) -> Action {
        let Some(last) = store.rows().len().checked_sub(1) else { return Action::None };
        let to = match self.selected.and_then(|id| store.index(id)) {
            Some(at) => at.saturating_add_signed(by).min(last),
            None if by > 1 => last,
            None => 0,
        };
        self.selected = Some(store.rows()[to].id);
        reveal(to, self.offset, self.height).map_or(Action::None, |offset| {
            self.offset = offset;
            Action::ScrollTo(offset)
        })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a window has few rows")]
    fn page(&self) -> isize {
        ((self.height / ROW) as isize - 1).max(1)
    }
}

fn can_be_opened(row: &Snapshot) -> bool {
    row.kind == Kind::Download && row.state == Phase::Completed
}

/// The rows to build when `offset` pixels are above and `height` pixels are in sight.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rows"
)]
fn in_sight(count: usize, offset: f32, height: f32) -> Range<usize> {
    // Rows may have gone since the list was last scrolled.
    let offset = offset.clamp(0.0, (count as f32 * ROW - height).max(0.0));
    let first = ((offset / ROW) as usize).saturating_sub(MARGIN).min(count);
    let last = (((offset + height) / ROW).ceil() as usize + MARGIN).min(count);
    first..last
}

/// Where to scroll so that row `at` is in sight, if it is not.
#[expect(clippy::cast_precision_loss, reason = "rows")]
fn reveal(at: usize, offset: f32, height: f32) -> Option<f32> {
    let top = at as f32 * ROW;
    if top < offset {
        Some(top)
    } else if top + ROW > offset + height {
        Some(top + ROW - height)
    } else {
        None
    }
}
