//! Progress bars by how it goes. The words beside them say the same.

use iced::widget::progress_bar::Style;
use iced::{Color, Theme, border};

use super::{Palette, palette};

/// What is left of a bar.
pub(super) fn track(palette: &Palette) -> Color {
    palette.text.scale_alpha(0.1)
}

/// A bar that does not move.
pub(super) fn at_rest(palette: &Palette) -> Color {
    palette.muted.scale_alpha(0.85)
}

/// It moves.
pub fn moving(theme: &Theme) -> Style {
    bar(theme, palette::of(theme).accent)
}

/// It rests.
pub fn resting(theme: &Theme) -> Style {
    bar(theme, at_rest(&palette::of(theme)))
}

/// It went wrong.
pub fn failed(theme: &Theme) -> Style {
    bar(theme, palette::of(theme).danger)
}

fn bar(theme: &Theme, bar: Color) -> Style {
    Style { background: track(&palette::of(theme)).into(), bar: bar.into(), border: border::rounded(2.0) }
}
