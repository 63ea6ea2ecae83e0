//! Lines between things.

use iced::Theme;
use iced::widget::rule::{FillMode, Style};

use super::palette;

/// A line that is hardly there.
pub fn hairline(theme: &Theme) -> Style {
    Style { color: palette::of(theme).line, radius: 0.0.into(), fill_mode: FillMode::Full, snap: true }
}
