//! The menu of a field: to cut, copy, paste and select all.
//!
//! One of a window serves all of its fields. A field is where the pointer would write, and what is chosen there is
//! told to it by the keys that every field knows.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, Widget, mouse, overlay, renderer};
use iced::keyboard::{self, Modifiers, key::Named};
use iced::widget::{button, container, row};
use iced::{
    Alignment, Element, Event, Fill, Length, Point, Rectangle, Renderer, Size, Theme, Vector, window,
};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space};
use crate::i18n::t;

use super::moves::Ground;
use super::pressed;
use act::Act;

mod act;
#[cfg(test)]
mod tests;

/// How wide it is.
const WIDTH: f32 = 216.0;
/// How high an entry is.
const ENTRY: f32 = 32.0;

/// A window with a menu for its fields.
pub struct EditMenu<'a, M> {
    /// The window, and after it each entry, first as one that can be chosen and then as one that cannot.
    parts: Vec<Element<'a, M>>,
}

/// `content`, whose fields have a menu.
pub fn edit_menu<'a, M: 'a>(content: impl Into<Element<'a, M>>, look: &Look) -> EditMenu<'a, M> {
    let entries = Act::ALL.into_iter().flat_map(|act| [true, false].map(|can| entry(act, can, look)));
    EditMenu { parts: std::iter::once(content.into()).chain(entries).collect() }
}

fn entry<'a, M: 'a>(act: Act, can: bool, look: &Look) -> Element<'a, M> {
    let words = match act {
        Act::Cut => t!(look.texts, "field-cut"),
        Act::Copy => t!(look.texts, "copy"),
        Act::Paste => t!(look.texts, "field-paste"),
        Act::All => t!(look.texts, "field-select-all"),
    };
    let tone = if can { Tone::Plain } else { Tone::Muted };
    let keys = format!("{}+{}", t!(look.texts, "key-control"), act.letter().to_uppercase());
    let words = look.text(words).style(tone.style()).width(Fill);
    let line = row![words, look.caption(keys)].spacing(space::MEDIUM).align_y(Alignment::Center);
    container(line).padding([0.0, space::MEDIUM]).center_y(ENTRY).width(Fill).into()
}

#[derive(Default)]
struct State {
    open: Option<Open>,
    /// What is held.
    held: Modifiers,
}

#[derive(Clone, Copy)]
struct Open {
    at: Point,
    /// Whether something is selected, and may be shown to others.
    copies: bool,
    /// The entry that the keys or the pointer are at.
    marked: Option<Act>,
}

impl Open {
    fn can(self, act: Act) -> bool {
        self.copies || !matches!(act, Act::Cut | Act::Copy)
    }

    /// Marks the next entry that can be chosen, or the one before.
    fn step(&mut self, forward: bool) {
        let can = Act::ALL.into_iter().filter(|act| self.can(*act)).collect::<Vec<_>>();
        let at = self.marked.and_then(|marked| can.iter().position(|act| *act == marked));
        let last = can.len() - 1;
        self.marked = can
            .get(match (at, forward) {
                (Some(at), true) => (at + 1) % can.len(),
                (Some(at), false) => at.checked_sub(1).unwrap_or(last),
                (None, true) => 0,
                (None, false) => last,
            })
            .copied();
    }
}

/// Which of the parts shows an entry.
fn part(act: Act, open: Open) -> usize {
    1 + 2 * act as usize + usize::from(!open.can(act))
}

/// Where the card of the menu lies in a window.
fn card(layout: Layout<'_>) -> Option<Rectangle> {
    let entries = layout.children().skip(1).map(|entry| entry.bounds());
    entries.reduce(|all, one| all.union(&one)).map(|all| all.expand(space::TIGHT))
}

/// The entry that the pointer is at.
fn under(cursor: mouse::Cursor, layout: Layout<'_>) -> Option<Act> {
    let at = layout.children().skip(1).position(|entry| cursor.is_over(entry.bounds()))?;
    Act::ALL.get(at).copied()
}

/// What the menu makes of an event.
enum Then {
    /// It stays.
    Stays,
    /// It goes.
    Goes,
    /// It goes, and this is done.
    Does(Act),
    /// Nothing.
    Nothing,
}

impl Open {
    fn follow(&mut self, event: &Event, layout: Layout<'_>, cursor: mouse::Cursor) -> Then {
        let chosen = |act: Option<Act>, open: &Self| match act {
            Some(act) if open.can(act) => Then::Does(act),
            _ => Then::Stays,
        };
        match event {
            Event::Mouse(mouse::Event::CursorMoved { .. }) => {
                self.marked = under(cursor, layout).filter(|act| self.can(*act));
                Then::Stays
            }
            Event::Mouse(mouse::Event::ButtonPressed(_)) => {
                let is_inside = card(layout).is_some_and(|card| cursor.is_over(card));
                if is_inside { Then::Stays } else { Then::Goes }
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => {
                chosen(under(cursor, layout), self)
            }
            Event::Mouse(_) | Event::Touch(_) | Event::InputMethod(_) => Then::Stays,
            Event::Keyboard(keyboard::Event::KeyPressed { .. }) => match pressed(event) {
                Some((Named::ArrowDown, ..)) => {
                    self.step(true);
                    Then::Stays
                }
                Some((Named::ArrowUp, ..)) => {
                    self.step(false);
                    Then::Stays
                }
                Some((Named::Enter | Named::Space, _, false)) => chosen(self.marked, self),
                Some((Named::Shift | Named::Control | Named::Alt | Named::Super, ..)) => Then::Stays,
                _ => Then::Goes,
            },
            Event::Window(window::Event::Unfocused | window::Event::Resized(_)) => Then::Goes,
            _ => Then::Nothing,
        }
    }
}

impl<M> Widget<M, Theme, Renderer> for EditMenu<'_, M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        self.parts.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.parts);
    }

    fn size(&self) -> Size<Length> {
        self.parts[0].as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let content = self.parts[0].as_widget_mut().layout(&mut tree.children[0], renderer, limits);
        let size = content.size();
        let mut nodes = vec![content];
        if let Some(open) = tree.state.downcast_ref::<State>().open {
            #[expect(clippy::cast_precision_loss, reason = "there are four")]
            let height = ENTRY * Act::ALL.len() as f32;
            let inside = |at: f32, long: f32, room: f32| at.min(room - long - space::TIGHT).max(space::TIGHT);
            let mut place =
                Point::new(inside(open.at.x, WIDTH, size.width), inside(open.at.y, height, size.height));
            let limits = layout::Limits::new(Size::ZERO, Size::new(WIDTH, ENTRY));
            for act in Act::ALL {
                let part = part(act, open);
                let entry = self.parts[part].as_widget_mut();
                nodes.push(entry.layout(&mut tree.children[part], renderer, &limits).move_to(place));
                place.y += ENTRY;
            }
        }
        layout::Node::with_children(size, nodes)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let open = tree.state.downcast_ref::<State>().open;
        let shown = Act::ALL.into_iter().filter_map(|act| Some(part(act, open?)));
        for (part, layout) in std::iter::once(0).chain(shown).zip(layout.children()) {
            self.parts[part].as_widget_mut().operate(&mut tree.children[part], layout, renderer, operation);
        }
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        let Some(around) = layout.children().next() else { return };
        let state = tree.state.downcast_mut::<State>();
        if let Event::Keyboard(keyboard::Event::ModifiersChanged(held)) = event {
            state.held = *held;
        }
        let ground =
            Ground { content: &mut self.parts[0], tree: &mut tree.children[0], layout: around, renderer };
        let mut field = act::Field { ground, cursor, viewport, held: state.held };
        let Some(open) = &mut state.open else {
            state.open = field.asked(event, clipboard, shell);
            if state.open.is_some() {
                shell.capture_event();
                shell.invalidate_layout();
                shell.request_redraw();
            } else {
                field.tell(event, clipboard, shell);
            }
            return;
        };
        let then = open.follow(event, layout, cursor);
        match then {
            Then::Nothing => return field.tell(event, clipboard, shell),
            Then::Stays => {}
            Then::Goes | Then::Does(_) => {
                state.open = None;
                shell.invalidate_layout();
            }
        }
        match then {
            Then::Does(act) => field.stroke(act, clipboard, shell),
            _ if matches!(event, Event::Window(_)) => field.tell(event, clipboard, shell),
            _ => {}
        }
        shell.capture_event();
        shell.request_redraw();
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        match (tree.state.downcast_ref::<State>().open, layout.children().next()) {
            (None, Some(around)) => {
                let content = self.parts[0].as_widget();
                content.mouse_interaction(&tree.children[0], around, cursor, viewport, renderer)
            }
            _ => mouse::Interaction::default(),
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let open = tree.state.downcast_ref::<State>().open;
        let mut nodes = layout.children();
        let Some(around) = nodes.next() else { return };
        let to_content = if open.is_some() { mouse::Cursor::Unavailable } else { cursor };
        let content = self.parts[0].as_widget();
        content.draw(&tree.children[0], renderer, theme, style, around, to_content, viewport);
        let (Some(open), Some(card)) = (open, card(layout)) else { return };
        renderer.with_layer(*viewport, |renderer| {
            container::draw_background(renderer, &theme::container::dialog(theme), card);
            for (act, node) in Act::ALL.into_iter().zip(nodes) {
                if open.marked == Some(act) {
                    let marked = theme::button::entry(true)(theme, button::Status::Active);
                    let (bounds, border) = (node.bounds(), marked.border);
                    let quad = renderer::Quad { bounds, border, ..renderer::Quad::default() };
                    renderer.fill_quad(quad, marked.background.unwrap_or(iced::Color::TRANSPARENT.into()));
                }
                let part = part(act, open);
                let entry = self.parts[part].as_widget();
                entry.draw(&tree.children[part], renderer, theme, style, node, cursor, viewport);
            }
        });
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        let is_open = tree.state.downcast_ref::<State>().open.is_some();
        let around = layout.children().next().filter(|_| !is_open)?;
        let content = self.parts[0].as_widget_mut();
        content.overlay(&mut tree.children[0], around, renderer, viewport, translation)
    }
}

impl<'a, M: 'a> From<EditMenu<'a, M>> for Element<'a, M> {
    fn from(menu: EditMenu<'a, M>) -> Self {
        Self::new(menu)
    }
}
