//! Progress bars. The words beside them say the same as their colours.

use iced::Color;

use super::Palette;
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
