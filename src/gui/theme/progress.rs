//! Progress bars by how it goes. The words beside them say the same.

use iced::widget::progress_bar::Style;
use iced::{Color, Theme, border};

use super::palette;

/// It moves.
pub fn moving(theme: &Theme) -> Style {
    bar(theme, palette::of(theme).accent)
}

/// It rests.
pub fn resting(theme: &Theme) -> Style {
    bar(theme, palette::of(theme).muted.scale_alpha(0.7))
}

/// It went wrong.
pub fn failed(theme: &Theme) -> Style {
    bar(theme, palette::of(theme).danger)
}

fn bar(theme: &Theme, bar: Color) -> Style {
    Style {
        background: palette::of(theme).text.scale_alpha(0.1).into(),
        bar: bar.into(),
        border: border::rounded(2.0),
    }
}
