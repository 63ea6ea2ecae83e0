//! A map of a file: one small square for each part of it, drawn by what has become of it.
//!
//! What a square means is seen by its shape as well as by its colour.

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{Quad, Style as Defaults};
use iced::advanced::widget::Tree;
use iced::advanced::{Renderer as _, Widget, mouse};
use iced::{Background, Border, Color, Element, Length, Rectangle, Renderer, Size, Theme};

use crate::Segments;
use crate::gui::theme::palette::{self, Palette};
use crate::gui::theme::progress;

/// How wide and high a square is, and how far from the next.
const SQUARE: f32 = 10.0;
const STEP: f32 = 12.0;

/// What has become of a part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is on the disk, and the whole file is right.
    Checked,
    /// So many percent of it are safely on the disk.
    Safe(u8),
    /// It has come in, and is about to be.
    Arrived,
    /// A connection gets it now.
    Coming,
    /// It was not asked for yet.
    Missing,
}

/// What has become of each part; `is_checked` says that the whole file is right.
pub fn parts(map: &Segments, is_checked: bool) -> Vec<Part> {
    let coming = |number: usize| {
        let (total, count) = (map.total.unwrap_or_default(), map.here.len());
        let at = |byte: u64| place(byte, total, count);
        map.connections
            .iter()
            .filter(|one| one.until.is_none_or(|until| until > one.at))
            .any(|one| at(one.at) == number)
    };
    let part = |(number, (here, safe)): (usize, (&u8, &u8))| match (*here, *safe) {
        (_, 100) if is_checked => Part::Checked,
        (_, 100) => Part::Safe(100),
        _ if coming(number) => Part::Coming,
        (100, _) => Part::Arrived,
        (_, 1..) => Part::Safe(*safe),
        (1.., _) => Part::Arrived,
        (0, 0) => Part::Missing,
    };
    map.here.iter().zip(&map.safe).enumerate().map(part).collect()
}

/// In which part a byte lies.
fn place(byte: u64, total: u64, count: usize) -> usize {
    let at = u128::from(byte) * count as u128 / u128::from(total.max(1));
    usize::try_from(at).unwrap_or(count)
}

/// The map; it is as wide as there is room.
pub struct Map(pub Vec<Part>);

/// One square, to say what it means.
pub struct Sample(pub Part);

impl Map {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a window is not that wide")]
    fn columns(width: f32) -> usize {
        ((width / STEP) as usize).max(1)
    }
}

impl<M> Widget<M, Theme, Renderer> for Map {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Shrink)
    }

    #[expect(clippy::cast_precision_loss, reason = "few")]
    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let width = limits.max().width;
        let rows = self.0.len().div_ceil(Self::columns(width));
        layout::Node::new(Size::new(width, rows as f32 * STEP))
    }

    #[expect(clippy::cast_precision_loss, reason = "few")]
    fn draw(
        &self,
        _: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &Defaults,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let columns = Self::columns(bounds.width);
        let palette = palette::of(theme);
        for (number, part) in self.0.iter().enumerate() {
            let (row, column) = (number / columns, number % columns);
            let (x, y) = (bounds.x + column as f32 * STEP, bounds.y + row as f32 * STEP);
            // Of a long map only some is in sight.
            if y + SQUARE >= viewport.y && y <= viewport.y + viewport.height {
                square(renderer, x, y, *part, &palette);
            }
        }
    }
}

impl<M> Widget<M, Theme, Renderer> for Sample {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Shrink, Length::Shrink)
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, _: &layout::Limits) -> layout::Node {
        layout::Node::new(Size::new(SQUARE, SQUARE))
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
        let at = layout.position();
        square(renderer, at.x, at.y, self.0, &palette::of(theme));
    }
}

fn square(renderer: &mut Renderer, x: f32, y: f32, part: Part, palette: &Palette) {
    let whole = Rectangle { x, y, width: SQUARE, height: SQUARE };
    let mut fill = |bounds: Rectangle, color: Color, border: Border| {
        renderer.fill_quad(Quad { bounds, border, ..Quad::default() }, Background::Color(color));
    };
    let track = progress::track(palette);
    let plain = iced::border::rounded(2.0);
    match part {
        Part::Checked => fill(whole, palette.success, plain),
        Part::Safe(100) => fill(whole, palette.accent, plain),
        Part::Safe(percent) => {
            fill(whole, track, plain);
            let height = (SQUARE * f32::from(percent) / 100.0).ceil().max(2.0);
            fill(Rectangle { y: y + SQUARE - height, height, ..whole }, palette.accent, plain);
        }
        Part::Arrived => {
            fill(whole, track, plain);
            fill(whole.shrink(3.0), palette.accent, iced::border::rounded(1.0));
        }
        Part::Coming => {
            let frame = Border { color: palette.accent, width: 2.0, radius: 2.0.into() };
            fill(whole, Color::TRANSPARENT, frame);
        }
        Part::Missing => fill(whole, track, plain),
    }
}

impl<'a, M: 'a> From<Map> for Element<'a, M> {
    fn from(map: Map) -> Self {
        Self::new(map)
    }
}

impl<'a, M: 'a> From<Sample> for Element<'a, M> {
    fn from(sample: Sample) -> Self {
        Self::new(sample)
    }
}
