//! Progress bars. The words beside them say the same as their colours.

use iced::widget::progress_bar::Style;
use iced::{Color, Theme, border};

use super::{Palette, palette};
use crate::Phase;

/// What is left of a bar.
pub fn track(palette: &Palette) -> Color {
    palette.text.scale_alpha(0.1)
}

/// What is done of it, where the transfer stands like this.
pub fn bar(palette: &Palette, state: Phase) -> Color {
    match state {
        Phase::Running | Phase::Verifying => palette.accent,
        Phase::Failed => palette.danger,
        _ => palette.muted.scale_alpha(0.85),
    }
}

/// A bar of a transfer that stands like this.
pub fn of(state: Phase) -> impl Fn(&Theme) -> Style {
    move |theme| {
        let palette = palette::of(theme);
        Style {
            background: track(&palette).into(),
            bar: bar(&palette, state).into(),
            border: border::rounded(3.0),
        }
    }
}
