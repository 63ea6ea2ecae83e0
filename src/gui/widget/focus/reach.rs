//! What the keyboard does not reach: all that lies under a dialog, and rows, which have ways of
//! their own. What had the keyboard keeps its place until it is in reach again.

use std::any::Any;

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::{Focusable, Scrollable, TextInput};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, overlay, renderer};
use iced::widget::Id;
use iced::{Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, keyboard};

use super::{State, as_its_child};

/// See [`out_of_reach`].
pub struct OutOfReach<'a, M> {
    content: Element<'a, M>,
    holds: bool,
}

/// `content`, which while this `holds` has no control for the keyboard, and hears no key.
pub fn out_of_reach<'a, M>(content: impl Into<Element<'a, M>>, holds: bool) -> OutOfReach<'a, M> {
    OutOfReach { content: content.into(), holds }
}

/// Tells an operation where that begins which is out of reach, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Veil {
    Begins,
    Ends,
}

/// Everything an operation sees but controls.
struct Veiled<'a>(&'a mut dyn Operation);

impl Operation for Veiled<'_> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        self.0.traverse(&mut |operation| operate(&mut Veiled(operation)));
    }

    fn container(&mut self, id: Option<&Id>, bounds: Rectangle) {
        self.0.container(id, bounds);
    }

    fn scrollable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        self.0.scrollable(id, bounds, content, translation, state);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, _: &mut dyn Focusable) {}

    fn text_input(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn TextInput) {
        self.0.text_input(id, bounds, state);
    }

    fn text(&mut self, id: Option<&Id>, bounds: Rectangle, text: &str) {
        self.0.text(id, bounds, text);
    }

    fn custom(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Any) {
        if !state.is::<State>() {
            self.0.custom(id, bounds, state);
        }
    }
}

impl<M> Widget<M, Theme, Renderer> for OutOfReach<'_, M> {
    as_its_child!();

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<()>()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let (content, child) = (self.content.as_widget_mut(), &mut tree.children[0]);
        if self.holds {
            operation.custom(None, layout.bounds(), &mut Veil::Begins);
            content.operate(child, layout, renderer, &mut Veiled(operation));
            operation.custom(None, layout.bounds(), &mut Veil::Ends);
        } else {
            content.operate(child, layout, renderer, operation);
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
        let types =
            matches!(event, Event::Keyboard(keyboard::Event::KeyPressed { .. }) | Event::InputMethod(_));
        if self.holds && types {
            return;
        }
        let content = self.content.as_widget_mut();
        content.update(&mut tree.children[0], event, layout, cursor, renderer, clipboard, shell, viewport);
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
    }
}

impl<'a, M: 'a> From<OutOfReach<'a, M>> for Element<'a, M> {
    fn from(held: OutOfReach<'a, M>) -> Self {
        Self::new(held)
    }
}
