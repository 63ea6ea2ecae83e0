//! Buttons by what pressing them means.

use iced::widget::button::{Status, Style};
use iced::{Border, Color, Theme, border};

use super::{RADIUS, palette};

/// The one thing to do next.
pub fn primary(theme: &Theme, status: Status) -> Style {
    let palette = palette::of(theme);
    filled(palette.accent, palette.on_accent, status)
}

/// Something would be lost.
pub fn danger(theme: &Theme, status: Status) -> Style {
    let palette = palette::of(theme);
    filled(palette.danger, palette.on_accent, status)
}

fn filled(ground: Color, words: Color, status: Status) -> Style {
    let alpha = match status {
        Status::Active => 1.0,
        Status::Hovered => 0.88,
        Status::Pressed => 0.78,
        Status::Disabled => 0.45,
    };
    Style {
        background: Some(ground.scale_alpha(alpha).into()),
        text_color: if status == Status::Disabled { words.scale_alpha(0.8) } else { words },
        border: border::rounded(RADIUS),
        ..Style::default()
    }
}

/// Something else that can be done.
pub fn secondary(theme: &Theme, status: Status) -> Style {
    let palette = palette::of(theme);
    let background = match status {
        Status::Active | Status::Disabled => palette.raised,
        Status::Hovered => palette.hovered,
        Status::Pressed => palette.selected,
    };
    Style {
        background: Some(background.into()),
        text_color: if status == Status::Disabled { palette.muted.scale_alpha(0.6) } else { palette.text },
        border: Border { color: palette.line, width: 1.0, radius: RADIUS.into() },
        ..Style::default()
    }
}

/// A small thing to do, shown as an icon.
pub fn quiet(theme: &Theme, status: Status) -> Style {
    let palette = palette::of(theme);
    let background = match status {
        Status::Active | Status::Disabled => None,
        Status::Hovered => Some(palette.text.scale_alpha(0.08).into()),
        Status::Pressed => Some(palette.text.scale_alpha(0.14).into()),
    };
    Style { background, text_color: palette.muted, border: border::rounded(RADIUS), ..Style::default() }
}

/// One of several choices; `chosen` is the one that holds.
pub fn choice(chosen: bool) -> impl Fn(&Theme, Status) -> Style {
    move |theme, status| {
        let palette = palette::of(theme);
        if !chosen {
            return Style { text_color: palette.text, ..quiet(theme, status) };
        }
        Style {
            background: Some(palette.selected.into()),
            text_color: palette.accent,
            border: Border { color: palette.accent, width: 1.0, radius: RADIUS.into() },
            ..Style::default()
        }
    }
}

/// A place in the sidebar, or one of several pages; `chosen` is the one that is shown.
pub fn page(chosen: bool) -> impl Fn(&Theme, Status) -> Style {
    move |theme, status| {
        let palette = palette::of(theme);
        if !chosen {
            return Style { text_color: palette.text, ..quiet(theme, status) };
        }
        let width = if palette.outline.a > 0.0 { 2.0 } else { 0.0 };
        Style {
            background: Some(palette.selected.into()),
            text_color: palette.text,
            border: Border { color: palette.outline, width, radius: RADIUS.into() },
            ..Style::default()
        }
    }
}

/// A switch that is on or off. Where its knob is says the same as its colour.
pub fn switch(on: bool) -> impl Fn(&Theme, Status) -> Style {
    move |theme, status| {
        let palette = palette::of(theme);
        let (ground, edge) =
            if on { (palette.accent, palette.accent) } else { (palette.surface, palette.edge) };
        let alpha = if status == Status::Active { 1.0 } else { 0.85 };
        Style {
            background: Some(ground.scale_alpha(alpha).into()),
            border: Border { color: edge, width: 1.5, radius: 12.0.into() },
            ..Style::default()
        }
    }
}

/// An entry of a menu; `marked` is the one that the arrow keys are at.
pub fn entry(marked: bool) -> impl Fn(&Theme, Status) -> Style {
    move |theme, status| {
        let palette = palette::of(theme);
        let background = match status {
            _ if marked => Some(palette.selected.into()),
            Status::Hovered | Status::Pressed => Some(palette.hovered.into()),
            Status::Active | Status::Disabled => None,
        };
        let width = if marked && palette.outline.a > 0.0 { 2.0 } else { 0.0 };
        let border = Border { color: palette.outline, width, radius: (RADIUS * 0.75).into() };
        Style { background, text_color: palette.text, border, ..Style::default() }
    }
}
