//! Fields to write in.

use iced::widget::{text_editor, text_input};
use iced::{Background, Border, Color, Theme};

use super::{RADIUS, palette};

/// A field of one line.
pub fn field(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let palette = palette::of(theme);
    let focused = matches!(status, text_input::Status::Focused { .. });
    text_input::Style {
        background: ground(theme),
        border: edge(theme, focused),
        icon: palette.muted,
        placeholder: palette.muted,
        value: palette.text,
        selection: selection(theme),
    }
}

/// A field of one line in which something is wrong.
pub fn wrong(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let palette = palette::of(theme);
    let border = Border { color: palette.danger, ..field(theme, status).border };
    text_input::Style { border, ..field(theme, status) }
}

/// A field of several lines.
pub fn editor(theme: &Theme, status: text_editor::Status) -> text_editor::Style {
    let palette = palette::of(theme);
    let focused = matches!(status, text_editor::Status::Focused { .. });
    text_editor::Style {
        background: ground(theme),
        border: edge(theme, focused),
        placeholder: palette.muted,
        value: palette.text,
        selection: selection(theme),
    }
}

fn ground(theme: &Theme) -> Background {
    palette::of(theme).surface.into()
}

fn edge(theme: &Theme, focused: bool) -> Border {
    let palette = palette::of(theme);
    let (color, width) = if focused { (palette.accent, 2.0) } else { (palette.edge, 1.0) };
    Border { color, width, radius: RADIUS.into() }
}

fn selection(theme: &Theme) -> Color {
    palette::of(theme).accent.scale_alpha(0.3)
}
