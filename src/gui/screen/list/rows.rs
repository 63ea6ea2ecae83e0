//! The rows of the table, as one widget: only what is in sight is drawn, however many rows there are.

use std::cell::{Ref, RefCell};
use std::collections::HashMap;
use std::ops::Range;

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::Style as Defaults;
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse};
use iced::keyboard::Modifiers;
use iced::{Element, Event, Length, Point, Rectangle, Renderer, Size, Theme, keyboard};

use crate::gui::keys::Reach;
use crate::gui::look::Look;
use crate::gui::store::Store;
use crate::gui::verb;
use crate::gui::widget::elided::Line;
use crate::{Snapshot, TransferId};

use super::columns::{Column, Columns, Laid};
use super::listing::Made;
use super::outward;
use super::selection::Selection;
use super::{Message, ROW};

mod draw;
pub use draw::cell as cell_of;

/// How wide the place for what can be done at once is, at the right; the bar to scroll with lies beside it.
pub const ACTION: f32 = 50.0;
/// How far the pointer has to go before a pressed row is carried or pulled away.
const FAR: f32 = 6.0;

/// See the module.
pub struct Rows<'a> {
    pub made: Ref<'a, Made>,
    pub store: &'a Store,
    pub columns: &'a Columns,
    pub selection: &'a Selection,
    pub look: &'a Look,
    /// The rows that are in sight, as far as the model knows.
    pub sight: Range<usize>,
    /// Whether rows can be carried to another place.
    pub can_be_moved: bool,
    /// Whether the row that the arrow keys start from is marked.
    pub ring: bool,
    /// Whether files that are dragged out of the window are welcome where the pointer is.
    pub outward: Option<bool>,
}

/// What the widget keeps from one frame to the next.
#[derive(Default)]
struct State {
    modifiers: Modifiers,
    /// The row below the pointer, and whether the pointer is over what can be done.
    hovered: Option<(usize, bool)>,
    /// The row that was pressed, and where.
    pressed: Option<(TransferId, Point)>,
    /// Whether only its release says what that was for.
    waits: bool,
    /// Between which rows a carried one would be put down.
    carried_to: Option<usize>,
    lines: RefCell<Lines>,
}

/// The words of all cells in sight, as they were fitted.
#[derive(Default)]
struct Lines(HashMap<(TransferId, Spot), (Line, bool)>);

/// Where words stand in a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Spot {
    Cell(Column),
    Site,
}

impl Rows<'_> {
    fn count(&self) -> usize {
        self.made.order.len()
    }

    fn row(&self, at: usize) -> Option<&Snapshot> {
        self.made.order.get(at).and_then(|id| self.store.get(*id))
    }

    fn laid_out(&self, width: f32) -> Vec<Laid> {
        self.columns.laid_out((width - ACTION).max(0.0))
    }

    /// The row at a point, and whether that is over what can be done there.
    fn hit(&self, bounds: Rectangle, cursor: mouse::Cursor) -> Option<(usize, bool)> {
        let point = cursor.position_in(bounds)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is inside")]
        let at = (point.y / ROW) as usize;
        (at < self.count()).then_some((at, point.x >= bounds.width - ACTION))
    }

    fn press(&self, state: &mut State, at: usize, on_action: bool, point: Point) -> Option<Message> {
        let row = self.row(at)?;
        if on_action {
            return verb::first(row).map(|verb| Message::Do(verb, row.id));
        }
        state.pressed = Some((row.id, point));
        let reach = Reach::of(state.modifiers);
        // Those that are chosen may be about to be carried together.
        let is_taken_along = self.selection.has_several() && self.selection.has(row.id);
        let waits =
            reach == Reach::Only && is_taken_along && (self.can_be_moved || outward::file(row).is_some());
        state.waits = waits;
        (!waits).then_some(Message::Pressed(row.id, reach))
    }

    fn release(&self, state: &mut State) -> Option<Message> {
        let (id, _) = state.pressed.take()?;
        match state.carried_to.take() {
            Some(to) => Some(Message::Carried { to: self.made.order.get(to).copied() }),
            None => std::mem::take(&mut state.waits).then_some(Message::Released(id)),
        }
    }

    /// Follows the pointer: whether something looks different by that, and the row that it has pulled away.
    fn follow(&self, state: &mut State, bounds: Rectangle, cursor: mouse::Cursor) -> (bool, Option<Message>) {
        let hovered = self.hit(bounds, cursor);
        let mut is_new = std::mem::replace(&mut state.hovered, hovered) != hovered;
        let (Some((id, from)), Some(point)) = (state.pressed, cursor.position()) else {
            return (is_new, None);
        };
        let is_carried = state.carried_to.is_some() || point.distance(from) > FAR;
        if self.store.get(id).and_then(outward::file).is_some() {
            if !is_carried {
                return (is_new, None);
            }
            // Where the desktop takes over the drag, nobody tells when the button is let go of.
            (state.pressed, state.carried_to, state.waits) = (None, None, false);
            return (true, Some(Message::Pulled(id)));
        }
        if self.can_be_moved {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below nothing")]
            let to = ((point.y - bounds.y) / ROW).round().max(0.0) as usize;
            let to = is_carried.then_some(to.min(self.count()));
            is_new |= std::mem::replace(&mut state.carried_to, to) != to;
        }
        (is_new, None)
    }
}

impl Widget<Message, Theme, Renderer> for Rows<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Shrink)
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        #[expect(clippy::cast_precision_loss, reason = "rows")]
        let height = self.count() as f32 * ROW;
        layout::Node::new(Size::new(limits.max().width, height))
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        let bounds = layout.bounds();
        let message = match event {
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                state.modifiers = *modifiers;
                None
            }
            Event::Mouse(
                mouse::Event::CursorMoved { .. }
                | mouse::Event::CursorLeft
                | mouse::Event::WheelScrolled { .. },
            ) => {
                let (is_new, pulled) = self.follow(state, bounds, cursor);
                if is_new {
                    shell.request_redraw();
                }
                pulled
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                let Some((at, on_action)) = self.hit(bounds, cursor) else { return };
                shell.capture_event();
                self.press(state, at, on_action, cursor.position().unwrap_or_default())
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Right)) => {
                let Some((at, _)) = self.hit(bounds, cursor) else { return };
                shell.capture_event();
                // The pointer is told here as if nothing were scrolled away.
                let scrolled = viewport.position() - bounds.position();
                let place = cursor.position().map(|point| point - scrolled).unwrap_or_default();
                self.row(at).map(|row| Message::Menu(row.id, place))
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => self.release(state),
            _ => None,
        };
        if let Some(message) = message {
            shell.publish(message);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        _: Layout<'_>,
        _: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        let state = tree.state.downcast_ref::<State>();
        match state.hovered {
            _ if self.outward == Some(true) => mouse::Interaction::Copy,
            _ if self.outward.is_some() || state.carried_to.is_some() => mouse::Interaction::Grabbing,
            Some((at, true)) if self.row(at).and_then(verb::first).is_some() => mouse::Interaction::Pointer,
            _ => mouse::Interaction::None,
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &Defaults,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let mut lines = state.lines.borrow_mut();
        let pen = draw::Pen { renderer, theme, lines: &mut lines, clip: *viewport, hovered: state.hovered };
        self.draw_rows(pen, layout.bounds(), state.carried_to);
    }

    /// What is in sight can be found by its words and the names of what can be done.
    fn operate(&mut self, _: &mut Tree, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        let bounds = layout.bounds();
        let columns = self.laid_out(bounds.width);
        for at in self.sight.clone() {
            let Some(row) = self.row(at) else { continue };
            let band = band(bounds, at);
            for laid in &columns {
                if let Some((words, _)) = super::cell::words(laid.column, row, &self.look.texts) {
                    operation.text(None, draw::cell(band, *laid), &words);
                }
            }
            if let Some(verb) = verb::first(row) {
                let id = Id::from(format!("{} {}", verb.key(), row.id));
                operation.container(Some(&id), draw::action(band));
            }
        }
    }
}

/// Where a row stands.
#[expect(clippy::cast_precision_loss, reason = "rows")]
fn band(bounds: Rectangle, at: usize) -> Rectangle {
    Rectangle { y: bounds.y + at as f32 * ROW, height: ROW, ..bounds }
}

impl<'a> From<Rows<'a>> for Element<'a, Message> {
    fn from(rows: Rows<'a>) -> Self {
        Self::new(rows)
    }
}
