//! How fast something went lately, moment by moment, and a small graph of it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{Quad, Style as Defaults};
use iced::advanced::widget::Tree;
use iced::advanced::{Renderer as _, Widget, mouse};
use iced::{Element, Length, Rectangle, Renderer, Size, Theme};

use crate::gui::theme::palette;

/// How many moments the small graph shows.
const COUNT: usize = 60;
/// How long each of them is.
const MOMENT: Duration = Duration::from_secs(1);
/// How wide a bar is, and how far from the next.
const STEP: f32 = 2.0;
const HEIGHT: f32 = 16.0;

/// What was noted.
#[derive(Debug)]
pub struct Spark {
    /// Bytes a second, down and up, the newest last.
    rates: VecDeque<(u64, u64)>,
    noted: Option<Instant>,
    /// How many moments it keeps.
    most: usize,
}

impl Default for Spark {
    /// As many moments as the small graph shows.
    fn default() -> Self {
        Self::of(COUNT)
    }
}

impl Spark {
    /// One that keeps so many moments.
    pub fn of(most: usize) -> Self {
        Self { rates: VecDeque::new(), noted: None, most }
    }

    /// Takes note of how fast it goes. Nothing asks for that while nothing moves, so it has no clock of its own.
    pub fn note(&mut self, down: u64, up: u64, now: Instant) {
        let passed = self.noted.map(|noted| now.duration_since(noted));
        if passed.is_some_and(|passed| passed < MOMENT) {
            return;
        }
        // Nothing has moved since.
        let missed = passed.map_or(0, |passed| passed.as_secs().saturating_sub(2));
        for _ in 0..missed.min(self.most as u64) {
            self.push((0, 0));
        }
        self.push((down, up));
        self.noted = Some(now);
    }

    fn push(&mut self, rates: (u64, u64)) {
        if self.rates.len() == self.most {
            self.rates.pop_front();
        }
        self.rates.push_back(rates);
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.rates.iter().all(|rates| *rates == (0, 0))
    }

    /// What was noted, down and up, the newest last.
    pub fn rates(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        self.rates.iter().copied()
    }

    /// How high each bar is, 0.0 to 1.0: what comes, and what goes.
    #[expect(clippy::cast_precision_loss, reason = "a bar has few pixels")]
    fn bars(&self) -> impl Iterator<Item = (f32, f32)> {
        let most = self.rates.iter().map(|(down, up)| down + up).max().unwrap_or(0).max(1) as f32;
        self.rates.iter().map(move |(down, up)| (*down as f32 / most, *up as f32 / most))
    }
}

/// The graph.
pub struct Graph<'a>(pub &'a Spark);

impl<M> Widget<M, Theme, Renderer> for Graph<'_> {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Shrink, Length::Shrink)
    }

    #[expect(clippy::cast_precision_loss, reason = "few")]
    fn layout(&mut self, _: &mut Tree, _: &Renderer, _: &layout::Limits) -> layout::Node {
        layout::Node::new(Size::new(COUNT as f32 * STEP, HEIGHT))
    }

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
        let mut x = bounds.x + bounds.width;
        for (down, up) in self.0.bars().collect::<Vec<_>>().into_iter().rev() {
            x -= STEP;
            let mut floor = bounds.y + HEIGHT;
            for (share, color) in [(down, palette.accent), (up, palette.success)] {
                let height = (share * HEIGHT).round();
                if height < 1.0 {
                    continue;
                }
                floor -= height;
                let bar = Rectangle { x, y: floor, width: STEP - 0.5, height };
                renderer.fill_quad(Quad { bounds: bar, ..Quad::default() }, color);
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
    fn it_shows_a_minute_in_which_rest_has_its_place() {
        let mut spark = Spark::default();
        let now = Instant::now();
        spark.note(100, 0, now);
        spark.note(900, 0, now + Duration::from_millis(500));
        assert_eq!(spark.rates, [(100, 0)]);
        spark.note(0, 50, now + Duration::from_secs(10));
        assert_eq!((spark.rates.len(), spark.rates.back()), (10, Some(&(0, 50))));
        spark.note(1, 1, now + Duration::from_secs(4000));
        assert_eq!(spark.rates.len(), COUNT);
        assert_eq!(spark.bars().last(), Some((0.5, 0.5)));
    }
}
