//! From one control to another: who there is, who comes next, and how it comes into sight.

use std::any::Any;

use iced::advanced::Layout;
use iced::advanced::widget::Tree;
use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Operation, Scrollable};
use iced::widget::Id;
use iced::{Element, Rectangle, Renderer, Vector};

use super::State;

/// How much of its surroundings is shown with what scrolls into sight.
const AROUND: f32 = 12.0;

/// Where everything lies.
pub(super) struct Ground<'a, 'b, M> {
    pub(super) content: &'a mut Element<'b, M>,
    pub(super) tree: &'a mut Tree,
    pub(super) layout: Layout<'a>,
    pub(super) renderer: &'a Renderer,
}

impl<M> Ground<'_, '_, M> {
    /// Lets an operation see everything.
    pub(super) fn run(&mut self, operation: &mut dyn Operation) {
        self.content.as_widget_mut().operate(self.tree, self.layout, self.renderer, operation);
    }
}

/// Something the keyboard can be at.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    id: Option<Id>,
    bounds: Rectangle,
    /// What scrolls around it, the outermost first.
    within: Vec<Pane>,
    kind: Kind,
    focused: bool,
}

/// What the keyboard is for there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// To write.
    Field,
    /// To press.
    Button,
    /// To choose between all that lie in the container of this number.
    Choice(usize),
}

/// Something that scrolls.
#[derive(Clone, Copy, Debug)]
struct Pane {
    number: usize,
    bounds: Rectangle,
    content: Rectangle,
    translation: Vector,
}

/// All that the keyboard can be at, in reading order.
pub(super) struct Spots(Vec<Spot>);

impl Spots {
    /// Those that can be reached on `ground`.
    pub(super) fn of<M>(ground: &mut Ground<'_, '_, M>) -> Self {
        let mut survey = Survey::default();
        ground.run(&mut survey);
        Self(survey.spots)
    }

    fn focused(&self) -> Option<usize> {
        self.0.iter().position(|spot| spot.focused)
    }

    /// Whether the keyboard is at one of them.
    pub(super) fn has_keyboard(&self) -> bool {
        self.focused().is_some()
    }

    /// The part of the window in which somebody writes, if the keyboard is there.
    pub(super) fn field(&self) -> Option<Rectangle> {
        let spot = self.focused().map(|at| &self.0[at]).filter(|spot| spot.kind == Kind::Field)?;
        Some(spot.within.iter().fold(spot.bounds, |bounds, pane| bounds - pane.translation))
    }

    /// Whether the keyboard is at something that is pressed.
    pub(super) fn is_at_button(&self) -> bool {
        self.focused().is_some_and(|at| self.0[at].kind != Kind::Field)
    }

    /// The one after that the keyboard is at, or before; after the last comes the first.
    pub(super) fn next(&self, forward: bool) -> Option<usize> {
        let all = (0..self.0.len()).collect::<Vec<_>>();
        beside(&all, self.focused(), forward)
    }

    /// The choice after that the keyboard is at, or before, in the same group.
    pub(super) fn next_choice(&self, forward: bool) -> Option<usize> {
        let kind = self.0[self.focused()?].kind;
        let Kind::Choice(_) = kind else { return None };
        let group = (0..self.0.len()).filter(|at| self.0[*at].kind == kind).collect::<Vec<_>>();
        beside(&group, self.focused(), forward)
    }

    /// Where the keyboard is at first: at the one called so; else at the first field; else at the
    /// last control, which is the answer that a dialog ends with.
    pub(super) fn first(&self, called: Option<&Id>) -> Option<usize> {
        let called = called.and_then(|id| self.0.iter().position(|spot| spot.id.as_ref() == Some(id)));
        let field = || self.0.iter().position(|spot| spot.kind == Kind::Field);
        called.or_else(field).or_else(|| self.0.len().checked_sub(1))
    }

    /// Moves the keyboard to one of them, or away from all, and brings it into sight.
    pub(super) fn go<M>(&self, at: Option<usize>, ring: bool, ground: &mut Ground<'_, '_, M>) {
        ground.run(&mut Go { at, ring, passed: 0 });
        let offsets = at.map(|at| self.0[at].offsets()).unwrap_or_default();
        if !offsets.is_empty() {
            ground.run(&mut Reveal { offsets, passed: 0 });
        }
    }
}

/// The member of `group` after `from`, or before, in a circle.
fn beside(group: &[usize], from: Option<usize>, forward: bool) -> Option<usize> {
    let at = from.and_then(|from| group.iter().position(|one| *one == from));
    let to = match (at, forward) {
        (Some(at), true) => (at + 1) % group.len(),
        (Some(at), false) => (at + group.len() - 1) % group.len(),
        (None, true) => 0,
        (None, false) => group.len().checked_sub(1)?,
    };
    group.get(to).copied()
}

impl Spot {
    /// To where each pane around it has to scroll, so that all of it is in sight.
    fn offsets(&self) -> Vec<(usize, AbsoluteOffset<Option<f32>>)> {
        let mut bounds = self.bounds;
        let mut offsets = Vec::new();
        for pane in self.within.iter().rev() {
            let offset = pane.offset(bounds);
            if (offset - pane.translation.y).abs() > 0.5 {
                offsets.push((pane.number, AbsoluteOffset { x: None, y: Some(offset) }));
            }
            bounds.y -= offset;
        }
        offsets
    }
}

impl Pane {
    /// How far down it has to be scrolled for `inside` to be in sight, moving as little as it can.
    fn offset(&self, inside: Rectangle) -> f32 {
        let top = inside.y - AROUND - self.bounds.y;
        let bottom = inside.y + inside.height + AROUND - self.bounds.y - self.bounds.height;
        let most = (self.content.height - self.bounds.height).max(0.0);
        // Of what is higher than the pane the beginning is shown.
        self.translation.y.max(bottom).min(top).clamp(0.0, most)
    }
}

/// Writes down who there is.
#[derive(Default)]
struct Survey {
    spots: Vec<Spot>,
    within: Vec<Pane>,
    panes: usize,
    entering: Option<Pane>,
    containers: usize,
    container: usize,
    control: Option<Kind>,
}

impl Operation for Survey {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        let around = self.container;
        let depth = self.within.len();
        self.within.extend(self.entering.take());
        self.containers += 1;
        self.container = self.containers;
        operate(self);
        self.container = around;
        self.within.truncate(depth);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        _: &mut dyn Scrollable,
    ) {
        self.entering = Some(Pane { number: self.panes, bounds, content, translation });
        self.panes += 1;
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(state) = state.downcast_ref::<State>() {
            self.control = Some(if state.choice { Kind::Choice(self.container) } else { Kind::Button });
        }
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        let kind = self.control.take().unwrap_or(Kind::Field);
        let (within, focused) = (self.within.clone(), state.is_focused());
        self.spots.push(Spot { id: id.cloned(), bounds, within, kind, focused });
    }
}

/// Moves the keyboard.
struct Go {
    at: Option<usize>,
    ring: bool,
    passed: usize,
}

impl Operation for Go {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(state) = state.downcast_mut::<State>() {
            state.ring = self.ring;
        }
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        if self.at == Some(self.passed) {
            state.focus();
        } else {
            state.unfocus();
        }
        self.passed += 1;
    }
}

/// Scrolls.
struct Reveal {
    offsets: Vec<(usize, AbsoluteOffset<Option<f32>>)>,
    passed: usize,
}

impl Operation for Reveal {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        _: Rectangle,
        _: Rectangle,
        _: Vector,
        state: &mut dyn Scrollable,
    ) {
        if let Some((_, offset)) = self.offsets.iter().find(|(number, _)| *number == self.passed) {
            state.scroll_to(*offset);
        }
        self.passed += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pane(scrolled: f32) -> Pane {
        let bounds = Rectangle { x: 0.0, y: 100.0, width: 100.0, height: 200.0 };
        let content = Rectangle { height: 1000.0, ..bounds };
        Pane { number: 0, bounds, content, translation: Vector::new(0.0, scrolled) }
    }

    fn at(y: f32, height: f32) -> Rectangle {
        Rectangle { x: 0.0, y: 100.0 + y, width: 50.0, height }
    }

    #[test]
    fn what_is_in_sight_does_not_move() {
        assert!((pane(0.0).offset(at(20.0, 30.0)) - 0.0).abs() < 0.1);
        assert!((pane(300.0).offset(at(350.0, 30.0)) - 300.0).abs() < 0.1);
    }

    #[test]
    fn what_is_below_comes_up_and_what_is_above_comes_down_by_no_more_than_needed() {
        assert!((pane(0.0).offset(at(400.0, 30.0)) - (430.0 + AROUND - 200.0)).abs() < 0.1);
        assert!((pane(500.0).offset(at(400.0, 30.0)) - (400.0 - AROUND)).abs() < 0.1);
        assert!((pane(0.0).offset(at(990.0, 10.0)) - 800.0).abs() < 0.1, "not beyond the end");
        assert!((pane(0.0).offset(at(300.0, 400.0)) - (300.0 - AROUND)).abs() < 0.1, "its beginning");
    }

    #[test]
    fn after_the_last_comes_the_first() {
        assert_eq!(beside(&[1, 3, 5], Some(5), true), Some(1));
        assert_eq!(beside(&[1, 3, 5], Some(1), false), Some(5));
        assert_eq!(beside(&[1, 3, 5], Some(3), true), Some(5));
        assert_eq!(beside(&[1, 3, 5], None, true), Some(1));
        assert_eq!(beside(&[1, 3, 5], None, false), Some(5));
        assert_eq!(beside(&[], None, true), None);
        assert_eq!(beside(&[], None, false), None);
    }
}
