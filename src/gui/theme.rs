//! How everything looks: one palette with meaning, light or dark, calm or clear, in the accent that is
//! wished for; one scale of spaces, one of letters, and style functions named by what they mean.

use iced::theme::Palette as Base;
use iced::{Color, Theme};

use crate::{Accent, Appearance, Contrast, Settings};

use super::desktop::{Scheme, Wishes};

mod accent;
pub mod button;
pub mod container;
pub mod font;
pub mod palette;
pub mod progress;
pub mod rule;
pub mod scroll;
pub mod text;
pub mod text_input;

pub use palette::Palette;

/// Spaces, in pixels.
pub mod space {
    /// Between things that belong to each other.
    pub const TIGHT: f32 = 4.0;
    /// Inside small things.
    pub const SMALL: f32 = 8.0;
    /// Between neighbours.
    pub const MEDIUM: f32 = 12.0;
    /// Around groups.
    pub const LARGE: f32 = 16.0;
    /// Around dialogs.
    pub const WIDE: f32 = 24.0;
}

/// Sizes of letters, in pixels.
pub mod size {
    /// Particulars.
    pub const CAPTION: f32 = 12.0;
    /// Everything.
    pub const BODY: f32 = 14.0;
    /// Titles of dialogs.
    pub const TITLE: f32 = 18.0;
}

/// How round corners are, in pixels.
pub const RADIUS: f32 = 8.0;

/// The least contrast of words.
const CALM: f32 = 4.5;
/// The same where everything should stand out.
const CLEAR: f32 = 7.0;

fn built(name: &'static str, palette: &Palette) -> Theme {
    let base = Base {
        background: palette.raised,
        text: palette.text,
        primary: palette.accent,
        success: palette.success,
        warning: palette.warning,
        danger: palette.danger,
    };
    Theme::custom_with_fn(name, base, |_| palette.carried())
}

/// How many times as large as usual everything is: as was chosen, or as the desktop wants letters to be.
pub fn scale(settings: &Settings, desktop: Wishes) -> f32 {
    let usual = Settings::default().text_scale;
    let wished = desktop.text_scale.filter(|_| settings.text_scale == usual);
    // What can be wished for has the bounds of what can be chosen.
    let wished = wished.map(|text_scale| Settings { text_scale, ..Settings::default() }.sane().text_scale);
    f32::from(wished.unwrap_or(settings.text_scale)) / 100.0
}

/// The theme that was chosen, or the desktop's.
pub fn of(settings: &Settings, desktop: Wishes) -> Theme {
    let dark = match settings.appearance {
        Appearance::System => desktop.scheme == Scheme::Dark,
        Appearance::Light => false,
        Appearance::Dark => true,
    };
    let clear = match settings.contrast {
        Contrast::System => desktop.contrast,
        Contrast::Normal => false,
        Contrast::High => true,
    };
    let (name, palette) = match (dark, clear) {
        (false, false) => ("Windlass light", palette::LIGHT),
        (true, false) => ("Windlass dark", palette::DARK),
        (false, true) => ("Windlass clear light", palette::CLEAR_LIGHT),
        (true, true) => ("Windlass clear dark", palette::CLEAR_DARK),
    };
    let wished = desktop.accent.filter(|_| settings.accent == Accent::System);
    let palette = wished.map_or(palette, |[red, green, blue]| {
        accent::with(palette, Color::from_rgb8(red, green, blue), if clear { CLEAR } else { CALM })
    });
    built(name, &palette)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(settings: &Settings, desktop: Wishes) -> Palette {
        palette::of(&of(settings, desktop))
    }

    #[test]
    fn the_desktop_decides_unless_something_was_chosen() {
        let dark = |appearance, scheme| {
            let settings = Settings { appearance, ..Settings::default() };
            of(&settings, Wishes { scheme, ..Wishes::default() }).extended_palette().is_dark
        };
        assert!(dark(Appearance::System, Scheme::Dark));
        assert!(!dark(Appearance::System, Scheme::Light));
        assert!(!dark(Appearance::Light, Scheme::Dark));
        assert!(dark(Appearance::Dark, Scheme::Light));
    }

    #[test]
    fn contrast_is_the_desktops_or_what_was_chosen() {
        let clear = |contrast, wanted| {
            let settings = Settings { contrast, ..Settings::default() };
            seen(&settings, Wishes { contrast: wanted, ..Wishes::default() }) == palette::CLEAR_LIGHT
        };
        assert!(clear(Contrast::System, true) && !clear(Contrast::System, false));
        assert!(clear(Contrast::High, false) && !clear(Contrast::Normal, true));
    }

    #[test]
    fn everything_is_as_large_as_the_desktop_wants_letters_unless_something_was_chosen() {
        let scaled = |text_scale, wished| {
            let settings = Settings { text_scale, ..Settings::default() };
            (scale(&settings, Wishes { text_scale: wished, ..Wishes::default() }) * 100.0).round()
        };
        for (chosen, wished, expected) in
            [(100, None, 100.0), (100, Some(125), 125.0), (100, Some(400), 200.0), (110, Some(150), 110.0)]
        {
            assert!((scaled(chosen, wished) - expected).abs() < 0.1, "{chosen} {wished:?}");
        }
    }

    #[test]
    fn the_accent_is_the_desktops_unless_the_own_is_wanted() {
        let green = Wishes { accent: Some([0x10, 0x60, 0x20]), ..Wishes::default() };
        let accent = seen(&Settings::default(), green).accent;
        assert!(accent.g > accent.b && accent.g > accent.r, "{accent:?}");
        let own = Settings { accent: Accent::Own, ..Settings::default() };
        assert_eq!(seen(&own, green), palette::LIGHT);
        assert_eq!(seen(&Settings::default(), Wishes::default()), palette::LIGHT);
    }
}
