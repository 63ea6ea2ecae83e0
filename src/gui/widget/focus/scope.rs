//! All of a window, as far as the keyboard goes around in it.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, overlay, renderer};
use iced::keyboard::key::Named;
use iced::widget::Id;
use iced::{Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector};

use super::moves::Spots;
use super::{as_its_child, is_press_of_mouse, pressed};

/// A window, with the keys that lead through it.
pub struct Scope<'a, M, P> {
    content: Element<'a, M>,
    place: Option<P>,
    first: Option<Id>,
}

/// Leads the keyboard through `content`. At each new `place`, such as a dialog, it begins at `first`
/// or what is most likely wanted; without a place it stays where it is.
pub fn scope<'a, M, P>(
    content: impl Into<Element<'a, M>>,
    place: Option<P>,
    first: Option<Id>,
) -> Scope<'a, M, P> {
    Scope { content: content.into(), place, first }
}

struct State<P> {
    place: Option<P>,
    /// Whether the keyboard has not been led to where it begins.
    fresh: bool,
    /// Whether the last thing that was pressed was a key, not the mouse.
    by_keys: bool,
}

/// What a key does between controls.
enum Step {
    /// To the next one, or the one before.
    Next(bool),
    /// To the next choice, or the one before.
    Choice(bool),
    /// Somewhere in a list, which goes its own ways.
    List,
}

fn step(event: &Event) -> Option<Step> {
    let (key, modifiers, _) = pressed(event)?;
    if key == Named::Tab {
        return (modifiers - iced::keyboard::Modifiers::SHIFT)
            .is_empty()
            .then_some(Step::Next(!modifiers.shift()));
    }
    match key {
        _ if !modifiers.is_empty() => None,
        Named::ArrowRight | Named::ArrowDown => Some(Step::Choice(true)),
        Named::ArrowLeft | Named::ArrowUp => Some(Step::Choice(false)),
        Named::PageUp | Named::PageDown | Named::Home | Named::End => Some(Step::List),
        _ => None,
    }
}

impl<M, P: Copy + PartialEq + 'static> Scope<'_, M, P> {
    fn begin(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) -> bool {
        let state = tree.state.downcast_mut::<State<P>>();
        if !std::mem::take(&mut state.fresh) {
            return false;
        }
        let (ring, child) = (state.by_keys, &mut tree.children[0]);
        let spots = Spots::of(&mut self.content, child, layout, renderer);
        let at = spots.first(self.first.as_ref());
        spots.go(at, ring, &mut self.content, child, layout, renderer);
        true
    }

    /// Follows a key that nothing inside has used; whether it was used here.
    fn step(&mut self, step: &Step, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) -> bool {
        let child = &mut tree.children[0];
        let spots = Spots::of(&mut self.content, child, layout, renderer);
        let to = match step {
            Step::Next(forward) => spots.next(*forward),
            Step::Choice(forward) => spots.next_choice(*forward),
            Step::List => None,
        };
        // Arrows lead away from a button to the list, which would not see what Space means otherwise.
        let leaves = to.is_none() && self.place.is_none() && spots.is_at_button();
        if to.is_some() || leaves {
            spots.go(to, true, &mut self.content, child, layout, renderer);
        }
        to.is_some()
    }
}

impl<M, P: Copy + PartialEq + 'static> Widget<M, Theme, Renderer> for Scope<'_, M, P> {
    as_its_child!();

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State<P>>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State { place: self.place, fresh: self.place.is_some(), by_keys: false })
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State<P>>();
        if state.place != self.place {
            state.place = self.place;
            state.fresh = self.place.is_some();
        }
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
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
        if self.begin(tree, layout, renderer) {
            shell.request_redraw();
        }
        let state = tree.state.downcast_mut::<State<P>>();
        state.by_keys = !is_press_of_mouse(event) && (state.by_keys || pressed(event).is_some());
        let child = &mut tree.children[0];
        let content = self.content.as_widget_mut();
        content.update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        if shell.is_event_captured() {
            return;
        }
        let Some(step) = step(event) else { return };
        if self.step(&step, tree, layout, renderer) {
            shell.capture_event();
        }
        shell.request_redraw();
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

impl<'a, M: 'a, P: Copy + PartialEq + 'static> From<Scope<'a, M, P>> for Element<'a, M> {
    fn from(scope: Scope<'a, M, P>) -> Self {
        Self::new(scope)
    }
}
