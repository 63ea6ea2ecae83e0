//! The transfers in a table, with a sidebar, a toolbar and a status bar: the main screen.
//!
//! What is looked at, how it is ordered, where it is scrolled to and what is chosen live here, so that a window
//! that was closed comes back as it was.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use iced::Point;
use iced::widget::Id;

use crate::TransferId;
use crate::gui::keys::{Command, Reach};
use crate::gui::store::Store;
use crate::gui::verb::{self, Verb};
use crate::gui::widget::spark::Spark;
use crate::ipc::{Afterwards, Request, Which};

mod acts;
mod cell;
mod columns;
mod empty;
mod header;
mod left;
mod listing;
mod menu;
mod outward;
mod place;
mod rows;
mod selection;
mod sidebar;
mod sight;
mod sort;
mod status;
#[cfg(test)]
mod tests;
mod toolbar;
mod view;
pub mod words;

pub use columns::Column;
pub use left::Left;
pub use menu::Errand;
pub use place::Place;
pub use view::Around;

use columns::Columns;
use listing::Listing;
use menu::Menu;
use selection::Selection;
use sight::{in_sight, reveal};

/// How high every row is, in pixels.
pub const ROW: f32 = 46.0;
/// Two presses within this time are one double press.
const DOUBLE: Duration = Duration::from_millis(400);

/// The name of the part that scrolls.
pub fn scroll_id() -> Id {
    Id::new("transfers")
}

/// The name of the part of a menu that scrolls.
pub fn menu_id() -> Id {
    Id::new("menu")
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
    /// Whether it is there where it takes the room of something else.
    drawer: bool,
    menu: Option<Menu>,
    spark: Spark,
    offset: f32,
    height: f32,
    last_press: Option<(TransferId, Instant)>,
    /// Whether rows were last chosen by keys.
    by_keys: bool,
    /// Whether files that are dragged out of the window are welcome where the pointer is.
    outward: Option<bool>,
}

/// What the status bar says besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bytes a second that all may move together; 0 means no limit.
    pub limit: u64,
    /// Bytes that are free in the folder for downloads, if that is known.
    pub free: Option<u64>,
    /// The folder for downloads, where that is of interest.
    pub folder: Option<PathBuf>,
    /// What happens when all is done.
    pub then: Afterwards,
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
    /// A finished row was pulled away.
    Pulled(TransferId),
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
    /// The menu of the window was asked for.
    MainMenu,
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
    /// The sidebar is to come or go, where there is room for it or not.
    Sidebar(bool),
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
    /// Another folder for downloads is wanted.
    ChooseFolder,
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
    /// Scroll the menu so that this many pixels are above what is in sight.
    ScrollMenu(f32),
    /// Let somebody write in the field to search in.
    Search,
    /// Copy this.
    Copy(String),
    /// Let the pointer carry these files out of the window.
    DragOut(Vec<PathBuf>),
    /// Switch the speed limit on or off.
    Limit,
    /// Let somebody choose the folder for downloads.
    ChooseFolder,
    /// Go elsewhere.
    Go(Errand),
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
            drawer: false,
            menu: None,
            spark: Spark::default(),
            offset: 0.0,
            height: 1000.0,
            last_press: None,
            by_keys: false,
            outward: None,
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

    /// The transfer that the keys are at, if it is chosen.
    pub fn looked_at(&self) -> Option<TransferId> {
        self.selection.cursor().filter(|id| self.selection.has(*id))
    }

    /// Chooses this one, which everything is about now, and brings it into sight; if it is not among those that are
    /// listed, all are.
    pub fn show(&mut self, id: TransferId, store: &Store) -> Action {
        if !self.listing.of(store).order.contains(&id) {
            self.listing.look_for("");
            self.search.clear();
            self.listing.go(Place::All);
        }
        // Of several that are chosen, the one that the keys are at is already the one in question.
        if self.looked_at() != Some(id) {
            self.choose(id, Reach::Only, store);
        }
        self.reveal(store)
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

    /// Closes it.
    pub fn close_menu(&mut self) {
        self.menu = None;
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message, store: &Store, now: Instant) -> Action {
        match message {
            Message::Scrolled { offset, height } => return self.scrolled(offset, height, store),
            Message::Pressed(id, reach) => return self.press(id, reach, store, now),
            Message::Pulled(id) => return self.pull(id, store),
            Message::Released(id) => return self.press(id, Reach::Only, store, now),
            Message::Carried { to } => return self.carry(to, store),
            Message::Menu(id, at) => self.open_menu(id, at, store),
            Message::ColumnMenu(at) => self.menu = Some(Menu::of_columns(at, &self.columns)),
            Message::MainMenu => return self.open_main_menu(false),
            Message::Picked(item) => return self.picked(item, store),
            Message::CloseMenu => self.close_menu(),
            Message::SortBy(column) => self.listing.order_by(self.listing.sort().chosen(column)),
            Message::Widen(column, width) => self.columns.resize(column, width),
            Message::Go(place) => return self.go(place),
            Message::Search(words) => {
                self.listing.look_for(&words);
                self.search = words;
            }
            Message::Sidebar(true) => self.sidebar = !self.sidebar,
            Message::Sidebar(false) => self.drawer = !self.drawer,
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
            Message::ChooseFolder => return Action::ChooseFolder,
        }
        Action::None
    }

    /// The rows were scrolled, or there is more or less room for them. The chosen one stays in sight.
    fn scrolled(&mut self, offset: f32, height: f32, store: &Store) -> Action {
        let shrinks = height < self.height;
        (self.offset, self.height) = (offset, height);
        if shrinks { self.reveal(store) } else { Action::None }
    }

    /// Scrolls so that the row of the keys is in sight.
    fn reveal(&mut self, store: &Store) -> Action {
        let at =
            self.looked_at().and_then(|id| self.listing.of(store).order.iter().position(|one| *one == id));
        at.and_then(|at| reveal(at, self.offset, self.height)).map_or(Action::None, |offset| {
            self.offset = offset;
            Action::ScrollTo(offset)
        })
    }

    fn go(&mut self, place: Place) -> Action {
        self.listing.go(place);
        self.drawer = false;
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

    fn do_chosen(&mut self, verb: Verb, store: &Store) -> Action {
        // What has no file to move goes too.
        let needed = if verb == Verb::Trash { Verb::Remove } else { verb };
        let is_possible = |id: &TransferId| store.get(*id).is_some_and(|row| verb::is_possible(needed, row));
        let ids: Vec<_> = self.chosen(store).into_iter().filter(is_possible).collect();
        if ids.is_empty() { Action::None } else { Action::Do(verb, ids) }
    }
}
