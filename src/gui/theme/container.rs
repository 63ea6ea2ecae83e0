//! Grounds by what lies on them.

use iced::widget::container::Style;
use iced::{Border, Color, Shadow, Theme, Vector, border};

use super::{RADIUS, palette};

/// The ground of the window.
pub fn surface(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style { background: Some(palette.surface.into()), text_color: Some(palette.text), ..Style::default() }
}

/// Bars and lists above the ground.
pub fn raised(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style { background: Some(palette.raised.into()), text_color: Some(palette.text), ..Style::default() }
}

/// A dialog.
pub fn dialog(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.raised.into()),
        text_color: Some(palette.text),
        border: Border { color: palette.line, width: 1.0, radius: (RADIUS * 1.5).into() },
        shadow: Shadow {
            color: Color::BLACK.scale_alpha(0.22),
            offset: Vector::new(0.0, 8.0),
            blur_radius: 28.0,
        },
        ..Style::default()
    }
}

/// What keeps the window behind a dialog away.
pub fn scrim(theme: &Theme) -> Style {
    Style { background: Some(palette::of(theme).scrim.into()), ..Style::default() }
}

/// A hint at a button.
pub fn tip(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.text.into()),
        text_color: Some(palette.raised),
        border: border::rounded(RADIUS * 0.75),
        ..Style::default()
    }
}

/// A message at the edge of the window.
pub fn toast(theme: &Theme) -> Style {
    Style {
        shadow: Shadow {
            color: Color::BLACK.scale_alpha(0.18),
            offset: Vector::new(0.0, 4.0),
            blur_radius: 16.0,
        },
        ..dialog(theme)
    }
}

/// Text that came from elsewhere, such as a server's answer.
pub fn quote(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.surface.into()),
        border: Border { color: palette.line, width: 1.0, radius: RADIUS.into() },
        ..Style::default()
    }
}

/// The place where dropped things land.
pub fn drop_place(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.selected.scale_alpha(0.96).into()),
        text_color: Some(palette.accent),
        border: Border { color: palette.accent, width: 2.0, radius: (RADIUS * 1.5).into() },
        ..Style::default()
    }
}

/// The round ground of the sign at the beginning of a row.
pub fn sign(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.text.scale_alpha(0.05).into()),
        border: border::rounded(RADIUS),
        ..Style::default()
    }
}
