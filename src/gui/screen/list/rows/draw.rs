//! How rows are drawn.

use iced::advanced::Renderer as _;
use iced::advanced::renderer::Quad;
use iced::advanced::svg::{Renderer as _, Svg};
use iced::{Border, Color, Font, Point, Rectangle, Renderer, Theme, border};

use crate::gui::icon::Icon;
use crate::gui::screen::list::cell as cells;
use crate::gui::screen::list::words;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{RADIUS, font, palette, progress, size, space};
use crate::gui::verb;
use crate::gui::widget::elided::{Cut, Line};
use crate::{Phase, Snapshot, TransferId};

use super::super::columns::{Column, Laid};
use super::{Lines, ROW, Rows, Spot, band};

/// How large the sign at the beginning of a row is, with its ground.
const SIGN: f32 = 30.0;
/// How much of a cell is left free at its sides.
const MARGIN: f32 = 8.0;
/// What the bar to scroll with takes at the right of all rows, with some air.
const BAR: f32 = 14.0;

/// What drawing a row needs.
pub(super) struct Pen<'a, 'b> {
    pub renderer: &'b mut Renderer,
    pub theme: &'a Theme,
    pub lines: &'b mut Lines,
    /// What is in sight.
    pub clip: Rectangle,
    /// The row below the pointer, and whether the pointer is over what can be done.
    pub hovered: Option<(usize, bool)>,
}

/// Where the words of a column stand in a row.
pub fn cell(band: Rectangle, laid: Laid) -> Rectangle {
    let before = if laid.column == Column::Name { space::LARGE } else { MARGIN };
    Rectangle { x: band.x + laid.x + before, width: (laid.width - before - MARGIN).max(0.0), ..band }
}

/// Where a row shows what can be done at once.
pub(super) fn action(band: Rectangle) -> Rectangle {
    let side = 28.0;
    let x = band.x + band.width - side - BAR;
    Rectangle { x, y: band.y + (ROW - side) / 2.0, width: side, height: side }
}

impl Rows<'_> {
    pub(super) fn draw_rows(&self, mut pen: Pen<'_, '_>, bounds: Rectangle, carried_to: Option<usize>) {
        let columns = self.laid_out(bounds.width);
        pen.lines.0.values_mut().for_each(|(_, is_used)| *is_used = false);
        for at in in_sight(self.count(), bounds, pen.clip) {
            let Some(row) = self.row(at) else { continue };
            let band = band(bounds, at);
            self.draw_ground(&mut pen, at, row.id, band);
            for laid in &columns {
                self.draw_cell(&mut pen, row, (*laid, &columns), cell(band, *laid));
            }
            draw_action(&mut pen, at, row, action(band));
        }
        if let Some(to) = carried_to {
            let line = Rectangle { y: band(bounds, to).y - 1.0, height: 2.0, ..bounds };
            pen.fill(line, 1.0, palette::of(pen.theme).accent);
        }
        pen.lines.0.retain(|_, (_, is_used)| *is_used);
    }

    fn draw_ground(&self, pen: &mut Pen<'_, '_>, at: usize, id: TransferId, band: Rectangle) {
        let palette = palette::of(pen.theme);
        let is_hovered = pen.hovered.is_some_and(|(hovered, _)| hovered == at);
        if self.selection.has(id) {
            pen.fill(band, 0.0, palette.selected);
            if palette.outline.a > 0.0 {
                let border = Border { color: palette.outline, width: 2.0, ..Border::default() };
                pen.renderer.fill_quad(Quad { bounds: band, border, ..Quad::default() }, Color::TRANSPARENT);
            }
        } else if is_hovered {
            pen.fill(band, 0.0, palette.hovered);
        }
        let line = Rectangle { y: band.y + ROW - 1.0, height: 1.0, ..band };
        pen.fill(line, 0.0, palette.line);
        if self.ring && self.selection.cursor() == Some(id) {
            let border = Border { color: palette.accent, width: 2.0, radius: 4.0.into() };
            let ring = Rectangle { height: ROW - 1.0, ..band }.shrink(1.0);
            pen.renderer.fill_quad(Quad { bounds: ring, border, ..Quad::default() }, Color::TRANSPARENT);
        }
    }

    fn draw_cell(
        &self,
        pen: &mut Pen<'_, '_>,
        row: &Snapshot,
        (laid, all): (Laid, &[Laid]),
        bounds: Rectangle,
    ) {
        match laid.column {
            Column::Name => self.draw_name(pen, row, all, bounds),
            Column::Progress => self.draw_progress(pen, row, bounds),
            Column::Status => self.draw_status(pen, row, bounds),
            column if column.is_number() => self.draw_words(pen, row, column, Place::Right(bounds)),
            column => self.draw_words(pen, row, column, Place::Middle(bounds)),
        }
    }

    fn draw_name(&self, pen: &mut Pen<'_, '_>, row: &Snapshot, all: &[Laid], bounds: Rectangle) {
        let (_, tone) = words::state(row, &self.look.texts);
        let ground = Rectangle { y: bounds.y + (ROW - SIGN) / 2.0, width: SIGN, height: SIGN, ..bounds };
        pen.fill(ground, RADIUS * 0.75, palette::of(pen.theme).text.scale_alpha(0.06));
        pen.icon(cells::sign(row), ground.shrink(6.0), tone);
        let beside = SIGN + space::MEDIUM;
        let room = Rectangle { x: bounds.x + beside, width: (bounds.width - beside).max(0.0), ..bounds };
        let font = font::medium(self.look.font);
        let (below, below_tone) = cells::below(row, all, &self.look.texts);
        pen.line(
            (row.id, Spot::Cell(Column::Name)),
            Place::Upper(room),
            &Said { words: &row.name, cut: Cut::Middle, letters: (font, size::BODY), tone: Tone::Plain },
        );
        pen.line(
            (row.id, Spot::Site),
            Place::Lower(room),
            &Said {
                words: &below,
                cut: Cut::End,
                letters: (self.look.font, size::CAPTION),
                tone: below_tone,
            },
        );
    }

    fn draw_progress(&self, pen: &mut Pen<'_, '_>, row: &Snapshot, bounds: Rectangle) {
        let Some(fraction) = words::fraction(row) else { return };
        let palette = palette::of(pen.theme);
        let percent = 40.0;
        let bar = Rectangle {
            y: bounds.y + ROW / 2.0 - 3.0,
            height: 6.0,
            width: (bounds.width - percent).max(0.0),
            ..bounds
        };
        pen.fill(bar, 3.0, progress::track(&palette));
        let color = progress::bar(&palette, row.state);
        let done = Rectangle { width: bar.width * fraction, ..bar };
        if done.width >= 1.0 {
            pen.fill(done, 3.0, color);
        }
        let beside = Rectangle { x: bounds.x + bar.width, width: percent, ..bounds };
        self.draw_words(pen, row, Column::Progress, Place::Right(beside));
    }

    fn draw_status(&self, pen: &mut Pen<'_, '_>, row: &Snapshot, bounds: Rectangle) {
        let (_, tone) = words::state(row, &self.look.texts);
        let side = 14.0;
        let icon = Rectangle { y: bounds.y + (ROW - side) / 2.0, width: side, height: side, ..bounds };
        pen.icon(sign_of(row.state), icon, tone);
        let beside = side + 6.0;
        let room = Rectangle { x: bounds.x + beside, width: (bounds.width - beside).max(0.0), ..bounds };
        self.draw_words(pen, row, Column::Status, Place::Middle(room));
    }

    fn draw_words(&self, pen: &mut Pen<'_, '_>, row: &Snapshot, column: Column, place: Place) {
        let Some((words, tone)) = cells::words(column, row, &self.look.texts) else { return };
        let size = if column == Column::Status { size::BODY - 1.0 } else { size::CAPTION + 0.5 };
        let said = Said { words: &words, cut: Cut::End, letters: (self.look.font, size), tone };
        pen.line((row.id, Spot::Cell(column)), place, &said);
    }
}

fn draw_action(pen: &mut Pen<'_, '_>, at: usize, row: &Snapshot, bounds: Rectangle) {
    let Some(verb) = verb::first(row) else { return };
    let is_hovered = pen.hovered == Some((at, true));
    if is_hovered {
        pen.fill(bounds, RADIUS, palette::of(pen.theme).text.scale_alpha(0.1));
    }
    let tone = if is_hovered { Tone::Plain } else { Tone::Muted };
    pen.icon(verb.icon(), bounds.shrink(6.0), tone);
}

/// The sign of a state, as a colour alone says nothing to many.
fn sign_of(state: Phase) -> Icon {
    match state {
        Phase::Running => Icon::Resume,
        Phase::Verifying | Phase::Completed => Icon::Check,
        Phase::Queued | Phase::Waiting => Icon::Clock,
        Phase::Paused => Icon::Pause,
        Phase::Failed => Icon::Alert,
        Phase::Cancelled => Icon::Cancel,
    }
}

/// Words, and how they are meant.
struct Said<'a> {
    words: &'a str,
    cut: Cut,
    letters: (Font, f32),
    tone: Tone,
}

/// Where a line of words stands.
#[derive(Clone, Copy)]
enum Place {
    /// In the middle of the row, from the left.
    Middle(Rectangle),
    /// In the middle of the row, at the right.
    Right(Rectangle),
    /// Above another one.
    Upper(Rectangle),
    /// Below another one.
    Lower(Rectangle),
}

impl Pen<'_, '_> {
    fn fill(&mut self, bounds: Rectangle, radius: f32, color: Color) {
        let border = border::rounded(radius);
        self.renderer.fill_quad(Quad { bounds, border, ..Quad::default() }, color);
    }

    fn icon(&mut self, icon: Icon, bounds: Rectangle, tone: Tone) {
        let drawing = Svg::new(icon.handle()).color(tone.color(self.theme));
        self.renderer.draw_svg(drawing, bounds, self.clip);
    }

    fn line(&mut self, spot: (TransferId, Spot), place: Place, said: &Said<'_>) {
        let (line, is_used) = self.lines.0.entry(spot).or_insert_with(|| (Line::default(), true));
        *is_used = true;
        let (Place::Middle(room) | Place::Right(room) | Place::Upper(room) | Place::Lower(room)) = place;
        line.fit(said.words, said.cut, said.letters, room.width);
        let is = line.size();
        let middle = room.y + ROW / 2.0;
        let at = match place {
            Place::Middle(room) => Point::new(room.x, middle - is.height / 2.0),
            Place::Right(room) => Point::new(room.x + room.width - is.width, middle - is.height / 2.0),
            Place::Upper(room) => Point::new(room.x, middle - is.height),
            Place::Lower(room) => Point::new(room.x, middle + 1.0),
        };
        let at = Point::new(at.x.round(), at.y.round());
        line.draw(self.renderer, at, said.tone.color(self.theme), self.clip);
    }
}

/// The rows that are in sight.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows")]
fn in_sight(count: usize, bounds: Rectangle, viewport: Rectangle) -> std::ops::Range<usize> {
    let first = ((viewport.y - bounds.y) / ROW).floor().max(0.0) as usize;
    let last = ((viewport.y + viewport.height - bounds.y) / ROW).ceil().max(0.0) as usize;
    first.min(count)..last.min(count)
}
