//! The colours and what they mean.
#![expect(clippy::unreadable_literal, reason = "colours are written as everywhere else")]

use iced::{Color, Theme, color};

/// Colours by meaning.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// The ground of bars and fields.
    pub surface: Color,
    /// The ground of the window and of dialogs.
    pub raised: Color,
    /// What the pointer is over.
    pub hovered: Color,
    /// What is chosen.
    pub selected: Color,
    /// Hairlines.
    pub line: Color,
    /// The edges of fields.
    pub edge: Color,
    /// Words.
    pub text: Color,
    /// Words that step back.
    pub muted: Color,
    /// What to do next, and what moves.
    pub accent: Color,
    /// Words on the accent.
    pub on_accent: Color,
    /// It worked.
    pub success: Color,
    /// It needs somebody.
    pub warning: Color,
    /// It went wrong, or something would be lost.
    pub danger: Color,
    /// What lies over the window while a dialog is open.
    pub scrim: Color,
}

/// For light desktops.
pub const LIGHT: Palette = Palette {
    surface: color!(0xf6f7f9),
    raised: color!(0xffffff),
    hovered: color!(0xf0f2f6),
    selected: color!(0xe6f0f9),
    line: color!(0xe4e7ec),
    edge: color!(0x8a93a1),
    text: color!(0x1b2028),
    muted: color!(0x5a6372),
    accent: color!(0x1a6aa3),
    on_accent: color!(0xffffff),
    success: color!(0x1b7445),
    warning: color!(0x855400),
    danger: color!(0xb92c2c),
    scrim: color!(0x10141a, 0.35),
};

/// For dark desktops.
pub const DARK: Palette = Palette {
    surface: color!(0x15181d),
    raised: color!(0x1c2026),
    hovered: color!(0x242931),
    selected: color!(0x1d3245),
    line: color!(0x2a3039),
    edge: color!(0x737d8c),
    text: color!(0xe7eaef),
    muted: color!(0x9ea8b6),
    accent: color!(0x62b0ea),
    on_accent: color!(0x08202f),
    success: color!(0x5fc78e),
    warning: color!(0xe2b04a),
    danger: color!(0xff8a80),
    scrim: color!(0x000000, 0.55),
};

/// The palette that a theme stands for.
pub fn of(theme: &Theme) -> &'static Palette {
    if theme.extended_palette().is_dark { &DARK } else { &LIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color) -> f32 {
        let linear = |c: f32| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
    }

    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_word_can_be_read_on_every_ground() {
        for palette in [LIGHT, DARK] {
            let grounds = [palette.surface, palette.raised, palette.hovered, palette.selected];
            let words = [
                palette.text,
                palette.muted,
                palette.accent,
                palette.success,
                palette.warning,
                palette.danger,
            ];
            for (ground, word) in grounds.iter().flat_map(|g| words.iter().map(move |w| (*g, *w))) {
                let contrast = contrast(ground, word);
                assert!(contrast >= 4.5, "{word:?} on {ground:?}: {contrast}");
            }
            for ground in [palette.accent, palette.danger] {
                let contrast = contrast(ground, palette.on_accent);
                assert!(contrast >= 4.5, "on {ground:?}: {contrast}");
            }
        }
    }

    #[test]
    fn the_edge_of_a_field_can_be_seen() {
        for palette in [LIGHT, DARK] {
            let contrast = contrast(palette.edge, palette.raised);
            assert!(contrast >= 3.0, "{contrast}");
        }
    }
}
