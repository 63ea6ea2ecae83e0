//! What can be pressed, reached by the keyboard as well: Tab and Shift+Tab go from one to the next,
//! Enter and Space press it, and a ring shows where the keyboard is.
//!
//! [`focus`] makes anything that is pressed such a control; [`scope`](scope::scope) holds all of a
//! window and moves between its controls; what is [`out_of_reach`](reach::out_of_reach) has none, and
//! what is put [`aside`](aside::aside) waits for what lies over it.

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{self, Renderer as _};
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, overlay};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::widget::Id;
use iced::{Border, Color, Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, touch};

use crate::gui::theme::{RADIUS, palette};

pub mod aside;
pub mod edit;
mod moves;
pub mod reach;
pub mod scope;
#[cfg(test)]
mod tests;
mod turn;

pub use aside::aside;
pub use edit::edit_menu;
pub use reach::out_of_reach;
pub use scope::scope;

/// How wide the ring is.
const RING: f32 = 2.0;
/// How far the ring is from what it is around.
const GAP: f32 = 1.0;

/// What every wrapper does alike: it is as large as its only child and lies where that lies.
macro_rules! as_its_child {
    () => {
        fn children(&self) -> Vec<Tree> {
            vec![Tree::new(&self.content)]
        }

        fn size(&self) -> Size<Length> {
            self.content.as_widget().size()
        }

        fn size_hint(&self) -> Size<Length> {
            self.content.as_widget().size_hint()
        }

        fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
            self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
        }

        fn mouse_interaction(
            &self,
            tree: &Tree,
            layout: Layout<'_>,
            cursor: mouse::Cursor,
            viewport: &Rectangle,
            renderer: &Renderer,
        ) -> mouse::Interaction {
            self.content.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
        }

        fn overlay<'b>(
            &'b mut self,
            tree: &'b mut Tree,
            layout: Layout<'b>,
            renderer: &Renderer,
            viewport: &Rectangle,
            translation: Vector,
        ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
            let child = &mut tree.children[0];
            self.content.as_widget_mut().overlay(child, layout, renderer, viewport, translation)
        }
    };
}
pub(super) use as_its_child;

/// A control.
pub struct Focus<'a, M> {
    content: Element<'a, M>,
    id: Option<Id>,
    message: Option<M>,
    choice: bool,
}

/// Makes `content` a control that the keyboard reaches. Pressing it there is `message`; without one
/// it is passed over.
pub fn focus<'a, M>(content: impl Into<Element<'a, M>>, message: Option<M>) -> Focus<'a, M> {
    Focus { content: content.into(), id: None, message, choice: false }
}

impl<M> Focus<'_, M> {
    /// Called this.
    pub fn id(self, id: impl Into<Id>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// One of the choices beside it: arrows go from one to the next.
    pub fn choice(self) -> Self {
        Self { choice: true, ..self }
    }
}

/// Where the keyboard is.
#[derive(Debug, Default)]
struct State {
    focused: bool,
    /// Whether the ring is drawn: not if the mouse brought the focus here.
    ring: bool,
    choice: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

impl<M: Clone> Widget<M, Theme, Renderer> for Focus<'_, M> {
    as_its_child!();

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State { choice: self.choice, ..State::default() })
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State>();
        state.choice = self.choice;
        // What can no longer be pressed must not keep the keys to itself.
        state.focused &= self.message.is_some();
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        if self.message.is_some() {
            let state = tree.state.downcast_mut::<State>();
            operation.custom(self.id.as_ref(), layout.bounds(), state);
            operation.focusable(self.id.as_ref(), layout.bounds(), state);
        }
        self.content.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
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
        let child = &mut tree.children[0];
        let content = self.content.as_widget_mut();
        content.update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        let state = tree.state.downcast_mut::<State>();
        let Some(message) = self.message.as_ref().filter(|_| state.focused) else { return };
        if is_press_of_mouse(event) {
            state.focused = false;
            shell.request_redraw();
        } else if let Some(again) = presses(event)
            && !shell.is_event_captured()
        {
            if !again {
                shell.publish(message.clone());
            }
            shell.capture_event();
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
        let content = self.content.as_widget();
        content.draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
        let state = tree.state.downcast_ref::<State>();
        // At the edge of what scrolls it comes closer rather than being cut off.
        let ring = layout.bounds().expand(GAP + RING).intersection(viewport);
        if let Some(bounds) = ring.filter(|_| state.focused && state.ring) {
            let color = palette::of(theme).accent;
            let border = Border { color, width: RING, radius: (RADIUS + GAP + RING).into() };
            renderer.fill_quad(
                renderer::Quad { bounds, border, ..renderer::Quad::default() },
                Color::TRANSPARENT,
            );
        }
    }
}

impl<'a, M: Clone + 'a> From<Focus<'a, M>> for Element<'a, M> {
    fn from(focus: Focus<'a, M>) -> Self {
        Self::new(focus)
    }
}

fn is_press_of_mouse(event: &Event) -> bool {
    matches!(
        event,
        Event::Mouse(mouse::Event::ButtonPressed(_)) | Event::Touch(touch::Event::FingerPressed { .. })
    )
}

/// The key of an event that presses one, with what is held beside it.
fn pressed(event: &Event) -> Option<(Named, Modifiers, bool)> {
    let Event::Keyboard(keyboard::Event::KeyPressed { key: Key::Named(key), modifiers, repeat, .. }) = event
    else {
        return None;
    };
    Some((*key, *modifiers, *repeat))
}

/// Whether this presses a control, and if so, whether the key was just held.
fn presses(event: &Event) -> Option<bool> {
    let (key, modifiers, again) = pressed(event)?;
    (matches!(key, Named::Enter | Named::Space) && modifiers.is_empty()).then_some(again)
}
