//! How fast a transfer went, moment by moment: bars from left to right, the latest at the right.

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{Quad, Style as Defaults};
use iced::advanced::widget::Tree;
use iced::advanced::{Renderer as _, Widget, mouse};
use iced::{Background, Element, Length, Rectangle, Renderer, Size, Theme};

use crate::gui::theme::palette;
use crate::gui::widget::spark::Spark;

/// How wide a bar is, and how far from the next.
const STEP: f32 = 3.0;
const BAR: f32 = 2.0;
/// So many lines lie behind the bars.
const LINES: u8 = 4;

/// The graph; the highest line is `top` bytes a second.
pub struct Graph<'a> {
    pub speeds: &'a Spark,
    pub top: u64,
}

/// Where the highest line of a graph is whose highest bar is so high: the next of 1, 2 and 5 times a power of ten.
pub fn top(highest: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let line = power.saturating_mul(step);
            if line >= highest || line == u64::MAX {
                return line;
            }
        }
        power = power.saturating_mul(10);
    }
}

impl<M> Widget<M, Theme, Renderer> for Graph<'_> {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::Node::new(limits.max())
    }

    #[expect(clippy::cast_precision_loss, reason = "a bar has few pixels")]
    fn draw(
        &self,
        _: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &Defaults,
        layout: Layout<'_>,
        _: mouse::Cursor,
        _: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let palette = palette::of(theme);
        let mut fill = |bounds: Rectangle, color: iced::Color| {
            renderer.fill_quad(Quad { bounds, ..Quad::default() }, Background::Color(color));
        };
        for line in 0..=LINES {
            let y = (bounds.y + (bounds.height - 1.0) * f32::from(line) / f32::from(LINES)).round();
            fill(Rectangle { y, height: 1.0, ..bounds }, palette.line);
        }
        let (floor, top) = (bounds.y + bounds.height, self.top.max(1) as f32);
        let mut x = bounds.x + bounds.width;
        for (down, up) in self.speeds.rates().rev() {
            x -= STEP;
            if x < bounds.x {
                break;
            }
            let height = ((down + up) as f32 / top * bounds.height).round();
            if height >= 1.0 {
                fill(Rectangle { x, y: floor - height, width: BAR, height }, palette.accent);
            }
        }
    }
}

impl<'a, M: 'a> From<Graph<'a>> for Element<'a, M> {
    fn from(graph: Graph<'a>) -> Self {
        Self::new(graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_line_is_a_round_number_that_no_bar_passes() {
        for (highest, line) in [(0, 1), (1, 1), (3, 5), (950_000, 1_000_000), (1_000_001, 2_000_000)] {
            assert_eq!(top(highest), line);
        }
        assert_eq!(top(u64::MAX), u64::MAX);
    }
}
