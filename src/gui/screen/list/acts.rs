//! What is done with the chosen rows, by keys and by carrying them.

use crate::gui::keys::{Command, Reach};
use crate::gui::store::Store;
use crate::gui::verb::{self, Verb};
use crate::ipc::Request;
use crate::{Kind, Phase, Position, Snapshot, TransferId};

use super::columns::Column;
use super::sort::Sort;
use super::{Action, List, ROW, menu, reveal, sidebar};

impl List {
    /// Moves the chosen ones to another place among those that wait.
    pub(super) fn carry(&mut self, to: Option<TransferId>, store: &Store) -> Action {
        // As for one that is pulled away.
        self.last_press = None;
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

    pub(super) fn key(&mut self, command: Command, store: &Store) -> Action {
        if let Some(menu) = &mut self.menu {
            return match menu.key(command) {
                menu::Answer::None => menu.marked_at().map_or(Action::None, Action::ScrollMenu),
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
            Command::Trash => self.do_chosen(Verb::Trash, store),
            Command::Details => self.do_first(Verb::Details, store),
            Command::Show => self.do_first(Verb::Show, store),
            Command::CopyLink => self.copy(store),
            Command::Open => self.open(store),
            Command::Menu => self.menu_by_key(store),
            Command::MainMenu => self.open_main_menu(true),
            Command::SelectAll => {
                self.selection.all(&self.listing.of(store).order);
                Action::None
            }
            Command::Search => Action::Search,
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

    pub(super) fn copy(&self, store: &Store) -> Action {
        let rows = self.chosen(store).into_iter().filter_map(|id| store.get(id));
        let links: Vec<_> =
            rows.map(|row| row.link.clone().unwrap_or_else(|| row.url.expose().to_owned())).collect();
        if links.is_empty() { Action::None } else { Action::Copy(links.join("\n")) }
    }

    /// Leaves one thing: the places, what is searched for, then what is chosen.
    fn escape(&mut self) -> Action {
        if std::mem::take(&mut self.drawer) {
            return Action::None;
        }
        if self.selection.is_empty() && !self.search.is_empty() {
            self.search.clear();
            self.listing.look_for("");
        }
        self.selection.clear();
        Action::None
    }

    /// Opens what is there to open, and otherwise tells about it.
    pub(super) fn open(&self, store: &Store) -> Action {
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

    pub(super) fn move_chosen(&mut self, whither: Position<()>, store: &Store) -> Action {
        let order = self.listing.of(store).order.clone();
        let chosen = self.chosen(store);
        let at = |id: &TransferId| order.iter().position(|known| known == id);
        let edge = |at: Option<usize>| at.and_then(|at| order.get(at)).map(ToString::to_string);
        let to = match whither {
            Position::First => Some(Position::First),
            Position::Last => Some(Position::Last),
            Position::Current => Some(Position::Current),
            Position::Before(()) => {
                let above = chosen.first().and_then(at).and_then(|at| at.checked_sub(1));
                edge(above).map(Position::Before)
            }
            Position::After(()) => edge(chosen.last().and_then(at).map(|at| at + 1)).map(Position::After),
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
