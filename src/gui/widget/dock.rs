//! Where a panel lies: at the right of what it belongs to where the window is wide, else below it, and in its place
//! where there is no room for both. Its edge can be pulled.

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{Quad, Style as Defaults};
use iced::advanced::widget::{Tree, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, Widget, mouse};
use iced::widget::{column, container, row};
use iced::{Element, Event, Fill, Length, Rectangle, Renderer, Size, Theme};
use serde::{Deserialize, Serialize};

use crate::gui::room::Room;
use crate::gui::theme::palette;

/// What part of the window a panel takes unless somebody has said otherwise, and between what bounds.
const SHARE: f32 = 0.34;
const WIDTHS: (f32, f32) = (400.0, 520.0);
const SHARE_BELOW: f32 = 0.42;
const HEIGHTS: (f32, f32) = (200.0, 340.0);
/// How small somebody can make it, and what it leaves of the window at least.
const LEAST: Size = Size::new(300.0, 120.0);
const LEAVES: Size = Size::new(560.0, 240.0);
/// How thick its edge is: as much as a pointer needs to take hold of it.
const EDGE: f32 = 5.0;
/// How much larger or smaller a key makes it.
const STEP: f32 = 24.0;

/// A side, and how much room there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dock {
    /// At the right, so wide.
    Right(f32),
    /// Below, so high.
    Below(f32),
    /// In place of what it belongs to.
    Instead,
}

/// How large somebody has made a panel, in whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sizes {
    /// How wide at the right.
    pub width: Option<u16>,
    /// How high below.
    pub height: Option<u16>,
}

impl Sizes {
    /// The same, with a panel that is as large as this.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a window is no larger")]
    pub fn with(self, dock: Dock) -> Self {
        match dock {
            Dock::Right(width) => Self { width: Some(width.round() as u16), ..self },
            Dock::Below(height) => Self { height: Some(height.round() as u16), ..self },
            Dock::Instead => self,
        }
    }
}

impl Dock {
    /// Where a panel lies in a window with so much room.
    pub fn of(room: Room, sizes: Sizes) -> Self {
        let size = room.size();
        let within = |wished: u16, least: f32, most: f32| f32::from(wished).min(most).max(least);
        if room.is_scarce() {
            Self::Instead
        } else if room.is_wide() {
            let usual = (size.width * SHARE).clamp(WIDTHS.0, WIDTHS.1).round();
            let wished = |width| within(width, LEAST.width, size.width - LEAVES.width);
            Self::Right(sizes.width.map_or(usual, wished))
        } else {
            let usual = (size.height * SHARE_BELOW).clamp(HEIGHTS.0, HEIGHTS.1).round();
            let wished = |height| within(height, LEAST.height, size.height - LEAVES.height);
            Self::Below(sizes.height.map_or(usual, wished))
        }
    }

    /// The same side, a step larger or smaller.
    pub fn stepped(self, larger: bool) -> Self {
        self.by(if larger { STEP } else { -STEP })
    }

    fn by(self, more: f32) -> Self {
        match self {
            Self::Right(width) => Self::Right((width + more).max(0.0)),
            Self::Below(height) => Self::Below((height + more).max(0.0)),
            Self::Instead => Self::Instead,
        }
    }

    /// `panel` as large as it is there, with an edge to pull.
    pub fn framed<'a, M: 'a>(self, panel: Element<'a, M>, pulled: fn(Self) -> M) -> Element<'a, M> {
        let edge = Edge { dock: self, pulled };
        match self {
            Self::Right(width) => row![edge, panel].width(width).height(Fill).into(),
            Self::Below(height) => column![edge, panel].width(Fill).height(height).into(),
            Self::Instead => container(panel).width(Fill).height(Fill).into(),
        }
    }

    /// `content` with a framed panel there.
    pub fn beside<'a, M: 'a>(self, content: Element<'a, M>, panel: Element<'a, M>) -> Element<'a, M> {
        let rest = |content| container(content).width(Fill).height(Fill);
        match self {
            Self::Right(_) => row![rest(content), panel].into(),
            Self::Below(_) => column![rest(content), panel].into(),
            Self::Instead => panel,
        }
    }
}

/// The edge of a panel: a line, and beside it, on the panel's own side, some room to take hold of.
struct Edge<M> {
    dock: Dock,
    pulled: fn(Dock) -> M,
}

#[derive(Default)]
struct State {
    is_hovered: bool,
    /// How the panel was and where the pointer was when the edge was taken hold of.
    held: Option<(Dock, iced::Point)>,
}

impl<M> Widget<M, Theme, Renderer> for Edge<M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        match self.dock {
            Dock::Right(_) => Size::new(Length::Fixed(EDGE), Fill),
            Dock::Below(_) | Dock::Instead => Size::new(Fill, Length::Fixed(EDGE)),
        }
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let Size { width, height } = Widget::<M, Theme, Renderer>::size(self);
        layout::Node::new(limits.resolve(width, height, Size::ZERO))
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        _: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        let is_hovered = cursor.is_over(layout.bounds());
        match event {
            Event::Mouse(mouse::Event::CursorMoved { position }) => {
                if let Some((dock, from)) = state.held {
                    let by = if matches!(dock, Dock::Right(_)) {
                        from.x - position.x
                    } else {
                        from.y - position.y
                    };
                    shell.publish((self.pulled)(dock.by(by)));
                    shell.capture_event();
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) if is_hovered => {
                state.held = cursor.position().map(|at| (self.dock, at));
                shell.capture_event();
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => state.held = None,
            _ => return,
        }
        if std::mem::replace(&mut state.is_hovered, is_hovered) != is_hovered {
            shell.request_redraw();
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
        let is_held = tree.state.downcast_ref::<State>().held.is_some();
        match self.dock {
            _ if !is_held && !cursor.is_over(layout.bounds()) => mouse::Interaction::None,
            Dock::Right(_) => mouse::Interaction::ResizingHorizontally,
            Dock::Below(_) | Dock::Instead => mouse::Interaction::ResizingVertically,
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
        let palette = palette::of(theme);
        let is_taken = state.is_hovered || state.held.is_some();
        let (color, thick) = if is_taken { (palette.accent, 2.0) } else { (palette.line, 1.0) };
        let bounds = layout.bounds();
        let bounds = match self.dock {
            Dock::Right(_) => Rectangle { width: thick, ..bounds },
            Dock::Below(_) | Dock::Instead => Rectangle { height: thick, ..bounds },
        };
        renderer.fill_quad(Quad { bounds, ..Quad::default() }, color);
    }
}

impl<'a, M: 'a> From<Edge<M>> for Element<'a, M> {
    fn from(edge: Edge<M>) -> Self {
        Self::new(edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dock(width: f32, height: f32) -> Dock {
        Dock::of(Room::of(Size::new(width, height)), Sizes::default())
    }

    #[test]
    fn a_small_window_keeps_most_of_its_height_and_a_wide_one_its_rows() {
        assert_eq!(dock(320.0, 240.0), Dock::Instead);
        assert_eq!(dock(640.0, 480.0), Dock::Below(202.0));
        assert_eq!(dock(1000.0, 1400.0), Dock::Below(340.0));
        assert_eq!(dock(1100.0, 700.0), Dock::Right(400.0));
        assert_eq!(dock(2560.0, 1400.0), Dock::Right(520.0));
    }

    #[test]
    fn a_panel_is_as_large_as_somebody_made_it_as_far_as_there_is_room() {
        let sizes = Sizes::default().with(Dock::Right(900.4)).with(Dock::Below(20.0)).with(Dock::Instead);
        assert_eq!(sizes, Sizes { width: Some(900), height: Some(20) });
        let dock = |width, height| Dock::of(Room::of(Size::new(width, height)), sizes);
        assert_eq!(dock(2560.0, 1400.0), Dock::Right(900.0));
        assert_eq!(dock(1280.0, 800.0), Dock::Right(720.0), "rows keep some room");
        assert_eq!(dock(960.0, 640.0), Dock::Below(120.0));
        assert_eq!(dock(960.0, 640.0).stepped(true), Dock::Below(144.0));
    }
}
