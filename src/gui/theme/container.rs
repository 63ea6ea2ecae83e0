//! Grounds by what lies on them.
//!
//! None has a shadow: drawn without a graphics card, it would spill over whatever is drawn again
//! beneath it. Nor is the ground of the window drawn twice: it is what every frame begins with.

use iced::widget::container::Style;
use iced::{Border, Theme, border};

use super::text::Tone;
use super::{RADIUS, palette};

/// A bar that steps back from the ground of the window.
pub fn bar(theme: &Theme) -> Style {
    Style { background: Some(palette::of(theme).surface.into()), ..Style::default() }
}

/// A dialog.
pub fn dialog(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.raised.into()),
        text_color: Some(palette.text),
        border: Border { color: palette.line, width: 1.0, radius: (RADIUS * 1.5).into() },
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
    let palette = palette::of(theme);
    Style { border: Border { color: palette.edge, width: 1.0, radius: RADIUS.into() }, ..dialog(theme) }
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

/// A key of the keyboard.
pub fn cap(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style {
        background: Some(palette.surface.into()),
        border: Border { color: palette.edge, width: 1.0, radius: (RADIUS / 2.0).into() },
        ..Style::default()
    }
}

/// A part of a drawing that stands for something in this tone.
pub fn bar_of(tone: Tone) -> impl Fn(&Theme) -> Style {
    move |theme| Style {
        background: Some(tone.color(theme).into()),
        border: border::rounded(2.0),
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

/// The box before something that is chosen or not.
pub fn tick(chosen: bool) -> impl Fn(&Theme) -> Style {
    move |theme| {
        let palette = palette::of(theme);
        let (ground, edge) =
            if chosen { (palette.accent, palette.accent) } else { (palette.raised, palette.edge) };
        Style {
            background: Some(ground.into()),
            border: Border { color: edge, width: 1.0, radius: (RADIUS / 2.0).into() },
            ..Style::default()
        }
    }
}

/// A page that takes up the whole window.
pub fn page(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style { background: Some(palette.raised.into()), text_color: Some(palette.text), ..Style::default() }
}

/// The side of a dialog, or of a page where it is not `rounded`.
pub fn side(rounded: bool) -> impl Fn(&Theme) -> Style {
    move |theme| {
        let radius = if rounded { RADIUS * 1.5 } else { 0.0 };
        Style { border: border::rounded(border::left(radius)), ..bar(theme) }
    }
}

/// Lines that belong together.
pub fn group(theme: &Theme) -> Style {
    let palette = palette::of(theme);
    Style { border: Border { color: palette.line, width: 1.0, radius: RADIUS.into() }, ..Style::default() }
}

/// The knob of a switch that is on or off.
pub fn knob(on: bool) -> impl Fn(&Theme) -> Style {
    move |theme| {
        let palette = palette::of(theme);
        let color = if on { palette.on_accent } else { palette.edge };
        Style { background: Some(color.into()), border: border::rounded(8.0), ..Style::default() }
    }
}
