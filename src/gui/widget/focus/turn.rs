//! Scrolling by keys what has no control in it, such as a long page of particulars.

use std::any::Any;

use iced::advanced::widget::operation::scrollable::{AbsoluteOffset, RelativeOffset};
use iced::advanced::widget::operation::{Operation, Scrollable};
use iced::keyboard::key::Named;
use iced::widget::Id;
use iced::{Rectangle, Vector};

use super::reach::Veil;

/// How far an arrow scrolls.
const LINE: f32 = 40.0;
/// How much of a page is seen again on the next.
const OVERLAP: f32 = 0.1;

/// Scrolls the first thing in reach that scrolls, as `key` says.
pub(super) struct Turn {
    key: Named,
    veiled: bool,
    /// Whether something was scrolled.
    pub(super) done: bool,
}

impl Turn {
    pub(super) fn by(key: Named) -> Self {
        Self { key, veiled: false, done: false }
    }
}

impl Operation for Turn {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(veil) = state.downcast_ref::<Veil>() {
            self.veiled = *veil == Veil::Begins;
        }
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        _: Vector,
        state: &mut dyn Scrollable,
    ) {
        if self.veiled || self.done || content.height <= bounds.height {
            return;
        }
        let page = bounds.height * (1.0 - OVERLAP);
        let y = match self.key {
            Named::ArrowUp => -LINE,
            Named::ArrowDown => LINE,
            Named::PageUp => -page,
            Named::PageDown => page,
            Named::Home => return self.snap(state, 0.0),
            Named::End => return self.snap(state, 1.0),
            _ => return,
        };
        state.scroll_by(AbsoluteOffset { x: 0.0, y }, bounds, content);
        self.done = true;
    }
}

impl Turn {
    fn snap(&mut self, state: &mut dyn Scrollable, y: f32) {
        state.snap_to(RelativeOffset { x: None, y: Some(y) });
        self.done = true;
    }
}
