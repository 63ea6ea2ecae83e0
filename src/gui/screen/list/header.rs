//! The head of the table: the names of the columns. A press orders the rows, the edges make columns wider, and the
//! right button chooses which there are.

use std::cell::RefCell;
use std::collections::HashMap;

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{Quad, Style as Defaults};
use iced::advanced::svg::{Renderer as _, Svg};
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, Widget, mouse};
use iced::{Element, Event, Length, Point, Rectangle, Renderer, Size, Theme};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{font, palette, size};
use crate::gui::widget::elided::{Cut, Line};

use super::Message;
use super::columns::{Column, Columns, Laid};
use super::rows::{ACTION, cell_of as cell};
use super::sort::Sort;

/// How high it is.
pub const HEIGHT: f32 = 34.0;
/// How high the toolbar is, with its line.
pub const TOOLBAR: f32 = 56.0;
/// How much is above the first row.
pub const ABOVE_ROWS: f32 = TOOLBAR + HEIGHT;
/// How near to an edge the pointer has to be to take hold of it.
const GRIP: f32 = 5.0;

/// See the module.
pub struct Header<'a> {
    pub columns: &'a Columns,
    pub sort: Sort,
    pub look: &'a Look,
}

#[derive(Default)]
struct State {
    hovered: Option<Column>,
    /// The column whose edge is held, its width then, and where.
    held: Option<(Column, f32, f32)>,
    lines: RefCell<HashMap<Column, Line>>,
}

impl Header<'_> {
    fn laid_out(&self, bounds: Rectangle) -> Vec<Laid> {
        self.columns.laid_out((bounds.width - ACTION).max(0.0))
    }

    /// The column that is made wider by an edge at this point. What stands left of names there is none; the name
    /// takes what others leave, so an edge belongs to the column at its right.
    fn edge(&self, bounds: Rectangle, point: Point) -> Option<Laid> {
        let near = |laid: &Laid| (point.x - laid.x).abs() <= GRIP && laid.column != Column::Name;
        self.laid_out(bounds).into_iter().find(near)
    }

    fn column(&self, bounds: Rectangle, point: Point) -> Option<Laid> {
        let has = |laid: &Laid| (laid.x..laid.x + laid.width).contains(&point.x);
        self.laid_out(bounds).into_iter().find(has)
    }

    fn name(&self, column: Column) -> String {
        self.look.texts.loader().get(column.key())
    }

    fn draw_name(
        &self,
        state: &State,
        (renderer, theme): (&mut Renderer, &Theme),
        laid: Laid,
        bounds: Rectangle,
    ) {
        let band = cell(bounds, laid);
        let is_sorted = self.sort.by == laid.column;
        let tone = if is_sorted || state.hovered == Some(laid.column) { Tone::Plain } else { Tone::Muted };
        let sign = if is_sorted { 14.0 } else { 0.0 };
        let room = (band.width - sign).max(0.0);
        let mut lines = state.lines.borrow_mut();
        let line = lines.entry(laid.column).or_default();
        line.fit(&self.name(laid.column), Cut::End, (font::medium(self.look.font), size::CAPTION), room);
        let is = line.size();
        let x = if laid.column.is_number() { band.x + band.width - is.width - sign } else { band.x };
        let at = Point::new(x.round(), (band.y + (HEIGHT - is.height) / 2.0).round());
        line.draw(renderer, at, tone.color(theme), bounds);
        if is_sorted {
            let icon = if self.sort.descending { Icon::Down } else { Icon::Up };
            let place = Rectangle {
                x: at.x + is.width + 2.0,
                y: band.y + (HEIGHT - 12.0) / 2.0,
                width: 12.0,
                height: 12.0,
            };
            renderer.draw_svg(Svg::new(icon.handle()).color(tone.color(theme)), place, bounds);
        }
    }
}

impl Widget<Message, Theme, Renderer> for Header<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fixed(HEIGHT))
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::Node::new(Size::new(limits.max().width, HEIGHT))
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
        _: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        let bounds = layout.bounds();
        let inside = cursor.position_in(bounds);
        match event {
            Event::Mouse(mouse::Event::CursorMoved { position }) => {
                if let Some((column, width, from)) = state.held {
                    shell.publish(Message::Widen(column, width + from - position.x));
                }
                let hovered = inside.and_then(|point| self.column(bounds, point)).map(|laid| laid.column);
                if std::mem::replace(&mut state.hovered, hovered) != hovered {
                    shell.request_redraw();
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                let Some(point) = inside else { return };
                shell.capture_event();
                if let Some(edge) = self.edge(bounds, point) {
                    state.held = cursor.position().map(|at| (edge.column, edge.width, at.x));
                } else if let Some(laid) = self.column(bounds, point) {
                    shell.publish(Message::SortBy(laid.column));
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Right)) if inside.is_some() => {
                shell.capture_event();
                shell.publish(Message::ColumnMenu(cursor.position().unwrap_or_default()));
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => state.held = None,
            _ => {}
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        match cursor.position_in(bounds) {
            _ if state.held.is_some() => mouse::Interaction::ResizingHorizontally,
            Some(point) if self.edge(bounds, point).is_some() => mouse::Interaction::ResizingHorizontally,
            Some(_) => mouse::Interaction::Pointer,
            None => mouse::Interaction::None,
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
        _: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let palette = palette::of(theme);
        renderer.fill_quad(Quad { bounds, ..Quad::default() }, palette.surface);
        let line = Rectangle { y: bounds.y + HEIGHT - 1.0, height: 1.0, ..bounds };
        renderer.fill_quad(Quad { bounds: line, ..Quad::default() }, palette.line);
        for laid in self.laid_out(bounds) {
            self.draw_name(state, (renderer, theme), laid, bounds);
            if laid.column != Column::Name {
                let edge =
                    Rectangle { x: bounds.x + laid.x, y: bounds.y + 9.0, width: 1.0, height: HEIGHT - 18.0 };
                renderer.fill_quad(Quad { bounds: edge, ..Quad::default() }, palette.line);
            }
        }
    }

    fn operate(&mut self, _: &mut Tree, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        let bounds = layout.bounds();
        for laid in self.laid_out(bounds) {
            let place = cell(bounds, laid);
            operation.text(None, place, &self.name(laid.column));
            operation.container(Some(&Id::from(laid.column.key())), place);
        }
    }
}

impl<'a> From<Header<'a>> for Element<'a, Message> {
    fn from(header: Header<'a>) -> Self {
        Self::new(header)
    }
}
