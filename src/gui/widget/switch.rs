//! A switch.

use iced::widget::{button, container, space};
use iced::{Element, alignment};

use crate::gui::theme;

use super::focus::focus;

const KNOB: f32 = 14.0;
const WIDTH: f32 = 42.0;
const INSIDE: f32 = 4.0;

/// A switch that is `on` or not, and what turning it does.
pub fn switch<'a, M: Clone + 'a>(on: bool, message: M) -> Element<'a, M> {
    let knob = container(space().width(KNOB).height(KNOB)).style(theme::container::knob(on));
    let side = if on { alignment::Horizontal::Right } else { alignment::Horizontal::Left };
    let track = container(knob).width(WIDTH - 2.0 * INSIDE).align_x(side);
    let press = button(track).padding(INSIDE).style(theme::button::switch(on)).on_press(message.clone());
    focus(press, Some(message)).into()
}
