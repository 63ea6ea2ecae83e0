//! The menu of rows and of the columns: what can be chosen there, with the mouse or with the arrow keys.

use iced::widget::{Id, button, column, container, mouse_area, opaque, row, rule, scrollable, space};
use iced::{Alignment, Element, Fill, Padding, Point};

use crate::gui::icon::Icon;
use crate::gui::keys::shown::that_do;
use crate::gui::keys::{Command, Reach};
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::store::Store;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::verb::{self, Verb};
use crate::ipc::{Afterwards, Request, WhenDone};
use crate::{Position, Snapshot};

use super::columns::{Column, Columns};
use super::{Action, List, Message, TransferId, words};

/// How wide it is: room for the longest of its lines in any language.
const WIDTH: f32 = 320.0;
/// How high an entry is.
const ENTRY: f32 = 32.0;
/// How high a line between entries is, with the space around it.
const LINE: f32 = 1.0 + 2.0 * gap::TIGHT;

/// Something to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// To do this with the chosen rows.
    Verb(Verb),
    /// To copy their addresses.
    CopyAddress,
    /// To move them among those that wait.
    Move(Position<()>),
    /// To show a column, or to hide it.
    Column(Column, bool),
    /// To go elsewhere.
    Go(Errand),
    /// To let this happen when all is done, which was chosen already or not.
    Then(Afterwards, bool),
}

/// Somewhere else to go from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// To the upload dialog.
    AddUpload,
    /// To a file with resume data.
    ResumeFrom,
    /// To the settings.
    Preferences,
    /// To the groups.
    Groups,
    /// To the places that files are sent to.
    Destinations,
    /// To the servers of which something is known.
    Sites,
    /// To how much was moved.
    Statistics,
    /// To the keys.
    Shortcuts,
    /// To what this program is.
    About,
    /// To what happens when all is done.
    WhenDone,
    /// Out.
    Quit,
}

/// What a key has done.
pub enum Answer {
    /// Something else is marked, or nothing has happened.
    None,
    /// It is to go.
    Close,
    /// This was chosen.
    Pick(Item),
}

/// An open menu.
#[derive(Clone, Debug)]
pub struct Menu {
    at: Point,
    /// The entries; nothing stands for a line between others.
    items: Vec<Option<Item>>,
    /// The entry that is marked by keys.
    marked: Option<usize>,
}

impl Menu {
    /// That of these rows.
    pub fn of_rows(rows: &[&Snapshot], at: Point) -> Self {
        let possible = |verb: &Verb| rows.iter().any(|row| verb::is_possible(*verb, row));
        let one = rows.len() == 1;
        let single = [Verb::Open, Verb::OpenPart, Verb::Show, Verb::CopyLink].into_iter().filter(|_| one);
        let single_needs = [Verb::LogIn, Verb::NewLink, Verb::NewFolder, Verb::Trust];
        let goes = [Verb::Pause, Verb::Resume, Verb::Restart, Verb::Cancel];
        let goes = single_needs.into_iter().filter(|_| one).chain(goes);
        let waits = rows.iter().any(|row| row.finished.is_none());
        let order = [Position::First, Position::Before(()), Position::After(()), Position::Last];
        let in_group = rows.iter().any(|row| row.group.is_some()).then_some(Position::Current);
        let parts = [
            single.filter(possible).map(Item::Verb).chain([Item::CopyAddress]).collect::<Vec<_>>(),
            goes.filter(possible).map(Item::Verb).collect(),
            order.into_iter().chain(in_group.filter(|_| one)).filter(|_| waits).map(Item::Move).collect(),
            [Verb::Remove, Verb::Trash].into_iter().filter(possible).map(Item::Verb).collect(),
            [Verb::Details].into_iter().filter(|verb| one && possible(verb)).map(Item::Verb).collect(),
        ];
        let parts: Vec<Vec<_>> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let items = parts.into_iter().map(|part| part.into_iter().map(Some).collect::<Vec<_>>());
        Self { at, items: items.collect::<Vec<_>>().join(&None), marked: None }
    }

    /// That of the columns.
    pub fn of_columns(at: Point, columns: &Columns) -> Self {
        let column = |column: &Column| Some(Item::Column(*column, columns.shows(*column)));
        Self { at, items: Column::ALL[1..].iter().map(column).collect(), marked: None }
    }

    /// That of the window.
    pub fn of_window() -> Self {
        let parts = [
            vec![Errand::AddUpload, Errand::ResumeFrom],
            vec![Errand::Groups, Errand::Destinations, Errand::Sites, Errand::Statistics],
            vec![Errand::Preferences, Errand::Shortcuts, Errand::About],
            vec![Errand::WhenDone, Errand::Quit],
        ];
        let items =
            parts.map(|part| part.into_iter().map(|errand| Some(Item::Go(errand))).collect::<Vec<_>>());
        let at = Point::new(f32::INFINITY, super::header::TOOLBAR - gap::TIGHT);
        Self { at, items: items.join(&None), marked: None }
    }

    /// Follows a key.
    pub fn key(&mut self, command: Command) -> Answer {
        match command {
            Command::Up(_) => self.mark(self.items.len() - 1),
            Command::Down(_) => self.mark(1),
            Command::Open | Command::Toggle => {
                return self.marked.and_then(|at| self.items[at]).map_or(Answer::None, Answer::Pick);
            }
            _ => return Answer::Close,
        }
        Answer::None
    }

    /// Marks the entry that is so much further, round the end.
    fn mark(&mut self, by: usize) {
        let count = self.items.len();
        let mut at = self.marked.unwrap_or(if by == 1 { count - 1 } else { 0 });
        for _ in 0..count {
            at = (at + by) % count;
            if self.items[at].is_some() {
                self.marked = Some(at);
                return;
            }
        }
    }

    /// Where the marked entry is in sight, with some before it.
    pub fn marked_at(&self) -> Option<f32> {
        let above = &self.items[..self.marked?];
        let above: f32 = above.iter().map(|item| if item.is_some() { ENTRY } else { LINE }).sum();
        Some((above - 2.0 * ENTRY).max(0.0))
    }

    /// How it looks in a window with so much room.
    pub fn view<'a>(&self, room: Room, look: &Look) -> Element<'a, Message> {
        let window = room.size();
        let entries = self.items.iter().enumerate().map(|(at, item)| match item {
            Some(item) => entry(*item, self.marked == Some(at), look),
            None => {
                container(rule::horizontal(1).style(theme::rule::hairline)).padding([gap::TIGHT, 0.0]).into()
            }
        });
        #[expect(clippy::cast_precision_loss, reason = "a menu has few entries")]
        let height =
            (self.items.len() as f32 * ENTRY + 2.0 * gap::SMALL).min(window.height - 2.0 * gap::SMALL);
        let entries =
            scrollable(column(entries)).id(super::menu_id()).spacing(gap::TIGHT).style(theme::scroll::list);
        let card = container(entries).padding(gap::TIGHT).width(WIDTH).style(theme::container::dialog);
        let inside = |at: f32, size: f32, room: f32| at.min(room - size - gap::SMALL).max(0.0);
        let place = Padding::ZERO.left(inside(self.at.x, WIDTH, window.width)).top(inside(
            self.at.y,
            height,
            window.height,
        ));
        let ground = container(opaque(card)).padding(place.bottom(gap::SMALL)).width(Fill).height(Fill);
        opaque(mouse_area(ground).on_press(Message::CloseMenu).on_right_press(Message::CloseMenu))
    }
}

fn entry<'a>(item: Item, is_marked: bool, look: &Look) -> Element<'a, Message> {
    let (icon, key) = said(item);
    let sign: Element<'a, Message> = match icon {
        Some(icon) => icon.view(16.0, Tone::Muted).into(),
        None => space().width(16).into(),
    };
    let words = look.text(look.texts.loader().get(key));
    let keys = that_do(key, &look.texts).map(|keys| look.caption(keys));
    let line = row![sign, words.width(Fill)].push(keys).spacing(gap::MEDIUM).align_y(Alignment::Center);
    let press = button(container(line).center_y(Fill))
        .padding([0.0, gap::MEDIUM])
        .width(Fill)
        .height(ENTRY)
        .style(theme::button::entry(is_marked))
        .on_press(Message::Picked(item));
    container(press).id(Id::from(format!("menu {key}"))).into()
}

/// The sign of an entry, and the key of its name.
fn said(item: Item) -> (Option<Icon>, &'static str) {
    match item {
        Item::Verb(verb) => (Some(verb.icon()), verb.key()),
        Item::CopyAddress => (Some(Icon::Link), "copy-address"),
        Item::Move(Position::First) => (Some(Icon::First), "move-first"),
        Item::Move(Position::Before(())) => (Some(Icon::Up), "move-up"),
        Item::Move(Position::Last) => (Some(Icon::Last), "move-last"),
        Item::Move(Position::After(())) => (Some(Icon::Down), "move-down"),
        Item::Move(Position::Current) => (Some(Icon::Group), "move-current"),
        Item::Go(Errand::AddUpload) => (Some(Icon::Upload), "add-upload"),
        Item::Go(Errand::ResumeFrom) => (Some(Icon::Document), "resume-from"),
        Item::Go(Errand::Preferences) => (Some(Icon::Preferences), "preferences"),
        Item::Go(Errand::Groups) => (Some(Icon::Group), "groups"),
        Item::Go(Errand::Destinations) => (Some(Icon::Upload), "destinations"),
        Item::Go(Errand::Sites) => (Some(Icon::Site), "sites"),
        Item::Go(Errand::Statistics) => (Some(Icon::Chart), "statistics"),
        Item::Go(Errand::Shortcuts) => (Some(Icon::Keyboard), "shortcuts"),
        Item::Go(Errand::About) => (Some(Icon::Details), "about"),
        Item::Go(Errand::WhenDone) => (Some(Icon::Clock), "when-done"),
        Item::Then(then, is_chosen) => (is_chosen.then_some(Icon::Check), words::when_done(then)),
        Item::Go(Errand::Quit) => (Some(Icon::Quit), "quit"),
        Item::Column(column, is_shown) => (is_shown.then_some(Icon::Check), column.key()),
    }
}

impl List {
    /// Offers what can happen when all is done.
    pub fn offer(&mut self, when: &WhenDone) {
        let item = |then: &Afterwards| Some(Item::Then(*then, *then == when.then));
        let items = when.can.iter().map(item).collect();
        self.menu = Some(Menu { items, ..Menu::of_window() });
    }

    pub(super) fn open_menu(&mut self, id: TransferId, at: Point, store: &Store) {
        if !self.selection.has(id) {
            self.choose(id, Reach::Only, store);
        }
        // A press before it and one after it are not a double one.
        self.last_press = None;
        let chosen = self.chosen(store);
        let rows: Vec<_> = chosen.iter().filter_map(|id| store.get(*id)).collect();
        self.menu = Some(Menu::of_rows(&rows, at));
    }

    /// Opens the menu of the chosen rows beside them.
    pub(super) fn menu_by_key(&mut self, store: &Store) -> Action {
        let at = self
            .selection
            .cursor()
            .and_then(|id| self.listing.of(store).order.iter().position(|one| *one == id));
        if let (Some(id), Some(at)) = (self.selection.cursor(), at) {
            #[expect(clippy::cast_precision_loss, reason = "rows")]
            let y = (at as f32 + 1.0) * super::ROW - self.offset + super::header::ABOVE_ROWS;
            self.open_menu(id, Point::new(super::sidebar::WIDTH + 80.0, y), store);
            self.menu.iter_mut().for_each(|menu| menu.mark(1));
        }
        Action::None
    }

    /// Opens the menu of the window; by a key, at its first entry.
    pub(super) fn open_main_menu(&mut self, by_key: bool) -> Action {
        let mut menu = Menu::of_window();
        if by_key {
            menu.mark(1);
        }
        self.menu = Some(menu);
        Action::None
    }

    pub(super) fn picked(&mut self, item: Item, store: &Store) -> Action {
        self.menu = None;
        match item {
            Item::Verb(verb) => self.do_chosen(verb, store),
            Item::CopyAddress => self.copy(store),
            Item::Move(whither) => self.move_chosen(whither, store),
            Item::Go(errand) => Action::Go(errand),
            Item::Then(then, _) => Action::Ask(vec![Request::WhenDone { then: Some(then) }]),
            Item::Column(column, _) => {
                self.columns.toggle(column);
                Action::None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::sample::{download, running};

    #[test]
    fn keys_go_round_and_leave_lines_out() {
        let row = running(download("a"), 1, 2, 1);
        let mut menu = Menu::of_rows(&[&row], Point::ORIGIN);
        let entries: Vec<_> = menu.items.iter().flatten().copied().collect();
        for _ in 0..2 {
            for entry in &entries {
                let _ = menu.key(Command::Down(Reach::Only));
                assert_eq!(menu.marked.and_then(|at| menu.items[at]), Some(*entry));
            }
        }
        let _ = menu.key(Command::Up(Reach::Only));
        assert!(matches!(menu.key(Command::Open), Answer::Pick(_)));
        assert!(matches!(menu.key(Command::Escape), Answer::Close));
    }

    #[test]
    fn one_of_a_group_can_be_brought_before_the_others_of_it() {
        let first = Some(Item::Move(Position::Current));
        let alone = download("a");
        let row = Snapshot { group: Some("Night".to_owned()), ..alone.clone() };
        assert!(Menu::of_rows(&[&row], Point::ORIGIN).items.contains(&first));
        for rows in [&[&alone][..], &[&row, &alone]] {
            assert!(!Menu::of_rows(rows, Point::ORIGIN).items.contains(&first));
        }
    }

    #[test]
    fn several_rows_offer_what_makes_sense_for_any_of_them() {
        let (one, other) =
            (running(download("a"), 1, 2, 1), Snapshot { state: crate::Phase::Paused, ..download("b") });
        let menu = Menu::of_rows(&[&one, &other], Point::ORIGIN);
        for verb in [Verb::Pause, Verb::Resume, Verb::Remove] {
            assert!(menu.items.contains(&Some(Item::Verb(verb))), "{verb:?}");
        }
        assert!(!menu.items.contains(&Some(Item::Verb(Verb::Open))));
    }
}
