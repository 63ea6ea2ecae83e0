//! All of a window, as far as the keyboard goes around in it.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, overlay, renderer};
use iced::keyboard::Modifiers;
use iced::keyboard::key::Named;
use iced::widget::Id;
use iced::{Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector};

use super::moves::{Ground, Spots};
use super::turn::Turn;
use super::{as_its_child, is_press_of_mouse, pressed};

/// A window, with the keys that lead through it.
pub struct Scope<'a, M, P> {
    content: Element<'a, M>,
    place: Option<(usize, P)>,
    first: Option<Id>,
}

/// Leads the keyboard through `content`. At each new `place`, such as a dialog, it begins at `first`
/// or what is most likely wanted; without a place it stays where it is. A place lies so many others deep: back at
/// one that lies less deep, the keyboard is where it was there.
pub fn scope<'a, M, P>(
    content: impl Into<Element<'a, M>>,
    place: Option<(usize, P)>,
    first: Option<Id>,
) -> Scope<'a, M, P> {
    Scope { content: content.into(), place, first }
}

struct State<P> {
    place: Option<(usize, P)>,
    /// Whether the keyboard has not been led to where it begins.
    fresh: bool,
    /// Whether it may have been led there before.
    back: bool,
    /// Whether the last thing that was pressed was a key, not the mouse.
    by_keys: bool,
}

/// What a key does between controls.
enum Step {
    /// To the next one, or the one before.
    Next(bool),
    /// To the next choice, or the one before; where there is none, elsewhere on the page.
    Choice(bool, Named),
    /// Elsewhere on the page.
    Page(Named),
}

fn step(event: &Event) -> Option<Step> {
    let (key, modifiers, _) = pressed(event)?;
    match key {
        Named::Tab if (modifiers - Modifiers::SHIFT).is_empty() => Some(Step::Next(!modifiers.shift())),
        _ if !modifiers.is_empty() => None,
        Named::ArrowRight | Named::ArrowDown => Some(Step::Choice(true, key)),
        Named::ArrowLeft | Named::ArrowUp => Some(Step::Choice(false, key)),
        Named::PageUp | Named::PageDown | Named::Home | Named::End => Some(Step::Page(key)),
        _ => None,
    }
}

/// Leads the keyboard to where it begins, unless it is back where it has been.
fn begin<M>(first: Option<&Id>, back: bool, ring: bool, ground: &mut Ground<'_, '_, M>) {
    let spots = Spots::of(ground);
    if back && spots.has_keyboard() {
        return;
    }
    spots.go(spots.first(first), ring, ground);
}

/// Follows a key that nothing inside has used; whether it was used here. What lies at a place of its
/// own can be scrolled; a list goes its own ways.
fn follow<M>(step: &Step, is_place: bool, ground: &mut Ground<'_, '_, M>) -> bool {
    let spots = Spots::of(ground);
    let (to, key) = match *step {
        Step::Next(forward) => (spots.next(forward), None),
        Step::Choice(forward, key) => (spots.next_choice(forward), Some(key)),
        Step::Page(key) => (None, Some(key)),
    };
    match key {
        _ if to.is_some() => spots.go(to, true, ground),
        Some(key) if is_place => {
            let mut turn = Turn::by(key);
            ground.run(&mut turn);
            return turn.done;
        }
        // Space would go on to mean the button that was left for the list.
        Some(_) if spots.is_at_button() => spots.go(None, false, ground),
        _ => {}
    }
    to.is_some()
}

impl<M, P: Copy + PartialEq + 'static> Widget<M, Theme, Renderer> for Scope<'_, M, P> {
    as_its_child!();

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State<P>>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State {
            place: self.place,
            fresh: self.place.is_some(),
            back: false,
            by_keys: false,
        })
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State<P>>();
        if state.place != self.place {
            let depth = |place: Option<(usize, P)>| place.map_or(0, |(depth, _)| depth);
            state.back = depth(self.place) < depth(state.place);
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
        let state = tree.state.downcast_mut::<State<P>>();
        let mut ground = Ground { content: &mut self.content, tree: &mut tree.children[0], layout, renderer };
        if std::mem::take(&mut state.fresh) {
            begin(self.first.as_ref(), state.back, state.by_keys, &mut ground);
            shell.request_redraw();
        }
        state.by_keys = !is_press_of_mouse(event) && (state.by_keys || pressed(event).is_some());
        let content = ground.content.as_widget_mut();
        content.update(ground.tree, event, layout, cursor, renderer, clipboard, shell, viewport);
        if let Some(step) = step(event)
            && !shell.is_event_captured()
        {
            if follow(&step, self.place.is_some(), &mut ground) {
                shell.capture_event();
            }
            shell.request_redraw();
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
    }
}

impl<'a, M: 'a, P: Copy + PartialEq + 'static> From<Scope<'a, M, P>> for Element<'a, M> {
    fn from(scope: Scope<'a, M, P>) -> Self {
        Self::new(scope)
    }
}
