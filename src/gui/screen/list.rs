//! The transfers in a table, with a sidebar, a toolbar and a status bar: the main screen.
//!
//! What is looked at, how it is ordered, where it is scrolled to and what is chosen live here, so that a window
//! that was closed comes back as it was.

use std::ops::Range;
use std::time::{Duration, Instant};

use iced::Point;
use iced::widget::Id;

use crate::gui::keys::Command;
use crate::gui::store::Store;
use crate::gui::verb::{self, Verb};
use crate::ipc::{Request, Which};
use crate::{Kind, Phase, Position, Snapshot, TransferId};

mod cell;
mod columns;
mod header;
mod listing;
mod menu;
mod place;
mod rows;
mod selection;
mod sidebar;
mod spark;
mod status;
#[cfg(test)]
mod tests;
mod toolbar;
mod view;
pub mod words;

pub use columns::Column;
pub use place::Place;
pub use selection::Reach;

use columns::{Columns, Sort};
use listing::Listing;
use menu::Menu;
use selection::Selection;
use spark::Spark;

/// How high every row is, in pixels.
pub const ROW: f32 = 46.0;
/// Two presses within this time are one double press.
const DOUBLE: Duration = Duration::from_millis(400);

/// The name of the part that scrolls.
pub fn scroll_id() -> Id {
    Id::new("transfers")
}

/// The name of the field to search in.
pub fn search_id() -> Id {
    Id::new("search")
}

/// The state of the screen.
#[derive(Debug)]
pub struct List {
    listing: Listing,
    selection: Selection,
    columns: Columns,
    search: String,
    /// Whether the sidebar is there where there is room for it.
    sidebar: bool,
    menu: Option<Menu>,
    spark: Spark,
    offset: f32,
    height: f32,
    last_press: Option<(TransferId, Instant)>,
    /// Whether rows were last chosen by keys.
    by_keys: bool,
}

/// What the status bar says besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bytes a second that all may move together; 0 means no limit.
    pub limit: u64,
    /// Bytes that are free in the folder for downloads, if that is known.
    pub free: Option<u64>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The rows were scrolled or resized.
    Scrolled {
        /// Pixels above what is in sight.
        offset: f32,
        /// Pixels in sight.
        height: f32,
    },
    /// A row was pressed.
    Pressed(TransferId, Reach),
    /// A chosen row was let go of where it was pressed.
    Released(TransferId),
    /// The chosen rows were carried to before this one, or to the end.
    Carried {
        /// Before which.
        to: Option<TransferId>,
    },
    /// The menu of a row was asked for, at this point.
    Menu(TransferId, Point),
    /// The menu of the columns was asked for.
    ColumnMenu(Point),
    /// Something in the open menu was chosen.
    Picked(menu::Item),
    /// The open menu is to go.
    CloseMenu,
    /// The rows are to be ordered by this.
    SortBy(Column),
    /// A column is to be this wide.
    Widen(Column, f32),
    /// Another part of the transfers is to be listed.
    Go(Place),
    /// Words are looked for.
    Search(String),
    /// The sidebar is to come or go.
    Sidebar,
    /// Something is to be done with a row.
    Do(Verb, TransferId),
    /// Something is to be done with all chosen rows.
    DoChosen(Verb),
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
    /// The switch of the speed limit.
    Limit,
}

/// What it asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Open the download dialog.
    AddDownload,
    /// Open the upload dialog.
    AddUpload,
    /// Open the settings.
    Preferences,
    /// Ask the session.
    Ask(Vec<Request>),
    /// Do this with those transfers.
    Do(Verb, Vec<TransferId>),
    /// Scroll so that this many pixels are above what is in sight.
    ScrollTo(f32),
    /// Let somebody write in the field to search in.
    Search,
    /// Copy this.
    Copy(String),
    /// Switch the speed limit on or off.
    Limit,
}

impl Default for List {
    /// Until it is told how high it is, it takes itself for higher than most windows.
    fn default() -> Self {
        Self {
            listing: Listing::default(),
            selection: Selection::default(),
            columns: Columns::default(),
            search: String::new(),
            sidebar: true,
            menu: None,
            spark: Spark::default(),
            offset: 0.0,
            height: 1000.0,
            last_press: None,
            by_keys: false,
        }
    }
}

impl List {
    /// How many pixels are above what is in sight.
    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// The chosen transfers, in the order of the list.
    pub fn chosen(&self, store: &Store) -> Vec<TransferId> {
        self.selection.in_order(&self.listing.of(store).order).collect()
    }

    /// Something about the transfers has changed.
    pub fn changed(&mut self) {
        self.listing.changed();
    }

    /// Some transfers have moved on, at so many bytes a second, down and up.
    pub fn moved(&mut self, down: u64, up: u64, now: Instant) {
        self.listing.moved();
        self.spark.note(down, up, now);
    }

    /// Lets go of a transfer that is about to leave the store.
    pub fn forget(&mut self, id: TransferId, store: &Store) {
        self.selection.forget(id, &self.listing.of(store).order);
        self.listing.unhide(&[id]);
    }

    /// Lets go of all that are not in the store any more.
    pub fn retain(&mut self, store: &Store) {
        self.selection.retain(|id| store.get(id).is_some());
        self.listing.changed();
    }

    /// Does not list these, as they are about to be removed.
    pub fn hide(&mut self, ids: &[TransferId], store: &Store) {
        for id in ids {
            self.selection.forget(*id, &self.listing.of(store).order);
        }
        self.listing.hide(ids.iter().copied());
    }

    /// Lists them again.
    pub fn unhide(&mut self, ids: &[TransferId]) {
        self.listing.unhide(ids);
    }

    /// Whether a menu is open.
    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message, store: &Store, now: Instant) -> Action {
        match message {
            Message::Scrolled { offset, height } => (self.offset, self.height) = (offset, height),
            Message::Pressed(id, reach) => return self.press(id, reach, store, now),
            Message::Released(id) => self.choose(id, Reach::Only, store),
            Message::Carried { to } => return self.carry(to, store),
            Message::Menu(id, at) => self.open_menu(id, at, store),
            Message::ColumnMenu(at) => self.menu = Some(Menu::of_columns(at, &self.columns)),
            Message::Picked(item) => return self.picked(item, store),
            Message::CloseMenu => self.menu = None,
            Message::SortBy(column) => self.listing.order_by(self.listing.sort().chosen(column)),
            Message::Widen(column, width) => self.columns.resize(column, width),
            Message::Go(place) => return self.go(place),
            Message::Search(words) => {
                self.listing.look_for(&words);
                self.search = words;
            }
            Message::Sidebar => self.sidebar = !self.sidebar,
            Message::Do(verb, id) => return Action::Do(verb, vec![id]),
            Message::DoChosen(verb) => return self.do_chosen(verb, store),
            Message::Key(command) => return self.key(command, store),
            Message::AddDownload => return Action::AddDownload,
            Message::AddUpload => return Action::AddUpload,
            Message::PauseAll => return Action::Ask(vec![Request::Pause(Which::All)]),
            Message::ResumeAll => return Action::Ask(vec![Request::Resume(Which::All)]),
            Message::ClearFinished => return Action::Do(Verb::Remove, store.completed()),
            Message::Preferences => return Action::Preferences,
            Message::Limit => return Action::Limit,
        }
        Action::None
    }

    fn go(&mut self, place: Place) -> Action {
        self.listing.go(place);
        self.offset = 0.0;
        Action::ScrollTo(0.0)
    }

    fn choose(&mut self, id: TransferId, reach: Reach, store: &Store) {
        self.by_keys = false;
        self.selection.choose(id, reach, &self.listing.of(store).order);
    }

    fn press(&mut self, id: TransferId, reach: Reach, store: &Store, now: Instant) -> Action {
        let double = self.last_press.is_some_and(|(last, at)| last == id && now.duration_since(at) < DOUBLE);
        self.choose(id, reach, store);
        self.last_press = (!double).then_some((id, now));
        if double { self.open(store) } else { Action::None }
    }

    /// Moves the chosen ones to another place among those that wait.
    fn carry(&mut self, to: Option<TransferId>, store: &Store) -> Action {
        let chosen = self.chosen(store);
        let to = to.filter(|id| !chosen.contains(id));
        let Some(last) = self.listing.of(store).order.last().copied() else { return Action::None };
        // What is most important is above when that is so ordered, and below when it is not.
        let is_upright = self.listing.sort().descending;
        let position = match to {
            Some(id) if is_upright => Position::Before(id.to_string()),
            Some(id) => Position::After(id.to_string()),
            None if is_upright => Position::After(last.to_string()),
            None => Position::Before(last.to_string()),
        };
        let chosen = chosen.into_iter().filter(|id| to.is_some() || *id != last);
        // Each goes right before the same one, so they keep their order.
        let mut moves: Vec<_> =
            chosen.map(|id| Request::Move { id: id.to_string(), to: position.clone() }).collect();
        if matches!(position, Position::After(_)) {
            moves.reverse();
        }
        Action::Ask(moves)
    }

    fn do_chosen(&mut self, verb: Verb, store: &Store) -> Action {
        let is_possible = |id: &TransferId| store.get(*id).is_some_and(|row| verb::is_possible(verb, row));
        let ids: Vec<_> = self.chosen(store).into_iter().filter(is_possible).collect();
        if ids.is_empty() { Action::None } else { Action::Do(verb, ids) }
    }

    fn key(&mut self, command: Command, store: &Store) -> Action {
        if let Some(menu) = &mut self.menu {
            return match menu.key(command) {
                menu::Answer::None => Action::None,
                menu::Answer::Close => {
                    self.menu = None;
                    Action::None
                }
                menu::Answer::Pick(item) => self.picked(item, store),
            };
        }
        let page = self.page();
        match command {
            Command::Toggle => self.toggle(store),
            Command::Remove => self.do_chosen(Verb::Remove, store),
            Command::Details => self.do_first(Verb::Details, store),
            Command::Show => self.do_first(Verb::Show, store),
            Command::CopyLink => self.copy(store),
            Command::Open => self.open(store),
            Command::Menu => self.menu_by_key(store),
            Command::SelectAll => {
                self.selection.all(&self.listing.of(store).order);
                Action::None
            }
            Command::Search => Action::Search,
            Command::Sidebar => self.update(Message::Sidebar, store, Instant::now()),
            Command::Place(number) => {
                sidebar::FIRST.get(number).map_or(Action::None, |place| self.go(place.clone()))
            }
            Command::Escape => self.escape(),
            Command::Up(reach) => self.step(-1, reach, store),
            Command::Down(reach) => self.step(1, reach, store),
            Command::PageUp(reach) => self.step(-page, reach, store),
            Command::PageDown(reach) => self.step(page, reach, store),
            Command::First(reach) => self.step(isize::MIN, reach, store),
            Command::Last(reach) => self.step(isize::MAX, reach, store),
            Command::Move(whither) => self.move_chosen(whither, store),
            _ => Action::None,
        }
    }

    /// Pauses what goes on; if nothing of what is chosen does, resumes it.
    fn toggle(&mut self, store: &Store) -> Action {
        let chosen = self.chosen(store);
        let verbs = || chosen.iter().filter_map(|id| Some((*id, verb::toggle(store.get(*id)?)?)));
        let verb = if verbs().any(|(_, verb)| verb == Verb::Pause) { Verb::Pause } else { Verb::Resume };
        let ids: Vec<_> = verbs().filter(|(_, one)| *one == verb).map(|(id, _)| id).collect();
        if ids.is_empty() { Action::None } else { Action::Do(verb, ids) }
    }

    fn do_first(&self, verb: Verb, store: &Store) -> Action {
        let row = self.selection.cursor().and_then(|id| store.get(id));
        let row = row.filter(|row| self.selection.has(row.id) && verb::is_possible(verb, row));
        row.map_or(Action::None, |row| Action::Do(verb, vec![row.id]))
    }

    fn copy(&self, store: &Store) -> Action {
        let rows = self.chosen(store).into_iter().filter_map(|id| store.get(id));
        let links: Vec<_> =
            rows.map(|row| row.link.clone().unwrap_or_else(|| row.url.expose().to_owned())).collect();
        if links.is_empty() { Action::None } else { Action::Copy(links.join("\n")) }
    }

    /// Leaves one thing: what is searched for, then what is chosen.
    fn escape(&mut self) -> Action {
        if self.selection.is_empty() && !self.search.is_empty() {
            self.search.clear();
            self.listing.look_for("");
        }
        self.selection.clear();
        Action::None
    }

    /// Opens what is there to open, and otherwise tells about it.
    fn open(&self, store: &Store) -> Action {
        let row = self.selection.cursor().filter(|id| self.selection.has(*id)).and_then(|id| store.get(id));
        let Some(row) = row else { return Action::None };
        let verb = if can_be_opened(row) { Verb::Open } else { Verb::Details };
        Action::Do(verb, vec![row.id])
    }

    fn step(&mut self, by: isize, reach: Reach, store: &Store) -> Action {
        self.by_keys = true;
        let to = self.selection.step(by, reach, &self.listing.of(store).order);
        to.and_then(|at| reveal(at, self.offset, self.height)).map_or(Action::None, |offset| {
            self.offset = offset;
            Action::ScrollTo(offset)
        })
    }

    fn move_chosen(&mut self, whither: Position<()>, store: &Store) -> Action {
        let order = self.listing.of(store).order.clone();
        let chosen = self.chosen(store);
        let at = |id: &TransferId| order.iter().position(|known| known == id);
        let edge = |at: Option<usize>| at.and_then(|at| order.get(at)).map(ToString::to_string);
        let to = match whither {
            Position::First => Some(Position::First),
            Position::Last => Some(Position::Last),
            Position::Before(()) => {
                let above = chosen.first().and_then(at).and_then(|at| at.checked_sub(1));
                edge(above).map(Position::Before)
            }
            _ => edge(chosen.last().and_then(at).map(|at| at + 1)).map(Position::After),
        };
        let Some(to) = to else { return Action::None };
        let mut moves: Vec<_> =
            chosen.iter().map(|id| Request::Move { id: id.to_string(), to: to.clone() }).collect();
        if matches!(to, Position::First | Position::After(_)) {
            moves.reverse();
        }
        // Only in this order it is seen what that does.
        self.listing.order_by(Sort { by: Column::Priority, descending: true });
        Action::Ask(moves)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a window has few rows")]
    fn page(&self) -> isize {
        ((self.height / ROW) as isize - 1).max(1)
    }
}

fn can_be_opened(row: &Snapshot) -> bool {
    row.kind == Kind::Download && row.state == Phase::Completed
}

/// The rows that are in sight when `offset` pixels are above and `height` pixels are in sight.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rows"
)]
fn in_sight(count: usize, offset: f32, height: f32) -> Range<usize> {
    // Rows may have gone since the list was last scrolled.
    let offset = offset.clamp(0.0, (count as f32 * ROW - height).max(0.0));
    let first = ((offset / ROW) as usize).min(count);
    let last = (((offset + height) / ROW).ceil() as usize).min(count);
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
