//! Small parts that several views are made of.

use std::time::Duration;

use iced::widget::{
    Button, Id, button, column, container, mouse_area, opaque, row, scrollable, stack, tooltip,
};
use iced::{Alignment, Element, Fill};

pub mod dock;
pub mod elided;
pub mod focus;
pub mod page;
pub mod spark;
pub mod switch;

use crate::i18n::t;

use super::icon::Icon;
use super::look::Look;
use super::room::Room;
use super::theme::text::Tone;
use super::theme::{self, size, space};

use focus::focus;

/// What a title, answers and the spaces between them take of a dialog's height.
const AROUND_BODY: f32 = 100.0;
/// How long the pointer rests before a hint appears.
const HINT_DELAY: Duration = Duration::from_millis(450);

/// What a button says and does; without a message it cannot be pressed.
pub struct Press<M> {
    /// What it is called by tests, and by screen readers once there is a way.
    pub id: Id,
    /// Its sign.
    pub icon: Icon,
    /// Its name.
    pub name: String,
    /// What it does.
    pub message: Option<M>,
}

impl<M: Clone> Press<M> {
    /// A button that can be pressed.
    pub fn new(id: impl Into<Id>, icon: Icon, name: String, message: M) -> Self {
        Self { id: id.into(), icon, name, message: Some(message) }
    }

    /// The same, to be pressed only `when`.
    pub fn only(self, when: bool) -> Self {
        Self { message: self.message.filter(|_| when), ..self }
    }

    /// As its sign alone, with the name as a hint.
    pub fn quiet<'a>(self, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        self.sign(look, 18.0, 7.0)
    }

    /// The same, small enough to stand beside words.
    pub fn small<'a>(self, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        self.sign(look, 14.0, 3.0)
    }

    /// As its sign alone, as the thing to do next.
    pub fn main<'a>(self, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        let sign =
            button(self.icon.view(18.0, Tone::OnAccent)).padding([8, 10]).style(theme::button::primary);
        self.hinted(sign, look)
    }

    fn sign<'a>(self, look: &Look, size: f32, around: f32) -> Element<'a, M>
    where
        M: 'a,
    {
        let tone = if self.message.is_some() { Tone::Plain } else { Tone::Muted };
        let sign = self.icon.view(size, tone).opacity(if self.message.is_some() { 0.85 } else { 0.4 });
        self.hinted(button(sign).padding(around).style(theme::button::quiet), look)
    }

    fn hinted<'a>(self, press: Button<'a, M>, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        let press = press.on_press_maybe(self.message.clone());
        let hint =
            container(look.text(self.name).size(size::CAPTION)).padding([5, 9]).style(theme::container::tip);
        let press = container(focus(press, self.message).id(self.id.clone())).id(self.id);
        tooltip(press, hint, tooltip::Position::Bottom).delay(HINT_DELAY).gap(4).into()
    }

    /// With its sign and name, as the thing to do next.
    pub fn primary<'a>(self, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        self.named(look, Tone::OnAccent, theme::button::primary)
    }

    /// With its sign and name, as something else to do.
    pub fn secondary<'a>(self, look: &Look) -> Element<'a, M>
    where
        M: 'a,
    {
        self.named(look, Tone::Plain, theme::button::secondary)
    }

    fn named<'a>(
        self,
        look: &Look,
        tone: Tone,
        style: fn(&iced::Theme, button::Status) -> button::Style,
    ) -> Element<'a, M>
    where
        M: 'a,
    {
        let name = look.text(self.name).wrapping(iced::widget::text::Wrapping::None);
        let content = row![self.icon.view(18.0, tone), name].spacing(space::SMALL).align_y(Alignment::Center);
        let press = button(content).padding([8, 14]).style(style).on_press_maybe(self.message.clone());
        container(focus(press, self.message).id(self.id.clone())).id(self.id).into()
    }
}

/// The button that starts what a dialog is about.
pub fn start<'a, M: Clone + 'a>(look: &Look, message: Option<M>) -> Element<'a, M> {
    let start = answer(look, t!(look.texts, "start"), message, theme::button::primary);
    container(start).id("start").into()
}

/// A button in a dialog that says `name`.
pub fn answer<'a, M: Clone + 'a>(
    look: &Look,
    name: String,
    message: Option<M>,
    style: fn(&iced::Theme, button::Status) -> button::Style,
) -> Element<'a, M> {
    let press = button(look.text(name)).padding([8, 16]).style(style).on_press_maybe(message.clone());
    focus(press, message).into()
}

/// One of several choices, shown beside each other; arrows go from one to the next.
pub fn choice<'a, M: Clone + 'a>(look: &Look, name: String, chosen: bool, message: M) -> Element<'a, M> {
    named_choice(None, look, name, chosen, message)
}

/// The same, with a name that is no text.
pub fn named_choice<'a, M: Clone + 'a>(
    id: Option<Id>,
    look: &Look,
    name: String,
    chosen: bool,
    message: M,
) -> Element<'a, M> {
    let style = theme::button::choice(chosen);
    let press = button(look.text(name)).padding([6, 12]).style(style).on_press(message.clone());
    let press = focus(press, Some(message)).choice();
    match id {
        Some(id) => press.id(id).into(),
        None => press.into(),
    }
}

/// `content` as a dialog over everything; a press beside it is `outside`. Where there is little room it is a page.
pub fn dialog<'a, M: Clone + 'a>(
    content: impl Into<Element<'a, M>>,
    room: Room,
    outside: Option<M>,
) -> Element<'a, M> {
    if room.is_scarce() {
        let page = container(content).padding(space::MEDIUM).width(Fill).height(Fill);
        return opaque(page.style(theme::container::page));
    }
    let card = container(content).padding(space::WIDE).max_width(600).style(theme::container::dialog);
    let centred = container(opaque(card)).center(Fill).padding(space::LARGE);
    let ground = container(centred).width(Fill).height(Fill).style(theme::container::scrim);
    let mut area = mouse_area(ground);
    if let Some(outside) = outside {
        area = area.on_press(outside);
    }
    opaque(area)
}

/// What a dialog says: its title, what it is about, which scrolls where there is too little `room` for it, and its
/// answers, which stay in sight.
pub fn said<'a, M: 'a>(
    title: impl Into<Element<'a, M>>,
    content: impl Into<Element<'a, M>>,
    answers: Element<'a, M>,
    room: Room,
) -> Element<'a, M> {
    if room.is_scarce() {
        let all = column![title.into(), content.into()].spacing(space::MEDIUM);
        let scrolled = scrollable(all).spacing(space::SMALL).style(theme::scroll::list);
        return column![scrolled.width(Fill).height(Fill), answers].spacing(space::SMALL).into();
    }
    let scrolled = scrollable(content).spacing(space::SMALL).style(theme::scroll::list);
    let body = container(scrolled).max_height(room.of_dialog() - AROUND_BODY);
    column![title.into(), Element::from(body), answers].spacing(space::LARGE).into()
}

/// Answers of a dialog, at its right.
pub fn answers<'a, M: 'a>(answers: impl IntoIterator<Item = Element<'a, M>>) -> Element<'a, M> {
    container(row(answers).spacing(space::SMALL).wrap()).align_right(Fill).into()
}

/// `below` with `above` over it, where there is something above.
pub fn over<'a, M: 'a>(
    below: impl Into<Element<'a, M>>,
    above: impl IntoIterator<Item = Element<'a, M>>,
) -> Element<'a, M> {
    stack([below.into()].into_iter().chain(above)).width(Fill).height(Fill).into()
}
