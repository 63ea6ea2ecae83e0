//! One line of words that is cut to fit, with `…` where something is missing.

use std::borrow::Cow;

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::Style as Defaults;
use iced::advanced::text::{self, Paragraph as _, paragraph::Plain};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Widget, mouse};
use iced::widget::text::{Alignment, LineHeight, Shaping, Wrapping};
use iced::{Color, Element, Font, Length, Pixels, Point, Rectangle, Renderer, Size, Theme, alignment};

use crate::gui::theme::text::Tone;

type Paragraph = <Renderer as text::Renderer>::Paragraph;

/// Where words are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// In the middle: names, whose end says what they are.
    Middle,
    /// At the end: sentences.
    End,
}

/// A line of words.
pub struct Elided<'a> {
    words: Cow<'a, str>,
    cut: Cut,
    font: Font,
    size: f32,
    width: Length,
    tone: Tone,
}

/// A line of `words`, as wide as there is room.
pub fn elided<'a>(words: impl Into<Cow<'a, str>>, cut: Cut, font: Font, size: f32) -> Elided<'a> {
    Elided { words: words.into(), cut, font, size, width: Length::Fill, tone: Tone::Plain }
}

impl Elided<'_> {
    /// In this tone.
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// This wide; longer words are cut all the same.
    pub fn width(self, width: impl Into<Length>) -> Self {
        Self { width: width.into(), ..self }
    }
}

/// Words as they were fitted last, so that a line is measured only when something about it has changed.
#[derive(Default)]
pub struct Line {
    words: String,
    room: f32,
    font: Font,
    size: f32,
    shown: Plain<Paragraph>,
}

impl Line {
    /// Fits `words` into `room`.
    pub fn fit(&mut self, words: &str, cut: Cut, (font, size): (Font, f32), room: f32) {
        let is_same = self.words == words && self.font == font;
        if is_same && [(self.room, room), (self.size, size)].iter().all(|(a, b)| a.to_bits() == b.to_bits()) {
            return;
        }
        let measure = |words: &str| Paragraph::with_text(plain(words, font, size)).min_width();
        let shown = fit(words, cut, room, measure);
        let _ = self.shown.update(plain(&shown, font, size));
        words.clone_into(&mut self.words);
        (self.room, self.font, self.size) = (room, font, size);
    }

    /// How large it is, on whole pixels: so each letter is drawn in fewer places and need not be drawn anew.
    pub fn size(&self) -> Size {
        let bounds = self.shown.min_bounds();
        Size::new(bounds.width.ceil(), bounds.height)
    }

    /// Draws it.
    pub fn draw(&self, renderer: &mut Renderer, at: Point, color: Color, clip: Rectangle) {
        use iced::advanced::text::Renderer as _;
        renderer.fill_paragraph(self.shown.raw(), at, color, clip);
    }
}

fn plain(content: &str, font: Font, size: f32) -> text::Text<&str, Font> {
    text::Text {
        content,
        bounds: Size::INFINITE,
        size: Pixels(size),
        line_height: LineHeight::default(),
        font,
        align_x: Alignment::Default,
        align_y: alignment::Vertical::Top,
        shaping: Shaping::Advanced,
        wrapping: Wrapping::None,
    }
}

impl<M> Widget<M, Theme, Renderer> for Elided<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Line>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Line::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Shrink)
    }

    fn layout(&mut self, tree: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let line = tree.state.downcast_mut::<Line>();
        layout::sized(limits, self.width, Length::Shrink, |limits| {
            line.fit(&self.words, self.cut, (self.font, self.size), limits.max().width);
            line.size()
        })
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &Defaults,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let line = tree.state.downcast_ref::<Line>();
        line.draw(renderer, layout.position(), self.tone.color(theme), *viewport);
    }

    fn operate(&mut self, _: &mut Tree, layout: Layout<'_>, _: &Renderer, operation: &mut dyn Operation) {
        operation.text(None, layout.bounds(), &self.words);
    }
}

impl<'a, M: 'a> From<Elided<'a>> for Element<'a, M> {
    fn from(elided: Elided<'a>) -> Self {
        Self::new(elided)
    }
}

/// `words`, or as much of them as fits into `room`.
fn fit(words: &str, cut: Cut, room: f32, measure: impl Fn(&str) -> f32) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if measure(&line) <= room {
        return line;
    }
    let letters: Vec<char> = line.chars().collect();
    let (mut fits, mut too_many) = (0, letters.len());
    while fits + 1 < too_many {
        let half = usize::midpoint(fits, too_many);
        if measure(&shortened(&letters, half, cut)) <= room {
            fits = half;
        } else {
            too_many = half;
        }
    }
    shortened(&letters, fits, cut)
}

/// `keep` of the letters and a sign for the rest.
fn shortened(letters: &[char], keep: usize, cut: Cut) -> String {
    let head = match cut {
        Cut::Middle => keep.div_ceil(2),
        Cut::End => keep,
    };
    let tail = &letters[letters.len() - (keep - head)..];
    letters[..head].iter().chain(&['…']).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "the words are short")]
    fn letters(words: &str) -> f32 {
        words.chars().count() as f32
    }

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(fit("short.iso", Cut::Middle, 9.0, letters), "short.iso");
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(fit("abcdefghij.iso", Cut::Middle, 9.0, letters), "abcd….iso");
        assert_eq!(fit("abcdefghij.iso", Cut::End, 9.0, letters), "abcdefgh…");
        assert_eq!(fit("名前がとても長いファイル.zip", Cut::Middle, 7.0, letters), "名前が…zip");
    }

    #[test]
    fn without_any_room_only_the_sign_is_left() {
        assert_eq!(fit("abc", Cut::Middle, 0.0, letters), "…");
        assert_eq!(fit("", Cut::Middle, 0.0, letters), "");
    }

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(fit("a\nb", Cut::End, 9.0, letters), "a b");
    }
}
